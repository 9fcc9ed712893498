"""What invoices come to: percentages, sales tax, currencies, and what the books have of it."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec
import pytest
from clients import World
from hypothesis import given
from hypothesis import strategies as st
from receivables.cases import customer
from receivables.invoicing import (
    LINES,
    balance,
    chart_account,
    enter,
    invoice_body,
    item,
    posted,
    taxed,
)
from stock import blank

from net30.accounting.numbers import number_key
from net30.accounting.tables import Item
from net30.invoices import books, rules
from net30.invoices.rules import LineDraft, PricedLine, Tax
from net30.invoices.tables import Invoice, InvoiceLine, InvoiceTax
from net30.kernel.money import MAX_THOUSANDTHS, decimal_text
from net30.kernel.refusal import Refusal, Refusals


@pytest.fixture
def customer_id(world: World) -> str:
    return str(customer(world)["id"])


def percentage(item_id: str) -> dict[str, Any]:
    """A line that is its item's percentage of those above."""
    return {"quantity": 1, "classifications": {"itemId": item_id}}


def taxes(world: World, percent: float = 8.25) -> str:
    return item(world, name="City tax", type="SALES_TAX", percentage=percent)


# ---- amounts instead of prices --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "amount", "price"),
    [(1, 100, 100), (3, 100, 33.33333333), (7, 0.01, 0.00142857), (-2, -59.99, 29.995), (1e5, 0, 0)],
)
def test_the_price_of_a_line_follows_from_its_amount(
    world: World, customer_id: str, quantity: float, amount: float, price: float
) -> None:
    lines = [{"quantity": 1, "price": 1000}, {"quantity": quantity, "amount": amount}]
    made = enter(world, customer_id, invoiceLineItems=lines)
    assert made["totalAmount"] == 1000 + amount
    assert made["invoiceLineItems"][1]["price"] == price
    again = [
        {"id": line["id"], "quantity": line["quantity"], "price": line["price"]}
        for line in made["invoiceLineItems"]
    ]
    replaced = world.put(f"/invoices/{made['id']}", invoice_body(customer_id, invoiceLineItems=again)).ok()
    assert replaced["totalAmount"] == made["totalAmount"]


def test_a_price_goes_before_an_amount_and_an_amount_before_the_item(world: World, customer_id: str) -> None:
    strings = item(world, name="Strings", type="INVENTORY", price=12)
    named = {"classifications": {"itemId": strings}}
    lines = [
        {"quantity": 2, "price": 5, "amount": 99},
        {"quantity": 2, "amount": 99, **named},
        {"quantity": 2, **named},
    ]
    made = enter(world, customer_id, invoiceLineItems=lines)
    assert [line["price"] for line in made["invoiceLineItems"]] == [5, 49.5, 12]
    changes = [{"id": made["invoiceLineItems"][0]["id"], "amount": 30, "quantity": 4}]
    changed = world.patch(f"/invoices/{made['id']}", {"invoiceLineItems": changes}).ok()
    assert changed["invoiceLineItems"][0]["price"] == 7.5
    assert changed["totalAmount"] == 30 + 99 + 24


@pytest.mark.parametrize(
    "line",
    [{"quantity": 0, "amount": 1}, {"quantity": 6_600_000, "amount": 1}, {"quantity": 1, "amount": 0.001}],
)
def test_an_amount_without_a_price_is_refused(world: World, customer_id: str, line: dict[str, float]) -> None:
    refused = world.post("/invoices", invoice_body(customer_id, invoiceLineItems=[line]))
    assert refused.status == 400
    assert refused.json[0]["message"].startswith("invoiceLineItems[0]: ")


# ---- percentages ----------------------------------------------------------------------------------------


