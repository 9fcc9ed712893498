"""How bills stand in the journal and in their vendor's balance: expense against accounts payable, from entry on."""

from collections.abc import Sequence

from net30.accounting import accruals
from net30.accounting.accruals import Accrual
from net30.bills.tables import Bill, BillLine
from net30.kernel.context import Context
from net30.kernel.entity import Composed
from net30.kernel.journal import Posting
from net30.store.database import changed
from net30.vendors.actions import change_balance

EXPENSE = "expense"
ACCOUNTS_PAYABLE = "accounts_payable"

Lines = tuple[Sequence[BillLine]]


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


# What changes of a bill without the books: what payments do to it is posted by them.
_BESIDE_THE_BOOKS = {
    "due_amount",
    "scheduled_amount",
    "in_process_amount",
    "paid_amount",
    "payment_status",
    "updated_time",
}


def concerned(change: Composed[Bill, Lines]) -> bool:
    """Whether a change of a bill may be one for the books."""
    return change.old is None or not changed(change.old, change.new).keys() <= _BESIDE_THE_BOOKS


def follow(ctx: Context, change: Composed[Bill, Lines], lines: tuple[Lines, Lines]) -> None:
    """Let the books and the vendor's balance follow a bill; `lines` are those before and now."""
    old = None if change.old is None or change.old.archived else accrual(change.old, *lines[0])
    new = None if change.new.archived else accrual(change.new, *lines[1])
    for vendor_id, by in accruals.restate(ctx, old, new).items():
        change_balance(ctx, vendor_id, by)
