"""Calls that arrive at the same moment: one of two wins where only one can, and the books add up where all do."""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

import pytest
from clients import Answered, Api, FreshDatabase
from prove.books import Rows, require_sound
from prove.served import Callee, Line, ServedWorld, bill_body, invoice_body, serving
from prove_size import FULL

from net30.app import server
from net30.kernel.context import Server
from net30.settings import Settings
from net30.store.database import Database
from net30.store.schema import migrate

ROUNDS = 50 if FULL else 3
CREATORS = 8
BILLS_EACH = 50 if FULL else 8

WHERE = ["in process, sqlite", "in process, postgresql"]
if FULL:
    WHERE += ["two workers, sqlite", "two workers, postgresql"]

Call = Callable[[Callee], Answered]


class InProcess:
    """The application in this process, called as a served one is."""

    def __init__(self, running: Server) -> None:
        self._api = Api(running)

    def call(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] = {}) -> Answered:
        return self._api.call(method, path, body, headers=headers)

    def __enter__(self) -> "InProcess":
        return self

    def __exit__(self, *_: object) -> None: ...


class Course(NamedTuple):
    """Where races are run: a server, a way to open connections to it, and its database."""

    callee: Callee
    line: Callable[[], AbstractContextManager[Callee]]
    database: Database


@pytest.fixture(scope="module", params=WHERE)
def course(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, fresh_database: FreshDatabase
) -> Iterator[Course]:
    where, dialect = request.param.split(", ")
    url = fresh_database(dialect)
    if where == "two workers":
        database = Database(url, 2)
        with serving(url, tmp_path_factory.mktemp("races"), workers=2) as served:
            yield Course(served, lambda: Line(served), database)
        database.close()
        return
    files = str(tmp_path_factory.mktemp("files"))
    running = server(Settings(database=url, secret_key="a key of the tests", files=files))
    migrate(running.database)
    callee = InProcess(running)
    yield Course(callee, lambda: callee, running.database)
    running.database.close()


