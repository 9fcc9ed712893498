"""Decisions about invoices, without I/O: what a line and the sales tax come to, what number is next, what is paid."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec

from net30.accounting import lines as accounting_lines
from net30.accounting import papers
from net30.accounting.tables import Item
from net30.invoices.tables import Invoice, InvoiceStatus
from net30.kernel import money
from net30.kernel.currencies import CurrencyCode
from net30.kernel.refusal import Refusal, require_faultless
from net30.kernel.wording import line_fault

MOST_RECIPIENTS = 50
MOST_CONVENIENCE_FEE = 3
MOST_TAXES = 20

# Numbers that are generated; numbers that people choose may have the same form. Zeros do not lead.
FIRST_SERIAL = 1001
_SERIAL = re.compile("inv-([1-9][0-9]{0,14})")
MOST_SERIAL = 10**15 - 1

# A line without a price that names such an item is a percentage of the lines above it: a discount takes off.
_SIGN = {"DISCOUNT": -1, "OTHER_CHARGE": 1}

# What invoices and their lines name, by column: the kind of object is that of the column, or said.
CLASSIFIED_BY = ("accounting_class_id", "department_id", "job_id", "location_id")
INVOICE_IDS = {name: name for name in CLASSIFIED_BY} | {
    "pay_to_chart_of_account_id": "chart_of_account_id",
    "sales_tax_item_id": "item_id",
}
LINE_IDS = {name: name for name in ("chart_of_account_id", *CLASSIFIED_BY, "item_id")}


class Buyer(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an invoice is for: a customer by id, or a new one by name and email address."""

    id: str | None = None
    name: str | None = None
    email: str | None = None
    currency: CurrencyCode | None = None


class LineDraft(papers.LineDraft, frozen=True, kw_only=True):
    """A line as someone wants it.

    What is None follows from the line's item: `price` or `rate_percent`, and whether the line is `taxable`. A price
    that is None follows from `amount` where that is known.
    """

    quantity: float
    price: float | None = None
    amount: float | None = None
    rate_percent: str | None = None
    taxable: bool | None = None
    job_id: str | None = None


class InvoiceDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A whole invoice as someone wants it; dates are yyyy-MM-dd.

    Dates and number that are None follow from the day and from what was numbered before. The percentages of the
    sales tax follow from its item, unless those that the invoice has shall stand.
    """

    buyer: Buyer
    lines: Sequence[LineDraft]
    invoice_number: str | None = None
    invoice_date: str | None = None
    due_date: str | None = None
    pay_to_chart_of_account_id: str | None = None
    accounting_class_id: str | None = None
    department_id: str | None = None
    job_id: str | None = None
    location_id: str | None = None
    credit_to_apply: float = 0
    sales_tax_item_id: str | None = None
    sales_tax_stands: bool = False
    enable_card_payment: bool = False
    convenience_fee_percentage: float | None = None
    invoice_pdf_id: str | None = None


class PricedLine(msgspec.Struct, frozen=True):
    """What a line comes to and what of it is taxed, thousandths, and the numbers that are stored of it."""

    amount: int
    tax_base: int
    quantity: str
    price: str
    rate_percent: str | None
    taxable: bool


class Tax(msgspec.Struct, frozen=True):
    """A sales tax: its item, its percentage and the ledger's account that it is owed on."""

    item_id: str
    percentage: str
    chart_of_account_id: str | None


class Sums(msgspec.Struct, frozen=True):
    """What an invoice comes to: thousandths of its currency and of USD, the rate between them, and of each tax."""

    total: int
    usd_amount: int
    rate: str | None
    taxes: Sequence[tuple[Tax, int]]

    @property
    def sales_tax(self) -> int:
        return sum(amount for _, amount in self.taxes)

    @property
    def sales_tax_percentage(self) -> str | None:
        """That of all taxes together; None where there is none."""
        if not self.taxes:
            return None
        return money.decimal_text(sum(Decimal(tax.percentage) for tax, _ in self.taxes))


# ---- amounts --------------------------------------------------------------------------------------------


