"""SQL built once by SQLAlchemy Core and handed to the driver as text ever after.

Building and compiling an expression costs more than running it; a `Statement` is compiled once per dialect and then
costs a dictionary look-up. No SQL is written by hand: every text here comes out of SQLAlchemy's compiler.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Dialect,
    Insert,
    Select,
    Table,
    and_,
    bindparam,
    update,
)
from sqlalchemy.dialects import registry
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import BinaryExpression

Value = str | int | float | None
Parameters = Mapping[str, Value]

Executable = Select[Any] | UpdateBase

DRIVERS = {"sqlite": "sqlite.pysqlite", "postgresql": "postgresql.psycopg"}


def _dialect(name: str, paramstyle: str) -> Dialect:
    dialect: Dialect = registry.load(DRIVERS[name])(paramstyle=paramstyle)
    return dialect


NAMED = {"sqlite": _dialect("sqlite", "named"), "postgresql": _dialect("postgresql", "pyformat")}
POSITIONAL = {"sqlite": _dialect("sqlite", "qmark"), "postgresql": _dialect("postgresql", "format")}


class Statement:
    """One SQLAlchemy statement with named parameters, and its text per dialect.

    Each table of organizations in it must be bound to the parameter `organization_id`, by itself or by way of another
    table's column, or the statement cannot be run (TypeError). One that reaches over organizations on purpose says why
    in `crosses`.
    """

    __slots__ = ("_texts", "crosses", "expression")

    def __init__(self, expression: Executable, *, crosses: str = "") -> None:
        self.expression = expression
        self.crosses = crosses
        self._texts: dict[str, tuple[str, dict[str, Value]]] = {}

    def text(self, dialect: str) -> tuple[str, dict[str, Value]]:
        """The SQL and the values of its constants."""
        known = self._texts.get(dialect)
        if known is None:
            if not self.crosses and (loose := unbound(self.expression)):
                raise TypeError(f"a statement does not bind the organization of {', '.join(sorted(loose))}")
            compiled = self.expression.compile(dialect=NAMED[dialect])
            assert isinstance(compiled, SQLCompiler)
            constants = {name: value for name, value in compiled.params.items() if value is not None}
            known = self._texts[dialect] = (compiled.string, constants)
        return known


def unbound(expression: Executable) -> set[str]:
    """The organizations' tables of a statement whose organization no parameter decides.

    Columns that are compared for equality stand for each other. Rows that are inserted name their own organization.
    """
    if isinstance(expression, Insert):
        return set()
    tables = {node for node in visitors.iterate(expression) if isinstance(node, Table)}
    same: list[set[object]] = []
    for node in visitors.iterate(expression):
        if isinstance(node, BinaryExpression) and node.operator is operators.eq:
            sides = {found for side in (node.left, node.right) if (found := _organization_of(side))}
            if len(sides) == 2:
                joined = [group for group in same if group & sides]
                same = [group for group in same if group not in joined] + [sides.union(*joined)]
    decided = {name for group in same if BOUND in group for name in group}
    return {table.name for table in tables if is_tenants(table)} - decided


BOUND = "organization_id"


def is_tenants(table: Table) -> bool:
    """Whether each row of a table is one organization's: its key begins with the organization."""
    return next(iter(table.primary_key.columns)).name == "organization_id"


def _organization_of(side: object) -> str | None:
    """The table whose organization a side of a comparison is, or the bound parameter."""
    if isinstance(side, BindParameter):
        return BOUND if side.key == BOUND else None
    if isinstance(side, Column) and isinstance(side.table, Table):
        named = side.name == "organization_id" or (side.table.name == "organization" and side.name == "id")
        return f"{side.table.name}" if named else None
    return None


def by_key(table: Table, key: Sequence[str]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == bindparam(name) for name in key))


@cache
def insertion(table: Table, dialect: str) -> str:
    """INSERT of all columns, in their order, with positional parameters."""
    return str(table.insert().compile(dialect=POSITIONAL[dialect]))


@lru_cache(maxsize=4096)
def change(table: Table, key: tuple[str, ...], columns: tuple[str, ...]) -> Statement:
    """UPDATE of some columns of the row with a key; new values are named new_<column>."""
    return Statement(
        update(table).where(by_key(table, key)).values({name: bindparam(f"new_{name}") for name in columns})
    )


def one_of(column: ColumnElement[Any], name: str, count: int) -> ColumnElement[bool]:
    """`column IN (…)` with `count` parameters name_0, name_1, …"""
    return column.in_([bindparam(f"{name}_{i}") for i in range(count)])


class Sized:
    """A statement that takes a list of values, built for 1, 10, 100 or 1000 of them and padded up to the next."""

    __slots__ = ("_built", "build", "crosses")

    def __init__(self, build: Callable[[int], Executable], *, crosses: str = "") -> None:
        self.build = build
        self.crosses = crosses
        self._built: dict[int, Statement] = {}

    def of(self, name: str, values: Sequence[Value]) -> tuple[Statement, dict[str, Value]]:
        """The statement and its list parameters; `values` must not be empty nor longer than 1000."""
        size = next(size for size in (1, 10, 100, 1000) if len(values) <= size)
        if size not in self._built:
            self._built[size] = Statement(self.build(size), crosses=self.crosses)
        padded = [*values, *([values[-1]] * (size - len(values)))]
        return self._built[size], {f"{name}_{i}": value for i, value in enumerate(padded)}
