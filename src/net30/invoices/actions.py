"""The verbs of invoices inside an open transaction: enter, change, archive, restore, send."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import bindparam, exists, select

from net30.access import attempts
from net30.access.users import USERS
from net30.accounting import accruals
from net30.accounting.actions import require as require_listed
from net30.accounting.actions import require_classifications, taxes_below
from net30.accounting.kinds import KINDS
from net30.accounting.lines import bytes_of, require_few, require_own, told
from net30.accounting.numbers import number_key, numbered, require_free, require_short_number
from net30.accounting.papers import columns, entered, newly_named, rows
from net30.accounting.tables import Item
from net30.customers.actions import CUSTOMERS, create_customer, require_customer
from net30.customers.rules import CustomerDraft
from net30.customers.tables import Customer
from net30.files.attachments.actions import require_attachment
from net30.invoices import books, mails, rules
from net30.invoices.answers import event_payload
from net30.invoices.rules import (
    INVOICE_IDS,
    LINE_IDS,
    Buyer,
    InvoiceDraft,
    PricedLine,
    Sums,
    Tax,
)
from net30.invoices.tables import Invoice, InvoiceLine, InvoiceTax, invoices
from net30.kernel import events, ids, reference_rates
from net30.kernel.banking_days import local_date
from net30.kernel.context import Context
from net30.kernel.entity import Composed, EntityWithParts, PartsTold
from net30.kernel.owned import Owned, Parts
from net30.kernel.reference_rates import Valued
from net30.kernel.refusal import Refusal, Refusals
from net30.membership.actions import require_user
from net30.store.statements import Statement, Value, by_key

INVOICES = Owned(Invoice, "invoice", "GET /v3/invoices")
LINES = Parts(InvoiceLine, "invoice_id", "position")
TAXES = Parts(InvoiceTax, "invoice_id", "position")


def _follow(ctx: Context, changes: Sequence[Composed[Invoice, books.LinesAndTaxes]]) -> None:
    for change in changes:
        invoice = change.new
        if books.concerned(change):
            now = change.parts or (LINES.of(ctx, invoice.id), TAXES.of(ctx, invoice.id))
            books.follow(ctx, change, (change.old_parts or now, now))
        events.emit(ctx, f"invoice.{change.verb}", invoice.id, event_payload(invoice))


def _taxes_told(taxes: Sequence[InvoiceTax]) -> Value:
    return msgspec.json.encode([(tax.item_id, tax.percentage, tax.amount) for tax in taxes]).decode()


INVOICE = EntityWithParts(
    "Invoice",
    Invoice,
    [PartsTold("lines", LINES, told), PartsTold("taxes", TAXES, _taxes_told)],
    follow=_follow,
)

_ITEMS = KINDS["items"]
CURRENCY = "buyer.currency"

_NUMBERED = numbered(invoices)
_next = invoices.alias("next")
# The highest after which one is free.
_LAST_SERIAL = Statement(
    select(invoices.c.serial)
    .where(by_key(invoices, ("organization_id",)), invoices.c.serial < bindparam("most"))
    .where(
        ~exists().where(
            _next.c.organization_id == invoices.c.organization_id, _next.c.serial == invoices.c.serial + 1
        )
    )
    .order_by(invoices.c.serial.desc())
    .limit(1)
)

require_invoice = INVOICES.require

Entered = tuple[Invoice, list[InvoiceLine]]


# ---- entering -------------------------------------------------------------------------------------------


def create_invoice(ctx: Context, draft: InvoiceDraft, *, send: bool = False) -> Entered:
    """Enter an invoice: rows, audit entry, books, event, the customer's balance and, to `send` it, a mail."""
    items = _check(ctx, draft)
    customer = _customer(ctx, draft.buyer)
    CUSTOMERS.require_active(customer, field="buyer.id")
    today = accruals.today(ctx)
    invoice_date = draft.invoice_date or today
    rate = reference_rates.standing(ctx, customer.invoice_currency, invoice_date, field=CURRENCY)
    settled = _settled(draft, customer, items, _taxes(ctx, draft, items), rate)
    invoice_number = draft.invoice_number or _next_number(ctx)
    _require_free_number(ctx, invoice_number)
    invoice = entered(
        Invoice,
        draft,
        organization_id=ctx.organization_id,
        id=ids.new(ids.PREFIX["invoice"]),
        customer_id=customer.id,
        currency=customer.invoice_currency,
        due_amount=settled.sums.total,
        scheduled_amount=0,
        paid_amount=0,
        credit_amount=0,
        status="OPEN",
        archived=0,
        created_by=ctx.actor.user_id,
        created_time=ctx.now,
        updated_time=ctx.now,
        **_derived(draft, settled.sums, invoice_number),
        **_dated(draft, invoice_date, today),
    )
    lines, taxes = _lines(invoice, draft, settled.lines), _tax_rows(invoice, settled.sums)
    INVOICE.enter(ctx, (invoice, (lines, taxes)))
    _send_if(ctx, send, invoice, lines, customer)
    return invoice, lines


