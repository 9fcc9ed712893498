"""The outbox: what subscribers may be told, written in the transaction that made it true."""

import msgspec
from sqlalchemy import bindparam, func, insert, select

from net30.kernel import ids
from net30.kernel.context import Context
from net30.kernel.tables import events
from net30.store.statements import Statement

VERSION = "1"

_encode = msgspec.json.Encoder().encode

# The organization is locked, so its events are counted one after another.
LAST_SEQUENCE = (
    select(func.coalesce(func.max(events.c.sequence), 0))
    .where(events.c.organization_id == bindparam("organization_id"))
    .scalar_subquery()
)
_EMIT = Statement(
    insert(events).values(
        {column.name: bindparam(column.name) for column in events.c if column.name != "sequence"}
        | {"sequence": LAST_SEQUENCE + 1}
    )
)


def emit(ctx: Context, event_type: str, entity_id: str, payload: msgspec.Struct) -> None:
    """Append an event such as bill.created; `payload` is what stands under the entity's key in the envelope."""
    ctx.tx.execute(
        _EMIT,
        {
            "id": ids.uuid4_text(),
            "type": event_type,
            "version": VERSION,
            "entity_id": entity_id,
            "payload": _encode(payload).decode(),
            "created_time": ctx.now,
        },
    )
