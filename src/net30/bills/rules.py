"""Decisions about bills, without I/O: what a draft must be, what a line comes to, when a bill counts as paid."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from net30.accounting import lines as accounting_lines
from net30.accounting import papers
from net30.bills.tables import Bill, PaymentStatus
from net30.kernel import money
from net30.kernel.refusal import Refusal

MOST_IN_BULK = 100
# Lines of all bills of a bulk call together: it is one transaction, and others wait for it.
MOST_LINES_IN_BULK = 10_000


class LineDraft(papers.LineDraft, frozen=True, kw_only=True):
    """A line as someone wants it."""

    amount: float | None = None
    quantity: float | None = None
    price: float | None = None
    employee_id: str | None = None
    job_id: str | None = None
    customer_id: str | None = None


class CreditDraft(msgspec.Struct, frozen=True):
    """A vendor credit that is to be applied, in units of the bill's currency."""

    id: str
    amount: float


class BillDraft(papers.Classified, frozen=True, kw_only=True):
    """A whole bill as someone wants it; dates are yyyy-MM-dd."""

    vendor_id: str
    due_date: str
    invoice_number: str
    invoice_date: str
    lines: Sequence[LineDraft]
    description: str | None = None
    purchase_order_number: str | None = None
    pay_from_chart_of_account_id: str | None = None
    bill_approvals: bool = False
    vendor_credits: Sequence[CreditDraft] = ()


class BillMove(msgspec.Struct, frozen=True):
    """What a payment changes of a bill: signed thousandths. `in_process` is a part of `scheduled`."""

    bill_id: str
    scheduled: int = 0
    in_process: int = 0
    paid: int = 0


class Total(msgspec.Struct, frozen=True):
    """What the lines of a bill come to: thousandths of its currency and of USD, and the rate between them."""

    amount: int
    funding_amount: int
    exchange_rate: str | None


class PricedLine(msgspec.Struct, frozen=True):
    """A line's amount in thousandths, and its quantity and price as stored."""

    amount: int
    quantity: str | None
    price: str | None


# What bills and their lines name, by column: the kind of object is that of the column, or said.
BILL_IDS = {
    name: name
    for name in ("chart_of_account_id", "accounting_class_id", "department_id", "location_id", "item_id")
} | {"pay_from_chart_of_account_id": "chart_of_account_id"}
LINE_IDS = {
    name: name
    for name in (
        "chart_of_account_id",
        "accounting_class_id",
        "department_id",
        "employee_id",
        "job_id",
        "location_id",
        "item_id",
        "customer_id",
    )
}


def price_lines(
    lines: Sequence[LineDraft], currency: str, rate: str | None
) -> tuple[list[PricedLine], Total]:
    """What each line and all of them come to; Refusals name every line that cannot be priced."""
    priced = accounting_lines.priced(lines, lambda line: _price(line, currency), rate)
    amount = sum(line.amount for line in priced)
    dollars = accounting_lines.total_in_dollars(amount, currency, rate, "a bill")
    return priced, Total(amount, dollars, rate)


def _price(line: LineDraft, currency: str) -> PricedLine:
    quantity = None if line.quantity is None else money.decimal_text(line.quantity)
    price = None if line.price is None else money.decimal_text(line.price)
    if line.amount is not None:
        return PricedLine(money.thousandths(line.amount, currency), quantity, price)
    if quantity is None or price is None:
        raise money.MoneyError("a line needs an amount, or a quantity and a price")
    return PricedLine(money.line_amount(Decimal(quantity), Decimal(price), currency), quantity, price)


def payment_status(bill: Bill) -> PaymentStatus:
    """UNPAID until money is promised; PAID when all of it has arrived.

    While something is still due, any promised or arrived part makes the bill PARTIALLY_PAID. Once nothing is due, it is
    SCHEDULED until the first of its open payments has left SCHEDULED, and IN_PROCESS from then on.
    """
    if bill.scheduled_amount == 0 and bill.paid_amount == 0:
        return "UNPAID"
    if bill.due_amount > 0:
        return "PARTIALLY_PAID"
    if bill.scheduled_amount == 0:
        return "PAID"
    return "IN_PROCESS" if bill.in_process_amount > 0 else "SCHEDULED"


def moved(bill: Bill, move: BillMove) -> Bill:
    """The bill after a payment's change, whose amounts add up again."""
    scheduled = bill.scheduled_amount + move.scheduled
    in_process = bill.in_process_amount + move.in_process
    paid = bill.paid_amount + move.paid
    due = bill.amount - scheduled - paid
    if due < 0:
        raise Refusal(
            "BDC_1159",
            billId=bill.id,
            detail=f"bill {bill.id} has {money.text(bill.due_amount, bill.currency)} due",
            help="pay at most the amount due",
        )
    assert 0 <= in_process <= scheduled, f"bill {bill.id}: {in_process} in process of {scheduled} scheduled"
    assert paid >= bill.credit_amount, f"bill {bill.id}: paid {paid} is less than its credits"
    after = msgspec.structs.replace(
        bill, scheduled_amount=scheduled, in_process_amount=in_process, paid_amount=paid, due_amount=due
    )
    return msgspec.structs.replace(after, payment_status=payment_status(after))


def valued_on(bill: Bill, invoice_date: str) -> str:
    """The date of the rate of a bill that is now of a date. What was paid of it settled it at the rate it has."""
    return bill.invoice_date if bill.paid_amount else invoice_date


def require_editable(old: Bill, vendor_id: str, amount: int) -> None:
    """Once a payment is scheduled or made, vendor and total stand."""
    promised = old.scheduled_amount + old.paid_amount
    if promised and vendor_id != old.vendor_id:
        raise _settled(old, "vendor_id", vendor_id, "the vendor")
    if promised and amount != old.amount:
        raise _settled(old, "amount", money.on_wire(amount), "the total")


def _settled(bill: Bill, name: str, value: object, what: str) -> Refusal:
    return Refusal(
        "BDC_1119",
        field=name,
        value=value,
        detail=f"bill {bill.id} has a payment scheduled or made, so {what} cannot change",
        help="cancel or void the payment first, or split the lines anew to the same total",
    )


def require_no_credit(draft: BillDraft) -> None:
    """No vendor has credits."""
    for position, credit in enumerate(draft.vendor_credits):
        raise Refusal(
            "BDC_1205",
            field=f"vendor_credits[{position}].id",
            id=credit.id,
            detail=f"no vendor credit has the id {credit.id}",
            help="leave vendorCredits out",
        )


def require_archivable(bill: Bill) -> None:
    """A bill that money was promised for stays in the books."""
    if bill.scheduled_amount or bill.paid_amount:
        raise Refusal(
            "BDC_1119",
            id=bill.id,
            detail=f"bill {bill.id} has a payment scheduled or made",
            help="cancel or void the payment first",
        )
