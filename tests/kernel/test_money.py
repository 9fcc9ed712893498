"""What a client must be able to rely on: no amount changes by passing through, and halves round up."""

import json
import math
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net30.kernel.currencies import CURRENCY_CODES, MINOR_DIGITS
from net30.kernel.money import (
    MAX_THOUSANDTHS,
    MoneyError,
    convert,
    decimal_text,
    dollars_of_parts,
    in_dollars,
    line_amount,
    on_wire,
    text,
    thousandths,
)

CURRENCIES = ["USD", "JPY", "KWD"]


@st.composite
def amounts(draw: st.DrawFn) -> tuple[int, str]:
    """An amount that its currency can have, as thousandths, and the currency."""
    currency = draw(st.sampled_from(CURRENCIES))
    step = 10 ** (3 - MINOR_DIGITS[currency])
    most = MAX_THOUSANDTHS // step
    return draw(st.integers(-most, most)) * step, currency


def numbers(places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(-(10**6)), Decimal(10**6), places=places)


@given(amounts())
def test_an_amount_passes_through_json_unchanged(amount: tuple[int, str]) -> None:
    value, currency = amount
    read = json.loads(json.dumps(on_wire(value)))
    assert thousandths(read, currency) == value
    assert Decimal(repr(read)) * 1000 == value


@given(st.lists(amounts().filter(lambda amount: amount[1] == "USD"), max_size=20))
def test_a_sum_of_amounts_is_the_sum_an_accountant_writes(lines: list[tuple[int, str]]) -> None:
    written = sum((Decimal(repr(on_wire(value))) for value, _ in lines), Decimal(0))
    assert Decimal(sum(value for value, _ in lines)) / 1000 == written


@given(numbers(8), numbers(8), st.sampled_from(CURRENCIES))
def test_a_line_is_rounded_half_up_once(quantity: Decimal, price: Decimal, currency: str) -> None:
    with localcontext(prec=100):
        cent = Decimal(1).scaleb(-MINOR_DIGITS[currency])
        expected = (quantity * price).quantize(cent, rounding=ROUND_HALF_UP)
        line = Decimal(line_amount(quantity, price, currency)) / 1000
        assert line == expected
        assert abs(line - quantity * price) <= cent / 2


@given(numbers(8), numbers(8))
def test_a_credit_mirrors_the_charge(quantity: Decimal, price: Decimal) -> None:
    assert line_amount(quantity, -price, "USD") == -line_amount(quantity, price, "USD")


@pytest.mark.parametrize(
    ("quantity", "price", "currency", "expected"),
    [
        ("1", "0.005", "USD", 10),
        ("1", "0.0049999999", "USD", 0),
        ("3", "33.335", "USD", 100_010),
        ("-1", "0.005", "USD", -10),
        ("1", "2.5", "JPY", 3_000),
        ("1", "2.0005", "KWD", 2_001),
        ("0.99999999", "1.005", "USD", 1_000),  # 1.00499998995
        ("999999.99999999", "999999.99999999", "USD", 999_999_999_999_980),
    ],
)
def test_lines(quantity: str, price: str, currency: str, expected: int) -> None:
    assert line_amount(Decimal(quantity), Decimal(price), currency) == expected


@pytest.mark.parametrize(
    ("value", "currency", "expected"),
    [
        (0.1, "USD", 100),
        (12, "USD", 12_000),
        (-0.0, "USD", 0),
        (1e3, "JPY", 1_000_000),
        (Decimal("1.500"), "USD", 1_500),
        (1.001, "KWD", 1_001),
        (1e12, "USD", MAX_THOUSANDTHS),
        (999999999999.99, "USD", 999_999_999_999_990),
    ],
)
def test_valid_amounts(value: float | int | Decimal, currency: str, expected: int) -> None:
    assert thousandths(value, currency) == expected


@pytest.mark.parametrize(
    ("value", "currency", "reason"),
    [
        (1.001, "USD", "more than the 2 decimals of USD"),
        (1.5, "JPY", "more than the 0 decimals of JPY"),
        (0.1 + 0.2, "USD", "15 significant digits"),
        (1_000_000_000_000.01, "USD", "either way"),
        (-1_000_000_000_001, "USD", "either way"),
        (1e300, "USD", "either way"),
        (5e-324, "USD", "decimals of USD"),
        (float("nan"), "USD", "not a number"),
        (float("inf"), "USD", "not a number"),
        (Decimal("-Infinity"), "USD", "not a number"),
    ],
)
def test_invalid_amounts_say_why(value: float | Decimal, currency: str, reason: str) -> None:
    with pytest.raises(MoneyError, match=reason):
        thousandths(value, currency)


def test_an_unknown_currency_is_no_amount() -> None:
    with pytest.raises(KeyError):
        thousandths(1, "XXX")


def test_a_line_or_conversion_beyond_the_limit_is_refused() -> None:
    with pytest.raises(MoneyError, match="either way"):
        line_amount(Decimal(10**7), Decimal(10**6), "USD")
    with pytest.raises(MoneyError, match="either way"):
        convert(MAX_THOUSANDTHS, Decimal("1.00000001"), "USD")


