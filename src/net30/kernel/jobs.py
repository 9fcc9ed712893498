"""Work due at a business time: scheduled with the change that asks for it, run once, in order, per organization.

A job has only `run_at`, a business time. The organization's row says when, by the machine's time, a worker shall look:
moving a clock rewrites that one row, however many jobs wait (docs/adr/0013). A runner claims nothing: it locks the
organization, runs what is due and commits, so a crash leaves every job either done with its effects or waiting without
any.
"""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache

import msgspec
from sqlalchemy import bindparam, func, or_, select, update

from net30.kernel import ids, turns
from net30.kernel.clock import timestamp
from net30.kernel.context import Actor, Context, Server, system_actor, writing
from net30.kernel.refusal import Refusal
from net30.kernel.tables import Job, Organization, jobs, organizations
from net30.kernel.turns import Lane
from net30.store.statements import Statement

Handler = Callable[[Context, Job], None]
# Where a job stands in the order in which an organization's jobs run: `run_at` and id.
Place = tuple[int, str]

BATCH = 500
# A transaction of jobs ends after this long, so that whoever waits to write has a turn.
BATCH_S = 0.02
# Who lets go of SQLite's lock could take it again before anyone that waits for it has woken up.
PAUSE_S = 0.001
MOST_ATTEMPTS = 8
# An advance renews its lease at every instant; one that was killed keeps others out no longer than this.
LEASE_MS = 5_000
FIRST_RETRY_MS = 60_000

log = logging.getLogger("net30.jobs")
HANDLERS: dict[str, Handler] = {}
# Kinds that come again and again whatever else happens, so that nobody who waits for something waits for them.
UNAWAITED: set[str] = set()

_mine = jobs.c.organization_id == bindparam("organization_id")
_waiting = jobs.c.state == "WAITING"
_EARLIEST = Statement(select(func.min(jobs.c.run_at)).where(_mine, _waiting))
_DUE = Statement(
    select(jobs)
    .where(_mine, _waiting, jobs.c.run_at <= bindparam("now"))
    .order_by(jobs.c.run_at, jobs.c.id)
    .limit(BATCH)
)
_OF_SUBJECT = Statement(
    select(jobs)
    .where(_mine, _waiting, jobs.c.subject_id == bindparam("subject_id"))
    .order_by(jobs.c.run_at, jobs.c.id)
)
_FAILED = Statement(
    select(jobs).where(_mine, jobs.c.state == "FAILED").order_by(jobs.c.run_at, jobs.c.id).limit(BATCH)
)
_BY_ID = Statement(select(jobs).where(_mine, jobs.c.id == bindparam("id")))
_next_wake_at = organizations.c.next_wake_at
_WAKE_BY = Statement(
    update(organizations)
    .where(
        organizations.c.id == bindparam("organization_id"),
        or_(_next_wake_at.is_(None), _next_wake_at > bindparam("wake_at")),
    )
    .values(next_wake_at=bindparam("wake_at"))
)
_WAKE_AT = Statement(
    update(organizations)
    .where(organizations.c.id == bindparam("organization_id"))
    .values(next_wake_at=bindparam("wake_at"))
)
# Whoever has a job that is due, however many of them another one has.
_AWAKE = Statement(
    select(organizations.c.id)
    .where(
        _next_wake_at <= bindparam("machine_now"),
        or_(
            organizations.c.run_lease_owner.is_(None),
            organizations.c.run_lease_until < bindparam("machine_now"),
        ),
    )
    # The index of who is awake is in this order: nothing else is read.
    .order_by(_next_wake_at)
    .limit(BATCH)
)


class Ran(msgspec.Struct, frozen=True):
    """What an advance did: the organization's time afterwards and the jobs that ran, in order."""

    now: int
    jobs: list[Job]


def job(kind: str, *, awaited: bool = True) -> Callable[[Handler], Handler]:
    """Declare the function that runs jobs of a kind. It gets an open transaction and the job.

    Those that are not `awaited` come again and again whatever else happens: `next_awaited` passes them over.
    """

    def declare(handler: Handler) -> Handler:
        assert kind not in HANDLERS, f"two handlers for {kind}"
        HANDLERS[kind] = handler
        if not awaited:
            UNAWAITED.add(kind)
        return handler

    return declare


def schedule(ctx: Context, kind: str, subject_id: str, run_at: int) -> None:
    """Have a job of a kind run at a business time (ms UTC) for a subject."""
    assert kind in HANDLERS, f"nothing runs {kind}"
    ctx.tx.insert(
        Job(
            ctx.organization_id,
            ids.new("jbs"),
            kind,
            subject_id,
            run_at,
            "WAITING",
            0,
            None,
            ctx.now,
        )
    )
    _wake_by(ctx, run_at)


