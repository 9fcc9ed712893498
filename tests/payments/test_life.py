"""A payment's life, followed step by step on the world's clock."""

import json

import pytest
from clients import World
from payments.desk import NEXT_DAY, Desk
from vendor_cases import whole_trail

ACH = [
    # singleStatus, status, disbursementStatus, (due, scheduled, paid, paymentStatus), owed, clearing, bank
    ("SCHEDULED", "SCHEDULED", "SCHEDULE", (40, 60, 0, "PARTIALLY_PAID"), 100, 0, 0),
    ("READY_TO_FUND", "SCHEDULED", "SCHEDULE", (40, 60, 0, "PARTIALLY_PAID"), 100, 0, 0),
    ("FUNDING_STARTED", "SCHEDULED", "SCHEDULE", (40, 60, 0, "PARTIALLY_PAID"), 40, -60, 0),
    ("PROCESSED", "PAID", "SCHEDULE", (40, 60, 0, "PARTIALLY_PAID"), 40, 0, -60),
    ("SENT", "PAID", "DONE", (40, 60, 0, "PARTIALLY_PAID"), 40, 0, -60),
    ("CLEARED", "PAID", "DONE", (40, 0, 60, "PARTIALLY_PAID"), 40, 0, -60),
]
CHECK = [*ACH[:5], ("DELIVERED", *ACH[4][1:]), ACH[5]]


@pytest.mark.parametrize(("ach", "life"), [(True, ACH), (False, CHECK)], ids=["ACH", "check"])
def test_each_step_moves_bill_books_and_vendor(desk: Desk, ach: bool, life: list[tuple[object, ...]]) -> None:
    vendor = desk.vendor(ach=ach)
    bill = desk.bill(vendor, 100)
    payment = desk.pay(bill, 60)
    assert payment["disbursementType"] == ("ACH" if ach else "CHECK")
    assert payment["processDate"] == NEXT_DAY
    for step in life:
        at = desk.until(payment["id"], str(step[0]))
        assert (
            at["singleStatus"],
            at["status"],
            at["disbursementStatus"],
            desk.amounts(bill),
            desk.owed(vendor),
            desk.balance("payments_clearing"),
            desk.balance("bank"),
        ) == step
    assert desk.waiting(payment["id"]) == 0
    told = [(type, payload["status"]) for type, payload in desk.told(payment["id"])]
    assert sorted(told) == sorted(("payment.updated", step[0]) for step in life)


def test_a_bill_paid_whole_goes_through_its_own_statuses(desk: Desk) -> None:
    bill = desk.bill(desk.vendor(ach=True), 100)
    payment = desk.pay(bill)["id"]
    assert desk.amounts(bill) == (0, 100, 0, "SCHEDULED")
    desk.until(payment, "READY_TO_FUND")
    assert desk.amounts(bill) == (0, 100, 0, "IN_PROCESS")
    desk.until(payment, "CLEARED")
    assert desk.amounts(bill) == (0, 0, 100, "PAID")


def test_steps_come_at_their_times_of_the_day(desk: Desk) -> None:
    payment = desk.pay(desk.bill(desk.vendor(ach=True)))["id"]
    # 00:01 on the process date in Los Angeles, and a moment before.
    desk.world.control("POST", "/clock/advance", {"to": "2026-03-04T08:00:59Z"}).ok()
    assert desk.status(payment) == "SCHEDULED"
    desk.world.control("POST", "/clock/advance", {"to": "2026-03-04T08:01:00Z"}).ok()
    assert desk.status(payment) == "READY_TO_FUND"
    desk.world.control("POST", "/clock/advance", {"to": "2026-03-05T13:59:59Z"}).ok()
    assert desk.status(payment) == "FUNDING_STARTED"
    desk.world.control("POST", "/clock/advance", {"to": "2026-03-05T14:00:00Z"}).ok()
    assert desk.status(payment) == "PROCESSED"


def test_many_steps_that_are_overdue_are_all_taken(desk: Desk) -> None:
    payments = [desk.pay(desk.bill(desk.vendor(f"Vendor {i}", ach=i % 2 == 0)))["id"] for i in range(4)]
    desk.world.advance("P30D")
    assert [desk.status(payment) for payment in payments] == ["CLEARED"] * 4


