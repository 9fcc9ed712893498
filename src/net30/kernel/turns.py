"""How a worker deals with what waits in many organizations, such as files, texts and mails: they take turns.

Each kind of work is a `Lane` with a number of hands. A hand does one organization's turn, which is short, and then the
turn of whoever has gone without one for longest. No two hands of a process are at one organization, so whatever one of
them has waiting, it holds up no other. Any number of processes may work at once: what one of them takes on is claimed
in the database.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
from sqlalchemy import Column, bindparam, func, select

from net30.kernel.context import Server
from net30.kernel.refusal import Refusal
from net30.store.statements import Statement, by_key

IDLE_S = 0.5
# A turn goes on with the next piece of work for so long.
TURN_S = 1.0
MOST_WAITING = 500
# An organization whose turn failed is left alone for a while: its work may still be due.
REST_S = 5.0
STOP_WITHIN_S = 5.0
MINUTE_S = 60.0

log = logging.getLogger("net30.turns")


class Lane(msgspec.Struct, frozen=True):
    """One kind of work.

    `waiting` selects the organizations that have any, by `machine_now`, those first whose work is due longest. `piece`
    does a bounded part of one organization's, and answers whether its turn may go on with another. One whose
    work is done waits for `pause_s`, so that what comes one by one is done together. Where
    `most_s_a_minute` is given, an organization that took more of the hands' time in a minute or so goes behind all
    others, and never gets the last hand that is free.
    """

    name: str
    waiting: Statement
    piece: Callable[[Server, str], bool]
    hands: int = 1
    most_s_a_minute: float | None = None
    pause_s: float = 0.0


def organizations_waiting(due: Column[int]) -> Statement:
    """Organizations with a row whose `due`, in machine ms, has come, at most 500. It crosses organizations.

    Grouped by the organization itself, SQLite would walk the whole table in the order of its key, and not what is due.
    """
    owner = due.table.c.organization_id
    return Statement(
        select(func.min(owner))
        .where(due <= bindparam("machine_now"))
        .group_by(owner + "")
        .order_by(func.min(due), func.min(owner))
        .limit(MOST_WAITING),
        crosses="the worker looks for work of all organizations",
    )


def waiting(due: Column[int], most: int) -> Statement:
    """An organization's rows whose `due` has come, the longest waiting first, at most so many."""
    table = due.table
    return Statement(
        select(table)
        .where(by_key(table, ["organization_id"]), due <= bindparam("machine_now"))
        .order_by(due, *table.primary_key.columns)
        .limit(most)
    )


def waiting_in(server: Server, lane: Lane) -> list[str]:
    """Organizations that have work of a kind, those first whose work is due longest, at most 500."""
    with server.database.read() as tx:
        return [str(row[0]) for row in tx.rows(lane.waiting, {"machine_now": server.machine_now()})]


def round(server: Server, lane: Lane) -> bool:
    """One turn for each organization that has work now, one after another; whether there was any."""
    found = waiting_in(server, lane)
    for organization_id in found:
        _turn(server, lane, organization_id)
    return bool(found)


@contextmanager
def at_work(server: Server, *lanes: Lane) -> Iterator[None]:
    """Hands at each of the lanes while the block runs; at its end they finish what they are at, within seconds."""
    stop = threading.Event()
    hands = [
        threading.Thread(
            target=_work, args=(server, turns, stop), name=f"{turns.lane.name} {hand}", daemon=True
        )
        for turns in map(Turns, lanes)
        for hand in range(1, turns.lane.hands + 1)
    ]
    for hand in hands:
        hand.start()
    try:
        yield
    finally:
        stop.set()
        until = time.monotonic() + STOP_WITHIN_S
        for hand in hands:
            hand.join(max(0.0, until - time.monotonic()))


def _work(server: Server, turns: "Turns", stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            busy = turns.take(server)
        except Exception:
            # The database may be restarting; the next round tries again.
            log.exception("who waits for %s could not be read", turns.lane.name)
            busy = False
        if not busy:
            stop.wait(IDLE_S)


class Turns:
    """Who is whose turn in a lane. Times are seconds of time.monotonic()."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self._lock = threading.Lock()
        self._queue: list[str] = []
        self._busy: set[str] = set()
        # Whether the queue may be another one by now, and when it was last read.
        self._stale, self._read_at = True, 0.0
        self._last_turn: dict[str, float] = {}
        self._rests_until: dict[str, float] = {}
        # Until when the time that an organization took would last, had it taken no more than its share.
        self._paid_until: dict[str, float] = {}

    def take(self, server: Server) -> bool:
        """Do the turn of whoever is next; whether there was anybody."""
        with self._lock:
            organization_id = self._next(server)
            if organization_id is None:
                return False
            self._busy.add(organization_id)
        began, rests_s = time.monotonic(), REST_S
        try:
            rests_s = _turn(server, self.lane, organization_id)
        finally:
            with self._lock:
                self._ended(organization_id, began, rests_s)
        return True

    def _next(self, server: Server) -> str | None:
        now = time.monotonic()
        if not self._queue and (self._stale or now >= self._read_at + IDLE_S):
            self._forget(now)
            # Those that had no turn for longest come first; among those that had none, whose work is due longest.
            self._queue = sorted(waiting_in(server, self.lane), key=lambda one: self._last_turn.get(one, 0.0))
            self._stale, self._read_at = False, now
        able = [
            one for one in self._queue if one not in self._busy and self._rests_until.get(one, 0.0) <= now
        ]
        within = (one for one in able if self._paid_until.get(one, 0.0) <= now + MINUTE_S)
        found = next(within, None)
        if found is None and able and len(self._busy) < max(self.lane.hands - 1, 1):
            found = able[0]
        # Those that cannot have a turn now are found again when the queue is read anew.
        self._queue = [] if found is None else [one for one in self._queue if one != found]
        return found

    def _ended(self, organization_id: str, began: float, rests_s: float) -> None:
        now = time.monotonic()
        self._busy.discard(organization_id)
        self._stale = True
        self._last_turn[organization_id] = now
        if rests_s:
            self._rests_until[organization_id] = now + rests_s
        if self.lane.most_s_a_minute is not None:
            paid = (now - began) * MINUTE_S / self.lane.most_s_a_minute
            self._paid_until[organization_id] = max(now, self._paid_until.get(organization_id, now)) + paid

    def _forget(self, now: float) -> None:
        """Who had no turn for a while is as good as new."""
        for times, since in (
            (self._last_turn, now - MINUTE_S),
            (self._rests_until, now),
            (self._paid_until, now),
        ):
            for organization_id in [one for one, at in times.items() if at < since]:
                del times[organization_id]


def _turn(server: Server, lane: Lane, organization_id: str) -> float:
    """For how long the organization is left alone. What is wrong with one is no reason to keep others waiting."""
    until = time.monotonic() + TURN_S
    try:
        while more := lane.piece(server, organization_id):
            if time.monotonic() >= until:
                break
    except Refusal as refusal:
        # The sandbox's world may be removed at any moment, and its work with it.
        log.info("%s of %s is left alone: %s", lane.name, organization_id, refusal)
        return REST_S
    except Exception:
        log.exception("%s of %s could not be done", lane.name, organization_id)
        return REST_S
    return 0.0 if more else lane.pause_s
