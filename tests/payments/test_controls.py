"""What is checked when a payment is scheduled is checked again when its processing begins."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from payments.desk import BANK_ACCOUNT, NEXT_DAY, Desk

from net30.bills.actions import require_bill
from net30.kernel.context import Server, system_actor, writing
from net30.risk.actions import decide
from net30.vendors.actions import require_active_bank_account


def hired_payer(desk: Desk, role: str = "ADMINISTRATOR") -> Any:
    """A person of a role who is VERIFIED on the bank account."""
    world = desk.world
    person = world.hire(role)
    nominated = {"userId": person["userId"], "bankAccountId": world.bank_account_id}
    world.post("/funding-accounts/banks/users/nominate", nominated).ok()
    world.control("POST", f"/bank-users/{bank_user(desk, person['userId'])}/verify").ok()
    return person


def bank_user(desk: Desk, user_id: str) -> str:
    found = desk.world.get("/funding-accounts/banks/users", filters=f"userId:eq:{user_id}").ok()["results"]
    return str(found[0]["id"])


def release(desk: Desk, payment_id: str, headers: dict[str, str] | None = None) -> Any:
    path = f"/net30/v1/payments/{payment_id}/release"
    return desk.world.api.call("POST", path, headers=headers or desk.world.headers)


def held_mails(desk: Desk) -> list[Any]:
    mails = desk.world.control("GET", "/messages").ok()["results"]
    return [mail for mail in mails if mail["subject"].endswith("is on hold")]


def replace_account(desk: Desk, vendor_id: str, headers: dict[str, str] | None = None) -> None:
    more = {} if headers is None else {"headers": headers}
    desk.world.call("DELETE", f"/vendors/{vendor_id}/bank-account", **more).ok()
    other = {**BANK_ACCOUNT, "accountNumber": "987654321"}
    desk.world.call("POST", f"/vendors/{vendor_id}/bank-account", other, **more).ok()


def test_a_clerk_without_mfa_who_replaces_the_vendors_account_gets_no_payment_sent_there(desk: Desk) -> None:
    vendor = desk.vendor(ach=True)
    bill = desk.bill(vendor, 10_000)
    payment = desk.pay(bill, 10_000)["id"]
    clerk = desk.world.sign_in(trusted=False, person=desk.world.hire("CLERK"))
    replace_account(desk, vendor, clerk)
    desk.world.advance("P10D")
    held = desk.read(payment)
    assert (held["singleStatus"], held["status"], held["disbursementStatus"]) == (
        "FUNDING_ON_HOLD",
        "SCHEDULED",
        "HOLD",
    )
    assert desk.owed(vendor) == 10_000
    assert desk.posted(payment) == []
    assert desk.amounts(bill) == (0, 10_000, 0, "IN_PROCESS")
    assert desk.told(payment)[-1][1]["status"] == "FUNDING_ON_HOLD"
    (mail,) = held_mails(desk)
    assert mail["recipient"] == desk.world.made["username"]
    assert "was replaced after the payment was scheduled" in mail["body"]
    assert f"/net30/v1/payments/{payment}/release" in mail["body"]


def test_a_trusted_person_releases_what_is_held_and_it_goes_the_whole_way(desk: Desk) -> None:
    vendor = desk.vendor(ach=True)
    payment = desk.pay(desk.bill(vendor))["id"]
    replace_account(desk, vendor)
    desk.world.advance("P10D")
    refused = release(desk, payment, desk.world.sign_in(trusted=False))
    assert (refused.status, refused.codes) == (403, ["BDC_1361"])
    clerk = desk.world.sign_in(person=desk.world.hire("CLERK"))
    assert release(desk, payment, clerk).status == 403
    unverified = desk.world.sign_in(person=desk.world.hire("ADMINISTRATOR"))
    refused = release(desk, payment, unverified)
    assert (refused.status, refused.codes) == (403, ["BDC_1150"])
    assert desk.status(payment) == "FUNDING_ON_HOLD"
    released = release(desk, payment).ok()
    assert (released["singleStatus"], released["processDate"]) == ("READY_TO_FUND", "2026-03-13")
    assert desk.read(payment) == released
    again = release(desk, payment)
    assert (again.status, again.codes) == (422, ["BDC_1119"])
    sent = desk.until(payment, "SENT")
    assert sent["disbursementInfo"]["achDisbursement"]["sentDate"] == "2026-03-17"
    desk.until(payment, "CLEARED")
    assert desk.owed(vendor) == 0


def test_a_held_payment_may_be_called_off(desk: Desk) -> None:
    vendor = desk.vendor(ach=True)
    bill = desk.bill(vendor)
    payment = desk.pay(bill)["id"]
    replace_account(desk, vendor)
    desk.until(payment, "FUNDING_ON_HOLD")
    assert desk.void(payment).ok()["singleStatus"] == "VOIDED"
    assert (desk.amounts(bill), desk.owed(vendor)) == ((100, 0, 0, "UNPAID"), 100)
    assert desk.posted(payment) == []


def test_an_account_that_is_not_usable_yet_is_not_released_to(desk: Desk, running: Server) -> None:
    vendor = desk.vendor(ach=True)
    payment = desk.pay(desk.bill(vendor))["id"]
    replace_account(desk, vendor)
    desk.until(payment, "FUNDING_ON_HOLD")
    with writing(running, system_actor(desk.world.id)) as ctx:
        account = require_active_bank_account(ctx, vendor)
        ctx.tx.update_told(account, msgspec.structs.replace(account, usable_from="2026-03-05"))
    refused = release(desk, payment)
    assert (refused.status, refused.codes) == (400, ["BDC_1402"])
    desk.world.advance("P1D")
    assert release(desk, payment).ok()["processDate"] == "2026-03-05"


def lost_approval(desk: Desk, running: Server, made: dict[str, str]) -> None:
    with writing(running, system_actor(desk.world.id)) as ctx:
        old = require_bill(ctx, made["bill"])
        ctx.tx.update_told(old, msgspec.structs.replace(old, archived=1))


def declined(desk: Desk, running: Server, made: dict[str, str]) -> None:
    with writing(running, system_actor(desk.world.id)) as ctx:
        decide(ctx, "DECLINE")


def archived_vendor(desk: Desk, running: Server, made: dict[str, str]) -> None:
    desk.world.post(f"/vendors/{made['vendor']}/archive").ok()


def closed_account(desk: Desk, running: Server, made: dict[str, str]) -> None:
    desk.world.post(f"/funding-accounts/banks/{desk.world.bank_account_id}/archive").ok()


def fired(desk: Desk, running: Server, made: dict[str, str]) -> None:
    desk.world.post(f"/users/{made['payer']}/archive").ok()


def demoted(desk: Desk, running: Server, made: dict[str, str]) -> None:
    roles = desk.world.get("/roles").ok()["results"]
    (clerk,) = [role["id"] for role in roles if role["type"] == "CLERK"]
    desk.world.patch(f"/users/{made['payer']}", {"roleId": clerk}).ok()


def off_the_account(desk: Desk, running: Server, made: dict[str, str]) -> None:
    desk.world.post(f"/funding-accounts/banks/users/{bank_user(desk, made['payer'])}/archive").ok()


LOST: dict[str, tuple[Callable[[Desk, Server, dict[str, str]], None], str]] = {
    "bill archived": (lost_approval, "is archived"),
    "risk declined": (declined, "stands at DECLINE"),
    "vendor archived": (archived_vendor, "is archived"),
    "funding account closed": (closed_account, "is ARCHIVED"),
    "payer archived": (fired, "is archived"),
    "payer no payer any more": (demoted, "has the role CLERK"),
    "payer off the account": (off_the_account, "must be VERIFIED on it"),
}


@pytest.mark.parametrize("case", LOST)
def test_whatever_was_lost_since_holds_the_payment(desk: Desk, running: Server, case: str) -> None:
    lose, cause = LOST[case]
    payer = hired_payer(desk)
    vendor = desk.vendor()
    bill = desk.bill(vendor)
    own = desk.world.headers
    desk.world.headers = desk.world.sign_in(person=payer)
    payment = desk.pay(bill)["id"]
    desk.world.headers = own
    lose(desk, running, {"bill": bill, "vendor": vendor, "payer": payer["userId"]})
    desk.world.advance("P3D")
    assert desk.status(payment) == "FUNDING_ON_HOLD"
    mails = held_mails(desk)
    assert {mail["recipient"] for mail in mails} >= {desk.world.made["username"]}
    assert (payer["username"] in {mail["recipient"] for mail in mails}) is (case != "payer archived")
    assert all(cause in mail["body"] for mail in mails)
    assert desk.posted(payment) == []


def test_nothing_lost_holds_nothing(desk: Desk) -> None:
    payment = desk.pay(desk.bill(desk.vendor(ach=True)))
    assert payment["processDate"] == NEXT_DAY
    assert desk.until(payment["id"], "READY_TO_FUND")["singleStatus"] == "READY_TO_FUND"
    assert held_mails(desk) == []
    refused = release(desk, payment["id"])
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