def test_a_discount_takes_its_percentage_off_the_lines_above(world: World, customer_id: str) -> None:
    discount = item(world, name="Friends", type="DISCOUNT", percentage=10)
    charge = item(world, name="Service", type="OTHER_CHARGE", percentage=10)
    lines = [{"quantity": 1, "price": 150}]
    invoice = enter(world, customer_id, invoiceLineItems=[*lines, percentage(discount)])
    assert invoice["invoiceLineItems"][1]["price"] == -15
    assert invoice["totalAmount"] == 135
    # It follows the lines above.
    first = invoice["invoiceLineItems"][0]["id"]
    body = {"invoiceLineItems": [{"id": first, "price": 50}]}
    changed = world.patch(f"/invoices/{invoice['id']}", body).ok()
    assert (changed["invoiceLineItems"][1]["price"], changed["totalAmount"]) == (-5, 45)
    assert enter(world, customer_id, invoiceLineItems=[*lines, percentage(charge)])["totalAmount"] == 165


def test_a_percentage_may_be_given_up_for_a_price(world: World, customer_id: str) -> None:
    discount = item(world, name="Friends", type="DISCOUNT", percentage=10)
    invoice = enter(world, customer_id, invoiceLineItems=[*LINES, percentage(discount)])
    first, _, last = (line["id"] for line in invoice["invoiceLineItems"])
    path = f"/invoices/{invoice['id']}"
    fixed = world.patch(path, {"invoiceLineItems": [{"id": last, "price": -1}]}).ok()
    assert fixed["totalAmount"] == 299
    later = world.patch(path, {"invoiceLineItems": [{"id": first, "quantity": 1}]}).ok()
    assert later["totalAmount"] == 199
    # Another percentage takes its place when the line is given another item and no price of its own.
    put = invoice_body(customer_id, invoiceLineItems=[*LINES, {"id": last, **percentage(discount)}])
    assert world.put(path, put).ok()["totalAmount"] == 270
    half = item(world, name="Half", type="DISCOUNT", percentage=-50)
    other = {"id": last, "classifications": {"itemId": half}}
    assert world.patch(path, {"invoiceLineItems": [other]}).ok()["totalAmount"] == 150


def test_a_percentage_is_the_last_line_and_counts_once(world: World, customer_id: str) -> None:
    discount = item(world, name="Friends", type="DISCOUNT", percentage=10)
    for lines in (
        [percentage(discount), LINES[0]],
        [LINES[0], percentage(discount), percentage(discount)],
        [LINES[0], {**percentage(discount), "quantity": 2}],
    ):
        refused = world.post("/invoices", invoice_body(customer_id, invoiceLineItems=lines))
        assert (refused.status, refused.codes) == (400, [None])
        assert "last line" in refused.json[0]["detail"]


# ---- sales tax ------------------------------------------------------------------------------------------


def test_sales_tax_is_on_what_is_taxable(world: World, customer_id: str) -> None:
    taxable = item(world, name="Strings", type="INVENTORY", taxable=True)
    exempt = item(world, name="Lesson", type="SERVICE", taxable=False)
    lines = [
        {"quantity": 1, "price": 100, "classifications": {"itemId": taxable}},
        {"quantity": 1, "price": 50, "classifications": {"itemId": exempt}},
        {"quantity": 1, "price": 0.2},
    ]
    invoice = enter(world, customer_id, invoiceLineItems=lines, salesTaxItemId=taxes(world))
    # 8.25 % of 100.20 is 8.2665.
    assert (invoice["salesTaxPercentage"], invoice["salesTaxTotal"]) == (8.25, 8.27)
    assert invoice["totalAmount"] == invoice["dueAmount"] == balance(world, customer_id) == 158.47
    assert posted(world, invoice) == {
        "accounts_receivable": (158.47, 158.47),
        "income": (-150.2, -150.2),
        "sales_tax_payable": (-8.27, -8.27),
    }


def test_the_percentage_stands_until_another_is_named(world: World, customer_id: str) -> None:
    tax = taxes(world, 10)
    invoice = enter(world, customer_id, salesTaxItemId=tax)
    path = f"/invoices/{invoice['id']}"
    world.patch(f"/classifications/items/{tax}", {"percentage": 20}).ok()
    assert world.patch(path, {"dueDate": "2026-12-31", "salesTaxItemId": tax}).ok()["salesTaxTotal"] == 30
    other = item(world, name="State tax", type="SALES_TAX", percentage=5)
    assert world.patch(path, {"salesTaxItemId": other}).ok()["totalAmount"] == 315
    assert world.put(path, invoice_body(customer_id, salesTaxItemId=tax)).ok()["totalAmount"] == 360
    bare = world.put(path, invoice_body(customer_id)).ok()
    assert (bare["totalAmount"], "salesTaxTotal" in bare) == (300, False)


