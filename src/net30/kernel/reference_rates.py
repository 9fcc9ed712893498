"""Reference exchange rates: units of a currency for one US dollar.

They are round figures for valuing foreign bills in the books until a payment's own rate batch replaces them; nothing is
bought or sold at them.
"""

from decimal import Decimal

from net30.kernel.refusal import Refusal

PER_DOLLAR = {
    "AUD": Decimal("1.52"),
    "BRL": Decimal("5.4"),
    "CAD": Decimal("1.37"),
    "CHF": Decimal("0.88"),
    "CNY": Decimal("7.2"),
    "CZK": Decimal("23.2"),
    "DKK": Decimal("6.9"),
    "EUR": Decimal("0.92"),
    "GBP": Decimal("0.79"),
    "HKD": Decimal("7.8"),
    "HUF": Decimal("362"),
    "IDR": Decimal("15800"),
    "ILS": Decimal("3.7"),
    "INR": Decimal("83.2"),
    "JPY": Decimal("149.5"),
    "KRW": Decimal("1350"),
    "MXN": Decimal("17.1"),
    "MYR": Decimal("4.6"),
    "NOK": Decimal("10.7"),
    "NZD": Decimal("1.64"),
    "PHP": Decimal("56.5"),
    "PLN": Decimal("3.95"),
    "RON": Decimal("4.57"),
    "SEK": Decimal("10.5"),
    "SGD": Decimal("1.34"),
    "THB": Decimal("35.5"),
    "TRY": Decimal("32.4"),
    "TWD": Decimal("32.1"),
    "USD": Decimal(1),
    "VND": Decimal("25000"),
    "ZAR": Decimal("18.6"),
}


def standing(
    currency: str, was: str = "", at: str | None = None, *, field: str = "billCurrency"
) -> str | None:
    """The rate of what is in a currency from now on, as stored; None for USD.

    What was in that currency before, `was`, keeps the rate `at` which it was entered.
    """
    if currency == was:
        return at
    return None if currency == "USD" else str(rate(currency, field))


def rate(currency: str, field: str = "billCurrency") -> Decimal:
    """Units of the currency for one US dollar; refused (422), naming the `field`, when none is known."""
    known = PER_DOLLAR.get(currency)
    if known is None:
        raise Refusal(
            "BDC_1119",
            field=field,
            value=currency,
            detail=f"this server knows no exchange rate for {currency}",
            help=f"use one of {', '.join(PER_DOLLAR)}",
        )
    return known
