"""Bills on the wire (area "bills", apart from record-payment, which makes a payment)."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from net30.accounting.lines import without_blanks
from net30.accounting.papers import as_draft, patched
from net30.bills import actions
from net30.bills.answers import bill_answer, bill_listed, bill_read, bill_without_approvers
from net30.bills.rules import LINE_IDS, MOST_IN_BULK, MOST_LINES_IN_BULK, BillDraft, LineDraft
from net30.bills.schemas import (
    LINE_NAMES,
    NAMES,
    BillAnswer,
    BillCreate,
    BillLineUpdate,
    BillListed,
    BillRead,
    BillReplace,
    BillUpdate,
    BillWithoutApprovers,
)
from net30.bills.tables import Bill, BillLine
from net30.kernel import money
from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.vendors.actions import vendor_names
from net30.wire.listing import ListAnswer, page
from net30.wire.naming import drafted, said
from net30.wire.operation import operation
from net30.wire.types import ListRequest

BillId = Annotated[str, Meta(min_length=1, pattern="^00n[a-zA-Z0-9]{17}$")]
GivenId = Annotated[str, Meta(min_length=1)]


@operation("POST /connect/v3/bills", area="bills", status=201, needs="bills:create", names=NAMES)
def create_bill(ctx: Context, body: BillCreate) -> BillAnswer:
    """Enter a bill.

    The amount is the sum of the lines. The invoice number has at most 21 characters and must be new among the vendor's
    active bills, unless the organization allows duplicates. The bill is in its vendor's bill currency.
    """
    return bill_answer(*actions.create_bill(ctx, _draft(body)))


@operation("POST /connect/v3/bills/bulk", area="bills", status=201, needs="bills:create", names=NAMES)
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
    entered = actions.create_bills(ctx, [_draft(one) for one in body])
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


@operation("PUT /connect/v3/bills/{billId}", area="bills", needs="bills:update", names=NAMES)
def replace_bill(ctx: Context, bill_id: GivenId, body: BillReplace) -> BillAnswer:
    """Replace a bill and its set of lines.

    A line without an id is added, one whose id is left out is removed. Once a payment is scheduled or made, vendor and
    total cannot change.
    """
    bill = actions.require_bill(ctx, bill_id)
    return bill_answer(*actions.change_bill(ctx, bill, actions.lines_of(ctx, bill), _draft(body)))


@operation("PATCH /connect/v3/bills/{billId}", area="bills", needs="bills:update", names=NAMES)
def update_bill(ctx: Context, bill_id: GivenId, body: BillUpdate) -> BillAnswer:
    """Change some fields of a bill, and lines by their ids.

    What is left out stays as it is, with one exception: a line that is named without `classifications` loses them.
    """
    bill = actions.require_bill(ctx, bill_id)
    lines = actions.lines_of(ctx, bill)
    return bill_answer(*actions.change_bill(ctx, bill, lines, _patched(bill, lines, body)))


@operation("POST /connect/v3/bills/{billId}/archive", area="bills", needs="bills:archive", names=NAMES)
def archive_bill(ctx: Context, bill_id: GivenId) -> BillWithoutApprovers:
    """Archive a bill.

    An archived bill is no longer owed. Refused while a payment is scheduled or made; archiving twice changes nothing.
    """
    bill = actions.archive_bill(ctx, actions.require_bill(ctx, bill_id))
    return bill_without_approvers(bill, actions.lines_of(ctx, bill))


@operation("POST /connect/v3/bills/{billId}/restore", area="bills", needs="bills:archive", names=NAMES)
def restore_bill(ctx: Context, bill_id: GivenId) -> BillWithoutApprovers:
    """Restore an archived bill.

    It is owed again as before. Restoring an active bill changes nothing.
    """
    bill = actions.restore_bill(ctx, actions.require_bill(ctx, bill_id))
    return bill_without_approvers(bill, actions.lines_of(ctx, bill))


# ---- from the wire to drafts ----------------------------------------------------------------------------


def _draft(body: BillCreate | BillReplace) -> BillDraft:
    drafted_bill = drafted(BillDraft, body, NAMES)
    lines = [without_blanks(line) for line in drafted_bill.lines]
    return without_blanks(msgspec.structs.replace(drafted_bill, lines=lines))


def _patched(bill: Bill, lines: Sequence[BillLine], body: BillUpdate) -> BillDraft:
    """The bill as it is, with what the body gives."""
    changes = said(BillDraft, msgspec.structs.replace(body, bill_line_items=None), NAMES)
    new_lines = [_patched_line(*one) for one in patched("bill", lines, body.bill_line_items or ())]
    return without_blanks(as_draft(BillDraft, bill, **{**changes, "lines": new_lines}))


def _patched_line(line: BillLine, update: BillLineUpdate | None) -> LineDraft:
    as_is = as_draft(
        LineDraft,
        line,
        amount=money.on_wire(line.amount),
        quantity=money.number(line.quantity),
        price=money.number(line.price),
    )
    if update is None:
        return as_is
    changes = said(LineDraft, update, LINE_NAMES)
    if update.amount is None and (update.quantity is not None or update.price is not None):
        # A new quantity or price is what the amount follows from.
        changes["amount"] = None
    # What the line is classified by is given anew with each change of it.
    return without_blanks(msgspec.structs.replace(as_is, **dict.fromkeys(LINE_IDS) | changes))
