"""What a vendor outside the United States must give to be paid by its bank: pure rules over the country data.

`configuration` is what a client is told to send; `check_bank_account` and `check_payment_purpose` hold a
request against that same configuration, so that what is advertised is what is accepted. A country is an
ISO 3166 two-letter code, a currency an ISO 4217 code, both in capitals.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from net30.kernel.bank_numbers import is_aba_routing_number, weighs_ten
from net30.kernel.refusal import Fault
from net30.vendors.international_countries import (
    BBAN,
    BIC,
    BIC_PATTERN,
    DOMESTIC,
    IBAN_COUNTRY,
    IBAN_RULES,
    LOCAL_CURRENCY,
    RULES,
    SEPA,
    SWIFT_RULES,
    BankRules,
    Code,
    Purpose,
)
from net30.wire.types import Wire

PurposeType = Literal["CODE", "TEXT"]

# Fields of the configuration that are the bank account's own properties; all others are regulatory fields.
OWN_FIELDS = ("accountNumber", "routingNumber", "type", "paymentCurrency")

PURPOSE_TEXT_MAX_CHARACTERS = 250

# NACHA's field for the receiver's account number holds 17 characters.
_US_ACCOUNT = re.compile("[A-Za-z0-9]{1,17}")
_CLASSES = {"n": "[0-9]", "a": "[A-Z]", "c": "[A-Z0-9]"}
# 00, 01 and 99 are never assigned: they would equal 97, 98 and 02 modulo 97.
_IBAN_CHECK_DIGITS = "(0[2-9]|[1-8][0-9]|9[0-8])"


class NameValue(Wire):
    """A purpose code: `name` is the code that is sent back, `value` what it stands for."""

    name: str
    value: str


class PaymentPurpose(Wire):
    """Whether payments need a purpose, and as free text or as one of `codes`."""

    required: bool
    codes: tuple[NameValue, ...]
    type: PurposeType | None = None


class Field(Wire):
    """One value of the bank account; `regular_expression` matches the whole of it."""

    name: str
    description: str
    regular_expression: str
    required: bool


class Validations(Wire):
    """The fields of the bank account, its own properties first; empty for a domestic vendor."""

    fields: tuple[Field, ...]


class Configuration(Wire):
    """What paying a vendor of one country, bill currency and account type asks for."""

    payment_purpose: PaymentPurpose
    validations: Validations


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A vendor's bank account as requested. Absent text is "". `regulatory_fields` are (name, value) pairs in
    the order of the request."""

    account_number: str
    routing_number: str = ""
    type: str = ""
    payment_currency: str = ""
    regulatory_fields: Sequence[tuple[str, str]] = ()


def is_domestic(country: str) -> bool:
    """Whether banks of this country have ABA routing numbers: the United States and its territories."""
    return country in DOMESTIC


def payment_currencies(country: str) -> tuple[str, ...]:
    """Currencies in which a bank of this country can be paid: its own first, EUR within SEPA, and USD."""
    if is_domestic(country):
        return ("USD",)
    own = LOCAL_CURRENCY.get(country, "USD")
    euro = ("EUR",) if _iban_country(country) in SEPA else ()
    return tuple(dict.fromkeys((own, *euro, "USD")))


def configuration(country: str, bill_currency: str, account_type: str) -> Configuration:
    """What a vendor needs before it can be paid electronically; nothing for a domestic vendor.

    `account_type` is BUSINESS, PERSON or NONE; only PERSON differs, since an undeclared vendor is more often
    a company. Any known or unknown country gets an answer: without rules of its own it is paid over SWIFT.
    """
    if is_domestic(country):
        nothing = PaymentPurpose(required=False, codes=())
        return Configuration(payment_purpose=nothing, validations=Validations(fields=()))
    fields = _own_fields(country, bill_currency) + _regulatory_fields(country, account_type)
    return Configuration(
        payment_purpose=_payment_purpose(country, bill_currency, account_type),
        validations=Validations(fields=fields),
    )


def check_bank_account(
    country: str, bill_currency: str, account_type: str, account: BankAccount
) -> list[Fault]:
    """What is wrong with a vendor's bank account, as (field path, sentence); empty when it can be paid.

    Paths start at the bank account: `routingNumber`, `regulatoryFields[0].value`; `regulatoryFields` alone
    when a required one is missing. Sentences never repeat the values, which are secret. A regulatory field
    that the country does not ask for is let through: the bank may.
    """
    if is_domestic(country):
        return _check_domestic(account)
    own = dict(
        zip(
            OWN_FIELDS,
            (account.account_number, account.routing_number, account.type, account.payment_currency),
            strict=True,
        )
    )
    fields = configuration(country, bill_currency, account_type).validations.fields
    faults = [
        fault for field in fields if field.name in own for fault in _check(country, field, own[field.name])
    ]
    wrong = {path for path, _ in faults}
    if "accountNumber" not in wrong:
        faults += _check_account_digits(country, account)
    return faults + _check_regulatory(country, fields, own, account.regulatory_fields)


