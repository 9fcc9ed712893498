"""Payments that were made elsewhere and are written down here: bills and books follow, no money moves."""

from collections.abc import Sequence
from datetime import date

import msgspec

from net30.accounting.actions import require_classifications
from net30.bills.actions import require_bills
from net30.kernel.context import Context
from net30.kernel.refusal import Refusal, Refusals
from net30.payments import checks
from net30.payments.answers import tell
from net30.payments.checks import Share
from net30.payments.scheduling import Made, new_payment, numbered, split, store
from net30.payments.steps import today
from net30.vendors.actions import require_vendor


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of a payment that was made elsewhere."""

    vendor_id: str
    process_date: date
    to_print_check: bool
    chart_of_account_id: str | None = None
    description: str | None = None
    sync_reference: str | None = None
    allow_export: bool | None = None


def record(ctx: Context, said: Recorded, shares: Sequence[Share]) -> Made:
    """Write a payment down; its bills are paid at once, as of its process date.

    BDC_1152 (422) for a date that is still to come. The vendor may be archived. Every bill must be of the vendor,
    active, in USD, and owe at least the amount.
    """
    checks.require_once(shares, "payments")
    _require_past(ctx, said.process_date)
    vendor = require_vendor(ctx, said.vendor_id)
    bills = require_bills(ctx, [share.bill_id for share in shares])
    refused = [
        checks.bill_fault(bills[share.bill_id], share, vendor.id, checks.ANY_APPROVAL) for share in shares
    ]
    if faults := [fault for fault in refused if fault is not None]:
        raise Refusals(faults)
    account = said.chart_of_account_id
    require_classifications(ctx, [("classifications.chartOfAccountId", "chartOfAccountId", account)])
    payment = new_payment(
        ctx,
        vendor,
        amount=sum(share.amount for share in shares),
        on=said.process_date,
        number=numbered(ctx, None, 1)[0],
        method="OFFLINE",
        status="PAID_OFFLINE",
        description=said.description,
        chart_of_account_id=account,
    )
    payment = msgspec.structs.replace(
        payment,
        to_print_check=int(said.to_print_check),
        sync_reference=said.sync_reference,
        allow_export=None if said.allow_export is None else int(said.allow_export),
    )
    made = (payment, split(ctx, payment.id, shares))
    store(ctx, [made])
    tell(ctx, *made, None)
    return made


def _require_past(ctx: Context, day: date) -> None:
    """What is recorded was made: today at the latest."""
    if day > today(ctx):
        raise Refusal(
            "BDC_1152",
            processDate=day,
            detail=f"{day} is still to come, and a payment is recorded after it was made",
            help="give the day on which the payment was made",
        )
