"""How long a session lasts, what it is good for, and what ends it."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from access.clocks import MovedByHand
from clients import Api, World
from sqlalchemy import event

from net30.access import reachable
from net30.access.credentials import authenticate
from net30.kernel.context import Server
from net30.wire.operation import OPERATIONS


@pytest.fixture
def hands(running: Server) -> MovedByHand:
    return MovedByHand(running.machine_now())


@pytest.fixture
def timed(running: Server, hands: MovedByHand) -> World:
    """A world on a server whose machine time stands still until the test moves it."""
    return World(Api(dataclasses.replace(running, machine_now=hands)))


def is_open(world: World) -> bool:
    answered = world.get("/login/session")
    assert answered.status == 200 or answered.codes == ["BDC_1109"]
    return bool(answered.status == 200)


def test_a_session_that_is_used_stays_open(timed: World, hands: MovedByHand) -> None:
    for minutes in (34.9, 34.9, 0.5, 34.9, 0.9, 34.9, 34.9):
        hands.pass_minutes(minutes)
        assert is_open(timed)


def test_a_session_ends_after_35_idle_minutes(timed: World, hands: MovedByHand) -> None:
    hands.pass_minutes(20)
    assert is_open(timed)
    hands.pass_minutes(36)
    answered = timed.get("/login/session")
    assert (answered.status, answered.codes) == (401, ["BDC_1109"])
    assert answered.json[0]["message"] == "Session is invalid. Please log in."
    hands.pass_minutes(-10)
    timed.headers = timed.sign_in()
    assert is_open(timed)


def test_a_sync_token_stays_signed_in_for_48_idle_hours(timed: World, hands: MovedByHand) -> None:
    token = timed.made["syncToken"]
    body = {
        "username": token["name"],
        "password": token["value"],
        "organizationId": timed.id,
        "devKey": timed.made["devKey"],
    }
    timed.headers["sessionId"] = timed.api.call("POST", "/connect/v3/login", body).ok()["sessionId"]
    hands.pass_minutes(47.9 * 60)
    assert is_open(timed)
    hands.pass_minutes(47.9 * 60)
    assert is_open(timed)
    hands.pass_minutes(48 * 60 + 2)
    assert not is_open(timed)


def test_the_business_clock_signs_nobody_out(world: World) -> None:
    world.advance("P300D")
    assert is_open(world)


def test_signing_out_ends_one_session(world: World) -> None:
    other = world.sign_in()
    answered = world.post("/logout")
    assert (answered.status, answered.text) == (200, "")
    assert not is_open(world)
    world.headers = other
    assert is_open(world)


def test_a_session_wants_the_key_that_opened_it(world: World, other_world: World) -> None:
    answered = world.call("GET", "/login/session", headers={"devKey": other_world.made["devKey"]})
    assert (answered.status, answered.codes) == (401, ["BDC_1109"])
    assert answered.json[0]["detail"] == "the session was opened with another developer key"
    assert is_open(world)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "BDC_1109"),
        ({"devKey": "any"}, 401, "BDC_1109"),
        ({"sessionId": "any"}, 400, "BDC_1178"),
        ({"sessionId": "unheard of", "devKey": "any"}, 401, "BDC_1109"),
        ({"sessionId": "", "devKey": ""}, 401, "BDC_1109"),
    ],
)
def test_without_credentials_nothing_opens(api: Api, headers: dict[str, str], status: int, code: str) -> None:
    answered = api.call("GET", "/connect/v3/login/session", headers=headers)
    assert (answered.status, answered.codes) == (status, [code])


def test_stepping_up_makes_this_session_trusted(world: World) -> None:
    plain = world.sign_in(trusted=False)
    world.headers = world.sign_in(trusted=False)
    assert world.post("/mfa/step-up", world.made["mfa"]).ok() == {"trusted": True}
    assert world.get("/login/session").ok()["mfaStatus"] == "COMPLETE"
    world.headers = plain
    assert world.get("/login/session").ok()["mfaStatus"] == "CHALLENGE"


@pytest.mark.parametrize(
    "wrong",
    [{}, {"device": "no-such-device"}, {"rememberMeId": "no-such-device-remembered"}, {"rememberMeId": None}],
)
def test_stepping_up_with_the_wrong_device_changes_nothing(world: World, wrong: dict[str, Any]) -> None:
    world.headers = world.sign_in(trusted=False)
    body = {**world.made["mfa"], **wrong} if wrong else {}
    assert world.post("/mfa/step-up", body).ok() == {"trusted": False}
    assert world.get("/login/session").ok()["mfaStatus"] == "CHALLENGE"


def test_a_session_reaches_the_organizations_of_its_username_and_key(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reachable, "PAGE", 2)
    username = "many@sandbox.example"
    first = World(api, {"companyName": "First", "username": username})
    shared = {"devKey": first.made["devKey"]}
    reached = [first, *(World(api, {**shared, "username": username.upper()}) for _ in range(4))]
    World(api, {**shared, "username": "else@sandbox.example"})
    World(api, {"username": username})
    pages = list(_pages(first))
    ids = [[one["id"] for one in page["results"]["organizations"]] for page in pages]
    assert [id for page in ids for id in page] == sorted(world.id for world in reached)
    assert [len(page) for page in ids] == [2, 2, 1]
    assert pages[0]["results"]["organizations"][0] == {"id": first.id, "name": "First"}
    back = first.get("/login/organizations", page=pages[2]["prevPage"]).ok()
    assert back["results"] == pages[1]["results"]
    assert "prevPage" not in first.get("/login/organizations", page=back["prevPage"]).ok()
    refused = reached[1].get("/login/organizations", page=pages[0]["nextPage"])
    assert (refused.status, refused.codes) == (400, [None])


def _pages(world: World) -> Iterator[Any]:
    page = world.get("/login/organizations").ok()
    yield page
    while "nextPage" in page:
        page = world.get("/login/organizations", page=page["nextPage"]).ok()
        yield page


def test_a_session_costs_one_select(world: World, running: Server) -> None:
    if running.database.dialect != "sqlite":
        pytest.skip("only SQLite's driver tells which statements it runs")
    seen: list[str] = []

    def trace(connection: Any, *_: object) -> None:
        connection.set_trace_callback(seen.append)

    event.listen(running.database.engine, "checkout", trace)
    headers = {name.lower(): value for name, value in world.headers.items()}
    with running.database.read() as tx:
        caller = authenticate(running, tx, OPERATIONS["GET /connect/v3/login/session"], headers, {})
    event.remove(running.database.engine, "checkout", trace)
    with running.database.engine.connect() as connection:
        connection.connection.dbapi_connection.set_trace_callback(None)  # type: ignore[union-attr]
    assert caller.actor.user_id == world.user_id
    assert [statement.split()[0] for statement in seen[:3]] == ["BEGIN", "SELECT", "COMMIT"]
    assert len(seen) == 3