def _check(
    ctx: Context, draft: InvoiceDraft, old: Invoice | None = None, old_lines: Sequence[InvoiceLine] = ()
) -> dict[str, Item]:
    """All of a draft that neither its customer nor its amounts decide; the items that it names."""
    rules.require_buyer(draft.buyer)
    require_few(draft.lines)
    if draft.invoice_number is not None:
        require_short_number(draft.invoice_number)
    require_classifications(ctx, newly_named(draft, INVOICE_IDS, draft.lines, LINE_IDS, old, old_lines))
    of_lines = sorted({line.item_id for line in draft.lines if line.item_id is not None})
    of_tax = [] if draft.sales_tax_item_id is None else [draft.sales_tax_item_id]
    known = [one for wanted in (of_lines, of_tax) if wanted for one in require_listed(ctx, _ITEMS, wanted)]
    return {item.id: item for item in known if isinstance(item, Item)}


def _customer(ctx: Context, buyer: Buyer) -> Customer:
    """The customer that is named, or a new one."""
    if buyer.id is not None:
        customer = require_customer(ctx, buyer.id)
        if buyer.currency not in (None, customer.invoice_currency):
            raise Refusal(
                "BDC_1119",
                field=CURRENCY,
                value=buyer.currency,
                detail=f"customer {customer.id} is invoiced in {customer.invoice_currency}",
                help="leave invoiceCurrency out, or change the customer",
            )
        return customer
    new = CustomerDraft(name=buyer.name or "", email=buyer.email or "", invoice_currency=buyer.currency)
    try:
        return create_customer(ctx, new)
    except (Refusal, Refusals) as cause:
        for refusal in cause.refusals if isinstance(cause, Refusals) else [cause]:
            refusal.field = f"buyer.{refusal.field}"
        raise


class Settled(msgspec.Struct, frozen=True):
    """What a draft's lines come to."""

    lines: list[PricedLine]
    sums: Sums


def _settled(
    draft: InvoiceDraft, customer: Customer, items: dict[str, Item], taxes: Sequence[Tax], rate: str | None
) -> Settled:
    rules.require_no_credit(draft, customer.id)
    lines = rules.price_lines(draft.lines, items, customer.invoice_currency, rate)
    return Settled(lines, rules.sums(lines, taxes, customer.invoice_currency, rate))


def _taxes(
    ctx: Context,
    draft: InvoiceDraft,
    items: dict[str, Item],
    old_item_id: str | None = None,
    old: Sequence[InvoiceTax] = (),
) -> list[Tax]:
    """The sales taxes of a draft: those that the invoice had, or what its item says now.

    The accounts that they are owed on are looked at when the item is newly named.
    """
    if draft.sales_tax_item_id is None:
        return []
    if draft.sales_tax_stands:
        return [Tax(one.item_id, one.percentage, one.chart_of_account_id) for one in old]
    item = items[draft.sales_tax_item_id]
    taxes = rules.taxes_of(item, taxes_below(ctx, item.id))
    if item.id != old_item_id:
        require_classifications(
            ctx, [("sales_tax_item_id", "chart_of_account_id", tax.chart_of_account_id) for tax in taxes]
        )
    return taxes


def _require_free_number(ctx: Context, invoice_number: str, *, but_id: str = "") -> None:
    require_free(ctx, _NUMBERED, invoice_number, noun="invoice", but_id=but_id)


def _next_number(ctx: Context) -> str:
    """A number that no invoice has. The organization is locked, so nobody else gets the same."""
    last = ctx.tx.row(_LAST_SERIAL, {"most": rules.MOST_SERIAL})
    return rules.number_after(None if last is None else int(last[0]))


def _derived(draft: InvoiceDraft, sums: Sums, invoice_number: str) -> dict[str, Value]:
    """The columns that follow from a draft, what it comes to and its number."""
    key = number_key(invoice_number)
    return {
        "invoice_number": invoice_number,
        "number_key": key,
        "serial": rules.serial_of(key),
        "exchange_rate": sums.rate,
        "total_amount": sums.total,
        "usd_amount": sums.usd_amount,
        "sales_tax_percentage": sums.sales_tax_percentage,
        "sales_tax_total": sums.sales_tax,
        "convenience_fee_percentage": rules.fee_text(draft),
        "parts_bytes": bytes_of(draft.lines),
    }


def _dated(draft: InvoiceDraft, invoice_date: str, day: str) -> dict[str, Value]:
    """The dates of an invoice that is entered, or was, on a day."""
    return {
        "invoice_date": invoice_date,
        "due_date": draft.due_date or rules.default_due(invoice_date, day),
    }


def _lines(invoice: Invoice, draft: InvoiceDraft, priced: Sequence[PricedLine]) -> list[InvoiceLine]:
    paper = {"organization_id": invoice.organization_id, "invoice_id": invoice.id}
    return rows(InvoiceLine, draft.lines, priced, prefix=ids.PREFIX["invoice_line"], **paper)


def _tax_rows(invoice: Invoice, sums: Sums) -> list[InvoiceTax]:
    return [
        InvoiceTax(
            invoice.organization_id,
            invoice.id,
            position,
            tax.item_id,
            tax.percentage,
            amount,
            tax.chart_of_account_id,
        )
        for position, (tax, amount) in enumerate(sums.taxes)
    ]


