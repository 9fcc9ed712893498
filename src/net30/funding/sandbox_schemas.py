"""What crosses the wire when the sandbox makes what no operation of the API makes: cards and a balance."""

from typing import Annotated

from msgspec import Meta

from net30.funding.cards.tables import ApCardStatus, CardStatus, CardType, CardUserStatus
from net30.wire.types import Amount, Wire

Name = Annotated[str, Meta(min_length=1, max_length=100)]
NotNegative = Annotated[Amount, Meta(ge=0)]


class ExpirationGiven(Wire):
    """Four digits of the year, two of the month."""

    year: Annotated[str, Meta(pattern="^[0-9]{4}$")]
    month: Annotated[str, Meta(pattern="^(0[1-9]|1[0-2])$")]


class CardCreate(Wire):
    """A card to add. Left out: a VERIFIED Visa credit card of the world's administrator."""

    user_id: str | None = None
    card_user_status: CardUserStatus | None = None
    issuing_bank_name: Name | None = None
    name_on_account: Name | None = None
    brand: Name | None = None
    type: CardType | None = None
    status: CardStatus | None = None
    last4: Annotated[str, Meta(pattern="^[0-9]{4}$")] | None = None
    expiration: ExpirationGiven | None = None


class CardChange(Wire):
    """What to change of a card; `cardUserStatus` is that of everyone who pays with it."""

    status: CardStatus | None = None
    archived: bool | None = None
    card_user_status: CardUserStatus | None = None


class ApCardCreate(Wire):
    """An AP card to issue. Left out: an ACTIVE one with a limit of 10,000.00 USD, nothing of it spent."""

    name_on_account: Name | None = None
    status: ApCardStatus | None = None
    limit: NotNegative | None = None
    balance: NotNegative | None = None


class WalletChange(Wire):
    """The organization's balance in USD, and whether it may be paid from; what is left out stays."""

    balance: NotNegative | None = None
    enabled: bool | None = None


class WalletState(Wire):
    """The organization's balance in USD, and whether it may be paid from."""

    balance: Amount
    enabled: bool
