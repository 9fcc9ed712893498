"""Lists are read from an index: the default order, each single sort, and each equality filter with them."""

from typing import Any

import pytest
from clients import FreshDatabase
from sqlalchemy import text
from stock import blank, organization

import net30.rooms  # noqa: F401  (declares every table)
from net30.app import server
from net30.kernel.context import Server
from net30.settings import Settings
from net30.store.record import STORED, Record, in_order
from net30.store.schema import migrate
from net30.wire import paging

LISTED = [record for record, stored in STORED.items() if stored.listed]
SORTS = [(record, name) for record in LISTED for name, column in STORED[record].listed.items()]
EQUALITIES = [
    (record, name)
    for record in LISTED
    for name, column in STORED[record].listed.items()
    if "eq" in column.operators
]


def plan(running: Server, record: type[Record], **shape: Any) -> str:
    """How the database means to read one page."""
    chosen = paging.Shape(**{"conditions": (), "backward": False, "null_keys": None, **shape})
    # Where there are nulls, those that have a value are what a first page is read from.
    first, *others = paging.halves(chosen)
    behind_ties = (one for one in others if one.tied is False)
    return "\n".join(_plan(running, record, half) for half in (first, *behind_ties))


def _plan(running: Server, record: type[Record], half: paging.Shape) -> str:
    sql, constants = paging.statement(record, half).text(running.database.dialect)
    parameters: dict[str, Any] = {"organization_id": "008", "row_limit": 21, **constants}
    columns = STORED[record].table.c
    kinds = {key.attribute: in_order(columns[key.attribute], key.kind).type.python_type for key in half.order}
    parameters |= {f"key_{name}": kind() for name, kind in kinds.items()}
    parameters |= {
        f"value_{i}_{j}": STORED[record].listed[name].column.type.python_type()
        for i, (name, _, count) in enumerate(half.conditions)
        for j in range(count)
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
        assert any(f"USING {way}" in found for way in ("INDEX", "COVERING INDEX", "PRIMARY KEY")), found
    else:
        assert "Seq Scan" not in found, found
        assert "Sort" not in found, found
        assert "Index" in found, found


def order(record: type[Record], *keys: tuple[str, bool]) -> tuple[paging.Key, ...]:
    return tuple(paging.order_of(record, [paging.SortKey(name, descending) for name, descending in keys]))


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


SEVERAL = [
    (record, name)
    for record in LISTED
    for name, column in STORED[record].listed.items()
    if "in" in column.operators and column.attribute not in STORED[record].key
]
RANGES = [
    (record, name, operator)
    for record in LISTED
    for name, column in STORED[record].listed.items()
    for operator in ("gt", "lte", "sw")
    if operator in column.operators
]


@pytest.mark.parametrize(("record", "name"), SEVERAL, ids=lambda part: getattr(part, "__name__", part))
def test_one_of_several_values_in_the_default_order(running: Server, record: type[Record], name: str) -> None:
    """The page of each value comes from the index; what is sorted is no more than these pages."""
    found = plan(running, record, order=order(record), conditions=((name, "in", 3),))
    if running.database.dialect == "sqlite":
        lines = found.splitlines()
        behind = [lines[i + 1] for i, line in enumerate(lines) if line.startswith("SEARCH")]
        assert len(behind) == 3, found
        assert not any("TEMP B-TREE" in line for line in behind), found
    else:
        assert "Seq Scan" not in found, found
        assert found.count("Limit") >= 3, found


@pytest.mark.parametrize(("record", "name", "operator"), RANGES, ids=lambda p: getattr(p, "__name__", p))
def test_a_range_of_many_rows_is_in_its_own_order(
    running: Server, record: type[Record], name: str, operator: str
) -> None:
    led = tuple(paging.led(record, name))
    conditions = ((name, operator, 2 if operator == "sw" else 1),)
    assert_from_index(running, plan(running, record, order=led, conditions=conditions))
    keys = (False,) * len(led)
    assert_from_index(running, plan(running, record, order=led, conditions=conditions, null_keys=keys))


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_pages_of_many_rows_are_read_from_the_index(fresh_database: FreshDatabase, dialect: str) -> None:
    """What the planner of each database really does, once it knows how many rows there are."""
    from net30.vendors.tables import Vendor

    # Not the database that all tests share: there every other plan would follow from a handful of rows.
    running = server(Settings(database=fresh_database(dialect), secret_key="a key of the tests"))
    migrate(running.database)
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
    found = plan(running, Vendor, order=default, null_keys=(False,) * len(default))
    running.database.close()
    assert_from_index(running, found)
