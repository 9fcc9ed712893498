"""Worlds are made ready to use, with fixed credentials when wanted, and removed whole."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from clients import Answered, Api, World
from sqlalchemy import func, select

from net30.kernel.context import Server
from net30.store.record import metadata
from net30.store.statements import Statement
from net30.wire.openapi import build

FIXED = {
    "companyName": "Fixed Inc",
    "now": "2026-03-03T17:00:00Z",
    "frozen": True,
    "zone": "America/New_York",
    "organizationId": "00802FIXEDWORLD00001",
    "userId": "00602FIXEDWORLD00001",
    "bankAccountId": "bac02FIXEDWORLD00001",
    "username": "ci@fixed.example",
    "password": "a fixed password",
    "devKey": "a fixed developer key",
    "apiToken": "a fixed api token",
    "syncToken": {"name": "fixed", "value": "a fixed value"},
    "mfa": {"rememberMeId": "a fixed id", "device": "ci"},
}


def counts(running: Server) -> dict[str, int]:
    """How many rows every table has, but for values of the server itself, which it makes when it first needs them."""
    with running.database.read() as tx:
        found = {}
        for table in (table for table in metadata.sorted_tables if table.name != "server_value"):
            row = tx.row(
                Statement(select(func.count()).select_from(table), crosses="all rows are counted"), {}
            )
            assert row is not None
            found[table.name] = int(row[0])
        return found


def test_a_world_is_ready_to_use(api: Api) -> None:
    world = World(api)
    assert set(world.made) == {
        "organizationId",
        "devKey",
        "username",
        "password",
        "userId",
        "apiToken",
        "syncToken",
        "bankAccountId",
        "mfa",
    }
    account = world.get(f"/funding-accounts/banks/{world.bank_account_id}").ok()
    assert account["status"] == "VERIFIED"
    assert world.get("/login/session").ok()["mfaStatus"] == "COMPLETE"


def test_a_world_needs_no_body(api: Api) -> None:
    made = api.call("POST", "/sandbox/v1/organizations")
    assert made.status == 201
    assert made.json["organizationId"].startswith("008")
    assert made.json["userId"].startswith("006")
    assert made.json["bankAccountId"].startswith("bac")


def test_a_world_has_the_credentials_it_was_given_and_is_removed_whole(api: Api, running: Server) -> None:
    before = counts(running)
    world = World(api, FIXED)
    assert world.made == {name: FIXED[name] for name in world.made}
    assert world.get("/login/session").ok()["userId"] == FIXED["userId"]
    assert world.get("/login/organizations").ok()["results"]["organizations"] == [
        {"id": FIXED["organizationId"], "name": "Fixed Inc"}
    ]
    assert world.control("GET", "/clock").ok() == {"now": "2026-03-03T17:00:00.000+00:00", "frozen": True}

    world.advance("P1D")
    deleted = world.control("DELETE", "")
    assert (deleted.status, deleted.text) == (204, "")
    assert counts(running) == before
    assert world.get("/login/session").codes == ["BDC_1109"]
    assert world.control("GET", "/clock").codes == ["BDC_1102"]

    World(api, FIXED).control("DELETE", "").ok()


@pytest.mark.parametrize(
    ("field", "value"),
    [("organizationId", FIXED["organizationId"]), ("apiToken", FIXED["apiToken"])],
)
def test_what_is_taken_is_refused(api: Api, running: Server, field: str, value: str) -> None:
    world = World(api, FIXED)
    before = counts(running)
    answered = api.call("POST", "/sandbox/v1/organizations", {field: value})
    assert (answered.status, answered.codes) == (422, [None])
    assert field in answered.json[0]["message"]
    assert counts(running) == before
    world.control("DELETE", "").ok()


def test_worlds_may_share_a_developer_key(api: Api) -> None:
    one = World(api)
    other = World(api, {"devKey": one.made["devKey"]})
    one.control("DELETE", "").ok()
    assert other.get("/login/session").status == 200
    assert World.sign_in(other)


def test_removing_a_world_leaves_the_others(api: Api, other_world: World) -> None:
    world = World(api)
    accounts = other_world.get("/funding-accounts/banks").ok()
    world.control("DELETE", "").ok()
    assert other_world.get("/funding-accounts/banks").ok() == accounts
    assert other_world.control("GET", "/clock").status == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"now": "tomorrow"}, "now"),
        ({"now": "1999-12-31"}, "now"),
        ({"now": "9999-12-31"}, "now"),
        ({"now": "2026-02-30"}, "now"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"zone": ""}, "zone"),
        ({"organizationId": "009notanorganization"}, "organizationId"),
        ({"organizationId": "008/.."}, "organizationId"),
        ({"companyName": ""}, "companyName"),
        ({"mfa": {"rememberMeId": "x", "device": "d" * 41}}, "mfa.device"),
        ({"username": "same", "syncToken": {"name": "same", "value": "x"}}, "syncToken.name"),
    ],
)
def test_what_cannot_be_is_refused_by_name(api: Api, body: dict[str, Any], field: str) -> None:
    answered = api.call("POST", "/sandbox/v1/organizations", body)
    assert (answered.status, answered.codes) == (400, [None])
    assert answered.json[0]["params"][0] == {"name": "field", "value": field, "additional": ""}


def test_production_has_no_worlds(running: Server, world: World) -> None:
    production = Api(dataclasses.replace(running, environment="production"))
    for method, path in (
        ("POST", "/sandbox/v1/organizations"),
        ("GET", f"/sandbox/v1/organizations/{world.id}/clock"),
        ("DELETE", f"/sandbox/v1/organizations/{world.id}"),
    ):
        answered = production.call(method, path, headers={"devKey": world.made["devKey"]})
        assert (answered.status, answered.codes) == (404, ["BDC_1121"])
    assert not [path for path in build(sandbox=False)["paths"] if path.startswith("/sandbox")]


def test_controls_want_a_developer_key_of_the_world(api: Api, world: World, other_world: World) -> None:
    def ask(organization_id: str, headers: dict[str, str]) -> tuple[int, Any]:
        path = f"/sandbox/v1/organizations/{organization_id}/clock"
        answered = api.call("GET", path, headers=headers)
        error = answered.json[0]
        return answered.status, (error["code"], error["detail"].replace(organization_id, "…"))

    assert ask(world.id, {})[1][0] == "BDC_1178"
    assert ask(world.id, {"devKey": "unheard of"})[1][0] == "BDC_1102"
    elsewhere = {"devKey": other_world.made["devKey"]}
    status, said = ask(world.id, elsewhere)
    assert (status, said[0]) == (404, "BDC_1123")
    assert ask("00800000000000000000", elsewhere) == (status, said)
    assert ask("%00", elsewhere)[0] == 404


def test_worlds_that_are_wanted_at_once_do_not_collide(api: Api) -> None:
    wanted = {"organizationId": "00802RACEWORLD000001", "devKey": "a key of several worlds"}

    def create(body: dict[str, str]) -> Answered:
        return api.call("POST", "/sandbox/v1/organizations", body)

    with ThreadPoolExecutor(4) as threads:
        same_id = list(threads.map(create, [wanted] * 4))
        same_key = list(threads.map(create, [{"devKey": "another key of several worlds"}] * 4))
    assert sorted(answered.status for answered in same_id) == [201, 422, 422, 422]
    assert [answered.status for answered in same_key] == [201] * 4


# ---- looking and clearing up ----------------------------------------------------------------------------


def everything(api: Api, most: int) -> list[dict[str, Any]]:
    """All worlds, in pages of so many."""
    found: list[dict[str, Any]] = []
    page: str | None = ""
    while page is not None:
        query = {"max": most, **({"page": page} if page else {})}
        answered = api.call("GET", "/sandbox/v1/organizations", query=query).ok()
        assert len(answered["results"]) <= most
        found += answered["results"]
        page = answered.get("nextPage")
    return found


def test_worlds_are_listed(api: Api) -> None:
    world = World(api, {"companyName": "Listed Inc", "now": "2026-03-03T17:00:00Z", "frozen": True})
    ticking = World(api)
    (one,) = [found for found in everything(api, 1000) if found["organizationId"] == world.id]
    assert one == {
        "organizationId": world.id,
        "companyName": "Listed Inc",
        "createdTime": "2026-03-03T17:00:00.000+00:00",
        "now": "2026-03-03T17:00:00.000+00:00",
        "frozen": True,
    }
    ids = [found["organizationId"] for found in everything(api, 2)]
    assert ids == sorted(ids) == [found["organizationId"] for found in everything(api, 1000)]
    assert {world.id, ticking.id} <= set(ids)
    ticking.control("DELETE", "").ok()
    assert ticking.id not in [found["organizationId"] for found in everything(api, 1000)]


@pytest.mark.parametrize("max", [0, 1001, "many"])
def test_a_page_of_worlds_has_bounds(api: Api, max: Any) -> None:
    assert api.call("GET", "/sandbox/v1/organizations", query={"max": max}).status == 400


def test_removing_a_world_twice_is_no_fault(api: Api) -> None:
    world = World(api)
    assert [world.control("DELETE", "").status for _ in range(3)] == [204, 204, 204]
    assert api.call("DELETE", "/sandbox/v1/organizations/nothing", headers={"devKey": "any"}).status == 204


def test_nobody_removes_the_world_of_another(world: World, other_world: World) -> None:
    path = f"/sandbox/v1/organizations/{other_world.id}"
    for headers, refused in (
        ({}, (400, ["BDC_1178"])),
        ({"devKey": "unheard of"}, (400, ["BDC_1102"])),
        ({"devKey": world.made["devKey"]}, (404, ["BDC_1123"])),
    ):
        answered = world.api.call("DELETE", path, headers=headers)
        assert (answered.status, answered.codes) == refused
    assert other_world.get("/login/session").status == 200


CONTROLS = [
    ("POST", "", {"compnayName": "Misspelt Inc"}),
    ("POST", "", {"mfa": {"rememberMeId": "x", "device": "x", "forever": True}}),
    ("POST", "/users", {"role": "CLERK", "usrname": "paul"}),
    ("PUT", "/clock", {"now": "2026-04-01", "frozn": True}),
    ("POST", "/clock/advance", {"by": "P1D", "till": "2026-04-01"}),
    ("PUT", "/settings", {"usesMFA": False}),
    ("PUT", "/limits", {"requestPerHour": 1}),
    ("PUT", "/network", {"autoconnect": True}),
    ("PUT", "/wallet", {"balnce": 1}),
    ("POST", "/cards", {"brnad": "VISA"}),
]


@pytest.mark.parametrize(("method", "path", "body"), CONTROLS, ids=lambda one: str(one))
def test_controls_refuse_what_they_do_not_know(
    api: Api, running: Server, world: World, method: str, path: str, body: dict[str, Any]
) -> None:
    before = counts(running)
    made = "/sandbox/v1/organizations"
    answered = world.control(method, path, body) if path else api.call(method, made, body)
    assert (answered.status, answered.codes) == (400, [None])
    (error,) = answered.json
    assert "is not a property of this request" in error["message"]
    assert error["params"][0]["value"].rpartition(".")[2] in body or "mfa" in body
    assert counts(running) == before
    assert world.control("GET", "/clock").ok()["now"] == "2026-03-03T17:00:00.000+00:00"


def test_controls_refuse_parameters_they_do_not_know(world: World) -> None:
    answered = world.control("GET", "/clock?frozen=true")
    assert (answered.status, answered.json[0]["params"][0]["value"]) == (400, "frozen")
