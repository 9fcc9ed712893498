"""A world's clock is advanced until a payment has come to a status."""

from typing import Any

import pytest
from clients import World

ADDRESS = {"line1": "1 Main Street", "city": "Austin", "zipOrPostalCode": "78701", "country": "US"}


@pytest.fixture
def payment_id(world: World) -> str:
    vendor = world.post("/vendors", {"name": "Happy Music Supplies", "address": ADDRESS}).ok()
    bill = {
        "vendorId": vendor["id"],
        "dueDate": "2026-03-31",
        "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-03-01"},
        "billLineItems": [{"amount": 120}],
    }
    payment = {
        "vendorId": vendor["id"],
        "billId": world.post("/bills", bill).ok()["id"],
        "processDate": "2026-03-04",
        "fundingAccount": {"type": "BANK_ACCOUNT", "id": world.bank_account_id},
        "amount": 120,
        "processingOptions": {"requestPayFaster": False},
    }
    return str(world.post("/payments", payment).ok()["id"])


def wait(world: World, payment_id: str, status: str) -> Any:
    goal = {"until": {"payment": payment_id, "singleStatus": status}, "awaitWebhooks": True}
    return world.control("POST", "/clock/advance", goal)


def status(world: World, payment_id: str) -> Any:
    return world.get(f"/payments/{payment_id}").ok()["singleStatus"]


def test_the_clock_stops_when_the_status_is_reached(world: World, payment_id: str) -> None:
    reached = wait(world, payment_id, "FUNDING_STARTED").ok()
    assert status(world, payment_id) == "FUNDING_STARTED"
    assert reached["now"].startswith("2026-03-04")
    cleared = wait(world, payment_id, "CLEARED").ok()
    assert status(world, payment_id) == "CLEARED"
    assert reached["now"] < cleared["now"]
    assert cleared["jobs"][-1]["runAt"] == cleared["now"]
    again = wait(world, payment_id, "CLEARED").ok()
    assert (again["now"], again["ran"]) == (cleared["now"], 0)


def test_a_status_that_never_comes_is_given_up(world: World, payment_id: str) -> None:
    answered = wait(world, payment_id, "VOIDED")
    assert (answered.status, answered.codes) == (422, [None])
    assert "CLEARED" in answered.json[0]["detail"]
    assert status(world, payment_id) == "CLEARED"


def test_only_a_payment_and_a_status_that_exist_are_waited_for(world: World, payment_id: str) -> None:
    unknown = wait(world, "stp00000000000000000", "CLEARED")
    assert (unknown.status, unknown.codes) == (404, ["BDC_1205"])
    assert wait(world, payment_id, "PERHAPS").status == 400
    assert world.control("GET", "/clock").ok()["now"] == "2026-03-03T17:00:00.000+00:00"
    assert world.advance("P1D")["now"].startswith("2026-03-04")
