"""Cards as the wire has them."""

from net30.funding.cards import tables
from net30.funding.cards.schemas import ApCard, CardAccount, CardDefaults, CardExpiration
from net30.kernel.money import on_wire
from net30.wire.types import timestamp


def shown(card: tables.CardAccount) -> CardAccount:
    """A card as the wire has it."""
    return CardAccount(
        id=card.id,
        archived=bool(card.archived),
        created_time=timestamp(card.created_time),
        updated_time=timestamp(card.updated_time),
        created_by=card.created_by,
        issuing_bank_name=card.issuing_bank_name,
        name_on_account=card.name_on_account,
        brand=card.brand,
        type=card.type,
        status=card.status,
        last4=card.last4,
        expiration=CardExpiration(year=card.expiration_year, month=card.expiration_month),
        default=CardDefaults(
            payables=bool(card.default_payables),
            receivables=bool(card.default_receivables),
            funding=bool(card.default_funding),
            disbursement=bool(card.default_disbursement),
        ),
    )


def ap_card_shown(card: tables.ApCard) -> ApCard:
    """An AP card as the wire has it."""
    return ApCard(
        id=card.id,
        status=card.status,
        name_on_account=card.name_on_account,
        created_time=timestamp(card.created_time),
        updated_time=timestamp(card.updated_time),
        balance=on_wire(card.balance),
        limit=on_wire(card.limit),
    )
