"""How the trail's entries are told to people: a field by its name on the wire, a value as a text."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

import msgspec

from net30.kernel import money
from net30.kernel.audit import Changes
from net30.kernel.tables import AuditEntry
from net30.reports.schemas import AuditTrailField, AuditTrailFieldValue
from net30.store.statements import Value
from net30.wire.naming import camel

# A sync token's program calls the API, too.
SOURCES: Mapping[str, str] = {"SYNC": "API"}
FLAGS = frozenset({"archived", "auto_pay_enabled", "combine_payments", "track_1099"})
AMOUNTS = frozenset({"auto_pay_max_amount", "balance"})
# What the fields of a part are told under.
PARTS: Mapping[str, str] = {"VendorBankAccount": "bankAccount."}

_changes = msgspec.json.Decoder(dict[str, tuple[str | int | None, str | int | None]]).decode


def edited_fields(entry: AuditEntry) -> list[AuditTrailField | None]:
    """One for each field of an edit; None, once, for what came to be."""
    return [None] if entry.action == "CREATE" else list(_fields(entry))


def _fields(entry: AuditEntry) -> Iterator[AuditTrailField]:
    changes: Changes = _changes(entry.changes)
    for column, (previous, current) in changes.items():
        name = camel(column.removesuffix("_secret"))
        value = AuditTrailFieldValue(previous=_text(column, previous), current=_text(column, current))
        yield AuditTrailField(name=PARTS.get(entry.entity, "") + name, value=value)


def _text(column: str, value: Value) -> str | None:
    if isinstance(value, int):
        if column in FLAGS:
            return "true" if value else "false"
        if column in AMOUNTS:
            return money.decimal_text(Decimal(value).scaleb(-3))
        return str(value)
    return None if value is None else str(value)
