"""The SQL of lists: any single filter and any single sort reads its page from an index, however many rows there are.

A list that is sorted by a column with nulls is read as two lists (`halves`), the rows with one of several values as
those of each value, merged (`statement`), and a range of many rows decides the order (wire/listing.py).
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from net30.store.record import RANGE, STORED, Kind, Record, in_order
from net30.store.statements import Statement

MOST_SHAPES = 2_000
# So many rows of a range are sorted by their creation; beyond that they come in the order of the range itself.
MOST_SORTED = 1_000

Asked = tuple[str, str, int]
"""A filter without its values: the wire name, the operator, and how many values there are."""


class SortKey(msgspec.Struct, frozen=True):
    name: str
    descending: bool


class Key(msgspec.Struct, frozen=True):
    """One column of the order; `nullable` ones sort their nulls last whichever way they run."""

    attribute: str
    descending: bool
    nullable: bool
    kind: Kind = "text"


class Shape(msgspec.Struct, frozen=True):
    """All that decides a list's SQL, apart from the values.

    `half` limits it to the rows that have nothing in a column (True) or something (False); `tied` to those that have
    the token's value in the first column (True) or one behind it (False). The indexes of `hidden` columns are not to
    be used (wire/reading.py).
    """

    conditions: tuple[Asked, ...]
    order: tuple[Key, ...]
    backward: bool
    null_keys: tuple[bool, ...] | None
    half: tuple[str, bool] | None = None
    tied: bool | None = None
    hidden: frozenset[str] = frozenset()


class _Unindexed(ColumnElement[Any]):
    """A column of which SQLite's planner does not see that an index has it.

    PostgreSQL gathers statistics by itself, and knows better.
    """

    inherit_cache = False

    def __init__(self, column: Column[Any]) -> None:
        self.column = column
        self.type = column.type


@compiles(_Unindexed)
def _as_it_is(element: _Unindexed, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.column, **options)


@compiles(_Unindexed, "sqlite")
def _with_a_sign(element: _Unindexed, compiler: SQLCompiler, **options: Any) -> str:
    return f"+{compiler.process(element.column, **options)}"


def halves(shape: Shape) -> list[Shape]:
    """A list that is sorted by a column with nulls is two, one behind the other, each in the order of an index."""
    return [part for half in _halves(shape) for part in _ties(half)]


def _ties(shape: Shape) -> list[Shape]:
    """The rows behind a token: those that have its value in the first column, and then the others.

    SQLite finds the place of several columns in an index only where the first of them is no expression.
    """
    first = shape.order[0]
    if shape.null_keys is None or first.nullable or first.kind not in ("words", "decimal"):
        return [shape]
    return [msgspec.structs.replace(shape, tied=tied) for tied in (True, False)]


def _halves(shape: Shape) -> list[Shape]:
    first, *rest = shape.order
    if not first.nullable:
        return [shape]
    replace = msgspec.structs.replace
    present = replace(shape, order=(replace(first, nullable=False), *rest), half=(first.attribute, False))
    absent = replace(shape, order=tuple(rest), half=(first.attribute, True))
    keys = shape.null_keys
    if keys is not None:
        absent = replace(absent, null_keys=keys[1:] if keys[0] else None)
        present = replace(present, null_keys=None if keys[0] else keys)
    halves = [absent, present] if shape.backward else [present, absent]
    # A token leads into one of them; what lies before that was read.
    return halves if keys is None or halves[0].null_keys is not None else halves[1:]


@lru_cache(maxsize=MOST_SHAPES)
def statement(record: type[Record], shape: Shape) -> Statement:
    """One page; where a column has one of several values, the pages of each value, merged."""
    table = STORED[record].table
    columns = {c.name: _Unindexed(c) if c.name in shape.hidden else c for c in table.c}
    spread = _spread(record, shape)
    wheres = _wheres(record, shape.conditions, but=spread, hidden=shape.hidden)
    if shape.half is not None:
        name, is_null = shape.half
        wheres.append(columns[name].is_(None) if is_null else columns[name].is_not(None))
    if shape.null_keys is not None:
        wheres.append(_after(columns, shape))
    whole = _in_order(select(table).where(*wheres), columns, shape)
    if spread is None:
        return Statement(whole)
    _, _, count = shape.conditions[spread]
    pages = [
        whole.where(_compared(record, spread, shape.conditions[spread], j)).subquery() for j in range(count)
    ]
    merged = union_all(*(select(one) for one in pages)).subquery()
    return Statement(_in_order(select(merged), merged.c, shape))


def order_of(record: type[Record], wanted: Sequence[SortKey]) -> list[Key]:
    """The columns a list is ordered by: what was asked, then the time of creation, then the key; no column twice."""
    stored = STORED[record]
    keys: list[Key] = []
    for sort_key in wanted:
        column = stored.listed[sort_key.name]
        keys.append(Key(column.attribute, sort_key.descending, column.nullable, column.kind))
    # The rest runs the way of the last key, so that one index serves both ways.
    descending = keys[-1].descending if keys else False
    keys += [Key(a, descending, False) for a in ("created_time", *stored.key[1:]) if a in stored.table.c]
    order: list[Key] = []
    for key in keys:
        named = [earlier.attribute for earlier in order]
        # Nothing is left to order once the whole key was named.
        if key.attribute not in named and not set(stored.key[1:]) <= set(named):
            order.append(key)
    return order


def led(record: type[Record], name: str) -> list[Key]:
    """The order of a list that is led by a range of one column, in which there are no nulls."""
    first, *rest = order_of(record, [SortKey(name, False)])
    return [msgspec.structs.replace(first, nullable=False), *rest]


def _spread(record: type[Record], shape: Shape) -> int | None:
    """Which condition is taken apart: the first that lists values, when the order is that of each value's index."""
    listed = STORED[record].listed
    if shape.order[0].attribute != "created_time" or "created_time" in shape.hidden:
        return None
    several = (
        i
        for i, (name, operator, count) in enumerate(shape.conditions)
        if operator == "in"
        and count > 1
        and listed[name].attribute not in {*STORED[record].key, *shape.hidden}
    )
    return next(several, None)