def test_what_an_ach_payment_says_of_itself(desk: Desk) -> None:
    vendor = desk.vendor(ach=True)
    bill = desk.bill(vendor)
    payment = desk.pay(bill, description="March")
    assert payment["id"].startswith("stp")
    assert payment["billPayments"][0]["id"].startswith("blp")
    assert payment["billId"] == payment["billPayments"][0]["billId"] == bill
    assert payment["billPayments"][0]["amount"] == payment["amount"] == payment["fundingAmount"] == 100
    assert payment["vendorName"] == "Happy Music Supplies"
    assert payment["fundingAccount"] == desk.funding
    assert payment["processingOptions"] == {"requestPayFaster": False, "createBill": False}
    assert payment["onlinePayment"] is True
    assert payment["cancelRequestSubmitted"] is False
    assert payment["createdBy"] == desk.world.user_id
    assert len(payment["transactionNumber"]) == 20
    assert payment["transactionNumber"].isupper()
    assert payment["confirmationNumber"][:7] == "P260303"
    assert payment["confirmationNumber"][9:12] == " - "
    # Tuesday to Monday: three business days after Wednesday's process date.
    assert payment["disbursementInfo"] == {
        "isVoidable": False,
        "achDisbursement": {"arrivesByDate": "2026-03-09"},
    }
    assert desk.read(payment["id"]) == payment
    sent = desk.until(payment["id"], "SENT")
    assert sent["disbursementInfo"] == {
        "isVoidable": True,
        "achDisbursement": {"sentDate": "2026-03-06", "arrivesByDate": "2026-03-09"},
    }


def test_checks_are_numbered_when_they_are_printed(desk: Desk) -> None:
    first = desk.pay(desk.bill(desk.vendor("One")))["id"]
    second = desk.pay(desk.bill(desk.vendor("Two")))
    assert second["disbursementInfo"]["checkDisbursement"] == {"arrivesByDate": "2026-03-13"}
    sent = desk.until(second["id"], "SENT")["disbursementInfo"]["checkDisbursement"]
    assert sent == {"sentDate": "2026-03-06", "arrivesByDate": "2026-03-13", "checkNumber": 10_002}
    assert desk.read(first)["disbursementInfo"]["checkDisbursement"]["checkNumber"] == 10_001


def test_events_tell_who_is_paid_from_where(desk: Desk) -> None:
    vendor = desk.vendor(ach=True)
    bill = desk.bill(vendor)
    payment = desk.pay(bill)
    _, first = desk.told(payment["id"])[0]
    assert first["billIds"] == [bill]
    assert first["vendor"] == {"id": vendor, "name": "Happy Music Supplies"}
    assert first["funding"]["fundingAccount"]["id"] == desk.world.bank_account_id
    assert first["funding"]["fundingAccount"]["accountNumber"].startswith("******")
    assert first["disbursement"] == {"amount": 100, "currency": "USD", "arrivesByDate": "2026-03-09"}
    desk.until(payment["id"], "SENT")
    _, sent = desk.told(payment["id"])[-1]
    assert sent["disbursement"]["disbursementAccount"] == {"type": "ACH", "accountNumber": "*****6789"}


def test_a_vendor_whose_bank_account_goes_is_paid_by_check(desk: Desk) -> None:
    vendor = desk.vendor(ach=True)
    payment = desk.pay(desk.bill(vendor))["id"]
    desk.world.delete(f"/vendors/{vendor}/bank-account").ok()
    ready = desk.until(payment, "READY_TO_FUND")
    assert ready["disbursementType"] == "ACH"
    assert ready["disbursementInfo"] == {
        "isVoidable": True,
        "checkDisbursement": {"arrivesByDate": "2026-03-13"},
    }
    assert desk.until(payment, "DELIVERED")["disbursementInfo"]["checkDisbursement"]["checkNumber"]


def test_a_renamed_vendor_is_paid_under_its_new_name_until_processing_begins(desk: Desk) -> None:
    vendor = desk.vendor()
    payment = desk.pay(desk.bill(vendor))["id"]
    desk.world.patch(f"/vendors/{vendor}", {"name": "Sad Music Supplies"}).ok()
    assert desk.until(payment, "READY_TO_FUND")["vendorName"] == "Sad Music Supplies"
    desk.world.patch(f"/vendors/{vendor}", {"name": "Loud Music Supplies"}).ok()
    assert desk.until(payment, "CLEARED")["vendorName"] == "Sad Music Supplies"


def payee(desk: Desk) -> tuple[str, str]:
    """Whose name and which address the trail says that the world's one payment has now."""
    known: dict[str, str] = {}
    for entity, changes in whole_trail(desk.world):
        if entity == "Payment":
            known |= {name: new for name, (_, new) in json.loads(changes).items()}
    return known["payee_name"], known["payee_address"]


