"""What is refused when a payment is made, by which code and status, and that nothing of it stays."""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest
from clients import Answered, World
from payments.desk import Desk

from net30.bills.actions import require_bill
from net30.bills.tables import ApprovalStatus
from net30.kernel.context import Server, system_actor, writing
from net30.organizations.settings import OrganizationSettings, change_settings
from net30.payments import checks
from net30.vendors.actions import read_vendor

Ask = Callable[[Desk, str, str], Answered]


def _with(**more: Any) -> Ask:
    return lambda desk, vendor, bill: desk.ask(bill, **more)


REFUSED: dict[str, tuple[int, str | None, Ask]] = {
    "more than is due": (422, "BDC_1159", _with(amount=100.01)),
    "nothing": (400, None, _with(amount=0)),
    "less than nothing": (400, None, _with(amount=-1)),
    "parts of a cent": (400, None, _with(amount=1.001)),
    "no such number": (400, None, _with(amount="one")),
    "no amount": (400, None, _with(amount=None)),
    "no funding account": (400, None, _with(fundingAccount=None)),
    "no processing options": (400, None, _with(processingOptions=None)),
    "no bill": (400, None, lambda desk, vendor, bill: desk.ask(None)),
    "an unknown bill": (404, "BDC_1205", lambda desk, vendor, bill: desk.ask("00n00000000000000000")),
    "another vendor": (
        422,
        "BDC_1119",
        lambda desk, vendor, bill: desk.ask(bill, vendorId=desk.vendor("Two")),
    ),
    "a card": (422, "BDC_1151", _with(fundingAccount={"type": "CARD_ACCOUNT", "id": "cat1"})),
    "an AP card": (422, "BDC_1151", _with(fundingAccount={"type": "AP_CARD", "id": "dva1"})),
    "the wallet": (422, "BDC_1151", _with(fundingAccount={"type": "WALLET"})),
    "no account id": (400, None, _with(fundingAccount={"type": "BANK_ACCOUNT"})),
    "an unknown account": (404, "BDC_1205", _with(fundingAccount={"type": "BANK_ACCOUNT", "id": "bac1"})),
    "the same day": (422, "BDC_1152", _with(processDate="2026-03-03")),
    "the past": (422, "BDC_1152", _with(processDate="2020-01-02")),
    "a Saturday": (422, "BDC_1152", _with(processDate="2026-03-07")),
    "a bank holiday": (422, "BDC_1152", _with(processDate="2026-05-25")),
    "years ahead": (422, "BDC_1152", _with(processDate="2029-03-05")),
    "the end of time": (400, None, _with(processDate="9999-12-31")),
    "another century": (422, "BDC_1152", _with(processDate="2200-12-31")),
    "a delivery that is not faster": (
        400,
        None,
        _with(processingOptions={"requestCheckDeliveryType": "UPS_1DAY"}),
    ),
    "a real-time check": (
        422,
        "BDC_1119",
        _with(processingOptions={"requestPayFaster": True, "requestCheckDeliveryType": "RTP_DELIVERY"}),
    ),
    "an unknown credit": (404, "BDC_1205", _with(vendorCredits=[{"id": "vcr1", "amount": 1}])),
    "a purpose at home": (400, None, _with(paymentPurpose={"text": "goods"})),
    "a number with signs": (400, None, _with(transactionNumber="A-1")),
    "a number too long": (400, None, _with(transactionNumber="A" * 51)),
    "a description too long": (400, None, _with(description="x" * 71)),
    "a bill to make and one to pay": (400, None, _with(processingOptions={"createBill": True})),
    "a bill to make for nobody": (
        400,
        None,
        lambda desk, vendor, bill: desk.ask(None, processingOptions={"createBill": True}),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(desk: Desk, case: str) -> None:
    status, code, ask = REFUSED[case]
    vendor = desk.vendor()
    bill = desk.bill(vendor)
    refused = ask(desk, vendor, bill)
    assert (refused.status, refused.codes) == (status, [code]), refused.text
    assert refused.json[0]["detail"]
    assert desk.world.get("/payments").ok()["results"] == []
    assert desk.amounts(bill) == (100, 0, 0, "UNPAID")


def test_the_words_that_clients_look_for(desk: Desk) -> None:
    bill = desk.bill(desk.vendor())
    assert desk.ask(None).json[0]["message"] == "billId must be provided if createBill is false"
    early = desk.ask(bill, processDate="2026-03-03").json[0]
    assert early["message"] == "Invalid Process Date : 2026-03-03."
    assert early["params"] == [{"name": "processDate", "value": "2026-03-03", "additional": ""}]
    assert "2026-03-04" in early["help"]


@pytest.mark.parametrize(("closed", "open"), [("2026-03-07", "2026-03-09"), ("2026-05-25", "2026-05-26")])
def test_a_closed_day_is_told_with_the_next_open_one(desk: Desk, closed: str, open: str) -> None:
    (refused,) = desk.ask(desk.bill(desk.vendor()), processDate=closed).json
    assert f"the next business day is {open}" in refused["help"]


def test_a_bill_that_nobody_numbered_never_clashes(desk: Desk) -> None:
    """The made-up bill's number is cut from the transaction's, and others may begin alike."""
    vendor = desk.vendor()
    make: dict[str, Any] = {"processingOptions": {"createBill": True}, "vendorId": vendor, "billId": None}
    for ending in ("0001", "0002", "0002X" + "Y" * 21):
        number = "MARCH2026RENTFORTHEHALL" + ending
        made = desk.ask(None, transactionNumber=number[:50], **make).ok()
        assert made["transactionNumber"] == number[:50]
    numbers = [bill["invoice"]["invoiceNumber"] for bill in desk.world.get("/bills").ok()["results"]]
    assert len(set(numbers)) == 3
    assert all(len(number) <= 21 for number in numbers)


def test_at_the_cut_off_the_next_day_has_begun(desk: Desk) -> None:
    bill = desk.bill(desk.vendor())
    desk.world.control("POST", "/clock/advance", {"to": "2026-03-04T02:00:00Z"}).ok()
    assert desk.ask(bill, processDate="2026-03-04").codes == ["BDC_1152"]
    assert desk.pay(bill)["processDate"] == "2026-03-05"


def test_the_same_money_is_not_promised_twice(desk: Desk) -> None:
    bill = desk.bill(desk.vendor())
    desk.pay(bill, 60)
    assert desk.ask(bill, 40.01).codes == ["BDC_1159"]
    desk.pay(bill, 40)
    assert desk.ask(bill, 0.01).codes == ["BDC_1159"]


def test_an_archived_bill_or_vendor_is_not_paid(desk: Desk) -> None:
    vendor = desk.vendor()
    bill, other = desk.bill(vendor), desk.bill(vendor)
    desk.world.post(f"/bills/{bill}/archive").ok()
    refused = desk.ask(bill)
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    desk.world.post(f"/vendors/{vendor}/archive").ok()
    refused = desk.ask(other)
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])


