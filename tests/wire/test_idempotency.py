"""X-Idempotent-Key: a request that is sent twice is done once."""

import dataclasses
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from clients import Answered, Api, World
from sqlalchemy import bindparam, select
from vendor_cases import ADDRESS

from net30.access.keys import grant_developer_key
from net30.kernel import retention
from net30.kernel.context import Server, system_actor, writing
from net30.kernel.tables import idempotency_keys
from net30.store.statements import Statement

VENDOR = {"name": "Bass", "address": ADDRESS}
HOUR_MS = 3_600_000
KEPT_KEYS = Statement(
    select(idempotency_keys.c.key).where(idempotency_keys.c.organization_id == bindparam("organization_id"))
)


@pytest.fixture
def key() -> str:
    return str(uuid.uuid4())


def send(world: World, key: str, body: Any = VENDOR, path: str = "/vendors", **headers: str) -> Answered:
    return world.post(path, body, headers={"X-Idempotent-Key": key, **headers})


def vendors(world: World) -> int:
    return len(world.get("/vendors").ok()["results"])


def is_hit(answered: Answered) -> bool:
    return answered.headers.get("idempotency-hit") == "true"


def test_the_first_answer_is_given_again(world: World, key: str) -> None:
    first, second = send(world, key), send(world, key)
    assert (first.status, is_hit(first)) == (201, False)
    assert (second.status, second.text, is_hit(second)) == (201, first.text, True)
    assert vendors(world) == 1
    # What became of the vendor meanwhile is no part of the answer.
    world.patch(f"/vendors/{first.json['id']}", {"name": "Alto"}).ok()
    assert send(world, key).text == first.text


def test_another_body_is_refused(world: World, key: str) -> None:
    send(world, key).ok()
    answered = send(world, key, {**VENDOR, "name": "Alto"})
    assert (answered.status, answered.codes) == (409, [None])
    assert answered.json[0]["params"][0]["value"] == "X-Idempotent-Key"
    assert vendors(world) == 1


def test_another_object_is_another_request(world: World, key: str) -> None:
    one, other = (world.post("/vendors", {**VENDOR, "name": name}).ok()["id"] for name in ("Bass", "Alto"))
    assert send(world, key, None, f"/vendors/{one}/archive").ok()["archived"] is True
    assert send(world, key, None, f"/vendors/{other}/archive").status == 409
    assert world.get(f"/vendors/{other}").ok()["archived"] is False


def test_a_refusal_is_not_kept(world: World, key: str) -> None:
    assert send(world, key, {"name": "Bass"}).status == 400
    bill = {
        "vendorId": "00901000000000000000",
        "dueDate": "2026-12-31",
        "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-12-01"},
        "billLineItems": [{"amount": 10}],
    }
    assert send(world, key, bill, "/bills").status == 404
    vendor = send(world, key)
    assert (vendor.status, is_hit(vendor)) == (201, False)
    entered = send(world, key, {**bill, "vendorId": vendor.json["id"]}, "/bills")
    assert (entered.status, is_hit(entered)) == (201, False)


def test_a_key_is_one_operations(world: World, key: str) -> None:
    vendor_id = send(world, key).ok()["id"]
    for action in ("archive", "restore"):
        answered = send(world, key, None, f"/vendors/{vendor_id}/{action}")
        assert (answered.status, is_hit(answered)) == (200, False)
    assert world.get(f"/vendors/{vendor_id}").ok()["archived"] is False


def test_a_key_is_one_organizations(world: World, other_world: World, key: str) -> None:
    first, second = send(world, key), send(other_world, key)
    assert not is_hit(second)
    assert first.json["id"] != second.json["id"]


def test_a_key_is_one_developer_keys(world: World, key: str) -> None:
    send(world, key).ok()
    with writing(world.api.running, system_actor(world.id)) as ctx:
        grant_developer_key(ctx, f"another {key}", "Another program")
    world.made["devKey"] = f"another {key}"
    world.headers = world.sign_in()
    assert not is_hit(send(world, key))
    assert vendors(world) == 2


