"""Payments that were made elsewhere and are written down here: bills and books follow, no money moves."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from net30.accounting.actions import require_classifications
from net30.bills.actions import require_bills
from net30.bills.tables import Bill
from net30.kernel import money, reference_rates
from net30.kernel.context import Context
from net30.kernel.refusal import Refusal, Refusals
from net30.payments import checks, rules
from net30.payments.checks import Share
from net30.payments.following import PAYMENT
from net30.payments.reading import usd_paid
from net30.payments.scheduling import Made, new_payment, numbered, split
from net30.payments.steps import today
from net30.vendors.actions import require_vendor
from net30.vendors.tables import Vendor


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of a payment that was made elsewhere."""

    vendor_id: str
    process_date: date
    to_print_check: bool
    chart_of_account_id: str | None = None
    description: str | None = None
    sync_reference: str | None = None
    allow_export: bool | None = None
    exchange_rate: str | None = None


def record(ctx: Context, said: Recorded, shares: Sequence[Share]) -> Made:
    """Write a payment down; its bills are paid at once, as of its process date.

    BDC_1152 (422) for a date that is still to come. The vendor may be archived. Every bill must be of the vendor,
    active, and owe at least the amount. What was paid in USD follows from the rate that is said (units of the vendor's
    bill currency for a dollar), or else from that of the process date.
    """
    checks.require_once(shares, "payments")
    _require_past(ctx, said.process_date)
    vendor = require_vendor(ctx, said.vendor_id)
    bills = require_bills(ctx, [share.bill_id for share in shares])
    refused = [
        checks.bill_fault(bills[share.bill_id], share, vendor.id, checks.ANY_APPROVAL, abroad=True)
        for share in shares
    ]
    if faults := [fault for fault in refused if fault is not None]:
        raise Refusals(faults)
    account = said.chart_of_account_id
    require_classifications(ctx, [("classifications.chart_of_account_id", "chart_of_account_id", account)])
    amount = sum(share.amount for share in shares)
    rate = _rate(ctx, said, vendor.bill_currency)
    payment = new_payment(
        ctx,
        vendor,
        amount=amount,
        on=said.process_date,
        number=numbered(ctx, None, 1)[0],
        method="OFFLINE",
        status="PAID_OFFLINE",
        description=said.description,
        chart_of_account_id=account,
    )
    payment = msgspec.structs.replace(
        payment,
        currency=vendor.bill_currency,
        funding_amount=_dollars(amount, rate),
        exchange_rate=rate,
        to_print_check=int(said.to_print_check),
        sync_reference=said.sync_reference,
        allow_export=None if said.allow_export is None else int(said.allow_export),
    )
    parts = split(ctx, payment.id, shares, _settled(ctx, vendor, shares, bills))
    PAYMENT.enter(ctx, (payment, (parts,)))
    return payment, parts


def _rate(ctx: Context, said: Recorded, currency: str) -> str | None:
    if said.exchange_rate is None:
        return reference_rates.standing(ctx, currency, said.process_date.isoformat(), field="vendor_id")
    if currency != "USD":
        return said.exchange_rate
    if said.exchange_rate != "1":
        detail = "a dollar is always one dollar"
        raise Refusal(None, field="exchange_rate", detail=detail, help="give 1 where bills are in USD")
    return None


def _dollars(amount: int, rate: str | None) -> int:
    try:
        return money.in_dollars(amount, rate)
    except money.MoneyError as fault:
        raise Refusal(None, field="payments", detail=str(fault), help="correct amounts or rate") from None


def _settled(
    ctx: Context, vendor: Vendor, shares: Sequence[Share], bills: Mapping[str, Bill]
) -> list[int] | None:
    """The USD that each share takes off its bill; None where that is the share itself."""
    if vendor.bill_currency == "USD":
        return None
    return [
        rules.usd_settled(
            bill := bills[share.bill_id], share.amount, bill.paid_amount, usd_paid(ctx, bill.id)
        )
        for share in shares
    ]


def _require_past(ctx: Context, day: date) -> None:
    """What is recorded was made: today at the latest."""
    if day > today(ctx):
        raise Refusal(
            "BDC_1152",
            processDate=day,
            detail=f"{day} is still to come, and a payment is recorded after it was made",
            help="give the day on which the payment was made",
        )
