"""Every list of the wire: filters, several sort keys, and pages that follow keys instead of counting rows.

A page token names the sort keys of the row it continues from. It is signed and bound to the organization and to the
query, so a token works nowhere else; rows that are inserted meanwhile neither shift nor repeat the others. It holds the
query's sort and filters too, because some programs send them with the first page only.

Any single filter and any single sort reads its page from an index, however many rows there are: see wire/paging.py.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Generic, TypeVar, cast

import msgspec

from net30.kernel.clock import milliseconds
from net30.kernel.context import Context
from net30.kernel.money import MAX_THOUSANDTHS
from net30.kernel.refusal import Refusal, Refusals
from net30.store.record import RANGE, STORED, ListedColumn, Record, compared
from net30.store.statements import Value
from net30.wire import tokens
from net30.wire.paging import SortKey, led, order_of
from net30.wire.reading import Condition as Condition
from net30.wire.reading import Wanted, are_few
from net30.wire.reading import rows as rows_of
from net30.wire.types import ListRequest, Wire

_encode = msgspec.json.Encoder().encode

R = TypeVar("R", bound=Record)
T = TypeVar("T")

MOST_CONDITIONS = 20
MOST_VALUES = 100
MOST_SORT_KEYS = 5
# A page that would be longer ends earlier, after one row at least, and the next one goes on.
MOST_PAGE_BYTES = 4_000_000
# The column of records that says about how many bytes their parts add to an answer.
PARTS_BYTES = "parts_bytes"

_FILTER_FORM = 'write field:op:value, with commas between filters and quotes around a list: status:in:"A,B"'
_ESCAPES = 'inside quotes write \\" for a quote and \\\\ for a backslash'
_UNKNOWN_ESCAPE = re.compile(r'(?:^|[^\\])(?:\\\\)*(\\[^"\\])')
_CONDITION = re.compile(r'\s*([\w.]+):(\w+):(?:"((?:[^"\\]|\\.)*)"|([^,"]*))(?:,|$)')


class ListAnswer(Wire, Generic[T]):
    """A page on the wire."""

    results: list[T]
    next_page: str | None = None
    prev_page: str | None = None


class Page(msgspec.Struct, Generic[R], frozen=True):
    """Rows of one page in order, and the tokens of its neighbours.

    `cut` makes of it the page that has only the first rows, or those at the other end when it is read backward.
    """

    rows: list[R]
    next_page: str | None
    prev_page: str | None
    backward: bool
    cut: "Callable[[int], Page[R]]"

    def of(self, results: list[T]) -> ListAnswer[T]:
        """The page on the wire, as far as it is not too long; `results` are its rows as they are answered."""
        assert len(results) == len(self.rows), "each row has its answer"
        page: Page[R] = self
        encoded = _encode(results)
        if len(encoded) > MOST_PAGE_BYTES:
            sizes = [len(_encode(one)) for one in results]
            fitting = _fitting(sizes[::-1] if self.backward else sizes)
            page = self.cut(fitting)
            encoded = _encode(results[len(results) - fitting :] if self.backward else results[:fitting])
        # What was encoded to be measured is not encoded again: the answer has it as it is.
        once = cast(list[T], msgspec.Raw(encoded))
        return ListAnswer(results=once, next_page=page.next_page, prev_page=page.prev_page)


class _Token(msgspec.Struct, array_like=True):
    backward: bool
    of: bytes
    sort: str
    filters: str
    led_by: str
    keys: list[str | int | float | None]


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
    the_list = _list_hash(ctx.organization_id, record, extra)
    token = _read_token(ctx, request, the_list) if request.page else None
    sort, filters = (token.sort, token.filters) if token else (request.sort or "", request.filters or "")
    faults: list[Refusal] = []
    conditions = [*extra, *parse_filters(record, filters, faults)]
    wanted = parse_sort(record, sort, faults)
    if faults:
        raise Refusals(faults)
    led_by = token.led_by if token else "" if wanted else _range_to_lead(ctx, record, conditions)
    order = led(record, led_by) if led_by else order_of(record, wanted)
    if token and len(token.keys) != len(order):
        raise _no_token()
    backward = token.backward if token else False
    keys = tuple(token.keys) if token else None
    found = rows_of(ctx, record, Wanted(tuple(conditions), tuple(order), backward, keys), request.max + 1)

    def token_of(row: R, *, back: bool) -> str:
        keys = [compared(getattr(row, key.attribute), key.kind) for key in order]
        return tokens.write(ctx.server.secrets, _Token(back, the_list, sort, filters, led_by, keys))

    def page_of(most: int) -> Page[R]:
        more = len(found) > most
        rows = found[:most]
        if backward:
            rows.reverse()
        has_next = more if not backward else True
        has_prev = token is not None if not backward else more
        return Page(
            rows,
            token_of(rows[-1], back=False) if rows and has_next else None,
            token_of(rows[0], back=True) if rows and has_prev else None,
            backward,
            page_of,
        )

    return page_of(_with_room(record, found[: request.max]))


def _with_room(record: type[Record], found: Sequence[Record]) -> int:
    """Of how many rows the parts have room on a page; they need not be read of the others."""
    if PARTS_BYTES not in STORED[record].table.c:
        return len(found)
    return _fitting([getattr(row, PARTS_BYTES) for row in found])


def _fitting(sizes: Sequence[int]) -> int:
    """How many of the first have room on a page: one at least, where there are any."""
    if sum(sizes) <= MOST_PAGE_BYTES:
        return len(sizes)
    return max(1, next(i for i, size in enumerate(accumulate(sizes)) if size > MOST_PAGE_BYTES))


def _range_to_lead(ctx: Context, record: type[Record], conditions: Sequence[Condition]) -> str:
    """The name of a filter whose range holds so many rows that no order but its own can be read from an index.

    Nothing ("") for a range of creation times, which is the order of the list, and for a range of few rows.
    """
    stored = STORED[record]
    ranges = [c for c in conditions if c.operator in (*RANGE, "sw")]
    names = {stored.listed[c.name].attribute: c.name for c in ranges}
    if len(names) != 1 or names.keys() & {"created_time", *stored.key}:
        return ""
    return "" if are_few(ctx, record, ranges) else ranges[0].name


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
        if quoted is not None and (unknown := _UNKNOWN_ESCAPE.search(quoted)):
            faults.append(_bad("filters", f"{name}: {unknown[1]} stands for nothing", _ESCAPES))
            continue
        raw = plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        try:
            conditions.append(_condition(record, name, operator, raw))
        except Refusal as refusal:
            faults.append(refusal)
    if len(conditions) > MOST_CONDITIONS:
        faults.append(_bad("filters", f"holds more than {MOST_CONDITIONS} conditions"))
    return conditions


def _condition(record: type[Record], name: str, operator: str, raw: str) -> Condition:
    column = _listed(record, name, "filters")
    if operator not in column.operators:
        raise _bad(
            "filters", f"{name} does not take the operator {operator!r}", f"use {', '.join(column.operators)}"
        )
    texts = [part.strip() for part in raw.split(",")] if operator in ("in", "nin") else [raw]
    if len(texts) > MOST_VALUES:
        raise _bad("filters", f"{name}:{operator} lists more than {MOST_VALUES} values")
    values = tuple(dict.fromkeys(_value(name, column, one) for one in texts))
    if operator == "sw":
        return Condition(name, operator, (raw, *_end_of_prefix(raw)))
    return Condition(name, operator, values)


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
            _listed(record, name, "sort")
        except Refusal as refusal:
            faults.append(refusal)
            continue
        if direction not in ("", "asc", "desc"):
            faults.append(_bad("sort", f"{direction!r} is not an order", "write field:asc or field:desc"))
        keys.append(SortKey(name, direction == "desc"))
    if len(keys) > MOST_SORT_KEYS:
        faults.append(_bad("sort", f"names more than {MOST_SORT_KEYS} fields"))
    return keys


def _listed(record: type[Record], name: str, field: str) -> ListedColumn:
    """The column of a name in `filters` or in `sort`; some can only be sorted by."""
    listed = STORED[record].listed
    usable = [one for one, column in listed.items() if column.operators or field == "sort"]
    if name not in usable:
        use = "sorted by" if field == "sort" else "filtered on"
        raise _bad(field, f"{name!r} cannot be {use} here", f"use one of {', '.join(sorted(usable))}")
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
    "time": 'use a date-time in quotes, such as "2026-01-31T12:00:00.000Z"; write %2B for + in a URL',
    "amount": "use a number of at most three decimals",
    "number": "use a whole number",
}


def _bad(field: str, message: str, help: str = "") -> Refusal:
    return Refusal(None, field=field, detail=message, help=help)


# ---- tokens ---------------------------------------------------------------------------------------------


def _list_hash(organization_id: str, record: type[Record], extra: Sequence[Condition]) -> bytes:
    text = msgspec.json.encode([organization_id, record.__name__, extra])
    return hashlib.sha256(text).digest()[:12]


def _read_token(ctx: Context, request: ListRequest, the_list: bytes) -> _Token:
    """The token of a request that repeats its sort and filters or leaves both out; a Refusal otherwise."""
    token = tokens.read(ctx.server.secrets, request.page or "", _Token)
    if token is None or token.of != the_list:
        raise _no_token()
    query = (request.sort or "", request.filters or "")
    if query != ("", "") and query != (token.sort, token.filters):
        raise _no_token()
    return token


def _no_token() -> Refusal:
    return _bad(
        "page",
        "is not a page token of this list",
        "use nextPage or prevPage of an earlier answer, with the sort and filters that it came with or without any",
    )
