"""What crosses the wire about invoices."""

from typing import Annotated, Literal

from msgspec import Meta

from net30.invoices.rules import CLASSIFIED_BY, LINE_IDS, MOST_CONVENIENCE_FEE, MOST_RECIPIENTS
from net30.kernel.currencies import CurrencyCode
from net30.membership.rules import LONGEST_EMAIL
from net30.wire.types import LINES, Amount, Date, DateText, Timestamp, Wire, said_if_absent

InvoiceStatusShown = Literal["PAID_IN_FULL", "OPEN", "PARTIAL_PAYMENT", "SCHEDULED", "UNDEFINED"]
InvoiceRecordStatus = Literal["ACTIVE", "INACTIVE", "DRAFT", "UNDEFINED"]
InvoicePaymentStatus = Literal["PAID", "VOID", "SCHEDULED", "CANCELED", "INITIATED", "UNDEFINED"]

Given = Annotated[str, Meta(min_length=1)]
Description = Annotated[str, Meta(max_length=4000), LINES]
EmailAddress = Annotated[str, Meta(min_length=1, max_length=LONGEST_EMAIL)]


LINE_NAMES = {name: f"classifications.{name}" for name in LINE_IDS}
# Where an invoice's draft has what its body has elsewhere.
NAMES = {
    "number": "invoice_number",
    "buyer": "customer",
    "buyer.currency": "invoice_currency",
    "lines": "invoice_line_items",
    "credit_to_apply": "credit_amount",
    "convenience_fee_percentage": "convenience_fee.percentage",
    "recipients": "recipient.to",
    **{name: f"classifications.{name}" for name in CLASSIFIED_BY},
    **{f"lines.{name}": told for name, told in LINE_NAMES.items()},
}


# ---- requests -------------------------------------------------------------------------------------------


class InvoiceClassifications(Wire):
    """Ids of the classifications that hold for a whole invoice."""

    accounting_class_id: str | None = None
    department_id: str | None = None
    job_id: str | None = None
    location_id: str | None = None


class InvoiceLineClassifications(InvoiceClassifications):
    """Ids of the classifications of one line."""

    chart_of_account_id: str | None = None
    item_id: str | None = None


class InvoiceCustomer(Wire):
    """A customer by id, or a new one by name and email, invoiced in `invoiceCurrency`, USD unless said."""

    id: Given | None = None
    name: Annotated[str, Meta(max_length=100)] | None = None
    email: Annotated[str, Meta(max_length=LONGEST_EMAIL)] | None = None
    invoice_currency: CurrencyCode | None = None


NeededCustomer = Annotated[InvoiceCustomer, said_if_absent("The customer field is required")]


class InvoiceProcessingOptions(Wire):
    """`sendEmail` sends the invoice to the customer's email address."""

    send_email: bool | None = None


class ConvenienceFee(Wire):
    """What is charged on top when the customer pays by card, in percent."""

    percentage: Annotated[float, Meta(ge=0, le=MOST_CONVENIENCE_FEE)] | None = None


class InvoiceLineFields(Wire):
    """What may be said of a line.

    Without a price it has the one at which its quantity comes to `amount`; without an amount either, its item's, or
    its item's percentage of the lines above. Beside a price, `amount` is not looked at.
    """

    description: Description | None = None
    price: float | None = None
    amount: Amount | None = None
    classifications: InvoiceLineClassifications | None = None


class InvoiceLineCreate(InvoiceLineFields):
    quantity: float


class InvoiceLineReplace(InvoiceLineCreate):
    """A line of the new set: without an id it is new, with one it is the line that has it."""

    id: str | None = None


class InvoiceLineUpdate(InvoiceLineFields):
    """Changes to the line with this id. Without classifications the line loses those it has."""

    id: Given
    quantity: float | None = None


class InvoiceFields(Wire):
    """What may be given with any write of an invoice. An invoice number has at most 21 characters at runtime."""

    invoice_number: Annotated[str, Meta(max_length=100)] | None = None
    invoice_date: Date | None = None
    due_date: Date | None = None
    processing_options: InvoiceProcessingOptions | None = None
    pay_to_chart_of_account_id: str | None = None
    classifications: InvoiceClassifications | None = None
    credit_amount: Annotated[float, Meta(ge=0)] | None = None
    sales_tax_item_id: str | None = None
    enable_card_payment: bool | None = None
    convenience_fee: ConvenienceFee | None = None


class InvoiceCreate(InvoiceFields):
    customer: NeededCustomer
    invoice_line_items: Annotated[list[InvoiceLineCreate], Meta(min_length=1)]


class InvoiceReplace(InvoiceFields):
    customer: NeededCustomer
    invoice_line_items: Annotated[list[InvoiceLineReplace], Meta(min_length=1)]
    invoice_pdf_id: str | None = None


class InvoiceUpdate(InvoiceFields):
    customer: InvoiceCustomer | None = None
    invoice_line_items: list[InvoiceLineUpdate] | None = None
    invoice_pdf_id: str | None = None


class InvoiceReplyTo(Wire):
    """The user whom the customer's answer goes to."""

    user_id: Given


class InvoiceRecipient(Wire):
    to: Annotated[list[EmailAddress], Meta(min_length=1, max_length=MOST_RECIPIENTS)]


class InvoiceEmail(Wire):
    """Who sends an invoice, and to which addresses."""

    reply_to: InvoiceReplyTo
    recipient: InvoiceRecipient


# ---- answers --------------------------------------------------------------------------------------------


class InvoiceLineAnswer(Wire):
    id: str
    description: str | None = None
    price: float
    quantity: float
    classifications: InvoiceLineClassifications | None = None


class InvoicePayment(Wire):
    """What was paid of an invoice by one payment."""

    id: str
    amount: Amount
    status: InvoicePaymentStatus
    date: DateText


class InvoiceAnswer(Wire):
    """An invoice. Amounts are in its customer's invoice currency."""

    id: str
    archived: bool
    record_status: InvoiceRecordStatus
    invoice_number: str
    invoice_date: DateText
    due_date: DateText
    customer_id: str
    total_amount: Amount
    due_amount: Amount
    scheduled_amount: Amount
    credit_amount: Amount
    status: InvoiceStatusShown
    exchange_rate: float | None = None
    created_by: str
    created_time: Timestamp
    updated_time: Timestamp
    invoice_line_items: list[InvoiceLineAnswer]
    pay_to_chart_of_account_id: str | None = None
    payments: list[InvoicePayment] | None = None
    classifications: InvoiceClassifications | None = None
    sales_tax_item_id: str | None = None
    sales_tax_total: Amount | None = None
    sales_tax_percentage: float | None = None
    enable_card_payment: bool
    convenience_fee: ConvenienceFee | None = None
    invoice_pdf_id: str | None = None


class InvoiceEvent(Wire):
    """What webhooks tell of an invoice: no lines."""

    id: str
    customer_id: str
    invoice_number: str
    archived: bool
    total_amount: Amount
    due_amount: Amount
    scheduled_amount: Amount
    credit_amount: Amount
    invoice_date: DateText
    due_date: DateText
    created_by: str
    created_time: Timestamp
    updated_time: Timestamp
    pay_to_chart_of_account_id: str | None = None
    sales_tax_percentage: float | None = None
    sales_tax_total: Amount | None = None
    status: InvoiceStatusShown
