"""Cards, AP cards, the balance, and what one may pay with."""

from typing import Any

import pytest
from clients import Api, World

from net30.kernel.context import Server, system_actor, writing
from net30.payments.purposes.actions import use_purpose
from net30.vendors.actions import require_vendor

from .conftest import Told

CARDS = "/funding-accounts/cards"


@pytest.fixture
def vendor_id(world: World) -> str:
    address = {"line1": "1 Main St", "city": "Reno", "zipOrPostalCode": "89501", "country": "US"}
    body = {"name": "Paper & Co", "address": {**address, "stateOrProvince": "NV"}}
    id: str = world.post("/vendors", body).ok()["id"]
    return id


def listed(world: World, status: str) -> list[Any]:
    found: list[Any] = world.get(CARDS, cardUserStatus=status).ok()["cards"]
    return found


def permissions(world: World) -> Any:
    return world.get("/funding-accounts/permissions").ok()


def test_a_world_has_no_cards(world: World) -> None:
    answer = world.get(CARDS, cardUserStatus="VERIFIED").ok()
    assert answer == {"rates": {"funding": {"creditCardRate": 2.9, "debitCardRate": 2.9}}, "cards": []}
    assert world.get("/funding-accounts/ap-cards").ok() == []
    assert permissions(world)["organization"]["card"]["payByCard"] is False


def test_a_card_that_the_sandbox_adds_can_pay(world: World, told: Told) -> None:
    answer = world.control("POST", "/cards")
    card = answer.ok()
    assert answer.status == 201
    assert card["id"].startswith("cat")
    assert (card["brand"], card["type"], card["status"]) == ("VISA", "CREDIT_CARD", "VERIFIED")
    assert card["expiration"] == {"year": "2029", "month": "12"}
    assert world.get(f"{CARDS}/{card['id']}").ok() == card
    assert listed(world, "VERIFIED") == [card]
    assert listed(world, "NOMINATED") == []
    assert world.get(CARDS, cardUserStatus="VERIFIED").ok()["rates"]["defaultCardAccountId"] == card["id"]
    assert permissions(world)["organization"]["card"]["payByCard"] is True
    assert [event for event, _ in told(world, card["id"])] == ["card-account.created"]


def test_a_card_is_made_as_told(world: World) -> None:
    wanted = {
        "userId": world.user_id,
        "cardUserStatus": "NOMINATED",
        "issuingBankName": "First Bank",
        "nameOnAccount": "Ada Minister",
        "brand": "Amex",
        "type": "DEBIT_CARD",
        "last4": "0005",
        "expiration": {"year": "2031", "month": "02"},
    }
    card = world.control("POST", "/cards", wanted).ok()
    assert {k: card[k] for k in wanted if k in card} == {
        k: v for k, v in wanted.items() if k not in ("userId", "cardUserStatus")
    }
    assert listed(world, "VERIFIED") == []
    assert listed(world, "NOMINATED") == [card]
    [user] = world.get(f"{CARDS}/users", currentUser=True).ok()["results"]
    assert user == {
        "cardAccountId": card["id"],
        "userId": world.user_id,
        "archived": False,
        "verificationStatus": "NOMINATED",
    }


def test_a_blocked_card_pays_no_more(world: World, told: Told) -> None:
    id = world.control("POST", "/cards").ok()["id"]
    blocked = world.control("PUT", f"/cards/{id}", {"status": "BLOCKED"}).ok()
    assert blocked["status"] == "BLOCKED"
    assert permissions(world)["organization"]["card"]["payByCard"] is False
    world.control("PUT", f"/cards/{id}", {"archived": True, "cardUserStatus": "NOMINATED"}).ok()
    assert [u["archived"] for u in world.get(f"{CARDS}/users").ok()["results"]] == [True]
    assert [event for event, _ in told(world, id)] == [
        "card-account.created",
        "card-account.updated",
        "card-account.updated",
    ]


def test_the_status_of_the_user_must_be_asked_for(world: World) -> None:
    for query in ({}, {"cardUserStatus": "UNVERIFIED"}):
        answer = world.get(CARDS, **query)
        assert (answer.status, answer.codes) == (400, [None])