def check_payment_purpose(
    country: str, bill_currency: str, account_type: str, *, text: str | None, code: str | None
) -> list[Fault]:
    """What is wrong with a given payment purpose, as (field path, sentence), paths from `paymentPurpose`.

    None means not sent. Sending nothing is never wrong here, since a purpose may follow with the first
    payment; that payment needs one when `configuration(...).payment_purpose.required`.
    """
    if text is None and code is None:
        return []
    wanted = configuration(country, bill_currency, account_type).payment_purpose
    if not wanted.required:
        return [("", f"must not be sent: payments in {bill_currency} to {country} need no purpose")]
    if text is not None and code is not None:
        return [("", "takes either text or code, not both")]
    if wanted.type == "TEXT":
        if text is None:
            return [("code", f"must not be sent: {country} wants the purpose as text")]
        if not text.strip():
            return [("text", "must not be blank")]
        if len(text) > PURPOSE_TEXT_MAX_CHARACTERS:
            return [("text", f"must have at most {PURPOSE_TEXT_MAX_CHARACTERS} characters")]
        return []
    if code is None:
        return [("text", f"must not be sent: {country} wants the purpose as code")]
    codes = [known.name for known in wanted.codes]
    if code not in codes:
        return [("code.name", f"is not a purpose code of {country}; expected one of {', '.join(codes)}")]
    return []


def is_iban(text: str) -> bool:
    """Whether this is an IBAN in its electronic form, of a country we know: its structure (ISO 13616) and
    its check digits, which make the rearranged number 1 modulo 97 (ISO 7064)."""
    if text[:2] not in BBAN or not re.fullmatch(_iban_pattern(text[:2]), text):
        return False
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1


def is_clabe(text: str) -> bool:
    """Whether this is a Mexican CLABE: 18 digits whose sum weighted 3, 7, 1 is a multiple of ten (SPEI)."""
    return re.fullmatch("[0-9]{18}", text) is not None and weighs_ten(text)


def _rules(country: str) -> BankRules:
    return RULES.get(country) or (IBAN_RULES if _iban_country(country) in BBAN else SWIFT_RULES)


def _iban_country(country: str) -> str:
    return IBAN_COUNTRY.get(country, country)


def _iban_pattern(country: str) -> str:
    runs = re.findall("([0-9]+)([nac])", BBAN[country])
    return country + _IBAN_CHECK_DIGITS + "".join(f"{_CLASSES[kind]}{{{length}}}" for length, kind in runs)


def _own_iban_pattern(country: str) -> str:
    """Within SEPA an account in any member country must do (Regulation (EU) 260/2012, article 9)."""
    own = _iban_country(country)
    return f"[A-Z]{{2}}{_IBAN_CHECK_DIGITS}[A-Z0-9]{{11,30}}" if own in SEPA else _iban_pattern(own)


def _field(name: str, code: Code) -> Field:
    return Field(
        name=name,
        description=code.meaning,
        regular_expression=f"^(?:{code.pattern})$",
        required=code.required,
    )


def _own_fields(country: str, bill_currency: str) -> tuple[Field, ...]:
    rules = _rules(country)
    currencies = payment_currencies(country)
    fields = [
        _field("accountNumber", _account_code(country, rules)),
        _field("routingNumber", _routing_code(country, rules, bill_currency)),
        _field("paymentCurrency", Code("|".join(currencies), f"payment currency, {' or '.join(currencies)}")),
    ]
    if rules.type_required:
        fields.append(_field("type", Code("CHECKING|SAVINGS", "account type, CHECKING or SAVINGS")))
    return tuple(fields)


def _account_code(country: str, rules: BankRules) -> Code:
    if rules.iban == "NO":
        return rules.account
    iban = _own_iban_pattern(country)
    if rules.iban == "ONLY":
        return Code(iban, "IBAN")
    return Code(f"{iban}|{rules.account.pattern}", f"IBAN, or {rules.account.meaning}")


