"""The audit trail of a vendor: who changed what, page by page, without telling secrets."""

from typing import Any

import pytest
from clients import World
from payments.desk import ADDRESS, BANK_ACCOUNT, Desk

NAME = "Sandbox Administrator"


def trail(world: World, vendor: str, **query: Any) -> Any:
    return world.get(f"/reports/audit-trail/vendor/{vendor}", **query).ok()


def edits(entries: list[Any]) -> list[tuple[str, str | None, str | None]]:
    told = [entry["field"] for entry in entries if entry["type"] == "EDIT"]
    return [(one["name"], one["value"].get("previous"), one["value"].get("current")) for one in told]


def test_one_entry_for_a_creation_and_one_for_each_field_of_a_change(world: World) -> None:
    vendor = Desk(world).vendor()
    world.advance("PT1H")
    world.call("PATCH", f"/vendors/{vendor}", {"phone": "5125550100", "name": "Sad Music"}).ok()
    world.call("PATCH", f"/vendors/{vendor}", {"phone": ""}).ok()
    entries = trail(world, vendor)
    user = {"id": world.user_id, "name": NAME}
    assert entries[0] == {
        "source": "API",
        "type": "CREATE",
        "createdTime": "2026-03-03T17:00:00.000+00:00",
        "user": user,
    }
    assert entries[1] == {
        "source": "API",
        "type": "EDIT",
        "createdTime": "2026-03-03T18:00:00.000+00:00",
        "user": user,
        "field": {"name": "name", "value": {"previous": "Happy Music Supplies", "current": "Sad Music"}},
    }
    assert edits(entries)[1:] == [("phone", None, "5125550100"), ("phone", "5125550100", None)]


def test_truths_amounts_and_secrets(world: World) -> None:
    vendor = Desk(world).vendor(additionalInfo={"taxId": "123456789", "taxIdType": "EIN"})
    auto_pay = {"enable": True, "bankAccountId": world.bank_account_id, "maxAmount": 1250.5}
    changed = {"additionalInfo": {"taxId": "987654321", "track1099": True}, "autoPay": auto_pay}
    world.call("PATCH", f"/vendors/{vendor}", changed).ok()
    entries = trail(world, vendor, max=100)
    told = {name: (previous, current) for name, previous, current in edits(entries)}
    assert told["taxId"] == ("***", "***")
    assert told["track1099"] == ("false", "true")
    assert "987654321" not in str(entries)


def test_archived_bank_accounts_are_told_of_when_they_are_asked_for(world: World) -> None:
    vendor = Desk(world).vendor(ach=True)
    kept = trail(world, vendor)
    assert [entry["type"] for entry in kept] == ["CREATE", "CREATE"]
    world.call("DELETE", f"/vendors/{vendor}/bank-account").ok()
    assert [entry["type"] for entry in trail(world, vendor)] == ["CREATE"]
    whole = trail(world, vendor, includeArchived=True)
    assert whole[:2] == kept
    assert ("bankAccount.archived", "false", "true") in edits(whole)
    world.post(f"/vendors/{vendor}/bank-account", BANK_ACCOUNT).ok()
    assert [entry["type"] for entry in trail(world, vendor)] == ["CREATE", "CREATE"]
    assert BANK_ACCOUNT["accountNumber"] not in str(trail(world, vendor, includeArchived=True))


def test_pages_begin_where_they_are_told_even_within_a_change(world: World) -> None:
    vendor = Desk(world).vendor()
    for number in range(4):
        address = {**ADDRESS, "line1": f"{number} Side Street", "line2": f"Suite {number}"}
        body = {"name": f"Vendor {number}", "phone": f"512555010{number}", "address": address}
        world.call("PATCH", f"/vendors/{vendor}", body).ok()
    whole = trail(world, vendor, max=100)
    assert len(whole) == 1 + 4 * 4
    for size in (1, 3, 5):
        pages = [trail(world, vendor, start=start, max=size) for start in range(0, len(whole) + size, size)]
        assert [entry for page in pages for entry in page] == whole
        assert pages[-1] == []
    assert trail(world, vendor, start=10**9) == []


def test_who_did_it(world: World) -> None:
    clerk = world.hire("CLERK", firstName="Carla", lastName="Clerk")
    vendor = Desk(world).vendor()
    headers = world.sign_in(person=clerk)
    world.call("PATCH", f"/vendors/{vendor}", {"name": "Sad Music"}, headers=headers).ok()
    token = world.made["syncToken"]
    session = world.api.call(
        "POST",
        "/connect/v3/login",
        {
            "username": token["name"],
            "password": token["value"],
            "organizationId": world.id,
            "devKey": world.made["devKey"],
        },
    ).ok()["sessionId"]
    world.call("PATCH", f"/vendors/{vendor}", {"name": "Bad Music"}, headers={"sessionId": session}).ok()
    entries = trail(world, vendor)
    assert entries[1]["user"] == {"id": clerk["userId"], "name": "Carla Clerk"}
    assert entries[2]["user"]["id"].startswith("syu")
    assert {entry["source"] for entry in entries} == {"API"}


@pytest.mark.parametrize(
    ("query", "field"),
    [({"start": -1}, "start"), ({"start": 10**18}, "start"), ({"max": 0}, "max"), ({"max": 101}, "max")],
)
def test_what_no_page_is(world: World, query: Any, field: str) -> None:
    answered = world.get(f"/reports/audit-trail/vendor/{Desk(world).vendor()}", **query)
    assert (answered.status, answered.codes) == (400, [None])
    assert answered.json[0]["params"][0]["value"] == field


def test_of_another_organization_or_of_nothing_there_is_no_trail(world: World, other_world: World) -> None:
    for vendor in (Desk(other_world).vendor(), "00900000000000000000"):
        answered = world.get(f"/reports/audit-trail/vendor/{vendor}")
        assert (answered.status, answered.codes) == (404, ["BDC_1205"])


def test_who_may_read_it(world: World) -> None:
    vendor = Desk(world).vendor()
    for role, status in (("ACCOUNTANT", 200), ("AUDITOR", 200), ("CLERK", 403), ("PAYER", 403)):
        headers = world.sign_in(person=world.hire(role))
        path = f"/reports/audit-trail/vendor/{vendor}"
        assert world.call("GET", path, headers=headers).status == status
