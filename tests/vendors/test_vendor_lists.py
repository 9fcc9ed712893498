"""Many vendors at once: lists and bulk creation."""

from typing import Any

import pytest
from clients import Api, World
from vendor_cases import ADDRESS, BERLIN, US_ACCOUNT, create, paid_to, told


def names(world: World, **query: Any) -> list[str]:
    return [vendor["name"] for vendor in world.get("/vendors", **query).ok()["results"]]


@pytest.fixture
def four(world: World) -> list[Any]:
    """Cello, Alto, Bass and Drum, made a day apart, of which Bass is archived."""
    made = []
    for name, more in (
        ("Cello", {"accountType": "BUSINESS", **paid_to(US_ACCOUNT)}),
        ("Alto", {"accountType": "PERSON"}),
        ("Bass", {"billCurrency": "EUR", "address": BERLIN}),
        ("Drum", {"billCurrency": "CAD"}),
    ):
        made.append(create(world, name, **more))
        world.advance("P1D")
    world.post(f"/vendors/{made[2]['id']}/archive").ok()
    return made


def test_a_list_shows_what_reading_each_shows(world: World, four: list[Any]) -> None:
    listed = world.get("/vendors").ok()
    assert listed == {"results": [world.get(f"/vendors/{vendor['id']}").ok() for vendor in four]}
    assert listed["results"][0]["bankAccountStatus"] == "NO_NET_LINKED_ACCOUNT"
    assert listed["results"][0]["paymentInformation"]["bankAccount"]["accountNumber"] == "******7890"


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, "Cello Alto Bass Drum"),
        ({"sort": "name:asc"}, "Alto Bass Cello Drum"),
        ({"sort": "createdTime:desc"}, "Drum Bass Alto Cello"),
        ({"sort": "accountType:asc,name:desc"}, "Cello Drum Bass Alto"),
        ({"filters": "name:sw:C"}, "Cello"),
        ({"filters": "name:eq:Bass"}, "Bass"),
        ({"filters": "archived:eq:false"}, "Cello Alto Drum"),
        ({"filters": "archived:eq:true"}, "Bass"),
        ({"filters": 'billCurrency:in:"EUR,CAD"'}, "Bass Drum"),
        ({"filters": "accountType:ne:NONE,archived:eq:false"}, "Cello Alto"),
        ({"filters": 'createdTime:gte:"2026-03-05T00:00:00.000Z"'}, "Bass Drum"),
    ],
)
def test_vendors_are_filtered_and_sorted(
    world: World, four: list[Any], query: dict[str, str], wanted: str
) -> None:
    assert names(world, **query) == wanted.split()


def test_a_list_is_paged(world: World, four: list[Any]) -> None:
    first = world.get("/vendors", max=3).ok()
    assert [vendor["name"] for vendor in first["results"]] == ["Cello", "Alto", "Bass"]
    last = world.get("/vendors", max=3, page=first["nextPage"]).ok()
    assert [vendor["name"] for vendor in last["results"]] == ["Drum"]
    assert "nextPage" not in last


@pytest.mark.parametrize("filters", ["phone:eq:1", "name:gt:A", "archived:eq:perhaps", "name"])
def test_a_filter_that_means_nothing_is_refused(world: World, filters: str) -> None:
    assert world.get("/vendors", filters=filters).status == 400


def test_an_organization_lists_its_own_vendors_only(world: World, other_world: World) -> None:
    theirs = create(other_world)
    assert names(world) == []
    assert names(world, filters=f"id:eq:{theirs['id']}") == []


# ---- bulk -----------------------------------------------------------------------------------------------


def body(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "address": ADDRESS, **more}


def test_vendors_are_created_together_in_their_order(world: World) -> None:
    answered = world.post("/vendors/bulk", [body("B", **paid_to(US_ACCOUNT)), body("A"), body("A")])
    assert answered.status == 201
    made = answered.ok()["vendors"]
    assert [vendor["name"] for vendor in made] == ["B", "A", "A"]
    assert made[0]["paymentInformation"]["payByType"] == "ACH"
    assert world.get("/vendors").ok()["results"] == made
    assert [[kind for kind, _ in told(world, vendor["id"])] for vendor in made] == [["vendor.created"]] * 3


@pytest.mark.parametrize("count", [0, 21])
def test_one_to_twenty_vendors_are_created_together(world: World, count: int) -> None:
    assert world.post("/vendors/bulk", [body(f"V{i}") for i in range(count)]).status == 400
    assert names(world) == []


def test_twenty_is_not_too_many(world: World) -> None:
    assert len(world.post("/vendors/bulk", [body(f"V{i}") for i in range(20)]).ok()["vendors"]) == 20


def test_bad_fields_of_all_vendors_are_named_and_none_is_created(world: World) -> None:
    bad_account = {**US_ACCOUNT, "routingNumber": "021000022"}
    blank = world.post("/vendors/bulk", [body("Good"), body(" "), body("Bad", email=7)])
    assert [error["params"][0]["value"] for error in blank.json] == ["[1].name", "[2].email"]
    unsaid = body("Bad", autoPay={"enabled": True})
    wanted = [body("Good"), unsaid, body("Bad", **paid_to(bad_account)), body("Bad", email="x")]
    answered = world.post("/vendors/bulk", wanted)
    assert (answered.status, set(answered.codes)) == (400, {None})
    assert [error["params"][0]["value"] for error in answered.json] == [
        "[1].autoPay.bankAccountId",
        "[2].paymentInformation.bankAccount.routingNumber",
        "[3].email",
    ]
    assert names(world) == []


def test_a_field_of_the_wrong_type_is_named_with_its_place(world: World) -> None:
    answered = world.post("/vendors/bulk", [body("Good"), {**body("Bad"), "address": {}}])
    assert answered.status == 400
    assert answered.json[0]["params"][0]["value"] == "[1].address.line1"


def test_a_refused_vendor_takes_the_others_with_it(world: World, other_world: World) -> None:
    stranger = {"enabled": True, "bankAccountId": other_world.bank_account_id}
    answered = world.post("/vendors/bulk", [body("A"), body("B", autoPay=stranger), body("C")])
    assert (answered.status, answered.codes) == (404, ["BDC_1246", "BDC_1205", "BDC_1246"])
    assert names(world) == []


def test_bulk_cannot_turn_on_auto_pay_without_trust(api: Api) -> None:
    world = World(api, {"now": "2026-03-03T17:00:00Z"}, trusted=False)
    on = {"enabled": True, "bankAccountId": world.bank_account_id}
    answered = world.post("/vendors/bulk", [body("A", autoPay=on), body("B")])
    assert (answered.status, answered.codes) == (403, ["BDC_1361", "BDC_1246"])
