"""What reaches a receiver, signed, in order, and as often as it takes."""

import base64
import dataclasses
import hashlib
import hmac
import json
from typing import Any

import pytest
from webhooks.conftest import Desk, whole_round
from webhooks.receiver import Arrived, Receiver, Silent


def types(receiver: Receiver) -> list[str]:
    return [arrived.type for arrived in receiver.arrived]


def test_a_change_arrives_signed_and_as_the_catalogue_has_it(desk: Desk, receiver: Receiver) -> None:
    subscription = desk.subscribe(receiver.url)
    vendor_id = desk.vendor("Happy Müsic")
    assert whole_round(desk.running)
    (arrived,) = receiver.arrived
    told = arrived.told
    assert list(told) == ["metadata", "vendor"]
    assert told["metadata"] == {
        "eventId": told["metadata"]["eventId"],
        "subscriptionId": subscription["id"],
        "organizationId": desk.world.id,
        "eventType": "vendor.created",
        "version": "1",
    }
    assert (told["vendor"]["id"], told["vendor"]["name"]) == (vendor_id, "Happy Müsic")
    assert arrived.body == json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()
    digest = hmac.new(subscription["securityKey"].encode(), arrived.body, hashlib.sha256).digest()
    assert arrived.headers["x-bill-sha-signature"] == base64.b64encode(digest).decode()
    assert arrived.headers["content-type"] == "application/json"
    assert not whole_round(desk.running)
    (event,) = desk.history(subscription)["results"]
    assert (event["id"], event["payload"]) == (told["metadata"]["eventId"], arrived.body.decode())
    assert (event["statusCode"], [one["statusCode"] for one in event["retries"]]) == (200, [200])


def test_only_what_was_asked_for_from_then_on_is_told(desk: Desk, receiver: Receiver) -> None:
    desk.vendor("Before")
    subscription = desk.subscribe(receiver.url, ["vendor.updated"])
    vendor_id = desk.vendor()
    desk.rename(vendor_id, "Alto")
    desk.turn(subscription)
    assert types(receiver) == ["vendor.updated"]


def test_events_of_one_moment_arrive_in_their_order(desk: Desk, receiver: Receiver) -> None:
    """The world's clock is frozen: all have one createdTime."""
    subscription = desk.subscribe(receiver.url)
    vendors = [desk.vendor(f"Vendor {number}") for number in range(5)]
    for turn in range(4):
        for vendor_id in vendors:
            desk.rename(vendor_id, f"Turn {turn}")
    while desk.turn(subscription):
        pass
    for vendor_id in vendors:
        names = [
            one.told["vendor"]["name"] for one in receiver.arrived if one.told["vendor"]["id"] == vendor_id
        ]
        assert names[1:] == [f"Turn {turn}" for turn in range(4)]


def test_a_failure_is_tried_again_and_holds_up_its_own_object_only(desk: Desk, receiver: Receiver) -> None:
    subscription = desk.subscribe(receiver.url)
    one, other = desk.vendor("One"), desk.vendor("Other")
    desk.rename(one, "One again")
    desk.rename(other, "Other again")
    receiver.answer = lambda arrived: 500 if arrived.told["vendor"]["id"] == one else 200
    desk.turn(subscription)
    desk.turn(subscription)
    assert [a.told["vendor"]["name"] for a in receiver.arrived].count("One") == 1
    assert {a.told["vendor"]["name"] for a in receiver.arrived} == {"One", "Other", "Other again"}
    receiver.answer = lambda arrived: 200
    assert not desk.turn(subscription), "two seconds have not gone by"
    desk.later(2_500).turn(subscription)
    names = [a.told["vendor"]["name"] for a in receiver.arrived if a.told["vendor"]["id"] == one]
    assert names == ["One", "One", "One again"]
    first, second, *_ = [a for a in receiver.arrived if a.told["vendor"]["id"] == one]
    assert (first.event_id, first.body) == (second.event_id, second.body)


@pytest.mark.parametrize("status", [201, 204, 302, 404, 500, None])
def test_only_200_counts_and_the_fifth_failure_ends_it(
    desk: Desk, receiver: Receiver, status: int | None
) -> None:
    subscription = desk.subscribe(receiver.url)
    receiver.answer = lambda arrived: status
    receiver.body = b""
    receiver.location = receiver.url
    vendor_id = desk.vendor()
    now, waits = 0, []
    for wait in (0, 2_000, 4_000, 8_000, 16_000):
        now += wait
        if wait:
            assert not desk.later(now - 500).turn(subscription), f"{wait} ms have not gone by"
        waits.append(len(receiver.arrived))
        desk.later(now + 300).turn(subscription)
        now += 300
    assert len(receiver.arrived) == 5
    shown = desk.get(subscription)["status"]
    assert (shown["enabled"], shown["actor"]) == (False, "SYSTEM")
    assert "5 times" in shown["reason"]
    # Events go on being recorded, and nothing is sent.
    desk.rename(vendor_id, "While it was off")
    assert not desk.later(now + 600_000).turn(subscription)
    assert len(receiver.arrived) == 5
    # Once it is switched on again, all that was missed goes out in order.
    receiver.answer, receiver.location = (lambda arrived: 200), None
    on = desk.call("PATCH", f"/subscriptions/{subscription['id']}", {"status": {"enabled": True}}).ok()
    assert (on["status"]["enabled"], on["status"]["actor"]) == (True, "CLIENT")
    while desk.turn(subscription):
        pass
    assert types(receiver)[5:] == ["vendor.created", "vendor.updated"]


