"""The verbs of bills inside an open transaction: enter, change, archive, restore, and what payments move."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import and_, select

from net30.accounting.actions import require_classifications
from net30.accounting.lines import bytes_of, require_own, told
from net30.accounting.numbers import number_key, numbered, require_free, require_short_number, taken
from net30.accounting.papers import columns, entered, newly_named, rows
from net30.bills import books, rules
from net30.bills.answers import event_payload
from net30.bills.rules import BILL_IDS, LINE_IDS, BillDraft, BillMove, PricedLine
from net30.bills.tables import Bill, BillLine, bills
from net30.kernel import events, ids, reference_rates
from net30.kernel.context import Context
from net30.kernel.entity import Composed, EntityWithParts, PartsTold
from net30.kernel.owned import Owned, Parts
from net30.kernel.reference_rates import Valued
from net30.kernel.refusal import Refusal, Refusals, all_or_nothing
from net30.organizations.settings import settings_of
from net30.store.statements import Statement, Value, by_key
from net30.vendors.actions import HAVE_PAPERS, VENDORS, require_vendor, vendor_names
from net30.vendors.tables import Vendor, vendors

_KEY = ("organization_id", "id")

BILLS = Owned(Bill, "bill", "GET /v3/bills")
LINES = Parts(BillLine, "bill_id", "position")


def _follow(ctx: Context, changes: Sequence[Composed[Bill, books.Lines]]) -> None:
    names = vendor_names(ctx, [change.new.vendor_id for change in changes])
    for change in changes:
        bill = change.new
        if books.concerned(change):
            now = change.parts or (LINES.of(ctx, bill.id),)
            books.follow(ctx, change, (change.old_parts or now, now))
        events.emit(ctx, f"bill.{change.verb}", bill.id, event_payload(bill, names[bill.vendor_id]))


BILL = EntityWithParts("Bill", Bill, [PartsTold("lines", LINES, told)], follow=_follow)

_BILL_AND_VENDOR = Statement(
    select(bills, vendors.c.name)
    .join(
        vendors, and_(vendors.c.organization_id == bills.c.organization_id, vendors.c.id == bills.c.vendor_id)
    )
    .where(by_key(bills, _KEY))
)
_NUMBERED = numbered(bills, "vendor_id")
_ANY_OF_VENDOR = Statement(select(bills.c.id).where(by_key(bills, ["organization_id", "vendor_id"])).limit(1))


# ---- reading --------------------------------------------------------------------------------------------


require_bill = BILLS.require
require_bills = BILLS.require_all


def read_bill(ctx: Context, bill_id: str) -> tuple[Bill, str]:
    """The bill and its vendor's name; 404 when the organization has none with this id."""
    row = ctx.tx.row(_BILL_AND_VENDOR, {"id": bill_id})
    if row is None:
        raise BILLS.unknown(bill_id)
    *columns, vendor_name = row
    return Bill(*columns), vendor_name


def has_bills(ctx: Context, vendor_id: str) -> bool:
    """Whether a vendor has a bill, archived or not."""
    asked = {"vendor_id": vendor_id}
    return ctx.tx.row(_ANY_OF_VENDOR, asked) is not None


HAVE_PAPERS.append(has_bills)


def lines_of(ctx: Context, bill: Bill) -> list[BillLine]:
    """A bill's lines in order."""
    return LINES.of(ctx, bill.id)


def lines_by_bill(ctx: Context, listed: Sequence[Bill]) -> dict[str, list[BillLine]]:
    """The lines of several bills, by bill id."""
    return LINES.by_parent(ctx, [bill.id for bill in listed])


# ---- entering -------------------------------------------------------------------------------------------


def create_bill(ctx: Context, draft: BillDraft) -> tuple[Bill, list[BillLine]]:
    """Enter a bill: the row and its lines, the audit entry, the books, the event, the vendor's balance."""
    return _enter(ctx, draft, require_vendor(ctx, draft.vendor_id))


def create_bills(ctx: Context, drafts: Sequence[BillDraft]) -> list[tuple[Bill, list[BillLine]]]:
    """Enter several bills, of several vendors, all or none; the refusal says which one failed."""
    known = VENDORS.find_all(ctx, sorted({draft.vendor_id for draft in drafts}))
    made: list[tuple[Bill, list[BillLine]]] = []
    for position, draft in enumerate(drafts):
        try:
            if draft.vendor_id not in known:
                raise VENDORS.unknown(draft.vendor_id, field="vendor_id")
            _require_new_number(ctx, draft, [bill for bill, _ in made])
            made.append(_enter(ctx, draft, known[draft.vendor_id]))
        except (Refusal, Refusals) as cause:
            raise all_or_nothing({position: cause}, len(drafts)) from None
    return made


def _require_new_number(ctx: Context, draft: BillDraft, made: Sequence[Bill]) -> None:
    """A bulk call has each number once; its bills have no ids that anybody will ever see."""
    if settings_of(ctx.organization).allow_duplicate_bill_numbers:
        return
    key = number_key(draft.invoice_number)
    for position, bill in enumerate(made):
        if (bill.vendor_id, bill.number_key) == (draft.vendor_id, key):
            raise taken(draft.invoice_number, f"element {position} of this call", "bill")


