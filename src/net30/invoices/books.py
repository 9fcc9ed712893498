"""How invoices stand in the journal and in their customer's balance: accounts receivable against income and tax."""

from collections.abc import Sequence

from net30.accounting import accruals
from net30.accounting.accruals import Accrual
from net30.customers.actions import change_balance, require_customer
from net30.customers.tables import Customer
from net30.invoices.tables import Invoice, InvoiceLine
from net30.kernel import money
from net30.kernel.context import Context
from net30.kernel.journal import Posting

ACCOUNTS_RECEIVABLE = "accounts_receivable"
INCOME = "income"
SALES_TAX = "sales_tax_payable"


def accrual(invoice: Invoice, lines: Sequence[InvoiceLine]) -> Accrual:
    """The debit of what the customer owes, and the credits of the lines' accounts and of the sales tax."""
    by_ledger: dict[str | None, int] = {}
    for line in lines:
        by_ledger[line.chart_of_account_id] = by_ledger.get(line.chart_of_account_id, 0) + line.amount
    customer_id, rate = invoice.customer_id, invoice.exchange_rate
    owed = Posting(ACCOUNTS_RECEIVABLE, invoice.total_amount, invoice.usd_amount, party_id=customer_id)
    tax_usd = money.in_dollars(invoice.sales_tax_total, rate)
    tax = Posting(SALES_TAX, invoice.sales_tax_total, tax_usd, party_id=customer_id)
    earned = accruals.split(INCOME, by_ledger, rate, invoice.usd_amount - tax_usd, customer_id)
    return Accrual(
        source="Invoice",
        source_id=invoice.id,
        memo=f"Invoice {invoice.invoice_number}",
        currency=invoice.currency,
        party_id=customer_id,
        amount=invoice.total_amount,
        postings=[owed, *accruals.reversed_sides([*earned, tax])],
    )


def accrue(ctx: Context, invoice: Invoice, lines: Sequence[InvoiceLine], customer: Customer) -> None:
    """Post an invoice that is now owed, on its own date."""
    accruals.post(ctx, accrual(invoice, lines), date=invoice.invoice_date)
    change_balance(ctx, customer, invoice.total_amount)


def restate(
    ctx: Context,
    old: tuple[Invoice, Sequence[InvoiceLine]],
    new: tuple[Invoice, Sequence[InvoiceLine]],
    customer: Customer,
) -> None:
    """Take back what the old version posted and post the new one, today, when the two differ."""
    for customer_id, by in accruals.restate(ctx, accrual(*old), accrual(*new)).items():
        change_balance(
            ctx, customer if customer_id == customer.id else require_customer(ctx, customer_id), by
        )


def set_archived(ctx: Context, invoice: Invoice, lines: Sequence[InvoiceLine]) -> None:
    """An archived invoice is no longer owed; a restored one is owed again."""
    accruals.post(ctx, accrual(invoice, lines), date=accruals.today(ctx), taken_back=bool(invoice.archived))
    sign = -1 if invoice.archived else 1
    change_balance(ctx, require_customer(ctx, invoice.customer_id), sign * invoice.total_amount)