@given(st.decimals(Decimal(-(10**12)), Decimal(10**12), places=8))
def test_a_stored_decimal_keeps_its_value_and_has_one_form(value: Decimal) -> None:
    stored = decimal_text(value)
    assert Decimal(stored) == value
    assert decimal_text(Decimal(stored)) == stored
    assert "E" not in stored
    assert not ("." in stored and stored.endswith(("0", ".")))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12.50, "12.5"),
        (-0.0, "0"),
        (Decimal("-0E+3"), "0"),
        (100, "100"),
        (1e-8, "0.00000001"),
        (1e12, "1" + "0" * 12),
    ],
)
def test_forms_of_stored_decimals(value: float | int | Decimal, expected: str) -> None:
    assert decimal_text(value) == expected


@pytest.mark.parametrize("value", [1e-9, 0.1 + 0.2, 1e13, float("nan"), 12345678.12345678])
def test_a_decimal_that_cannot_be_stored_exactly_is_refused(value: float) -> None:
    with pytest.raises(MoneyError):
        decimal_text(value)


@pytest.mark.parametrize(
    ("amount", "rate", "currency", "expected"),
    [
        (100_000, "1.08375", "USD", 108_380),
        (100_000, "149.505", "JPY", 14_951_000),
        (-100_000, "149.505", "JPY", -14_951_000),
        (1_000, "0.30725", "KWD", 307),
    ],
)
def test_conversion(amount: int, rate: str, currency: str, expected: int) -> None:
    assert convert(amount, Decimal(rate), currency) == expected


# ---- dollars --------------------------------------------------------------------------------------------

ALL = st.sampled_from(CURRENCY_CODES)
RATES = st.decimals(Decimal("0.00000001"), Decimal(10**6), places=8).map(decimal_text)
CENT = 10


@st.composite
def sides(draw: st.DrawFn) -> tuple[list[int], str]:
    """Amounts that stand together on a paper in one currency, credits among them, and a rate of that currency."""
    step = 10 ** (3 - MINOR_DIGITS[draw(ALL)])
    most = 10**9 // step
    amounts = draw(st.lists(st.integers(-most, most).map(lambda n: n * step), min_size=1, max_size=8))
    return amounts, draw(RATES)


def exactly(amount: int, rate: str) -> Fraction:
    """Thousandths of a dollar, to the last digit."""
    return amount / Fraction(rate)


def nearest_cent(amount: Fraction) -> int:
    """Half-up, away from zero."""
    cents = math.floor(abs(amount) / CENT + Fraction(1, 2)) * CENT
    return cents if amount >= 0 else -cents


@given(sides())
def test_dollars_are_divided_once(paper: tuple[list[int], str]) -> None:
    for amount in paper[0]:
        exact = exactly(amount, paper[1])
        if abs(exact) <= MAX_THOUSANDTHS:
            assert in_dollars(amount, paper[1]) == nearest_cent(exact)
        else:
            with pytest.raises(MoneyError, match="more than 1,000,000,000,000 USD"):
                in_dollars(amount, paper[1])


def test_no_rate_is_turned_round() -> None:
    # 0.19 / 1.52 is 0.125 exactly; 0.19 × (1 / 1.52) falls short of it.
    assert in_dollars(190, "1.52") == 130
    assert in_dollars(-190, "1.52") == -130
    assert in_dollars(190, None) == 190


@given(sides())
def test_the_dollars_of_parts_are_those_of_their_sum(paper: tuple[list[int], str]) -> None:
    amounts, rate = paper
    dollars = dollars_of_parts(amounts, rate)
    assert sum(dollars) == nearest_cent(exactly(sum(amounts), rate))
    for amount, usd in zip(amounts, dollars, strict=True):
        assert amount * usd >= 0
        assert abs(usd - exactly(amount, rate)) < CENT
        assert usd % CENT == 0


def test_a_small_part_is_never_of_the_other_sign() -> None:
    # Each third of a cent rounds to nothing; what is left over is not put on the last of them.
    assert dollars_of_parts([1_000] * 3, "149.5") == [10, 0, 10]
    assert sum(dollars_of_parts([76_000] * 66 + [1_000], "149.5")) == in_dollars(5_017_000, "149.5")
    assert min(dollars_of_parts([76_000] * 66 + [1_000], "149.5")) >= 0


def test_amounts_for_people() -> None:
    assert text(1_234_500, "USD") == "1,234.50 USD"
    assert text(-1_235_000, "JPY") == "-1,235 JPY"
    assert text(5, "KWD") == "0.005 KWD"
    assert text(MAX_THOUSANDTHS, "USD") == "1,000,000,000,000.00 USD"


def test_currencies_have_the_decimals_of_iso_4217() -> None:
    assert len(CURRENCY_CODES) == len(set(CURRENCY_CODES)) == 163
    without = {code for code, digits in MINOR_DIGITS.items() if digits == 0}
    assert " ".join(sorted(without)) == "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
    with_three = {code for code, digits in MINOR_DIGITS.items() if digits == 3}
    assert " ".join(sorted(with_three)) == "BHD IQD JOD KWD LYD OMR TND"
    assert set(MINOR_DIGITS) == set(CURRENCY_CODES)
