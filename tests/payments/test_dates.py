"""The books as of any day: what is posted is dated as the papers are, whatever is corrected and in whatever order."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from clients import Api, World
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from payments.desk import ADDRESS, Desk
from receivables.cases import customer
from receivables.invoicing import invoice_body
from sqlalchemy import bindparam, select

from net30.kernel.tables import journal_entries, journal_postings
from net30.store.statements import Statement

_SIDES = Statement(
    select(
        journal_entries.c.date,
        journal_postings.c.party_id,
        journal_postings.c.amount,
        journal_entries.c.source_id,
        journal_entries.c.memo,
    )
    .join(
        journal_postings,
        (journal_postings.c.organization_id == journal_entries.c.organization_id)
        & (journal_postings.c.entry_id == journal_entries.c.id),
    )
    .where(
        journal_entries.c.organization_id == bindparam("organization_id"),
        journal_postings.c.account == bindparam("account"),
    )
    .order_by(journal_entries.c.id)
)
# Around the day on which the clock stands, 2026-03-03.
DATES = ("2025-12-31", "2026-02-28", "2026-03-02", "2026-03-03", "2026-03-04", "2026-06-30", "2027-01-01")
PAST = DATES[:4]


def sides(world: World, account: str) -> list[tuple[str, str, int, str, str]]:
    """(date, party, amount, paper, memo) of each side of an account, oldest first."""
    with world.database.read() as tx:
        rows = tx.rows(_SIDES, {"organization_id": world.id, "account": account})
    return [(date, party, int(amount), source, memo) for date, party, amount, source, memo in rows]


def as_of(world: World, account: str) -> Iterator[tuple[str, dict[str, float]]]:
    """Each date and what stands on the account then, by party."""
    found = sides(world, account)
    for day in DATES:
        standing: Counter[str] = Counter()
        for date, party, amount, _, _ in found:
            standing[party] += amount if date <= day else 0
        yield day, {party: amount / 1000 for party, amount in standing.items() if amount}


def bill_body(vendor_id: str, number: str, date: str, amount: float) -> dict[str, Any]:
    return {
        "vendorId": vendor_id,
        "dueDate": "2027-12-31",
        "invoice": {"invoiceNumber": number, "invoiceDate": date},
        "billLineItems": [{"amount": amount}],
    }


@pytest.mark.parametrize("date", ["2026-01-15", "2026-06-30"])
def test_a_corrected_date_moves_what_was_posted(desk: Desk, date: str) -> None:
    vendor_id = desk.vendor()
    made = desk.world.post("/bills", bill_body(vendor_id, "1", "2026-03-01", 100)).ok()
    desk.world.patch(f"/bills/{made['id']}", {"invoice": {"invoiceDate": date}}).ok()
    assert [(day, amount) for day, _, amount, _, _ in sides(desk.world, "accounts_payable")] == [
        ("2026-03-01", -100_000),
        ("2026-03-01", 100_000),
        (date, -100_000),
    ]
    assert desk.owed(vendor_id) == 100


def test_a_corrected_number_is_what_the_books_name(desk: Desk) -> None:
    made = desk.world.post("/bills", bill_body(desk.vendor(), "1", "2026-03-01", 100)).ok()
    desk.world.patch(f"/bills/{made['id']}", {"invoice": {"invoiceNumber": "2"}}).ok()
    memos = [(memo, amount) for _, _, amount, _, memo in sides(desk.world, "accounts_payable")]
    assert memos == [("Bill 1", -100_000), ("Bill 1", 100_000), ("Bill 2", -100_000)]


def test_a_correction_of_words_posts_nothing(desk: Desk) -> None:
    made = desk.world.post("/bills", bill_body(desk.vendor(), "1", "2026-03-01", 100)).ok()
    desk.world.patch(f"/bills/{made['id']}", {"description": "March", "dueDate": "2026-05-01"}).ok()
    assert len(sides(desk.world, "accounts_payable")) == 1


def test_what_is_archived_before_its_date_is_taken_back_on_its_date(desk: Desk) -> None:
    made = desk.world.post("/bills", bill_body(desk.vendor(), "1", "2026-06-30", 100)).ok()
    for verb in ("archive", "restore"):
        desk.world.post(f"/bills/{made['id']}/{verb}").ok()
    assert [date for date, _, _, _, _ in sides(desk.world, "accounts_payable")] == ["2026-06-30"] * 3


def test_an_invoice_of_another_day_is_owed_from_that_day_on(world: World) -> None:
    buyer = customer(world)["id"]
    made = world.post("/invoices", invoice_body(buyer, invoiceDate="2026-02-28")).ok()
    world.patch(f"/invoices/{made['id']}", {"invoiceDate": "2026-06-30"}).ok()
    books = dict(as_of(world, "accounts_receivable"))
    assert books["2026-02-28"] == books["2026-03-04"] == {}
    assert books["2026-06-30"] == {buyer: 300}
    world.post(f"/invoices/{made['id']}/archive").ok()
    assert [owed for _, owed in as_of(world, "accounts_receivable") if owed] == []


# ---- any order ------------------------------------------------------------------------------------------

# (what to do, which bill, a date of the above, an amount)
deeds = st.lists(
    st.tuples(
        st.sampled_from(["enter", "enter", "date", "vendor", "amount", "archive", "restore", "pay", "void"]),
        st.integers(0, 5),
        st.integers(0, len(DATES) - 1),
        st.integers(1, 9),
    ),
    min_size=4,
    max_size=20,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deeds)
def test_what_a_vendor_is_owed_as_of_a_day_is_the_papers_of_that_day(
    api: Api, done: list[tuple[str, int, int, int]]
) -> None:
    """Bills by their invoice dates, less payments by theirs; and nothing is taken back before it was posted."""
    desk = Desk(World(api, {"now": "2026-03-03T17:00:00Z"}))
    world = desk.world
    vendors = [
        str(world.post("/vendors", {"name": name, "address": ADDRESS}).ok()["id"]) for name in ("A", "B")
    ]
    bills: list[str] = []
    payments: list[str] = []
    for number, (what, which, when, amount) in enumerate(done):
        bill = bills[which % len(bills)] if bills else ""
        path = f"/bills/{bill}"
        if what == "enter" or not bill:
            body = bill_body(vendors[which % 2], f"{number}", DATES[when], amount)
            bills.append(str(world.post("/bills", body).ok()["id"]))
        elif what == "date":
            world.patch(path, {"invoice": {"invoiceDate": DATES[when]}})
        elif what == "vendor":
            world.patch(path, {"vendorId": vendors[which % 2]})
        elif what == "amount":
            lines = world.get(path).ok()["billLineItems"]
            world.patch(path, {"billLineItems": [{"id": lines[0]["id"], "amount": amount}]})
        elif what in ("archive", "restore"):
            world.post(f"{path}/{what}")
        elif what == "pay":
            told = world.get(path).ok()
            if told["archived"] is False and told["dueAmount"] > 0:
                date = PAST[when % len(PAST)]
                paid = desk.record(told["vendorId"], bill, told["dueAmount"], processDate=date)
                payments.append(str(paid.ok()["id"]))
        elif payments:
            world.post(f"/payments/{payments[which % len(payments)]}/void")
    owed: dict[str, dict[str, float]] = {day: dict.fromkeys(vendors, 0) for day in DATES}
    for bill in (world.get(f"/bills/{id}").ok() for id in bills):
        for day in DATES:
            if not bill["archived"] and bill["invoice"]["invoiceDate"] <= day:
                owed[day][bill["vendorId"]] += bill["amount"]
    for payment in (desk.read(id) for id in payments):
        for day in DATES:
            # A payment that was voided counts from its date until today, on which it was.
            voided = payment["singleStatus"] == "VOIDED" and day >= "2026-03-03"
            if payment["processDate"] <= day and not voided:
                owed[day][payment["vendorId"]] -= payment["amount"]
    for day, standing in as_of(world, "accounts_payable"):
        assert {party: -amount for party, amount in standing.items()} == {
            party: amount for party, amount in owed[day].items() if amount
        }, day
    balances = {id: world.get(f"/vendors/{id}").ok()["balance"]["amount"] for id in vendors}
    assert balances == owed[DATES[-1]]
    _nothing_is_taken_back_before_it_was_posted(world)


def _nothing_is_taken_back_before_it_was_posted(world: World) -> None:
    begun: dict[str, str] = {}
    for date, _, amount, source, _ in sides(world, "accounts_payable"):
        # A bill is entered by a credit, a payment by a debit.
        entered = amount < 0 if source.startswith("00n") else amount > 0
        if entered:
            begun[source] = date
        else:
            assert date >= begun[source]