class Above(NamedTuple):
    """What the lines above a line come to, and what of it is taxed."""

    amount: int = 0
    tax_base: int = 0


def price_lines(
    lines: Sequence[LineDraft], items: Mapping[str, Item], currency: str, rate: str | None
) -> list[PricedLine]:
    """What each line comes to; `items` holds those that lines name. Refusals name every line at fault."""
    above = Above()

    def price(line: LineDraft) -> PricedLine:
        nonlocal above
        priced = _price(line, items.get(line.item_id or ""), above, currency, is_last=line is lines[-1])
        above = Above(above.amount + priced.amount, above.tax_base + priced.tax_base)
        return priced

    return accounting_lines.priced(lines, price, rate)


def _price(line: LineDraft, item: Item | None, above: Above, currency: str, *, is_last: bool) -> PricedLine:
    quantity = money.decimal_text(line.quantity)
    taxable = _is_taxable(line, item)
    if line.price is not None:
        price = money.decimal_text(line.price)
    elif line.amount is not None:
        price = money.price_of(money.thousandths(line.amount, currency), Decimal(quantity), currency)
    elif (percent := _percentage(line, item)) is not None:
        if not is_last or quantity != "1":
            raise money.MoneyError("a percentage of the lines above is the last line, and its quantity is 1")
        amount = _percent_of(above.amount, percent, currency)
        # A discount makes the taxable lines cheaper, whatever its own item says; a charge is taxed or is not.
        discounts = percent.startswith("-")
        base = _percent_of(above.tax_base, percent, currency) if discounts else amount * taxable
        return PricedLine(amount, base, quantity, money.amount_text(amount), percent, taxable)
    elif item is not None and item.price is not None:
        price = item.price
    else:
        raise money.MoneyError(
            "a line needs a price or an amount, or an item that has a price or a percentage"
        )
    amount = money.line_amount(Decimal(quantity), Decimal(price), currency)
    return PricedLine(amount, amount * taxable, quantity, price, None, taxable)


def _percent_of(amount: int, percent: str, currency: str) -> int:
    return money.convert(amount, Decimal(percent).scaleb(-2), currency)


def _percentage(line: LineDraft, item: Item | None) -> str | None:
    """The percent of the lines above that a line without a price is; negative when it takes off."""
    if line.rate_percent is not None:
        return line.rate_percent
    if item is None or item.percentage is None or item.type not in _SIGN:
        return None
    return money.decimal_text(_SIGN[item.type] * abs(Decimal(item.percentage)))


def _is_taxable(line: LineDraft, item: Item | None) -> bool:
    """A line is taxable when its item is; one that names no item is, too."""
    if line.taxable is not None:
        return line.taxable
    return True if item is None else bool(item.taxable)


def sums(lines: Sequence[PricedLine], taxes: Sequence[Tax], currency: str, rate: str | None) -> Sums:
    """Total and sales taxes: of each its percentage of all that is taxed, rounded half-up once."""
    base = sum(line.tax_base for line in lines)
    owed: list[tuple[Tax, int]] = []
    try:
        for tax in taxes:
            owed.append((tax, _percent_of(base, tax.percentage, currency)))
            money.in_dollars(owed[-1][1], rate)
    except money.MoneyError as fault:
        raise Refusal(None, field="sales_tax_item_id", detail=str(fault)) from None
    total = sum(line.amount for line in lines) + sum(amount for _, amount in owed)
    dollars = accounting_lines.total_in_dollars(total, currency, rate, "an invoice")
    return Sums(total, dollars, rate, owed)


def taxes_of(item: Item, members: Sequence[Item]) -> list[Tax]:
    """The taxes of the item that an invoice names as its sales tax: itself, or its `members` when it is a group.

    422 when it is neither, when a percentage is missing, and for a group of no taxes or of more than 20.
    """
    taxes = members if item.type == "SALES_TAX_GROUP" else [item]
    if len(taxes) > MOST_TAXES:
        raise _no_tax(item, f"has more than {MOST_TAXES} taxes", "name a group of fewer")
    if not taxes:
        raise _no_tax(item, "has no taxes", f"give items of the type SALES_TAX the parentId {item.id}")
    return [_tax(item, one) for one in taxes]


