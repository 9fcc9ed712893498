"""The verbs of payments: pay, cancel, void, and what the sandbox makes happen to one."""

from collections.abc import Sequence

import msgspec

from net30.accounting.numbers import LONGEST_INVOICE_NUMBER
from net30.bills import actions as bills
from net30.bills.rules import BillDraft, LineDraft
from net30.funding.actions import require_bank_account, require_verified_on
from net30.kernel import ids, jobs, money
from net30.kernel.context import Context
from net30.kernel.entity import Entity
from net30.kernel.refusal import Refusal
from net30.payments import checks, controls, rails, rules, timetable
from net30.payments.checks import Order, Share
from net30.payments.reading import parts_of, require_payment
from net30.payments.reading import single_status as single_status
from net30.payments.rules import Action
from net30.payments.scheduling import Made, numbered, schedule
from net30.payments.steps import begun, processed_from_now, schedule_next, take, today
from net30.payments.tables import BillPayment, Payment, VoidRequest, VoidType
from net30.vendors.actions import active_bank_account, require_vendor

VOID_REQUEST = Entity("VoidRequest", VoidRequest)


def pay_bill(ctx: Context, order: Order, share: Share, vendor_id: str | None) -> Made:
    """Promise to pay one bill; refusals are those of `scheduling.schedule`."""
    return schedule(ctx, order, [share], vendor_id)[0]


def pay_bills(ctx: Context, order: Order, shares: Sequence[Share], vendor_id: str | None) -> list[Made]:
    """Promise to pay several bills, all or none, merged where their vendors combine payments."""
    checks.require_once(shares, "payments")
    if vendor_id is not None:
        require_vendor(ctx, vendor_id)
    return schedule(ctx, order, shares, vendor_id)


def pay_without_bill(ctx: Context, order: Order, amount: int, vendor_id: str) -> Made:
    """Enter a bill of one line over `amount` thousandths of USD, due on the process date, and pay it.

    The bill's number is the payment's transaction number, cut to what a bill's number may have.
    """
    rails.require_rail(ctx)
    vendor = require_vendor(ctx, vendor_id)
    if vendor.bill_currency != "USD":
        raise checks.unable(f"the bills of vendor {vendor.id} are in {vendor.bill_currency}")
    on = checks.process_date(order.process_date, ctx.now, ctx.organization.zone)
    (number,) = numbered(ctx, order.transaction_number, 1)
    draft = BillDraft(
        vendor_id=vendor.id,
        due_date=on.isoformat(),
        invoice_number=_bill_number(ctx, vendor.id, number),
        invoice_date=today(ctx).isoformat(),
        lines=[LineDraft(amount=money.on_wire(amount), description=order.description)],
        description=order.description,
    )
    bill, _ = bills.create_bill(ctx, draft)
    return pay_bill(
        ctx,
        msgspec.structs.replace(order, process_date=on, transaction_number=number, created_bill=True),
        Share(bill.id, amount),
        vendor.id,
    )


def _bill_number(ctx: Context, vendor_id: str, transaction_number: str) -> str:
    """A number for a bill that its payer did not number: what fits of the transaction's, from its beginning or its
    end, or one that is made up where bills have those."""
    begins, ends = transaction_number[:LONGEST_INVOICE_NUMBER], transaction_number[-LONGEST_INVOICE_NUMBER:]
    return bills.first_free_number(ctx, vendor_id, [begins, ends, *numbered(ctx, None, 1)])


def cancel(ctx: Context, payment_id: str) -> Payment:
    """Call off a payment before its processing begins, taken up by the worker or not; its bills are open again.

    BDC_1119 (422) later, BDC_1150 (403) for who may not pay from the payment's bank account.
    """
    payment = require_payment(ctx, payment_id)
    rules.require("cancel", payment.id, payment.single_status, payment.method)
    _require_right(ctx, payment)
    if begun(ctx, payment):
        raise Refusal(
            "BDC_1119",
            field="process_date",
            value=payment.process_date,
            id=payment.id,
            detail=f"the process date of payment {payment.id}, {payment.process_date}, has begun",
            help=f"read it until it is no more SCHEDULED, then void it: POST /v3/payments/{payment.id}/void",
        )
    jobs.cancel(ctx, payment.id)
    return take(ctx, payment, "cancel")


