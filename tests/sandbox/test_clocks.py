"""A world's clock: it ticks or stands, moves forward and runs on the way what is due."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from clients import World
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from net30.kernel import jobs, mailbox
from net30.kernel.clock import milliseconds, timestamp
from net30.kernel.context import Context, Server, system_actor, writing
from net30.kernel.tables import Job

NOW = "2026-03-03T17:00:00.000+00:00"
HOUR_MS = 3_600_000


@jobs.job("test.remind")
def remind(ctx: Context, job: Job) -> None:
    """Mails at which time it ran; a subject that begins with "every" has it come again a day later."""
    mailbox.send(ctx, "EMAIL", "someone@sandbox.example", job.subject_id, timestamp(ctx.now))
    if job.subject_id.startswith("every"):
        jobs.schedule(ctx, "test.remind", job.subject_id, ctx.now + 24 * HOUR_MS)


@jobs.job("test.fail")
def fail(ctx: Context, job: Job) -> None:
    """Writes something, and then goes wrong."""
    remind(ctx, job)
    raise RuntimeError("out of paper")


def schedule(running: Server, world: World, kind: str, subject: str, hours: float) -> None:
    with writing(running, system_actor(world.id)) as ctx:
        jobs.schedule(ctx, kind, subject, ctx.now + int(hours * HOUR_MS))


def subjects(world: World) -> list[tuple[str, str]]:
    """(subject, time it was sent) of the mailbox, oldest first."""
    mails = world.control("GET", "/messages").ok()["results"]
    return [(mail["subject"], mail["body"]) for mail in reversed(mails)]


def clock(world: World) -> Any:
    return world.control("GET", "/clock").ok()


def advance(world: World, **body: Any) -> Any:
    return world.control("POST", "/clock/advance", body)


def test_a_frozen_clock_stands_and_a_ticking_one_ticks(world: World) -> None:
    assert clock(world) == {"now": NOW, "frozen": True}
    assert clock(world) == {"now": NOW, "frozen": True}
    assert world.control("PUT", "/clock", {"frozen": False}).ok()["frozen"] is False
    ticks = [milliseconds(clock(world)["now"]) for _ in range(20)]
    assert ticks == sorted(ticks)
    assert milliseconds(NOW) <= ticks[0] <= ticks[-1] < milliseconds(NOW) + 60_000


def test_a_clock_is_set_forward_in_any_zone(world: World) -> None:
    later = world.control("PUT", "/clock", {"now": "2026-03-04T10:00:00-08:00"}).ok()
    assert later == {"now": "2026-03-04T18:00:00.000+00:00", "frozen": True}
    assert world.control("PUT", "/clock", {"now": "2026-03-05", "frozen": False}).ok()["frozen"] is False


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/clock", {"now": "2026-03-03T16:59:59.999Z"}, "now"),
        ("/clock", {"now": "noon"}, "now"),
        ("/clock", {"now": "9999-01-01"}, "now"),
        ("/clock", {}, "now"),
        ("/clock/advance", {}, "by"),
        ("/clock/advance", {"by": "P1D", "to": "2027-01-01"}, "by"),
        ("/clock/advance", {"by": "P1M"}, "by"),
        ("/clock/advance", {"by": "-P1D"}, "by"),
        ("/clock/advance", {"by": "P11W999999D"}, "by"),
        ("/clock/advance", {"to": "2026-03-03T16:00:00Z"}, "to"),
        ("/clock/advance", {"to": "2036-04-01"}, "to"),
        ("/clock/advance", {"until": {"payment": "stp1"}}, "until.singleStatus"),
    ],
)
def test_what_a_clock_cannot_do_is_refused(world: World, path: str, body: Any, field: str) -> None:
    answered = world.control("POST" if path.endswith("advance") else "PUT", path, body)
    assert (answered.status, answered.codes) == (400, [None])
    assert answered.json[0]["params"][0]["value"] == field
    assert clock(world) == {"now": NOW, "frozen": True}


def test_advancing_runs_what_is_due_in_order_each_at_its_time(world: World, running: Server) -> None:
    for subject, hours in (("last", 30), ("first", 1), ("beyond", 73), ("second", 1.5)):
        schedule(running, world, "test.remind", subject, hours)
    answered = advance(world, by="P3D").ok()
    assert answered["now"] == "2026-03-06T17:00:00.000+00:00"
    assert answered["ran"] == 3
    assert [(job["subjectId"], job["runAt"], job["state"]) for job in answered["jobs"]] == [
        ("first", "2026-03-03T18:00:00.000+00:00", "DONE"),
        ("second", "2026-03-03T18:30:00.000+00:00", "DONE"),
        ("last", "2026-03-04T23:00:00.000+00:00", "DONE"),
    ]
    assert subjects(world) == [(job["subjectId"], job["runAt"]) for job in answered["jobs"]]
    assert clock(world) == {"now": answered["now"], "frozen": True}
    assert advance(world, to="2026-03-06T18:00:00Z").ok()["ran"] == 1
    assert subjects(world)[-1] == ("beyond", "2026-03-06T18:00:00.000+00:00")


def test_advancing_runs_what_jobs_schedule_on_the_way(world: World, running: Server) -> None:
    schedule(running, world, "test.remind", "every day", 1)
    answered = advance(world, by="P150D").ok()
    # On the way, four months are billed by the price plan, and the statements paid.
    assert answered["ran"] == 150 + 2 * 4
    assert len(answered["jobs"]) == 100
    times = [milliseconds(time) for _, time in subjects(world)]
    assert {later - earlier for earlier, later in itertools.pairwise(times)} == {24 * HOUR_MS}


def test_a_clock_that_is_set_past_due_work_leaves_it_to_the_next_advance(
    world: World, running: Server
) -> None:
    schedule(running, world, "test.remind", "late", 1)
    world.control("PUT", "/clock", {"now": "2026-03-04T00:00:00Z"}).ok()
    assert subjects(world) == []
    assert advance(world, by="PT0S").ok()["ran"] == 1
    assert subjects(world) == [("late", "2026-03-04T00:00:00.000+00:00")]


def test_work_that_fails_leaves_nothing_behind_and_is_tried_again(world: World, running: Server) -> None:
    schedule(running, world, "test.fail", "a letter", 1)
    first = advance(world, by="PT1H").ok()["jobs"]
    assert [(job["state"], job["error"]) for job in first] == [("WAITING", "RuntimeError: out of paper")]
    tries = advance(world, by="P1D").ok()["jobs"]
    assert [job["state"] for job in tries] == ["WAITING"] * 6 + ["FAILED"]
    assert advance(world, by="P1D").ok()["ran"] == 0
    assert subjects(world) == []


MOVES = st.one_of(
    st.builds(lambda hours: ("advance", {"by": f"PT{hours}H"}), st.integers(0, 60)),
    st.builds(lambda frozen: ("freeze", {"frozen": frozen}), st.booleans()),
    st.builds(
        lambda hours: ("set", {"now": timestamp(milliseconds(NOW) + hours * HOUR_MS)}), st.integers(-50, 200)
    ),
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(moves=st.lists(MOVES, min_size=1, max_size=6))
def test_a_clock_never_goes_backwards(world: World, moves: list[tuple[str, Any]]) -> None:
    before = milliseconds(clock(world)["now"])
    for kind, body in moves:
        method, path = ("POST", "/clock/advance") if kind == "advance" else ("PUT", "/clock")
        answered = world.control(method, path, body)
        now = milliseconds(clock(world)["now"])
        assert now >= before
        wanted = milliseconds(body["now"]) if kind == "set" else before
        assert answered.status == (200 if wanted >= before else 400) or not _is_frozen(world)
        before = now


def _is_frozen(world: World) -> bool:
    return bool(clock(world)["frozen"])


def test_each_of_many_relative_advances_moves_the_clock_or_is_refused(world: World, running: Server) -> None:
    """By itself or after another one: none begins at an instant on another's way."""
    for days in range(90):
        schedule(running, world, "test.remind", f"{days}", days * 24 + 12)

    def push(_: int) -> Any:
        return advance(world, by="P3D")

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(push, range(30)))
    assert {answer.status for answer in answers} <= {200, 409}
    moved = [answer for answer in answers if answer.status == 200]
    ended = sorted(milliseconds(answer.json["now"]) for answer in moved)
    assert ended == [milliseconds(NOW) + 72 * HOUR_MS * (n + 1) for n in range(len(moved))]
    assert milliseconds(clock(world)["now"]) == ended[-1]