# ---- changing -------------------------------------------------------------------------------------------


def change_invoice(
    ctx: Context, old: Invoice, old_lines: Sequence[InvoiceLine], draft: InvoiceDraft, *, send: bool = False
) -> Entered:
    """Make an invoice what the draft says. Nothing is written when nothing differs.

    Without a number it keeps its own; dates that are left out are those of its creation.
    """
    INVOICES.require_active(old)
    require_own("invoice", draft.lines, old_lines)
    items = _check(ctx, draft, old, old_lines)
    customer = _customer(ctx, draft.buyer)
    if customer.id != old.customer_id:
        CUSTOMERS.require_active(customer, field="buyer.id")
    created = local_date(old.created_time, ctx.organization.zone).isoformat()
    invoice_date = draft.invoice_date or created
    rate = reference_rates.standing(
        ctx,
        customer.invoice_currency,
        rules.valued_on(old, invoice_date),
        Valued(old.currency, old.invoice_date, old.exchange_rate),
        field=CURRENCY,
    )
    old_taxes = TAXES.of(ctx, old.id)
    settled = _settled(
        draft, customer, items, _taxes(ctx, draft, items, old.sales_tax_item_id, old_taxes), rate
    )
    invoice_number = draft.invoice_number or old.invoice_number
    _require_free_number(ctx, invoice_number, but_id=old.id)
    _require_own_pdf(ctx, old, draft.invoice_pdf_id)
    said = columns(Invoice, draft) | _derived(draft, settled.sums, invoice_number)
    said |= _dated(draft, invoice_date, created)
    new = msgspec.structs.replace(
        old,
        **said
        | {
            "customer_id": customer.id,
            "currency": customer.invoice_currency,
            "due_amount": settled.sums.total - old.scheduled_amount - old.paid_amount,
            "invoice_pdf_id": draft.invoice_pdf_id or old.invoice_pdf_id,
        },
    )
    lines, taxes = _lines(new, draft, settled.lines), _tax_rows(new, settled.sums)
    new = msgspec.structs.replace(new, status=rules.status(new))
    new = INVOICE.revise(ctx, old, new, ((old_lines, old_taxes), (lines, taxes)))
    _send_if(ctx, send, new, lines, customer)
    return new, lines


def archive_invoice(ctx: Context, old: Invoice) -> Entered:
    """Take an invoice out of the books; nothing happens to an archived one."""
    return _set_archived(ctx, old, archived=1)


def restore_invoice(ctx: Context, old: Invoice) -> Entered:
    """Put an archived invoice back into the books; its number must still be free."""
    return _set_archived(ctx, old, archived=0)


def _set_archived(ctx: Context, old: Invoice, *, archived: int) -> Entered:
    if old.archived and not archived:
        _require_free_number(ctx, old.invoice_number, but_id=old.id)
    new = INVOICE.revise(ctx, old, msgspec.structs.replace(old, archived=archived))
    return new, LINES.of(ctx, old.id)


# ---- its PDF --------------------------------------------------------------------------------------------


def set_pdf(ctx: Context, old: Invoice, attachment_id: str | None) -> Invoice:
    """Make an attachment of the invoice its PDF, or none."""
    return INVOICE.revise(ctx, old, msgspec.structs.replace(old, invoice_pdf_id=attachment_id))


def forget_pdf(ctx: Context, invoice_id: str, attachment_id: str) -> None:
    """An attachment is gone: when it was the invoice's PDF, the invoice has none."""
    invoice = require_invoice(ctx, invoice_id)
    if invoice.invoice_pdf_id == attachment_id:
        set_pdf(ctx, invoice, None)


def _require_own_pdf(ctx: Context, invoice: Invoice, attachment_id: str | None) -> None:
    if attachment_id is None or attachment_id == invoice.invoice_pdf_id:
        return
    if require_attachment(ctx, attachment_id).owner_id != invoice.id:
        raise Refusal(
            "BDC_1205",
            id=attachment_id,
            detail=f"invoicePdfId names {attachment_id}, which is no attachment of invoice {invoice.id}",
            help=f"take an id from GET /v3/attachments/invoices/{invoice.id}",
        )


# ---- sending --------------------------------------------------------------------------------------------


def send_invoice(ctx: Context, invoice: Invoice, user_id: str, recipients: Sequence[str]) -> None:
    """Mail an invoice; answers go to a user. The sender has five mails and texts a minute, or as limits say."""
    INVOICES.require_active(invoice)
    rules.require_addresses(recipients)
    user = require_user(ctx, user_id)
    USERS.require_active(user, field="reply_to.user_id")
    attempts.require_patience(ctx, "BDC_1144", "use fewer calls: one call may name several recipients")
    mails.send(ctx, invoice, LINES.of(ctx, invoice.id), recipients, reply_to=user.email)


def _send_if(
    ctx: Context, wanted: bool, invoice: Invoice, lines: Sequence[InvoiceLine], customer: Customer
) -> None:
    if wanted:
        mails.send(ctx, invoice, lines, [customer.email], reply_to=None)