def test_vendors_abroad_are_not_paid_yet(desk: Desk) -> None:
    address = {"line1": "1 High Street", "city": "Paris", "zipOrPostalCode": "75001", "country": "FR"}
    for currency in ("USD", "EUR"):
        vendor = desk.vendor(f"Paid in {currency}", address=address, billCurrency=currency)
        refused = desk.ask(desk.bill(vendor))
        assert (refused.status, refused.codes) == (422, [None])
        assert refused.json[0]["message"] == "This vendor is unable to receive ePayments."
        refused = desk.ask(None, vendorId=vendor, processingOptions={"createBill": True})
        assert (refused.status, refused.codes) == (422, [None])


def test_an_unusable_bank_account_does_not_pay(desk: Desk) -> None:
    bill = desk.bill(desk.vendor())
    desk.world.post(f"/funding-accounts/banks/{desk.world.bank_account_id}/archive").ok()
    refused = desk.ask(bill)
    assert (refused.status, refused.codes) == (422, ["BDC_1151"])


def test_paying_needs_a_trusted_session(desk: Desk) -> None:
    bill = desk.bill(desk.vendor())
    untrusted = desk.world.sign_in(trusted=False)
    refused = desk.world.post("/payments", desk.order(bill, 100), headers=untrusted)
    assert (refused.status, refused.codes) == (403, ["BDC_1361"])
    bulk = {"fundingAccount": desk.funding, "payments": [{"billId": bill, "amount": 100}]}
    refused = desk.world.post("/payments/bulk", bulk, headers=untrusted)
    assert (refused.status, refused.codes) == (403, ["BDC_1361"])
    assert desk.world.call("GET", "/payments", headers=untrusted).ok() == {"results": []}


