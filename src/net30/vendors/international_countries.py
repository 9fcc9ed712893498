"""What banks outside the United States ask for, country by country: data only, read by `international`.

Everything here is public banking practice: IBAN structures are those of the ISO 13616 registry, bank codes
those of the national clearing systems, purposes those that the central banks ask of money from abroad.
Patterns are written without anchors and use only what Python's `re` and a browser's RegExp read alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Code:
    """One piece of bank data: the pattern of its whole value and, for people, what it is."""

    pattern: str
    meaning: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class Regulatory:
    """A named regulatory field; `business` and `person`: what such a payee gives, None for nothing."""

    name: str
    business: Code | None
    person: Code | None


@dataclass(frozen=True, slots=True)
class Purpose:
    """The payment purpose a country asks for: free text, or one of `codes` (code, what it stands for).

    `person_codes` are for payees who are persons, beside the others. With `any_currency` False only
    payments in the country's own currency need a purpose: a foreign one passes by its clearing system.
    """

    type: Literal["CODE", "TEXT"]
    codes: tuple[tuple[str, str], ...] = ()
    person_codes: tuple[tuple[str, str], ...] = ()
    any_currency: bool = False


@dataclass(frozen=True, slots=True)
class BankRules:
    """How a bank account is written in one country.

    `iban` says whether accountNumber is an IBAN: "ONLY", "OR" a national number (`account` and `routing`),
    or "NO". `routing` is the national bank code, or the BIC where payments arrive over SWIFT.
    """

    iban: Literal["ONLY", "OR", "NO"]
    account: Code
    routing: Code
    type_required: bool = False
    regulatory: tuple[Regulatory, ...] = ()
    purpose: Purpose | None = None


# ISO 9362 as banks use it: institution, country, location and, if any, branch.
BIC_PATTERN = "[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?"
BIC = Code(BIC_PATTERN, "SWIFT code of the bank (BIC), 8 or 11 characters")

# Pays and is paid over ACH and Fedwire with ABA routing numbers, like a bank in a state.
DOMESTIC = frozenset({"US", "AS", "MP", "UM"})

# The Single Euro Payments Area (European Payments Council), by the country code its IBANs start with.
_SEPA_CODES = """
    AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT
    RO RS SE SI SK SM VA
