"""What a vendor abroad must give to be paid, and which bank accounts and purposes are refused."""

import re
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from net30.kernel.bank_numbers import is_aba_routing_number
from net30.vendors.international import (
    OWN_FIELDS,
    BankAccount,
    check_bank_account,
    check_payment_purpose,
    configuration,
    is_clabe,
    is_iban,
    payment_currencies,
)
from net30.vendors.international_countries import BBAN, IBAN_COUNTRY, LOCAL_CURRENCY, RULES

COUNTRIES = sorted(
    {"US", "ZW", "VE", "AQ", "NG", "VN", "KE", *LOCAL_CURRENCY, *RULES, *BBAN, *IBAN_COUNTRY},
)
DIGITS = "0123456789"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALPHABETS = {"n": DIGITS, "a": CAPITALS, "c": DIGITS + CAPITALS}

# Published examples of account numbers with right check digits.
GOOD = {
    "AU": BankAccount("123456789", "062000", payment_currency="AUD"),
    "CA": BankAccount("1234567", "000312345", payment_currency="CAD"),
    "DE": BankAccount("DE89370400440532013000", payment_currency="EUR"),
    "GB": BankAccount("GB29NWBK60161331926819", payment_currency="GBP"),
    "IN": BankAccount("123456789012", "HDFC0000123", "CHECKING", "INR", [("pan", "ABCCE1234F")]),
    "JP": BankAccount("1234567", "0001001", "SAVINGS", "JPY"),
    "MX": BankAccount("032180000118359719", payment_currency="MXN"),
    "BR": BankAccount("BR1800360305000010009795493C1", "", "CHECKING", "BRL", [("taxId", "11222333000181")]),
    "VN": BankAccount("0123456789", "BFTVVNVX", payment_currency="VND"),
    "US": BankAccount("123456789", "021000021"),
}


def check(country: str, account: BankAccount, bill_currency: str | None = None) -> list[str]:
    currency = bill_currency or payment_currencies(country)[0]
    return [path for path, _ in check_bank_account(country, currency, "BUSINESS", account)]


@pytest.mark.parametrize("country", GOOD)
def test_a_right_account_is_accepted(country: str) -> None:
    assert check(country, GOOD[country]) == []


@pytest.mark.parametrize(
    ("country", "change", "wrong"),
    [
        ("AU", {"routing_number": "06200"}, ["routingNumber"]),
        ("AU", {"routing_number": ""}, ["routingNumber"]),
        ("AU", {"payment_currency": "EUR"}, ["paymentCurrency"]),
        ("AU", {"payment_currency": ""}, ["paymentCurrency"]),
        ("CA", {"routing_number": "CHASCATT"}, ["routingNumber"]),
        ("DE", {"routing_number": "37040044"}, ["routingNumber"]),
        ("DE", {"account_number": "DE88370400440532013000"}, ["accountNumber"]),
        ("DE", {"account_number": "DE89 3704 0044 0532 0130 00"}, ["accountNumber"]),
        ("DE", {"account_number": "0532013000"}, ["accountNumber"]),
        ("DE", {"account_number": "BR1800360305000010009795493C1"}, ["accountNumber"]),
        ("DE", {"regulatory_fields": [("bic", "COBADE")]}, ["regulatoryFields[0].value"]),
        ("GB", {"routing_number": "601613"}, ["routingNumber"]),
        ("GB", {"account_number": "31926819"}, ["routingNumber"]),
        ("IN", {"routing_number": "HDFC1000123"}, ["routingNumber"]),
        ("IN", {"type": ""}, ["type"]),
        ("IN", {"regulatory_fields": [("pan", "ABC")]}, ["regulatoryFields[0].value"]),
        ("JP", {"type": "", "routing_number": "1"}, ["routingNumber", "type"]),
        ("MX", {"account_number": "032180000118359718"}, ["accountNumber"]),
        ("BR", {"regulatory_fields": []}, ["regulatoryFields"]),
        ("BR", {"regulatory_fields": [("taxId", "")]}, ["regulatoryFields[0].value"]),
        ("BR", {"regulatory_fields": [("taxId", "11222333000181")] * 2}, ["regulatoryFields[1].name"]),
        ("VN", {"routing_number": ""}, ["routingNumber"]),
        ("US", {"routing_number": "021000022"}, ["routingNumber"]),
        ("US", {"routing_number": "000000000"}, ["routingNumber"]),
        ("US", {"routing_number": "", "account_number": "1" * 18}, ["accountNumber", "routingNumber"]),
        ("US", {"account_number": "12-34"}, ["accountNumber"]),
        ("US", {"payment_currency": "EUR"}, ["paymentCurrency"]),
    ],
)
def test_each_mistake_is_named_by_its_field(
    country: str, change: dict[str, object], wrong: list[str]
) -> None:
    assert check(country, replace(GOOD[country], **change)) == wrong  # type: ignore[arg-type]


