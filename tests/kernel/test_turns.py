"""Organizations take turns at a worker's hands: who has much waiting, or takes long, holds up nobody else."""

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from clients import FreshDatabase
from stock import NOON_MS, blank, organization

from net30.app import server
from net30.kernel import turns
from net30.kernel.context import Server
from net30.kernel.tables import Message, messages
from net30.kernel.turns import Lane, Turns, organizations_waiting
from net30.settings import Settings
from net30.store.schema import migrate

WAITING = organizations_waiting(messages.c.next_try_at)

Piece = Callable[[Server, str], bool]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, fresh_database: FreshDatabase) -> Iterator[Server]:
    running = server(Settings(database=fresh_database(request.param), secret_key="a key of the tests"))
    migrate(running.database)
    yield dataclasses.replace(running, machine_now=lambda: NOON_MS)
    running.database.close()


@pytest.fixture
def alone(database: Server) -> Iterator[Server]:
    """A server on whose database nothing waits but what a test puts there."""
    yield database
    with database.database.engine.begin() as connection:
        connection.execute(messages.update().values(next_try_at=None))


def one_who_waits(running: Server, mails: int = 1, since_ms: int = 0) -> str:
    """A new organization with mails that nobody sends, which became due some time ago."""
    owner = organization(running).id
    due = NOON_MS - since_ms
    with running.database.write() as tx:
        tx.insert(
            *(blank(Message, organization_id=owner, id=f"msg{i:05}", next_try_at=due) for i in range(mails))
        )
    return owner


def lane(piece: Piece, *, hands: int = 1, most_s_a_minute: float | None = None) -> Lane:
    return Lane("things", WAITING, piece, hands, most_s_a_minute)


def test_who_has_much_waiting_does_not_hide_who_has_little(alone: Server) -> None:
    hog = one_who_waits(alone, mails=2 * turns.MOST_WAITING, since_ms=1_000)
    modest = one_who_waits(alone)
    assert turns.waiting_in(alone, lane(lambda *_: False)) == [hog, modest]


def test_each_has_a_turn_before_anyone_has_another(alone: Server) -> None:
    three = [one_who_waits(alone, since_ms=3_000 - i) for i in range(3)]
    done: list[str] = []

    def piece(_: Server, organization_id: str) -> bool:
        done.append(organization_id)
        return False

    taking = Turns(lane(piece))
    for _ in range(6):
        assert taking.take(alone)
    assert done == [*three, *three]
    # Who comes new has had none, and is next, however long the others have waited.
    new = one_who_waits(alone)
    taking.take(alone)
    assert done[-1] == new


def test_a_turn_ends_when_its_time_is_over(alone: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "TURN_S", 0.05)
    owner = one_who_waits(alone)
    done: list[str] = []

    def piece(_: Server, organization_id: str) -> bool:
        done.append(organization_id)
        time.sleep(0.02)
        return True

    began = time.monotonic()
    assert Turns(lane(piece)).take(alone)
    assert time.monotonic() - began < 5
    assert 1 < len(done) < 10
    assert set(done) == {owner}


def test_no_two_hands_are_at_one_organization(alone: Server) -> None:
    owners = [one_who_waits(alone) for _ in range(2)]
    lock, at_work, together = threading.Lock(), dict.fromkeys(owners, 0), []

    def piece(_: Server, organization_id: str) -> bool:
        with lock:
            at_work[organization_id] += 1
            together.append(at_work[organization_id])
        time.sleep(0.01)
        with lock:
            at_work[organization_id] -= 1
        return False

    taking = Turns(lane(piece, hands=4))
    until = time.monotonic() + 1

    def work(_: int) -> None:
        while time.monotonic() < until:
            taking.take(alone)

    with ThreadPoolExecutor(4) as hands:
        list(hands.map(work, range(4)))
    assert len(together) > 10
    assert set(together) == {1}


def test_who_hangs_holds_up_nobody_else(alone: Server) -> None:
    stuck, other = one_who_waits(alone, since_ms=1_000), one_who_waits(alone)
    let_go, done = threading.Event(), threading.Event()

    def piece(_: Server, organization_id: str) -> bool:
        if organization_id == stuck:
            let_go.wait(30)
        else:
            assert organization_id == other
            done.set()
        return False

    with turns.at_work(alone, lane(piece, hands=2)):
        assert done.wait(10)
        let_go.set()


def test_who_took_more_than_its_time_leaves_a_hand_to_others(alone: Server) -> None:
    greedy = [one_who_waits(alone, since_ms=1_000) for _ in range(3)]
    let_go, modest_done = threading.Event(), threading.Event()
    at_work: list[str] = []

    def piece(_: Server, organization_id: str) -> bool:
        at_work.append(organization_id)
        if organization_id in greedy:
            # The first turn costs more than a minute's share.
            time.sleep(0.05)
            if at_work.count(organization_id) > 1:
                let_go.wait(30)
        else:
            modest_done.set()
        return False

    taking = Turns(lane(piece, hands=3, most_s_a_minute=0.01))
    for _ in greedy:
        taking.take(alone)
    assert sorted(at_work) == sorted(greedy)
    with ThreadPoolExecutor(3) as hands:
        second = [hands.submit(taking.take, alone) for _ in greedy]
        while len(at_work) < 5:
            time.sleep(0.01)
        time.sleep(0.2)
        # Nobody else waits, so two of the hands do their work; the last one is kept.
        assert len(at_work) == 5
        one_who_waits(alone)
        deadline = time.monotonic() + 10
        while not modest_done.is_set() and time.monotonic() < deadline:
            taking.take(alone)
            time.sleep(0.05)
        assert modest_done.is_set()
        let_go.set()
        assert sorted(done.result() for done in second) == [False, True, True]


def test_what_fails_in_one_organization_is_left_alone_for_a_while(alone: Server) -> None:
    broken, sound = one_who_waits(alone, since_ms=1_000), one_who_waits(alone)
    done: list[str] = []

    def piece(_: Server, organization_id: str) -> bool:
        done.append(organization_id)
        if organization_id == broken:
            raise ValueError("something of its is broken")
        return False

    taking = Turns(lane(piece))
    for _ in range(3):
        assert taking.take(alone)
    assert done == [broken, sound, sound]
    assert turns.round(alone, lane(piece))
    assert done[-2:] == [broken, sound]
