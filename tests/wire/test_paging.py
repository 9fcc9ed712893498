"""Pages: walked to the end and back they are the whole list, whatever it is sorted by and whatever comes in between.

A plain filter and a plain sort in Python say what the list is.
"""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prove_size import FULL
from stock import NOON_MS, blank, organization

from net30.bills.tables import Bill
from net30.kernel import ids
from net30.kernel.clock import timestamp
from net30.kernel.context import Server, reading, system_actor
from net30.store.record import STORED
from net30.vendors.tables import Vendor
from net30.wire.listing import Page, page
from net30.wire.types import ListRequest

ROWS = 400 if FULL else 120

proof = settings(
    max_examples=500 if FULL else 40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# Few values, so that ties are many; and texts that sort otherwise wherever the bytes are not what is compared.
VENDORS = ("009a", "009B", "009ab")
NUMBERS = (
    "",
    " ",
    "A",
    "B",
    "a",
    "aa",
    "é",
    "z",
    "ÿ",
    "\ud7ff",
    "\ue000",
    "\U0001f3b5",
    "100",
    "99",
    "%",
    "_",
)
DATES = ("2026-01-31", "2026-02-01", "2026-12-31")
ACCOUNTS = (None, None, "0ca1", "0ca2")
TIMES = tuple(NOON_MS + hour * 3_600_000 for hour in range(4))
STATUSES = ("PAID", "UNPAID", "SCHEDULED")
AMOUNTS = (0, 999, 1_000)
# As numbers they are in another order than as texts.
RATES = (None, None, "9.5", "10", "0.00000001", "314159265.12345678")
# Sorted by their first 100 characters, in which some of them are the same.
DESCRIPTIONS = (None, "", "a" * 99, "a" * 100, "a" * 100 + "b", "a" * 100 + "a", "\U0001f3b5" * 101, "z")

values: dict[str, st.SearchStrategy[Any]] = {
    "vendor_id": st.sampled_from(VENDORS),
    "invoice_number": st.sampled_from(NUMBERS),
    "due_date": st.sampled_from(DATES),
    "pay_from_chart_of_account_id": st.sampled_from(ACCOUNTS),
    "chart_of_account_id": st.sampled_from(ACCOUNTS),
    "payment_status": st.sampled_from(STATUSES),
    "funding_amount": st.sampled_from(AMOUNTS),
    "exchange_rate": st.sampled_from(RATES),
    "description": st.sampled_from(DESCRIPTIONS),
    "archived": st.integers(0, 1),
    "created_time": st.sampled_from(TIMES),
    "updated_time": st.sampled_from(TIMES),
}
sort_names = st.sampled_from(
    [name for name in STORED[Bill].listed if not name.startswith("classifications.")]
) | (st.just("classifications.chartOfAccountId"))
sort_keys = st.lists(st.tuples(sort_names, st.sampled_from(["asc", "desc"])), max_size=4)


@dataclasses.dataclass
class Books:
    """An organization's bills, as they are stored and as we know them."""

    running: Server
    organization_id: str
    bills: list[Bill]

    def page(self, request: ListRequest) -> Page[Bill]:
        with reading(self.running, system_actor(self.organization_id)) as ctx:
            return page(ctx, Bill, request)

    def add(self, *bills: Bill) -> None:
        with self.running.database.write() as tx:
            tx.insert(*bills)
        self.bills += bills

    def change(self, old: Bill, **changes: Any) -> None:
        new = msgspec.structs.replace(old, **changes)
        with self.running.database.write() as tx:
            tx.update(old, new)
        self.bills[self.bills.index(old)] = new


def new_books(running: Server) -> Books:
    owner = organization(running)
    with running.database.write() as tx:
        tx.insert(*(blank(Vendor, organization_id=owner.id, id=vendor_id) for vendor_id in VENDORS))
    return Books(running, owner.id, [])


def bill(books: Books, **given_values: Any) -> Bill:
    return blank(Bill, organization_id=books.organization_id, id=ids.new("00n"), **given_values)


def any_bill(books: Books) -> st.SearchStrategy[Bill]:
    return st.fixed_dictionaries(values).map(lambda drawn: bill(books, **drawn))


@pytest.fixture(scope="module")
def books(running: Server) -> Books:
    """Many bills of few values; nothing changes them."""
    made = new_books(running)
    choices: dict[str, tuple[Any, ...]] = {
        "vendor_id": VENDORS,
        "invoice_number": NUMBERS,
        "due_date": DATES,
        "pay_from_chart_of_account_id": ACCOUNTS,
        "chart_of_account_id": ACCOUNTS,
        "payment_status": STATUSES,
        "funding_amount": AMOUNTS,
        "exchange_rate": RATES,
        "description": DESCRIPTIONS,
        "archived": (0, 1),
        "created_time": TIMES,
        "updated_time": TIMES,
    }
    # Strides that share no factor give every combination its turn.
    made.add(
        *(
            bill(made, **{name: taken[i * (2 * k + 1) // (k + 1) % len(taken)] for k, (name, taken) in pairs})
            for i in range(ROWS)
            for pairs in [list(enumerate(choices.items()))]
        )
    )
    return made


# ---- what a list is ------------------------------------------------------------------------------------


def expected(bills: list[Bill], keys: list[tuple[str, str]], keep: Callable[[Bill], bool]) -> list[Bill]:
    """The bills that are kept, sorted: nulls last either way, ties by time of creation and then by id."""
    last = keys[-1][1] if keys else "asc"
    attributes = [(STORED[Bill].listed[name].attribute, way) for name, way in keys]
    rows = [one for one in bills if keep(one)]
    for attribute, way in reversed([*attributes, ("created_time", last), ("id", last)]):
        rows.sort(key=lambda one: in_order(attribute, getattr(one, attribute)), reverse=way == "desc")
        rows.sort(key=lambda one: getattr(one, attribute) is None)
    return rows


def in_order(attribute: str, value: str | int | None) -> tuple[float, bytes]:
    """Text compares bytewise, a description by its beginning, a rate as a number."""
    if attribute == "exchange_rate":
        return (float(value or 0), b"")
    if attribute == "description" and isinstance(value, str):
        value = value[:100]
    return (value, b"") if isinstance(value, int) else (0, (value or "").encode())


Filter = tuple[str, Callable[[Bill], bool]]


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@st.composite
def one_filter(draw: st.DrawFn) -> Filter:
    """A filter as it is written, and as it is meant."""
    match draw(st.integers(0, 6)):
        case 0:
            number = draw(values["invoice_number"])
            return f"invoice.invoiceNumber:eq:{quoted(number)}", lambda one: one.invoice_number == number
        case 1:
            start = draw(values["invoice_number"])
            return f"invoiceNumber:sw:{quoted(start)}", lambda one: one.invoice_number.startswith(start)
        case 2:
            some = draw(st.lists(values["vendor_id"], min_size=1, max_size=3))
            return f"vendorId:in:{quoted(','.join(some))}", lambda one: one.vendor_id in some
        case 3:
            account = draw(st.sampled_from(["0ca1", "0ca2", "0ca3"]))
            name = "payFromChartOfAccountId"
            return f"{name}:ne:{account}", lambda one: one.pay_from_chart_of_account_id != account
        case 4:
            flag = draw(st.booleans())
            return f"archived:eq:{str(flag).lower()}", lambda one: one.archived == flag
        case 5:
            operator, date = draw(st.sampled_from(list(COMPARE))), draw(values["due_date"])
            return f"dueDate:{operator}:{date}", lambda one: COMPARE[operator](one.due_date, date)
        case _:
            operator, time = draw(st.sampled_from(list(COMPARE))), draw(values["created_time"])
            written = quoted(timestamp(time))
            return f"createdTime:{operator}:{written}", lambda one: COMPARE[operator](one.created_time, time)


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
}


def walk(books: Books, request: ListRequest) -> Iterator[Page[Bill]]:
    """Every page from the one asked for to the end."""
    while True:
        yield (found := books.page(request))
        if found.next_page is None:
            return
        request = msgspec.structs.replace(request, page=found.next_page)


def walk_back(books: Books, request: ListRequest, token: str | None) -> Iterator[Page[Bill]]:
    while token is not None:
        yield (found := books.page(msgspec.structs.replace(request, page=token)))
        token = found.prev_page


# ---- proofs ---------------------------------------------------------------------------------------------


@proof
@given(keys=sort_keys, filters=st.lists(one_filter(), max_size=3), most=st.integers(1, 100))
def test_pages_are_the_list(
    books: Books, keys: list[tuple[str, str]], filters: list[Filter], most: int
) -> None:
    sort = ",".join(":".join(key) for key in keys) or None
    request = ListRequest(max=most, sort=sort, filters=",".join(text for text, _ in filters) or None)
    wanted = expected(books.bills, keys, lambda one: all(keep(one) for _, keep in filters))

    pages = list(walk(books, request))
    assert [one.id for found in pages for one in found.rows] == [one.id for one in wanted]
    assert all(len(found.rows) == most for found in pages[:-1])
    assert pages[0].prev_page is None

    back = list(walk_back(books, request, pages[-1].prev_page))
    assert [one.id for found in reversed(back) for one in found.rows] == [
        one.id for one in wanted[: len(wanted) - len(pages[-1].rows)]
    ]
    # Page by page, the way back shows what the way there showed, and leads there again.
    assert [found.rows for found in back] == [found.rows for found in reversed(pages[:-1])]
    assert all(found.next_page is not None for found in back)


@settings(proof, max_examples=200 if FULL else 12)
@given(data=st.data(), keys=sort_keys, most=st.integers(1, 6))
def test_pages_while_the_list_changes(
    running: Server, data: st.DataObject, keys: list[tuple[str, str]], most: int
) -> None:
    """Rows whose sort keys stay are shown once each and in order, whatever is entered and changed meanwhile."""
    books = new_books(running)
    books.add(*data.draw(st.lists(any_bill(books), min_size=1, max_size=25)))
    begun = list(books.bills)
    request = ListRequest(max=most, sort=",".join(":".join(key) for key in keys) or None)
    sorted_by = {STORED[Bill].listed[name].attribute for name, _ in keys} | {"created_time"}
    moved: set[str] = set()

    def meddle() -> None:
        books.add(*data.draw(st.lists(any_bill(books), max_size=3)))
        old = data.draw(st.sampled_from(books.bills))
        changes = data.draw(st.fixed_dictionaries({}, optional=values))
        if any(getattr(old, name) != changes[name] for name in sorted_by & changes.keys()):
            moved.add(old.id)
        books.change(old, **changes)

    shown: list[str] = []
    for found in walk(books, request):
        shown += [one.id for one in found.rows]
        if len(books.bills) < 60:
            meddle()
    stayed = [one.id for one in expected(begun, keys, lambda one: one.id not in moved)]
    assert [id for id in shown if id in set(stayed)] == stayed

    afterwards = books.page(msgspec.structs.replace(request, max=100))
    assert [one.id for one in afterwards.rows] == [
        one.id for one in expected(books.bills, keys, lambda one: True)
    ]


@settings(proof, max_examples=30 if FULL else 3)
@given(data=st.data(), way=st.sampled_from(["asc", "desc"]))
def test_every_single_sort_key(books: Books, data: st.DataObject, way: str) -> None:
    for name in STORED[Bill].listed:
        request = ListRequest(max=data.draw(st.integers(20, 100)), sort=f"{name}:{way}")
        shown = [one.id for found in walk(books, request) for one in found.rows]
        assert shown == [one.id for one in expected(books.bills, [(name, way)], lambda one: True)]


def test_what_is_absent_differs_from_every_value(books: Books) -> None:
    def found(filters: str) -> set[str | None]:
        request = ListRequest(max=100, filters=filters)
        return {one.pay_from_chart_of_account_id for part in walk(books, request) for one in part.rows}

    assert found("payFromChartOfAccountId:ne:0ca1") == {None, "0ca2"}
    assert found("payFromChartOfAccountId:eq:0ca1") == {"0ca1"}
    assert found('payFromChartOfAccountId:in:"0ca1,0ca2"') == {"0ca1", "0ca2"}