def test_a_missing_regulatory_field_is_named_and_values_are_not_repeated() -> None:
    faults = check_bank_account("BR", "BRL", "BUSINESS", replace(GOOD["BR"], regulatory_fields=[]))
    assert faults == [("regulatoryFields", "taxId is required for BR: CNPJ, 14 digits")]
    faults = check_bank_account("DE", "EUR", "BUSINESS", BankAccount("secret", payment_currency="EUR"))
    assert faults == [("accountNumber", "is not valid for DE; expected IBAN")]


def test_a_company_and_a_person_give_different_tax_numbers() -> None:
    cpf = replace(GOOD["BR"], regulatory_fields=[("taxId", "52998224725")])
    assert check_bank_account("BR", "BRL", "PERSON", cpf) == []
    assert check_bank_account("BR", "BRL", "BUSINESS", cpf) != []
    assert configuration("BR", "BRL", "NONE") == configuration("BR", "BRL", "BUSINESS")


def test_british_accounts_come_as_iban_or_with_a_sort_code() -> None:
    assert check("GB", BankAccount("31926819", "601613", payment_currency="GBP")) == []


def test_a_sepa_vendor_may_bank_in_another_sepa_country() -> None:
    assert check("DE", BankAccount("BE68539007547034", payment_currency="EUR")) == []


def test_a_foreign_currency_may_name_the_bank_by_its_bic() -> None:
    account = BankAccount("1234567", "ROYCCAT2", payment_currency="USD")
    assert check("CA", account, "USD") == []
    assert check("CA", account, "CAD") == ["routingNumber"]


def test_own_properties_may_be_repeated_but_not_contradicted_by_regulatory_fields() -> None:
    same = replace(GOOD["AU"], regulatory_fields=[("routingNumber", "062000"), ("unheardOf", "x")])
    other = replace(GOOD["AU"], regulatory_fields=[("routingNumber", "062001")])
    assert check("AU", same) == []
    assert check("AU", other) == ["regulatoryFields[0].value"]


def test_payment_currencies_are_the_local_one_the_euro_in_sepa_and_dollars() -> None:
    assert payment_currencies("US") == ("USD",)
    assert payment_currencies("CA") == ("CAD", "USD")
    assert payment_currencies("DE") == ("EUR", "USD")
    assert payment_currencies("PL") == ("PLN", "EUR", "USD")
    assert payment_currencies("ZW") == ("USD",)


def test_the_wire_form() -> None:
    nothing = b'{"paymentPurpose":{"required":false,"codes":[]},"validations":{"fields":[]}}'
    assert msgspec.json.encode(configuration("US", "USD", "BUSINESS")) == nothing
    india = msgspec.json.decode(msgspec.json.encode(configuration("IN", "INR", "BUSINESS")))
    assert india["paymentPurpose"]["required"] is True
    assert india["paymentPurpose"]["type"] == "CODE"
    assert {"name": "P0802", "value": "Software consultancy and implementation"} in india["paymentPurpose"][
        "codes"
    ]
    ifsc = next(field for field in india["validations"]["fields"] if field["name"] == "routingNumber")
    assert ifsc == {
        "name": "routingNumber",
        "description": "IFSC, 11 characters",
        "regularExpression": "^(?:[A-Z]{4}0[A-Z0-9]{6})$",
        "required": True,
    }


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_configuration_is_complete_and_its_expressions_are_portable(country: str) -> None:
    for currency in {*payment_currencies(country), "USD"}:
        for account_type in ("BUSINESS", "PERSON", "NONE"):
            answer = configuration(country, currency, account_type)
            purpose = answer.payment_purpose
            assert purpose.required == (purpose.type is not None)
            assert bool(purpose.codes) == (purpose.type == "CODE")
            names = [field.name for field in answer.validations.fields]
            assert len(names) == len(set(names))
            assert country in ("US", "AS", "MP", "UM") or set(OWN_FIELDS) - {"type"} <= set(names)
            for field in answer.validations.fields:
                re.compile(field.regular_expression)
                assert field.description
                # \d is more than ten digits in Python; named groups and look-behind differ between the two.
                assert not re.search(r"\\|\(\?(?!:)", field.regular_expression)


