"""Canceling and voiding: what is open again, what the books say, and what cannot be undone."""

import pytest
from clients import World
from payments.desk import BANK_ACCOUNT, NEXT_DAY, Desk


def test_a_canceled_payment_leaves_its_bill_open(desk: Desk) -> None:
    vendor = desk.vendor()
    bill = desk.bill(vendor)
    payment = desk.pay(bill)["id"]
    canceled = desk.world.post(f"/payments/{payment}/cancel").ok()
    assert (canceled["status"], canceled["singleStatus"]) == ("CANCELLED", "CANCELED")
    assert canceled["cancelRequestSubmitted"] is True
    assert desk.read(payment) == canceled
    assert desk.amounts(bill) == (100, 0, 0, "UNPAID")
    assert desk.posted(payment) == []
    assert desk.owed(vendor) == 100
    assert desk.waiting(payment) == 0
    desk.world.advance("P30D")
    assert desk.status(payment) == "CANCELED"
    assert {payload["status"] for _, payload in desk.told(payment)} == {"SCHEDULED", "CANCELED"}


def test_canceling_comes_once_and_before_processing_begins(desk: Desk) -> None:
    first, second = (desk.pay(desk.bill(desk.vendor(name)))["id"] for name in ("One", "Two"))
    desk.world.post(f"/payments/{first}/cancel").ok()
    again = desk.world.post(f"/payments/{first}/cancel")
    assert (again.status, again.codes) == (422, ["BDC_1119"])
    assert again.json[0]["help"] == "it was canceled already; nothing is left to do"
    desk.until(second, "READY_TO_FUND")
    late = desk.world.post(f"/payments/{second}/cancel")
    assert (late.status, late.codes) == (422, ["BDC_1119"])
    assert f"/v3/payments/{second}/void" in late.json[0]["help"]
    assert desk.status(second) == "READY_TO_FUND"


RELEASED = [(NEXT_DAY, "accounts_payable", 100.0), (NEXT_DAY, "payments_clearing", -100.0)]
PAID_OUT = [*RELEASED, ("2026-03-05", "payments_clearing", 100.0), ("2026-03-05", "bank", -100.0)]


@pytest.mark.parametrize(
    ("status", "posted"),
    [
        ("READY_TO_FUND", []),
        (
            "FUNDING_STARTED",
            [*RELEASED, (NEXT_DAY, "payments_clearing", 100.0), (NEXT_DAY, "accounts_payable", -100.0)],
        ),
        (
            "PROCESSED",
            [*PAID_OUT, ("2026-03-05", "bank", 100.0), ("2026-03-05", "accounts_payable", -100.0)],
        ),
        ("SENT", [*PAID_OUT, ("2026-03-06", "bank", 100.0), ("2026-03-06", "accounts_payable", -100.0)]),
        ("DELIVERED", [*PAID_OUT, ("2026-03-13", "bank", 100.0), ("2026-03-13", "accounts_payable", -100.0)]),
    ],
)
def test_a_void_takes_back_what_was_posted_on_its_own_day(
    desk: Desk, status: str, posted: list[tuple[str, str, float]]
) -> None:
    vendor = desk.vendor()
    bill = desk.bill(vendor)
    payment = desk.pay(bill)["id"]
    desk.until(payment, status)
    voided = desk.void(payment).ok()
    assert (voided["singleStatus"], voided["status"], voided["disbursementStatus"]) == (
        "VOIDED",
        "VOID",
        "VOID",
    )
    (asked,) = voided["voidInfo"]
    assert asked["id"].startswith("vrq")
    assert (asked["type"], asked["status"], asked["reason"]) == (
        "VOID_AND_CREDIT",
        "ACCEPTED",
        "lost in the mail",
    )
    assert asked["requestedBy"] == desk.world.user_id
    assert desk.read(payment) == voided == desk.world.get("/payments").ok()["results"][0]
    assert desk.posted(payment) == posted
    assert desk.amounts(bill) == (100, 0, 0, "UNPAID")
    assert desk.owed(vendor) == 100
    assert desk.waiting(payment) == 0
    again = desk.void(payment)
    assert (again.status, again.codes) == (422, ["BDC_1119"])
    # The bill can be paid anew.
    second = desk.pay(bill)["id"]
    desk.until(second, "CLEARED")
    assert desk.owed(vendor) == 0


