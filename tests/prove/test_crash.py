"""A server is killed in the midst of its work. What it had answered is there, once, and the work goes on."""

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from clients import FreshDatabase
from prove.books import Rows, require_sound
from prove.load import Client, Sent, under_load
from prove.served import Gone, Served, ServedWorld
from prove_size import FULL

from net30.kernel.jobs import LEASE_MS
from net30.store.database import Database

SEED = 20260303
KILLS = 20 if FULL else 1
THREADS = 4
DATABASES = ("sqlite", "postgresql") if FULL else ("sqlite",)


class Station:
    """A database and the server that is started on it again and again."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.random = Random(SEED)
        self.database = Database(url, 2)
        self.starts_s: list[float] = []
        self.served = self._start()

    def _start(self) -> Served:
        served = Served(self.url, self.folder, workers=2)
        self.starts_s.append(served.started_in_s)
        return served

    def kill_and_start(self) -> None:
        """End every process at once, and start anew on the same database."""
        self.served.kill()
        self.served = self._start()

    def close(self) -> None:
        self.served.kill()
        self.database.close()


@pytest.fixture(params=DATABASES)
def station(
    request: pytest.FixtureRequest, tmp_path: Path, fresh_database: FreshDatabase
) -> Iterator[Station]:
    station = Station(fresh_database(request.param), tmp_path)
    yield station
    station.close()


def test_a_killed_server_loses_nothing_and_repeats_nothing(station: Station) -> None:
    random, world = station.random, ServedWorld(station.served, now="2026-03-03T17:00:00Z", frozen=True)
    clients: list[Client] = []
    for kill in range(KILLS):
        clients = [_client(station, world, f"K{kill}T{thread}") for thread in range(THREADS)]
        with under_load(station.served, clients):
            _await_writes(clients, random.randint(10, 150))
            station.served.kill()
        assert [text for client in clients for text in client.refused] == []
        station.kill_and_start()
        rows = require_sound(station.database, world.id)
        for client in clients:
            _require_all_there(rows, client)
            _require_invoices_there(rows, client)
            _send_again(station, client)
        if kill % 4 == 0:
            _kill_during_an_advance(station, world)
    rows = _clear_everything(station, world)
    print(
        f"\nkilled {KILLS} times on {station.database.dialect}, seed {SEED}: {len(rows.bills)} bills, "
        f"{len(rows.invoices)} invoices and {len(rows.payments)} payments are there once; "
        f"slowest start {max(station.starts_s):.2f} s"
    )


def _await_writes(clients: list[Client], count: int) -> None:
    deadline = time.monotonic() + 30
    while sum(len(client.sent) for client in clients) < count and time.monotonic() < deadline:
        time.sleep(0.002)


def _client(station: Station, world: ServedWorld, name: str) -> Client:
    vendor_id = world.vendor(station.served, f"Vendor {name}", ach=station.random.random() < 0.5)
    customer_id = world.customer(station.served, f"Customer {name}")
    return Client(world, vendor_id, customer_id, name, Random(f"{SEED} {name}"))


def _require_all_there(rows: Rows, client: Client) -> None:
    """What was answered is stored as it was answered; what was in flight is there whole or not at all."""
    bills = {bill.id: bill for bill in rows.bills if bill.vendor_id == client.vendor_id}
    flying = client.in_flight()
    for own in client.bills:
        stored = bills[own.id]
        assert (stored.invoice_number, stored.amount) == (own.number, round(own.amount * 1000))
        allowed = {own.description}
        if flying is not None and flying.path == f"/bills/{own.id}":
            allowed.add(flying.body["description"])
        assert stored.description in allowed
    wanted = {own.number for own in client.bills}
    more = {bill.invoice_number for bill in bills.values()} - wanted
    assert more in (set(), _numbers(flying)), f"{more} was in flight, and is there in part"
    paid = {sent.answer["id"] for sent in client.sent if sent.kind == "pay" and sent.answered}
    stored_payments = {payment.id for payment in rows.payments if payment.vendor_id == client.vendor_id}
    assert paid <= stored_payments
    assert len(stored_payments - paid) <= int(flying is not None and flying.kind == "pay")


def _require_invoices_there(rows: Rows, client: Client) -> None:
    """An invoice is as it was last answered, or as the request in flight makes it; no other but that one is there."""
    stored = {one.id: one.total_amount for one in rows.invoices if one.customer_id == client.customer_id}
    flying = client.in_flight()
    for invoice_id, total in client.invoices.items():
        allowed = {round(total * 1000)}
        if flying is not None and flying.path == f"/invoices/{invoice_id}":
            allowed.add(round(sum(line["price"] for line in flying.body["invoiceLineItems"]) * 1000))
        assert stored[invoice_id] in allowed
    more = stored.keys() - client.invoices.keys()
    assert len(more) <= int(flying is not None and flying.kind == "invoice")


def _numbers(sent: Sent | None) -> set[str]:
    """The numbers of the bills that a request enters."""
    if sent is None or not sent.kind.startswith("enter"):
        return set()
    bodies = sent.body if isinstance(sent.body, list) else [sent.body]
    return {body["invoice"]["invoiceNumber"] for body in bodies}


def _send_again(station: Station, client: Client) -> None:
    """A request that is sent again with its key has its effect once, whether or not it was answered."""
    keyed = [sent for sent in client.sent if sent.key is not None]
    for sent in keyed[-6:]:
        before = _count(station, client)
        first = client.send(station.served, sent)
        second = client.send(station.served, sent)
        assert 200 <= first.status < 300, f"{sent} {first.text}"
        assert second.headers["idempotency-hit"] == "true"
        assert first.json == second.json
        hit = first.headers.get("idempotency-hit") == "true"
        if sent.answered:
            assert hit
            assert first.json == sent.answer
        assert (_count(station, client) == before) is hit


def _count(station: Station, client: Client) -> tuple[int, int, int]:
    rows = Rows(station.database, client.world.id)
    return (
        sum(bill.vendor_id == client.vendor_id for bill in rows.bills),
        sum(payment.vendor_id == client.vendor_id for payment in rows.payments),
        sum(invoice.customer_id == client.customer_id for invoice in rows.invoices),
    )


def _kill_during_an_advance(station: Station, world: ServedWorld) -> None:
    """The clock is being advanced over many due jobs when everything is killed; the same `to` finishes the work."""
    now = world.control(station.served, "GET", "/clock").ok()["now"]
    to = {"to": f"{_day_after(now, 20)}T00:00:00Z"}

    def advance() -> None:
        with suppress(Gone):
            world.control(station.served, "POST", "/clock/advance", to)

    calling = threading.Thread(target=advance)
    calling.start()
    time.sleep(station.random.uniform(0.02, 0.5))
    station.kill_and_start()
    calling.join()
    require_sound(station.database, world.id)
    _advance(station, world, to)
    rows = require_sound(station.database, world.id)
    assert {payment.single_status for payment in rows.payments} <= {"CLEARED"}


def _day_after(now: str, days: int) -> str:
    return (date.fromisoformat(now[:10]) + timedelta(days=days)).isoformat()


def _advance(station: Station, world: ServedWorld, to: dict[str, str]) -> None:
    """Advance; a call that was killed may keep others out for the length of its lease."""
    deadline = time.monotonic() + LEASE_MS / 1000 + 2
    while True:
        answered = world.control(station.served, "POST", "/clock/advance", to)
        if answered.status != 409 or time.monotonic() > deadline:
            answered.ok()
            return
        time.sleep(0.2)


def _clear_everything(station: Station, world: ServedWorld) -> Rows:
    """Due jobs go on after the last start until all is paid, once."""
    now = world.control(station.served, "GET", "/clock").ok()["now"]
    _advance(station, world, {"to": f"{_day_after(now, 30)}T00:00:00Z"})
    rows = require_sound(station.database, world.id)
    assert {payment.single_status for payment in rows.payments} <= {"CLEARED"}
    paid = Counter(posting.account for posting in rows.postings)
    assert paid["bank"] == len(rows.payments), "a payment left the bank more than once"
    assert sum(bill.paid_amount for bill in rows.bills) == sum(payment.amount for payment in rows.payments)
    return rows


def test_the_lock_beside_sqlite_does_not_outlive_a_killed_server(tmp_path: Path) -> None:
    """A writer that is killed while it holds the file lock leaves it free."""
    import fcntl

    served = Served(f"sqlite:///{tmp_path}/net30.db", tmp_path)
    world = ServedWorld(served)
    client = Client(
        world, world.vendor(served, "Vendor"), world.customer(served, "Customer"), "L", Random(SEED)
    )
    lock = os.open(tmp_path / "net30.db.lock", os.O_RDWR)
    try:
        with under_load(served, [client]):
            held = False
            while not held:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    fcntl.flock(lock, fcntl.LOCK_UN)
                except BlockingIOError:
                    held = True
            served.kill()
        deadline = time.monotonic() + 5
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                assert time.monotonic() < deadline, "the lock is held by nobody"
    finally:
        os.close(lock)
