"""Amounts, prices and rates: exact on the way in, rounded half-up in one place, exact on the way out.

An amount is a whole number of thousandths of its currency's unit, whatever the currency: 12.34 USD and
12.34 KWD are both 12_340. So amounts compare, sort and add as integers. Half-up takes a tie away from zero,
so that a credit is the mirror image of the charge it takes back.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from itertools import accumulate, pairwise

from net30.kernel.currencies import minor_digits

Thousandths = int

LARGEST = Decimal(10**12)
MAX_THOUSANDTHS: Thousandths = 10**12 * 1000

# A double holds any decimal of 15 significant digits and gives it back; the 16th may be noise.
FLOAT_DIGITS = 15
DECIMAL_PLACES = 8

# Wide enough that the product of two stored numbers (21 digits each) is exact, and so is rounded once,
# whatever precision the thread has set.
_EXACT = Context(prec=64, rounding=ROUND_HALF_UP)
_PLACES = Decimal(1).scaleb(-DECIMAL_PLACES)
_UNITS = {digits: Decimal(1).scaleb(-digits) for digits in range(4)}
_CENT: Thousandths = 10


class MoneyError(ValueError):
    """A number that cannot be an amount, a price, a quantity or a rate; the text is a sentence for people."""


def thousandths(value: float | int | Decimal, currency: str) -> Thousandths:
    """The amount `value`, in units of `currency`, as thousandths.

    Raises MoneyError when it is not finite, is beyond 10^12 either way, or has more decimals than the
    currency (ISO 4217), or when it is a float of more than 15 significant digits.
    """
    number = _bounded(value)
    digits = minor_digits(currency)
    rounded = number.quantize(_UNITS[digits], context=_EXACT)
    if rounded != number:
        raise MoneyError(f"{value} has more than the {digits} decimals of {currency}.")
    return int(rounded * 1000)


def on_wire(amount: Thousandths) -> float:
    """The amount in units, as the JSON number that a client reads; exact within MAX_THOUSANDTHS."""
    return amount / 1000


def line_amount(quantity: Decimal, price: Decimal, currency: str) -> Thousandths:
    """quantity × price, rounded half-up once to the decimals of the currency; MoneyError beyond 10^12."""
    return _rounded(_EXACT.multiply(quantity, price), currency)


def price_of(amount: Thousandths, quantity: Decimal, currency: str) -> str:
    """The price at which `quantity` comes to `amount`, as prices are stored; MoneyError when there is none."""
    if quantity == 0:
        raise MoneyError("A quantity of 0 comes to no amount; give a price.")
    price = _EXACT.divide(Decimal(amount).scaleb(-3), quantity).quantize(_PLACES, context=_EXACT)
    if line_amount(quantity, price, currency) != amount:
        raise MoneyError(
            f"No price of {DECIMAL_PLACES} decimals makes {quantity} come to {text(amount, currency)}."
        )
    return decimal_text(price)


def convert(amount: Thousandths, rate: Decimal, to_currency: str) -> Thousandths:
    """`amount` × `rate` (units of `to_currency` for one), rounded half-up to that currency's decimals."""
    return _rounded(_EXACT.multiply(Decimal(amount).scaleb(-3), rate), to_currency)


def in_dollars(amount: Thousandths, rate: str | None) -> Thousandths:
    """`amount` in USD at `rate`, units of its currency for a dollar as stored; None means it is USD already.

    Divided once and rounded half-up to the cent. MoneyError beyond 10^12 USD.
    """
    if rate is None:
        return amount
    cents = _cents(abs(amount), rate)
    dollars = cents * _CENT if amount >= 0 else -cents * _CENT
    if abs(dollars) > MAX_THOUSANDTHS:
        raise MoneyError(
            f"{Decimal(amount).scaleb(-3)} at {rate} for a dollar is more than 1,000,000,000,000 USD either way."
        )
    return dollars


def dollars_of_parts(parts: Iterable[Thousandths], rate: str | None) -> list[Thousandths]:
    """USD of amounts that stand together, so that they add up to the USD of their sum.

    Each gets what the sum up to it is worth in USD, less what the sum before it was worth. So none is a whole
    cent away from its own exact value, and none has the other sign.
    """
    amounts = list(parts)
    if rate is None:
        return amounts
    # Half a cent is rounded the same way on both sides of zero: a part that leads across it stays within a cent.
    sign = -1 if sum(amounts) < 0 else 1
    worth = [_cents(sign * whole, rate) for whole in accumulate(amounts, initial=0)]
    return [sign * (after - before) * _CENT for before, after in pairwise(worth)]


def _cents(amount: Thousandths, rate: str) -> int:
    """The nearest whole cents to `amount` at `rate`; the higher ones when two are as near."""
    units, dollars = Decimal(rate).as_integer_ratio()
    # amount / 1000 units are amount * dollars / (1000 * units) dollars, and a hundred times as many cents.
    return (2 * amount * dollars + 10 * units) // (20 * units)


def decimal_text(value: float | int | Decimal) -> str:
    """How a price, quantity, rate or percent is stored, in one form only: "12.5", "-3", "0", "0.00000001".

    Raises MoneyError when it is not finite, is beyond 10^12 either way, or has more than 8 decimal places,
    or when it is a float of more than 15 significant digits.
    """
    number = _bounded(value)
    rounded = number.quantize(_PLACES, context=_EXACT)
    if rounded != number:
        raise MoneyError(f"{value} has more than {DECIMAL_PLACES} decimals; round it to {DECIMAL_PLACES}.")
    text = f"{rounded:f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def number(stored: str | None) -> float | None:
    """A stored price, rate or percent as the JSON number that a client reads."""
    return None if stored is None else float(stored)


def amount_text(amount: Thousandths) -> str:
    """An amount as prices are stored: "-15.5"."""
    return decimal_text(Decimal(amount).scaleb(-3))


def text(amount: Thousandths, currency: str) -> str:
    """For people: "1,234.50 USD", "-1,235 JPY"."""
    return f"{Decimal(amount).scaleb(-3):,.{minor_digits(currency)}f} {currency}"


def _bounded(value: float | int | Decimal) -> Decimal:
    """`value` exactly as it was written, within ±10^12."""
    # repr gives the shortest digits that mean this double: the digits the client wrote, up to 15 of them.
    number = Decimal(repr(value) if isinstance(value, float) else value)
    if not number.is_finite():
        raise MoneyError(f"{value} is not a number.")
    if number.copy_abs() > LARGEST:
        raise MoneyError(f"{value} is more than 1,000,000,000,000 either way.")
    if isinstance(value, float) and len(number.normalize().as_tuple().digits) > FLOAT_DIGITS:
        raise MoneyError(f"{value} has more than {FLOAT_DIGITS} significant digits.")
    return number


def _rounded(number: Decimal, currency: str) -> Thousandths:
    if number.copy_abs() > LARGEST:
        raise MoneyError(f"{number:.2e} {currency} is more than 1,000,000,000,000 either way.")
    return int(number.quantize(_UNITS[minor_digits(currency)], context=_EXACT) * 1000)
