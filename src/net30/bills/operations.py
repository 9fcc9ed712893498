"""Bills on the wire (area "bills", apart from record-payment, which makes a payment)."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from net30.accounting.lines import given, patches, without_blanks
from net30.bills import actions
from net30.bills.answers import bill_answer, bill_listed, bill_read, bill_without_approvers
from net30.bills.rules import (
    BILL_IDS,
    LINE_IDS,
    LINE_ITEMS,
    MOST_IN_BULK,
    MOST_LINES_IN_BULK,
    BillDraft,
    LineDraft,
)
from net30.bills.schemas import (
    BillAnswer,
    BillClassifications,
    BillCreate,
    BillLineClassifications,
    BillLineCreate,
    BillLineReplace,
    BillLineUpdate,
    BillListed,
    BillRead,
    BillReplace,
    BillUpdate,
    BillWithoutApprovers,
)
from net30.bills.tables import Bill, BillLine
from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.vendors.actions import vendor_names
from net30.wire.listing import ListAnswer, page
from net30.wire.operation import operation
from net30.wire.types import ListRequest

BillId = Annotated[str, Meta(min_length=1, pattern="^00n[a-zA-Z0-9]{17}$")]
GivenId = Annotated[str, Meta(min_length=1)]


@operation("POST /connect/v3/bills", area="bills", status=201, needs="bills:create")
def create_bill(ctx: Context, body: BillCreate) -> BillAnswer:
    """Enter a bill.

    The amount is the sum of the lines. The invoice number has at most 21 characters and must be new among the vendor's
    active bills, unless the organization allows duplicates. The bill is in its vendor's bill currency.
    """
    return bill_answer(*actions.create_bill(ctx, _draft(body, body.bill_line_items)))


@operation("POST /connect/v3/bills/bulk", area="bills", status=201, needs="bills:create")
def create_bills(
    ctx: Context, body: Annotated[list[BillCreate], Meta(min_length=1)]
) -> list[BillWithoutApprovers]:
    """Enter up to 100 bills, all or none.

    The bills may be of several vendors. When one is refused, none is entered: the answer names the one at fault, and
    BDC_1246 stands for the others.
    """
    if len(body) > MOST_IN_BULK:
        raise Refusal(None, field="body", detail=f"size must be between 1 and {MOST_IN_BULK}")
    if (lines := sum(len(one.bill_line_items) for one in body)) > MOST_LINES_IN_BULK:
        raise Refusal(
            None,
            field="body",
            detail=f"the bills have {lines} lines together, and may have {MOST_LINES_IN_BULK}",
            help="send fewer bills at once",
        )
    entered = actions.create_bills(ctx, [_draft(one, one.bill_line_items) for one in body])
    return [bill_without_approvers(bill, lines) for bill, lines in entered]


@operation("GET /connect/v3/bills", area="bills", needs="bills:read")
def list_bills(ctx: Context, listing: ListRequest) -> ListAnswer[BillListed]:
    """List bills, oldest first unless sorted otherwise.

    Approvers are not shown in lists.
    """
    found = page(ctx, Bill, listing)
    lines = actions.lines_by_bill(ctx, found.rows)
    names = vendor_names(ctx, {bill.vendor_id for bill in found.rows})
    return found.of([bill_listed(bill, lines[bill.id], names[bill.vendor_id]) for bill in found.rows])


@operation("GET /connect/v3/bills/{billId}", area="bills", needs="bills:read")
def read_bill(ctx: Context, bill_id: BillId) -> BillRead:
    """Read one bill.

    It comes with its lines and its vendor's name, and with its approvers when it was saved with `billApprovals`.
    """
    bill, vendor_name = actions.read_bill(ctx, bill_id)
    return bill_read(bill, actions.lines_of(ctx, bill), vendor_name)


@operation("PUT /connect/v3/bills/{billId}", area="bills", needs="bills:update")
def replace_bill(ctx: Context, bill_id: GivenId, body: BillReplace) -> BillAnswer:
    """Replace a bill and its set of lines.

    A line without an id is added, one whose id is left out is removed. Once a payment is scheduled or made, vendor and
    total cannot change.
    """
    bill = actions.require_bill(ctx, bill_id)
    draft = _draft(body, body.bill_line_items)
    return bill_answer(*actions.change_bill(ctx, bill, actions.lines_of(ctx, bill), draft))


@operation("PATCH /connect/v3/bills/{billId}", area="bills", needs="bills:update")
def update_bill(ctx: Context, bill_id: GivenId, body: BillUpdate) -> BillAnswer:
    """Change some fields of a bill, and lines by their ids.

    What is left out stays as it is, with one exception: a line that is named without `classifications` loses them.
    """
    bill = actions.require_bill(ctx, bill_id)
    lines = actions.lines_of(ctx, bill)
    return bill_answer(*actions.change_bill(ctx, bill, lines, _patched(bill, lines, body)))


@operation("POST /connect/v3/bills/{billId}/archive", area="bills", needs="bills:archive")
def archive_bill(ctx: Context, bill_id: GivenId) -> BillWithoutApprovers:
    """Archive a bill.

    An archived bill is no longer owed. Refused while a payment is scheduled or made; archiving twice changes nothing.
    """
    bill = actions.archive_bill(ctx, actions.require_bill(ctx, bill_id))
    return bill_without_approvers(bill, actions.lines_of(ctx, bill))


@operation("POST /connect/v3/bills/{billId}/restore", area="bills", needs="bills:archive")
def restore_bill(ctx: Context, bill_id: GivenId) -> BillWithoutApprovers:
    """Restore an archived bill.

    It is owed again as before. Restoring an active bill changes nothing.
    """
    bill = actions.restore_bill(ctx, actions.require_bill(ctx, bill_id))
    return bill_without_approvers(bill, actions.lines_of(ctx, bill))


# ---- from the wire to drafts ----------------------------------------------------------------------------


def _draft(body: BillCreate | BillReplace, lines: Sequence[BillLineCreate]) -> BillDraft:
    over_all = body.classifications or BillClassifications()
    drafted = BillDraft(
        vendor_id=body.vendor_id,
        due_date=body.due_date.isoformat(),
        invoice_number=body.invoice.invoice_number,
        invoice_date=body.invoice.invoice_date.isoformat(),
        lines=[_line_draft(line) for line in lines],
        description=body.description,
        purchase_order_number=body.purchase_order_number,
        pay_from_chart_of_account_id=body.pay_from_chart_of_account_id,
        **{name: getattr(over_all, name) for name in BILL_IDS},
        bill_approvals=bool(body.bill_approvals),
        vendor_credit_ids=[credit.id for credit in body.vendor_credits or ()],
    )
    return without_blanks(drafted)


def _line_draft(line: BillLineCreate) -> LineDraft:
    classified = line.classifications or BillLineClassifications()
    drafted = LineDraft(
        id=line.id if isinstance(line, BillLineReplace) else None,
        amount=line.amount,
        quantity=line.quantity,
        price=line.price,
        description=line.description,
        **{name: getattr(classified, name) for name in LINE_IDS},
    )
    return without_blanks(drafted)


# What a PATCH may give of a bill, under the same name in its body and in a draft.
PATCHED = (
    "description",
    "purchase_order_number",
    "pay_from_chart_of_account_id",
    "bill_approvals",
    "vendor_id",
)


def _patched(bill: Bill, lines: Sequence[BillLine], body: BillUpdate) -> BillDraft:
    """The bill as it is, with what the body gives."""
    changes = given(body, PATCHED)
    if body.due_date is not None:
        changes["due_date"] = body.due_date.isoformat()
    if body.invoice is not None and body.invoice.invoice_number is not None:
        changes["invoice_number"] = body.invoice.invoice_number
    if body.invoice is not None and body.invoice.invoice_date is not None:
        changes["invoice_date"] = body.invoice.invoice_date.isoformat()
    if body.classifications is not None:
        changes |= given(body.classifications, BILL_IDS)
    drafted = msgspec.structs.replace(
        _as_draft(bill),
        lines=[_patched_line(*one) for one in patches(LINE_ITEMS, "bill", lines, body.bill_line_items or ())],
        vendor_credit_ids=[credit.id for credit in body.vendor_credits or ()],
        **changes,
    )
    return without_blanks(drafted)


def _as_draft(bill: Bill) -> BillDraft:
    """What the bill would be entered as, but for its lines."""
    return BillDraft(
        vendor_id=bill.vendor_id,
        due_date=bill.due_date,
        invoice_number=bill.invoice_number,
        invoice_date=bill.invoice_date,
        lines=(),
        description=bill.description,
        purchase_order_number=bill.purchase_order_number,
        pay_from_chart_of_account_id=bill.pay_from_chart_of_account_id,
        **{name: getattr(bill, name) for name in BILL_IDS},
        bill_approvals=bool(bill.bill_approvals),
    )


def _patched_line(line: BillLine, update: BillLineUpdate | None) -> LineDraft:
    as_is = LineDraft(
        id=line.id,
        amount=line.amount / 1000,
        quantity=None if line.quantity is None else float(line.quantity),
        price=None if line.price is None else float(line.price),
        description=line.description,
        **{name: getattr(line, name) for name in LINE_IDS},
    )
    if update is None:
        return as_is
    changes = given(update, ("amount", "quantity", "price", "description"))
    if update.amount is None and (update.quantity is not None or update.price is not None):
        # A new quantity or price is what the amount follows from.
        changes["amount"] = None
    classified = update.classifications or BillLineClassifications()
    changes |= {name: getattr(classified, name) for name in LINE_IDS}
    return without_blanks(msgspec.structs.replace(as_is, **changes))