@pytest.mark.parametrize(
    ("country", "currency", "text", "code", "wrong"),
    [
        ("JP", "JPY", None, None, []),
        ("JP", "JPY", "Consulting", None, [""]),
        ("US", "USD", None, "P0802", [""]),
        ("IN", "INR", None, "P0802", []),
        ("IN", "USD", None, "P0802", []),
        ("IN", "INR", None, "P9999", ["code.name"]),
        ("IN", "INR", None, "", ["code.name"]),
        ("IN", "INR", None, "P1301", ["code.name"]),
        ("IN", "INR", "Consulting", None, ["text"]),
        ("IN", "INR", "Consulting", "P0802", [""]),
        ("MX", "MXN", "Consulting", None, []),
        ("MX", "MXN", "x" * 250, None, []),
        ("MX", "MXN", "x" * 251, None, ["text"]),
        ("MX", "MXN", " ", None, ["text"]),
        ("MX", "MXN", None, "P0802", ["code"]),
        ("MX", "USD", "Consulting", None, [""]),
    ],
)
def test_payment_purposes(
    country: str, currency: str, text: str | None, code: str | None, wrong: list[str]
) -> None:
    faults = check_payment_purpose(country, currency, "BUSINESS", text=text, code=code)
    assert [path for path, _ in faults] == wrong


def test_a_purpose_for_persons_is_offered_to_persons_only() -> None:
    assert check_payment_purpose("IN", "INR", "PERSON", text=None, code="P1301") == []


def changed(text: str, place: int, step: int) -> str:
    """Another digit in the place of one digit."""
    return text[:place] + DIGITS[(int(text[place]) + step) % 10] + text[place + 1 :]


@st.composite
def ibans(draw: st.DrawFn) -> str:
    country = draw(st.sampled_from(sorted(BBAN)))
    bban = "".join(
        draw(st.text(ALPHABETS[kind], min_size=int(length), max_size=int(length)))
        for length, kind in re.findall("([0-9]+)([nac])", BBAN[country])
    )
    number = "".join(str(int(character, 36)) for character in f"{bban}{country}00")
    return f"{country}{98 - int(number) % 97:02}{bban}"


@settings(max_examples=60, deadline=None)
@given(ibans(), st.data(), st.integers(1, 9))
def test_a_generated_iban_is_right_and_with_any_other_digit_wrong(
    iban: str, data: st.DataObject, step: int
) -> None:
    assert is_iban(iban)
    country = iban[:2]
    assert "accountNumber" not in check(country, BankAccount(iban))
    place = data.draw(st.sampled_from([i for i, character in enumerate(iban) if character in DIGITS]))
    assert not is_iban(changed(iban, place, step))
    assert "accountNumber" in check(country, BankAccount(changed(iban, place, step)))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 99_999_999), st.integers(0, 8), st.integers(1, 9))
def test_a_generated_routing_number_is_right_and_with_any_other_digit_wrong(
    first_eight: int, place: int, step: int
) -> None:
    eight = f"{first_eight:08}"
    a, b, c, d, e, f, g, h = map(int, eight)
    routing = f"{eight}{-(3 * (a + d + g) + 7 * (b + e + h) + c + f) % 10}"
    assert is_aba_routing_number(routing)
    assert not is_aba_routing_number(changed(routing, place, step))


@settings(max_examples=60, deadline=None)
@given(st.text(DIGITS, min_size=17, max_size=17), st.integers(0, 17), st.integers(1, 9))
def test_a_generated_clabe_is_right_and_with_any_other_digit_wrong(start: str, place: int, step: int) -> None:
    remainder = sum(
        int(digit) * int(weight) % 10 for digit, weight in zip(start, "37137137137137137", strict=True)
    )
    clabe = f"{start}{(10 - remainder % 10) % 10}"
    assert is_clabe(clabe)
    assert not is_clabe(changed(clabe, place, step))


@pytest.mark.parametrize(
    ("country", "length"),
    [
        ("AD", 24), ("BE", 16), ("DE", 22), ("ES", 24), ("FR", 27), ("GB", 22), ("IT", 27),
        ("MT", 31), ("NL", 18), ("NO", 15), ("PL", 28), ("BR", 29), ("SA", 24), ("AE", 23),
        ("TR", 26), ("GI", 23), ("HU", 28), ("LU", 20),
    ],
)  # fmt: skip
def test_iban_lengths(country: str, length: int) -> None:
    assert 4 + sum(int(run) for run in re.findall("[0-9]+", BBAN[country])) == length
