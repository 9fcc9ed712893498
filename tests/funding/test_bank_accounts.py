"""Adding, verifying, changing and archiving the organization's bank accounts."""

import json
from typing import Any

import pytest
from clients import Api, World

from .conftest import Colleague, Told

BANKS = "/funding-accounts/banks"


def status(world: World, id: str) -> str:
    read: str = world.get(f"{BANKS}/{id}").ok()["status"]
    return read


def verify(world: World, id: str, amount: float) -> Any:
    return world.post(f"{BANKS}/{id}/verify", {"depositAmount": amount})


def test_a_world_has_a_verified_account_to_pay_from(world: World) -> None:
    account = world.get(f"{BANKS}/{world.bank_account_id}").ok()
    assert account["status"] == "VERIFIED"
    assert account["default"] == {"payables": True, "receivables": True}
    assert account["accessToAdmins"] is True
    assert account["createdBy"] == world.user_id
    assert world.get(BANKS).ok()["results"] == [account]
    assert world.get("/funding-accounts/permissions").ok()["user"] == {"payOnline": True}


def test_two_worlds_share_no_account(world: World, other_world: World) -> None:
    one, other = (
        w.get(f"{BANKS}/{w.bank_account_id}").ok()["accountNumber"][-4:] for w in (world, other_world)
    )
    assert len(one) == len(other) == 4
    assert other_world.get(f"{BANKS}/{world.bank_account_id}").codes == ["BDC_1205"]


def test_a_new_account_waits_for_its_test_deposit(world: World, checking: dict[str, Any], told: Told) -> None:
    answer = world.post(BANKS, checking)
    account = answer.ok()
    assert answer.status == 201
    assert account["id"].startswith("bac")
    assert (account["status"], account["archived"]) == ("PENDING", False)
    assert account["default"] == {"payables": False, "receivables": False}
    assert account["accountNumber"] == "******3210"
    assert account["accessToAdmins"] is False
    assert world.get(f"{BANKS}/{account['id']}").ok() == account
    mails = world.control("GET", "/messages").ok()["results"]
    assert "test deposit" in mails[0]["subject"]
    assert "9876543210" not in json.dumps(mails)
    [(event, payload)] = told(world, account["id"])
    assert event == "bank-account.created"
    seen = json.loads(payload)
    assert seen == {k: v for k, v in account.items() if k not in ("accessToAdmins", "chartOfAccountId")}


def test_numbers_are_required_and_checked(world: World, checking: dict[str, Any]) -> None:
    left_out = {k: v for k, v in checking.items() if k not in ("routingNumber", "accountNumber")}
    answer = world.post(BANKS, left_out)
    assert answer.status == 400
    assert [e["message"] for e in answer.json] == [
        "routingNumber: must not be null",
        "accountNumber: must not be null",
    ]
    wrong = world.post(BANKS, {**checking, "routingNumber": "121000359", "accountNumber": "12-34"})
    assert (wrong.status, wrong.codes) == (400, [None, None])
    assert "ABA" in wrong.json[0]["message"]


def test_an_unknown_chart_of_account_is_refused(world: World, checking: dict[str, Any]) -> None:
    answer = world.post(BANKS, {**checking, "chartOfAccountId": "0ca00000000000000000"})
    assert (answer.status, answer.codes) == (404, ["BDC_1205"])
    assert len(world.get(BANKS).ok()["results"]) == 1


def test_adding_an_account_needs_a_trusted_session(api: Api, world: World, checking: dict[str, Any]) -> None:
    headers = world.sign_in(trusted=False)
    answer = api.call("POST", f"/connect/v3{BANKS}", checking, headers=headers)
    assert (answer.status, answer.codes) == (403, ["BDC_1361"])


def test_the_right_amount_verifies(world: World, pending: str, told: Told) -> None:
    assert verify(world, pending, 0.50).ok() == {"verified": True}
    assert status(world, pending) == "VERIFIED"
    assert [event for event, _ in told(world, pending)] == ["bank-account.created", "bank-account.updated"]
    again = verify(world, pending, 0.50)
    assert (again.status, again.codes) == (422, ["BDC_1119"])