def test_a_line_keeps_its_taxability_with_its_item(world: World, customer_id: str) -> None:
    goods = item(world, name="Strings", type="INVENTORY", taxable=True)
    line = {"quantity": 1, "price": 100, "classifications": {"itemId": goods}}
    invoice = enter(world, customer_id, invoiceLineItems=[line], salesTaxItemId=taxes(world, 10))
    path = f"/invoices/{invoice['id']}"
    world.patch(f"/classifications/items/{goods}", {"taxable": False}).ok()
    assert world.patch(path, {"dueDate": "2026-12-31"}).ok()["salesTaxTotal"] == 10
    put = invoice_body(customer_id, invoiceLineItems=[line], salesTaxItemId=invoice["salesTaxItemId"])
    assert world.put(path, put).ok()["salesTaxTotal"] == 0
    # Without an item it is taxable.
    first = world.get(path).ok()["invoiceLineItems"][0]["id"]
    without = {"id": first, "classifications": {"itemId": ""}}
    assert world.patch(path, {"invoiceLineItems": [without]}).ok()["salesTaxTotal"] == 10


def test_sales_tax_is_an_active_item_of_its_type(world: World, customer_id: str) -> None:
    service = item(world, name="Lesson", type="SERVICE")
    bare = item(world, name="No tax", type="SALES_TAX")
    for item_id in (service, bare):
        refused = world.post("/invoices", invoice_body(customer_id, salesTaxItemId=item_id))
        assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    tax = taxes(world)
    world.post(f"/classifications/items/{tax}/archive").ok()
    refused = world.post("/invoices", invoice_body(customer_id, salesTaxItemId=tax))
    assert (refused.status, refused.codes) == (404, ["BDC_1205"])


def test_a_discount_lowers_what_is_taxed_by_its_part_of_the_taxable_lines(
    world: World, customer_id: str
) -> None:
    exempt = item(world, name="Lesson", type="SERVICE", taxable=False)
    lines = [
        {"quantity": 1, "price": 100},
        {"quantity": 1, "price": 50, "classifications": {"itemId": exempt}},
    ]
    # Whatever the discount's own item says: it is taken off 100 that are taxed and 50 that are not.
    for taxable in (True, False):
        discount = item(world, name=f"Off {taxable}", type="DISCOUNT", percentage=10, taxable=taxable)
        tax = item(world, name=f"Tax {taxable}", type="SALES_TAX", percentage=10)
        made = enter(world, customer_id, invoiceLineItems=[*lines, percentage(discount)], salesTaxItemId=tax)
        assert (made["salesTaxTotal"], made["totalAmount"]) == (9, 144)
        patched = world.patch(f"/invoices/{made['id']}", {"dueDate": "2026-12-31"}).ok()
        assert patched["salesTaxTotal"] == 9


def group(world: World, *percents: float, account: str | None = None) -> str:
    """A group of taxes; the first is owed on an account of the ledger."""
    whole = item(world, name="California", type="SALES_TAX_GROUP")
    for position, percent in enumerate(percents):
        named = {"chartOfAccountId": account} if account and not position else {}
        item(
            world,
            name=f"Tax {position}",
            type="SALES_TAX",
            percentage=percent,
            parentId=whole,
            **named,
        )
    return whole


