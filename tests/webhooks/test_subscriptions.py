"""Who may subscribe to what, and where deliveries may go."""

import dataclasses
import uuid
from typing import Any

import pytest
from clients import Api, World
from webhooks.conftest import Desk
from webhooks.receiver import Receiver

from net30.kernel.context import Server
from net30.webhooks.targets import Line, allowed_address, is_exempt

URL = "http://127.0.0.1:9/hook"


def body(**more: Any) -> dict[str, Any]:
    event = {"type": "bill.created", "version": "1"}
    whole = {"name": "Ledger", "status": {"enabled": True}, "events": [event], "notificationUrl": URL}
    return {**whole, **more}


def test_a_subscription_is_read_back_without_its_key(desk: Desk) -> None:
    made = desk.subscribe(URL)
    assert made["status"] == {"enabled": True, "actor": "CLIENT"}
    assert len(made["securityKey"]) >= 32
    shown = desk.get(made)
    assert shown == {name: value for name, value in made.items() if name != "securityKey"}
    assert desk.call("GET", "/subscriptions").ok() == {"results": [shown]}


def test_the_same_request_makes_one(desk: Desk) -> None:
    key = {"X-Idempotent-Key": str(uuid.uuid4())}
    first, second = (desk.call("POST", "/subscriptions", body(), **key).ok() for _ in range(2))
    assert first == second
    assert len(desk.call("GET", "/subscriptions").ok()["results"]) == 1


@pytest.mark.parametrize("key", [None, "", "1", "c9bf9e57-1685-11f1-8f0a-02fc00000001", "not-a-uuid"])
def test_what_makes_a_key_needs_a_uuid4(desk: Desk, key: str | None) -> None:
    headers = {} if key is None else {"X-Idempotent-Key": key}
    refused = desk.call("POST", "/subscriptions", body(), **headers)
    assert (refused.status, refused.codes) == (400, [None])
    assert "X-Idempotent-Key" in refused.text


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": ""}, "name"),
        ({"notificationUrl": "ftp://example.com"}, "notificationUrl"),
        ({"notificationUrl": "https://"}, "notificationUrl"),
        ({"notificationUrl": "https://user:secret@example.com"}, "notificationUrl"),
        ({"notificationUrl": "https://example.com:99999"}, "notificationUrl"),
        ({"notificationUrl": "nothing"}, "notificationUrl"),
        ({"events": []}, "events"),
        ({"events": [{"type": "bill.paid", "version": "1"}]}, "events[0].type"),
        ({"events": [{"type": "bill.created", "version": "2"}]}, "events[0].version"),
        ({"status": None}, "status"),
    ],
)
def test_a_bad_field_is_told(desk: Desk, more: dict[str, Any], field: str) -> None:
    refused = desk.call("POST", "/subscriptions", body(**more), **{"X-Idempotent-Key": str(uuid.uuid4())})
    assert (refused.status, refused.codes) == (400, [None]), refused.text
    assert refused.json[0]["params"][0]["value"] == field
    assert desk.call("GET", "/subscriptions").ok() == {"results": []}


def test_there_are_ten_at_most_and_no_two_alike(desk: Desk) -> None:
    for number in range(10):
        desk.subscribe(f"{URL}/{number}")
    key = {"X-Idempotent-Key": str(uuid.uuid4())}
    assert desk.call("POST", "/subscriptions", body(), **key).status == 400
    first, *_, last = desk.call("GET", "/subscriptions").ok()["results"]
    page = desk.call("GET", "/subscriptions?max=4").ok()
    assert len(page["results"]) == 4
    rest = desk.call("GET", f"/subscriptions?max=20&page={page['nextPage']}").ok()
    assert (len(rest["results"]), rest["results"][-1]) == (6, last)
    alike = {"notificationUrl": first["notificationUrl"]}
    assert desk.call("PATCH", f"/subscriptions/{last['id']}", alike).status == 400
    desk.call("DELETE", f"/subscriptions/{last['id']}").ok()
    assert desk.call("GET", f"/subscriptions/{last['id']}").codes == ["BDC_1205"]
    desk.subscribe(f"{URL}/10")


def test_another_organizations_are_unknown(desk: Desk, other_world: World, running: Server) -> None:
    made = desk.subscribe(URL)
    stranger = Desk(other_world, running)
    for method, path in (
        ("GET", f"/subscriptions/{made['id']}"),
        ("PATCH", f"/subscriptions/{made['id']}"),
        ("DELETE", f"/subscriptions/{made['id']}"),
        ("GET", f"/events/subscription/{made['id']}"),
        ("POST", f"/subscriptions/{made['id']}/test"),
    ):
        answered = stranger.call(method, path, {} if method in ("PATCH", "POST") else None)
        assert (answered.status, answered.codes) == (404, ["BDC_1205"]), (method, path)
    assert desk.get(made)["name"] == "Ledger"


