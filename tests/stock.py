"""Rows put straight into the tables, for tests that need more of them than they care to make through the API."""

from typing import Any, TypeVar

from sqlalchemy import Text

from net30.kernel import ids
from net30.kernel.context import Server
from net30.kernel.tables import Organization
from net30.store.record import STORED, Record

R = TypeVar("R", bound=Record)
NOON_MS = 1_772_539_200_000
"""2026-03-03T12:00:00Z."""


def blank(record: type[R], **values: Any) -> R:
    """A record of the given values, and of zeros, empty texts and nulls for all that nobody cares about."""
    columns = STORED[record].table.c
    empty = {
        name: None if columns[name].nullable else "" if isinstance(columns[name].type, Text) else 0
        for name in record.__struct_fields__
    }
    return record(**{**empty, **values})


def organization(running: Server, **values: Any) -> Organization:
    """A bare organization, which nobody can sign in to, its clock standing still at noon."""
    made = blank(
        Organization,
        **{"id": ids.new("008"), "zone": "UTC", "settings": "{}", "clock_frozen_at": NOON_MS, **values},
    )
    with running.database.write() as tx:
        tx.insert(made)
    return made