def _in_order(query: Select[Any], columns: Any, shape: Shape) -> Select[Any]:
    # What is the same in all rows orders nothing, and SQLite would sort them by it.
    keys = shape.order[1:] if shape.tied else shape.order
    orders = [clause for key in keys for clause in _order_clauses(columns[key.attribute], key, shape)]
    return query.order_by(*orders).limit(bindparam("row_limit", type_=_WHOLE))


def _wheres(
    record: type[Record],
    conditions: Sequence[Asked],
    but: int | None = None,
    hidden: frozenset[str] = frozenset(),
) -> list[ColumnElement[bool]]:
    """The organization's rows that meet the conditions, but for the one with a number."""
    owned = STORED[record].table.c.organization_id == bindparam("organization_id")
    compared = (_compared(record, i, asked, hidden=hidden) for i, asked in enumerate(conditions) if i != but)
    return [owned, *compared]


def _compared(
    record: type[Record],
    i: int,
    asked: Asked,
    equal_to: int | None = None,
    hidden: frozenset[str] = frozenset(),
) -> ColumnElement[bool]:
    """A condition; with `equal_to`, that its column equals this one of its values."""
    name, operator, count = asked
    listed = STORED[record].listed[name]
    column: ColumnElement[Any] = _Unindexed(listed.column) if listed.attribute in hidden else listed.column
    values = [bindparam(f"value_{i}_{j}", type_=column.type) for j in range(count)]
    return _COMPARE[operator](column, values) if equal_to is None else column == values[equal_to]


_WHOLE = literal(1).type


def _order_clauses(column: ColumnElement[Any], key: Key, shape: Shape) -> list[ColumnElement[Any]]:
    descending = key.descending != shape.backward
    compared = in_order(column, key.kind)
    ordered = compared.desc() if descending else compared.asc()
    if not key.nullable:
        return [ordered]
    absent = column.is_(None)
    return [absent.desc() if shape.backward else absent.asc(), ordered]


