"""Promises money: from an order and bills to payments that wait for their process date."""

import secrets
import string
from collections.abc import Sequence
from datetime import date

import msgspec

from net30.bills.actions import require_bills
from net30.funding.actions import require_bank_account
from net30.kernel import ids
from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.payments import checks, controls, rails, rules
from net30.payments.checks import Order, Share
from net30.payments.controls import Promise
from net30.payments.following import PAYMENT
from net30.payments.reading import taken_transaction_numbers
from net30.payments.steps import arrival, payee_of, schedule_next, shown, today
from net30.payments.tables import BillPayment, DisbursementType, Payment, SingleStatus
from net30.vendors.actions import require_vendors
from net30.vendors.tables import Vendor, VendorBankAccount

Made = tuple[Payment, list[BillPayment]]


def schedule(ctx: Context, order: Order, shares: Sequence[Share], vendor_id: str | None) -> list[Made]:
    """Promise to pay bills, all or none: payments, their parts, the bills' amounts, trail, events and jobs.

    Bills of a vendor that combines payments are merged. Refusals name every bill and vendor that cannot be
    paid: see `controls`. `vendor_id`, when it is given, must be that of every bill.
    """
    rails.require_rail(ctx)
    checks.require_options(order)
    account = require_bank_account(ctx, checks.require_funding(order))
    on = checks.process_date(order.process_date, ctx.now, ctx.organization.zone)
    bills = require_bills(ctx, [share.bill_id for share in shares])
    vendors = require_vendors(ctx, sorted({bill.vendor_id for bill in bills.values()}))
    payees = controls.payees(ctx, vendors)
    controls.require_all(
        ctx,
        Promise(
            payer=controls.acting(ctx),
            order=order,
            on=on,
            account=account,
            shares=shares,
            bills=bills,
            vendors=vendors,
            payees=payees,
            vendor_id=vendor_id,
        ),
    )
    groups = checks.merged(shares, bills, vendors)
    numbers = numbered(ctx, order.transaction_number, len(groups))
    made = [
        _planned(ctx, order, on, vendors[payee], payees[payee], group, number, account.chart_of_account_id)
        for (payee, group), number in zip(groups, numbers, strict=True)
    ]
    PAYMENT.enter(ctx, *((payment, (parts,)) for payment, parts in made))
    for payment, _ in made:
        schedule_next(ctx, payment)
    return made


def numbered(ctx: Context, wanted: str | None, count: int) -> list[str]:
    """Transaction numbers of new payments; BDC_1119 (422) when one that the caller wants is taken."""
    if wanted is None:
        return ["".join(secrets.choice(string.ascii_uppercase) for _ in range(20)) for _ in range(count)]
    numbers = checks.transaction_numbers(wanted, count)
    if taken := taken_transaction_numbers(ctx, numbers):
        raise Refusal(
            "BDC_1119",
            field="transaction_number",
            value=min(taken),
            detail=f"another payment has the transaction number {min(taken)}",
            help="use another number, or leave it out to have one made up",
        )
    return numbers


def confirmation_number(ctx: Context) -> str:
    """For people to quote: P, the day as yymmdd, two digits, and seven digits behind a dash."""
    return f"P{today(ctx):%y%m%d}{secrets.randbelow(100):02d} - {secrets.randbelow(10**7):07d}"


def split(
    ctx: Context, payment_id: str, shares: Sequence[Share], settled: Sequence[int] | None = None
) -> list[BillPayment]:
    """The parts of a payment, in order; `settled` is the USD of each, where it is not paid in USD."""
    dollars = [share.amount for share in shares] if settled is None else settled
    return [
        BillPayment(
            ctx.organization_id, payment_id, position, ids.new("blp"), share.bill_id, share.amount, usd
        )
        for position, (share, usd) in enumerate(zip(shares, dollars, strict=True))
    ]


def _planned(
    ctx: Context,
    order: Order,
    on: date,
    vendor: Vendor,
    payee: VendorBankAccount | None,
    shares: Sequence[Share],
    number: str,
    chart_of_account_id: str | None,
) -> Made:
    method = checks.method_of(vendor, payee)
    # The account behind a connection is the network's secret.
    payee = payee if method == "ACH" else None
    amount = sum(share.amount for share in shares)
    payment = new_payment(
        ctx,
        vendor,
        amount=amount,
        on=on,
        number=number,
        method=method,
        status="SCHEDULED",
        description=order.description,
        chart_of_account_id=chart_of_account_id,
    )
    payment = msgspec.structs.replace(
        payment,
        funding_type=order.funding_type,
        funding_account_id=order.funding_account_id,
        pay_faster=int(order.pay_faster),
        check_delivery_type=order.delivery,
        created_bill=int(order.created_bill),
        vendor_bank_account_id=None if payee is None else payee.id,
        vendor_account_number=None if payee is None else shown(payee),
        reissue_of=order.reissue_of,
    )
    payment = msgspec.structs.replace(payment, arrives_by_date=arrival(payment, method))
    return payment, split(ctx, payment.id, shares)


def new_payment(
    ctx: Context,
    vendor: Vendor,
    *,
    amount: int,
    on: date,
    number: str,
    method: DisbursementType,
    status: SingleStatus,
    description: str | None,
    chart_of_account_id: str | None,
) -> Payment:
    """A payment in US dollars with what every payment has; the rest is absent."""
    return Payment(
        organization_id=ctx.organization_id,
        id=ids.new("stp"),
        vendor_id=vendor.id,
        **payee_of(vendor),
        currency="USD",
        amount=amount,
        funding_amount=amount,
        exchange_rate=None,
        description=description,
        process_date=on.isoformat(),
        funding_type=None,
        funding_account_id=None,
        chart_of_account_id=chart_of_account_id,
        pay_faster=0,
        check_delivery_type=None,
        created_bill=0,
        transaction_number=number,
        confirmation_number=confirmation_number(ctx),
        single_status=status,
        status=rules.STATES[status].status,
        disbursement_status=rules.STATES[status].disbursement,
        online=int(method != "OFFLINE"),
        disbursement_type=method,
        method=method,
        vendor_bank_account_id=None,
        vendor_account_number=None,
        sent_date=None,
        arrives_by_date=None,
        check_number=None,
        tracking_number=None,
        cancel_requested=0,
        reissue_of=None,
        to_print_check=None,
        sync_reference=None,
        allow_export=None,
        created_by=ctx.actor.user_id,
        created_time=ctx.now,
        updated_time=ctx.now,
    )
