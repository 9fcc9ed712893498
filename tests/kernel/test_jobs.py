"""Work that is due: run once and in order, undone alone when it fails, carried on with after a crash."""

import dataclasses
import itertools
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prove_size import FULL
from sqlalchemy import bindparam, select
from stock import NOON_MS, organization

from net30.kernel import ids, jobs, mailbox
from net30.kernel.context import Context, Server, system_actor, writing
from net30.kernel.refusal import Refusal
from net30.kernel.tables import Job, Message, Organization, organizations
from net30.kernel.tables import jobs as job_table
from net30.kernel.tables import messages as message_table
from net30.store.statements import Statement
from net30.worker import run_once

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MINUTE_MS = 60_000

_mine = job_table.c.organization_id == bindparam("organization_id")
_ALL = Statement(select(job_table).where(_mine).order_by(job_table.c.run_at, job_table.c.id))
_SENT = Statement(
    select(message_table)
    .where(message_table.c.organization_id == bindparam("organization_id"))
    .order_by(message_table.c.id)
)
_ORGANIZATION = Statement(select(organizations).where(organizations.c.id == bindparam("id")))

# What a job of "kernel.call" does, by its subject.
deeds: dict[str, Callable[[Context, Job], None]] = {}


@jobs.job("kernel.call")
def call(ctx: Context, job: Job) -> None:
    """Leaves a message that it ran, and does what its subject is to do."""
    mailbox.send(ctx, "EMAIL", "", job.subject_id, str(ctx.now))
    if deed := deeds.get(job.subject_id):
        deed(ctx, job)


@pytest.fixture(autouse=True)
def no_deeds() -> Iterator[None]:
    yield
    deeds.clear()


@dataclasses.dataclass
class Bureau:
    """A bare organization with jobs, on a machine whose time the test moves."""

    running: Server
    id: str
    machine_now: int

    @property
    def server(self) -> Server:
        return dataclasses.replace(self.running, machine_now=lambda: self.machine_now)

    def schedule(self, subject: str, at: int, times: int = 1) -> None:
        with writing(self.server, system_actor(self.id)) as ctx:
            for _ in range(times):
                jobs.schedule(ctx, "kernel.call", subject, at)

    def set_clock(self, now: int, *, frozen: bool) -> None:
        with writing(self.server, system_actor(self.id)) as ctx:
            jobs.set_clock(ctx, now, frozen=frozen)

    def advance(self, to: int, until: Callable[[Context], bool] = lambda ctx: False) -> jobs.Ran:
        return jobs.advance(self.server, self.id, lambda ctx: to, ids.new("adv"), until)

    @property
    def organization(self) -> Organization:
        with self.running.database.read() as tx:
            found = tx.record(Organization, _ORGANIZATION, {"id": self.id})
        assert found is not None
        return found

    @property
    def now(self) -> int:
        with writing(self.server, system_actor(self.id)) as ctx:
            return ctx.now

    @property
    def jobs(self) -> list[Job]:
        with self.running.database.read() as tx:
            return tx.records(Job, _ALL, {"organization_id": self.id})

    @property
    def sent(self) -> list[tuple[str, int]]:
        """(subject, business time) of what ran and was not undone, in order."""
        with self.running.database.read() as tx:
            found = tx.records(Message, _SENT, {"organization_id": self.id})
        return [(message.subject, int(message.body)) for message in found]


@pytest.fixture
def bureau(running: Server) -> Bureau:
    """Its clock stands at noon."""
    return Bureau(running, organization(running).id, NOON_MS + 1_000 * DAY_MS)


@pytest.fixture
def ticking(bureau: Bureau) -> Bureau:
    """Its clock goes on from noon with the machine's."""
    bureau.set_clock(NOON_MS, frozen=False)
    return bureau


def out_of_paper(ctx: Context, job: Job) -> None:
    raise RuntimeError("out of paper")


# ---- instants -------------------------------------------------------------------------------------------