"""
SEPA = frozenset(_SEPA_CODES.split())

# ISO 13616: the BBAN that follows country and check digits. 5n is five digits, 4a four capital letters,
# 11c eleven capital letters or digits. An IBAN is 4 characters longer than its BBAN.
BBAN: Mapping[str, str] = {
    "AD": "8n12c",
    "AE": "19n",
    "AL": "8n16c",
    "AT": "16n",
    "AZ": "4a20c",
    "BA": "16n",
    "BE": "12n",
    "BG": "4a6n8c",
    "BH": "4a14c",
    "BR": "23n1a1c",
    "BY": "4c4n16c",
    "CH": "5n12c",
    "CR": "18n",
    "CY": "8n16c",
    "CZ": "20n",
    "DE": "18n",
    "DK": "14n",
    "DO": "4c20n",
    "EE": "16n",
    "EG": "25n",
    "ES": "20n",
    "FI": "14n",
    "FO": "14n",
    "FR": "10n11c2n",
    "GB": "4a14n",
    "GE": "2a16n",
    "GI": "4a15c",
    "GL": "14n",
    "GR": "7n16c",
    "GT": "24c",
    "HR": "17n",
    "HU": "24n",
    "IE": "4a14n",
    "IL": "19n",
    "IS": "22n",
    "IT": "1a10n12c",
    "JO": "4a4n18c",
    "KW": "4a22c",
    "KZ": "3n13c",
    "LB": "4n20c",
    "LI": "5n12c",
    "LT": "16n",
    "LU": "3n13c",
    "LV": "4a13c",
    "MC": "10n11c2n",
    "MD": "20c",
    "ME": "18n",
    "MK": "3n10c2n",
    "MT": "4a5n18c",
    "MU": "4a19n3a",
    "NL": "4a10n",
    "NO": "11n",
    "PK": "4a16c",
    "PL": "24n",
    "PT": "21n",
    "QA": "4a21c",
    "RO": "4a16c",
    "RS": "18n",
    "SA": "2n18c",
    "SE": "20n",
    "SI": "15n",
    "SK": "20n",
    "SM": "1a10n12c",
    "TN": "20n",
    "TR": "6n16c",
    "UA": "6n19c",
    "VA": "18n",
    "VG": "4a16n",
}

# Territories whose accounts carry another country's IBANs.
IBAN_COUNTRY: Mapping[str, str] = {
    **dict.fromkeys(("GF", "GP", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"), "FR"),
    "SJ": "NO",
}

_CURRENCY_OF = {
    "AED": "AE", "AFN": "AF", "ALL": "AL", "AMD": "AM", "AOA": "AO", "ARS": "AR",
    "AUD": "AU CC CX HM KI NF NR TV", "AWG": "AW", "AZN": "AZ", "BAM": "BA", "BBD": "BB", "BDT": "BD",
    "BHD": "BH", "BIF": "BI", "BMD": "BM", "BND": "BN", "BOB": "BO", "BRL": "BR", "BSD": "BS", "BTN": "BT",
    "BWP": "BW", "BYN": "BY", "BZD": "BZ", "CAD": "CA", "CDF": "CD", "CHF": "CH LI", "CLP": "CL",
    "CNY": "CN", "COP": "CO", "CRC": "CR", "CVE": "CV", "CZK": "CZ", "DJF": "DJ", "DKK": "DK FO GL",
    "DOP": "DO", "DZD": "DZ", "EGP": "EG", "ERN": "ER", "ETB": "ET",
    "EUR": "AD AT BE BG CY DE EE ES FI FR GF GP GR HR IE IT LT LU LV MC ME MQ MT NL PM PT RE SI SK SM TF VA "
    "YT",
    "FJD": "FJ", "FKP": "FK", "GBP": "GB GS", "GEL": "GE", "GHS": "GH", "GIP": "GI", "GMD": "GM",
    "GNF": "GN", "GTQ": "GT", "GYD": "GY", "HKD": "HK", "HNL": "HN", "HTG": "HT", "HUF": "HU", "IDR": "ID",
    "ILS": "IL PS", "INR": "IN", "IQD": "IQ", "ISK": "IS", "JMD": "JM", "JOD": "JO", "JPY": "JP",
    "KES": "KE", "KGS": "KG", "KHR": "KH", "KMF": "KM", "KRW": "KR", "KWD": "KW", "KYD": "KY", "KZT": "KZ",
    "LAK": "LA", "LBP": "LB", "LKR": "LK", "LRD": "LR", "LSL": "LS", "LYD": "LY", "MAD": "EH MA",
    "MDL": "MD", "MGA": "MG", "MKD": "MK", "MNT": "MN", "MOP": "MO", "MRU": "MR", "MUR": "MU", "MVR": "MV",
    "MWK": "MW", "MXN": "MX", "MYR": "MY", "MZN": "MZ", "NAD": "NA", "NGN": "NG", "NIO": "NI",
    "NOK": "NO SJ", "NPR": "NP", "NZD": "CK NU NZ PN TK", "OMR": "OM", "PAB": "PA", "PEN": "PE",
    "PGK": "PG", "PHP": "PH", "PKR": "PK", "PLN": "PL", "PYG": "PY", "QAR": "QA", "RON": "RO", "RSD": "RS",
    "RUB": "RU",
    "RWF": "RW", "SAR": "SA", "SBD": "SB", "SCR": "SC", "SEK": "SE", "SGD": "SG", "SHP": "SH", "SLE": "SL",
    "SOS": "SO", "SRD": "SR", "STN": "ST", "SZL": "SZ", "THB": "TH", "TJS": "TJ", "TMT": "TM", "TND": "TN",
    "TOP": "TO", "TRY": "TR", "TTD": "TT", "TWD": "TW", "TZS": "TZ", "UAH": "UA", "UGX": "UG", "UYU": "UY",
    "UZS": "UZ", "VND": "VN", "VUV": "VU", "WST": "WS", "XAF": "CF CG CM GA GQ TD",
    "XCD": "AG AI DM GD KN LC MS VC", "XOF": "BF BJ CI GW ML NE SN TG", "XPF": "NC PF WF", "YER": "YE",
    "ZAR": "ZA", "ZMW": "ZM",
}  # fmt: skip

# ISO 4217. A country that is not here is paid in US dollars only.
LOCAL_CURRENCY: Mapping[str, str] = {
    country: currency for currency, countries in _CURRENCY_OF.items() for country in countries.split()
}

_TEXT = Purpose("TEXT")
_ANY_ACCOUNT = Code("[A-Za-z0-9]{1,34}", "account number, up to 34 letters or digits")
_IBAN_ACCOUNT = Code("", "IBAN")

# Reserve Bank of India, purpose groups for receipts from abroad (Form R returns).
_INDIA = Purpose(
    "CODE",
    codes=(
        ("P0102", "Goods: realisation of export bills"),
        ("P0103", "Goods: advance against export contracts"),
        ("P0802", "Software consultancy and implementation"),
        ("P0803", "Data base and data processing"),
        ("P0807", "Off-site software exports"),
        ("P1004", "Legal services"),
        ("P1005", "Accounting, auditing, bookkeeping and tax consulting"),
        ("P1006", "Business and management consultancy, public relations"),
        ("P1007", "Advertising, trade fairs and market research"),
        ("P1009", "Architectural, engineering and other technical services"),
    ),
    person_codes=(("P1301", "Family maintenance and savings"),),
    any_currency=True,
)
# People's Bank of China, business types of cross-border CNY.
_CHINA = Purpose(
    "CODE",
    codes=(
        ("CGODDR", "Goods trade"),
        ("CSTRDR", "Services trade"),
        ("CCTFDR", "Capital transfer"),
        ("COCADR", "Other current account transaction"),
    ),
)
# Central Bank of the UAE, transaction codes of the funds transfer system; every transfer carries one.
_EMIRATES = Purpose(
    "CODE",
    codes=(
        ("GDE", "Goods sold"),
        ("ITS", "Computer services"),
        ("PMS", "Professional and management consulting"),
        ("TTS", "Technical, trade-related and other business services"),
        ("ATS", "Air transport"),
        ("STS", "Sea transport"),
        ("RNT", "Rent"),
    ),
    any_currency=True,
)


def _tax_id(
    business: str, business_means: str, person: str, person_means: str, *, required: bool
) -> Regulatory:
    return Regulatory("taxId", Code(business, business_means, required), Code(person, person_means, required))


RULES: Mapping[str, BankRules] = {
    "AE": BankRules("ONLY", _IBAN_ACCOUNT, BIC, purpose=_EMIRATES),
    "AR": BankRules(
        "NO",
        Code("[0-9]{22}", "CBU or CVU, 22 digits"),
        Code(BIC_PATTERN, "SWIFT code (BIC); not needed, the CBU names the bank", required=False),
        regulatory=(
            _tax_id("[0-9]{11}", "CUIT, 11 digits", "[0-9]{11}", "CUIT or CUIL, 11 digits", required=True),
        ),
        purpose=_TEXT,
    ),
    "AU": BankRules(
        "NO", Code("[0-9]{5,10}", "account number, 5 to 10 digits"), Code("[0-9]{6}", "BSB, 6 digits")
    ),
    "BR": BankRules(
        "ONLY",
        _IBAN_ACCOUNT,
        BIC,
        type_required=True,
        regulatory=(_tax_id("[0-9]{14}", "CNPJ, 14 digits", "[0-9]{11}", "CPF, 11 digits", required=True),),
        purpose=_TEXT,
    ),
    "CA": BankRules(
        "NO",
        Code("[0-9]{5,12}", "account number, 5 to 12 digits"),
        Code("0[0-9]{8}", "0, institution number (3 digits) and transit number (5 digits)"),
    ),
    "CL": BankRules(
        "NO",
        Code("[0-9]{3,20}", "account number, 3 to 20 digits"),
        BIC,
        type_required=True,
        regulatory=(
            _tax_id("[0-9]{7,8}-[0-9K]", "RUT with check digit", "[0-9]{7,8}-[0-9K]", "RUT", required=True),
        ),
        purpose=_TEXT,
    ),
    "CN": BankRules(
        "NO",
        Code("[0-9]{8,32}", "account number, 8 to 32 digits"),
        Code("[0-9]{12}", "CNAPS code, 12 digits"),
        purpose=_CHINA,
    ),
    "CO": BankRules(
        "NO",
        Code("[0-9]{6,20}", "account number, 6 to 20 digits"),
        BIC,
        type_required=True,
        regulatory=(_tax_id("[0-9]{9,10}", "NIT, 9 or 10 digits", "[0-9]{6,10}", "cedula", required=True),),
        purpose=_TEXT,
    ),
    "GB": BankRules(
        "OR", Code("[0-9]{8}", "account number, 8 digits"), Code("[0-9]{6}", "sort code, 6 digits")
    ),
    "HK": BankRules(
        "NO",
        Code("[0-9]{6,12}", "account number, 6 to 12 digits"),
        Code("[0-9]{3}([0-9]{3})?", "bank code, 3 digits, with or without branch code, 3 digits"),
    ),
    "ID": BankRules("NO", _ANY_ACCOUNT, BIC, purpose=_TEXT),
    "IN": BankRules(
        "NO",
        Code("[0-9]{9,18}", "account number, 9 to 18 digits"),
        Code("[A-Z]{4}0[A-Z0-9]{6}", "IFSC, 11 characters"),
        type_required=True,
        # The fourth letter of a PAN is the kind of holder; a sole trader holds a person's.
        regulatory=(
            Regulatory(
                "pan",
                Code("[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z]", "PAN, 10 characters", required=False),
                Code("[A-Z]{3}P[A-Z][0-9]{4}[A-Z]", "PAN of a person, 10 characters", required=False),
            ),
        ),
        purpose=_INDIA,
    ),
    "JP": BankRules(
        "NO",
        Code("[0-9]{7}", "account number, 7 digits"),
        Code("[0-9]{7}", "bank code (4 digits) and branch code (3 digits)"),
        type_required=True,
    ),
    "KR": BankRules("NO", Code("[0-9]{10,16}", "account number, 10 to 16 digits"), BIC, purpose=_TEXT),
    "MX": BankRules(
        "NO",
        Code("[0-9]{18}", "CLABE, 18 digits"),
        Code(BIC_PATTERN, "SWIFT code (BIC); not needed, the CLABE names the bank", required=False),
        regulatory=(
            Regulatory(
                "rfc",
                Code("[A-Z&Ñ]{3}[0-9]{6}[A-Z0-9]{3}", "RFC of a company, 12 characters", required=False),
                Code("[A-Z&Ñ]{4}[0-9]{6}[A-Z0-9]{3}", "RFC of a person, 13 characters", required=False),
            ),
        ),
        purpose=_TEXT,
    ),
    "MY": BankRules("NO", _ANY_ACCOUNT, BIC, purpose=_TEXT),
    "NZ": BankRules(
        "NO",
        Code("[0-9]{15,16}", "bank, branch, account and suffix, 15 or 16 digits"),
        Code(BIC_PATTERN, "SWIFT code (BIC); not needed, the account number names the bank", required=False),
    ),
    "PH": BankRules("NO", _ANY_ACCOUNT, BIC, purpose=_TEXT),
    "SG": BankRules(
        "NO",
        Code("[0-9]{6,14}", "account number, 6 to 14 digits"),
        Code("[0-9]{4}([0-9]{3})?", "bank code, 4 digits, with or without branch code, 3 digits"),
    ),
    "TH": BankRules("NO", Code("[0-9]{10,15}", "account number, 10 to 15 digits"), BIC, purpose=_TEXT),
    "ZA": BankRules(
        "NO",
        Code("[0-9]{7,13}", "account number, 7 to 13 digits"),
        Code("[0-9]{6}", "branch code, 6 digits"),
        type_required=True,
    ),
}

# A country with IBANs and no rules of its own; and any other, which is paid over SWIFT.
IBAN_RULES = BankRules("ONLY", _IBAN_ACCOUNT, BIC)
SWIFT_RULES = BankRules("NO", _ANY_ACCOUNT, BIC)