def test_each_tax_of_a_group_is_rounded_and_posted_by_itself(world: World, customer_id: str) -> None:
    state = chart_account(world, "State tax", "OTHER_CURRENT_LIABILITY")
    both = group(world, 6.25, 1, account=state)
    made = enter(
        world,
        customer_id,
        invoiceLineItems=[{"quantity": 1, "price": 0.4}],
        salesTaxItemId=both,
    )
    # 6.25 % of 0.40 is 0.025, so 0.03, and 1 % is nothing; 7.25 % would be 0.03 too.
    assert (made["salesTaxPercentage"], made["salesTaxTotal"], made["totalAmount"]) == (7.25, 0.03, 0.43)
    made = enter(
        world,
        customer_id,
        invoiceLineItems=[{"quantity": 1, "price": 0.5}],
        salesTaxItemId=both,
    )
    # 0.03 and 0.01; 7.25 % together would be 0.04 as well.
    assert (made["salesTaxItemId"], made["salesTaxTotal"], made["totalAmount"]) == (both, 0.04, 0.54)
    assert taxed(world, made) == {state: -0.03, None: -0.01}
    made = enter(world, customer_id, salesTaxItemId=both)
    assert (made["salesTaxTotal"], made["totalAmount"]) == (21.75, 321.75)
    assert taxed(world, made) == {state: -18.75, None: -3}
    # What the group is later does not change what was entered, until it is named anew.
    path = f"/invoices/{made['id']}"
    item(world, name="Transit", type="SALES_TAX", percentage=2, parentId=both)
    assert world.patch(path, {"dueDate": "2026-12-31"}).ok()["salesTaxTotal"] == 21.75
    assert taxed(world, made) == {state: -18.75, None: -3}
    put = world.put(path, invoice_body(customer_id, salesTaxItemId=both)).ok()
    assert (put["salesTaxPercentage"], put["salesTaxTotal"]) == (9.25, 27.75)
    assert taxed(world, made) == {state: -18.75, None: -9}
    bare = world.put(path, invoice_body(customer_id)).ok()
    assert (bare["totalAmount"], "salesTaxTotal" in bare) == (300, False)
    assert taxed(world, made) == {state: 0, None: 0}


def test_taxes_that_are_rounded_by_themselves_are_not_their_sum(world: World, customer_id: str) -> None:
    made = enter(
        world,
        customer_id,
        invoiceLineItems=[{"quantity": 1, "price": 0.1}],
        salesTaxItemId=group(world, 5, 5, 5),
    )
    # Each is half a cent; 15 % together would be 0.02.
    assert (made["salesTaxPercentage"], made["salesTaxTotal"]) == (15, 0.03)


def test_a_group_consists_of_active_taxes(world: World, customer_id: str) -> None:
    def refused(item_id: str) -> str:
        answer = world.post("/invoices", invoice_body(customer_id, salesTaxItemId=item_id))
        assert (answer.status, answer.codes) == (422, ["BDC_1119"])
        return str(answer.json[0]["detail"])

    empty = item(world, name="Nowhere", type="SALES_TAX_GROUP")
    assert "has no taxes" in refused(empty)
    bare = item(world, name="No percentage", type="SALES_TAX", parentId=empty)
    assert bare in refused(empty)
    # What is archived, or is no tax, does not count.
    world.post(f"/classifications/items/{bare}/archive").ok()
    item(world, name="Strings", type="INVENTORY", parentId=empty)
    assert "has no taxes" in refused(empty)
    item(world, name="Tax", type="SALES_TAX", percentage=5, parentId=empty)
    assert enter(world, customer_id, salesTaxItemId=empty)["salesTaxTotal"] == 15


# ---- currencies -----------------------------------------------------------------------------------------


def test_an_invoice_abroad_is_valued_in_dollars(world: World) -> None:
    yen = str(customer(world, "Opera", invoiceCurrency="JPY")["id"])
    lines = [{"quantity": 3, "price": 333.5}, {"quantity": 1, "price": 10}]
    invoice = enter(world, yen, invoiceLineItems=lines, salesTaxItemId=taxes(world, 10))
    # 1000.5 yen are 1001; the tax of 1011 is 101.1, so 101.
    assert (invoice["totalAmount"], invoice["salesTaxTotal"], invoice["exchangeRate"]) == (1112, 101, 149.5)
    assert posted(world, invoice) == {
        "accounts_receivable": (1112, 7.44),
        "income": (-1011, -6.76),
        "sales_tax_payable": (-101, -0.68),
    }


