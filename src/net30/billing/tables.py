"""What is stored of the statements by which an organization's price plan is billed."""

from typing import Annotated, Literal

from net30.store.record import RANGE, Record, listed, table

PaymentStatus = Literal["UNPAID", "PAID"]


class BillingStatement(Record, frozen=True):
    """One month of an organization's price plan; the amount, the sum of its lines, in thousandths of USD."""

    organization_id: str
    id: str
    invoice_number: str
    invoice_date: Annotated[str, listed("invoiceDate", kind="date", operators=RANGE)]
    description: str
    period_start: str
    period_end: str
    payment_status: PaymentStatus
    payment_date: str | None
    amount: int
    created_time: Annotated[int, listed("createdTime", kind="time", operators=RANGE)]
    updated_time: int


class BillingStatementLine(Record, frozen=True):
    """What was charged for one thing at one price; the amount in thousandths of USD."""

    organization_id: str
    statement_id: str
    position: int
    type: str
    description: str
    quantity: int
    amount: int


billing_statements = table(
    "billing_statement",
    BillingStatement,
    key=["organization_id", "id"],
    unique=[("organization_id", "invoice_number")],
)
billing_statement_lines = table(
    "billing_statement_line",
    BillingStatementLine,
    key=["organization_id", "statement_id", "position"],
    references={"statement_id": "billing_statement"},
)
