"""Which index the rows of a page are read from, when a list has several conditions, or a sort beside them.

Each condition that an index can count is counted, up to as many rows as may be sorted. Where few rows meet one of them,
these are read and sorted. Otherwise many rows do, and a page is found soon on the way along the order's index. Left
alone, a planner has to guess which of the two it is, and with a million rows a wrong guess takes seconds.

A sort by a column of few different values, such as a currency, is read value by value: the rows of each are in the
order of what comes next.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from net30.kernel.context import Context
from net30.store.record import EQUALITY, RANGE, STORED, ListedColumn, Record
from net30.store.statements import Value
from net30.wire.paging import (
    MOST_SORTED,
    Asked,
    Key,
    Shape,
    SortKey,
    count_of,
    different,
    halves,
    order_of,
    statement,
)

R = TypeVar("R", bound=Record)

# Beyond so many different values a column is not read value by value.
MOST_DIFFERENT = 100
# Times go together: what was changed lately was created lately, and all of it may stand at the far end of the order.
# Reading and sorting so many rows of a million takes as long as walking over the others.
MOST_OF_A_TIME = 300_000


class Condition(msgspec.Struct, frozen=True):
    """One filter: a wire name, an operator and the values it compares with."""

    name: str
    operator: str
    values: tuple[Value, ...]


class Wanted(msgspec.Struct, frozen=True):
    """The rows that meet the conditions, in an order; behind `keys`, or before them when paging backward."""

    conditions: tuple[Condition, ...]
    order: tuple[Key, ...]
    backward: bool = False
    keys: tuple[Value, ...] | None = None


def rows(ctx: Context, record: type[R], wanted: Wanted, most: int) -> list[R]:
    """The first of the wanted rows, at most so many."""
    conditions = tuple(_affirmed(ctx, record, one) for one in wanted.conditions)
    found: list[R] = []
    if any(one.operator == "in" and not one.values for one in conditions):
        return found
    whole = msgspec.structs.replace(wanted, conditions=conditions)
    for part in _parts(ctx, record, whole, MOST_DIFFERENT):
        if len(found) < most:
            found += _of_part(ctx, record, part, most - len(found))
    return found


def _of_part(ctx: Context, record: type[R], part: Wanted, most: int) -> list[R]:
    shape = Shape(
        _asked(part.conditions),
        part.order,
        part.backward,
        tuple(key is None for key in part.keys) if part.keys is not None else None,
        hidden=_hidden(ctx, record, part),
    )
    parameters = {**values_of(part.conditions)}
    if part.keys is not None:
        parameters |= {
            f"key_{key.attribute}": value for key, value in zip(part.order, part.keys, strict=True)
        }
    found: list[R] = []
    for half in halves(shape):
        if len(found) < most:
            limit = {"row_limit": most - len(found)}
            found += ctx.tx.records(record, statement(record, half), {**parameters, **limit})
    return found


def _asked(conditions: Sequence[Condition]) -> tuple[Asked, ...]:
    return tuple((one.name, one.operator, len(one.values)) for one in conditions)


def values_of(conditions: Sequence[Condition]) -> dict[str, Value]:
    return {f"value_{i}_{j}": value for i, c in enumerate(conditions) for j, value in enumerate(c.values)}


def are_few(
    ctx: Context, record: type[Record], conditions: Sequence[Condition], most: int = MOST_SORTED
) -> bool:
    """Whether at most so many rows meet the conditions, which are on one column."""
    asked = {"row_limit": most + 1, **values_of(conditions)}
    counted = ctx.tx.row(count_of(record, _asked(conditions)), asked)
    return counted is not None and counted[0] <= most


# ---- the index ------------------------------------------------------------------------------------------


def _hidden(ctx: Context, record: type[Record], part: Wanted) -> frozenset[str]:
    """The columns whose indexes would be a detour for SQLite; PostgreSQL's statistics tell it by themselves."""
    stored, lead = STORED[record], part.order[0].attribute
    others: dict[str, list[Condition]] = {}
    for one in part.conditions:
        if (column := _column(record, one)) != lead:
            others.setdefault(column, []).append(one)
    is_clear = not others or (lead == "created_time" and _is_one_equality(list(others.values())))
    if is_clear or ctx.tx.dialect == "postgresql":
        return frozenset()
    times = {column.attribute for column in stored.listed.values() if column.kind == "time"}
    # What names the rows by their key is the shortest way, and needs no counting.
    for column, conditions in sorted(others.items(), key=lambda item: item[0] not in stored.key):
        most = MOST_OF_A_TIME if {column, lead} <= times else MOST_SORTED
        if _can_count(conditions) and (column in stored.key or are_few(ctx, record, conditions, most)):
            return frozenset({*others, *(key.attribute for key in part.order)} - {column})
    # The index of an equality is in the order of creation, too.
    equal = [column for column, found in others.items() if not _is_range(found) and _can_count(found)]
    equal.sort(key=lambda column: any(one.operator != "eq" for one in others[column]))
    walked = equal[:1] if lead == "created_time" else []
    return frozenset(others.keys() - walked)