def _wake_by(ctx: Context, run_at: int) -> None:
    """Have the worker look no later than when a job is due at a business time."""
    wake_at, known = _wake_at(ctx.organization, run_at), ctx.organization.next_wake_at
    # The record is not brought up to date here: a savepoint that undoes this would leave it wrong.
    if wake_at is not None and (known is None or wake_at < known):
        ctx.tx.execute(_WAKE_BY, {"wake_at": wake_at})


def cancel(ctx: Context, subject_id: str) -> None:
    """Call off whatever still waits for a subject. The worker may look once for what is no longer there."""
    waiting = ctx.tx.records(Job, _OF_SUBJECT, {"subject_id": subject_id})
    for one in waiting:
        ctx.tx.update(one, msgspec.structs.replace(one, state="CANCELED"))
        ctx.called_off.add(one.id)


def failed(ctx: Context) -> list[Job]:
    """The organization's jobs that were given up, those due longest first, at most 500."""
    return ctx.tx.records(Job, _FAILED, {})


def retry(ctx: Context, id: str) -> Job:
    """Have a job that was given up run again, now, with all its tries before it. Refusal: 422 for any other job."""
    old = ctx.tx.record(Job, _BY_ID, {"id": id})
    if old is None or old.state != "FAILED":
        found = "no such job" if old is None else f"it is {old.state}"
        raise Refusal(
            None,
            status=422,
            detail=f"job {id} was not given up: {found}",
            help="take an id that net30 jobs list prints",
        )
    new = msgspec.structs.replace(old, state="WAITING", attempts=0, run_at=ctx.now)
    ctx.tx.update(old, new)
    _wake_by(ctx, ctx.now)
    return new


def _wake_at(organization: Organization, run_at: int | None) -> int | None:
    if run_at is None or organization.clock_frozen_at is not None:
        return None
    return run_at - organization.clock_offset_ms


def set_clock(ctx: Context, now: int, *, frozen: bool) -> None:
    """Move the organization's clock to `now` (ms UTC), standing still or ticking; it never goes backwards."""
    if now < ctx.now:
        raise Refusal(
            None,
            field="now",
            detail="a clock only moves forward",
            help=f"give a time from {timestamp(ctx.now)} on",
        )
    old = ctx.organization
    new = msgspec.structs.replace(
        old, clock_frozen_at=now if frozen else None, clock_offset_ms=now - ctx.machine_now
    )
    ctx.tx.update_told(old, new)
    ctx.organization, ctx.now = new, now
    _wake_for_next(ctx)


def _wake_for_next(ctx: Context) -> None:
    """Have the worker look at the organization when its earliest job is due."""
    wake_at = _wake_at(ctx.organization, next_instant(ctx))
    ctx.tx.execute(_WAKE_AT, {"wake_at": wake_at})
    ctx.organization = msgspec.structs.replace(ctx.organization, next_wake_at=wake_at)


def run_due(server: Server, organization_id: str) -> list[Job]:
    """Run what is due by now in one transaction, of at most 500 jobs and about 20 milliseconds."""
    with writing(server, system_actor(organization_id)) as ctx:
        # Someone may have come to advance or freeze the clock since the organization was found awake.
        if _leased_by_other(ctx, "") or ctx.organization.clock_frozen_at is not None:
            return []
        ran = _run(ctx, _due(ctx))
        _wake_for_next(ctx)
    time.sleep(PAUSE_S)
    return ran


def _run_some(server: Server, organization_id: str) -> bool:
    run_due(server, organization_id)
    # A batch is a turn.
    return False


LANE = Lane("jobs", _AWAKE, _run_some)


def awake(server: Server) -> list[str]:
    """At most 500 organizations that have due jobs and that nobody is advancing, those due longest first."""
    return turns.waiting_in(server, LANE)


def advance(
    server: Server,
    organization_id: str,
    goal: Callable[[Context], int],
    owner: str,
    until: Callable[[Context], bool],
) -> Ran:
    """Move the clock to a goal, stopping at every instant that has work and running it; ends early once `until` holds.

    `goal` answers the business time (ms) to come to. It is asked once, when nobody else is advancing the clock and
    the organization is locked. An instant takes one or more transactions, so that a crash in the midst leaves a clock
    that the same time carries on from.
    """
    try:
        return _advance(server, system_actor(organization_id), goal, owner, until)
    except Exception:
        # What went wrong here is no reason to keep others waiting until the lease runs out.
        with suppress(Exception), writing(server, system_actor(organization_id)) as ctx:
            if ctx.organization.run_lease_owner == owner:
                _release(ctx)
        raise


