"""Who works in an organization, in which role, and who may not be sent away."""

import re
from typing import Any

import pytest
from clients import Api, World
from sqlalchemy import bindparam, select

from net30.kernel.tables import audit_entries
from net30.store.statements import Statement

_TRAIL = Statement(
    select(audit_entries.c.action, audit_entries.c.user_id, audit_entries.c.via, audit_entries.c.changes)
    .where(
        audit_entries.c.organization_id == bindparam("organization_id"),
        audit_entries.c.entity == "User",
        audit_entries.c.entity_id == bindparam("id"),
    )
    .order_by(audit_entries.c.id)
)


def role_ids(world: World) -> dict[str, str]:
    return {role["type"]: role["id"] for role in world.get("/roles", max=100).ok()["results"]}


def invitation(world: World, role: str = "CLERK", **more: Any) -> dict[str, Any]:
    """The body that invites someone."""
    return {
        "firstName": "Cleo",
        "lastName": "Clerk",
        "email": "cleo@example.com",
        "roleId": role_ids(world)[role],
        "acceptTermsOfService": True,
        **more,
    }


def emails(world: World) -> list[str]:
    return [user["email"] for user in world.get("/users").ok()["results"]]


def test_an_organization_has_one_role_of_each_type(world: World, other_world: World) -> None:
    roles = world.get("/roles", max=100).ok()["results"]
    assert len(roles) == 13
    assert all(re.fullmatch("0po.{17}", role["id"]) and role["description"] for role in roles)
    assert [role["type"] for role in roles[:5]] == [
        "ADMINISTRATOR",
        "ACCOUNTANT",
        "APPROVER",
        "PAYER",
        "CLERK",
    ]
    assert world.get(f"/roles/{roles[3]['id']}").ok() == roles[3]
    assert (
        world.get("/roles", filters='type:in:"PAYER,CLERK"', sort="type:desc").ok()["results"] == roles[3:5]
    )
    assert (
        world.get("/roles", max=5, page=world.get("/roles", max=5).ok()["nextPage"]).ok()["results"]
        == roles[5:10]
    )
    elsewhere = other_world.get(f"/roles/{roles[3]['id']}")
    assert (elsewhere.status, elsewhere.codes) == (404, ["BDC_1205"])
    assert not {role["id"] for role in roles} & set(role_ids(other_world).values())


def test_who_is_invited_is_a_user_at_once(world: World) -> None:
    answered = world.post("/users", invitation(world))
    made = answered.ok()
    assert answered.status == 201
    assert made["id"].startswith("006")
    assert (made["firstName"], made["lastName"], made["email"], made["archived"]) == (
        "Cleo",
        "Clerk",
        "cleo@example.com",
        False,
    )
    assert made["role"] | {"description": ""} == {
        "id": role_ids(world)["CLERK"],
        "type": "CLERK",
        "description": "",
    }
    assert world.get(f"/users/{made['id']}").ok() == made
    assert world.get("/users", filters="role.type:eq:CLERK").ok()["results"] == [made]
    assert world.get("/users", sort="email:desc").ok()["results"][0] == made


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "cleo"}, "email"),
        ({"email": "cleo@example"}, "email"),
        ({"email": "Cleo <cleo@example.com>"}, "email"),
        ({"email": "cleo@example.com\nBcc: all@example.com"}, "email"),
        ({"email": f"cleo@{'e' * 250}.com"}, "email"),
        ({"acceptTermsOfService": False}, "acceptTermsOfService"),
        ({"firstName": "  "}, "firstName"),
        ({"lastName": "L" * 101}, "lastName"),
        ({"roleId": None}, "roleId"),
    ],
)
def test_what_cannot_be_invited_is_refused_by_name(world: World, wrong: dict[str, Any], field: str) -> None:
    answered = world.post("/users", invitation(world, **wrong))
    assert (answered.status, answered.codes) == (400, [None])
    assert answered.json[0]["params"][0]["value"] == field
    assert emails(world) == ["admin@sandbox.example"]


