"""Every list of the wire: filters, several sort keys, and pages that follow keys instead of counting rows.

A page token names the sort keys of the row it continues from. It is signed and bound to the organization and to the
query, so a token works nowhere else; rows that are inserted meanwhile neither shift nor repeat the others.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import ColumnElement, and_, bindparam, false, literal, or_, select, tuple_

from net30.kernel.clock import milliseconds
from net30.kernel.context import Context
from net30.kernel.money import MAX_THOUSANDTHS
from net30.kernel.refusal import Refusal, Refusals
from net30.store.record import STORED, ListedColumn, Record
from net30.store.statements import Statement, Value
from net30.wire.types import ListRequest, Wire

R = TypeVar("R", bound=Record)
T = TypeVar("T")

MOST_CONDITIONS = 20
MOST_VALUES = 100
MOST_SORT_KEYS = 5
MOST_SHAPES = 2_000

_FILTER_FORM = 'write field:op:value, with commas between filters and quotes around a list: status:in:"A,B"'
_CONDITION = re.compile(r'([\w.]+):(\w+):(?:"((?:[^"\\]|\\.)*)"|([^,"]*))(?:,|$)')


class Page(msgspec.Struct, Generic[R], frozen=True):
    """Rows of one page in order, and the tokens of its neighbours."""

    rows: list[R]
    next_page: str | None
    prev_page: str | None


class ListAnswer(Wire, Generic[T]):
    """A page on the wire."""

    results: list[T]
    next_page: str | None = None
    prev_page: str | None = None


class Condition(msgspec.Struct, frozen=True):
    """One filter: a wire name, an operator and the values it compares with."""

    name: str
    operator: str
    values: tuple[Value, ...]


class SortKey(msgspec.Struct, frozen=True):
    name: str
    descending: bool


class _Token(msgspec.Struct, array_like=True):
    backward: bool
    query: bytes
    keys: list[str | int | None]


def page(
    ctx: Context,
    record: type[R],
    request: ListRequest,
    extra: Sequence[Condition] = (),
) -> Page[R]:
    """One page of the organization's records of a kind.

    `extra` holds conditions that the operation itself adds, such as the signed-in user. Refusals (400) name every
    unknown field, operator and value; a token that is not ours or belongs to another query is refused too.
    """
    faults: list[Refusal] = []
    conditions = [*extra, *parse_filters(record, request.filters, faults)]
    order = _order(record, parse_sort(record, request.sort, faults))
    if faults:
        raise Refusals(faults)
    query = _query_hash(ctx.organization_id, record, request, extra)
    token = _read_token(ctx, request.page, query, len(order)) if request.page else None
    shape = _Shape(
        tuple((c.name, c.operator, len(c.values)) for c in conditions),
        tuple(order),
        token.backward if token else False,
        tuple(key is None for key in token.keys) if token else None,
    )
    parameters: dict[str, Value] = {"organization_id": ctx.organization_id, "row_limit": request.max + 1}
    for i, condition in enumerate(conditions):
        parameters |= {f"value_{i}_{j}": value for j, value in enumerate(condition.values)}
    if token:
        parameters |= {f"key_{i}": key for i, key in enumerate(token.keys) if key is not None}
    found = ctx.tx.records(record, _statement(record, shape), parameters)
    more = len(found) > request.max
    rows = found[: request.max]
    if shape.backward:
        rows.reverse()
    has_next = more if not shape.backward else True
    has_prev = token is not None if not shape.backward else more
    attributes = [key.attribute for key in order]
    return Page(
        rows,
        _write_token(ctx, rows[-1], attributes, query, backward=False) if rows and has_next else None,
        _write_token(ctx, rows[0], attributes, query, backward=True) if rows and has_prev else None,
    )


# ---- filters and sort as text ---------------------------------------------------------------------------


def parse_filters(record: type[Record], text: str | None, faults: list[Refusal]) -> list[Condition]:
    """`field:op:value,…` with quotes around values that hold commas; every bad part is added to `faults`."""
    conditions: list[Condition] = []
    position = 0
    while text and position < len(text):
        match = _CONDITION.match(text, position)
        if match is None:
            unread = text[position : position + 60]
            faults.append(_bad("filters", f"cannot be read from {unread!r} on", _FILTER_FORM))
            break
        position = match.end()
        name, operator, quoted, plain = match.groups()
        raw = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain
        try:
            conditions.append(_condition(record, name, operator, raw))
        except Refusal as refusal:
            faults.append(refusal)
    if len(conditions) > MOST_CONDITIONS:
        faults.append(_bad("filters", f"holds more than {MOST_CONDITIONS} conditions"))
    return conditions


def _condition(record: type[Record], name: str, operator: str, raw: str) -> Condition:
    column = _listed(record, name, "filters", "filtered on")
    if operator not in column.operators:
        raise _bad(
            "filters", f"{name} does not take the operator {operator!r}", f"use {', '.join(column.operators)}"
        )
    texts = [part.strip() for part in raw.split(",")] if operator in ("in", "nin") else [raw]
    if len(texts) > MOST_VALUES:
        raise _bad("filters", f"{name}:{operator} lists more than {MOST_VALUES} values")
    values = tuple(_value(name, column, one) for one in texts)
    return Condition(name, operator, values if operator != "sw" else (raw, *_end_of_prefix(raw)))


def _end_of_prefix(prefix: str) -> list[str]:
    """The first text behind all those that start with the prefix, in bytewise order; none for an empty prefix."""
    for length in range(len(prefix), 0, -1):
        code = ord(prefix[length - 1]) + 1
        if code <= 0x10FFFF:
            # What follows the last character below the surrogates is the first one above them.
            return [prefix[: length - 1] + chr(code if code != 0xD800 else 0xE000)]
    return []


def parse_sort(record: type[Record], text: str | None, faults: list[Refusal]) -> list[SortKey]:
    """`field:asc,field2:desc`, applied left to right; a field alone ascends. Bad parts are added to `faults`."""
    keys: list[SortKey] = []
    for part in text.split(",") if text else ():
        name, _, direction = part.strip().partition(":")
        try:
            _listed(record, name, "sort", "sorted by")
        except Refusal as refusal:
            faults.append(refusal)
            continue
        if direction not in ("", "asc", "desc"):
            faults.append(_bad("sort", f"{direction!r} is not an order", "write field:asc or field:desc"))
        keys.append(SortKey(name, direction == "desc"))
    if len(keys) > MOST_SORT_KEYS:
        faults.append(_bad("sort", f"names more than {MOST_SORT_KEYS} fields"))
    return keys


def _listed(record: type[Record], name: str, field: str, use: str) -> ListedColumn:
    listed = STORED[record].listed
    if name not in listed:
        raise _bad(field, f"{name!r} cannot be {use} here", f"use one of {', '.join(sorted(listed))}")
    return listed[name]


def _value(name: str, column: ListedColumn, raw: str) -> Value:
    try:
        return _READ[column.kind](raw, column)
    except (ValueError, ArithmeticError):
        raise _bad("filters", f"{raw[:60]!r} is not a value of {name}", _EXPECTED[column.kind]) from None


def _text(raw: str, column: ListedColumn) -> str:
    if (column.values and raw not in column.values) or "\x00" in raw:
        raise ValueError(raw)
    return raw


def _flag(raw: str, _column: ListedColumn) -> int:
    return ("false", "true").index(raw)


def _date(raw: str, _column: ListedColumn) -> str:
    milliseconds(raw)
    return raw[:10]


def _amount(raw: str, _column: ListedColumn) -> int:
    value = Decimal(raw) * 1000
    if abs(value) > MAX_THOUSANDTHS or value != int(value):
        raise ValueError(raw)
    return int(value)


def _whole(raw: str, _column: ListedColumn) -> int:
    value = int(raw)
    if abs(value) >= 2**63:
        raise ValueError(raw)
    return value


_READ: dict[str, Callable[[str, ListedColumn], Value]] = {
    "text": _text,
    "id": _text,
    "flag": _flag,
    "date": _date,
    "time": lambda raw, _column: milliseconds(raw),
    "amount": _amount,
    "number": _whole,
}
_EXPECTED = {
    "text": "use one of the values that the property takes",
    "id": "use an id",
    "flag": "use true or false",
    "date": "use a date such as 2026-01-31",
    "time": 'use a date-time in quotes, such as "2026-01-31T12:00:00.000Z"',
    "amount": "use a number of at most three decimals",
    "number": "use a whole number",
}


def _bad(field: str, message: str, help: str = "") -> Refusal:
    return Refusal(None, field=field, detail=message, help=help)


# ---- the statement --------------------------------------------------------------------------------------


class _Key(msgspec.Struct, frozen=True):
    """One column of the order; `nullable` ones sort their nulls last whichever way they run."""

    attribute: str
    descending: bool
    nullable: bool


class _Shape(msgspec.Struct, frozen=True):
    """All that decides a list's SQL, apart from the values."""

    conditions: tuple[tuple[str, str, int], ...]
    order: tuple[_Key, ...]
    backward: bool
    null_keys: tuple[bool, ...] | None