def test_a_transaction_number_is_used_once_in_an_organization(desk: Desk, other_world: World) -> None:
    vendor = desk.vendor()
    assert desk.pay(desk.bill(vendor), transactionNumber="A1")["transactionNumber"] == "A1"
    refused = desk.ask(desk.bill(vendor), transactionNumber="A1")
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    other = Desk(other_world)
    assert other.pay(other.bill(other.vendor()), transactionNumber="A1")["transactionNumber"] == "A1"


def test_a_new_vendor_bank_account_waits_in_production_only(desk: Desk, running: Server) -> None:
    """In production the account could be paid two business days later, were there anything to pay with."""
    vendor_id = desk.vendor(ach=True)
    desk.pay(desk.bill(vendor_id))
    with writing(running, system_actor(desk.world.id)) as ctx:
        vendor, account = (found := read_vendor(ctx, vendor_id)).vendor, found.account
    assert account is not None
    waits = msgspec.structs.replace(account, usable_from="2026-03-05")
    order = checks.Order(funding_type="BANK_ACCOUNT", funding_account_id="bac")
    fault = checks.vendor_fault(vendor, waits, order, date(2026, 3, 4))
    assert fault is not None
    assert (fault.code, fault.help) == ("BDC_1402", "set processDate to 2026-03-05")
    assert checks.vendor_fault(vendor, waits, order, date(2026, 3, 5)) is None


def test_a_bill_whose_approval_is_not_finished(desk: Desk, running: Server) -> None:
    """Administrators pay it unless the organization forbids that."""
    bill = desk.bill(desk.vendor())
    with writing(running, system_actor(desk.world.id)) as ctx:
        old = require_bill(ctx, bill)
        ctx.tx.update_told(old, msgspec.structs.replace(old, approval_status="APPROVING"))
        change_settings(ctx, OrganizationSettings(administrators_pay_unapproved=False))
    refused = desk.ask(bill)
    assert (refused.status, refused.codes) == (403, ["BDC_1145"])
    with writing(running, system_actor(desk.world.id)) as ctx:
        change_settings(ctx, OrganizationSettings())
    desk.pay(bill)


def test_a_payer_pays_what_was_approved_and_nothing_else(desk: Desk, running: Server) -> None:
    world = desk.world
    bill = desk.bill(desk.vendor())
    payer = world.hire("PAYER")
    nominated = {"userId": payer["userId"], "bankAccountId": world.bank_account_id}
    world.post("/funding-accounts/banks/users/nominate", nominated).ok()
    found = world.get("/funding-accounts/banks/users", filters=f"userId:eq:{payer['userId']}").ok()["results"]
    world.control("POST", f"/bank-users/{found[0]['id']}/verify").ok()
    world.headers = world.sign_in(person=payer)

    def approval(status: ApprovalStatus) -> None:
        with writing(running, system_actor(world.id)) as ctx:
            old = require_bill(ctx, bill)
            ctx.tx.update_told(old, msgspec.structs.replace(old, approval_status=status))

    for unfinished in ("UNASSIGNED", "ASSIGNED", "APPROVING", "DENIED"):
        approval(unfinished)
        refused = desk.ask(bill)
        assert (refused.status, refused.codes) == (403, ["BDC_1145"])
    approval("APPROVED")
    desk.pay(bill)


def test_a_bill_that_comes_to_nothing_is_archived_and_not_paid(desk: Desk) -> None:
    vendor = desk.vendor()
    bill = desk.bill(vendor, 0)
    for refused in (desk.ask(bill, 0.01), desk.record(vendor, bill, 0.01)):
        assert (refused.status, refused.codes) == (422, ["BDC_1159"])
        assert refused.json[0]["help"] == f"archive it: POST /v3/bills/{bill}/archive"
    desk.world.post(f"/bills/{bill}/archive").ok()
