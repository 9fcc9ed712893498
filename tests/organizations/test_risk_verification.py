"""The risk verification of an organization, from the phone to the decision, and what it opens."""

from typing import Any, get_args

import pytest
from clients import Api, World
from payments.desk import Desk

from net30.risk import rules
from net30.risk.tables import Decision, Outcome

PHONE = {"phoneNumber": "+1 4155550123", "phoneType": "MOBILE"}


@pytest.fixture
def unverified(api: Api) -> World:
    return World(api, {"riskVerified": False}, frozen_at="2026-03-03T17:00:00Z")


def ask(world: World) -> dict[str, Any]:
    world.post("/risk-verifications/phone", PHONE).ok()
    answered: dict[str, Any] = world.post("/risk-verifications").ok()
    return answered


def decision(world: World) -> str:
    return str(world.get("/risk-verifications").ok()["decision"])


def mails(world: World) -> list[str]:
    return [mail["body"] for mail in world.control("GET", "/messages").ok()["results"]]


def test_a_world_begins_verified(world: World) -> None:
    state = world.get("/risk-verifications").ok()
    assert (state["processingStatus"], state["decision"]) == ("COMPLETED", "APPROVE")
    assert world.get("/risk-verifications/phone").ok() == {"hasPhone": True}
    assert world.post("/risk-verifications").ok() == state


def test_from_the_phone_to_the_approval(unverified: World) -> None:
    world = unverified
    assert world.get("/risk-verifications/phone").ok() == {"hasPhone": False}
    refused = world.post("/risk-verifications")
    assert (refused.status, refused.codes) == (422, ["BDC_1117"])
    begun = ask(world)
    assert world.get("/risk-verifications/phone").ok() == {"hasPhone": True}
    assert (begun["processingStatus"], begun["decision"]) == ("IN_PROGRESS", "IN_PROGRESS")
    assert world.post("/risk-verifications").ok() == begun, "asking twice asks once"
    world.advance("PT1H")
    assert world.get("/risk-verifications").ok() == {**begun, "decision": "PENDING"}
    assert mails(world) == []
    world.advance("PT1H")
    done = {**begun, "decision": "APPROVE", "processingStatus": "COMPLETED"}
    assert world.get("/risk-verifications").ok() == done
    assert mails(world) == ["Your business is verified. You can make and take payments now."]
    assert Desk(world).told(begun["referenceId"]) == [
        ("risk-verification.updated", {"decision": reached})
        for reached in ("IN_PROGRESS", "PENDING", "APPROVE")
    ]


def test_nobody_has_asked_yet(unverified: World) -> None:
    answered = unverified.get("/risk-verifications")
    assert (answered.status, answered.codes) == (404, ["BDC_1120"])
    assert unverified.control("GET", "/risk-verification").ok() == {"outcome": "APPROVE"}


@pytest.mark.parametrize("number", ["555-0100", "", "4155550123 extension"])
def test_a_phone_number_ends_in_ten_digits(world: World, number: str) -> None:
    assert world.post("/risk-verifications/phone", {**PHONE, "phoneNumber": number}).codes == [None]


def test_money_moves_once_it_is_approved(unverified: World) -> None:
    desk = Desk(unverified)
    bill = desk.bill(desk.vendor())
    refused = desk.ask(bill)
    assert (refused.status, refused.codes) == (422, ["BDC_1151"])
    assert "was not asked for" in refused.json[0]["detail"]
    ask(unverified)
    assert "stands at IN_PROGRESS" in desk.ask(bill).json[0]["detail"]
    unverified.advance("PT2H")
    desk.pay(bill)


def test_what_is_decided_before_holds_at_its_time(unverified: World) -> None:
    world = unverified
    wanted = world.control("PUT", "/risk-verification", {"decision": "DECLINE"}).ok()
    assert wanted == {"outcome": "DECLINE"}
    ask(world)
    world.advance("PT1H")
    assert decision(world) == "PENDING"
    world.advance("PT1H")
    assert decision(world) == "DECLINE"
    assert world.get("/risk-verifications").ok()["processingStatus"] == "COMPLETED"
    assert world.post("/risk-verifications").ok()["decision"] == "DECLINE"


def test_what_is_on_hold_is_asked_for_again(unverified: World) -> None:
    world = unverified
    world.control("PUT", "/risk-verification", {"decision": "HOLD"}).ok()
    first = ask(world)
    world.advance("P30D")
    assert decision(world) == "HOLD"
    again = world.post("/risk-verifications").ok()
    assert (again["decision"], again["referenceId"]) == ("IN_PROGRESS", first["referenceId"])
    world.advance("PT2H")
    assert decision(world) == "APPROVE"


def test_a_review_takes_a_day(unverified: World) -> None:
    world = unverified
    world.control("PUT", "/risk-verification", {"decision": "REVIEW"}).ok()
    ask(world)
    world.advance("PT2H")
    assert decision(world) == "REVIEW"
    world.advance("PT23H")
    assert decision(world) == "REVIEW"
    world.advance("PT1H")
    assert decision(world) == "APPROVE"


def test_a_review_is_ended_by_a_decision(unverified: World) -> None:
    world = unverified
    world.control("PUT", "/risk-verification", {"decision": "REVIEW"}).ok()
    ask(world)
    world.advance("PT2H")
    state = world.control("PUT", "/risk-verification", {"decision": "DECLINE"}).ok()
    assert state == {"outcome": "APPROVE", "decision": "DECLINE"}
    world.advance("P3D")
    assert decision(world) == "DECLINE"


def test_what_was_approved_can_be_taken_back_and_given_again(world: World) -> None:
    desk = Desk(world)
    bill = desk.bill(desk.vendor())
    world.control("PUT", "/risk-verification", {"decision": "HOLD"}).ok()
    assert desk.ask(bill).codes == ["BDC_1151"]
    world.control("PUT", "/risk-verification", {"decision": "APPROVE"}).ok()
    desk.pay(bill)


def test_a_sync_token_does_not_ask(unverified: World) -> None:
    token = unverified.made["syncToken"]
    body = {
        "username": token["name"],
        "password": token["value"],
        "organizationId": unverified.id,
        "devKey": unverified.made["devKey"],
    }
    session = unverified.api.call("POST", "/connect/v3/login", body).ok()
    answered = unverified.post("/risk-verifications", headers={"sessionId": session["sessionId"]})
    assert (answered.status, answered.codes) == (403, ["BDC_1145"])


def test_every_decision_that_waits_leads_to_one_that_does_not() -> None:
    for outcome in get_args(Outcome):
        way: list[Decision] = ["IN_PROGRESS"]
        while way[-1] in rules.WAITS_MS:
            assert len(way) < 5
            way.append(rules.following(way[-1], outcome))
        assert way[-1] in ("APPROVE", "HOLD", "DECLINE")