def test_a_role_of_another_organization_is_unknown(world: World, other_world: World) -> None:
    answered = world.post("/users", invitation(other_world))
    assert (answered.status, answered.codes) == (404, ["BDC_1205"])


def test_an_address_is_invited_once_whatever_its_case(world: World) -> None:
    made = world.post("/users", invitation(world)).ok()
    again = world.post("/users", invitation(world, email="CLEO@example.com"))
    assert (again.status, again.codes) == (422, ["BDC_1119"])
    world.post(f"/users/{made['id']}/archive").ok()
    archived = world.post("/users", invitation(world))
    assert archived.status == 422
    assert archived.json[0]["help"] == "restore that user"


def test_a_change_keeps_what_is_left_out(world: World) -> None:
    made = world.post("/users", invitation(world)).ok()
    world.advance("PT1H")
    changed = world.patch(
        f"/users/{made['id']}", {"lastName": "Accountant", "roleId": role_ids(world)["ACCOUNTANT"]}
    ).ok()
    assert (changed["firstName"], changed["lastName"], changed["role"]["type"]) == (
        "Cleo",
        "Accountant",
        "ACCOUNTANT",
    )
    assert changed["updatedTime"] > made["updatedTime"]
    assert world.get(f"/users/{made['id']}").ok() == changed
    world.advance("PT1H")
    assert world.patch(f"/users/{made['id']}", {}).ok() == changed
    blank = world.patch(f"/users/{made['id']}", {"firstName": ""})
    assert (blank.status, blank.codes) == (400, [None])


def test_a_role_counts_from_the_next_call_on(world: World) -> None:
    clerk = world.hire("CLERK")
    headers = world.sign_in(person=clerk)
    assert world.call("GET", "/vendors", headers=headers).status == 200
    world.patch(f"/users/{clerk['userId']}", {"roleId": role_ids(world)["NO_ACCESS"]}).ok()
    refused = world.call("GET", "/vendors", headers=headers)
    assert (refused.status, refused.codes) == (403, ["BDC_1145"])
    assert refused.json[0]["detail"] == "the role NO_ACCESS lacks the permission vendors:read"


def test_archiving_ends_all_sessions_at_once(world: World) -> None:
    clerk = world.hire("CLERK")
    sessions = [world.sign_in(person=clerk), world.sign_in(person=clerk, trusted=False)]
    path = f"/users/{clerk['userId']}"
    archived = world.post(f"{path}/archive").ok()
    assert archived["archived"]
    assert world.post(f"{path}/archive").ok() == archived
    for headers in sessions:
        assert world.call("GET", "/login/session", headers=headers).codes == ["BDC_1109"]
    body = {
        "username": clerk["username"],
        "password": clerk["password"],
        "organizationId": world.id,
        "devKey": world.made["devKey"],
    }
    assert world.api.call("POST", "/connect/v3/login", body).codes == ["BDC_1101"]

    restored = world.post(f"{path}/restore").ok()
    assert not restored["archived"]
    assert world.post(f"{path}/restore").ok() == restored
    assert world.call("GET", "/login/session", headers=sessions[0]).codes == ["BDC_1109"]
    assert world.sign_in(person=clerk)
    assert world.get("/login/session").status == 200


def test_the_last_active_administrator_stays_one(world: World) -> None:
    path = f"/users/{world.user_id}"
    no_access = {"roleId": role_ids(world)["NO_ACCESS"]}
    # One who was invited and has not signed up cannot take over.
    world.post("/users", invitation(world, "ADMINISTRATOR")).ok()
    gone = world.hire("ADMINISTRATOR")
    world.post(f"/users/{gone['userId']}/archive").ok()
    for answered in (world.post(f"{path}/archive"), world.patch(path, no_access)):
        assert (answered.status, answered.codes) == (422, ["BDC_1119"])
        assert "the last active administrator" in answered.json[0]["detail"]
    assert world.patch(path, {"roleId": role_ids(world)["ADMINISTRATOR"], "firstName": "Ada"}).status == 200

    second = world.hire("ADMINISTRATOR")
    assert world.post(f"{path}/archive").ok()["archived"]
    assert world.get("/users").codes == ["BDC_1109"]
    world.headers = world.sign_in(person=second)
    assert world.post(f"/users/{second['userId']}/archive").status == 422
    assert world.post(f"{path}/restore").status == 200
    assert world.patch(f"/users/{second['userId']}", no_access).ok()["role"]["type"] == "NO_ACCESS"


