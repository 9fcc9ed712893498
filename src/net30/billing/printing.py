"""A billing statement as a file: for people, and for spreadsheets."""

from collections.abc import Sequence
from io import StringIO

from net30.billing.tables import BillingStatement, BillingStatementLine
from net30.files.pdf_writing import pdf
from net30.kernel import money
from net30.kernel.csv_cells import write_rows

Lines = Sequence[BillingStatementLine]


def as_csv(statement: BillingStatement, lines: Lines) -> bytes:
    """A row for each line, and the total as the last one (RFC 4180)."""
    written = StringIO()
    names = ("type", "description", "quantity", "amount")
    rows = [(one.type, one.description, one.quantity, _figure(one.amount)) for one in lines]
    total = ("TOTAL", statement.description, "", _figure(statement.amount))
    write_rows(written, [names, *rows, total])
    return written.getvalue().encode()


def as_pdf(statement: BillingStatement, lines: Lines, organization: str) -> bytes:
    """One page; amounts stand below each other."""
    total = ("Total", "", _figure(statement.amount))
    rows = [(one.description, str(one.quantity), _figure(one.amount)) for one in lines]
    return pdf(
        [
            f"Billing statement {statement.invoice_number}",
            "",
            organization[:80],
            f"Date    {statement.invoice_date}",
            f"Period  {statement.period_start} to {statement.period_end}",
            f"Status  {statement.payment_status} {statement.payment_date or ''}".rstrip(),
            "",
            *(f"{said:<50}{quantity:>8}{amount:>16} USD" for said, quantity, amount in (*rows, total)),
        ]
    )


def _figure(amount: int) -> str:
    """1234.50, without the currency and without commas."""
    return money.text(amount, "USD").removesuffix(" USD").replace(",", "")