def test_three_wrong_amounts_block_the_account(world: World, pending: str) -> None:
    assert verify(world, pending, 0.49).ok() == {"verified": False}
    assert verify(world, pending, 0.51).ok() == {"verified": False}
    assert status(world, pending) == "PENDING"
    assert verify(world, pending, 0.05).ok() == {"verified": False}
    assert status(world, pending) == "BLOCKED"
    refused = verify(world, pending, 0.50)
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    assert "BLOCKED" in refused.json[0]["detail"]
    assert world.advance("P20D")["ran"] == 0
    assert status(world, pending) == "BLOCKED"


def test_a_wrong_amount_that_is_sent_again_is_one_try(world: World, pending: str) -> None:
    key = {"X-Idempotent-Key": "the same try"}
    for _ in range(4):
        answer = world.post(f"{BANKS}/{pending}/verify", {"depositAmount": 0.11}, headers=key)
        assert answer.ok() == {"verified": False}
    assert verify(world, pending, 0.50).ok() == {"verified": True}


def test_an_amount_outside_of_what_is_sent_is_no_try(world: World, pending: str) -> None:
    for amount in (0, 1, 0.505, "0.505", "half", None):
        assert world.post(f"{BANKS}/{pending}/verify", {"depositAmount": amount}).status == 400
    assert verify(world, pending, 0.50).ok() == {"verified": True}


def test_the_window_closes_after_fourteen_days(world: World, pending: str) -> None:
    world.advance("P13DT23H59M59S")
    assert status(world, pending) == "PENDING"
    world.advance("PT1S")
    assert status(world, pending) == "EXPIRED"
    refused = verify(world, pending, 0.50)
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    assert "14 days" in refused.json[0]["help"]


def test_a_clock_that_jumps_past_the_window_leaves_no_time_to_verify(world: World, pending: str) -> None:
    world.control("PUT", "/clock", {"now": "2026-03-17T17:00:00Z", "frozen": True}).ok()
    assert "EXPIRED" in verify(world, pending, 0.50).json[0]["detail"]


def test_a_verified_account_does_not_expire(world: World, pending: str) -> None:
    verify(world, pending, 0.50).ok()
    world.advance("P30D")
    assert status(world, pending) == "VERIFIED"


def test_only_who_added_it_verifies(world: World, pending: str, colleague: Colleague) -> None:
    _, headers = colleague(world)
    answer = world.post(f"{BANKS}/{pending}/verify", {"depositAmount": 0.50}, headers=headers)
    assert (answer.status, answer.codes) == (403, ["BDC_1145"])
    assert status(world, pending) == "PENDING"


def test_only_a_verified_account_changes(world: World, pending: str) -> None:
    refused = world.patch(f"{BANKS}/{pending}", {"bankName": "New name"})
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    assert refused.json[0]["params"] == [
        {"name": "field", "value": "status", "additional": ""},
        {"name": "value", "value": "PENDING", "additional": ""},
    ]
    verify(world, pending, 0.50).ok()
    changed = world.patch(
        f"{BANKS}/{pending}",
        {
            "bankName": "New name",
            "nameOnAccount": "N. Traders",
            "ownerType": "PERSONAL",
            "routingNumber": "011000015",
            "accountNumber": "1",
            "type": "SAVINGS",
        },
    ).ok()
    assert (changed["bankName"], changed["nameOnAccount"], changed["ownerType"]) == (
        "New name",
        "N. Traders",
        "PERSONAL",
    )
    assert (changed["routingNumber"], changed["accountNumber"], changed["type"]) == (
        "121000358",
        "******3210",
        "CHECKING",
    )


def test_a_blank_name_is_refused(world: World) -> None:
    answer = world.patch(f"{BANKS}/{world.bank_account_id}", {"bankName": " ", "nameOnAccount": ""})
    assert (answer.status, [e["message"] for e in answer.json]) == (
        400,
        ["nameOnAccount: must not be blank", "bankName: must not be blank"],
    )


def test_there_is_one_default_account(world: World, pending: str, told: Told) -> None:
    verify(world, pending, 0.50).ok()
    first = world.bank_account_id
    changed = world.patch(f"{BANKS}/{pending}", {"default": {"payables": True}}).ok()
    assert changed["default"] == {"payables": True, "receivables": False}
    assert world.get(f"{BANKS}/{first}").ok()["default"] == {"payables": False, "receivables": True}
    assert [event for event, _ in told(world, first)][-1] == "bank-account.updated"
    world.patch(f"{BANKS}/{first}", {"default": {"receivables": False}}).ok()
    assert world.get(f"{BANKS}/{first}").ok()["default"] == {"payables": False, "receivables": False}