class Racers:
    """A world, and threads that call it at once, each on a connection of its own."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.world = ServedWorld(course.callee, now="2026-03-03T17:00:00Z", frozen=True)
        self._bills = 0

    def vendor(self, name: str = "Happy Music Supplies") -> str:
        return self.world.vendor(self.course.callee, name)

    def bill(self, vendor_id: str, amount: float = 100) -> str:
        self._bills += 1
        return self.world.bill(self.course.callee, vendor_id, f"B{self._bills}", amount)

    def read(self, path: str) -> Any:
        return self.world.call(self.course.callee, "GET", path).ok()

    def pay(self, bill_id: str, amount: float, key: str | None, line: Callee) -> Answered:
        return self.world.call(line, "POST", "/payments", self.world.payment_body(bill_id, amount), key)

    def enter(self, vendor_id: str, number: str, key: str | None, line: Callee) -> Answered:
        return self.world.call(line, "POST", "/bills", bill_body(vendor_id, number, [12.34]), key)

    def customer(self) -> str:
        return self.world.customer(self.course.callee, "Town Hall")

    def invoice(self, customer_id: str, line: Callee) -> Answered:
        return self.world.call(line, "POST", "/invoices", invoice_body(customer_id, [10]))

    def cancel(self, path: str, line: Callee) -> Answered:
        return self.world.call(line, "POST", f"{path}/cancel")

    def advance(self, to: str, line: Callee) -> Answered:
        return self.world.control(line, "POST", "/clock/advance", {"to": to})

    def at_once(self, *calls: Call) -> list[Answered]:
        """The answers of calls that begin at one moment, in the order of the calls."""
        gate = threading.Barrier(len(calls))

        def run(call: Call) -> Answered:
            with self.course.line() as line:
                # The connection is open before the moment comes.
                line.call("GET", "/connect/v3/health")
                gate.wait(timeout=30)
                return call(line)

        with ThreadPoolExecutor(len(calls)) as threads:
            return list(threads.map(run, calls))

    def require_sound(self) -> Rows:
        return require_sound(self.course.database, self.world.id)


@pytest.fixture
def racers(course: Course) -> Racers:
    return Racers(course)


def test_a_bill_is_paid_by_one_of_two(racers: Racers) -> None:
    vendor_id = racers.vendor()
    for _ in range(ROUNDS):
        bill_id = racers.bill(vendor_id, 100)
        answers = racers.at_once(*[partial(racers.pay, bill_id, 60, None)] * 2)
        assert sorted(answered.status for answered in answers) == [201, 422]
        refused = next(answered for answered in answers if answered.status == 422)
        assert refused.codes == ["BDC_1159"]
        bill = racers.read(f"/bills/{bill_id}")
        assert (bill["dueAmount"], bill["scheduledAmount"]) == (40, 60)
    racers.require_sound()


def test_equal_idempotency_keys_have_one_effect(racers: Racers) -> None:
    vendor_id = racers.vendor()
    for number in range(ROUNDS):
        key = f"key {number}"
        entered = racers.at_once(*[partial(racers.enter, vendor_id, f"N{number}", key)] * 4)
        _require_one_effect(entered)
        bill_id = entered[0].json["id"]
        paid = racers.at_once(*[partial(racers.pay, bill_id, 1, key)] * 2)
        _require_one_effect(paid)
    rows = racers.require_sound()
    assert (len(rows.bills), len(rows.payments)) == (ROUNDS, ROUNDS)


def _require_one_effect(answers: list[Answered]) -> None:
    assert [answered.status for answered in answers] == [201] * len(answers)
    assert len({answered.text for answered in answers}) == 1
    hits = [answered.headers.get("idempotency-hit") for answered in answers]
    assert hits.count(None) == 1
    assert hits.count("true") == len(answers) - 1


def test_a_number_is_taken_by_one_of_two(racers: Racers) -> None:
    vendor_id = racers.vendor()
    for number in range(ROUNDS):
        answers = racers.at_once(*[partial(racers.enter, vendor_id, f"N{number}", None)] * 2)
        assert sorted(answered.status for answered in answers) == [201, 422]
        assert [a.codes for a in answers if a.status == 422] == [["BDC_1171"]]
    assert len(racers.require_sound().bills) == ROUNDS


def test_numbers_that_are_generated_at_once_differ(racers: Racers) -> None:
    customer_id = racers.customer()
    for _ in range(ROUNDS):
        answers = racers.at_once(*[partial(racers.invoice, customer_id)] * 3)
        assert [answered.status for answered in answers] == [201] * 3
    numbers = {invoice.invoice_number for invoice in racers.require_sound().invoices}
    assert numbers == {f"INV-{1001 + n}" for n in range(3 * ROUNDS)}
    assert racers.read(f"/customers/{customer_id}")["balance"]["amount"] == 3 * ROUNDS * 10


def test_what_many_enter_at_once_adds_up(racers: Racers) -> None:
    vendor_ids = [racers.vendor(f"Vendor {i}") for i in range(2)]

    def enter_many(who: int, line: Callee) -> Answered:
        for number in range(BILLS_EACH):
            answered = racers.enter(vendor_ids[(who + number) % 2], f"C{who}-{number}", None, line)
            answered.ok()
        return answered

    racers.at_once(*(partial(enter_many, who) for who in range(CREATORS)))
    rows = racers.require_sound()
    assert len(rows.bills) == CREATORS * BILLS_EACH
    balances = [racers.read(f"/vendors/{vendor_id}")["balance"]["amount"] for vendor_id in vendor_ids]
    assert round(sum(balances), 2) == round(12.34 * CREATORS * BILLS_EACH, 2)


def test_a_payment_is_canceled_or_released(racers: Racers) -> None:
    """A cancel meets the job that begins the payment: both leave books and bill in one piece."""
    vendor_id = racers.vendor()
    canceled = 0
    for _ in range(ROUNDS):
        bill_id = racers.bill(vendor_id, 100)
        payment = racers.pay(bill_id, 100, None, racers.course.callee).ok()
        path = f"/payments/{payment['id']}"
        to = f"{date.fromisoformat(payment['processDate']) + timedelta(days=1)}T00:00:00Z"
        answers = racers.at_once(partial(racers.cancel, path), partial(racers.advance, to))
        answers[1].ok()
        status, due = racers.read(path)["singleStatus"], racers.read(f"/bills/{bill_id}")["dueAmount"]
        if answers[0].status == 200:
            canceled += 1
            assert (status, due) == ("CANCELED", 100)
        else:
            assert answers[0].codes == ["BDC_1119"]
            assert status != "CANCELED"
            assert due == 0
        racers.require_sound()
    print(f"\nof {ROUNDS} payments about to be released, {canceled} were canceled in time")


def test_of_two_advances_at_once_nothing_runs_twice(racers: Racers) -> None:
    vendor_id = racers.vendor()
    statuses = set()
    for number in range(ROUNDS):
        bills = [racers.bill(vendor_id, 10) for _ in range(5)]
        for bill_id in bills:
            racers.pay(bill_id, 10, None, racers.course.callee).ok()
        to = f"{date(2026, 3, 3) + timedelta(days=28 * (number + 1))}T00:00:00Z"
        answers = racers.at_once(*[partial(racers.advance, to)] * 2)
        statuses |= {answered.status for answered in answers}
        assert 200 in {answered.status for answered in answers}
        done = [one["id"] for answered in answers if answered.status == 200 for one in answered.json["jobs"]]
        assert len(done) == len(set(done))
        assert racers.world.control(racers.course.callee, "GET", "/clock").ok()["now"][:10] == to[:10]
        rows = racers.require_sound()
        assert {payment.single_status for payment in rows.payments} == {"CLEARED"}
    # The one that comes while the other is at work is told so.
    assert statuses <= {200, 409}