def _advance(
    server: Server,
    actor: Actor,
    goal: Callable[[Context], int],
    owner: str,
    until: Callable[[Context], bool],
) -> Ran:
    ran: list[Job] = []
    to: int | None = None
    # The last job that was due when the goal was last looked at: how fast the machine is does not decide where
    # an advance ends.
    last: Place | None = None
    while True:
        with writing(server, actor) as ctx:
            if _leased_by_other(ctx, owner):
                raise Refusal(
                    None,
                    status=409,
                    detail="another call is advancing this organization's clock",
                    help="wait for it to end and try again",
                )
            if to is None:
                to = goal(ctx)
            if last is None and until(ctx):
                _release(ctx)
                return Ran(ctx.now, ran)
            instant = next_instant(ctx)
            if instant is None or instant > to:
                if to > ctx.now:
                    set_clock(ctx, to, frozen=ctx.organization.clock_frozen_at is not None)
                _release(ctx)
                return Ran(ctx.now, ran)
            _hold(ctx, owner)
            if instant > ctx.now:
                set_clock(ctx, instant, frozen=ctx.organization.clock_frozen_at is not None)
            due = _due(ctx)
            last = last or _place(due[-1])
            wave = [one for one in due if _place(one) <= last]
            done = _run(ctx, wave)
            ran += done
            left = {one.id for one in wave} - {one.id for one in done} - ctx.called_off
            last = last if left else None
            _wake_for_next(ctx)
        time.sleep(PAUSE_S)


def next_instant(ctx: Context) -> int | None:
    """The business time of the organization's earliest waiting job; None when none waits."""
    row = ctx.tx.row(_EARLIEST, {})
    return None if row is None or row[0] is None else int(row[0])


def next_awaited(ctx: Context) -> int | None:
    """The business time of the earliest waiting job that may bring what somebody waits for; None when none waits."""
    row = ctx.tx.row(_earliest_awaited(), {})
    return None if row is None else int(row[0])


@cache
def _earliest_awaited() -> Statement:
    """Built at the first use, when every kind is declared."""
    passed_over = [jobs.c.kind != kind for kind in sorted(UNAWAITED)]
    in_order = select(jobs.c.run_at).where(_mine, _waiting, *passed_over).order_by(jobs.c.run_at, jobs.c.id)
    return Statement(in_order.limit(1))


def _leased_by_other(ctx: Context, owner: str) -> bool:
    organization = ctx.organization
    return (
        organization.run_lease_owner not in (None, owner) and organization.run_lease_until >= ctx.machine_now
    )


def _hold(ctx: Context, owner: str) -> None:
    _lease(ctx, owner, ctx.machine_now + LEASE_MS)


def _release(ctx: Context) -> None:
    _lease(ctx, None, 0)


def _lease(ctx: Context, owner: str | None, until_ms: int) -> None:
    new = msgspec.structs.replace(ctx.organization, run_lease_owner=owner, run_lease_until=until_ms)
    ctx.tx.update_told(ctx.organization, new)
    ctx.organization = new


def _place(one: Job) -> Place:
    return one.run_at, one.id


def _due(ctx: Context) -> list[Job]:
    return ctx.tx.records(Job, _DUE, {"now": ctx.now})


def _run(ctx: Context, due: list[Job]) -> list[Job]:
    """Run jobs in their order until the transaction has lasted long enough, at least one."""
    ran: list[Job] = []
    ends = time.monotonic() + BATCH_S
    for one in due:
        # An earlier job of the batch may call off a later one.
        if one.id in ctx.called_off:
            continue
        ran.append(_run_one(ctx, one))
        if time.monotonic() >= ends:
            break
    return ran


def _run_one(ctx: Context, one: Job) -> Job:
    """Run one job inside a savepoint: what fails is undone alone and tried again later, twice as late each time."""
    called_off = set(ctx.called_off)
    try:
        with ctx.tx.savepoint():
            HANDLERS[one.kind](ctx, one)
        done = msgspec.structs.replace(one, state="DONE", attempts=one.attempts + 1)
    except Exception as error:
        log.exception("job %s %s of %s failed", one.kind, one.id, ctx.organization_id)
        ctx.called_off = called_off
        done = _failed(ctx, one, _storable(f"{type(error).__name__}: {error}"))
    ctx.tx.update(one, done)
    return done


def _storable(text: str) -> str:
    """The beginning of a text, without what no column holds."""
    return text[:500].replace("\0", "").encode(errors="replace").decode()


def _failed(ctx: Context, one: Job, error: str) -> Job:
    attempts = one.attempts + 1
    if attempts >= MOST_ATTEMPTS:
        log.error(
            "job %s %s of %s is given up: net30 jobs list shows it", one.kind, one.id, ctx.organization_id
        )
        return msgspec.structs.replace(one, state="FAILED", attempts=attempts, error=error)
    run_at = ctx.now + FIRST_RETRY_MS * 2 ** (attempts - 1)
    return msgspec.structs.replace(one, run_at=run_at, attempts=attempts, error=error)
