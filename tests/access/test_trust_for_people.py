"""In production, trust is handed on by those who have it: a password alone makes nobody trusted."""

import dataclasses
from typing import Any

import pytest
from clients import Answered, Api, World
from vendor_cases import ADDRESS, US_ACCOUNT

from net30.kernel.context import Server
from net30.settings import Settings

VENDOR = {"name": "Bass", "address": ADDRESS}


@pytest.fixture
def guarded(world: World, running: Server) -> World:
    """A world whose calls come to a server that guards trust, as one in production does by default."""
    world.api = Api(dataclasses.replace(running, trust_for_people=True))
    return world


def untrusted(world: World) -> dict[str, str]:
    return world.sign_in(trusted=False)


def role(world: World, type: str) -> str:
    return str(next(one["id"] for one in world.get("/roles").ok()["results"] if one["type"] == type))


def invitation(world: World, type: str, name: str = "bea") -> dict[str, Any]:
    person = {"firstName": "Bea", "lastName": "Drum", "email": f"{name}@example.com"}
    return {**person, "roleId": role(world, type), "acceptTermsOfService": True}


def require_refused(answered: Answered) -> None:
    assert (answered.status, answered.codes) == (403, ["BDC_1361"]), answered.text


def test_it_is_on_unless_it_is_switched_off() -> None:
    assert Settings().trust_for_people


def test_an_administrator_is_invited_and_changed_by_trust(guarded: World) -> None:
    bea = guarded.post("/users", invitation(guarded, "ADMINISTRATOR")).ok()["id"]
    carl = guarded.post("/users", invitation(guarded, "CLERK", "carl")).ok()["id"]
    headers = untrusted(guarded)
    administrator = role(guarded, "ADMINISTRATOR")
    for method, path, body in (
        ("POST", "/users", invitation(guarded, "ADMINISTRATOR", "dora")),
        ("PATCH", f"/users/{bea}", {"firstName": "Eve"}),
        ("PATCH", f"/users/{bea}", {"roleId": role(guarded, "CLERK")}),
        ("PATCH", f"/users/{carl}", {"roleId": administrator}),
        ("POST", f"/users/{bea}/archive", None),
    ):
        require_refused(guarded.call(method, path, body, headers=headers))
    assert guarded.get(f"/users/{carl}").ok()["role"]["type"] == "CLERK"
    # Others are nobody's way to trust.
    assert guarded.post("/users", invitation(guarded, "CLERK", "finn"), headers=headers).status == 201


def test_a_vendors_account_is_changed_by_trust(guarded: World) -> None:
    vendor_id = guarded.post("/vendors", VENDOR).ok()["id"]
    path, headers = f"/vendors/{vendor_id}/bank-account", untrusted(guarded)
    require_refused(guarded.post(path, US_ACCOUNT, headers=headers))
    guarded.post(path, US_ACCOUNT).ok()
    require_refused(guarded.call("DELETE", path, headers=headers))
    assert guarded.get(path).status == 200


def test_who_may_pay_is_nominated_by_trust(guarded: World) -> None:
    carl = guarded.hire("CLERK")
    body = {"bankAccountId": guarded.bank_account_id, "userId": carl["userId"]}
    require_refused(guarded.post("/funding-accounts/banks/users/nominate", body, headers=untrusted(guarded)))


def test_the_sandbox_asks_only_what_the_contract_names(world: World) -> None:
    headers = untrusted(world)
    assert world.post("/users", invitation(world, "ADMINISTRATOR"), headers=headers).status == 201