_statements: dict[tuple[type[Record], _Shape], Statement] = {}


def _statement(record: type[Record], shape: _Shape) -> Statement:
    known = _statements.get((record, shape))
    if known is None:
        if len(_statements) >= MOST_SHAPES:
            _statements.clear()
        known = _statements[record, shape] = _build(record, shape)
    return known


def _order(record: type[Record], wanted: Sequence[SortKey]) -> list[_Key]:
    """The columns a list is ordered by: what was asked, then the time of creation, then the key; no column twice."""
    stored = STORED[record]
    keys: list[_Key] = []
    for sort_key in wanted:
        column = stored.listed[sort_key.name]
        keys.append(_Key(column.attribute, sort_key.descending, column.nullable))
    # The rest runs the way of the last key, so that one index serves both ways.
    descending = keys[-1].descending if keys else False
    keys += [_Key(a, descending, False) for a in ("created_time", *stored.key[1:]) if a in stored.table.c]
    order: list[_Key] = []
    for key in keys:
        named = [earlier.attribute for earlier in order]
        # Nothing is left to order once the whole key was named.
        if key.attribute not in named and not set(stored.key[1:]) <= set(named):
            order.append(key)
    return order


def _build(record: type[Record], shape: _Shape) -> Statement:
    stored = STORED[record]
    wheres = [stored.table.c.organization_id == bindparam("organization_id")]
    for i, (name, operator, count) in enumerate(shape.conditions):
        column = stored.listed[name].column
        wheres.append(
            _COMPARE[operator](column, [bindparam(f"value_{i}_{j}", type_=column.type) for j in range(count)])
        )
    if shape.null_keys is not None:
        wheres.append(_after(stored.table.c, shape))
    orders = [
        clause for key in shape.order for clause in _order_clauses(stored.table.c[key.attribute], key, shape)
    ]
    return Statement(
        select(stored.table).where(*wheres).order_by(*orders).limit(bindparam("row_limit", type_=_WHOLE))
    )