def test_ids_of_others_are_unknown(world: World, other_world: World) -> None:
    theirs = other_world.control("POST", "/cards").ok()["id"]
    for answer in (
        world.get(f"{CARDS}/{theirs}"),
        world.control("PUT", f"/cards/{theirs}", {"status": "BLOCKED"}),
        world.control("POST", "/cards", {"userId": other_world.user_id}),
    ):
        assert (answer.status, answer.codes) == (404, ["BDC_1205"])


def test_controls_need_the_key_of_the_world(api: Api, world: World, other_world: World) -> None:
    headers = {"devKey": other_world.made["devKey"]}
    answer = api.call("PUT", f"/sandbox/v1/organizations/{world.id}/wallet", {}, headers=headers)
    assert (answer.status, answer.codes) == (404, ["BDC_1123"])


def test_users_of_cards_are_paged(world: World) -> None:
    made = [world.control("POST", "/cards").ok()["id"] for _ in range(3)]
    first = world.get(f"{CARDS}/users", max=2).ok()
    second = world.get(f"{CARDS}/users", max=2, page=first["nextPage"]).ok()
    assert [u["cardAccountId"] for u in first["results"] + second["results"]] == made
    assert "nextPage" not in second
    only = world.get(f"{CARDS}/users", filters=f"cardAccountId:eq:{made[1]}").ok()["results"]
    assert [u["cardAccountId"] for u in only] == [made[1]]


def test_purposes_by_brand(world: World, vendor_id: str) -> None:
    def purposes(brand: str) -> Any:
        return world.get(f"{CARDS}/funding-purposes", vendorId=vendor_id, brand=brand).ok()["results"]

    assert all(p["subCategories"] for p in purposes("visa"))
    assert purposes("visa") == purposes("American Express") == purposes("MASTERCARD")
    assert all("subCategories" not in p for p in purposes("discover"))
    assert [p["category"] for p in purposes("discover")] == [p["category"] for p in purposes("visa")]


def test_purposes_want_a_vendor_and_a_brand(world: World, other_world: World, vendor_id: str) -> None:
    path = f"{CARDS}/funding-purposes"
    assert world.get(path).status == 400
    assert world.get(path, vendorId=vendor_id, brand="").status == 400
    answer = other_world.get(path, vendorId=vendor_id, brand="visa")
    assert (answer.status, answer.codes) == (404, ["BDC_1205"])


def test_ap_cards(world: World, other_world: World) -> None:
    whole = world.control("POST", "/ap-cards").ok()
    assert whole["id"].startswith("dva")
    assert (whole["status"], whole["balance"], whole["limit"]) == ("ACTIVE", 10_000, 10_000)
    part = world.control("POST", "/ap-cards", {"limit": 500.5, "balance": 0, "status": "FROZEN"}).ok()
    assert (part["status"], part["balance"], part["limit"]) == ("FROZEN", 0, 500.5)
    assert world.get("/funding-accounts/ap-cards").ok() == [whole, part]
    assert other_world.get("/funding-accounts/ap-cards").ok() == []
    for body in ({"limit": 1, "balance": 2}, {"limit": -1}, {"limit": 0.001}):
        assert world.control("POST", "/ap-cards", body).status == 400


def test_the_balance(world: World) -> None:
    def enabled() -> bool:
        said: bool = permissions(world)["organization"]["wallet"]["fundingEnabled"]
        return said

    assert enabled() is False
    given = world.control("PUT", "/wallet", {"balance": 1000.25}).ok()
    assert given == {"balance": 1000.25, "enabled": True}
    assert enabled() is True
    assert world.control("PUT", "/wallet", {"enabled": False}).ok() == {"balance": 1000.25, "enabled": False}
    assert enabled() is False
    assert world.control("PUT", "/wallet", {"balance": -1}).status == 400


def test_a_world_goes_with_its_cards_and_balance(running: Server, world: World, vendor_id: str) -> None:
    world.control("POST", "/cards").ok()
    world.control("POST", "/ap-cards").ok()
    world.control("PUT", "/wallet", {"balance": 1}).ok()
    with writing(running, system_actor(world.id)) as ctx:
        use_purpose(ctx, require_vendor(ctx, vendor_id), "VISA", "Fuel")
    assert world.control("DELETE", "").status == 204
