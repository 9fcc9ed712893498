"""Payments on the wire, and record-payment of area "bills", which makes one."""

from typing import Annotated

from msgspec import Meta

from net30.kernel.context import Context
from net30.kernel.refusal import Refusal, Refusals
from net30.payments import actions, checks, recorded, schemas
from net30.payments.answers import offline_answer, payment_answer, payment_answers
from net30.payments.checks import Order, Share
from net30.payments.options import payment_options
from net30.payments.reading import require_payment
from net30.payments.tables import Payment
from net30.vendors.actions import require_vendor
from net30.wire.listing import ListAnswer, page
from net30.wire.operation import operation
from net30.wire.types import Amount, ListRequest

AREA = "payments"

# Where a payment's order has what its body has elsewhere.
NAMES = {"pay_faster": "processing_options.request_pay_faster", "funding_account_id": "funding_account.id"}

PaymentId = Annotated[str, Meta(min_length=1)]


@operation(
    "POST /connect/v3/payments", area=AREA, status=201, needs="payments:create", trusted=True, names=NAMES
)
def create_payment(ctx: Context, body: schemas.PaymentCreate) -> schemas.PaymentAnswer:
    """Schedule a payment of one bill.

    The vendor is paid by ACH when it has a bank account, else by check. The process date is a business day,
    the next one when it is left out; on it the money is debited. With `processingOptions.createBill` a bill
    is made for the payment, and `vendorId` takes the place of `billId`. The session must be MFA-trusted.
    """
    creates_bill = bool(body.processing_options.create_bill)
    checks.require_no_credits([credit.id for credit in body.vendor_credits or ()])
    amount = checks.amount_of(body.amount, "amount")
    _require_no_purpose(body.payment_purpose)
    order = _order(body, body.processing_options)
    if creates_bill:
        made = actions.pay_without_bill(ctx, order, amount, _vendor_of_new_bill(body))
    elif body.bill_id:
        made = actions.pay_bill(ctx, order, Share(body.bill_id, amount), body.vendor_id or None)
    else:
        raise Refusal(
            None,
            message="billId must be provided if createBill is false",
            detail="the request names no bill to pay",
            help="give billId, or set processingOptions.createBill and give vendorId",
        )
    return payment_answer(*made)


@operation(
    "POST /connect/v3/payments/bulk",
    area=AREA,
    status=201,
    needs="payments:create",
    trusted=True,
    names=NAMES,
)
def create_payments(ctx: Context, body: schemas.BulkPaymentCreate) -> schemas.BulkPaymentAnswer:
    """Schedule payments of up to 50 bills, all or none.

    Bills of a vendor that combines payments go into one payment, at most 35 of them, and the others into the
    next. When a bill cannot be paid, nothing is, and every such bill is named. The session must be
    MFA-trusted.
    """
    wanted = body.payments or []
    if not wanted:
        raise Refusal(
            None, field="payments", detail="size must be between 1 and 50", help="name bills to pay"
        )
    checks.require_no_credits([credit.id for bill in wanted for credit in bill.vendor_credits or ()])
    shares = _shares([(bill.bill_id, bill.amount) for bill in wanted])
    order = _order(body, body.processing_options)
    made = actions.pay_bills(ctx, order, shares, body.vendor_id or None)
    return schemas.BulkPaymentAnswer(payments=[payment_answer(*one) for one in made])


@operation("GET /connect/v3/payments", area=AREA, needs="payments:read")
def list_payments(ctx: Context, listing: ListRequest) -> ListAnswer[schemas.PaymentAnswer]:
    """List payments, oldest first unless sorted otherwise.

    Filters and sort keys: id, vendorId, processDate, amount, transactionNumber, status, singleStatus,
    onlinePayment, disbursementType, createdTime, updatedTime.
    """
    found = page(ctx, Payment, listing)
    return found.of(payment_answers(ctx, found.rows))


@operation("GET /connect/v3/payments/options", area=AREA, needs="payments:read")
def list_payment_options(ctx: Context, vendor_id: str, amount: Amount) -> schemas.PaymentOptionsAnswer:
    """Show which accounts can pay a vendor, and when the money would leave and arrive.

    Bank accounts that are VERIFIED are shown; one that the signed-in user cannot pay from says why.
    """
    return payment_options(ctx, vendor_id, checks.amount_of(amount, "amount"))


@operation("GET /connect/v3/payments/{paymentId}", area=AREA, needs="payments:read")
def get_payment(ctx: Context, payment_id: PaymentId) -> schemas.PaymentAnswer:
    """Read one payment.

    `singleStatus` says where it stands; `disbursementInfo` how the vendor is really paid.
    """
    return payment_answers(ctx, [require_payment(ctx, payment_id)])[0]


@operation("POST /connect/v3/payments/{paymentId}/cancel", area=AREA, needs="payments:cancel")
def cancel_payment(ctx: Context, payment_id: PaymentId) -> schemas.PaymentAnswer:
    """Cancel a payment that is still SCHEDULED.

    It is CANCELED at once and its bills are open again. Later it can only be voided.
    """
    return payment_answers(ctx, [actions.cancel(ctx, payment_id)])[0]


