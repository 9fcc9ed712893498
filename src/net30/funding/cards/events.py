"""What subscribers are told of cards."""

from net30.funding.cards.tables import CardAccount
from net30.kernel import events
from net30.kernel.context import Context
from net30.wire.types import Timestamp, Wire, timestamp


class CardExpirationPayload(Wire):
    year: str
    month: str


class CardDefaultsPayload(Wire):
    payables: bool
    receivables: bool
    funding: bool
    disbursement: bool


class CardAccountPayload(Wire):
    """The card in card-account.created and card-account.updated."""

    id: str
    archived: bool
    created_time: Timestamp
    created_by: str
    updated_time: Timestamp
    name_on_account: str
    brand: str
    type: str
    status: str
    last4: str
    expiration: CardExpirationPayload
    default: CardDefaultsPayload


def tell(ctx: Context, event_type: str, card: CardAccount) -> None:
    """Append card-account.created or card-account.updated."""
    payload = CardAccountPayload(
        id=card.id,
        archived=bool(card.archived),
        created_time=timestamp(card.created_time),
        created_by=card.created_by,
        updated_time=timestamp(card.updated_time),
        name_on_account=card.name_on_account,
        brand=card.brand,
        type=card.type,
        status=card.status,
        last4=card.last4,
        expiration=CardExpirationPayload(year=card.expiration_year, month=card.expiration_month),
        default=CardDefaultsPayload(
            payables=bool(card.default_payables),
            receivables=bool(card.default_receivables),
            funding=bool(card.default_funding),
            disbursement=bool(card.default_disbursement),
        ),
    )
    events.emit(ctx, event_type, card.id, payload)
