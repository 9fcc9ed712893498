"""The mail by which a customer gets an invoice."""

from collections.abc import Sequence

from net30.invoices.tables import Invoice, InvoiceLine
from net30.kernel import audit, mailbox, money
from net30.kernel.context import Context

MOST_LINES = 100
LONGEST_DESCRIPTION = 300


def send(
    ctx: Context,
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    recipients: Sequence[str],
    *,
    reply_to: str | None,
) -> None:
    """Send an invoice to some addresses, once to each; an answer goes to `reply_to`."""
    addresses = list(dict.fromkeys(recipients))
    subject = f"Invoice {invoice.invoice_number} from {ctx.organization.name}"
    body = words(invoice, lines, ctx.organization.name)
    for address in addresses:
        mailbox.send(ctx, "EMAIL", address, subject, body, reply_to=reply_to)
    audit.record_change(ctx, "Invoice", invoice.id, "SEND", {"recipients": (None, ", ".join(addresses))})


def words(invoice: Invoice, lines: Sequence[InvoiceLine], organization: str) -> str:
    """What the mail says: what is owed and until when, the lines, the tax.

    Of many lines the first are told, of a long description its beginning: each recipient's mail is kept.
    """

    def amount(thousandths: int) -> str:
        return money.text(thousandths, invoice.currency)

    told, left = lines[:MOST_LINES], lines[MOST_LINES:]
    what = [f"- {_short(line.description or 'Item')}: {amount(line.amount)}" for line in told]
    if left:
        what.append(f"- {len(left)} more lines: {amount(sum(line.amount for line in left))}")
    if invoice.sales_tax_percentage is not None:
        what.append(f"- Sales tax {invoice.sales_tax_percentage} %: {amount(invoice.sales_tax_total)}")
    return "\n".join(
        [
            f"{organization} sends you invoice {invoice.invoice_number} of {invoice.invoice_date}.",
            "",
            *what,
            "",
            f"Total: {amount(invoice.total_amount)}",
            f"Due by {invoice.due_date}: {amount(invoice.due_amount)}",
            "",
        ]
    )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_DESCRIPTION else f"{text[:LONGEST_DESCRIPTION]}…"
