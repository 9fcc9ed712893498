"""What is stored of bills: what the organization owes, to whom and for what."""

from typing import Annotated, Literal

from net30.accounting.columns import ID_OPERATORS, AccountingClassId, DepartmentId, LocationId
from net30.kernel.currencies import CurrencyCode
from net30.store.record import RANGE, Archived, CreatedTime, Record, UpdatedTime, listed, table

PaymentStatus = Literal["PAID", "UNPAID", "PARTIALLY_PAID", "SCHEDULED", "IN_PROCESS"]
ApprovalStatus = Literal["UNASSIGNED", "ASSIGNED", "APPROVED", "APPROVING", "DENIED"]

PAYMENT_STATUSES = ("PAID", "UNPAID", "PARTIALLY_PAID", "SCHEDULED", "IN_PROCESS")
APPROVAL_STATUSES = ("UNASSIGNED", "ASSIGNED", "APPROVED", "APPROVING", "DENIED")


class Bill(Record, frozen=True):
    """A bill. Amounts are thousandths of its currency, `funding_amount` of USD.

    What holds at all times: amount = due_amount + scheduled_amount + paid_amount, with credit_amount inside
    paid_amount. `in_process_amount` is the part of scheduled_amount whose payments have left SCHEDULED. `parts_bytes`
    is about how long its lines are in an answer, `number_key` what numbers that look alike have in common.
    """

    organization_id: str
    id: Annotated[str, listed("id", kind="id", operators=ID_OPERATORS)]
    vendor_id: Annotated[str, listed("vendorId", kind="id", operators=("eq", "in"))]
    currency: CurrencyCode
    amount: int
    due_amount: int
    scheduled_amount: int
    in_process_amount: int
    paid_amount: int
    credit_amount: int
    funding_amount: Annotated[int, listed("fundingAmount", kind="amount", operators=())]
    exchange_rate: Annotated[str | None, listed("exchangeRate", kind="decimal", operators=())]
    description: Annotated[str | None, listed("description", kind="words", operators=())]
    due_date: Annotated[str, listed("dueDate", kind="date", operators=("eq", *RANGE))]
    invoice_number: Annotated[
        str, listed("invoice.invoiceNumber", "invoiceNumber", operators=("eq", "in", "sw"))
    ]
    number_key: str
    invoice_date: str
    purchase_order_number: str | None
    pay_from_chart_of_account_id: Annotated[
        str | None, listed("payFromChartOfAccountId", kind="id", operators=ID_OPERATORS)
    ]
    chart_of_account_id: Annotated[
        str | None, listed("classifications.chartOfAccountId", kind="id", operators=ID_OPERATORS)
    ]
    accounting_class_id: AccountingClassId
    department_id: DepartmentId
    location_id: LocationId
    item_id: Annotated[str | None, listed("classifications.itemId", kind="id", operators=ID_OPERATORS)]
    payment_status: Annotated[
        PaymentStatus, listed("paymentStatus", values=PAYMENT_STATUSES, operators=("eq", "ne", "in"))
    ]
    approval_status: Annotated[
        ApprovalStatus, listed("approvalStatus", values=APPROVAL_STATUSES, operators=("eq",))
    ]
    bill_approvals: int
    archived: Archived
    created_by: str
    created_time: CreatedTime
    updated_time: UpdatedTime
    parts_bytes: int


class BillLine(Record, frozen=True):
    """A line of a bill. `quantity` and `price` are decimal text of up to 8 places."""

    organization_id: str
    bill_id: str
    position: int
    id: str
    amount: int
    quantity: str | None
    price: str | None
    description: str | None
    chart_of_account_id: str | None
    accounting_class_id: str | None
    department_id: str | None
    employee_id: str | None
    job_id: str | None
    location_id: str | None
    item_id: str | None
    customer_id: str | None


bills = table(
    "bill",
    Bill,
    key=["organization_id", "id"],
    indexes=[("organization_id", "vendor_id", "number_key")],
    references={"vendor_id": "vendor"},
)
bill_lines = table(
    "bill_line",
    BillLine,
    key=["organization_id", "bill_id", "position"],
    references={"bill_id": "bill"},
)