def test_a_payment_keeps_the_payees_name_and_address(desk: Desk) -> None:
    vendor = desk.vendor()
    payment = desk.pay(desk.bill(vendor))["id"]
    assert payee(desk) == ("Happy Music Supplies", "1 Main Street\nAustin 78701\nUS")
    moved = {"line1": "2 Elm Street", "line2": "Suite 5", "city": "Reno", "stateOrProvince": "NV"}
    address = {**moved, "zipOrPostalCode": "89501", "country": "US"}
    change = {"address": address, "paymentInformation": {"payeeName": "H M Supplies Inc"}}
    desk.world.patch(f"/vendors/{vendor}", change).ok()
    desk.until(payment, "READY_TO_FUND")
    begun = ("H M Supplies Inc", "2 Elm Street\nSuite 5\nReno NV 89501\nUS")
    assert payee(desk) == begun
    back = {"line1": "3 Oak Street", "city": "Elko", "zipOrPostalCode": "89801", "country": "US"}
    change = {"address": back, "paymentInformation": {"payeeName": "Somebody Else"}}
    desk.world.patch(f"/vendors/{vendor}", change).ok()
    desk.until(payment, "CLEARED")
    assert payee(desk) == begun


def test_a_debit_of_an_account_that_was_closed_fails(desk: Desk) -> None:
    vendor = desk.vendor()
    bill = desk.bill(vendor)
    payment = desk.pay(bill)["id"]
    desk.until(payment, "READY_TO_FUND")
    desk.world.post(f"/funding-accounts/banks/{desk.world.bank_account_id}/archive").ok()
    failed = desk.until(payment, "FUNDING_FAILED_ACTION_NEEDED")
    assert (failed["status"], failed["disbursementStatus"]) == ("SCHEDULED", "FAILED")
    assert desk.owed(vendor) == 100
    assert desk.balance("payments_clearing") == 0
    assert sorted(type for type, payload in desk.told(payment) if payload["status"].endswith("NEEDED")) == [
        "payment.failed",
        "payment.updated",
    ]
    assert desk.waiting(payment) == 0
    assert desk.void(payment).ok()["singleStatus"] == "VOIDED"
    assert desk.amounts(bill) == (100, 0, 0, "UNPAID")


@pytest.mark.parametrize(
    ("ach", "delivery", "arrives", "cleared"),
    [
        (True, None, "2026-03-05", "2026-03-05T14:00:00Z"),
        (True, "STANDARD", "2026-03-05", "2026-03-05T14:00:00Z"),
        (True, "RTP_DELIVERY", "2026-03-04", "2026-03-04T14:15:00Z"),
        (False, "STANDARD", "2026-03-11", "2026-03-13T13:00:00Z"),
        (False, "UPS_1DAY", "2026-03-05", "2026-03-09T13:00:00Z"),
        (False, "UPS_3DAY", "2026-03-09", "2026-03-11T13:00:00Z"),
    ],
)
def test_pay_faster_is_faster(
    desk: Desk, ach: bool, delivery: str | None, arrives: str, cleared: str
) -> None:
    options = {"requestPayFaster": True, **({"requestCheckDeliveryType": delivery} if delivery else {})}
    payment = desk.pay(desk.bill(desk.vendor(ach=ach)), processingOptions=options)
    assert payment["processingOptions"] == {**options, "createBill": False}
    info = payment["disbursementInfo"]["achDisbursement" if ach else "checkDisbursement"]
    assert info["arrivesByDate"] == arrives
    desk.world.control("POST", "/clock/advance", {"to": cleared}).ok()
    done = desk.read(payment["id"])
    assert done["singleStatus"] == "CLEARED"
    if not ach:
        tracking = done["disbursementInfo"]["checkDisbursement"].get("trackingInformation", "")
        assert tracking.startswith("1Z") == (delivery != "STANDARD")


def test_two_worlds_do_not_see_each_other(desk: Desk, other_world: World) -> None:
    payment = desk.pay(desk.bill(desk.vendor()))["id"]
    for answered in (
        other_world.get(f"/payments/{payment}"),
        other_world.post(f"/payments/{payment}/cancel"),
        other_world.post(f"/payments/{payment}/void", {"type": "VOID_AND_CREDIT", "reason": "not mine"}),
        Desk(other_world).ask(desk.bill(desk.vendor("Another"))),
    ):
        assert (answered.status, answered.codes) == (404, ["BDC_1205"])
    assert other_world.get("/payments").ok() == {"results": []}
    other_world.advance("P30D")
    assert desk.status(payment) == "SCHEDULED"
