"""What was needed for a while only is thrown away in small pieces, and nothing else is."""

import dataclasses

import pytest
from sqlalchemy import bindparam, func, select
from stock import NOON_MS, blank, organization

from net30.kernel import ids, retention
from net30.kernel.context import Server
from net30.kernel.tables import Event, IdempotencyKey, Job, Message, events, idempotency_keys, jobs, messages
from net30.store.database import Transaction
from net30.store.record import Record
from net30.store.statements import Parameters, Statement

DAY_MS = 86_400_000
MACHINE_NOW_MS = NOON_MS + 5_000 * DAY_MS

COUNTS = {
    table.name: Statement(
        select(func.count()).select_from(table).where(table.c.organization_id == bindparam("organization_id"))
    )
    for table in (jobs, events, messages, idempotency_keys)
}


@pytest.fixture
def server(running: Server) -> Server:
    """Its machine's time is far from that of its organizations, whose clocks stand at noon."""
    return dataclasses.replace(running, machine_now=lambda: MACHINE_NOW_MS)


@pytest.fixture
def office(server: Server) -> str:
    return organization(server).id


def count(server: Server, office: str, table: str) -> int:
    with server.database.read() as tx:
        row = tx.row(COUNTS[table], {"organization_id": office})
    assert row is not None
    return int(row[0])


def job(office: str, days: float, state: str) -> Job:
    return blank(
        Job, organization_id=office, id=ids.new("jbs"), run_at=NOON_MS - int(days * DAY_MS), state=state
    )


def event(office: str, days: float, sequence: int = 0) -> Event:
    created = NOON_MS - int(days * DAY_MS)
    return blank(Event, organization_id=office, id=ids.new("evt"), created_time=created, sequence=sequence)


def message(office: str, days: float, next_try_at: int | None) -> Message:
    created = NOON_MS - int(days * DAY_MS)
    return blank(
        Message, organization_id=office, id=ids.new("msg"), created_time=created, next_try_at=next_try_at
    )


def answer(office: str, days: float) -> IdempotencyKey:
    kept_at = MACHINE_NOW_MS - int(days * DAY_MS)
    return blank(IdempotencyKey, organization_id=office, key=ids.new("key"), kept_at=kept_at)


def store(server: Server, *records: Record) -> None:
    with server.database.write() as tx:
        for one in records:
            tx.insert(one)


def test_each_is_kept_as_long_as_it_is_needed(server: Server, office: str) -> None:
    store(server, *(job(office, 30, state) for state in ("DONE", "CANCELED", "FAILED", "WAITING")))
    store(server, *(job(office, 29.9, state) for state in ("DONE", "CANCELED")))
    store(server, event(office, 180), event(office, 179.9, 1))
    store(server, message(office, 180, None), message(office, 180, 1), message(office, 179.9, None))
    store(server, answer(office, 1), answer(office, 0.9))
    assert retention.forget_old(server, office) == 5
    left = {table: count(server, office, table) for table in COUNTS}
    assert left == {"job": 4, "event": 1, "message": 2, "idempotency_key": 1}
    assert retention.forget_old(server, office) == 0


def test_an_organization_keeps_what_another_is_rid_of(server: Server, office: str) -> None:
    other = organization(server, clock_frozen_at=NOON_MS - 100 * DAY_MS).id
    store(server, event(office, 200), event(office, 1, 1), event(other, 200), event(other, 200, 1))
    retention.go_round(server)
    assert (count(server, office, "event"), count(server, other, "event")) == (1, 2)


def test_the_last_event_stays_however_old_it_is(server: Server, office: str) -> None:
    """The sequence of the next one follows it."""
    store(server, *(event(office, 400, number) for number in range(3)))
    retention.forget_old(server, office)
    assert count(server, office, "event") == 1


def test_no_transaction_deletes_more_than_a_batch(
    server: Server, office: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An organization is locked for a small piece of the work at a time."""
    store(server, *(event(office, 200 + number) for number in range(450)), event(office, 1, 1))
    pieces: list[int] = []
    execute = Transaction.execute

    def counted(tx: Transaction, statement: Statement, parameters: Parameters) -> int:
        pieces.append(execute(tx, statement, parameters))
        return pieces[-1]

    monkeypatch.setattr(Transaction, "execute", counted)
    assert retention.forget_old(server, office) == 450
    assert pieces == [200, 200, 50]
