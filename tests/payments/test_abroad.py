"""Bills in other currencies: what they are valued at, what the books have of them, and how they are settled."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from clients import World
from hypothesis import given
from hypothesis import strategies as st
from payments.desk import ADDRESS, Desk
from receivables.invoicing import posted
from stock import blank

from net30.bills import books, rules
from net30.bills.rules import LineDraft
from net30.bills.tables import Bill, BillLine
from net30.kernel.currencies import CURRENCY_CODES, MINOR_DIGITS
from net30.kernel.money import dollars_of_parts, in_dollars
from net30.kernel.reference_rates import first_rates
from net30.kernel.refusal import Refusal
from net30.payments import rules as settling

ABROAD = [code for code in CURRENCY_CODES if code != "USD"]


def vendor(world: World, currency: str) -> str:
    body = {"name": f"Vendor {currency}", "address": ADDRESS, "billCurrency": currency}
    return str(world.post("/vendors", body).ok()["id"])


def bill_body(vendor_id: str, *amounts: float, number: str = "1", date: str = "2026-03-01") -> dict[str, Any]:
    return {
        "vendorId": vendor_id,
        "dueDate": "2026-12-31",
        "invoice": {"invoiceNumber": number, "invoiceDate": date},
        "billLineItems": [{"amount": amount} for amount in amounts],
    }


def rates(world: World, *known: tuple[str, str, float]) -> None:
    body = {"rates": [{"currency": code, "date": date, "rate": rate} for code, date, rate in known]}
    world.control("PUT", "/rates", body).ok()


def test_every_currency_of_the_contract_is_billed_and_paid(desk: Desk) -> None:
    for currency in ABROAD:
        vendor_id = vendor(desk.world, currency)
        least = 10 ** -MINOR_DIGITS[currency]
        made = desk.world.post("/bills", bill_body(vendor_id, 1000, least)).ok()
        rate = first_rates()[currency]
        assert (made["amount"], made["exchangeRate"]) == (1000 + least, float(rate))
        assert made["fundingAmount"] == in_dollars(round(made["amount"] * 1000), rate) / 1000
        paid = desk.record(vendor_id, made["id"], 1000 + least).ok()
        assert (paid["amount"], paid["exchangeRate"]) == (1000 + least, float(rate))
        assert desk.amounts(made["id"])[3] == "PAID"
        assert desk.owed(vendor_id) == 0
    assert desk.balance("accounts_payable") == 0


def test_an_amount_that_is_too_much_only_in_dollars_is_refused(world: World) -> None:
    vendor_id = vendor(world, "EUR")
    refused = world.post("/bills", bill_body(vendor_id, 1, 1e12))
    assert (refused.status, refused.codes) == (400, [None])
    assert refused.json[0]["message"].startswith("billLineItems[1]: ")
    assert "1,000,000,000,000 USD" in refused.json[0]["detail"]
    refused = world.post("/bills", bill_body(vendor_id, 9e11, 9e10))
    assert (refused.status, refused.codes) == (400, [None])
    assert refused.json[0]["message"].startswith("billLineItems: ")
    assert world.get("/bills").ok()["results"] == []
    assert world.post("/bills", bill_body(vendor_id, 9e11)).ok()["fundingAmount"] == 978_260_869_565.22


def test_a_tiny_rate_makes_no_mistake_of_the_server(world: World) -> None:
    rates(world, ("EUR", "2026-01-01", 0.00000001))
    vendor_id = vendor(world, "EUR")
    assert world.post("/bills", bill_body(vendor_id, 10_000.01)).status == 400
    assert world.post("/bills", bill_body(vendor_id, 10_000)).ok()["fundingAmount"] == 1e12


def test_a_bill_is_valued_at_the_rate_of_its_date(world: World) -> None:
    rates(world, ("EUR", "2026-01-01", 0.9), ("EUR", "2026-02-01", 0.8))
    vendor_id = vendor(world, "EUR")
    made = world.post("/bills", bill_body(vendor_id, 72, date="2026-01-31")).ok()
    assert (made["exchangeRate"], made["fundingAmount"]) == (0.9, 80)
    # A bill keeps its rate while its date stands, whatever is loaded later.
    rates(world, ("EUR", "2026-01-01", 0.5), ("EUR", "2026-02-01", 0.8))
    path = f"/bills/{made['id']}"
    assert world.patch(path, {"description": "January"}).ok()["exchangeRate"] == 0.9
    moved = world.patch(path, {"invoice": {"invoiceDate": "2026-02-01"}}).ok()
    assert (moved["exchangeRate"], moved["fundingAmount"]) == (0.8, 90)
    assert posted(world, made) == {"accounts_payable": (-72, -90), "expense": (72, 90)}


def test_what_has_no_rate_is_refused_at_once(world: World) -> None:
    rates(world, ("EUR", "2026-02-01", 0.9))
    body = {"name": "Tokyo", "address": ADDRESS, "billCurrency": "JPY"}
    refused = world.post("/vendors", body)
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    assert "/rates" in refused.text
    euros = vendor(world, "EUR")
    assert world.patch(f"/vendors/{euros}", {"billCurrency": "JPY"}).codes == ["BDC_1119"]
    assert world.patch(f"/vendors/{euros}", {"name": "Euros"}).status == 200
    customer = {"name": "Opera", "email": "pay@opera.example", "invoiceCurrency": "JPY"}
    assert world.post("/customers", customer).codes == ["BDC_1119"]
    refused = world.post("/bills", bill_body(euros, 1, date="2026-01-31"))
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    assert "2026-01-31" in refused.json[0]["detail"]


# ---- settling -------------------------------------------------------------------------------------------


def at_rate(desk: Desk, vendor_id: str, bill_id: str, amount: float, rate: float) -> Any:
    body = {
        "vendorId": vendor_id,
        "processDate": "2026-03-02",
        "toPrintCheck": False,
        "payments": [{"billId": bill_id, "amount": amount}],
        "exchangeRate": rate,
    }
    return desk.world.api.call("POST", "/net30/v1/bills/record-payment", body, headers=desk.world.headers)


def test_a_bill_in_euros_is_settled_at_the_days_rate(desk: Desk) -> None:
    rates(desk.world, ("EUR", "2026-01-01", 0.92), ("EUR", "2026-03-02", 0.95))
    vendor_id = vendor(desk.world, "EUR")
    made = desk.world.post("/bills", bill_body(vendor_id, 100)).ok()
    paid = desk.record(vendor_id, made["id"], 100).ok()
    assert (paid["amount"], paid["fundingAmount"], paid["exchangeRate"]) == (100, 105.26, 0.95)
    assert desk.amounts(made["id"]) == (0, 0, 100, "PAID")
    assert desk.owed(vendor_id) == 0
    # The bill was entered at 108.70 USD: 3.44 were gained.
    assert desk.dollars() == {"expense": 108.70, "bank": -105.26, "fx_realized": -3.44}
    desk.world.post(f"/payments/{paid['id']}/void").ok()
    assert desk.dollars() == {"expense": 108.70, "accounts_payable": -108.70}
    assert desk.owed(vendor_id) == 100


def test_a_bill_is_settled_in_parts_at_the_rates_they_were_paid_at(desk: Desk) -> None:
    vendor_id = vendor(desk.world, "EUR")
    made = desk.world.post("/bills", bill_body(vendor_id, 100)).ok()
    assert at_rate(desk, vendor_id, made["id"], 50, 0.95).ok()["fundingAmount"] == 52.63
    assert desk.dollars()["fx_realized"] == -1.72
    assert at_rate(desk, vendor_id, made["id"], 50, 0.90).ok()["fundingAmount"] == 55.56
    # 1.72 were gained and 1.21 lost; nothing is owed, in dollars neither.
    assert desk.dollars() == {"expense": 108.70, "bank": -108.19, "fx_realized": -0.51}


@pytest.mark.parametrize(("currency", "rate"), [("EUR", 0), ("EUR", 1e-9), ("EUR", -1), ("USD", 1.1)])
def test_a_rate_that_is_none_is_refused(desk: Desk, currency: str, rate: float) -> None:
    vendor_id = vendor(desk.world, currency)
    made = desk.world.post("/bills", bill_body(vendor_id, 100)).ok()
    refused = at_rate(desk, vendor_id, made["id"], 100, rate)
    assert (refused.status, refused.codes) == (400, [None])
    assert "exchangeRate" in refused.json[0]["message"]
    assert desk.amounts(made["id"])[3] == "UNPAID"


def test_a_payment_that_is_too_much_only_in_dollars_is_refused(desk: Desk) -> None:
    vendor_id = vendor(desk.world, "JPY")
    made = desk.world.post("/bills", bill_body(vendor_id, 10**6)).ok()
    refused = at_rate(desk, vendor_id, made["id"], 10**6, 0.0000001)
    assert (refused.status, refused.codes) == (400, [None])
    assert desk.amounts(made["id"])[3] == "UNPAID"


def test_an_amount_has_the_decimals_of_the_bills_currency(desk: Desk) -> None:
    yen, dinars = vendor(desk.world, "JPY"), vendor(desk.world, "KWD")
    bill = desk.world.post("/bills", bill_body(yen, 100)).ok()["id"]
    refused = desk.record(yen, bill, 0.5)
    assert (refused.status, refused.codes) == (400, [None])
    bill = desk.world.post("/bills", bill_body(dinars, 0.001)).ok()["id"]
    assert desk.record(dinars, bill, 0.001).ok()["amount"] == 0.001


@given(
    st.integers(1, 10**6), st.lists(st.tuples(st.integers(1, 10**6), st.booleans()), min_size=1, max_size=12)
)
def test_the_last_part_leaves_nothing(usd_cents: int, parts: list[tuple[int, bool]]) -> None:
    """However a bill is paid in parts, some of which are voided and paid anew."""
    bill = blank(Bill, amount=sum(amount for amount, _ in parts), funding_amount=usd_cents * 10)
    standing: list[tuple[int, int]] = []

    def pay(amount: int) -> None:
        before = [sum(column) for column in zip(*standing, strict=True)] or [0, 0]
        usd = settling.usd_settled(bill, amount, before[0], before[1])
        assert usd >= 0
        standing.append((amount, usd))

    for amount, _ in parts:
        pay(amount)
    for (amount, voided), part in zip(parts, list(standing), strict=True):
        if voided:
            standing.remove(part)
            pay(amount)
    assert sum(usd for _, usd in standing) == bill.funding_amount


# ---- the books ------------------------------------------------------------------------------------------


@st.composite
def papers(draw: st.DrawFn) -> tuple[str, str, Sequence[float]]:
    """A currency, a rate of it and lines that it can have, of both signs."""
    currency = draw(st.sampled_from(ABROAD))
    digits = MINOR_DIGITS[currency]
    cents = draw(st.lists(st.integers(-(10**5), 10**6), min_size=1, max_size=8))
    scale = draw(st.sampled_from(["0.25", "1", "3", "7.77"]))
    rate = f"{float(Fraction(first_rates()[currency]) * Fraction(scale)):.8f}"
    return currency, rate if float(rate) else "1", [cent / 10**digits for cent in cents]


@given(papers())
def test_no_side_is_a_cent_off_or_of_the_other_sign(paper: tuple[str, str, Sequence[float]]) -> None:
    currency, rate, amounts = paper
    try:
        priced, total = rules.price_lines([LineDraft(amount=amount) for amount in amounts], currency, rate)
    except Refusal:
        assert sum(amounts) < 0
        return
    lines = [
        blank(BillLine, amount=line.amount, chart_of_account_id=f"0ca{position % 4}")
        for position, line in enumerate(priced)
    ]
    bill = blank(
        Bill,
        vendor_id="009",
        currency=currency,
        amount=total.amount,
        funding_amount=total.funding_amount,
        exchange_rate=rate,
    )
    sides = books.accrual(bill, lines).postings
    assert sum(side.usd_amount for side in sides) == 0
    for side in sides:
        assert side.amount * side.usd_amount >= 0
        assert abs(side.usd_amount - side.amount / Fraction(rate)) < 10


def test_a_debit_of_one_yen_is_no_credit_in_dollars() -> None:
    # Rounded each, with the rest on the last side, the debit of one yen was a credit of 0.10 USD.
    dollars = dollars_of_parts([76_000] * 66 + [1_000], "149.5")
    assert dollars[-1] in (0, 10)
    assert set(dollars[:-1]) <= {500, 510}
