"""What crosses the wire about bills."""

from typing import Annotated, Literal

from msgspec import Meta

from net30.bills.rules import BILL_IDS, LINE_IDS
from net30.wire.types import LINES, Amount, Date, DateText, Timestamp, Wire

BillPaymentStatus = Literal["PAID", "UNPAID", "PARTIALLY_PAID", "SCHEDULED", "IN_PROCESS", "UNDEFINED"]
BillApprovalStatus = Literal["UNASSIGNED", "ASSIGNED", "APPROVED", "APPROVING", "DENIED", "UNDEFINED"]
BillRecordStatus = Literal["ACTIVE", "INACTIVE", "DRAFT", "DRAFT_DELETED", "UNDEFINED"]
ApproverStatus = Literal[
    "WAITING", "VIEWED", "REROUTED", "DENIED", "APPROVED", "UPCOMING", "STALE", "UNDEFINED"
]

Given = Annotated[str, Meta(min_length=1)]
Description = Annotated[str, Meta(max_length=4000), LINES]


LINE_NAMES = {name: f"classifications.{name}" for name in LINE_IDS}
# Where a bill's draft has what its body has elsewhere. How long a number is, is told without its place.
NAMES = {
    "number": "invoice_number",
    "invoice_number": "invoice.invoice_number",
    "invoice_date": "invoice.invoice_date",
    "lines": "bill_line_items",
    **{name: f"classifications.{name}" for name in BILL_IDS if name != "pay_from_chart_of_account_id"},
    **{f"lines.{name}": told for name, told in LINE_NAMES.items()},
}


class BillClassifications(Wire):
    """Ids of the classifications that hold for a whole bill."""

    chart_of_account_id: str | None = None
    accounting_class_id: str | None = None
    department_id: str | None = None
    location_id: str | None = None
    item_id: str | None = None


class BillLineClassifications(BillClassifications):
    """Ids of the classifications of one line."""

    employee_id: str | None = None
    job_id: str | None = None
    customer_id: str | None = None


class VendorInvoice(Wire):
    """The vendor's own invoice behind a bill. At runtime a number has at most 21 characters."""

    invoice_number: Annotated[str, Meta(min_length=1, max_length=100)]
    invoice_date: Date


class VendorInvoiceUpdate(Wire):
    invoice_number: Annotated[str, Meta(max_length=100)] | None = None
    invoice_date: Date | None = None


class VendorInvoiceAnswer(Wire):
    invoice_number: str
    invoice_date: DateText


class BillVendorCredit(Wire):
    """A vendor credit and how much of it is applied."""

    id: Given
    amount: Annotated[float, Meta(ge=0)]


class BillLineCreate(Wire):
    """A new line: an amount, or a quantity and a price; the amount wins when all are given."""

    amount: Amount | None = None
    quantity: float | None = None
    price: float | None = None
    description: Description | None = None
    classifications: BillLineClassifications | None = None


class BillLineReplace(BillLineCreate):
    """A line of the new set: without an id it is new, with one it is the line that has it."""

    id: str | None = None


class BillLineUpdate(BillLineCreate):
    """Changes to the line with this id. Without classifications the line loses those it has."""

    id: Given


class BillFields(Wire):
    """What may be given with any write of a bill."""

    description: Description | None = None
    pay_from_chart_of_account_id: str | None = None
    classifications: BillClassifications | None = None
    vendor_credits: list[BillVendorCredit] | None = None
    purchase_order_number: str | None = None
    bill_approvals: bool | None = None


class BillCreate(BillFields):
    vendor_id: Given
    due_date: Date
    invoice: VendorInvoice
    bill_line_items: Annotated[list[BillLineCreate], Meta(min_length=1)]


class BillReplace(BillFields):
    vendor_id: Given
    due_date: Date
    invoice: VendorInvoice
    bill_line_items: Annotated[list[BillLineReplace], Meta(min_length=1)]


class BillUpdate(BillFields):
    vendor_id: str | None = None
    due_date: Date | None = None
    invoice: VendorInvoiceUpdate | None = None
    bill_line_items: list[BillLineUpdate] | None = None
    policy_rematch: bool | None = None


class BillLineAnswer(Wire):
    id: str
    amount: Amount
    quantity: float | None = None
    price: float | None = None
    description: str | None = None
    classifications: BillLineClassifications | None = None


class BillApprover(Wire):
    user_id: str
    status: ApproverStatus | None = None
    approver_order: int | None = None
    status_changed_time: Timestamp | None = None


class BillWithoutApprovers(Wire):
    """A bill. Amounts are in the bill's currency, `fundingAmount` in USD."""

    id: str
    archived: bool
    vendor_id: str
    amount: Amount
    funding_amount: Amount
    paid_amount: Amount
    due_amount: Amount
    scheduled_amount: Amount
    credit_amount: Amount
    exchange_rate: float | None = None
    description: str | None = None
    due_date: DateText
    invoice: VendorInvoiceAnswer
    bill_line_items: list[BillLineAnswer]
    pay_from_chart_of_account_id: str | None = None
    payment_status: BillPaymentStatus
    approval_status: BillApprovalStatus
    created_by: str
    created_time: Timestamp
    updated_time: Timestamp
    classifications: BillClassifications | None = None
    purchase_order_number: str | None = None


class BillAnswer(BillWithoutApprovers):
    """A bill with its approvers, which are shown when the bill was saved with billApprovals."""

    approvers: list[BillApprover] | None = None


class BillListed(BillWithoutApprovers):
    """A bill in a list, with its vendor's name."""

    record_status: BillRecordStatus
    vendor_name: str


class BillRead(BillListed):
    """A bill on its own, with its vendor's name and its approvers."""

    approvers: list[BillApprover] | None = None


class BillEvent(Wire):
    """What webhooks tell of a bill: no lines, no approval."""

    id: str
    vendor_id: str
    vendor_name: str
    invoice: VendorInvoiceAnswer
    amount: Amount
    description: str | None = None
    due_date: DateText
    pay_from_chart_of_account_id: str | None = None
    payment_status: BillPaymentStatus
    classifications: BillClassifications | None = None
    purchase_order_number: str | None = None
    archived: bool
    created_by: str
    created_time: Timestamp
    updated_time: Timestamp
