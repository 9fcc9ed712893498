"""How invoices stand in the journal and in their customer's balance: accounts receivable against income and tax."""

from collections.abc import Sequence

from net30.accounting import accruals
from net30.accounting.accruals import Accrual, Side
from net30.customers.actions import change_balance, require_customer
from net30.customers.tables import Customer
from net30.invoices.tables import Invoice, InvoiceLine, InvoiceTax
from net30.kernel.context import Context
from net30.kernel.journal import Posting

ACCOUNTS_RECEIVABLE = "accounts_receivable"
INCOME = "income"
SALES_TAX = "sales_tax_payable"


Whole = tuple[Invoice, Sequence[InvoiceLine], Sequence[InvoiceTax]]


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


def accrue(ctx: Context, whole: Whole, customer: Customer) -> None:
    """Post an invoice that is now owed."""
    accruals.post(ctx, accrual(*whole))
    change_balance(ctx, customer, whole[0].total_amount)


def restate(ctx: Context, old: Whole, new: Whole, customer: Customer) -> None:
    """Take back what the old version posted and post the new one when the two differ."""
    for customer_id, by in accruals.restate(ctx, accrual(*old), accrual(*new)).items():
        change_balance(
            ctx, customer if customer_id == customer.id else require_customer(ctx, customer_id), by
        )


def set_archived(ctx: Context, whole: Whole) -> None:
    """An archived invoice is no longer owed; a restored one is owed again."""
    invoice = whole[0]
    accruals.post(ctx, accrual(*whole), taken_back=bool(invoice.archived))
    sign = -1 if invoice.archived else 1
    change_balance(ctx, require_customer(ctx, invoice.customer_id), sign * invoice.total_amount)
