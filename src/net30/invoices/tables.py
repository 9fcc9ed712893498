"""What is stored of invoices: what customers owe the organization, and for what."""

from typing import Annotated, Literal

from net30.accounting.columns import ID_OPERATORS, AccountingClassId, DepartmentId, LocationId
from net30.kernel.currencies import CurrencyCode
from net30.store.record import Archived, CreatedTime, Record, UpdatedTime, listed, table

InvoiceStatus = Literal["OPEN", "PARTIAL_PAYMENT", "SCHEDULED", "PAID_IN_FULL"]


class Invoice(Record, frozen=True):
    """An invoice. Amounts are thousandths of its currency, `usd_amount` of USD; percentages are decimal text.

    What holds at all times: total_amount = due_amount + scheduled_amount + paid_amount, with credit_amount inside
    paid_amount; total_amount is the sum of the lines and of sales_tax_total. `number_key` is what numbers that look
    alike have in common, `serial` the number in an invoice number of the form that is generated, INV-1001; null for
    any other. `sales_tax_item_id` is a tax or a group of taxes, `sales_tax_percentage` and `sales_tax_total` sums over
    the taxes. `parts_bytes` is about how long its lines are in an answer.
    """

    organization_id: str
    id: Annotated[str, listed("id", kind="id", operators=ID_OPERATORS)]
    customer_id: Annotated[str, listed("customerId", kind="id", operators=("eq", "in"))]
    currency: CurrencyCode
    total_amount: Annotated[int, listed("totalAmount", kind="amount", operators=())]
    due_amount: int
    scheduled_amount: int
    paid_amount: int
    credit_amount: int
    usd_amount: int
    exchange_rate: str | None
    invoice_number: Annotated[
        str, listed("invoiceNumber", "invoice.invoiceNumber", operators=("eq", "in", "sw"))
    ]
    number_key: str
    serial: int | None
    invoice_date: Annotated[str, listed("invoiceDate", kind="date", operators=())]
    due_date: Annotated[str, listed("dueDate", kind="date", operators=())]
    pay_to_chart_of_account_id: Annotated[
        str | None, listed("payToChartOfAccountId", kind="id", operators=ID_OPERATORS)
    ]
    accounting_class_id: AccountingClassId
    department_id: DepartmentId
    job_id: Annotated[str | None, listed("classifications.jobId", kind="id", operators=ID_OPERATORS)]
    location_id: LocationId
    sales_tax_item_id: str | None
    sales_tax_percentage: str | None
    sales_tax_total: int
    enable_card_payment: int
    convenience_fee_percentage: str | None
    invoice_pdf_id: str | None
    status: InvoiceStatus
    archived: Archived
    created_by: str
    created_time: CreatedTime
    updated_time: UpdatedTime
    parts_bytes: int


class InvoiceLine(Record, frozen=True):
    """A line of an invoice: quantity × price, or `rate_percent` of the lines above it, once.

    `quantity`, `price` and `rate_percent` are decimal text of up to 8 places. The price of a line that is a
    percentage is what it comes to. Sales tax is on lines that are `taxable`.
    """

    organization_id: str
    invoice_id: str
    position: int
    id: str
    amount: int
    quantity: str
    price: str
    rate_percent: str | None
    taxable: int
    description: str | None
    chart_of_account_id: str | None
    accounting_class_id: str | None
    department_id: str | None
    job_id: str | None
    location_id: str | None
    item_id: str | None


class InvoiceTax(Record, frozen=True):
    """One of the sales taxes of an invoice: what it is of the taxable lines, rounded by itself.

    `chart_of_account_id` is the ledger's account that the tax's item names.
    """

    organization_id: str
    invoice_id: str
    position: int
    item_id: str
    percentage: str
    amount: int
    chart_of_account_id: str | None


invoices = table(
    "invoice",
    Invoice,
    key=["organization_id", "id"],
    indexes=[("organization_id", "serial"), ("organization_id", "number_key")],
    references={"customer_id": "customer"},
)
invoice_lines = table(
    "invoice_line",
    InvoiceLine,
    key=["organization_id", "invoice_id", "position"],
    references={"invoice_id": "invoice"},
)
invoice_taxes = table(
    "invoice_tax",
    InvoiceTax,
    key=["organization_id", "invoice_id", "position"],
    references={"invoice_id": "invoice"},
)