@pytest.mark.parametrize(("ach", "status"), [(True, "SCHEDULED"), (True, "CLEARED"), (False, "CLEARED")])
def test_what_has_not_begun_or_has_arrived_is_not_voided(desk: Desk, ach: bool, status: str) -> None:
    payment = desk.pay(desk.bill(desk.vendor(ach=ach)))["id"]
    at = desk.until(payment, status)
    assert at["disbursementInfo"]["isVoidable"] is False
    refused = desk.void(payment)
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    assert desk.read(payment) == at


def test_an_online_payment_is_voided_with_type_and_reason(desk: Desk) -> None:
    payment = desk.pay(desk.bill(desk.vendor()))["id"]
    desk.until(payment, "SENT")
    bodies: list[dict[str, str] | None] = [
        None,
        {"type": "VOID_AND_CREDIT"},
        {"type": "VOID_AND_CREDIT", "reason": ""},
        {"type": "VOID_AND_CREDIT", "reason": " \u00a0"},
        {"reason": "lost"},
        {"type": "VOID_ONLY", "reason": "x"},
    ]
    for body in bodies:
        refused = desk.world.post(f"/payments/{payment}/void", body)
        assert (refused.status, refused.codes) == (400, [None])
    assert desk.status(payment) == "SENT"


def test_reissuing_pays_the_same_bills_to_the_vendor_as_it_is_now(desk: Desk) -> None:
    vendor = desk.vendor()
    bills = [desk.bill(vendor, amount) for amount in (30, 70)]
    payment = desk.bulk([(bills[0], 30), (bills[1], 50)], description="March").ok()["payments"][0]["id"]
    desk.until(payment, "SENT")
    desk.world.patch(f"/vendors/{vendor}", {"name": "Moved Music Supplies"}).ok()
    assert desk.void(payment, "VOID_AND_REISSUE").ok()["voidInfo"][0]["type"] == "VOID_AND_REISSUE"
    old, new = desk.world.get("/payments").ok()["results"]
    assert (old["id"], old["singleStatus"], new["singleStatus"]) == (payment, "VOIDED", "SCHEDULED")
    assert new["vendorName"] == "Moved Music Supplies"
    assert (new["amount"], new["description"], new["fundingAccount"]) == (80, "March", desk.funding)
    assert [(part["billId"], part["amount"]) for part in new["billPayments"]] == [
        (bills[0], 30),
        (bills[1], 50),
    ]
    assert new["processDate"] == "2026-03-09"
    assert desk.amounts(bills[1]) == (20, 50, 0, "PARTIALLY_PAID")
    desk.until(new["id"], "CLEARED")
    assert desk.amounts(bills[0]) == (0, 0, 30, "PAID")
    assert desk.owed(vendor) == 20


def test_reissuing_needs_trust_and_a_vendor_that_can_be_paid(desk: Desk) -> None:
    vendor = desk.vendor()
    payment = desk.pay(desk.bill(vendor))["id"]
    desk.until(payment, "SENT")
    body = {"type": "VOID_AND_REISSUE", "reason": "lost"}
    untrusted = desk.world.sign_in(trusted=False)
    refused = desk.world.post(f"/payments/{payment}/void", body, headers=untrusted)
    assert (refused.status, refused.codes) == (403, ["BDC_1361"])
    desk.world.post(f"/vendors/{vendor}/archive").ok()
    refused = desk.world.post(f"/payments/{payment}/void", body)
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    # Nothing of the void has stayed.
    assert desk.status(payment) == "SENT"
    assert desk.waiting(payment) == 1


def test_a_recorded_payment_is_voided_with_a_body_or_none(desk: Desk) -> None:
    vendor = desk.vendor()
    bill = desk.bill(vendor)
    first = desk.record(vendor, bill, 60).ok()["id"]
    voided = desk.world.post(f"/payments/{first}/void").ok()
    assert (voided["singleStatus"], voided["voidInfo"][0]["type"]) == ("VOIDED", "VOID_ONLY")
    assert "reason" not in voided["voidInfo"][0]
    assert desk.amounts(bill) == (100, 0, 0, "UNPAID")
    assert desk.posted(first) == [
        ("2026-03-02", "accounts_payable", 60.0),
        ("2026-03-02", "bank", -60.0),
        ("2026-03-03", "bank", 60.0),
        ("2026-03-03", "accounts_payable", -60.0),
    ]
    second = desk.record(vendor, bill, 60).ok()["id"]
    refused = desk.void(second, "VOID_AND_REISSUE")
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    assert desk.void(second).ok()["voidInfo"][0]["type"] == "VOID_AND_CREDIT"
    assert desk.owed(vendor) == 100


