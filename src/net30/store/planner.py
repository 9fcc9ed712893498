"""What SQLite's planner is told of tables that have no statistics yet.

Left alone it takes every first column of an index for selective: ten rows of an organization, whatever the table. It
would rather walk all bills of an organization along the primary key than look one up in the index made for that. So a
new database begins with the statistics (sqlite_stat1) of a large organization; `ANALYZE` replaces them with true ones.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, Table, column, insert, table

ROWS = 1_000_000
# Of the rows that are left, a column that tells few values apart leaves a quarter, any other a thousandth.
FEW_VALUES, MANY_VALUES = 4, 1_000
TELLS_LITTLE = frozenset({"archived", "state", "status", "kind", "type"})
# How the names of integers end that are no flags.
_COUNTS = ("_time", "_at", "_ms", "position", "serial")

_STATISTICS = table("sqlite_stat1", column("tbl"), column("idx"), column("stat"))


def teach(connection: Connection, metadata: MetaData) -> None:
    """Store statistics for every table and index; `connection` must be one to SQLite."""
    # The statement itself only makes the table of statistics: there are no rows to count.
    connection.exec_driver_sql("ANALYZE")
    connection.execute(insert(_STATISTICS), [row for one in metadata.sorted_tables for row in _told(one)])
    # This connection knows its tables already; here it reads what was just stored of them.
    connection.exec_driver_sql("ANALYZE sqlite_master")


def _told(one: Table) -> list[dict[str, str]]:
    key = {"tbl": one.name, "idx": one.name, "stat": _statistics(list(one.primary_key.columns), unique=True)}
    return [key, *(_index(one, index) for index in sorted(one.indexes, key=lambda index: str(index.name)))]


def _index(one: Table, index: Index) -> dict[str, str]:
    return {
        "tbl": one.name,
        "idx": str(index.name),
        "stat": _statistics(list(index.columns), unique=bool(index.unique)),
    }


def _statistics(columns: Sequence[Column[Any]], *, unique: bool) -> str:
    """Rows in all, then how many share the first column, the first two, and so on."""
    left, shared = ROWS, []
    for one in columns:
        if one.name != "organization_id" or len(columns) == 1:
            left = max(left // (FEW_VALUES if _tells_little(one) else MANY_VALUES), 1)
        shared.append(left)
    if unique:
        shared[-1] = 1
    return " ".join(str(number) for number in (ROWS, *shared))


def _tells_little(one: Column[Any]) -> bool:
    is_flag = isinstance(one.type, BigInteger) and not one.name.endswith(_COUNTS)
    return is_flag or one.name in TELLS_LITTLE or one.name.endswith("_status")