def test_each_instant_is_visited_in_order(bureau: Bureau) -> None:
    for subject, hours in (("c", 3), ("a", 1), ("b", 1), ("late", 99), ("past", -1)):
        bureau.schedule(subject, NOON_MS + hours * HOUR_MS)
    ran = bureau.advance(NOON_MS + DAY_MS)
    assert bureau.sent == [
        ("past", NOON_MS),
        ("a", NOON_MS + HOUR_MS),
        ("b", NOON_MS + HOUR_MS),
        ("c", NOON_MS + 3 * HOUR_MS),
    ]
    assert [job.subject_id for job in ran.jobs] == ["past", "a", "b", "c"]
    assert ran.now == bureau.now == NOON_MS + DAY_MS
    assert bureau.advance(NOON_MS + DAY_MS).jobs == []


def test_work_that_work_asks_for_runs_on_the_way(bureau: Bureau) -> None:
    def twice_more(ctx: Context, job: Job) -> None:
        jobs.schedule(ctx, "kernel.call", "at once", ctx.now)
        jobs.schedule(ctx, "kernel.call", "later", ctx.now + HOUR_MS)

    deeds["first"] = twice_more
    bureau.schedule("second", NOON_MS + 2 * HOUR_MS)
    bureau.schedule("first", NOON_MS + HOUR_MS)
    bureau.advance(NOON_MS + 2 * HOUR_MS)
    hours = {subject: (now - NOON_MS) // HOUR_MS for subject, now in bureau.sent}
    assert list(hours.items()) == [("first", 1), ("at once", 1), ("second", 2), ("later", 2)]


def test_an_advance_ends_early_once_its_goal_is_reached(bureau: Bureau) -> None:
    for hours in range(1, 6):
        bureau.schedule(f"{hours}", NOON_MS + hours * HOUR_MS)
    ran = bureau.advance(NOON_MS + DAY_MS, until=lambda ctx: len(mailbox.newest(ctx)) == 3)
    assert (len(ran.jobs), ran.now) == (3, NOON_MS + 3 * HOUR_MS)


def counted_batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many jobs each transaction from here on runs."""
    batches: list[int] = []
    run = jobs._run

    def counted(ctx: Context, due: list[Job]) -> list[Job]:
        ran = run(ctx, due)
        batches.append(len(ran))
        return ran

    monkeypatch.setattr(jobs, "_run", counted)
    return batches


def test_no_transaction_runs_more_than_a_batch(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    batches = counted_batches(monkeypatch)
    monkeypatch.setattr(jobs, "BATCH_S", 60.0)
    bureau.schedule("many", NOON_MS + HOUR_MS, times=501)
    assert len(bureau.advance(NOON_MS + DAY_MS).jobs) == 501
    assert batches == [500, 1]
    assert {now for _, now in bureau.sent} == {NOON_MS + HOUR_MS}


def test_a_transaction_of_slow_jobs_ends_soon(ticking: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    batches = counted_batches(monkeypatch)
    deeds["slow"] = lambda ctx, job: time.sleep(0.01)
    ticking.schedule("slow", NOON_MS, times=9)
    while jobs.run_due(ticking.server, ticking.id):
        pass
    assert sum(batches) == len(ticking.sent) == 9
    assert max(batches) <= 3
    assert ticking.id not in jobs.awake(ticking.server)


def test_how_fast_the_machine_is_does_not_decide_where_an_advance_ends(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The goal is looked at when all that was due at an instant is done, in however many transactions."""
    monkeypatch.setattr(jobs, "BATCH_S", 0.0)
    deeds["first"] = lambda ctx, job: jobs.schedule(ctx, "kernel.call", "follows", ctx.now)
    for subject in ("first", "second", "third"):
        bureau.schedule(subject, NOON_MS + HOUR_MS)
    ran = bureau.advance(NOON_MS + DAY_MS, until=lambda ctx: bool(mailbox.newest(ctx)))
    assert [job.subject_id for job in ran.jobs] == ["first", "second", "third"]
    assert waiting(bureau) == [NOON_MS + HOUR_MS]


def test_work_that_was_called_off_does_not_run(bureau: Bureau) -> None:
    deeds["cancels"] = lambda ctx, job: jobs.cancel(ctx, "other")
    for subject, hours in (("cancels", 1), ("other", 1), ("other", 2), ("stays", 2)):
        bureau.schedule(subject, NOON_MS + hours * HOUR_MS)
    bureau.advance(NOON_MS + DAY_MS)
    assert [subject for subject, _ in bureau.sent] == ["cancels", "stays"]
    assert [(job.subject_id, job.state) for job in bureau.jobs] == [
        ("cancels", "DONE"),
        ("other", "CANCELED"),
        ("other", "CANCELED"),
        ("stays", "DONE"),
    ]


# ---- failures -------------------------------------------------------------------------------------------


def test_what_fails_is_undone_alone(bureau: Bureau) -> None:
    deeds["fails"] = out_of_paper
    for subject in ("before", "fails", "after"):
        bureau.schedule(subject, NOON_MS + HOUR_MS)
    bureau.advance(NOON_MS + HOUR_MS)
    assert [subject for subject, _ in bureau.sent] == ["before", "after"]
    waiting = [job for job in bureau.jobs if job.state == "WAITING"]
    assert [(job.subject_id, job.attempts, job.error) for job in waiting] == [
        ("fails", 1, "RuntimeError: out of paper")
    ]


def test_what_fails_is_tried_again_twice_as_late_each_time_and_given_up(bureau: Bureau) -> None:
    tried: list[int] = []

    def note_and_fail(ctx: Context, job: Job) -> None:
        tried.append(ctx.now)
        raise RuntimeError("out of paper")

    deeds["fails"] = note_and_fail
    bureau.schedule("fails", NOON_MS + HOUR_MS)
    bureau.advance(NOON_MS + DAY_MS)
    assert [(b - a) // MINUTE_MS for a, b in itertools.pairwise(tried)] == [1, 2, 4, 8, 16, 32, 64]
    (job,) = bureau.jobs
    assert (job.state, job.attempts) == ("FAILED", 8)
    bureau.advance(NOON_MS + 9 * DAY_MS)
    assert len(tried) == 8


def test_what_fails_may_succeed_later(bureau: Bureau) -> None:
    def fail_twice(ctx: Context, job: Job) -> None:
        if job.attempts < 2:
            raise RuntimeError("out of paper")

    deeds["fails"] = fail_twice
    bureau.schedule("fails", NOON_MS)
    bureau.advance(NOON_MS + HOUR_MS)
    assert bureau.sent == [("fails", NOON_MS + 3 * MINUTE_MS)]
    assert [(job.state, job.attempts) for job in bureau.jobs] == [("DONE", 3)]


def test_what_a_failure_called_off_still_runs(bureau: Bureau) -> None:
    def call_off_and_fail(ctx: Context, job: Job) -> None:
        jobs.cancel(ctx, "other")
        out_of_paper(ctx, job)

    deeds["fails"] = call_off_and_fail
    bureau.schedule("fails", NOON_MS + HOUR_MS)
    bureau.schedule("other", NOON_MS + HOUR_MS)
    bureau.advance(NOON_MS + HOUR_MS)
    assert bureau.sent == [("other", NOON_MS + HOUR_MS)]


def test_a_failure_of_the_database_is_undone_alone(bureau: Bureau) -> None:
    def write_twice(ctx: Context, job: Job) -> None:
        ctx.tx.insert(job)

    deeds["fails"] = write_twice
    for subject in ("before", "fails", "after"):
        bureau.schedule(subject, NOON_MS)
    bureau.advance(NOON_MS)
    assert [subject for subject, _ in bureau.sent] == ["before", "after"]


@pytest.mark.parametrize(
    "text", ["\0", "\ud800", "x" * 9_999, "é€\U0001f3b5"], ids=["nul", "surrogate", "long", "wide"]
)
def test_a_failure_may_say_anything(bureau: Bureau, text: str, caplog: pytest.LogCaptureFixture) -> None:
    # What is logged here is no UTF-8, which reports of tests cannot carry.
    caplog.set_level(logging.CRITICAL, "net30.jobs")

    def complain(ctx: Context, job: Job) -> None:
        raise RuntimeError(text)

    deeds["fails"] = complain
    bureau.schedule("fails", NOON_MS)
    (job,) = bureau.advance(NOON_MS).jobs
    assert (job.error or "").startswith("RuntimeError: ")


# ---- crashes and others ---------------------------------------------------------------------------------


class Crash(BaseException):
    """Ends the process, as it were: nobody gets to tidy up."""


def test_after_a_crash_the_same_goal_finishes_the_work(bureau: Bureau) -> None:
    armed = True

    def crash(ctx: Context, job: Job) -> None:
        if armed:
            raise Crash

    deeds["2"] = crash
    for hours in range(1, 5):
        bureau.schedule(f"{hours}", NOON_MS + hours * HOUR_MS)
    bureau.schedule("beside 2", NOON_MS + 2 * HOUR_MS)
    with pytest.raises(Crash):
        bureau.advance(NOON_MS + DAY_MS)
    assert bureau.sent == [("1", NOON_MS + HOUR_MS)]
    armed = False
    # The one that crashed may still be at it, for all that anybody knows.
    with pytest.raises(Refusal) as refused:
        bureau.advance(NOON_MS + DAY_MS)
    assert refused.value.status == 409
    bureau.machine_now += jobs.LEASE_MS + 1
    assert bureau.advance(NOON_MS + DAY_MS).now == NOON_MS + DAY_MS
    assert [(subject, (now - NOON_MS) // HOUR_MS) for subject, now in bureau.sent] == [
        ("1", 1),
        ("2", 2),
        ("beside 2", 2),
        ("3", 3),
        ("4", 4),
    ]


def test_an_advance_that_goes_wrong_keeps_nobody_waiting(bureau: Bureau) -> None:
    bureau.schedule("1", NOON_MS + HOUR_MS)

    def wrong(ctx: Context) -> bool:
        if ctx.now > NOON_MS:
            raise RuntimeError("no such payment")
        return False

    with pytest.raises(RuntimeError, match="no such payment"):
        bureau.advance(NOON_MS + DAY_MS, until=wrong)
    assert bureau.advance(NOON_MS + DAY_MS).now == NOON_MS + DAY_MS
    assert len(bureau.sent) == 1


def test_of_two_advances_at_once_one_is_refused(bureau: Bureau) -> None:
    bureau.schedule("1", NOON_MS + HOUR_MS)
    bureau.schedule("2", NOON_MS + 2 * HOUR_MS)
    first = ids.new("adv")
    with writing(bureau.server, system_actor(bureau.id)) as ctx:
        # As the first one leaves it between two instants.
        jobs._hold(ctx, first)
    with pytest.raises(Refusal) as refused:
        bureau.advance(NOON_MS + DAY_MS)
    assert (refused.value.status, bureau.sent) == (409, [])
    ran = jobs.advance(bureau.server, bureau.id, lambda ctx: NOON_MS + DAY_MS, first, lambda ctx: False)
    assert (ran.now, len(bureau.sent)) == (NOON_MS + DAY_MS, 2)
    assert bureau.organization.run_lease_owner is None


def test_what_is_advanced_from_many_sides_runs_once(bureau: Bureau) -> None:
    for hours in range(1, 21):
        bureau.schedule(f"{hours}", NOON_MS + hours * HOUR_MS)

    def push(_: int) -> int:
        try:
            bureau.advance(NOON_MS + DAY_MS)
        except Refusal as refusal:
            return refusal.status or 0
        return 200

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(push, range(8))) in ({200}, {200, 409})
    assert [(subject, now) for subject, now in bureau.sent] == [
        (f"{hours}", NOON_MS + hours * HOUR_MS) for hours in range(1, 21)
    ]


# ---- the clock and the worker ---------------------------------------------------------------------------


def test_a_clock_moves_forward_only(bureau: Bureau) -> None:
    bureau.set_clock(NOON_MS + HOUR_MS, frozen=True)
    for frozen in (True, False):
        with pytest.raises(Refusal) as refused:
            bureau.set_clock(NOON_MS, frozen=frozen)
        assert (refused.value.code, refused.value.field) == (None, "now")
    bureau.machine_now += DAY_MS
    assert bureau.now == NOON_MS + HOUR_MS
    bureau.set_clock(NOON_MS + HOUR_MS, frozen=False)
    bureau.machine_now += DAY_MS
    assert bureau.now == NOON_MS + HOUR_MS + DAY_MS


def test_an_organization_wakes_with_the_clock_that_its_work_waits_for(ticking: Bureau) -> None:
    began = ticking.machine_now

    def wakes() -> int | None:
        at = ticking.organization.next_wake_at
        return None if at is None else at - began

    assert wakes() is None
    ticking.schedule("2", NOON_MS + 2 * HOUR_MS)
    ticking.schedule("1", NOON_MS + HOUR_MS)
    ticking.schedule("3", NOON_MS + 3 * HOUR_MS)
    assert wakes() == HOUR_MS
    ticking.set_clock(NOON_MS + MINUTE_MS, frozen=False)
    assert wakes() == HOUR_MS - MINUTE_MS
    ticking.set_clock(NOON_MS + MINUTE_MS, frozen=True)
    assert wakes() is None
    ticking.schedule("0", NOON_MS + MINUTE_MS)
    assert wakes() is None
    ticking.machine_now += DAY_MS
    ticking.set_clock(NOON_MS + MINUTE_MS, frozen=False)
    assert wakes() == DAY_MS


def test_what_was_undone_wakes_nobody_and_hides_nobody(ticking: Bureau) -> None:
    with writing(ticking.server, system_actor(ticking.id)) as ctx:
        with suppress(RuntimeError), ctx.tx.savepoint():
            jobs.schedule(ctx, "kernel.call", "undone", NOON_MS + MINUTE_MS)
            raise RuntimeError
        jobs.schedule(ctx, "kernel.call", "stays", NOON_MS + HOUR_MS)
    assert ticking.organization.next_wake_at == ticking.machine_now + HOUR_MS


def test_what_was_called_off_wakes_the_worker_once_at_most(ticking: Bureau) -> None:
    ticking.schedule("1", NOON_MS)
    ticking.schedule("2", NOON_MS + HOUR_MS)
    with writing(ticking.server, system_actor(ticking.id)) as ctx:
        jobs.cancel(ctx, "1")
    assert jobs.run_due(ticking.server, ticking.id) == []
    assert ticking.id not in jobs.awake(ticking.server)
    ticking.machine_now += HOUR_MS
    assert ticking.id in jobs.awake(ticking.server)


def test_an_organization_with_much_work_hides_no_other(ticking: Bureau) -> None:
    ticking.schedule("much", NOON_MS, times=501)
    other = Bureau(ticking.running, organization(ticking.running).id, ticking.machine_now)
    other.set_clock(NOON_MS + MINUTE_MS, frozen=False)
    other.schedule("little", NOON_MS + MINUTE_MS)
    assert {ticking.id, other.id} <= set(jobs.awake(ticking.server))


def test_moving_a_clock_costs_the_same_however_many_jobs_wait(ticking: Bureau) -> None:
    """One row is written. 50 moves with 20,000 waiting jobs take less than five times what they take with none."""

    def moves() -> float:
        began = time.perf_counter()
        for step in range(50):
            now = ticking.now + 1
            ticking.set_clock(now, frozen=step % 2 == 0)
        return time.perf_counter() - began

    moves()
    alone = moves()
    ticking.schedule("waits", NOON_MS + DAY_MS, times=20_000)
    assert moves() < 5 * alone + 0.1


def test_the_worker_runs_what_is_due_where_the_clock_ticks(ticking: Bureau) -> None:
    ticking.schedule("1", NOON_MS + HOUR_MS)
    asleep = Bureau(ticking.running, organization(ticking.running).id, ticking.machine_now)
    asleep.schedule("never", NOON_MS)
    run_once(ticking.server)
    assert ticking.sent == []
    ticking.machine_now += HOUR_MS
    assert ticking.id in jobs.awake(ticking.server)
    assert asleep.id not in jobs.awake(ticking.server)
    assert run_once(ticking.server)
    assert ticking.sent == [("1", NOON_MS + HOUR_MS)]
    assert asleep.sent == []
    assert ticking.id not in jobs.awake(ticking.server)
    assert jobs.run_due(asleep.server, asleep.id) == []


def test_the_worker_leaves_alone_what_someone_advances(ticking: Bureau) -> None:
    ticking.schedule("1", NOON_MS)
    with writing(ticking.server, system_actor(ticking.id)) as ctx:
        jobs._hold(ctx, "someone")
    assert ticking.id not in jobs.awake(ticking.server)
    assert jobs.run_due(ticking.server, ticking.id) == []
    ticking.machine_now += jobs.LEASE_MS + 1
    assert ticking.id in jobs.awake(ticking.server)
    assert [job.subject_id for job in jobs.run_due(ticking.server, ticking.id)] == ["1"]


def test_a_retry_wakes_a_minute_later(ticking: Bureau) -> None:
    deeds["fails"] = out_of_paper
    ticking.schedule("fails", NOON_MS)
    jobs.run_due(ticking.server, ticking.id)
    assert ticking.organization.next_wake_at == ticking.machine_now + MINUTE_MS
    assert ticking.id not in jobs.awake(ticking.server)


steps = st.lists(
    st.tuples(
        st.sampled_from(["advance", "set", "freeze", "tick", "pass", "worker", "schedule"]),
        st.integers(0, 30),
    ),
    max_size=14,
)


@settings(max_examples=400 if FULL else 12, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=steps)
def test_whatever_is_done_to_a_clock(running: Server, steps: list[tuple[str, int]]) -> None:
    """Time never goes back; nothing runs twice, before its time, or out of order; a standing clock wakes nobody."""
    bureau = Bureau(running, organization(running).id, NOON_MS)
    scheduled: dict[str, int] = {}
    before = NOON_MS
    for number, (step, hours) in enumerate(steps):
        now = bureau.now
        match step:
            case "advance":
                bureau.advance(now + hours * HOUR_MS)
                assert all(at > bureau.now for at in waiting(bureau))
            case "set":
                bureau.set_clock(
                    now + hours * HOUR_MS, frozen=bureau.organization.clock_frozen_at is not None
                )
            case "freeze" | "tick":
                bureau.set_clock(now, frozen=step == "freeze")
            case "pass":
                bureau.machine_now += hours * HOUR_MS
            case "worker":
                jobs.run_due(bureau.server, bureau.id)
            case "schedule":
                scheduled[f"{number}"] = now + hours * HOUR_MS
                bureau.schedule(f"{number}", now + hours * HOUR_MS)
        assert bureau.now >= before
        before = bureau.now
        stands = bureau.organization.clock_frozen_at is not None
        offset = bureau.organization.clock_offset_ms
        due = [run_at - offset for run_at in waiting(bureau)]
        assert bureau.organization.next_wake_at == (None if stands or not due else min(due))
    sent = bureau.sent
    assert len({subject for subject, _ in sent}) == len(sent)
    assert all(now >= scheduled[subject] for subject, now in sent)
    assert {subject for subject, _ in sent} | {
        job.subject_id for job in bureau.jobs if job.state == "WAITING"
    } == (scheduled.keys())


def waiting(bureau: Bureau) -> list[int]:
    return [job.run_at for job in bureau.jobs if job.state == "WAITING"]
