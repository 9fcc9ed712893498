"""Whatever is done to payments, in whatever order: bills add up, books balance, and nobody is paid twice."""

import contextlib
from collections.abc import Callable
from typing import Any

from clients import Answered, Api, World
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from payments.desk import Desk

from net30.kernel.context import Server, system_actor, writing
from net30.kernel.refusal import Refusal
from net30.payments.actions import happen
from net30.payments.rules import Action, may

HAPPENINGS: tuple[Action, ...] = (
    "hold_funding",
    "resume_funding",
    "fail_funding",
    "retry_funding",
    "give_up_funding",
    "hold_disbursement",
    "review_payer",
    "resume_disbursement",
    "fail_disbursement",
    "vendor_bank_rejects",
)

# (what to do, which bill or payment, how much or which of the possible things)
Deed = tuple[str, int, int]
WAITS = ("PT6H", "PT12H", "P1D", "P3D")
deeds = st.lists(
    st.tuples(
        st.sampled_from(
            ["pay", "bulk", "record", "wait", "wait", "wait", "cancel", "void", "reissue", "happen", "happen"]
        ),
        st.integers(0, 7),
        st.integers(1, 60),
    ),
    min_size=8,
    max_size=24,
)


def accepted_or_refused(answered: Answered) -> None:
    """What is asked at random may well be refused, by a rule and not by a mistake of the server."""
    assert answered.status in (200, 201, 422), answered.text


class Story:
    """A desk with three vendors and four bills, to which deeds are done; refused ones do nothing."""

    def __init__(self, desk: Desk, running: Server) -> None:
        self.desk, self.running = desk, running
        self.vendors = [desk.vendor("ACH", ach=True), desk.vendor("Check"), desk.vendor("Both", ach=True)]
        owners = [self.vendors[i] for i in (0, 1, 2, 2)]
        self.bills = [(desk.bill(vendor), vendor) for vendor in owners]

    def payments(self) -> list[Any]:
        found: list[Any] = self.desk.world.get("/payments", max=100).ok()["results"]
        return found

    def do(self, deed: Deed) -> None:
        what, which, amount = deed
        bill, vendor = self.bills[which % len(self.bills)]
        if what == "wait":
            self.desk.world.advance(WAITS[which % len(WAITS)])
        elif what == "pay":
            accepted_or_refused(self.desk.ask(bill, amount))
        elif what == "bulk":
            accepted_or_refused(self.desk.bulk([(bill_id, amount) for bill_id, _ in self.bills]))
        elif what == "record":
            accepted_or_refused(self.desk.record(vendor, bill, amount))
        elif payments := self.payments():
            self._disturb(what, payments[which % len(payments)], amount)

    def _disturb(self, what: str, payment: Any, choice: int) -> None:
        if what == "cancel":
            accepted_or_refused(self.desk.world.post(f"/payments/{payment['id']}/cancel"))
        elif what == "void":
            accepted_or_refused(self.desk.void(payment["id"]))
        elif what == "reissue":
            accepted_or_refused(self.desk.void(payment["id"], "VOID_AND_REISSUE"))
        else:
            possible = [
                one for one in HAPPENINGS if may(one, payment["singleStatus"], payment["disbursementType"])
            ]
            action = (possible or HAPPENINGS)[choice % len(possible or HAPPENINGS)]
            with contextlib.suppress(Refusal), writing(self.running, system_actor(self.desk.world.id)) as ctx:
                happen(ctx, payment["id"], action)

    def check(self) -> None:
        """All that holds at all times, held against the payments themselves."""
        promised = dict.fromkeys((bill for bill, _ in self.bills), 0)
        arrived = dict(promised)
        released = dict.fromkeys(self.vendors, 0)
        for payment in self.payments():
            status = payment["singleStatus"]
            for part in payment["billPayments"]:
                if status in ("CLEARED", "PAID_OFFLINE"):
                    arrived[part["billId"]] += part["amount"]
                elif status not in ("CANCELED", "VOIDED", "FUNDING_FAILED_VOIDED"):
                    promised[part["billId"]] += part["amount"]
            if status in RELEASED:
                released[payment["vendorId"]] += payment["amount"]
        for bill, _ in self.bills:
            due, scheduled, paid, _ = self.desk.amounts(bill)
            assert (scheduled, paid) == (promised[bill], arrived[bill])
            assert due >= 0
        for vendor in self.vendors:
            billed = 100 * sum(owner == vendor for _, owner in self.bills)
            assert self.desk.owed(vendor) == billed - released[vendor]