def test_system_users_are_no_people(world: World) -> None:
    token = world.made["syncToken"]
    sync = world.sign_in(person={"username": token["name"], "password": token["value"]}, trusted=False)
    system_user = world.call("GET", "/login/session", headers=sync).ok()["userId"]
    assert system_user not in [user["id"] for user in world.get("/users").ok()["results"]]
    for answered in (
        world.get(f"/users/{system_user}"),
        world.patch(f"/users/{system_user}", {"firstName": "No"}),
        world.post(f"/users/{system_user}/archive"),
        world.post(f"/users/{system_user}/restore"),
    ):
        assert (answered.status, answered.codes) == (404, ["BDC_1205"])


def test_the_trail_tells_who_did_it_and_no_password(world: World) -> None:
    clerk = world.hire("CLERK", password="not in the trail")
    world.patch(f"/users/{clerk['userId']}", {"roleId": role_ids(world)["PAYER"]}).ok()
    with world.database.read() as tx:
        rows = tx.rows(_TRAIL, {"organization_id": world.id, "id": clerk["userId"]})
    assert [row[:3] for row in rows] == [("CREATE", "", "SANDBOX"), ("EDIT", world.user_id, "API")]
    assert rows[1][3] == '{"role":["CLERK","PAYER"]}'
    assert '"password_hash_secret":["***","***"]' in rows[0][3]


def test_a_person_of_a_world_has_the_credentials_it_was_given(world: World) -> None:
    given = {
        "username": "paula@fixed.example",
        "password": "a fixed password",
        "firstName": "Paula",
        "lastName": "Payer",
        "userId": "00602FIXEDPERSON0001",
        "mfa": {"rememberMeId": "Paula's id", "device": "ci"},
    }
    paula = world.hire("PAYER", **given)
    assert paula == {
        "role": "PAYER",
        **{name: given[name] for name in ("username", "password", "userId", "mfa")},
    }
    headers = world.sign_in(person=paula)
    assert world.call("GET", "/login/session", headers=headers).ok()["userId"] == "00602FIXEDPERSON0001"
    read = world.get("/users/00602FIXEDPERSON0001").ok()
    assert (read["firstName"], read["email"], read["role"]["type"]) == (
        "Paula",
        "paula@fixed.example",
        "PAYER",
    )
    for taken in ({"username": "PAULA@fixed.example"}, {"userId": "00602FIXEDPERSON0001"}):
        assert world.control("POST", "/users", {"role": "CLERK", **taken}).status == 422
    assert world.control("POST", "/users", {"role": "KING"}).status == 400


def test_one_person_is_a_user_of_each_organization(api: Api, world: World) -> None:
    other = World(api, {"devKey": world.made["devKey"], "companyName": "Other"})
    given = {"username": "ann@both.example"}
    here, there = world.hire("CLERK", **given), other.hire("PAYER", **given)
    assert here["userId"] != there["userId"]
    headers = world.sign_in(person=here)
    reached = world.call("GET", "/login/organizations", headers=headers).ok()["results"]["organizations"]
    assert {one["id"] for one in reached} == {world.id, other.id}
    other.post(f"/users/{there['userId']}/archive").ok()
    reached = world.call("GET", "/login/organizations", headers=headers).ok()["results"]["organizations"]
    assert [one["id"] for one in reached] == [world.id]
