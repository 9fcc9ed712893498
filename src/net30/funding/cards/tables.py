"""What is stored of cards that the organization pays with."""

from typing import Annotated, Literal

from net30.funding.tables import IDENTIFIED, VERIFICATION
from net30.store.record import Archived, CreatedTime, Record, UpdatedTime, listed, table

CardStatus = Literal["NOT_VERIFIED", "VERIFIED", "PENDING", "BLOCKED", "EXPIRED", "INVALID"]
CardType = Literal["CREDIT_CARD", "DEBIT_CARD", "PREPAID_CARD", "UNKNOWN"]
CardUserStatus = Literal["NOMINATED", "VERIFIED"]
ApCardStatus = Literal["ACTIVE", "INACTIVE", "DELETED", "PENDING", "DRAFT", "DRAFT_DELETED", "FROZEN"]


class BankCard(Record, frozen=True):
    """What another bank's card is by itself. Its expiration has a four-digit year, a two-digit month."""

    issuing_bank_name: str | None
    name_on_account: str
    brand: str
    type: CardType
    status: CardStatus
    last4: str
    expiration_year: str
    expiration_month: str


class CardAccount(BankCard, frozen=True):
    """A credit or debit card of another bank with which the organization pays."""

    organization_id: str
    id: str
    archived: int
    created_by: str
    default_payables: int
    default_receivables: int
    default_funding: int
    default_disbursement: int
    created_time: int
    updated_time: int


class CardAccountUser(Record, frozen=True):
    """That one person may pay with one card, once VERIFIED. `archived` tells of the card."""

    organization_id: str
    card_account_id: Annotated[str, listed("cardAccountId", kind="id", operators=IDENTIFIED)]
    user_id: Annotated[str, listed("userId", kind="id", operators=IDENTIFIED)]
    archived: Archived
    verification_status: Annotated[CardUserStatus, VERIFICATION]
    created_time: CreatedTime
    updated_time: UpdatedTime


class ApCard(Record, frozen=True):
    """A card issued to the organization to pay bills with; balance and limit in thousandths of USD."""

    organization_id: str
    id: str
    status: ApCardStatus
    name_on_account: str
    balance: int
    limit: int
    created_time: int
    updated_time: int


card_accounts = table(
    "card_account",
    CardAccount,
    key=["organization_id", "id"],
)
card_account_users = table(
    "card_account_user",
    CardAccountUser,
    key=["organization_id", "card_account_id", "user_id"],
    references={"card_account_id": "card_account"},
)
ap_cards = table("ap_card", ApCard, key=["organization_id", "id"])
