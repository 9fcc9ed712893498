"""How invoices stand in the journal and in their customer's balance: accounts receivable against income and tax."""

from collections.abc import Sequence

from net30.accounting import accruals
from net30.accounting.accruals import Accrual, Side
from net30.customers.actions import change_balance
from net30.invoices.tables import Invoice, InvoiceLine, InvoiceTax
from net30.kernel.context import Context
from net30.kernel.entity import Composed
from net30.kernel.journal import Posting
from net30.store.database import changed

ACCOUNTS_RECEIVABLE = "accounts_receivable"
INCOME = "income"
SALES_TAX = "sales_tax_payable"

LinesAndTaxes = tuple[Sequence[InvoiceLine], Sequence[InvoiceTax]]


def accrual(invoice: Invoice, lines: Sequence[InvoiceLine], taxes: Sequence[InvoiceTax]) -> Accrual:
    """The debit of what the customer owes, and the credits of the lines' accounts and of each sales tax."""
    by_ledger: dict[str | None, int] = {}
    for line in lines:
        by_ledger[line.chart_of_account_id] = by_ledger.get(line.chart_of_account_id, 0) + line.amount
    customer_id = invoice.customer_id
    owed = Posting(ACCOUNTS_RECEIVABLE, invoice.total_amount, invoice.usd_amount, party_id=customer_id)
    earned = accruals.sides(INCOME, by_ledger)
    taxed = [Side(SALES_TAX, tax.amount, tax.chart_of_account_id) for tax in taxes]
    credits = accruals.valued([*earned, *taxed], invoice.exchange_rate, customer_id)
    return Accrual(
        source="Invoice",
        source_id=invoice.id,
        date=invoice.invoice_date,
        memo=f"Invoice {invoice.invoice_number}",
        currency=invoice.currency,
        party_id=customer_id,
        amount=invoice.total_amount,
        postings=[owed, *accruals.reversed_sides(credits)],
    )


# What changes of an invoice without the books: its PDF, and what payments do to it, which is posted by them.
_BESIDE_THE_BOOKS = {
    "due_amount",
    "scheduled_amount",
    "paid_amount",
    "status",
    "invoice_pdf_id",
    "updated_time",
}


def concerned(change: Composed[Invoice, LinesAndTaxes]) -> bool:
    """Whether a change of an invoice may be one for the books."""
    return change.old is None or not changed(change.old, change.new).keys() <= _BESIDE_THE_BOOKS


def follow(
    ctx: Context, change: Composed[Invoice, LinesAndTaxes], parts: tuple[LinesAndTaxes, LinesAndTaxes]
) -> None:
    """Let the books and the customer's balance follow an invoice; `parts` are those before and now."""
    old = None if change.old is None or change.old.archived else accrual(change.old, *parts[0])
    new = None if change.new.archived else accrual(change.new, *parts[1])
    for customer_id, by in accruals.restate(ctx, old, new).items():
        change_balance(ctx, customer_id, by)
