"""Invoices on the wire (area "invoices", apart from what belongs to payments)."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from net30.accounting.lines import without_blanks
from net30.accounting.papers import as_draft, patched
from net30.invoices import actions
from net30.invoices.answers import invoice_answer
from net30.invoices.rules import Buyer, InvoiceDraft, LineDraft
from net30.invoices.schemas import (
    LINE_NAMES,
    NAMES,
    InvoiceAnswer,
    InvoiceCreate,
    InvoiceEmail,
    InvoiceFields,
    InvoiceLineUpdate,
    InvoiceReplace,
    InvoiceUpdate,
)
from net30.invoices.tables import Invoice, InvoiceLine
from net30.kernel import money
from net30.kernel.context import Context
from net30.wire.listing import ListAnswer, page
from net30.wire.naming import drafted, said
from net30.wire.operation import operation
from net30.wire.types import ListRequest

AREA = "invoices"

GivenId = Annotated[str, Meta(min_length=1)]


@operation("GET /connect/v3/invoices", area=AREA, needs="invoices:read")
def list_invoices(ctx: Context, listing: ListRequest) -> ListAnswer[InvoiceAnswer]:
    """List invoices, oldest first unless sorted otherwise.

    With their lines. Archived ones are listed too.
    """
    found = page(ctx, Invoice, listing)
    lines = actions.LINES.by_parent(ctx, [invoice.id for invoice in found.rows])
    return found.of([invoice_answer(invoice, lines[invoice.id]) for invoice in found.rows])


@operation("POST /connect/v3/invoices", area=AREA, status=201, needs="invoices:create", names=NAMES)
def create_invoice(ctx: Context, body: InvoiceCreate) -> InvoiceAnswer:
    """Enter an invoice.

    The customer is named by `id`, or created by `name` and `email`. A line is quantity × price; one without a price
    has the one at which its quantity comes to its `amount`, or else its item's, and as the last line may be its
    item's percentage of those above. Without a number the invoice gets
    the next one, such as INV-1001; a number has at most 21 characters and is new among the active invoices. Both
    dates are today's when they are left out.
    """
    return invoice_answer(*actions.create_invoice(ctx, _draft(body), send=_is_sent(body)))


@operation("GET /connect/v3/invoices/{invoiceId}", area=AREA, needs="invoices:read")
def read_invoice(ctx: Context, invoice_id: GivenId) -> InvoiceAnswer:
    """Read one invoice.

    It comes with its lines.
    """
    invoice = actions.require_invoice(ctx, invoice_id)
    return invoice_answer(invoice, actions.LINES.of(ctx, invoice.id))


@operation("PUT /connect/v3/invoices/{invoiceId}", area=AREA, needs="invoices:update", names=NAMES)
def replace_invoice(ctx: Context, invoice_id: GivenId, body: InvoiceReplace) -> InvoiceAnswer:
    """Replace an invoice and its set of lines.

    A line without an id is added, one whose id is left out is removed. Prices, percentages and the sales tax that are
    left to items are those of now. Without a number or a PDF the invoice keeps what it has.
    """
    invoice = actions.require_invoice(ctx, invoice_id)
    lines = actions.LINES.of(ctx, invoice.id)
    return invoice_answer(*actions.change_invoice(ctx, invoice, lines, _draft(body), send=_is_sent(body)))


@operation("PATCH /connect/v3/invoices/{invoiceId}", area=AREA, needs="invoices:update", names=NAMES)
def update_invoice(ctx: Context, invoice_id: GivenId, body: InvoiceUpdate) -> InvoiceAnswer:
    """Change some fields of an invoice, and lines by their ids.

    What is left out stays as it is, of a line that is named, too.
    """
    invoice = actions.require_invoice(ctx, invoice_id)
    lines = actions.LINES.of(ctx, invoice.id)
    draft = _patched(invoice, lines, body)
    return invoice_answer(*actions.change_invoice(ctx, invoice, lines, draft, send=_is_sent(body)))


@operation("POST /connect/v3/invoices/{invoiceId}/archive", area=AREA, needs="invoices:archive", names=NAMES)
def archive_invoice(ctx: Context, invoice_id: GivenId) -> InvoiceAnswer:
    """Archive an invoice.

    An archived invoice is no longer owed. Archiving twice changes nothing.
    """
    return invoice_answer(*actions.archive_invoice(ctx, actions.require_invoice(ctx, invoice_id)))


@operation("POST /connect/v3/invoices/{invoiceId}/restore", area=AREA, needs="invoices:archive", names=NAMES)
def restore_invoice(ctx: Context, invoice_id: GivenId) -> InvoiceAnswer:
    """Restore an archived invoice.

    It is owed again as before. Restoring an active invoice changes nothing.
    """
    return invoice_answer(*actions.restore_invoice(ctx, actions.require_invoice(ctx, invoice_id)))


@operation("POST /connect/v3/invoices/{invoiceId}/email", area=AREA, needs="invoices:send", names=NAMES)
def email_invoice(ctx: Context, invoice_id: GivenId, body: InvoiceEmail) -> None:
    """Send an invoice by mail.

    To each of the addresses. An answer goes to the user `replyTo` names. A user sends five a minute.
    """
    invoice = actions.require_invoice(ctx, invoice_id)
    actions.send_invoice(ctx, invoice, body.reply_to.user_id, body.recipient.to)


# ---- from the wire to drafts ----------------------------------------------------------------------------


def _is_sent(body: InvoiceFields) -> bool:
    return body.processing_options is not None and bool(body.processing_options.send_email)


def _draft(body: InvoiceCreate | InvoiceReplace) -> InvoiceDraft:
    drafted_invoice = drafted(InvoiceDraft, body, NAMES)
    lines = [without_blanks(line) for line in drafted_invoice.lines]
    return without_blanks(msgspec.structs.replace(drafted_invoice, lines=lines))


def _patched(invoice: Invoice, lines: Sequence[InvoiceLine], body: InvoiceUpdate) -> InvoiceDraft:
    """The invoice as it is, with what the body gives."""
    changes = said(InvoiceDraft, msgspec.structs.replace(body, invoice_line_items=None), NAMES)
    fee = None if body.enable_card_payment is False else money.number(invoice.convenience_fee_percentage)
    as_is = {
        "buyer": Buyer(id=invoice.customer_id),
        "convenience_fee_percentage": fee,
        "invoice_pdf_id": None,
        # The taxes that it has stand until it names others.
        "sales_tax_stands": body.sales_tax_item_id in (None, invoice.sales_tax_item_id),
        "lines": [_patched_line(*one) for one in patched("invoice", lines, body.invoice_line_items or ())],
    }
    return without_blanks(as_draft(InvoiceDraft, invoice, **(as_is | changes)))


def _patched_line(line: InvoiceLine, update: InvoiceLineUpdate | None) -> LineDraft:
    as_is = as_draft(
        LineDraft,
        line,
        quantity=float(line.quantity),
        price=None if line.rate_percent is not None else float(line.price),
        amount=None,
    )
    if update is None:
        return as_is
    changes = said(LineDraft, update, LINE_NAMES)
    if "amount" in changes and "price" not in changes:
        changes["price"] = None
    if changes.get("item_id", line.item_id) != line.item_id:
        # Another item decides anew.
        changes["taxable"] = None
        changes["rate_percent"] = None if changes["item_id"] else line.rate_percent
    return without_blanks(msgspec.structs.replace(as_is, **changes))
