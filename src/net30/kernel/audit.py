"""The trail of every change: who, what, when, by which way, and per field the previous and the new value."""

from collections.abc import Mapping

import msgspec

from net30.kernel import ids
from net30.kernel.context import Context
from net30.kernel.tables import AuditEntry
from net30.store.database import changed
from net30.store.record import Record
from net30.store.statements import Value

# Kept by the server itself and of no interest to who reads the trail.
UNSAID = frozenset({"organization_id", "id", "created_time", "updated_time"})

_encode = msgspec.json.Encoder().encode


def created(ctx: Context, entity: str, record: Record, entity_id: str) -> None:
    """Record that something came to be, with the fields it began with."""
    values = msgspec.structs.asdict(record)
    record_change(
        ctx, entity, entity_id, "CREATE", {k: (None, v) for k, v in values.items() if v is not None}
    )


def edited(
    ctx: Context, entity: str, old: Record, new: Record, entity_id: str
) -> dict[str, tuple[Value, Value]]:
    """Store the new version of a record and record what differs; nothing is written when nothing differs."""
    differing = changed(old, new)
    if differing.keys() - UNSAID:
        ctx.tx.update(old, new)
        record_change(ctx, entity, entity_id, "EDIT", differing)
    return differing


def record_change(
    ctx: Context, entity: str, entity_id: str, action: str, changes: Mapping[str, tuple[Value, Value]]
) -> None:
    """Append one entry; columns named *_secret are told as changed without their values."""
    told = {
        name: (("***", "***") if name.endswith("_secret") else values)
        for name, values in changes.items()
        if name not in UNSAID
    }
    ctx.tx.insert(
        AuditEntry(
            ctx.organization_id,
            ids.new("aud"),
            entity,
            entity_id,
            action,
            ctx.actor.user_id,
            ctx.actor.via,
            ctx.now,
            _encode(told).decode(),
        )
    )
