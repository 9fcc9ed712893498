"""Requests, sign-ins and simultaneous requests, once a world's limits are on."""

import dataclasses
import threading
import time
from typing import Any

import pytest
from clients import Answered, Api, World
from sqlalchemy import bindparam, update
from vendor_cases import ADDRESS

from net30.kernel.context import Server, system_actor, writing
from net30.kernel.limits import HOUR_MS, Counting
from net30.kernel.tables import hourly_counts
from net30.settings import Settings, settings
from net30.store.statements import Statement


def limit(world: World, **limits: Any) -> None:
    assert world.control("PUT", "/limits", limits).ok() == limits


def ask(world: World, api: Api | None = None) -> Answered:
    return (api or world.api).call("GET", "/connect/v3/login/session", headers=world.headers)


def another_process(running: Server, later_ms: int = 0) -> Api:
    """The same server, in a process with counts of its own and, maybe, some time later."""
    return Api(
        dataclasses.replace(
            running, counting=Counting(), machine_now=lambda: running.machine_now() + later_ms
        )
    )


def test_a_new_world_has_no_limits(world: World) -> None:
    assert world.control("GET", "/limits").ok() == {}


def test_limits_are_set_and_taken_off(world: World) -> None:
    limits = {"requestsPerHour": 1, "textsPerMinute": 5, "lockLogins": True}
    limit(world, **limits)
    assert world.control("GET", "/limits").ok() == limits
    limit(world)
    assert world.control("GET", "/limits").ok() == {}
    assert [ask(world).status for _ in range(3)] == [200] * 3
    assert world.control("PUT", "/limits", {"requestsPerHour": 0}).status == 400


def test_after_an_hours_requests_everything_waits_for_the_next_full_hour(
    world: World, other_world: World, running: Server
) -> None:
    limit(world, requestsPerHour=3)
    assert [ask(world).status for _ in range(4)] == [200, 200, 200, 422]
    refused = world.post("/bills", {})
    assert (refused.status, refused.codes) == (422, ["BDC_1144"])
    assert refused.json[0]["message"] == "Max number of allowed requests per hour reached: 3."
    assert ":00:00.000+00:00" in refused.json[0]["help"]
    assert ask(other_world).status == 200
    later = another_process(running, HOUR_MS)
    world.headers |= _signed_in_by(later, world)
    assert [ask(world, later).status for _ in range(4)] == [200, 200, 200, 422]


def test_processes_hear_of_each_others_counts(world: World, running: Server) -> None:
    limit(world, requestsPerHour=4)
    one, two = another_process(running), another_process(running)
    answers = [ask(world, api).status for api in (one, two, one, two, two, one, one)]
    assert answers == [200, 200, 200, 200, 422, 200, 422], "each may let one through before it hears"


def test_of_a_large_limit_a_hundredth_may_go_unheard(world: World, running: Server) -> None:
    limit(world, requestsPerHour=200)
    one, two = another_process(running), another_process(running)
    for _ in range(199):
        assert ask(world, one).status == 200
    assert [ask(world, two).status for _ in range(4)] == [200, 200, 422, 422]


def test_a_refused_request_counts_for_nothing(world: World) -> None:
    limit(world, requestsPerHour=2)
    assert [ask(world).status for _ in range(5)] == [200, 200, 422, 422, 422]
    limit(world, requestsPerHour=3)
    assert [ask(world).status for _ in range(2)] == [200, 422]


def test_sign_ins_have_a_limit_of_their_own(world: World) -> None:
    limit(world, signInsPerHour=2)
    assert _try(world, password="wrong").codes == ["BDC_1101"]
    world.sign_in()
    refused = _try(world)
    assert (refused.status, refused.codes) == (422, ["BDC_1144"])
    assert ask(world).status == 200


def test_only_so_many_requests_are_answered_at_once(
    world: World, other_world: World, running: Server
) -> None:
    limit(world, concurrentRequests=3)
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(_insist(world))) for _ in range(3)]
    with writing(running, system_actor(world.id)):
        for thread in threads:
            thread.start()
        refused = _until_refused(world)
        assert (refused.status, refused.codes) == (422, ["BDC_1322"])
        assert ask(other_world).status == 200
    for thread in threads:
        thread.join(timeout=30)
    assert answers == [200] * 3
    assert ask(world).status == 200


def test_in_production_the_settings_say_the_limits() -> None:
    standard = Settings().limits
    assert (standard.requests_per_hour, standard.sign_ins_per_hour) == (20_000, 200)
    assert (standard.concurrent_requests, standard.texts_per_minute) == (3, 5)
    assert standard.lock_logins
    assert standard.lock_organization
    chosen = settings({}, {"NET30_LIMIT_REQUESTS_PER_HOUR": "0", "NET30_LIMIT_LOCK_OUTS": "false"}).limits
    assert chosen.requests_per_hour is None
    assert not chosen.lock_logins
    with pytest.raises(ValueError, match="limit_requests_per_hour"):
        settings({}, {"NET30_LIMIT_REQUESTS_PER_HOUR": "-1"})


def _credentials(world: World, **changed: str) -> dict[str, str]:
    names = ("username", "password", "organizationId", "devKey")
    return {**{name: world.made[name] for name in names}, **changed}


def _try(world: World, **changed: str) -> Answered:
    return world.api.call("POST", "/connect/v3/login", _credentials(world, **changed))


def _signed_in_by(api: Api, world: World) -> dict[str, str]:
    return {"sessionId": api.call("POST", "/connect/v3/login", _credentials(world)).ok()["sessionId"]}


def _insist(world: World) -> int:
    """The status of a call that is made again while the test's own question takes its place."""
    while (status := world.post("/mfa/step-up", {}).status) == 422:
        time.sleep(0.01)
    return status


def _until_refused(world: World) -> Answered:
    """The first refusal: the requests of the other threads arrive when they arrive."""
    deadline = time.monotonic() + 30
    while (answered := ask(world)).status == 200 and time.monotonic() < deadline:
        time.sleep(0.01)
    return answered


def test_a_count_that_cannot_be_told_keeps_no_answer_back(
    world: World, running: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """What was asked for is done by then."""
    limit(world, requestsPerHour=100)
    one = another_process(running)
    assert ask(world, one).status == 200
    with running.database.write() as tx:
        tx.execute(_FILL_UP, {"most": 2**63 - 1, "hour": running.machine_now() // HOUR_MS})
    body = {"name": "Bass", "address": ADDRESS}
    made = one.call("POST", "/connect/v3/vendors", body, headers=world.headers)
    assert (made.status, made.json["name"]) == (201, "Bass")
    if running.database.dialect == "postgresql":
        # SQLite counts on beyond 64 bits, as a fraction.
        assert "could not be told" in caplog.text
    with running.database.write() as tx:
        tx.execute(_FILL_UP, {"most": 0, "hour": running.machine_now() // HOUR_MS})


_FILL_UP = Statement(
    update(hourly_counts).values(count=bindparam("most")).where(hourly_counts.c.hour == bindparam("hour"))
)
