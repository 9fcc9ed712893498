"""The outbox: what subscribers may be told, written in the transaction that made it true."""

import msgspec

from net30.kernel import ids
from net30.kernel.context import Context
from net30.kernel.tables import Event

VERSION = "1"

_encode = msgspec.json.Encoder().encode


def emit(ctx: Context, event_type: str, entity_id: str, payload: msgspec.Struct) -> None:
    """Append an event such as bill.created; `payload` is what stands under the entity's key in the envelope."""
    ctx.tx.insert(
        Event(
            ctx.organization_id,
            ids.uuid4_text(),
            event_type,
            VERSION,
            entity_id,
            _encode(payload).decode(),
            ctx.now,
        )
    )