@operation("POST /connect/v3/payments/{paymentId}/void", area=AREA, needs="payments:void")
def void_payment(
    ctx: Context, payment_id: PaymentId, body: schemas.PaymentVoid | None = None
) -> schemas.PaymentAnswer:
    """Void a payment that is in process, or one that was recorded.

    An online payment needs a type and a reason; a recorded one needs no body. The bills are open again, or,
    with VOID_AND_REISSUE, paid anew by another payment, for which the session must be MFA-trusted. A cleared
    payment cannot be voided.
    """
    asked = (None, None) if body is None else (body.type, body.reason)
    return payment_answers(ctx, [actions.void(ctx, payment_id, *asked)])[0]


@operation("POST /net30/v1/payments/{paymentId}/release", area=AREA, needs="payments:create", trusted=True)
def release_payment(ctx: Context, payment_id: PaymentId) -> schemas.PaymentAnswer:
    """Release a payment that is on hold.

    When processing begins, what was checked as the payment was scheduled is checked again, and a payment of which
    something is not so any more is FUNDING_ON_HOLD. Who releases it answers for it: everything must be so for
    them, and the vendor is paid as it is now. Void it to call it off. The session must be MFA-trusted.
    """
    return payment_answers(ctx, [actions.release(ctx, payment_id)])[0]


@operation("POST /connect/v3/bills/record-payment", area="bills", needs="bills:record-payment")
def record_payment(ctx: Context, body: schemas.OfflinePaymentCreate) -> schemas.OfflinePaymentAnswer:
    """Record a payment that was made elsewhere.

    Its bills, all of one vendor, count as paid at once. No money moves. Amounts are in the vendor's bill currency; what
    was paid in US dollars follows from the exchange rate of `processDate`.
    """
    return _recorded(ctx, body, None)


@operation("POST /net30/v1/bills/record-payment", area="bills", needs="bills:record-payment")
def record_payment_at_rate(ctx: Context, body: schemas.OfflinePaymentAtRate) -> schemas.OfflinePaymentAnswer:
    """Record a payment in another currency at the rate that it was made at.

    As `POST /connect/v3/bills/record-payment`, which takes the rate of the process date. What the bills were entered
    at in US dollars and what was paid for them part by what was gained or lost.
    """
    return _recorded(ctx, body, checks.rate_of(body.exchange_rate, "exchangeRate"))


def _recorded(
    ctx: Context, body: schemas.OfflinePaymentCreate, rate: str | None
) -> schemas.OfflinePaymentAnswer:
    checks.require_no_credits([credit.id for bill in body.payments for credit in bill.vendor_credits or ()])
    said = recorded.Recorded(
        vendor_id=body.vendor_id,
        process_date=body.process_date,
        to_print_check=body.to_print_check,
        chart_of_account_id=body.classifications.chart_of_account_id if body.classifications else None,
        description=body.description,
        sync_reference=body.sync_reference,
        allow_export=body.allow_export,
        exchange_rate=rate,
    )
    currency = require_vendor(ctx, body.vendor_id).bill_currency
    shares = _shares([(bill.bill_id, bill.amount) for bill in body.payments], currency)
    return offline_answer(*recorded.record(ctx, said, shares))


def _order(
    body: schemas.PaymentCreate | schemas.BulkPaymentCreate, options: schemas.BulkOptions | None
) -> Order:
    wanted = options or schemas.BulkOptions()
    return Order(
        funding_type=body.funding_account.type,
        funding_account_id=body.funding_account.id,
        process_date=body.process_date,
        description=body.description,
        transaction_number=body.transaction_number,
        pay_faster=bool(wanted.request_pay_faster),
        delivery=wanted.request_check_delivery_type,
    )


def _shares(wanted: list[tuple[str, float]], currency: str = "USD") -> list[Share]:
    """Bills and amounts as thousandths; every amount that is not one is named."""
    shares: list[Share] = []
    faults: list[Refusal] = []
    for position, (bill_id, amount) in enumerate(wanted):
        try:
            shares.append(Share(bill_id, checks.amount_of(amount, f"payments[{position}].amount", currency)))
        except Refusal as fault:
            faults.append(fault)
    if faults:
        raise Refusals(faults)
    return shares


def _vendor_of_new_bill(body: schemas.PaymentCreate) -> str:
    if body.bill_id:
        raise Refusal(
            None, field="bill_id", detail="must be absent when createBill is true", help="leave it out"
        )
    if not body.vendor_id:
        raise Refusal(
            None,
            field="vendor_id",
            detail="must not be blank when createBill is true",
            help="name the vendor to pay",
        )
    return body.vendor_id


def _require_no_purpose(purpose: schemas.PaymentPurposeGiven | None) -> None:
    if purpose is not None:
        raise Refusal(
            None,
            field="payment_purpose",
            detail="a payment within the United States takes no purpose",
            help="leave it out",
        )
