"""Who may pay from a bank account."""

from typing import Any

import pytest
from clients import World

from .conftest import Colleague

BANKS = "/funding-accounts/banks"
USERS = f"{BANKS}/users"


def users(world: World, **query: Any) -> list[Any]:
    found: list[Any] = world.get(USERS, **query).ok()["results"]
    return found


def nominate(world: World, user_id: str, bank_account_id: str) -> Any:
    return world.post(f"{USERS}/nominate", {"userId": user_id, "bankAccountId": bank_account_id})


def test_the_administrator_of_a_world_is_verified(world: World) -> None:
    [user] = users(world)
    assert user["id"].startswith("bau")
    assert (user["bankAccountId"], user["userId"]) == (world.bank_account_id, world.user_id)
    assert (user["verificationStatus"], user["archived"]) == ("VERIFIED", False)


def test_who_verified_an_account_proves_their_identity_next(world: World, pending: str) -> None:
    world.post(f"{BANKS}/{pending}/verify", {"depositAmount": 0.50}).ok()
    [user] = users(world, filters=f"bankAccountId:eq:{pending}")
    assert (user["userId"], user["verificationStatus"]) == (world.user_id, "NOMINATED")
    verified = world.control("POST", f"/bank-users/{user['id']}/verify").ok()
    assert verified["verificationStatus"] == "VERIFIED"
    assert users(world, filters=f"id:eq:{user['id']}") == [verified]
    assert world.control("POST", f"/bank-users/{user['id']}/verify").ok() == verified
    assert world.post(f"{BANKS}/{pending}/archive").ok()["archived"] is True


def test_nominating_twice_changes_nothing(world: World, colleague: Colleague) -> None:
    user_id, headers = colleague(world)
    for _ in range(2):
        assert nominate(world, user_id, world.bank_account_id).ok() == {"status": "SUCCESS"}
    nominated = world.call("GET", USERS, query={"currentUser": True}, headers=headers).ok()["results"]
    assert [(u["userId"], u["verificationStatus"]) for u in nominated] == [(user_id, "NOMINATED")]
    assert [u["userId"] for u in users(world, currentUser=True)] == [world.user_id]
    mails = world.control("GET", "/messages").ok()["results"]
    assert [m["recipient"] for m in mails if "nominated" in m["subject"]] == [f"colleague@{world.id}.example"]


def test_an_archived_user_pays_no_more_and_may_be_nominated_again(world: World) -> None:
    [user] = users(world)
    archived = world.post(f"{USERS}/{user['id']}/archive").ok()
    assert (archived["archived"], archived["verificationStatus"]) == (True, "UNVERIFIED")
    assert world.post(f"{USERS}/{user['id']}/archive").ok() == archived
    assert world.get("/funding-accounts/permissions").ok()["user"] == {"payOnline": False}
    refused = world.control("POST", f"/bank-users/{user['id']}/verify")
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    nominate(world, world.user_id, world.bank_account_id).ok()
    again = users(world, filters="archived:eq:false")
    assert [u["verificationStatus"] for u in again] == ["NOMINATED"]
    world.control("POST", f"/bank-users/{again[0]['id']}/verify").ok()
    assert world.get("/funding-accounts/permissions").ok()["user"] == {"payOnline": True}


def test_only_a_verified_account_takes_users(world: World, pending: str) -> None:
    refused = nominate(world, world.user_id, pending)
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])


def test_a_system_user_cannot_be_nominated(world: World) -> None:
    refused = nominate(world, "syu00000000000000000", world.bank_account_id)
    assert (refused.status, refused.codes) == (422, ["BDC_1302"])


def test_ids_of_others_are_unknown(world: World, other_world: World) -> None:
    [theirs] = users(other_world)
    for answer in (
        nominate(world, other_world.user_id, world.bank_account_id),
        nominate(world, world.user_id, other_world.bank_account_id),
        world.post(f"{USERS}/{theirs['id']}/archive"),
        world.control("POST", f"/bank-users/{theirs['id']}/verify"),
    ):
        assert (answer.status, answer.codes) == (404, ["BDC_1205"])
    assert users(other_world) == [theirs]


@pytest.mark.parametrize("left_out", ["userId", "bankAccountId"])
def test_both_ids_are_required(world: World, left_out: str) -> None:
    body = {"userId": world.user_id, "bankAccountId": world.bank_account_id}
    del body[left_out]
    answer = world.post(f"{USERS}/nominate", body)
    assert (answer.status, answer.json[0]["message"]) == (400, f"{left_out}: must not be null")