def test_a_bill_with_a_payment_keeps_its_total_and_stays(desk: Desk) -> None:
    bill = desk.bill(desk.vendor())
    payment = desk.pay(bill, 60)["id"]
    for refused in (
        desk.world.post(f"/bills/{bill}/archive"),
        desk.world.patch(f"/bills/{bill}", {"vendorId": desk.vendor("Another")}),
    ):
        assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    desk.world.post(f"/payments/{payment}/cancel").ok()
    desk.world.post(f"/bills/{bill}/archive").ok()


def test_unknown_payments(world: World) -> None:
    for answered in (
        world.get("/payments/stp0000000000000000x"),
        world.post("/payments/stp0000000000000000x/cancel"),
        world.post("/payments/00900000000000000000/void", {"type": "VOID_AND_CREDIT", "reason": "x"}),
    ):
        assert (answered.status, answered.codes) == (404, ["BDC_1205"])


def test_stopping_money_asks_for_the_same_right_as_sending_it(desk: Desk) -> None:
    world = desk.world
    scheduled, sent = (desk.pay(desk.bill(desk.vendor(name)))["id"] for name in ("One", "Two"))
    other = world.sign_in(person=world.hire("ADMINISTRATOR"))
    refused = world.post(f"/payments/{scheduled}/cancel", headers=other)
    assert (refused.status, refused.codes) == (403, ["BDC_1150"])
    world.post(f"/payments/{scheduled}/cancel").ok()
    desk.until(sent, "SENT")
    said = {"type": "VOID_AND_CREDIT", "reason": "lost"}
    refused = world.post(f"/payments/{sent}/void", said, headers=other)
    assert (refused.status, refused.codes) == (403, ["BDC_1150"])
    assert desk.status(sent) == "SENT"
    # What was recorded took no money from anywhere.
    vendor = desk.vendor("Three")
    recorded = desk.record(vendor, desk.bill(vendor), 10).ok()["id"]
    world.post(f"/payments/{recorded}/void", headers=other).ok()


def test_canceling_ends_with_the_process_date_even_when_the_worker_is_late(desk: Desk) -> None:
    payment = desk.pay(desk.bill(desk.vendor()))["id"]
    # Nobody works on what is due when a clock is only set.
    desk.world.control("PUT", "/clock", {"now": "2026-03-04T08:00:59Z", "frozen": True}).ok()
    other = desk.pay(desk.bill(desk.vendor("Two")), processDate="2026-03-05")["id"]
    desk.world.control("PUT", "/clock", {"now": "2026-03-04T08:01:00Z", "frozen": True}).ok()
    assert desk.status(payment) == "SCHEDULED"
    refused = desk.world.post(f"/payments/{payment}/cancel")
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    assert "has begun" in refused.json[0]["detail"]
    assert desk.waiting(payment) == 1
    desk.world.post(f"/payments/{other}/cancel").ok()


@pytest.mark.parametrize(
    ("ach", "delivery", "speed"),
    [(False, "UPS_1DAY", (True, "UPS_1DAY")), (True, "RTP_DELIVERY", (True, "RTP_DELIVERY"))],
)
def test_reissuing_keeps_delivery_and_speed(
    desk: Desk, ach: bool, delivery: str, speed: tuple[bool, str | None]
) -> None:
    options = {"requestPayFaster": True, "requestCheckDeliveryType": delivery}
    payment = desk.pay(desk.bill(desk.vendor(ach=ach)), processingOptions=options)["id"]
    desk.until(payment, "SENT")
    desk.void(payment, "VOID_AND_REISSUE").ok()
    _, new = desk.world.get("/payments").ok()["results"]
    kept = new["processingOptions"]
    assert (kept["requestPayFaster"], kept["requestCheckDeliveryType"]) == speed


def test_reissuing_in_another_way_goes_as_fast_as_that_goes(desk: Desk) -> None:
    vendor = desk.vendor()
    options = {"requestPayFaster": True, "requestCheckDeliveryType": "UPS_1DAY"}
    payment = desk.pay(desk.bill(vendor), processingOptions=options)["id"]
    desk.until(payment, "SENT")
    desk.world.post(f"/vendors/{vendor}/bank-account", BANK_ACCOUNT).ok()
    desk.void(payment, "VOID_AND_REISSUE").ok()
    _, new = desk.world.get("/payments").ok()["results"]
    assert (new["disbursementType"], new["processingOptions"]["requestPayFaster"]) == ("ACH", True)
    assert "requestCheckDeliveryType" not in new["processingOptions"]
