"""Who may sign in, and what everybody else is told."""

from typing import Any

import pytest
from clients import Answered, Api, World
from sqlalchemy import update

from net30.access.tables import developer_keys, users
from net30.kernel.context import Server
from net30.kernel.secrets import fingerprint
from net30.store.statements import Statement


def credentials(world: World, **changed: Any) -> dict[str, Any]:
    given = {name: world.made[name] for name in ("username", "password", "organizationId", "devKey")}
    return {name: value for name, value in {**given, **changed}.items() if value is not None}


def sign_in(world: World, **changed: Any) -> Answered:
    return world.api.call("POST", "/connect/v3/login", credentials(world, **changed))


def test_a_session_opens_the_organization(world: World) -> None:
    session = sign_in(world).ok()
    assert session == {
        "sessionId": session["sessionId"],
        "organizationId": world.id,
        "userId": world.user_id,
        "trusted": False,
    }
    headers = {"sessionId": session["sessionId"], "devKey": world.made["devKey"]}
    info = world.call("GET", "/login/session", headers=headers).ok()
    assert info == {
        "organizationId": world.id,
        "userId": world.user_id,
        "mfaStatus": "CHALLENGE",
        "mfaBypass": False,
    }


def test_the_letter_case_of_a_username_makes_no_difference(world: World) -> None:
    assert sign_in(world, username=world.made["username"].upper()).ok()["userId"] == world.user_id


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"password": "wrong"}, 401, "BDC_1101"),
        ({"username": "nobody@sandbox.example"}, 401, "BDC_1101"),
        ({"username": "sync", "password": "wrong"}, 401, "BDC_1101"),
        ({"password": None, "consoleApiToken": "a-console-api-token"}, 401, "BDC_1101"),
        ({"devKey": "unheard of"}, 400, "BDC_1102"),
        ({"organizationId": "00800000000000000000"}, 404, "BDC_1123"),
        ({"username": None}, 400, None),
        ({"password": None}, 400, None),
        ({"devKey": None}, 400, None),
        ({"organizationId": None}, 400, None),
        ({"password": ""}, 400, None),
    ],
)
def test_what_is_wrong_is_told_by_its_code(
    world: World, changed: dict[str, Any], status: int, code: str | None
) -> None:
    answered = sign_in(world, **changed)
    assert (answered.status, answered.codes) == (status, [code])


def test_every_missing_field_is_named_at_once(api: Api) -> None:
    answered = api.call("POST", "/connect/v3/login", {"password": "x"}, headers={"devKey": "in the header"})
    assert answered.status == 400
    assert [error["message"] for error in answered.json] == [
        "devKey: must not be null",
        "username: must not be null",
        "organizationId: must not be null",
    ]


def test_nobody_learns_who_exists(world: World, running: Server) -> None:
    def said(**changed: Any) -> list[dict[str, Any]]:
        return [{**error, "timestamp": ""} for error in sign_in(world, **changed).json]

    wrong_password = said(password="wrong")
    assert said(username="nobody@sandbox.example") == wrong_password
    _set(
        running,
        Statement(update(users).where(users.c.id == world.user_id).values(archived=1), crosses="by id"),
    )
    assert said() == wrong_password


def test_a_developer_key_opens_only_organizations_it_is_granted_on(world: World, other_world: World) -> None:
    answered = sign_in(world, devKey=other_world.made["devKey"])
    assert (answered.status, answered.codes) == (403, ["BDC_1105"])


def test_a_developer_key_that_was_switched_off_opens_nothing(world: World, running: Server) -> None:
    key = developer_keys.c.fingerprint == fingerprint(world.made["devKey"])
    _set(running, Statement(update(developer_keys).where(key).values(active=0), crosses="by key"))
    for answered in (
        sign_in(world),
        world.get("/login/session"),
        world.control("GET", "/clock"),
    ):
        assert (answered.status, answered.codes) == (401, ["BDC_1103"])


def test_a_remembered_device_makes_the_session_trusted(world: World) -> None:
    assert sign_in(world, **world.made["mfa"]).ok()["trusted"] is True
    assert sign_in(world, rememberMeId=world.made["mfa"]["rememberMeId"]).ok()["trusted"] is False
    assert sign_in(world, rememberMeId="wrong", device="sandbox").ok()["trusted"] is False
    assert sign_in(world, **{**world.made["mfa"], "device": "another"}).ok()["trusted"] is False


def test_a_device_has_a_short_nickname(world: World) -> None:
    assert sign_in(world, rememberMeId="x", device="d" * 19).status == 200
    answered = sign_in(world, rememberMeId="x", device="d" * 49)
    assert (answered.status, answered.codes) == (400, ["BDC_1143"])
    assert answered.json[0]["message"] == (
        "Invalid entity data. deviceId: Maximum length cannot be greater than 40 characters."
    )


def test_a_sync_token_signs_in_as_a_system_user_that_is_never_trusted(world: World) -> None:
    token = world.made["syncToken"]
    session = sign_in(world, username=token["name"], password=token["value"], **world.made["mfa"]).ok()
    assert session["userId"].startswith("syu")
    assert session["trusted"] is False
    headers = {"sessionId": session["sessionId"]}
    info = world.call("GET", "/login/session", headers=headers).ok()
    assert (info["userId"], info["mfaStatus"]) == (session["userId"], "SETUP")
    stepped = world.post("/mfa/step-up", world.made["mfa"], headers=headers)
    assert (stepped.status, stepped.codes) == (403, ["BDC_1145"])


def test_a_sync_token_is_told_that_it_is_not_trusted_where_money_moves(world: World) -> None:
    token = world.made["syncToken"]
    world.headers = world.sign_in(
        trusted=False, person={"username": token["name"], "password": token["value"]}
    )
    for path in ("/payments", "/payments/bulk", "/funding-accounts/banks"):
        answered = world.post(path, {})
        assert (answered.status, answered.codes) == (403, ["BDC_1361"])


def test_the_system_user_of_a_sync_token_has_no_password(world: World) -> None:
    token = world.made["syncToken"]
    user_id = sign_in(world, username=token["name"], password=token["value"]).ok()["userId"]
    assert sign_in(world, username=user_id, password=token["value"]).codes == ["BDC_1101"]
    assert sign_in(world, username=user_id, password="the password of nobody").codes == ["BDC_1101"]


def _set(running: Server, statement: Statement) -> None:
    with running.database.write() as tx:
        assert tx.execute(statement, {}) == 1
