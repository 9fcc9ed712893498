"""Where vendors are paid electronically: one account at a time, its number never shown."""

import datetime
import json
from typing import Any

import pytest
from clients import World
from hypothesis import given
from hypothesis import strategies as st
from vendor_cases import (
    ADDRESS,
    BERLIN,
    GERMAN_ACCOUNT,
    INDIAN_ACCOUNT,
    MUMBAI,
    US_ACCOUNT,
    create,
    paid_to,
    told,
    whole_trail,
)

from net30.kernel.banking_days import is_business_day
from net30.vendors.rules import masked, shown_digits, usable_from

SHOWN = {**US_ACCOUNT, "accountNumber": "******7890", "paymentCurrency": "USD"}


def test_a_vendor_with_a_bank_account_is_paid_by_ach(world: World) -> None:
    vendor = create(world, **paid_to(US_ACCOUNT))
    shown = {**SHOWN, "bankInfo": {"countryISO": "US", "nationalBankCode": "021000021"}}
    assert vendor["paymentInformation"]["payByType"] == "ACH"
    assert vendor["paymentInformation"]["payBySubType"] == "NONE"
    assert vendor["paymentInformation"]["bankAccount"] == shown
    assert vendor["bankAccountStatus"] == "NO_NET_LINKED_ACCOUNT"
    assert world.get(f"/vendors/{vendor['id']}/bank-account").ok() == shown


def test_an_account_is_added_deleted_and_added_again(world: World) -> None:
    vendor = create(world)
    path = f"/vendors/{vendor['id']}"
    world.advance("P1D")
    answered = world.post(f"{path}/bank-account", US_ACCOUNT)
    assert answered.status == 200
    added = world.get(path).ok()
    assert added["paymentInformation"]["bankAccount"] == answered.ok()
    assert added["paymentInformation"]["payByType"] == "ACH"
    assert added["updatedTime"] == "2026-03-04T17:00:00.000+00:00"

    second = world.post(f"{path}/bank-account", US_ACCOUNT)
    assert (second.status, second.codes) == (422, ["BDC_1233"])

    world.advance("P1D")
    deleted = world.delete(f"{path}/bank-account")
    assert (deleted.status, deleted.text) == (204, "")
    assert world.get(path).ok() == {**vendor, "updatedTime": "2026-03-05T17:00:00.000+00:00"}
    for refused in (world.get(f"{path}/bank-account"), world.delete(f"{path}/bank-account")):
        assert (refused.status, refused.codes) == (404, ["BDC_1205"])

    world.post(f"{path}/bank-account", {**US_ACCOUNT, "accountNumber": "55555"}).ok()
    assert world.get(f"{path}/bank-account").ok()["accountNumber"] == "*5555"
    kinds = sorted(kind for kind, _ in told(world, vendor["id"]))
    assert kinds == ["vendor.created"] + ["vendor.updated"] * 3
    entities = [entity for entity, _ in whole_trail(world) if entity == "VendorBankAccount"]
    assert len(entities) == 3


