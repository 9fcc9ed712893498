"""How bills stand in the journal and in their vendor's balance: expense against accounts payable, from entry on."""

from collections.abc import Sequence
from decimal import Decimal

from net30.kernel import journal, money
from net30.kernel.banking_days import local_date
from net30.kernel.context import Context
from net30.kernel.journal import Posting
from net30.payables.bills.tables import Bill, BillLine
from net30.payables.vendors.actions import change_balance, require_vendor
from net30.payables.vendors.tables import Vendor

EXPENSE = "expense"
ACCOUNTS_PAYABLE = "accounts_payable"


def accrual(bill: Bill, lines: Sequence[BillLine], sign: int = 1) -> list[Posting]:
    """Debits of the lines' accounts and the credit of the vendor's payable; `sign` -1 takes them back.

    Lines of one account are one side. Their dollars are rounded each, and the last side takes what rounding left over,
    so that the payable is exactly the bill's funding amount.
    """
    by_account: dict[str | None, int] = {}
    for line in lines:
        account = line.chart_of_account_id or bill.chart_of_account_id
        by_account[account] = by_account.get(account, 0) + line.amount
    rate = None if bill.exchange_rate is None else Decimal(bill.exchange_rate)
    dollars = [
        amount if rate is None else money.convert(amount, 1 / rate, "USD") for amount in by_account.values()
    ]
    dollars[-1] += bill.funding_amount - sum(dollars)
    sides = [
        Posting(EXPENSE, sign * amount, sign * usd, account, bill.vendor_id)
        for (account, amount), usd in zip(by_account.items(), dollars, strict=True)
    ]
    owed = Posting(
        ACCOUNTS_PAYABLE, -sign * bill.amount, -sign * bill.funding_amount, party_id=bill.vendor_id
    )
    return [*sides, owed]


def accrue(ctx: Context, bill: Bill, lines: Sequence[BillLine], *, date: str, vendor: Vendor) -> None:
    """Post a bill that is now owed."""
    _post(ctx, bill, accrual(bill, lines), date=date)
    change_balance(ctx, vendor, bill.amount)


def restate(
    ctx: Context, old: tuple[Bill, Sequence[BillLine]], new: tuple[Bill, Sequence[BillLine]], vendor: Vendor
) -> None:
    """Take back what the old version posted and post the new one, today, when the two differ."""
    was, becomes = accrual(*old), accrual(*new)
    if was == becomes and old[0].currency == new[0].currency:
        return
    _post(ctx, old[0], accrual(*old, sign=-1), date=today(ctx))
    _post(ctx, new[0], becomes, date=today(ctx))
    if old[0].vendor_id == new[0].vendor_id:
        change_balance(ctx, vendor, new[0].amount - old[0].amount)
    else:
        change_balance(ctx, require_vendor(ctx, old[0].vendor_id), -old[0].amount)
        change_balance(ctx, vendor, new[0].amount)


def set_archived(ctx: Context, bill: Bill, lines: Sequence[BillLine], vendor: Vendor) -> None:
    """An archived bill is no longer owed; a restored one is owed again."""
    sign = -1 if bill.archived else 1
    _post(ctx, bill, accrual(bill, lines, sign), date=today(ctx))
    change_balance(ctx, vendor, sign * bill.amount)


def today(ctx: Context) -> str:
    """The organization's date."""
    return local_date(ctx.now, ctx.organization.zone).isoformat()


def _post(ctx: Context, bill: Bill, postings: Sequence[Posting], *, date: str) -> None:
    journal.post(
        ctx,
        date=date,
        source="Bill",
        source_id=bill.id,
        memo=f"Bill {bill.invoice_number}",
        currency=bill.currency,
        postings=postings,
    )