def test_administrators_manage_and_auditors_look(desk: Desk) -> None:
    made = desk.subscribe(URL)
    auditor = desk.world.sign_in(person=desk.world.hire("AUDITOR"), trusted=False)
    assert desk.call("GET", f"/subscriptions/{made['id']}", **auditor).status == 200
    assert desk.call("DELETE", f"/subscriptions/{made['id']}", **auditor).codes == ["BDC_1145"]
    clerk = desk.world.sign_in(person=desk.world.hire("CLERK"), trusted=False)
    assert desk.call("GET", "/subscriptions", **clerk).codes == ["BDC_1145"]


def test_the_catalog_names_what_can_be_subscribed_to(desk: Desk) -> None:
    catalog = desk.call("GET", "/events/catalog").ok()
    types = [entry["type"] for entry in catalog]
    assert {"vendor.created", "bill.updated", "payment.failed", "risk-verification.updated"} <= set(types)
    assert all(entry["versions"] == ["1"] for entry in catalog)
    desk.subscribe(URL, types)


def test_history_is_paged_and_filtered(desk: Desk, receiver: Receiver) -> None:
    made = desk.subscribe(receiver.url)
    vendors = [desk.vendor(f"Vendor {number}") for number in range(5)]
    while desk.turn(made):
        pass
    told = desk.history(made, "?max=2")
    names = [event["payload"].split('"name":"')[1][:8] for event in told["results"]]
    assert names == ["Vendor 4", "Vendor 3"]
    more = desk.history(made, f"?max=2&page={told['nextPage']}")
    last = desk.history(made, f"?max=2&page={more['nextPage']}")
    assert (len(more["results"]), len(last["results"]), "nextPage" in last) == (2, 1, False)
    upwards = desk.history(made, "?ascending=true")["results"]
    assert "Vendor 0" in upwards[0]["payload"]
    (one,) = desk.history(made, f"?entityId={vendors[2]}")["results"]
    assert "Vendor 2" in one["payload"]
    assert desk.history(made, "?createdTimeFrom=2026-03-04") == {"results": []}
    assert len(desk.history(made, "?createdTimeTo=2026-03-03")["results"]) == 5
    assert desk.call("GET", f"/events/subscription/{made['id']}?createdTimeFrom=x").status == 400
    assert desk.call("GET", f"/events/subscription/{made['id']}?page=x").status == 400


# ---- where deliveries go --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "production", "sandbox"),
    [
        ("93.184.216.34", True, True),
        ("2606:2800:220:1::1", True, True),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("::ffff:127.0.0.1", False, True),
        ("10.1.2.3", False, False),
        ("172.16.0.1", False, False),
        ("192.168.1.1", False, False),
        ("169.254.169.254", False, False),
        ("fe80::1", False, False),
        ("fc00::1", False, False),
        ("::ffff:10.0.0.1", False, False),
        ("64:ff9b::a00:1", False, False),
        ("2002:a00:1::1", False, False),
        ("100.64.0.1", False, False),
        ("0.0.0.0", False, False),
        ("::", False, False),
        ("224.0.0.1", False, False),
        ("255.255.255.255", False, False),
    ],
)
def test_addresses_that_may_be_connected_to(address: str, production: bool, sandbox: bool) -> None:
    assert allowed_address(address, sandbox=False) is production
    assert allowed_address(address, sandbox=True) is sandbox


def test_production_wants_https_and_the_public_internet(world: World, running: Server) -> None:
    guarded = dataclasses.replace(running, environment="production")
    world.api = Api(guarded)
    desk = Desk(world, guarded)
    refused = desk.call("POST", "/subscriptions", body(), **{"X-Idempotent-Key": str(uuid.uuid4())})
    assert (refused.status, refused.json[0]["params"][0]["value"]) == (400, "notificationUrl")
    desk.subscribe("https://127.0.0.1:9/hook")
    answered = Line(guarded, "https://127.0.0.1:9/hook").post(b"{}", {})
    assert answered.status is None
    assert "Forbidden" in str(answered.error)


def test_an_operator_may_name_receivers_of_a_private_network(running: Server, receiver: Receiver) -> None:
    port = receiver.url.split(":")[2].split("/")[0]
    assert is_exempt({"10.0.0.5"}, "10.0.0.5", 443)
    assert not is_exempt({"10.0.0.5:8443"}, "10.0.0.5", 443)
    strict = dataclasses.replace(running, environment="production")
    assert "Forbidden" in str(Line(strict, receiver.url).post(b"{}", {}).error)
    named = dataclasses.replace(strict, webhook_hosts=frozenset({f"127.0.0.1:{port}"}))
    assert Line(named, receiver.url).post(b"{}", {}).status == 200
