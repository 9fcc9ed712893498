"""What subscribers are told of cards."""

import msgspec

from net30.funding.cards.answers import shown
from net30.funding.cards.tables import CardAccount
from net30.kernel import events
from net30.kernel.context import Context


def tell(ctx: Context, event_type: str, card: CardAccount) -> None:
    """Append card-account.created or card-account.updated: the card, but for the bank that issued it."""
    events.emit(ctx, event_type, card.id, msgspec.structs.replace(shown(card), issuing_bank_name=None))