@pytest.mark.parametrize("drips", [False, True])
def test_a_receiver_that_hangs_has_ten_seconds(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, drips: bool
) -> None:
    monkeypatch.setattr("net30.webhooks.targets.ANSWER_WITHIN_S", 1.0)
    silent = Silent(drips=drips)
    subscription = desk.subscribe(silent.url)
    desk.vendor()
    desk.turn(subscription)
    (event,) = desk.history(subscription)["results"]
    assert "statusCode" not in event
    (shown,) = desk.world.control("GET", "/deliveries").ok()["results"]
    (attempt,) = shown["attempts"]
    assert 900 <= attempt["ms"] < 3_000
    assert attempt["error"]
    silent.close()


def test_of_a_long_answer_the_beginning_is_kept(desk: Desk, receiver: Receiver) -> None:
    subscription = desk.subscribe(receiver.url)
    receiver.body = b"x" * 50_000_000
    desk.vendor()
    desk.turn(subscription)
    (shown,) = desk.world.control("GET", "/deliveries").ok()["results"]
    assert shown["delivered"] is True
    assert shown["attempts"][0]["answer"] == "x" * 4_096


def test_nobody_listens(desk: Desk) -> None:
    subscription = desk.subscribe("http://127.0.0.1:9/hook")
    desk.vendor()
    desk.turn(subscription)
    (shown,) = desk.world.control("GET", "/deliveries").ok()["results"]
    assert (shown["delivered"], len(shown["attempts"])) == (False, 1)
    assert shown["nextAttempt"]


def test_a_worker_that_died_leaves_its_deliveries_to_others(desk: Desk, receiver: Receiver) -> None:
    subscription = desk.subscribe(receiver.url)
    desk.vendor()

    def dies(arrived: Arrived) -> int:
        raise KeyboardInterrupt

    receiver.answer = lambda arrived: 200
    broken = dataclasses.replace(desk.running, secrets=None)  # type: ignore[arg-type]  # it cannot read the key
    with pytest.raises(AttributeError):
        Desk(desk.world, broken).turn(subscription)
    assert not desk.turn(subscription), "another has taken it"
    desk.later(60_000).turn(subscription)
    assert types(receiver) == ["vendor.created"]


def test_an_event_is_told_again_under_its_id(desk: Desk, receiver: Receiver) -> None:
    subscription = desk.subscribe(receiver.url)
    desk.vendor()
    desk.turn(subscription)
    (event,) = desk.history(subscription)["results"]
    again = desk.call("POST", f"/events/subscription/{subscription['id']}/event/{event['id']}").ok()
    assert again["id"] == event["id"]
    desk.turn(subscription)
    (shown,) = desk.world.control("GET", "/deliveries").ok()["results"]
    desk.world.control("POST", f"/deliveries/{shown['n']}/resend").ok()
    desk.turn(subscription)
    assert [arrived.event_id for arrived in receiver.arrived] == [event["id"]] * 3
    unknown = desk.call("POST", f"/events/subscription/{subscription['id']}/event/none")
    assert (unknown.status, unknown.codes) == (404, ["BDC_1205"])


@pytest.mark.parametrize("given", [{}, {"eventType": "bill.updated", "bill": {"amount": 12.5}}])
def test_a_test_event_has_what_was_given_and_the_rest_made_up(
    desk: Desk, receiver: Receiver, given: dict[str, Any]
) -> None:
    subscription = desk.subscribe(receiver.url)
    sent = desk.call("POST", f"/subscriptions/{subscription['id']}/test", given).ok()
    assert "statusCode" not in sent
    desk.turn(subscription)
    (arrived,) = receiver.arrived
    assert arrived.body.decode() == sent["payload"]
    assert arrived.type == given.get("eventType", "vendor.created")
    if "bill" in given:
        assert arrived.told["bill"]["amount"] == 12.5
        assert arrived.told["bill"]["invoice"]["invoiceNumber"]


def test_a_key_is_changed(desk: Desk, receiver: Receiver) -> None:
    subscription = desk.subscribe(receiver.url)
    header = {"X-Idempotent-Key": "5b2c9b1e-7e0b-4f7e-9d3c-0a4c6d9f1a11"}
    path = f"/subscriptions/{subscription['id']}/security_key"
    new = desk.call("POST", path, **header).ok()["securityKey"]
    assert new != subscription["securityKey"]
    assert desk.call("POST", path, **header).ok()["securityKey"] == new
    desk.vendor()
    desk.turn(subscription)
    (arrived,) = receiver.arrived
    digest = hmac.new(new.encode(), arrived.body, hashlib.sha256).digest()
    assert arrived.headers["x-bill-sha-signature"] == base64.b64encode(digest).decode()


def test_a_second_signature_is_the_standards(desk: Desk, receiver: Receiver) -> None:
    subscription = desk.subscribe(receiver.url)
    path = f"/net30/v1/webhooks/{subscription['id']}/standard-webhooks"
    desk.world.api.call("PUT", path, {"enabled": True}, headers=desk.world.headers).ok()
    desk.vendor()
    desk.turn(subscription)
    (arrived,) = receiver.arrived
    signed = f"{arrived.event_id}.{arrived.headers['webhook-timestamp']}.".encode() + arrived.body
    digest = hmac.new(subscription["securityKey"].encode(), signed, hashlib.sha256).digest()
    assert arrived.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert arrived.headers["webhook-id"] == arrived.event_id