def test_another_session_of_the_same_program_gets_the_same_answer(world: World, key: str) -> None:
    first = send(world, key)
    world.headers = world.sign_in()
    assert is_hit(again := send(world, key))
    assert again.text == first.text


def test_a_key_is_forgotten_after_a_day(running: Server, key: str) -> None:
    now = running.machine_now()
    moved = dataclasses.replace(running, machine_now=lambda: now)
    world = World(Api(moved))
    first = send(world, key)
    now += 24 * HOUR_MS - 1
    world.headers = world.sign_in()
    assert is_hit(send(world, key))
    now += 1
    second = send(world, key, {**VENDOR, "name": "Alto"})
    assert (second.status, is_hit(second)) == (201, False)
    assert second.json["id"] != first.json["id"]
    assert send(world, key, {**VENDOR, "name": "Alto"}).text == second.text


def test_what_is_too_old_is_thrown_away(running: Server) -> None:
    now = running.machine_now()
    moved = dataclasses.replace(running, machine_now=lambda: now)
    world = World(Api(moved))
    for number in range(5):
        send(world, f"{number}", {**VENDOR, "name": f"{number}"}).ok()
        now += 8 * HOUR_MS
        world.headers = world.sign_in()
    retention.forget_old(moved, world.id)
    with world.database.read() as tx:
        kept = tx.rows(KEPT_KEYS, {"organization_id": world.id})
    assert sorted(kept) == [("3",), ("4",)]


def test_signing_in_is_never_repeated(world: World, key: str) -> None:
    made = world.made
    body = {name: made[name] for name in ("username", "password", "organizationId", "devKey")}
    answers = [
        world.api.call("POST", "/connect/v3/login", body, headers={"X-Idempotent-Key": key}) for _ in range(2)
    ]
    assert not any(map(is_hit, answers))
    assert answers[0].ok()["sessionId"] != answers[1].ok()["sessionId"]


def test_only_a_post_is_kept(world: World, key: str) -> None:
    vendor_id = send(world, key).ok()["id"]
    headers = {"X-Idempotent-Key": key}
    for name in ("Alto", "Cello"):
        answered = world.call("PATCH", f"/vendors/{vendor_id}", {"name": name}, headers=headers)
        assert (answered.json["name"], is_hit(answered)) == (name, False)
        assert world.call("GET", f"/vendors/{vendor_id}", headers=headers).ok()["name"] == name


@pytest.mark.parametrize("bad", ["", "x" * 256, "tab\there"])
def test_a_key_that_is_none_is_refused(world: World, bad: str) -> None:
    answered = send(world, bad)
    assert (answered.status, answered.codes) == (400, [None])
    assert vendors(world) == 0


def test_of_requests_sent_at_once_one_is_done(world: World, key: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: send(world, key), range(6)))
    assert {answered.status for answered in answers} == {201}
    assert len({answered.text for answered in answers}) == 1
    assert sum(map(is_hit, answers)) == 5
    assert vendors(world) == 1


def test_a_key_is_its_users_own(world: World, key: str) -> None:
    """Whoever else uses it, by the same developer key, asks for something of their own."""
    colleague = world.sign_in(person=world.hire("ADMINISTRATOR"), trusted=False)
    first = send(world, key).ok()
    second = world.post("/vendors", VENDOR, headers={"X-Idempotent-Key": key, **colleague})
    assert (second.status, is_hit(second)) == (201, False)
    assert second.json["id"] != first["id"]
    assert vendors(world) == 2


def test_the_header_has_a_second_name(world: World, key: str) -> None:
    first = world.post("/vendors", VENDOR, headers={"Idempotency-Key": key})
    for name in ("Idempotency-Key", "X-Idempotent-Key", "idempotency-key"):
        again = world.post("/vendors", VENDOR, headers={name: key})
        assert (again.text, is_hit(again)) == (first.text, True)
    both = world.post("/vendors", VENDOR, headers={"Idempotency-Key": key, "X-Idempotent-Key": "another"})
    assert (both.status, both.codes) == (400, [None])
    assert vendors(world) == 1