def void(ctx: Context, payment_id: str, wanted: VoidType | None, reason: str | None) -> Payment:
    """Undo a payment that has begun and not arrived, or one that was recorded; its bills are open again.

    Online payments need a type and a reason (400), and the right to pay from their bank account (BDC_1150, 403).
    VOID_AND_REISSUE makes a new payment of the same amounts,
    to the vendor as it is now, and so needs a trusted session and a funding account that still pays. BDC_1119
    (422) for a payment that cannot be voided: a scheduled one is canceled, and a cleared one has arrived.
    """
    payment = require_payment(ctx, payment_id)
    if payment.online and wanted is None:
        raise _not_said("type")
    if wanted is not None and not (reason or "").strip():
        raise _not_said("reason")
    if not payment.online and wanted == "VOID_AND_REISSUE":
        raise Refusal(
            "BDC_1119",
            field="type",
            value=wanted,
            detail=f"payment {payment.id} was made elsewhere, so it cannot be made anew from here",
            help="void it with VOID_AND_CREDIT and pay the bill",
        )
    rules.require("void", payment.id, payment.single_status, payment.method)
    _require_right(ctx, payment)
    jobs.cancel(ctx, payment.id)
    voided = take(ctx, payment, "void")
    _record_void(ctx, voided, wanted or "VOID_ONLY", reason)
    if wanted == "VOID_AND_REISSUE":
        _reissue(ctx, voided, parts_of(ctx, [voided])[voided.id])
    return voided


def release(ctx: Context, payment_id: str) -> Payment:
    """Let a payment that is on hold go on, to the vendor as it is now; who releases it answers for it.

    All controls of scheduling hold for that person, and refuse as they do there. BDC_1119 (422) for a payment that
    is not on hold.
    """
    payment = require_payment(ctx, payment_id)
    rules.require("release", payment.id, payment.single_status, payment.method)
    parts = parts_of(ctx, [payment])[payment.id]
    on = processed_from_now(ctx, payment)
    controls.require_all(ctx, controls.promised_anew(ctx, payment, parts, on))
    return happen(ctx, payment_id, "release")


def happen(ctx: Context, payment_id: str, action: Action) -> Payment:
    """Make an action happen to a payment now, whatever its timetable says; what follows waits its turn.

    For what banks and reviewers do: holds, failures and returns. BDC_1119 (422) when the payment cannot take
    it.
    """
    payment = require_payment(ctx, payment_id)
    jobs.cancel(ctx, payment.id)
    after = take(ctx, payment, action)
    schedule_next(ctx, after)
    return after


def _require_right(ctx: Context, payment: Payment) -> None:
    """Who stops money must be VERIFIED where it comes from, as who sends it; the account may be closed by now."""
    if payment.funding_account_id is not None:
        require_verified_on(ctx, require_bank_account(ctx, payment.funding_account_id), ctx.actor.user_id)


def _not_said(field: str) -> Refusal:
    return Refusal(
        None,
        field=field,
        detail="must not be blank",
        help="an online payment is voided with a type and a reason",
    )


def _record_void(ctx: Context, payment: Payment, type: VoidType, reason: str | None) -> None:
    request = VoidRequest(
        ctx.organization_id,
        ids.new(ids.PREFIX["void_request"]),
        payment.id,
        type,
        "ACCEPTED",
        reason,
        ctx.actor.user_id,
        ctx.now,
        ctx.now,
    )
    VOID_REQUEST.enter(ctx, request)


def _reissue(ctx: Context, payment: Payment, parts: Sequence[BillPayment]) -> None:
    """Pay the same bills again. The void stands only together with the new payment."""
    ctx.require_trust("VOID_AND_REISSUE")
    assert payment.funding_type is not None, "an online payment has a funding account"
    vendor = require_vendor(ctx, payment.vendor_id)
    method = checks.method_of(vendor, active_bank_account(ctx, vendor.id))
    # The vendor may be paid in another way now, which does not know the delivery or is never faster.
    delivery = payment.check_delivery_type
    delivery = delivery if delivery == "STANDARD" or timetable.offered(method, delivery) else None
    order = Order(
        funding_type=payment.funding_type,
        funding_account_id=payment.funding_account_id,
        description=payment.description,
        pay_faster=bool(payment.pay_faster) and timetable.offered(method, delivery),
        delivery=delivery,
        reissue_of=payment.id,
    )
    schedule(ctx, order, [Share(part.bill_id, part.amount) for part in parts], payment.vendor_id)
