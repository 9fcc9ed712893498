"""Holds programs to their limits, between credentials and decoding.

Requests that are being answered are counted in each process by itself. Requests and sign-ins of an hour are
counted in memory and told to the other processes, through a table, whenever they are a hundredth of the limit (at
least one): so each further process may let a hundredth of the limit more through; one process alone counts exactly.
"""

import logging

import msgspec
from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from net30.kernel.clock import timestamp
from net30.kernel.context import Caller, Server
from net30.kernel.limits import HOUR_MS, Limits, Tally, What
from net30.kernel.refusal import Refusal
from net30.kernel.tables import HourlyCount, hourly_counts
from net30.store.database import Transaction
from net30.store.statements import Statement, by_key

log = logging.getLogger("net30.wire")

_HEARD = Statement(select(hourly_counts.c.count).where(by_key(hourly_counts, ["hour", "what", "key_hash"])))
_adding = insert(hourly_counts)
_ADD = Statement(
    _adding.on_conflict_do_update(
        index_elements=["hour", "what", "key_hash"],
        set_={"count": hourly_counts.c.count + _adding.excluded.count},
    ).returning(hourly_counts.c.count)
)
_FORGET = Statement(delete(hourly_counts).where(hourly_counts.c.hour < bindparam("hour")))


class Admitted(msgspec.Struct, frozen=True):
    """A request that was let in: what to undo, and to tell, once it is answered."""

    place: tuple[str, str] | None
    tally: Tally | None
    most: int


def admit(server: Server, tx: Transaction, caller: Caller) -> Admitted | None:
    """Count a request, or refuse it; None when no limit is on. Whoever is admitted must `leave`.

    Refusals, both 422: BDC_1322 while too many requests of the same developer key are being answered for the
    organization, BDC_1144 once the key has had all its requests of the hour. A refused request is not counted.
    """
    limits = caller.limits
    place: tuple[str, str] | None = None
    if limits.concurrent_requests is not None:
        place = (caller.actor.developer_key, caller.organization.id)
        if not server.counting.enter(place, limits.concurrent_requests):
            raise _too_many_at_once(limits.concurrent_requests)
    elif limits.requests_per_hour is None:
        return None
    most = limits.requests_per_hour
    if most is None:
        return Admitted(place, None, 0)
    try:
        return Admitted(place, _count(server, tx, "REQUEST", caller.actor.developer_key, most), most)
    except BaseException:
        if place is not None:
            server.counting.leave(place)
        raise


def leave(server: Server, admitted: Admitted) -> None:
    """End a request, and tell the other processes of the count when that is due. Opens a transaction of its own.

    What the request did is committed by now, so nothing may keep its answer back: a count that cannot be told is lost.
    """
    if admitted.place is not None:
        server.counting.leave(admitted.place)
    if admitted.tally is not None:
        try:
            _tell(server, admitted.tally, admitted.most)
        except Exception:
            log.exception("the requests of the hour could not be told to other processes")


def count_sign_in(server: Server, tx: Transaction, limits: Limits, key: str) -> Admitted | None:
    """Count a try to sign in by a developer key (its fingerprint), or refuse it with BDC_1144 (422).

    What is answered must `leave` once `tx` has ended.
    """
    most = limits.sign_ins_per_hour
    return None if most is None else Admitted(None, _count(server, tx, "SIGN_IN", key, most), most)


def _count(server: Server, tx: Transaction, what: What, key: str, most: int) -> Tally:
    hour = server.machine_now() // HOUR_MS
    tally = server.counting.tally(what, key, hour)
    if tally is None:
        row = tx.row(_HEARD, {"hour": hour, "what": what, "key_hash": key})
        tally = server.counting.begin(what, key, hour, int(row[0]) if row else 0)
    if not server.counting.count(tally, most):
        raise _used_up(what, most, (tally.hour + 1) * HOUR_MS)
    return tally


def _tell(server: Server, tally: Tally, most: int) -> None:
    unsaid = server.counting.take_unsaid(tally, most)
    if not unsaid:
        return
    told = HourlyCount(tally.hour, tally.what, tally.key, unsaid)
    with server.database.write() as tx:
        tx.execute(_FORGET, {"hour": tally.hour - 1})
        row = tx.row(_ADD, msgspec.structs.asdict(told))
    if row is not None:
        server.counting.hear(tally, int(row[0]))


def _used_up(what: What, most: int, again_at: int) -> Refusal:
    asked = "requests" if what == "REQUEST" else "sign-ins"
    return Refusal(
        "BDC_1144",
        max=most,
        detail=f"this developer key has had its {most} {asked} of this hour",
        help=f"wait until {timestamp(again_at)}, when the next hour begins",
    )


def _too_many_at_once(most: int) -> Refusal:
    return Refusal(
        "BDC_1322",
        detail=f"{most} requests of this developer key are being answered for the organization already",
        help="send the next request when one of them has been answered",
    )