def test_what_is_too_much_only_in_dollars_is_refused(world: World) -> None:
    euros = str(customer(world, "Opera", invoiceCurrency="EUR")["id"])
    whole = [{"quantity": 1, "price": 1e12}]
    halves = [{"quantity": 1, "price": 5e11}] * 2
    taxed_much = {"invoiceLineItems": halves[:1], "salesTaxItemId": taxes(world, 100)}
    credit = [{"quantity": 1, "price": -1e12}, {"quantity": 1, "price": 1}]
    for body in (
        {"invoiceLineItems": whole},
        {"invoiceLineItems": halves},
        taxed_much,
        {"invoiceLineItems": credit},
    ):
        refused = world.post("/invoices", invoice_body(euros, **body))
        assert (refused.status, refused.codes) == (400, [None])
        assert "USD" in refused.json[0]["detail"]
    made = enter(world, euros, invoiceLineItems=halves[:1])
    line = {"id": made["invoiceLineItems"][0]["id"], "price": 1e12}
    assert world.patch(f"/invoices/{made['id']}", {"invoiceLineItems": [line]}).status == 400
    assert balance(world, euros) == 5e11


def test_a_currency_without_a_rate_is_refused(world: World) -> None:
    world.control("PUT", "/rates", {"rates": [{"currency": "EUR", "date": "2026-01-01", "rate": 0.9}]}).ok()
    who = {"name": "Oasis", "email": "pay@oasis.example", "invoiceCurrency": "AED"}
    refused = world.post("/invoices", {"customer": who, "invoiceLineItems": LINES})
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    assert "AED" in refused.json[0]["detail"]


# ---- properties -----------------------------------------------------------------------------------------

SMALL = st.decimals(min_value=-1000, max_value=1000, places=4).map(float)
PERCENT = st.decimals(min_value=0, max_value=100, places=3).map(decimal_text)
CURRENCIES = st.sampled_from(["USD", "JPY", "KWD"])
RATE = {"USD": None, "JPY": "149.5", "KWD": "0.307"}
STEP = {"USD": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}

GOODS = blank(Item, id="goods", type="INVENTORY", taxable=1, price="10.5")
LESSON = blank(Item, id="lesson", type="SERVICE", taxable=0)
DISCOUNT = blank(Item, id="discount", type="DISCOUNT", percentage="10", taxable=1)
ITEMS = {one.id: one for one in (GOODS, LESSON, DISCOUNT)}

DRAFTS = st.lists(
    st.builds(LineDraft, quantity=SMALL, price=SMALL, item_id=st.sampled_from([None, "goods", "lesson"])),
    min_size=1,
    max_size=6,
)


def rounded(amount: Decimal, currency: str) -> int:
    """Half-up to the currency's decimals, in thousandths."""
    return int(amount.quantize(STEP[currency], ROUND_HALF_UP) * 1000)


@given(DRAFTS, CURRENCIES)
def test_a_line_is_rounded_once(drafts: list[LineDraft], currency: str) -> None:
    for draft, line in zip(drafts, rules.price_lines(drafts, ITEMS, currency, RATE[currency]), strict=True):
        exact = Decimal(repr(draft.quantity)) * Decimal(repr(draft.price))
        assert line.amount == rounded(exact, currency)
        assert line.taxable is (draft.item_id != "lesson")


@given(DRAFTS, CURRENCIES)
def test_a_last_line_is_its_percentage_of_the_lines_above(drafts: list[LineDraft], currency: str) -> None:
    off = LineDraft(quantity=1, item_id="discount")
    *above, last = rules.price_lines([*drafts, off], ITEMS, currency, RATE[currency])
    whole = Decimal(sum(line.amount for line in above)) / 1000
    assert last.amount == rounded(whole * Decimal("-0.1"), currency)
    # Given what was stored of it, it comes to the same again.
    again = LineDraft(quantity=1, item_id="discount", rate_percent=last.rate_percent, taxable=last.taxable)
    stored = [
        msgspec.structs.replace(draft, taxable=line.taxable)
        for draft, line in zip(drafts, above, strict=True)
    ]
    assert rules.price_lines([*stored, again], {}, currency, RATE[currency])[-1] == last