def test_a_change_of_nothing_tells_nobody(world: World, told: Told) -> None:
    id = world.bank_account_id
    before = world.get(f"{BANKS}/{id}").ok()
    assert world.patch(f"{BANKS}/{id}", {"bankName": before["bankName"]}).ok() == before
    assert [event for event, _ in told(world, id)] == ["bank-account.created"]


def test_access_to_administrators(
    world: World, pending: str, checking: dict[str, Any], colleague: Colleague
) -> None:
    verify(world, pending, 0.50).ok()
    _, headers = colleague(world)
    change = {"bankName": "Theirs"}
    refused = world.call("PATCH", f"{BANKS}/{pending}", change, headers=headers)
    assert (refused.status, refused.codes) == (403, ["BDC_1145"])
    world.patch(f"{BANKS}/{pending}", {"accessToAdmins": True}).ok()
    assert world.call("PATCH", f"{BANKS}/{pending}", change, headers=headers).ok()["bankName"] == "Theirs"


def test_an_archived_account_is_final(world: World) -> None:
    id = world.bank_account_id
    archived = world.post(f"{BANKS}/{id}/archive").ok()
    assert archived["archived"] is True
    assert archived["default"] == {"payables": False, "receivables": False}
    assert world.post(f"{BANKS}/{id}/archive").ok() == archived
    refused = world.patch(f"{BANKS}/{id}", {"bankName": "Again"})
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    assert world.get("/funding-accounts/permissions").ok()["user"] == {"payOnline": False}


def test_archiving_wants_a_caller_who_is_verified_on_it(world: World, pending: str) -> None:
    refused = world.post(f"{BANKS}/{pending}/archive")
    assert (refused.status, refused.codes) == (403, ["BDC_1150"])
    verify(world, pending, 0.50).ok()
    refused = world.post(f"{BANKS}/{pending}/archive")
    assert (refused.status, refused.codes) == (403, ["BDC_1150"])
    assert "NOMINATED" in refused.json[0]["detail"]
    assert "/bank-users/bau" in refused.json[0]["help"]


@pytest.mark.parametrize("path", ["", "/archive", "/verify"])
def test_ids_of_others_are_unknown(world: World, other_world: World, path: str) -> None:
    for id in (other_world.bank_account_id, "bac00000000000000000", world.user_id):
        body = {"depositAmount": 0.5} if path == "/verify" else None
        answer = world.call("POST" if path else "GET", f"{BANKS}/{id}{path}", body)
        assert (answer.status, answer.codes) == (404, ["BDC_1205"])
    assert world.patch(f"{BANKS}/{other_world.bank_account_id}", {}).codes == ["BDC_1205"]


def test_lists_filter_sort_and_page(world: World, pending: str, checking: dict[str, Any]) -> None:
    third = world.post(BANKS, {**checking, "type": "SAVINGS"}).ok()["id"]

    def ids(**query: Any) -> list[str]:
        return [account["id"] for account in world.get(BANKS, **query).ok()["results"]]

    assert ids() == [world.bank_account_id, pending, third]
    assert ids(filters="status:eq:PENDING", sort="createdTime:desc") == [third, pending]
    assert ids(filters="type:eq:SAVINGS") == [third]
    assert ids(filters=f"bankAccountId:eq:{pending}") == [pending]
    assert ids(filters="accessToAdmins:eq:true") == [world.bank_account_id]
    first = world.get(BANKS, max=2).ok()
    assert ids(max=2, page=first["nextPage"]) == [third]
    assert world.get(BANKS, filters="bankName:eq:X").status == 400


def test_a_sync_token_reads_and_changes_nothing(api: Api, world: World) -> None:
    token = world.made["syncToken"]
    body = {
        "username": token["name"],
        "password": token["value"],
        "organizationId": world.id,
        "devKey": world.made["devKey"],
    }
    session = api.call("POST", "/connect/v3/login", body).ok()
    headers = {"sessionId": session["sessionId"], "devKey": world.made["devKey"]}
    assert world.call("GET", BANKS, headers=headers).status == 200
    refused = world.call("PATCH", f"{BANKS}/{world.bank_account_id}", {"bankName": "X"}, headers=headers)
    assert (refused.status, refused.codes) == (403, ["BDC_1145"])