# Those of which the books say that the vendor is paid; a debit that is held or failed is owed again.
RELEASED = {
    "FUNDING_STARTED",
    "PROCESSED",
    "DISBURSEMENT_ON_HOLD",
    "DISBURSEMENT_ON_HOLD_PAYER_IN_REVIEW",
    "SENT",
    "DELIVERED",
    "CLEARED",
    "DISBURSEMENT_FAILED_ACTION_NEEDED",
    "DISBURSEMENT_FAILED_VENDOR_BANK_REJECTED",
    "PAID_OFFLINE",
}


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deeds)
def test_bills_vendors_and_books_agree_after_anything(api: Api, running: Server, done: list[Deed]) -> None:
    story = Story(Desk(World(api, {"now": "2026-03-03T17:00:00Z"})), running)
    for deed in done:
        story.do(deed)
        story.check()


def happening(running: Server, desk: Desk) -> Callable[[str, Action], str]:
    def make(payment_id: str, action: Action) -> str:
        with writing(running, system_actor(desk.world.id)) as ctx:
            return happen(ctx, payment_id, action).single_status

    return make


def test_a_hold_stops_the_clock_of_a_payment_and_a_release_lets_it_go_on(desk: Desk, running: Server) -> None:
    make = happening(running, desk)
    payment = desk.pay(desk.bill(desk.vendor(ach=True)))["id"]
    desk.until(payment, "FUNDING_STARTED")
    assert make(payment, "hold_funding") == "FUNDING_ON_HOLD"
    desk.world.advance("P10D")
    assert desk.status(payment) == "FUNDING_ON_HOLD"
    assert make(payment, "resume_funding") == "FUNDING_STARTED"
    desk.world.advance("PT1S")
    # All that was due meanwhile is made up for at once.
    assert desk.status(payment) == "CLEARED"


def test_a_debit_that_fails_leaves_the_vendor_owed_and_may_be_tried_again(
    desk: Desk, running: Server
) -> None:
    make = happening(running, desk)
    vendor = desk.vendor(ach=True)
    bill = desk.bill(vendor)
    payment = desk.pay(bill)["id"]
    desk.until(payment, "FUNDING_STARTED")
    make(payment, "fail_funding")
    assert (desk.owed(vendor), desk.amounts(bill)) == (100, (0, 100, 0, "IN_PROCESS"))
    desk.world.advance("P10D")
    assert desk.status(payment) == "FUNDING_FAILED_ACTION_NEEDED"
    make(payment, "retry_funding")
    assert desk.owed(vendor) == 0
    desk.world.advance("P10D")
    assert (desk.status(payment), desk.owed(vendor)) == ("CLEARED", 0)


def test_a_debit_given_up_opens_the_bill(desk: Desk, running: Server) -> None:
    make = happening(running, desk)
    bill = desk.bill(desk.vendor())
    payment = desk.pay(bill)["id"]
    desk.until(payment, "FUNDING_STARTED")
    make(payment, "fail_funding")
    make(payment, "give_up_funding")
    assert desk.read(payment)["status"] == "VOID"
    assert desk.amounts(bill) == (100, 0, 0, "UNPAID")


def test_a_transfer_that_comes_back_after_it_cleared(desk: Desk, running: Server) -> None:
    make = happening(running, desk)
    vendor = desk.vendor(ach=True)
    bill = desk.bill(vendor)
    payment = desk.pay(bill)["id"]
    desk.until(payment, "CLEARED")
    make(payment, "vendor_bank_rejects")
    failed = desk.read(payment)
    assert (failed["status"], failed["disbursementStatus"]) == ("PAID", "FAILED")
    assert desk.amounts(bill) == (0, 100, 0, "IN_PROCESS")
    assert {type for type, payload in desk.told(payment) if payload["status"] == failed["singleStatus"]} == {
        "payment.updated",
        "payment.failed",
    }
    desk.void(payment, "VOID_AND_REISSUE").ok()
    second = desk.world.get("/payments").ok()["results"][1]["id"]
    desk.until(second, "CLEARED")
    assert (desk.amounts(bill), desk.owed(vendor)) == ((0, 0, 100, "PAID"), 0)