def _routing_code(country: str, rules: BankRules, bill_currency: str) -> Code:
    if rules.iban == "ONLY":
        return Code("", "empty, because accountNumber is an IBAN", required=False)
    pattern, meaning = rules.routing.pattern, rules.routing.meaning
    if pattern != BIC_PATTERN and bill_currency != LOCAL_CURRENCY.get(country):
        # A foreign currency arrives over SWIFT, where the bank is known by its BIC.
        pattern, meaning = f"{pattern}|{BIC_PATTERN}", f"{meaning}, or SWIFT code (BIC)"
    if rules.iban == "OR":
        return Code(pattern, f"{meaning}; empty when accountNumber is an IBAN", required=False)
    return Code(pattern, meaning, rules.routing.required)


def _regulatory_fields(country: str, account_type: str) -> tuple[Field, ...]:
    rules = _rules(country)
    asked = [
        (regulatory.name, regulatory.person if account_type == "PERSON" else regulatory.business)
        for regulatory in rules.regulatory
    ]
    if rules.iban != "NO" or rules.routing.pattern != BIC_PATTERN:
        asked.append(("bic", Code(BIC.pattern, BIC.meaning, required=False)))
    return tuple(_field(name, code) for name, code in asked if code is not None)


def _payment_purpose(country: str, bill_currency: str, account_type: str) -> PaymentPurpose:
    purpose: Purpose | None = _rules(country).purpose
    if purpose is None or not (purpose.any_currency or bill_currency == LOCAL_CURRENCY.get(country)):
        return PaymentPurpose(required=False, codes=())
    codes = purpose.codes + (purpose.person_codes if account_type == "PERSON" else ())
    return PaymentPurpose(
        required=True,
        type=purpose.type,
        codes=tuple(NameValue(name=code, value=meaning) for code, meaning in codes),
    )


def _check(country: str, field: Field, value: str) -> list[Fault]:
    if not value:
        return [(field.name, f"is required for {country}: {field.description}")] if field.required else []
    if re.fullmatch(field.regular_expression, value):
        return []
    return [(field.name, f"is not valid for {country}; expected {field.description}")]


def _check_account_digits(country: str, account: BankAccount) -> list[Fault]:
    """Check digits, and what an account number of the right form asks of the routing number."""
    rules, number = _rules(country), account.account_number
    if country == "MX" and not is_clabe(number):
        return [("accountNumber", "is not a CLABE: its check digit is wrong")]
    if rules.iban == "NO":
        return []
    if number[:2].isalpha():
        faults = [] if _is_payable_iban(country, number) else [("accountNumber", "is not a valid IBAN")]
        if rules.iban == "OR" and account.routing_number:
            faults.append(("routingNumber", "must be empty, because accountNumber is an IBAN"))
        return faults
    if not account.routing_number:
        return [("routingNumber", f"is required for {country}: {rules.routing.meaning}")]
    return []


def _is_payable_iban(country: str, number: str) -> bool:
    own = _iban_country(country)
    return is_iban(number) and (number[:2] == own or (own in SEPA and number[:2] in SEPA))


def _check_regulatory(
    country: str, fields: Sequence[Field], own: dict[str, str], given: Sequence[tuple[str, str]]
) -> list[Fault]:
    asked = {field.name: field for field in fields}
    faults: list[Fault] = []
    seen: set[str] = set()
    for place, (name, value) in enumerate(given):
        path = f"regulatoryFields[{place}]"
        if name in seen:
            faults.append((f"{path}.name", f"{name} is given twice"))
        elif name in own:
            # A client that sends every field of the configuration repeats the account's own properties.
            if value != own[name]:
                faults.append((f"{path}.value", f"differs from the bank account's own {name}"))
        elif name in asked:
            faults += [(f"{path}.value", f"{name} {said}") for _, said in _check(country, asked[name], value)]
        seen.add(name)
    missing = [f for f in fields if f.required and f.name not in own and f.name not in seen]
    return faults + [
        ("regulatoryFields", f"{f.name} is required for {country}: {f.description}") for f in missing
    ]


def _check_domestic(account: BankAccount) -> list[Fault]:
    faults: list[Fault] = []
    if not _US_ACCOUNT.fullmatch(account.account_number):
        faults.append(("accountNumber", "must be 1 to 17 letters or digits"))
    if not account.routing_number:
        faults.append(("routingNumber", "is required: ABA routing number, 9 digits"))
    elif not is_aba_routing_number(account.routing_number):
        faults.append(
            ("routingNumber", "is not an ABA routing number: 9 digits, of which the last is a check digit")
        )
    if account.payment_currency not in ("", "USD"):
        faults.append(("paymentCurrency", "must be USD for a bank in the United States"))
    return faults
