"""The trail of every change: who, what, when, by which way, and per field the previous and the new value."""

from collections.abc import Mapping

import msgspec

from net30.kernel import ids
from net30.kernel.context import Context
from net30.kernel.tables import AuditEntry
from net30.store.record import Record
from net30.store.statements import Value

# Kept by the server itself and of no interest to who reads the trail.
UNSAID = frozenset({"organization_id", "id", "parts_bytes", "created_time", "updated_time"})

_encode = msgspec.json.Encoder().encode

Changes = Mapping[str, tuple[Value, Value]]


def created(ctx: Context, entity: str, record: Record, entity_id: str, parts: Changes | None = None) -> None:
    """Record that something came to be, with the fields it began with; `parts` tells of rows that belong to it."""
    values = msgspec.structs.asdict(record)
    began = {name: (None, value) for name, value in values.items() if value is not None}
    record_change(ctx, entity, entity_id, "CREATE", {**began, **(parts or {})})


def edited(ctx: Context, entity: str, entity_id: str, differing: Changes) -> None:
    """Record what differs between two versions of something, unless nobody wants to know of it."""
    if differing.keys() - UNSAID:
        record_change(ctx, entity, entity_id, "EDIT", differing)


def record_change(ctx: Context, entity: str, entity_id: str, action: str, changes: Changes) -> None:
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
            max(len(told), 1) if action == "EDIT" else 1,
        )
    )
