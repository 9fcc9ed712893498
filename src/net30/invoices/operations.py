"""Invoices on the wire (area "invoices", apart from what belongs to payments)."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from net30.accounting.lines import given, patches, without_blanks
from net30.invoices import actions
from net30.invoices.answers import invoice_answer
from net30.invoices.rules import (
    INVOICE_IDS,
    LINE_IDS,
    LINE_ITEMS,
    Buyer,
    InvoiceDraft,
    LineDraft,
)
from net30.invoices.schemas import (
    InvoiceAnswer,
    InvoiceClassifications,
    InvoiceCreate,
    InvoiceCustomer,
    InvoiceEmail,
    InvoiceFields,
    InvoiceLineClassifications,
    InvoiceLineCreate,
    InvoiceLineReplace,
    InvoiceLineUpdate,
    InvoiceReplace,
    InvoiceUpdate,
)
from net30.invoices.tables import Invoice, InvoiceLine
from net30.kernel import money
from net30.kernel.context import Context
from net30.wire.listing import ListAnswer, page
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


@operation("POST /connect/v3/invoices", area=AREA, status=201, needs="invoices:create")
def create_invoice(ctx: Context, body: InvoiceCreate) -> InvoiceAnswer:
    """Enter an invoice.

    The customer is named by `id`, or created by `name` and `email`. A line is quantity × price; one without a price
    has the one at which its quantity comes to its `amount`, or else its item's, and as the last line may be its
    item's percentage of those above. Without a number the invoice gets
    the next one, such as INV-1001; a number has at most 21 characters and is new among the active invoices. Both
    dates are today's when they are left out.
    """
    draft = _draft(body, body.customer, body.invoice_line_items)
    return invoice_answer(*actions.create_invoice(ctx, draft, send=_is_sent(body)))


@operation("GET /connect/v3/invoices/{invoiceId}", area=AREA, needs="invoices:read")
def read_invoice(ctx: Context, invoice_id: GivenId) -> InvoiceAnswer:
    """Read one invoice.

    It comes with its lines.
    """
    invoice = actions.require_invoice(ctx, invoice_id)
    return invoice_answer(invoice, actions.LINES.of(ctx, invoice.id))


@operation("PUT /connect/v3/invoices/{invoiceId}", area=AREA, needs="invoices:update")
def replace_invoice(ctx: Context, invoice_id: GivenId, body: InvoiceReplace) -> InvoiceAnswer:
    """Replace an invoice and its set of lines.

    A line without an id is added, one whose id is left out is removed. Prices, percentages and the sales tax that are
    left to items are those of now. Without a number or a PDF the invoice keeps what it has.
    """
    invoice = actions.require_invoice(ctx, invoice_id)
    draft = msgspec.structs.replace(
        _draft(body, body.customer, body.invoice_line_items), invoice_pdf_id=body.invoice_pdf_id
    )
    lines = actions.LINES.of(ctx, invoice.id)
    return invoice_answer(*actions.change_invoice(ctx, invoice, lines, draft, send=_is_sent(body)))


@operation("PATCH /connect/v3/invoices/{invoiceId}", area=AREA, needs="invoices:update")
def update_invoice(ctx: Context, invoice_id: GivenId, body: InvoiceUpdate) -> InvoiceAnswer:
    """Change some fields of an invoice, and lines by their ids.

    What is left out stays as it is, with one exception: a line of the
    invoice that is named without `classifications` loses them.
    """
    invoice = actions.require_invoice(ctx, invoice_id)
    lines = actions.LINES.of(ctx, invoice.id)
    draft = _patched(invoice, lines, body)
    return invoice_answer(*actions.change_invoice(ctx, invoice, lines, draft, send=_is_sent(body)))


@operation("POST /connect/v3/invoices/{invoiceId}/archive", area=AREA, needs="invoices:archive")
def archive_invoice(ctx: Context, invoice_id: GivenId) -> InvoiceAnswer:
    """Archive an invoice.

    An archived invoice is no longer owed. Archiving twice changes nothing.
    """
    return invoice_answer(*actions.archive_invoice(ctx, actions.require_invoice(ctx, invoice_id)))


@operation("POST /connect/v3/invoices/{invoiceId}/restore", area=AREA, needs="invoices:archive")
def restore_invoice(ctx: Context, invoice_id: GivenId) -> InvoiceAnswer:
    """Restore an archived invoice.

    It is owed again as before. Restoring an active invoice changes nothing.
    """
    return invoice_answer(*actions.restore_invoice(ctx, actions.require_invoice(ctx, invoice_id)))


@operation("POST /connect/v3/invoices/{invoiceId}/email", area=AREA, needs="invoices:send")
def email_invoice(ctx: Context, invoice_id: GivenId, body: InvoiceEmail) -> None:
    """Send an invoice by mail.

    To each of the addresses. An answer goes to the user `replyTo` names. A user sends five a minute.
    """
    invoice = actions.require_invoice(ctx, invoice_id)
    actions.send_invoice(ctx, invoice, body.reply_to.user_id, body.recipient.to)


# ---- from the wire to drafts ----------------------------------------------------------------------------


def _is_sent(body: InvoiceFields) -> bool:
    return body.processing_options is not None and bool(body.processing_options.send_email)


def _draft(
    body: InvoiceFields, customer: InvoiceCustomer, lines: Sequence[InvoiceLineCreate]
) -> InvoiceDraft:
    drafted = InvoiceDraft(buyer=_buyer(customer), lines=[_line_draft(line) for line in lines])
    return without_blanks(msgspec.structs.replace(drafted, **_given(body)))


# What a draft has under one name with an invoice's row, and with the body of a write.
AS_STORED = (
    "invoice_number",
    "invoice_date",
    "due_date",
    "pay_to_chart_of_account_id",
    "sales_tax_item_id",
)
SAID = (
    "invoice_number",
    "pay_to_chart_of_account_id",
    "sales_tax_item_id",
    "credit_amount",
    "enable_card_payment",
)


def _given(body: InvoiceFields) -> dict[str, object]:
    """What a body says of a draft, but for customer and lines."""
    said = given(body, SAID) | given(body.classifications or InvoiceClassifications(), INVOICE_IDS)
    for name, day in (("invoice_date", body.invoice_date), ("due_date", body.due_date)):
        if day is not None:
            said[name] = day.isoformat()
    if body.convenience_fee is not None and body.convenience_fee.percentage is not None:
        said["convenience_fee"] = body.convenience_fee.percentage
    return said


def _buyer(customer: InvoiceCustomer) -> Buyer:
    return Buyer(id=customer.id, name=customer.name, email=customer.email, currency=customer.invoice_currency)


def _line_draft(line: InvoiceLineCreate) -> LineDraft:
    drafted = LineDraft(
        id=line.id if isinstance(line, InvoiceLineReplace) else None,
        quantity=line.quantity,
        price=line.price,
        amount=line.amount,
        description=line.description,
    )
    return without_blanks(msgspec.structs.replace(drafted, **_classified(line.classifications)))


def _classified(classifications: InvoiceLineClassifications | None) -> dict[str, str | None]:
    named = classifications or InvoiceLineClassifications()
    return {name: getattr(named, name) or None for name in LINE_IDS}


def _patched(invoice: Invoice, lines: Sequence[InvoiceLine], body: InvoiceUpdate) -> InvoiceDraft:
    """The invoice as it is, with what the body gives."""
    changes = _given(body)
    if body.sales_tax_item_id not in (None, invoice.sales_tax_item_id):
        changes["sales_tax_stands"] = False
    if body.enable_card_payment is False and body.convenience_fee is None:
        changes["convenience_fee"] = None
    if body.customer is not None:
        changes["buyer"] = _buyer(body.customer)
    drafted = msgspec.structs.replace(
        _as_draft(invoice),
        lines=[
            _patched_line(*one)
            for one in patches(LINE_ITEMS, "invoice", lines, body.invoice_line_items or ())
        ],
        invoice_pdf_id=body.invoice_pdf_id,
        **changes,
    )
    return without_blanks(drafted)


def _as_draft(invoice: Invoice) -> InvoiceDraft:
    """What the invoice would be entered as, but for its lines."""
    return InvoiceDraft(
        buyer=Buyer(id=invoice.customer_id),
        lines=(),
        sales_tax_stands=True,
        enable_card_payment=bool(invoice.enable_card_payment),
        convenience_fee=money.number(invoice.convenience_fee_percentage),
        **{name: getattr(invoice, name) for name in (*AS_STORED, *INVOICE_IDS)},
    )


def _patched_line(line: InvoiceLine, update: InvoiceLineUpdate | None) -> LineDraft:
    as_is = LineDraft(
        id=line.id,
        quantity=float(line.quantity),
        price=None if line.rate_percent is not None else float(line.price),
        rate_percent=line.rate_percent,
        taxable=bool(line.taxable),
        description=line.description,
        **{name: getattr(line, name) for name in LINE_IDS},
    )
    if update is None:
        return as_is
    changes = given(update, ("quantity", "price", "description"))
    if update.amount is not None and update.price is None:
        changes |= {"amount": update.amount, "price": None}
    classified = _classified(update.classifications)
    if classified["item_id"] != line.item_id:
        # Another item decides anew.
        changes["taxable"] = None
        changes["rate_percent"] = None if classified["item_id"] else line.rate_percent
    return without_blanks(msgspec.structs.replace(as_is, **changes, **classified))
