"""What crosses the wire of cards."""

from typing import Literal

from net30.wire.types import Amount, Timestamp, Wire

CardStatus = Literal["NOT_VERIFIED", "VERIFIED", "PENDING", "BLOCKED", "EXPIRED", "INVALID", "UNDEFINED"]
CardType = Literal["UNDEFINED", "CREDIT_CARD", "DEBIT_CARD", "PREPAID_CARD", "UNKNOWN"]
CardUserStatus = Literal["UNVERIFIED", "NOMINATED", "VERIFIED", "UNDEFINED"]
ApCardStatus = Literal[
    "ACTIVE", "INACTIVE", "DELETED", "PENDING", "DRAFT", "DRAFT_DELETED", "FROZEN", "UNDEFINED"
]


class CardExpiration(Wire):
    """Four digits of the year, two of the month."""

    year: str
    month: str


class CardDefaults(Wire):
    """What the card is the default of."""

    payables: bool
    receivables: bool
    funding: bool
    disbursement: bool


class CardAccount(Wire):
    """A card of another bank that the organization pays with."""

    id: str
    archived: bool
    created_time: Timestamp
    updated_time: Timestamp
    created_by: str
    issuing_bank_name: str | None = None
    name_on_account: str
    brand: str
    type: CardType
    status: CardStatus
    last4: str
    expiration: CardExpiration
    default: CardDefaults


class CardRate(Wire):
    """What paying by card costs, in percent of what is paid."""

    credit_card_rate: float
    debit_card_rate: float


class CardPromotion(Wire):
    """Other rates for a time; there are none so far."""

    start_date: Timestamp
    end_date: Timestamp
    credit_card_rate: float
    debit_card_rate: float


class CardRates(Wire):
    default_card_account_id: str | None = None
    funding: CardRate
    active_promotion: CardPromotion | None = None


class CardAccounts(Wire):
    """Cards that the signed-in user may pay with, and what that costs."""

    rates: CardRates
    cards: list[CardAccount]


class CardAccountUser(Wire):
    """A person who may pay with a card once VERIFIED; `archived` tells of the card."""

    card_account_id: str
    user_id: str
    archived: bool
    verification_status: CardUserStatus


class FundingPurpose(Wire):
    """A category of purposes and, for the brands that want them, its subcategories."""

    category: str
    sub_categories: list[str] | None = None


class FundingPurposes(Wire):
    """What `cardFundingPurpose` may be; no results when none is needed."""

    last_used_purpose: str | None = None
    results: list[FundingPurpose]


class ApCard(Wire):
    """A card issued to the organization to pay bills with. `balance` is what is left of `limit`."""

    id: str
    status: ApCardStatus
    name_on_account: str
    created_time: Timestamp
    updated_time: Timestamp
    balance: Amount
    limit: Amount