def _is_one_equality(by_column: Sequence[Sequence[Condition]]) -> bool:
    """One column has a value, or one of several: its index is in the order of creation."""
    return len(by_column) == 1 and all(one.operator in ("eq", "in") for one in by_column[0])


def _can_count(conditions: Sequence[Condition]) -> bool:
    return all(one.operator not in ("ne", "nin") for one in conditions)


def _is_range(conditions: Sequence[Condition]) -> bool:
    return any(one.operator in (*RANGE, "sw") for one in conditions)


# ---- value by value -------------------------------------------------------------------------------------


def _affirmed(ctx: Context, record: type[Record], one: Condition) -> Condition:
    """What is left is looked up, where what is not wanted would have to be walked over."""
    column = STORED[record].listed[one.name]
    if one.operator not in ("ne", "nin") or column.nullable or column.attribute in STORED[record].key:
        return one
    known = _different(ctx, record, column)
    if known is None:
        return one
    return Condition(one.name, "in", tuple(value for value in known if value not in one.values))


def _different(ctx: Context, record: type[Record], column: ListedColumn) -> list[Value] | None:
    """The different values of a column in their order; None when they are many, or nobody can say."""
    if column.kind == "flag":
        return [0, 1]
    if column.values:
        return list[Value](sorted(column.values))
    if column.kind != "text" or column.nullable:
        return None
    asked: dict[str, Value] = {"row_limit": MOST_DIFFERENT + 1}
    found: list[Value] = [row[0] for row in ctx.tx.rows(different(record, column.attribute), asked)]
    return found if len(found) <= MOST_DIFFERENT else None


def _parts(ctx: Context, record: type[Record], whole: Wanted, most: int) -> Iterator[Wanted]:
    """Lists of one value of the first sort column each, one behind the other; the whole where that is no help."""
    name = _splitting(record, whole)
    known = _different(ctx, record, STORED[record].listed[name]) if name else None
    if not name or known is None or len(known) > most:
        yield whole
        return
    (first, *rest), keys = whole.order, whole.keys
    own = [
        one
        for one in whole.conditions
        if _column(record, one) == first.attribute and one.operator in EQUALITY
    ]
    others = tuple(one for one in whole.conditions if one not in own)
    down = first.descending != whole.backward
    if down:
        known.reverse()
    if keys is not None:
        known = [value for value in known if value == keys[0] or (_rank(value) < _rank(keys[0])) == down]
    for value in known:
        if all(_meets(one, value) for one in own):
            within = keys[1:] if keys is not None and value == keys[0] else None
            part = Wanted((Condition(name, "eq", (value,)), *others), tuple(rest), whole.backward, within)
            yield from _parts(ctx, record, part, most // len(known))


def _splitting(record: type[Record], whole: Wanted) -> str:
    """The name of the first sort column when its index alone does not give the order, else nothing."""
    first = whole.order[0]
    listed = STORED[record].listed
    # Columns that are asked for by what they are not have few values.
    names = (
        n for n, column in listed.items() if column.attribute == first.attribute and "ne" in column.operators
    )
    name = next(names, "")
    if not name or first.nullable or len(whole.order) == 1 or first.attribute in STORED[record].key:
        return ""
    is_alone = all(_column(record, one) == first.attribute for one in whole.conditions)
    own_order = tuple(order_of(record, [SortKey(name, first.descending)]))
    return "" if is_alone and whole.order == own_order else name


def _column(record: type[Record], one: Condition) -> str:
    return STORED[record].listed[one.name].attribute


def _rank(value: Value) -> tuple[float, str]:
    """Numbers by size, texts by code points, which is how their bytes compare."""
    return (value, "") if isinstance(value, int | float) else (0, value or "")


def _meets(one: Condition, value: Value) -> bool:
    """Whether a value is one of those asked for; what else is asked of it stays a condition."""
    return (value in one.values) == (one.operator in ("eq", "in"))