def _tax(named: Item, item: Item) -> Tax:
    if item.type == "SALES_TAX" and item.percentage is not None:
        return Tax(item.id, item.percentage, item.chart_of_account_id)
    has = "no percentage" if item.percentage is None else "a percentage"
    cause = f"is of the type {item.type} and has {has}"
    raise _no_tax(
        named,
        cause if item.id == named.id else f"holds item {item.id}, which {cause}",
        "name an item of the type SALES_TAX that has a percentage, or a SALES_TAX_GROUP of such",
    )


def _no_tax(item: Item, cause: str, help: str) -> Refusal:
    return Refusal(
        "BDC_1119", field="sales_tax_item_id", value=item.id, detail=f"item {item.id} {cause}", help=help
    )


def status(invoice: Invoice) -> InvoiceStatus:
    """OPEN until money is promised, PAID_IN_FULL when all of it has arrived or is covered by credits.

    While something is still due, any promised or arrived part makes the invoice PARTIAL_PAYMENT. Once nothing is
    due, it is SCHEDULED until all that was promised has arrived.
    """
    if invoice.scheduled_amount == 0 and invoice.paid_amount == 0:
        return "OPEN"
    if invoice.due_amount > 0:
        return "PARTIAL_PAYMENT"
    return "PAID_IN_FULL" if invoice.scheduled_amount == 0 else "SCHEDULED"


# ---- what a draft must be -------------------------------------------------------------------------------


def default_due(invoice_date: str, day: str) -> str:
    """When an invoice is due that does not say it: on a day, but not before its own date."""
    return max(invoice_date, day)


def valued_on(invoice: Invoice, invoice_date: str) -> str:
    """The date of the rate of an invoice that is now of a date. What was paid of it settled it at the rate it has."""
    return invoice.invoice_date if invoice.paid_amount else invoice_date


def require_buyer(buyer: Buyer) -> None:
    """A customer is named by id, or by name and email address."""
    if buyer.id is None and (buyer.name is None or buyer.email is None):
        raise Refusal(
            None,
            field="buyer",
            detail="must have an id, or a name and an email",
            help="name one of your customers by id, or give name and email to create one",
        )


def fee_text(draft: InvoiceDraft) -> str | None:
    """The convenience fee's percentage as stored; refused unless card payment is on."""
    if draft.convenience_fee_percentage is None:
        return None
    if not draft.enable_card_payment:
        raise Refusal(
            None,
            field="convenience_fee",
            detail="a convenience fee needs enableCardPayment",
            help="set enableCardPayment to true, or leave the fee out",
        )
    try:
        return money.decimal_text(draft.convenience_fee_percentage)
    except money.MoneyError as fault:
        raise Refusal(None, field="convenience_fee_percentage", detail=str(fault)) from None


def require_addresses(recipients: Sequence[str]) -> None:
    """Mail goes to addresses; Refusals name every text that is none."""
    require_faultless(
        (f"recipients[{position}]", fault)
        for position, text in enumerate(recipients)
        if (fault := line_fault(text, needed=True, email=True))
    )


def require_no_credit(draft: InvoiceDraft, customer_id: str) -> None:
    """No customer has credits: there are no credit memos."""
    if draft.credit_to_apply > 0:
        raise Refusal(
            "BDC_1119",
            field="credit_to_apply",
            value=draft.credit_to_apply,
            detail=f"customer {customer_id} has no credit memo, so there is no credit to apply",
            help="leave creditAmount out",
        )


# ---- numbers --------------------------------------------------------------------------------------------


def serial_of(number_key: str) -> int | None:
    """The number in an invoice number of the form that is generated, or in one that looks like it.

    No other is counted on from: a number of 16 digits or more, which somebody chose, would soon leave none to generate.
    """
    matched = _SERIAL.fullmatch(number_key)
    return None if matched is None else int(matched[1])


def number_after(last_serial: int | None) -> str:
    """The number after one of that form that the organization has used."""
    return f"INV-{max(FIRST_SERIAL, (last_serial or 0) + 1)}"
