"""How a payment moves: one step with all that it means, and the job that takes each when it is due."""

import secrets
from collections.abc import Callable
from datetime import date
from typing import TypedDict

import msgspec

from net30.funding.rules import masked
from net30.kernel import banking_days, jobs
from net30.kernel.banking_days import local_date
from net30.kernel.context import Context
from net30.kernel.tables import Job
from net30.payments import controls, holding, rails, rules, timetable
from net30.payments.following import PAYMENT
from net30.payments.reading import last_check_number, parts_of, require_payment
from net30.payments.rules import Action
from net30.payments.tables import DisbursementType, Payment
from net30.vendors.actions import active_bank_account, require_vendor
from net30.vendors.tables import Vendor, VendorBankAccount

FIRST_CHECK_NUMBER = 10_001


def take(ctx: Context, old: Payment, action: Action) -> Payment:
    """Take one action: the payment's new state, its bills, the books, the trail and the event.

    BDC_1119 (422) when the payment cannot take it. Whatever waits for the payment is left as it is.
    """
    status = rules.require(action, old.id, old.single_status, old.method)
    prepared = PREPARE[action](ctx, old) if action in PREPARE else old
    new = msgspec.structs.replace(
        prepared,
        single_status=status,
        status=rules.STATES[status].status,
        disbursement_status=rules.STATES[status].disbursement,
    )
    return PAYMENT.revise(ctx, old, new)


# ---- what some actions do besides -----------------------------------------------------------------------


def _settle_payee(ctx: Context, payment: Payment) -> Payment:
    """The vendor's details as they are now hold for the rest of the payment's life.

    A payment by ACH whose vendor has no bank account any more becomes a check. A connection outlives the
    payments that were promised through it.
    """
    vendor = require_vendor(ctx, payment.vendor_id)
    account = active_bank_account(ctx, vendor.id) if payment.method == "ACH" else None
    method: DisbursementType = "CHECK" if payment.method == "ACH" and account is None else payment.method
    return msgspec.structs.replace(
        payment,
        **payee_of(vendor),
        method=method,
        arrives_by_date=arrival(payment, method),
        vendor_bank_account_id=None if account is None else account.id,
        vendor_account_number=None if account is None else shown(account),
    )


def _send_out(ctx: Context, payment: Payment) -> Payment:
    """A check gets its number when it is printed, and a tracking number when UPS carries it."""
    sent = msgspec.structs.replace(payment, sent_date=today(ctx).isoformat())
    if payment.method != "CHECK":
        return sent
    by_ups = payment.check_delivery_type is not None and payment.check_delivery_type.startswith("UPS")
    return msgspec.structs.replace(
        sent,
        check_number=(last_check_number(ctx) or FIRST_CHECK_NUMBER - 1) + 1,
        tracking_number=f"1Z{secrets.token_hex(8).upper()}" if by_ups else None,
    )


def _note_cancel(ctx: Context, payment: Payment) -> Payment:
    return msgspec.structs.replace(payment, cancel_requested=1)


def _process_anew(ctx: Context, payment: Payment) -> Payment:
    """What was held is processed on its own day or, when that has gone, on the first business day from today."""
    return _settle_payee(
        ctx, msgspec.structs.replace(payment, process_date=processed_from_now(ctx, payment).isoformat())
    )


PREPARE: dict[Action, Callable[[Context, Payment], Payment]] = {
    "make_ready": _settle_payee,
    "release": _process_anew,
    "send": _send_out,
    "cancel": _note_cancel,
}


# ---- when -----------------------------------------------------------------------------------------------


def today(ctx: Context) -> date:
    """The organization's date."""
    return local_date(ctx.now, ctx.organization.zone)


class Payee(TypedDict):
    """What a payment keeps of its vendor."""

    vendor_name: str
    payee_name: str
    payee_address: str
    remittance_email: str | None


def payee_of(vendor: Vendor) -> Payee:
    """Whom the vendor's details say, as they are now, that a payment goes to and where."""
    town = " ".join(
        part
        for part in (
            vendor.address_city,
            vendor.address_state_or_province,
            vendor.address_zip_or_postal_code,
        )
        if part
    )
    lines = (vendor.address_line1, vendor.address_line2, town, vendor.address_country)
    return {
        "vendor_name": vendor.name,
        "payee_name": vendor.payee_name or vendor.name,
        "payee_address": "\n".join(line for line in lines if line),
        "remittance_email": vendor.remittance_email,
    }


def shown(account: VendorBankAccount) -> str:
    """A vendor's account number as it may be shown."""
    return masked(account.last_four, account.account_length)


def processed_from_now(ctx: Context, payment: Payment) -> date:
    """The day on which a payment that begins now is processed."""
    return max(date.fromisoformat(payment.process_date), banking_days.roll_forward(today(ctx)))


def arrival(payment: Payment, method: DisbursementType) -> str:
    """The day on which the money arrives by a method (yyyy-MM-dd)."""
    follows = timetable.service(
        method, pay_faster=bool(payment.pay_faster), delivery=payment.check_delivery_type
    )
    return timetable.arrives_by(follows, date.fromisoformat(payment.process_date)).isoformat()


def next_due(ctx: Context, payment: Payment) -> tuple[Action, int] | None:
    """The next action and its instant (ms UTC); None for a payment that waits for a person or is finished."""
    if payment.method == "OFFLINE":
        return None
    follows = timetable.service(
        payment.method, pay_faster=bool(payment.pay_faster), delivery=payment.check_delivery_type
    )
    step = timetable.next_step(follows, payment.single_status, payment.method)
    if step is None:
        return None
    return step.action, timetable.due(step, date.fromisoformat(payment.process_date), ctx.organization.zone)


def begun(ctx: Context, payment: Payment) -> bool:
    """Whether the next step of a payment is due, though the worker may be late with it."""
    step = next_due(ctx, payment)
    return step is not None and step[1] <= ctx.now


def schedule_next(ctx: Context, payment: Payment) -> None:
    """Have the next step taken when it is due, or at once when it is overdue."""
    if (step := next_due(ctx, payment)) is not None:
        jobs.schedule(ctx, "payment.advance", payment.id, max(step[1], ctx.now))


@jobs.job("payment.advance")
def advance(ctx: Context, one: Job) -> None:
    """Take the step that is due and have the one after it wait."""
    payment = require_payment(ctx, one.subject_id)
    step = next_due(ctx, payment)
    if step is not None and step[1] <= ctx.now:
        schedule_next(ctx, take(ctx, payment, _outcome(ctx, payment, step[0])))


def _outcome(ctx: Context, payment: Payment, due: Action) -> Action:
    """What really comes of the action that is due; a payment that a control does not let begin is held."""
    if due != "make_ready":
        return rails.outcome(ctx, payment, due)
    wrong = controls.faults(ctx, controls.promised(ctx, payment, parts_of(ctx, [payment])[payment.id]))
    if wrong:
        holding.mail(ctx, payment, wrong)
    return "hold" if wrong else due
