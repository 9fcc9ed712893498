"""Lists are read from an index: the default order, each single sort, and each equality filter with them."""

from typing import Any

import pytest
from sqlalchemy import text
from stock import blank, organization

import net30.rooms  # noqa: F401  (declares every table)
from net30.kernel.context import Server
from net30.store.record import STORED, Record
from net30.wire import listing

LISTED = [record for record, stored in STORED.items() if stored.listed]
SORTS = [
    (record, name)
    for record in LISTED
    for name, column in STORED[record].listed.items()
    # Nulls sort last by an expression, which no index of ours serves.
    if not column.nullable
]
EQUALITIES = [
    (record, name)
    for record in LISTED
    for name, column in STORED[record].listed.items()
    if "eq" in column.operators
]


def plan(running: Server, record: type[Record], **shape: Any) -> str:
    """How the database means to read one page."""
    chosen = listing._Shape(**{"conditions": (), "backward": False, "null_keys": None, **shape})
    sql, constants = listing._statement(record, chosen).text(running.database.dialect)
    parameters: dict[str, Any] = {"organization_id": "008", "row_limit": 21, **constants}
    kinds = {key.attribute: STORED[record].table.c[key.attribute].type.python_type for key in chosen.order}
    parameters |= {f"key_{i}": kinds[key.attribute]() for i, key in enumerate(chosen.order)}
    parameters |= {
        f"value_{i}_0": STORED[record].listed[name].column.type.python_type()
        for i, (name, _, _) in enumerate(chosen.conditions)
    }
    connection = running.database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        if running.database.dialect == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
            return "\n".join(row[3] for row in cursor.fetchall())
        # With a handful of rows a scan is cheapest, and a sort next; what is left to it is what a large table gets.
        cursor.execute("BEGIN")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {sql}", parameters)
        return "\n".join(row[0] for row in cursor.fetchall())
    finally:
        if running.database.dialect == "postgresql":
            cursor.execute("ROLLBACK")
        connection.close()


def assert_from_index(running: Server, found: str) -> None:
    if running.database.dialect == "sqlite":
        assert "SCAN" not in found, found
        assert "USE TEMP B-TREE" not in found, found
        assert "USING INDEX" in found or "USING PRIMARY KEY" in found, found
    else:
        assert "Seq Scan" not in found, found
        assert "Sort" not in found, found
        assert "Index" in found, found


def order(record: type[Record], *keys: tuple[str, bool]) -> tuple[listing._Key, ...]:
    return tuple(listing._order(record, [listing.SortKey(name, descending) for name, descending in keys]))


@pytest.mark.parametrize("record", LISTED, ids=lambda record: record.__name__)
def test_the_default_order(running: Server, record: type[Record]) -> None:
    default = order(record)
    assert_from_index(running, plan(running, record, order=default))
    for backward in (False, True):
        following = plan(running, record, order=default, backward=backward, null_keys=(False,) * len(default))
        assert_from_index(running, following)


@pytest.mark.parametrize(("record", "name"), SORTS, ids=lambda part: getattr(part, "__name__", part))
def test_each_single_sort(running: Server, record: type[Record], name: str) -> None:
    for descending in (False, True):
        keys = order(record, (name, descending))
        assert_from_index(running, plan(running, record, order=keys))
        following = plan(running, record, order=keys, null_keys=(False,) * len(keys))
        assert_from_index(running, following)


@pytest.mark.parametrize(("record", "name"), EQUALITIES, ids=lambda part: getattr(part, "__name__", part))
def test_each_equality_in_the_default_order(running: Server, record: type[Record], name: str) -> None:
    conditions = ((name, "eq", 1),)
    assert_from_index(running, plan(running, record, order=order(record), conditions=conditions))


def test_pages_of_many_rows_are_read_from_the_index(running: Server) -> None:
    """What the planner of each database really does, once it knows how many rows there are."""
    from net30.payables.vendors.tables import Vendor

    owner = organization(running)
    with running.database.write() as tx:
        tx.insert(
            *(
                blank(Vendor, organization_id=owner.id, id=f"009{i:05}", created_time=i // 7)
                for i in range(3_000)
            )
        )
    with running.database.engine.begin() as connection:
        connection.execute(text("ANALYZE vendor" if running.database.dialect == "postgresql" else "ANALYZE"))
    default = order(Vendor)
    assert_from_index(running, plan(running, Vendor, order=default, null_keys=(False,) * len(default)))