_WHOLE = literal(1).type


def _order_clauses(column: ColumnElement[Any], key: _Key, shape: _Shape) -> list[ColumnElement[Any]]:
    descending = key.descending != shape.backward
    ordered = column.desc() if descending else column.asc()
    if not key.nullable:
        return [ordered]
    absent = column.is_(None)
    return [absent.desc() if shape.backward else absent.asc(), ordered]


def _after(columns: Any, shape: _Shape) -> ColumnElement[bool]:
    """Rows behind the token's row in the order, or before it when paging backward."""
    assert shape.null_keys is not None
    keys = [(columns[key.attribute], key, i) for i, key in enumerate(shape.order)]
    if not any(key.nullable for key in shape.order) and len({key.descending for key in shape.order}) == 1:
        # One row comparison, which both databases answer from an index.
        left = tuple_(*(column for column, _, _ in keys))
        right = tuple_(*(bindparam(f"key_{i}", type_=column.type) for column, _, i in keys))
        return left < right if shape.order[0].descending != shape.backward else left > right
    choices: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for column, key, i in keys:
        is_null = shape.null_keys[i]
        value = bindparam(f"key_{i}", type_=column.type)
        choices.append(and_(*equal, _beyond(column, key, value, is_null=is_null, backward=shape.backward)))
        equal.append(column.is_(None) if is_null else column == value)
    return or_(*choices)


def _beyond(
    column: ColumnElement[Any], key: _Key, value: Any, *, is_null: bool, backward: bool
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


# ---- tokens ---------------------------------------------------------------------------------------------


def _query_hash(
    organization_id: str, record: type[Record], request: ListRequest, extra: Sequence[Condition]
) -> bytes:
    text = msgspec.json.encode([organization_id, record.__name__, request.sort, request.filters, extra])
    return hashlib.sha256(text).digest()[:12]


def _write_token(
    ctx: Context, row: Record, attributes: Sequence[str], query: bytes, *, backward: bool
) -> str:
    content = msgspec.msgpack.encode(_Token(backward, query, [getattr(row, name) for name in attributes]))
    return base64.urlsafe_b64encode(ctx.server.secrets.sign(content) + content).decode().rstrip("=")


def _read_token(ctx: Context, text: str, query: bytes, keys: int) -> _Token:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raw = b""
    signature, content = raw[:16], raw[16:]
    if not ctx.server.secrets.signed_by_us(content, signature):
        raise _bad(
            "page", "is not a page token of this server", "use nextPage or prevPage of an earlier answer"
        )
    try:
        token = msgspec.msgpack.decode(content, type=_Token)
    except msgspec.MsgspecError:
        # Signed by us for a list that is paged by other means.
        token = None
    if token is None or token.query != query or len(token.keys) != keys:
        raise _bad("page", "belongs to another list", "repeat the sort and filters that the token came with")
    return token