TAXES = st.lists(st.builds(Tax, st.just("0ii"), PERCENT, st.none() | st.just("0ca9")), max_size=3)


def summed(lines: Sequence[PricedLine], taxes: Sequence[Tax], currency: str) -> rules.Sums | None:
    try:
        return rules.sums(lines, taxes, currency, RATE[currency])
    except (Refusal, Refusals):
        return None


@given(DRAFTS, TAXES, CURRENCIES)
def test_a_total_is_its_lines_and_each_of_their_taxes(
    drafts: list[LineDraft], taxes: list[Tax], currency: str
) -> None:
    lines = rules.price_lines(drafts, ITEMS, currency, RATE[currency])
    net = sum(line.amount for line in lines)
    taxable = Decimal(sum(line.amount for line in lines if line.taxable)) / 1000
    owed = [rounded(taxable * Decimal(tax.percentage) / 100, currency) for tax in taxes]
    found = summed(lines, taxes, currency)
    if 0 <= net + sum(owed) <= MAX_THOUSANDTHS:
        assert found is not None
        assert (found.total, [amount for _, amount in found.taxes]) == (net + sum(owed), owed)
    else:
        assert found is None


@given(DRAFTS, TAXES, CURRENCIES)
def test_what_is_posted_balances_in_both_currencies(
    drafts: list[LineDraft], taxes: list[Tax], currency: str
) -> None:
    priced = rules.price_lines(drafts, ITEMS, currency, RATE[currency])
    found = summed(priced, taxes, currency)
    if found is None:
        return
    lines = [
        blank(InvoiceLine, amount=line.amount, chart_of_account_id=f"0ca{position % 3}")
        for position, line in enumerate(priced)
    ]
    invoice = blank(
        Invoice,
        customer_id="0cu",
        currency=currency,
        total_amount=found.total,
        sales_tax_total=found.sales_tax,
        usd_amount=found.usd_amount,
        exchange_rate=found.rate,
    )
    owed_taxes = [
        blank(InvoiceTax, amount=amount, chart_of_account_id=tax.chart_of_account_id)
        for tax, amount in found.taxes
    ]
    sides = books.accrual(invoice, lines, owed_taxes).postings
    assert sum(side.amount for side in sides) == 0
    assert sum(side.usd_amount for side in sides) == 0
    assert all(side.amount * side.usd_amount >= 0 for side in sides)
    owed = [side for side in sides if side.account == books.ACCOUNTS_RECEIVABLE]
    assert [(side.amount, side.usd_amount) for side in owed] == [(found.total, found.usd_amount)]
    taxed = [side.amount for side in sides if side.account == books.SALES_TAX]
    assert taxed == [-amount for _, amount in found.taxes]


AMOUNT = st.integers(min_value=0, max_value=10**9)


@given(AMOUNT, AMOUNT, AMOUNT)
def test_the_status_follows_from_the_amounts(due: int, scheduled: int, paid: int) -> None:
    invoice = blank(Invoice, due_amount=due, scheduled_amount=scheduled, paid_amount=paid)
    told = rules.status(invoice)
    assert (told == "OPEN") is (scheduled == paid == 0)
    assert (told == "PAID_IN_FULL") is (due == scheduled == 0 and paid > 0)
    assert (told == "SCHEDULED") is (due == 0 and scheduled > 0)


@given(st.integers(min_value=0, max_value=rules.MOST_SERIAL - 1))
def test_a_number_is_after_the_last(last: int) -> None:
    number = rules.number_after(last)
    assert rules.serial_of(number_key(number)) == max(1001, last + 1)
    assert len(number) <= 21


@pytest.mark.parametrize("number", ["INV-0", "INV-01", "INV-", "INV5", "INV-٣", "INV-1.5", "INV-" + "9" * 16])
def test_other_numbers_do_not_count(number: str) -> None:
    assert rules.serial_of(number_key(number)) is None