def test_the_account_cannot_be_changed_with_the_vendor(world: World) -> None:
    vendor = create(world, **paid_to(US_ACCOUNT))
    other = {**US_ACCOUNT, "accountNumber": "5555555555"}
    assert world.patch(f"/vendors/{vendor['id']}", paid_to(other)).ok() == vendor


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"accountNumber": None}, "accountNumber"),
        ({"accountNumber": ""}, "accountNumber"),
        ({"accountNumber": "123456789012345678"}, "accountNumber"),
        ({"accountNumber": "******7890"}, "accountNumber"),
        ({"routingNumber": None}, "routingNumber"),
        ({"routingNumber": "021000022"}, "routingNumber"),
        ({"routingNumber": "21000021"}, "routingNumber"),
        ({"paymentCurrency": "EUR"}, "paymentCurrency"),
        ({"type": "BROKERAGE"}, "type"),
        ({"nameOnAccount": "two\nlines"}, "nameOnAccount"),
        ({"regulatoryFields": [{"value": "1"}]}, "regulatoryFields[0].name"),
        ({"regulatoryFields": [{"name": "bic"}]}, "regulatoryFields[0].value"),
    ],
)
def test_a_wrong_account_is_refused_by_both_ways(world: World, change: dict[str, Any], field: str) -> None:
    wrong = {**US_ACCOUNT, **change}
    vendor = create(world)
    answered = world.post(f"/vendors/{vendor['id']}/bank-account", wrong)
    assert (answered.status, answered.codes) == (400, [None])
    assert answered.json[0]["params"][0]["value"] == field
    answered = world.post("/vendors", {"name": "Happy", "address": ADDRESS, **paid_to(wrong)})
    assert (answered.status, answered.codes) == (400, [None])
    assert answered.json[0]["params"][0]["value"] == f"paymentInformation.bankAccount.{field}"
    assert world.get("/vendors").ok()["results"] == [vendor]


def test_a_refusal_never_repeats_the_number(world: World) -> None:
    vendor = create(world)
    wrong = {**US_ACCOUNT, "accountNumber": "99 88 77 66 55", "routingNumber": "123456780"}
    answered = world.post(f"/vendors/{vendor['id']}/bank-account", wrong)
    assert answered.status == 400
    assert "99 88" not in answered.text
    assert "123456780" not in answered.text


# ---- abroad ---------------------------------------------------------------------------------------------


def test_a_vendor_abroad_is_paid_by_the_bank_networks(world: World) -> None:
    vendor = create(world, "Berliner Noten", address=BERLIN, billCurrency="EUR", **paid_to(GERMAN_ACCOUNT))
    paid = vendor["paymentInformation"]
    assert (paid["payByType"], paid["payBySubType"]) == ("INTERNATIONAL_E_PAYMENT", "LOCAL")
    assert paid["bankAccount"] == {
        "accountNumber": "******************3000",
        "paymentCurrency": "EUR",
        "bankInfo": {"countryISO": "DE"},
    }


def test_an_account_that_two_ways_lead_to_says_which_is_used(world: World) -> None:
    account = {**GERMAN_ACCOUNT, "regulatoryFields": [{"name": "bic", "value": "COBADEFFXXX"}]}
    vendor = create(world, "Berliner Noten", address=BERLIN, billCurrency="EUR", **paid_to(account))
    paid = vendor["paymentInformation"]
    assert (paid["payBySubType"], paid["transferMethod"]) == ("MULTIPLE", "LOCAL")
    # Who is reached in one way only is not told which.
    plain = create(world, "Noten", address=BERLIN, billCurrency="EUR", **paid_to(GERMAN_ACCOUNT))
    assert "transferMethod" not in plain["paymentInformation"]


def test_a_payment_in_another_currency_goes_by_wire(world: World) -> None:
    account = {**GERMAN_ACCOUNT, "paymentCurrency": "USD"}
    vendor = create(world, "Berliner Noten", address=BERLIN, **paid_to(account))
    assert vendor["paymentInformation"]["payBySubType"] == "WIRE"


def test_what_a_country_asks_for_is_kept_and_masked(world: World) -> None:
    vendor = create(world, "Bharat Music", address=MUMBAI, billCurrency="INR", accountType="BUSINESS")
    shown = world.post(f"/vendors/{vendor['id']}/bank-account", INDIAN_ACCOUNT).ok()
    assert shown["regulatoryFields"] == [{"name": "pan", "value": "******234F"}]
    assert shown["bankInfo"] == {"countryISO": "IN", "nationalBankCode": "HDFC0000123"}


