"""The currencies of the contract and how many decimals an amount in each may have."""

from typing import Literal, get_args

# fmt: off
CurrencyCode = Literal[
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT",
    "BGN", "BHD", "BIF", "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD",
    "CDF", "CHF", "CLP", "CNY", "COP", "CRC", "CUC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP",
    "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GGP", "GHS", "GIP", "GMD",
    "GNF", "GTQ", "GYD", "HKD", "HNL", "HRK", "HTG", "HUF", "IDR", "ILS", "IMP", "INR", "IQD",
    "IRR", "ISK", "JEP", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD",
    "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK",
    "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK",
    "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD",
    "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SLL", "SOS", "SPL",
    "SRD", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TVD",
    "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VEF", "VND", "VUV", "WST", "XAF", "XCD",
    "XDR", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWD",
]

# ISO 4217, column "minor unit". All others have 2 decimals; so have, for want of an entry there, the pounds
# of Guernsey, Jersey and Man (GGP, JEP, IMP), the units of Tuvalu (TVD) and Seborga (SPL), and the special
# drawing right (XDR).
_NO_DECIMALS: tuple[CurrencyCode, ...] = (
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF",
    "XPF",
)
_THREE_DECIMALS: tuple[CurrencyCode, ...] = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
# fmt: on

CURRENCY_CODES: tuple[CurrencyCode, ...] = get_args(CurrencyCode)

MINOR_DIGITS: dict[str, int] = {
    **dict.fromkeys(CURRENCY_CODES, 2),
    **dict.fromkeys(_NO_DECIMALS, 0),
    **dict.fromkeys(_THREE_DECIMALS, 3),
}


def minor_digits(currency: str) -> int:
    """How many decimals an amount in `currency` may have: 0, 2 or 3. KeyError for an unknown currency."""
    return MINOR_DIGITS[currency]
