"""How stored bills are written on the wire."""

from collections.abc import Sequence
from typing import TypedDict

from net30.bills.schemas import (
    BillAnswer,
    BillClassifications,
    BillEvent,
    BillLineAnswer,
    BillLineClassifications,
    BillListed,
    BillPaymentStatus,
    BillRead,
    BillRecordStatus,
    BillWithoutApprovers,
    VendorInvoiceAnswer,
)
from net30.bills.schemas import BillApprovalStatus as ApprovalStatus
from net30.bills.tables import Bill, BillLine
from net30.kernel.clock import timestamp


class Shared(TypedDict):
    """What every form of a bill says."""

    id: str
    archived: bool
    vendor_id: str
    amount: float
    funding_amount: float
    paid_amount: float
    due_amount: float
    scheduled_amount: float
    credit_amount: float
    exchange_rate: float | None
    description: str | None
    due_date: str
    invoice: VendorInvoiceAnswer
    bill_line_items: list[BillLineAnswer]
    pay_from_chart_of_account_id: str | None
    payment_status: BillPaymentStatus
    approval_status: ApprovalStatus
    created_by: str
    created_time: str
    updated_time: str
    classifications: BillClassifications | None
    purchase_order_number: str | None


def bill_answer(bill: Bill, lines: Sequence[BillLine]) -> BillAnswer:
    """A bill as it is answered to who wrote it."""
    return BillAnswer(**_shared(bill, lines))


def bill_without_approvers(bill: Bill, lines: Sequence[BillLine]) -> BillWithoutApprovers:
    return BillWithoutApprovers(**_shared(bill, lines))


def bill_read(bill: Bill, lines: Sequence[BillLine], vendor_name: str) -> BillRead:
    return BillRead(**_shared(bill, lines), record_status=_record_status(bill), vendor_name=vendor_name)


def bill_listed(bill: Bill, lines: Sequence[BillLine], vendor_name: str) -> BillListed:
    return BillListed(**_shared(bill, lines), record_status=_record_status(bill), vendor_name=vendor_name)


def event_payload(bill: Bill, vendor_name: str) -> BillEvent:
    """What subscribers are told of a bill."""
    return BillEvent(
        id=bill.id,
        vendor_id=bill.vendor_id,
        vendor_name=vendor_name,
        invoice=_invoice(bill),
        amount=bill.amount / 1000,
        description=bill.description,
        due_date=bill.due_date,
        pay_from_chart_of_account_id=bill.pay_from_chart_of_account_id,
        payment_status=bill.payment_status,
        classifications=_classifications(bill),
        purchase_order_number=bill.purchase_order_number,
        archived=bool(bill.archived),
        created_by=bill.created_by,
        created_time=timestamp(bill.created_time),
        updated_time=timestamp(bill.updated_time),
    )


def _record_status(bill: Bill) -> BillRecordStatus:
    return "INACTIVE" if bill.archived else "ACTIVE"


def _shared(bill: Bill, lines: Sequence[BillLine]) -> Shared:
    # Thousandths over 1000 are exact as a double (kernel/money.py); spelled out here because lists live on it.
    return {
        "id": bill.id,
        "archived": bool(bill.archived),
        "vendor_id": bill.vendor_id,
        "amount": bill.amount / 1000,
        "funding_amount": bill.funding_amount / 1000,
        "paid_amount": bill.paid_amount / 1000,
        "due_amount": bill.due_amount / 1000,
        "scheduled_amount": bill.scheduled_amount / 1000,
        "credit_amount": bill.credit_amount / 1000,
        "exchange_rate": None if bill.exchange_rate is None else float(bill.exchange_rate),
        "description": bill.description,
        "due_date": bill.due_date,
        "invoice": _invoice(bill),
        "bill_line_items": [_line(line) for line in lines],
        "pay_from_chart_of_account_id": bill.pay_from_chart_of_account_id,
        "payment_status": bill.payment_status,
        "approval_status": bill.approval_status,
        "created_by": bill.created_by,
        "created_time": timestamp(bill.created_time),
        "updated_time": timestamp(bill.updated_time),
        "classifications": _classifications(bill),
        "purchase_order_number": bill.purchase_order_number,
    }


def _invoice(bill: Bill) -> VendorInvoiceAnswer:
    return VendorInvoiceAnswer(invoice_number=bill.invoice_number, invoice_date=bill.invoice_date)


_UNCLASSIFIED = BillClassifications()
_UNCLASSIFIED_LINE = BillLineClassifications()


def _classifications(bill: Bill) -> BillClassifications | None:
    given = BillClassifications(
        chart_of_account_id=bill.chart_of_account_id,
        accounting_class_id=bill.accounting_class_id,
        department_id=bill.department_id,
        location_id=bill.location_id,
        item_id=bill.item_id,
    )
    return given if given != _UNCLASSIFIED else None


def _line(line: BillLine) -> BillLineAnswer:
    return BillLineAnswer(
        id=line.id,
        amount=line.amount / 1000,
        quantity=None if line.quantity is None else float(line.quantity),
        price=None if line.price is None else float(line.price),
        description=line.description,
        classifications=_line_classifications(line),
    )


def _line_classifications(line: BillLine) -> BillLineClassifications | None:
    given = BillLineClassifications(
        chart_of_account_id=line.chart_of_account_id,
        accounting_class_id=line.accounting_class_id,
        department_id=line.department_id,
        employee_id=line.employee_id,
        job_id=line.job_id,
        location_id=line.location_id,
        item_id=line.item_id,
        customer_id=line.customer_id,
    )
    return given if given != _UNCLASSIFIED_LINE else None