@pytest.mark.parametrize(
    ("account", "field"),
    [
        ({**GERMAN_ACCOUNT, "accountNumber": "DE88370400440532013000"}, "accountNumber"),
        ({**GERMAN_ACCOUNT, "routingNumber": "37040044"}, "routingNumber"),
        ({"accountNumber": "DE89370400440532013000"}, "paymentCurrency"),
    ],
)
def test_an_account_abroad_is_held_to_the_rules_of_its_country(
    world: World, account: dict[str, Any], field: str
) -> None:
    vendor = create(world, "Berliner Noten", address=BERLIN, billCurrency="EUR")
    answered = world.post(f"/vendors/{vendor['id']}/bank-account", account)
    assert (answered.status, answered.codes) == (400, [None])
    assert answered.json[0]["params"][0]["value"] == field
    assert "configuration" in answered.json[0]["help"]


def test_a_vendor_does_not_move_away_from_its_account(world: World) -> None:
    vendor = create(world, "Berliner Noten", address=BERLIN, billCurrency="EUR", **paid_to(GERMAN_ACCOUNT))
    path = f"/vendors/{vendor['id']}"
    answered = world.patch(path, {"address": {"country": "US"}})
    assert (answered.status, answered.codes) == (422, ["BDC_1119"])
    assert world.get(path).ok() == vendor
    # An IBAN reaches all of the single euro payments area.
    assert world.patch(path, {"address": {"country": "AT"}}).ok()["address"]["countryName"] == "Austria"
    world.delete(f"{path}/bank-account")
    world.patch(path, {"address": {"country": "US"}}).ok()


# ---- secrets --------------------------------------------------------------------------------------------


def test_no_number_is_stored_or_told_in_the_clear(world: World) -> None:
    vendor = create(
        world,
        "Bharat Music",
        address=MUMBAI,
        billCurrency="INR",
        additionalInfo={"taxId": "998877665"},
        **paid_to(INDIAN_ACCOUNT),
    )
    world.patch(f"/vendors/{vendor['id']}", {"additionalInfo": {"taxId": "887766554"}}).ok()
    world.delete(f"/vendors/{vendor['id']}/bank-account")
    said = json.dumps([whole_trail(world), told(world, vendor["id"]), vendor])
    for secret in ("998877665", "887766554", "123456789012", "ABCCE1234F"):
        assert secret not in said
    assert "***" in said


@given(st.text(st.sampled_from("0123456789ABC"), max_size=40))
def test_at_most_four_characters_of_a_number_are_shown(number: str) -> None:
    shown = masked(number)
    assert len(shown) == len(number)
    assert shown.lstrip("*") == shown_digits(number)
    assert len(shown_digits(number)) <= 4
    assert not number or shown != number


@pytest.mark.parametrize("printed", ["DE89 3704 0044 0532 0130 00", "de89 3704 0044 0532 0130 00 "])
def test_an_iban_is_taken_as_it_is_printed(world: World, printed: str) -> None:
    account = {**GERMAN_ACCOUNT, "accountNumber": printed}
    vendor = create(world, "Berliner Noten", address=BERLIN, billCurrency="EUR", **paid_to(account))
    shown = world.get(f"/vendors/{vendor['id']}/bank-account").ok()["accountNumber"]
    assert shown == "*" * 18 + "3000"
    other = create(world, "Hamburger Noten", address=BERLIN, billCurrency="EUR")
    world.post(f"/vendors/{other['id']}/bank-account", account).ok()


# ---- when it may be paid to -----------------------------------------------------------------------------


@given(st.dates(datetime.date(2025, 1, 1), datetime.date(2030, 12, 31)))
def test_production_waits_two_business_days_and_the_sandbox_does_not(today: datetime.date) -> None:
    soon, later = usable_from(today, sandbox=True), usable_from(today, sandbox=False)
    assert today < soon < later
    between = [today + datetime.timedelta(days=n) for n in range(1, (later - today).days + 1)]
    assert [day for day in between if is_business_day(day)] == [soon, later]


def test_over_a_weekend_two_business_days_are_four() -> None:
    assert usable_from(datetime.date(2026, 3, 6), sandbox=False) == datetime.date(2026, 3, 10)