def _enter(ctx: Context, draft: BillDraft, vendor: Vendor) -> tuple[Bill, list[BillLine]]:
    VENDORS.require_active(vendor, field="vendor_id")
    _check(ctx, draft)
    rate = reference_rates.standing(ctx, vendor.bill_currency, draft.invoice_date)
    priced, total = rules.price_lines(draft.lines, vendor.bill_currency, rate)
    bill = entered(
        Bill,
        draft,
        total,
        organization_id=ctx.organization_id,
        id=ids.new("00n"),
        currency=vendor.bill_currency,
        due_amount=total.amount,
        scheduled_amount=0,
        in_process_amount=0,
        paid_amount=0,
        credit_amount=0,
        payment_status="UNPAID",
        approval_status="UNASSIGNED",
        archived=0,
        created_by=ctx.actor.user_id,
        created_time=ctx.now,
        updated_time=ctx.now,
        **_derived(draft),
    )
    lines = _lines(bill, draft, priced)
    BILL.enter(ctx, (bill, (lines,)))
    return bill, lines


def _check(
    ctx: Context, draft: BillDraft, old: Bill | None = None, old_lines: Sequence[BillLine] = ()
) -> None:
    """Everything of a draft that the vendor and the lines' amounts do not decide."""
    require_short_number(draft.invoice_number)
    _require_free_number(ctx, draft.vendor_id, draft.invoice_number, "" if old is None else old.id)
    rules.require_no_credit(draft)
    require_classifications(ctx, newly_named(draft, BILL_IDS, draft.lines, LINE_IDS, old, old_lines))


def _require_free_number(ctx: Context, vendor_id: str, invoice_number: str, but_id: str) -> None:
    if not settings_of(ctx.organization).allow_duplicate_bill_numbers:
        alike = {"vendor_id": vendor_id}
        require_free(ctx, _NUMBERED, invoice_number, alike, noun="bill", but_id=but_id)


def first_free_number(ctx: Context, vendor_id: str, wanted: Sequence[str]) -> str:
    """The first of some numbers that no active bill of a vendor has; the last one where all are taken."""
    for number in wanted[:-1]:
        asked = {"but_id": "", "vendor_id": vendor_id, "number_key": number_key(number)}
        if ctx.tx.row(_NUMBERED, asked) is None:
            return number
    return wanted[-1]


def _derived(draft: BillDraft) -> dict[str, Value]:
    """The columns that follow from a draft."""
    return {"number_key": number_key(draft.invoice_number), "parts_bytes": bytes_of(draft.lines)}


def _lines(bill: Bill, draft: BillDraft, priced: Sequence[PricedLine]) -> list[BillLine]:
    paper = {"organization_id": bill.organization_id, "bill_id": bill.id}
    return rows(BillLine, draft.lines, priced, prefix="bli", **paper)


# ---- changing -------------------------------------------------------------------------------------------


def change_bill(
    ctx: Context, old: Bill, old_lines: Sequence[BillLine], draft: BillDraft
) -> tuple[Bill, list[BillLine]]:
    """Make a bill what the draft says. Nothing is written when nothing differs."""
    BILLS.require_active(old)
    vendor = require_vendor(ctx, draft.vendor_id)
    if vendor.id != old.vendor_id:
        VENDORS.require_active(vendor, field="vendor_id")
    require_own("bill", draft.lines, old_lines)
    _check(ctx, draft, old, old_lines)
    rate = reference_rates.standing(
        ctx, vendor.bill_currency, rules.valued_on(old, draft.invoice_date), _valued(old)
    )
    priced, total = rules.price_lines(draft.lines, vendor.bill_currency, rate)
    rules.require_editable(old, vendor.id, total.amount)
    new = msgspec.structs.replace(
        old,
        currency=vendor.bill_currency,
        due_amount=total.amount - old.scheduled_amount - old.paid_amount,
        **columns(Bill, draft),
        **columns(Bill, total),
        **_derived(draft),
    )
    lines = _lines(new, draft, priced)
    return BILL.revise(ctx, old, new, ((old_lines,), (lines,))), lines


def _valued(bill: Bill) -> Valued:
    return Valued(bill.currency, bill.invoice_date, bill.exchange_rate)


def archive_bill(ctx: Context, old: Bill) -> Bill:
    """Take a bill that no payment was promised for out of the books; nothing happens to an archived one."""
    if old.archived:
        return old
    rules.require_archivable(old)
    return BILL.revise(ctx, old, msgspec.structs.replace(old, archived=1))


def restore_bill(ctx: Context, old: Bill) -> Bill:
    """Put an archived bill back into the books; its number must still be free."""
    if not old.archived:
        return old
    _require_free_number(ctx, old.vendor_id, old.invoice_number, old.id)
    return BILL.revise(ctx, old, msgspec.structs.replace(old, archived=0))


# ---- what payments move ---------------------------------------------------------------------------------


def move_amounts(ctx: Context, moves: Sequence[BillMove]) -> None:
    """Change what is scheduled, in process and paid of bills; each bill's change is audited and told."""
    known = require_bills(ctx, sorted({move.bill_id for move in moves}))
    after = dict(known)
    for move in moves:
        after[move.bill_id] = rules.moved(after[move.bill_id], move)
    BILL.revise_all(ctx, [(known[bill_id], new, None) for bill_id, new in after.items()])
