"""Work due at a business time: scheduled with the change that asks for it, run once, in order, per organization.

A job has `run_at` (business time) and `wake_at` (machine time), which is rewritten whenever the organization's clock
moves. A runner claims nothing: it locks the organization, runs what is due and commits, so a crash leaves every job
either done with its effects or waiting without any.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from functools import cache

import msgspec
from sqlalchemy import and_, bindparam, func, null, or_, select, update

from net30.kernel import ids
from net30.kernel.clock import timestamp
from net30.kernel.context import Actor, Context, Server, system_actor, writing
from net30.kernel.refusal import Refusal
from net30.kernel.tables import Job, Organization, jobs, organizations
from net30.store.statements import Statement

Handler = Callable[[Context, Job], None]

BATCH = 500
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
_FREEZE = Statement(update(jobs).where(_mine, _waiting).values(wake_at=null()))
_REWAKE = Statement(
    update(jobs)
    .where(_mine, _waiting)
    .values(wake_at=jobs.c.run_at - bindparam("offset_ms", type_=jobs.c.run_at.type))
)
_AWAKE = Statement(
    select(jobs.c.organization_id)
    .join(organizations, organizations.c.id == jobs.c.organization_id)
    .where(
        and_(
            jobs.c.wake_at <= bindparam("machine_now"),
            or_(
                organizations.c.run_lease_owner.is_(None),
                organizations.c.run_lease_until < bindparam("machine_now"),
            ),
        )
    )
    # The index of what is awake is in this order: nothing else is read.
    .order_by(jobs.c.wake_at)
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
            _wake_at(ctx.organization, run_at),
            "WAITING",
            0,
            None,
            ctx.now,
        )
    )


def cancel(ctx: Context, subject_id: str) -> None:
    """Call off whatever still waits for a subject."""
    waiting = ctx.tx.records(
        Job, _OF_SUBJECT, {"organization_id": ctx.organization_id, "subject_id": subject_id}
    )
    for one in waiting:
        ctx.tx.update(one, msgspec.structs.replace(one, state="CANCELED", wake_at=None))
        ctx.called_off.add(one.id)


def _wake_at(organization: Organization, run_at: int) -> int | None:
    return None if organization.clock_frozen_at is not None else run_at - organization.clock_offset_ms


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
    ctx.tx.update(old, new)
    ctx.organization, ctx.now = new, now
    parameters = {"organization_id": new.id}
    if not frozen:
        ctx.tx.execute(_REWAKE, {**parameters, "offset_ms": new.clock_offset_ms})
    elif old.clock_frozen_at is None:
        # Under a clock that stands already, nothing that waits has a time to wake at.
        ctx.tx.execute(_FREEZE, parameters)


def awake(server: Server) -> list[str]:
    """Organizations that nobody is advancing and whose jobs are among the 500 that are due longest."""
    with server.database.read() as tx:
        due = tx.rows(_AWAKE, {"machine_now": server.machine_now()})
    return list(dict.fromkeys(str(row[0]) for row in due))


def run_due(server: Server, organization_id: str) -> list[Job]:
    """Run what is due by now in one transaction of at most 500 jobs."""
    with writing(server, system_actor(organization_id)) as ctx:
        # Someone may have come to advance or freeze the clock since the organization was found awake.
        if _leased_by_other(ctx, "") or ctx.organization.clock_frozen_at is not None:
            return []
        return _run_batch(ctx)


def advance(
    server: Server, organization_id: str, to: int, owner: str, until: Callable[[Context], bool]
) -> Ran:
    """Move the clock to `to`, stopping at every instant that has work and running it; ends early once `until` holds.

    Each instant is a transaction, so that a crash in the midst leaves a clock that the same `to` carries on from.
    """
    try:
        return _advance(server, system_actor(organization_id), to, owner, until)
    except Exception:
        # What went wrong here is no reason to keep others waiting until the lease runs out.
        with suppress(Exception), writing(server, system_actor(organization_id)) as ctx:
            if ctx.organization.run_lease_owner == owner:
                _release(ctx)
        raise


def _advance(server: Server, actor: Actor, to: int, owner: str, until: Callable[[Context], bool]) -> Ran:
    ran: list[Job] = []
    while True:
        with writing(server, actor) as ctx:
            if _leased_by_other(ctx, owner):
                raise Refusal(
                    None,
                    status=409,
                    detail="another call is advancing this organization's clock",
                    help="wait for it to end and try again",
                )
            if until(ctx):
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
            ran += _run_batch(ctx)


def next_instant(ctx: Context) -> int | None:
    """The business time of the organization's earliest waiting job; None when none waits."""
    row = ctx.tx.row(_EARLIEST, {"organization_id": ctx.organization_id})
    return None if row is None or row[0] is None else int(row[0])


def next_awaited(ctx: Context) -> int | None:
    """The business time of the earliest waiting job that may bring what somebody waits for; None when none waits."""
    row = ctx.tx.row(_earliest_awaited(), {"organization_id": ctx.organization_id})
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
    ctx.tx.update(ctx.organization, new)
    ctx.organization = new


def _run_batch(ctx: Context) -> list[Job]:
    due = ctx.tx.records(Job, _DUE, {"organization_id": ctx.organization_id, "now": ctx.now})
    # An earlier job of the batch may call off a later one.
    return [_run(ctx, one) for one in due if one.id not in ctx.called_off]


def _run(ctx: Context, one: Job) -> Job:
    """Run one job inside a savepoint: what fails is undone alone and tried again later, twice as late each time."""
    called_off = set(ctx.called_off)
    try:
        with ctx.tx.savepoint():
            HANDLERS[one.kind](ctx, one)
        done = msgspec.structs.replace(one, state="DONE", wake_at=None, attempts=one.attempts + 1)
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
        return msgspec.structs.replace(one, state="FAILED", wake_at=None, attempts=attempts, error=error)
    run_at = ctx.now + FIRST_RETRY_MS * 2 ** (attempts - 1)
    return msgspec.structs.replace(
        one, run_at=run_at, wake_at=_wake_at(ctx.organization, run_at), attempts=attempts, error=error
    )