def _after(columns: Any, shape: Shape) -> ColumnElement[bool]:
    """Rows behind the token's row in the order, or before it when paging backward."""
    assert shape.null_keys is not None
    if shape.tied is not None:
        first, *rest = shape.order
        column = in_order(columns[first.attribute], first.kind)
        value = bindparam(f"key_{first.attribute}", type_=column.type)
        if not shape.tied:
            return _beyond(column, first, value, is_null=False, backward=shape.backward)
        rest_of = msgspec.structs.replace(shape, order=tuple(rest), null_keys=shape.null_keys[1:], tied=None)
        return and_(column == value, _after(columns, rest_of))
    keys = [(in_order(columns[key.attribute], key.kind), key, i) for i, key in enumerate(shape.order)]
    if not any(key.nullable for key in shape.order) and len({key.descending for key in shape.order}) == 1:
        # One row comparison, which both databases answer from an index.
        left = tuple_(*(column for column, _, _ in keys))
        right = tuple_(*(bindparam(f"key_{key.attribute}", type_=c.type) for c, key, _ in keys))
        return left < right if shape.order[0].descending != shape.backward else left > right
    choices: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for column, key, i in keys:
        is_null = shape.null_keys[i]
        value = bindparam(f"key_{key.attribute}", type_=column.type)
        choices.append(and_(*equal, _beyond(column, key, value, is_null=is_null, backward=shape.backward)))
        equal.append(column.is_(None) if is_null else column == value)
    return or_(*choices)


def _beyond(
    column: ColumnElement[Any], key: Key, value: Any, *, is_null: bool, backward: bool
) -> ColumnElement[bool]:
    """The column alone stands behind the value; nulls stand behind everything."""
    if is_null:
        return column.is_not(None) if backward else false()
    further = column < value if key.descending != backward else column > value
    return further if backward or not key.nullable else or_(further, column.is_(None))


def _starts_with(column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """A range from the prefix to its end, so that an index serves it."""
    return and_(column >= values[0], *(column < end for end in values[1:]))


_COMPARE: dict[str, Callable[[ColumnElement[Any], Sequence[Any]], ColumnElement[bool]]] = {
    "eq": lambda column, values: column == values[0],
    "ne": lambda column, values: or_(column != values[0], column.is_(None)),
    "gt": lambda column, values: column > values[0],
    "gte": lambda column, values: column >= values[0],
    "lt": lambda column, values: column < values[0],
    "lte": lambda column, values: column <= values[0],
    "in": lambda column, values: column.in_(values),
    "nin": lambda column, values: or_(column.not_in(values), column.is_(None)),
    "sw": _starts_with,
}


@lru_cache(maxsize=MOST_SHAPES)
def different(record: type[Record], attribute: str) -> Statement:
    """The different values of a column in their order, each looked up in its index behind the one before."""
    columns = STORED[record].table.c
    owned = columns.organization_id == bindparam("organization_id")
    least = func.min(columns[attribute])
    found = select(least.label("value")).where(owned).cte("found", recursive=True)
    behind = select(least).where(owned, columns[attribute] > found.c.value).scalar_subquery()
    found = found.union_all(select(behind).where(found.c.value.is_not(None)))
    known = select(found.c.value).where(found.c.value.is_not(None))
    return Statement(known.limit(bindparam("row_limit", type_=_WHOLE)))


@lru_cache(maxsize=MOST_SHAPES)
def count_of(record: type[Record], conditions: tuple[Asked, ...]) -> Statement:
    """How many rows meet the conditions, which are on one column, counted no further than to `row_limit`."""
    met = select(literal(1)).where(*_wheres(record, conditions))
    if any(operator in (*RANGE, "sw") for _, operator, _ in conditions):
        # In the order of its index, so that PostgreSQL does not look for the first of them all over the table.
        met = met.order_by(STORED[record].listed[conditions[0][0]].column)
    few = met.limit(bindparam("row_limit", type_=_WHOLE)).subquery()
    return Statement(select(func.count()).select_from(few))
