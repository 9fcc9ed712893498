"""How bills stand in the journal and in their vendor's balance: expense against accounts payable, from entry on."""

from collections.abc import Sequence

from net30.accounting import accruals
from net30.accounting.accruals import Accrual
from net30.bills.tables import Bill, BillLine
from net30.kernel.context import Context
from net30.kernel.journal import Posting
from net30.vendors.actions import change_balance, require_vendor
from net30.vendors.tables import Vendor

EXPENSE = "expense"
ACCOUNTS_PAYABLE = "accounts_payable"


def accrual(bill: Bill, lines: Sequence[BillLine]) -> Accrual:
    """Debits of the lines' accounts, those of one account as one side, and the credit of the vendor's payable."""
    by_ledger: dict[str | None, int] = {}
    for line in lines:
        ledger = line.chart_of_account_id or bill.chart_of_account_id
        by_ledger[ledger] = by_ledger.get(ledger, 0) + line.amount
    spent = accruals.valued(accruals.sides(EXPENSE, by_ledger), bill.exchange_rate, bill.vendor_id)
    owed = Posting(ACCOUNTS_PAYABLE, -bill.amount, -bill.funding_amount, party_id=bill.vendor_id)
    return Accrual(
        source="Bill",
        source_id=bill.id,
        date=bill.invoice_date,
        memo=f"Bill {bill.invoice_number}",
        currency=bill.currency,
        party_id=bill.vendor_id,
        amount=bill.amount,
        postings=[*spent, owed],
    )


def accrue(ctx: Context, bill: Bill, lines: Sequence[BillLine], vendor: Vendor) -> None:
    """Post a bill that is now owed."""
    accruals.post(ctx, accrual(bill, lines))
    change_balance(ctx, vendor, bill.amount)


def restate(
    ctx: Context, old: tuple[Bill, Sequence[BillLine]], new: tuple[Bill, Sequence[BillLine]], vendor: Vendor
) -> None:
    """Take back what the old version posted and post the new one when the two differ."""
    for vendor_id, by in accruals.restate(ctx, accrual(*old), accrual(*new)).items():
        change_balance(ctx, vendor if vendor_id == vendor.id else require_vendor(ctx, vendor_id), by)


def set_archived(ctx: Context, bill: Bill, lines: Sequence[BillLine], vendor: Vendor) -> None:
    """An archived bill is no longer owed; a restored one is owed again."""
    gone = bool(bill.archived)
    accruals.post(ctx, accrual(bill, lines), taken_back=gone)
    change_balance(ctx, vendor, -bill.amount if gone else bill.amount)
