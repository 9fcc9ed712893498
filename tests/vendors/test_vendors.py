"""Vendors through the API: what is created, changed, listed and archived, and what is refused."""

from typing import Any

import pytest
from clients import Api, World
from vendor_cases import ADDRESS, BERLIN, MUMBAI, create, told, trail

NOW = "2026-03-03T17:00:00.000+00:00"


def fields(answered: Any) -> list[str]:
    """The paths of the fields that an answer refuses."""
    assert answered.status == 400, answered.text
    assert set(answered.codes) == {None}, answered.text
    return [error["message"].split(":")[0] for error in answered.json]


def auto_pay(world: World, **more: Any) -> dict[str, Any]:
    return {"autoPay": {"enabled": True, "bankAccountId": world.bank_account_id, **more}}


# ---- create and read ------------------------------------------------------------------------------------


def test_a_name_and_an_address_make_a_vendor_paid_by_check(world: World) -> None:
    answered = world.post("/vendors", {"name": "Happy Music Supplies", "address": ADDRESS})
    vendor = answered.ok()
    assert answered.status == 201
    assert vendor["id"].startswith("009")
    assert len(vendor["id"]) == 20
    assert vendor == {
        "id": vendor["id"],
        "archived": False,
        "name": "Happy Music Supplies",
        "accountType": "NONE",
        "address": {**ADDRESS, "countryName": "United States"},
        "paymentInformation": {
            "payeeName": "Happy Music Supplies",
            "payByType": "CHECK",
            "payBySubType": "NONE",
            "virtualCard": {"status": "UNKNOWN"},
        },
        "additionalInfo": {"track1099": False, "combinePayments": True},
        "bankAccountStatus": "NO_ACCOUNT",
        "recurringPayments": False,
        "billCurrency": "USD",
        "balance": {"amount": 0.0, "lastUpdatedDate": NOW},
        "autoPay": {"enabled": False},
        "createdTime": NOW,
        "updatedTime": NOW,
    }
    assert world.get(f"/vendors/{vendor['id']}").ok() == vendor


def test_everything_that_is_said_of_a_vendor_reads_back(world: World) -> None:
    said = {
        "name": "Müller & Söhne",
        "shortName": "Müller",
        "accountNumber": "987000654",
        "accountType": "BUSINESS",
        "email": "books@mueller.example",
        "phone": "+49 30 7654321",
        "address": {**ADDRESS, "line2": "Suite 200", "stateOrProvince": "TX"},
        "billCurrency": "USD",
        "paymentInformation": {"payeeName": "Müller KG", "email": "remit@mueller.example"},
        "additionalInfo": {
            "taxId": "12-3456789",
            "taxIdType": "EIN",
            "track1099": True,
            "leadTimeInDays": 3,
            "combinePayments": False,
            "companyName": "Müller und Söhne KG",
        },
        **auto_pay(world, maxAmount=1000.5, daysBeforeDueDate=2, createdBy="006somebodyElse00000"),
    }
    vendor = world.post("/vendors", said).ok()
    for name in ("name", "shortName", "accountNumber", "accountType", "email", "phone", "billCurrency"):
        assert vendor[name] == said[name]
    assert vendor["address"] == {**said["address"], "countryName": "United States"}
    assert vendor["paymentInformation"]["payeeName"] == "Müller KG"
    assert vendor["paymentInformation"]["email"] == "remit@mueller.example"
    assert vendor["additionalInfo"] == {**said["additionalInfo"], "taxId": "******6789"}
    assert vendor["autoPay"] == {**said["autoPay"], "createdBy": world.user_id}
    assert world.get(f"/vendors/{vendor['id']}").ok() == vendor


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"name": "nothing\x00here"}, "name"),
        ({"shortName": "x" * 41}, "shortName"),
        ({"phone": "1" * 21}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"email": "a b@c.example"}, "email"),
        ({"accountType": "COMPANY"}, "accountType"),
        ({"billCurrency": "usd"}, "billCurrency"),
        ({"address": None}, "address"),
        ({"address": {**ADDRESS, "country": "USA"}}, "address.country"),
        ({"address": {**ADDRESS, "country": None}}, "address.country"),
        ({"address": {**ADDRESS, "line1": ""}}, "address.line1"),
        ({"address": {**ADDRESS, "line1": "x" * 1001}}, "address.line1"),
        ({"address": {**ADDRESS, "line2": "x" * 101}}, "address.line2"),
        ({"address": {**ADDRESS, "city": " "}}, "address.city"),
        ({"address": {**ADDRESS, "zipOrPostalCode": "1" * 31}}, "address.zipOrPostalCode"),
        ({"paymentInformation": {}}, "paymentInformation.payeeName"),
        ({"paymentInformation": {"payeeName": "ab"}}, "paymentInformation.payeeName"),
        ({"paymentInformation": {"payeeName": "    "}}, "paymentInformation.payeeName"),
        ({"paymentInformation": {"payeeName": "x" * 101}}, "paymentInformation.payeeName"),
        ({"paymentInformation": {"payeeName": "abc", "email": "@"}}, "paymentInformation.email"),
        ({"additionalInfo": {"taxIdType": "VAT"}}, "additionalInfo.taxIdType"),
        ({"additionalInfo": {"taxId": "*****6789"}}, "additionalInfo.taxId"),
        ({"additionalInfo": {"leadTimeInDays": -1}}, "additionalInfo.leadTimeInDays"),
        ({"additionalInfo": {"leadTimeInDays": 1.5}}, "additionalInfo.leadTimeInDays"),
        ({"autoPay": {"enabled": True}}, "autoPay.bankAccountId"),
        ({"autoPay": {"daysBeforeDueDate": 61}}, "autoPay.daysBeforeDueDate"),
        ({"autoPay": {"maxAmount": 10.001}}, "autoPay.maxAmount"),
        ({"autoPay": {"maxAmount": 0}}, "autoPay.maxAmount"),
        ({"billCurrency": "JPY", "autoPay": {"maxAmount": 10.5}}, "autoPay.maxAmount"),
    ],
)
def test_a_bad_field_is_named(world: World, change: dict[str, Any], field: str) -> None:
    answered = world.post("/vendors", {"name": "Happy", "address": ADDRESS, **change})
    assert fields(answered) == [field]
    assert world.get("/vendors").ok()["results"] == []


def test_all_bad_fields_are_named_together(world: World) -> None:
    blank = {"name": " ", "address": {**ADDRESS, "city": " "}}
    assert sorted(fields(world.post("/vendors", blank))) == ["address.city", "name"]
    unfit = {"name": "Happy", "address": ADDRESS, "email": "x", "autoPay": {"maxAmount": 0}}
    assert sorted(fields(world.post("/vendors", unfit))) == ["autoPay.maxAmount", "email"]


def test_a_payment_term_that_does_not_exist_is_refused(world: World) -> None:
    answered = world.post(
        "/vendors", {"name": "Happy", "address": ADDRESS, "additionalInfo": {"paymentTermId": "00p1"}}
    )
    assert (answered.status, answered.codes) == (404, ["BDC_1205"])


def test_an_empty_text_is_the_same_as_nothing(world: World) -> None:
    vendor = create(world, shortName="", email="", phone="", additionalInfo={"taxId": "", "companyName": ""})
    assert not {"shortName", "email", "phone"} & vendor.keys()
    assert vendor["additionalInfo"] == {"track1099": False, "combinePayments": True}


# ---- auto-pay -------------------------------------------------------------------------------------------


def test_turning_on_auto_pay_takes_a_trusted_session(api: Api) -> None:
    untrusted = World(api, {"now": "2026-03-03T17:00:00Z"}, trusted=False)
    wanted = {"name": "Happy", "address": ADDRESS, **auto_pay(untrusted)}
    answered = untrusted.post("/vendors", wanted)
    assert (answered.status, answered.codes) == (403, ["BDC_1361"])
    vendor = create(untrusted)
    answered = untrusted.patch(f"/vendors/{vendor['id']}", auto_pay(untrusted))
    assert (answered.status, answered.codes) == (403, ["BDC_1361"])
    # What is not turned on may be said by anyone who may change vendors.
    changed = untrusted.patch(f"/vendors/{vendor['id']}", {"autoPay": {"daysBeforeDueDate": 5}}).ok()
    assert changed["autoPay"] == {"enabled": False, "daysBeforeDueDate": 5}


def test_auto_pay_needs_a_bank_account_of_the_organization(world: World, other_world: World) -> None:
    answered = world.post("/vendors", {"name": "Happy", "address": ADDRESS, **auto_pay(other_world)})
    assert (answered.status, answered.codes) == (404, ["BDC_1205"])


def test_auto_pay_is_turned_on_and_off(world: World) -> None:
    vendor_id = create(world)["id"]
    changed = world.patch(f"/vendors/{vendor_id}", auto_pay(world, maxAmount=500)).ok()
    on = {
        "enabled": True,
        "bankAccountId": world.bank_account_id,
        "createdBy": world.user_id,
        "maxAmount": 500.0,
    }
    assert changed["autoPay"] == on
    changed = world.patch(f"/vendors/{vendor_id}", {"autoPay": {"enabled": False}}).ok()
    assert changed["autoPay"] == {**on, "enabled": False}


# ---- change ---------------------------------------------------------------------------------------------


def test_a_change_touches_only_what_it_names(world: World) -> None:
    before = create(
        world, email="a@b.example", additionalInfo={"companyName": "Happy Inc", "track1099": True}
    )
    world.advance("P1D")
    change = {
        "name": "Happier Music",
        "email": None,
        "address": {"city": "Dallas"},
        "additionalInfo": {"combinePayments": False},
    }
    after = world.patch(f"/vendors/{before['id']}", change).ok()
    assert after == {
        **before,
        "name": "Happier Music",
        "address": {**before["address"], "city": "Dallas"},
        "paymentInformation": {**before["paymentInformation"], "payeeName": "Happier Music"},
        "additionalInfo": {**before["additionalInfo"], "combinePayments": False},
        "updatedTime": "2026-03-04T17:00:00.000+00:00",
    }
    action, changes = trail(world, before["id"])[-1]
    assert action == "EDIT"
    assert changes == {
        "name": ["Happy Music Supplies", "Happier Music"],
        "address_city": ["Austin", "Dallas"],
        "combine_payments": [1, 0],
    }
    assert sorted(kind for kind, _ in told(world, before["id"])) == ["vendor.created", "vendor.updated"]


@pytest.mark.parametrize(
    "same",
    [
        {},
        {"name": None},
        {"name": "Happy Music Supplies", "address": ADDRESS},
        {"additionalInfo": {"taxId": "123456789"}},
        {"additionalInfo": {"taxId": "*****6789"}},
        {"autoPay": {}},
        {"paymentInformation": {"paymentPurpose": {}}},
    ],
)
def test_a_change_that_changes_nothing_leaves_no_trace(world: World, same: dict[str, Any]) -> None:
    before = create(world, additionalInfo={"taxId": "123456789"})
    world.advance("P1D")
    assert world.patch(f"/vendors/{before['id']}", same).ok() == before
    assert len(trail(world, before["id"])) == 1
    assert len(told(world, before["id"])) == 1


def test_an_empty_text_clears_what_may_be_absent(world: World) -> None:
    vendor = create(world, shortName="H", email="a@b.example", additionalInfo={"taxId": "123456789"})
    change = {"shortName": "", "email": "", "additionalInfo": {"taxId": ""}}
    cleared = world.patch(f"/vendors/{vendor['id']}", change).ok()
    assert not {"shortName", "email"} & cleared.keys()
    assert "taxId" not in cleared["additionalInfo"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"phone": "1" * 21}, "phone"),
        ({"address": {"line1": ""}}, "address.line1"),
        ({"address": {"country": "USA"}}, "address.country"),
        ({"paymentInformation": {"payeeName": "ab"}}, "paymentInformation.payeeName"),
        ({"additionalInfo": {"taxId": "*****0000"}}, "additionalInfo.taxId"),
        ({"autoPay": {"enabled": True}}, "autoPay.bankAccountId"),
    ],
)
def test_a_change_is_held_to_the_same_rules(world: World, change: dict[str, Any], field: str) -> None:
    vendor = create(world, additionalInfo={"taxId": "123456789"})
    assert fields(world.patch(f"/vendors/{vendor['id']}", change)) == [field]
    assert world.get(f"/vendors/{vendor['id']}").ok() == vendor


def test_the_bill_currency_changes_only_before_the_first_bill(world: World) -> None:
    vendor_id = create(world)["id"]
    assert world.patch(f"/vendors/{vendor_id}", {"billCurrency": "EUR"}).ok()["billCurrency"] == "EUR"
    world.patch(f"/vendors/{vendor_id}", {"billCurrency": "USD"}).ok()
    bill = {
        "vendorId": vendor_id,
        "dueDate": "2026-12-31",
        "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-12-01"},
        "billLineItems": [{"amount": 10}],
    }
    world.post("/bills", bill).ok()
    answered = world.patch(f"/vendors/{vendor_id}", {"billCurrency": "EUR"})
    assert (answered.status, answered.codes) == (422, ["BDC_1119"])
    assert "bills in USD" in answered.json[0]["detail"]
    # Naming the currency it has is no change.
    world.patch(f"/vendors/{vendor_id}", {"billCurrency": "USD", "shortName": "Happy"}).ok()


def test_a_limit_of_auto_pay_must_be_an_amount_of_the_new_currency(world: World) -> None:
    vendor_id = create(world, autoPay={"maxAmount": 10.5})["id"]
    assert fields(world.patch(f"/vendors/{vendor_id}", {"billCurrency": "JPY"})) == ["autoPay.maxAmount"]
    changed = world.patch(f"/vendors/{vendor_id}", {"billCurrency": "JPY", "autoPay": {"maxAmount": 10}}).ok()
    assert changed["autoPay"]["maxAmount"] == 10.0


# ---- payment purpose ------------------------------------------------------------------------------------


def test_a_payment_purpose_is_kept_where_the_country_asks_for_one(world: World) -> None:
    asked = world.get(
        "/vendors/configuration/international-payments",
        country="IN",
        billCurrency="INR",
        accountType="BUSINESS",
    ).ok()
    assert asked["paymentPurpose"]["required"] is True
    assert asked["paymentPurpose"]["type"] == "CODE"
    code = asked["paymentPurpose"]["codes"][0]
    paid = {"payeeName": "Bharat Music", "paymentPurpose": {"code": {"name": code["name"]}}}
    vendor = world.post(
        "/vendors",
        {
            "name": "Bharat Music",
            "address": MUMBAI,
            "billCurrency": "INR",
            "accountType": "BUSINESS",
            "paymentInformation": paid,
        },
    ).ok()
    assert vendor["paymentInformation"]["paymentPurpose"] == {"code": code}
    assert world.get(f"/vendors/{vendor['id']}/configuration").ok() == {"internationalPayments": asked}
    # A payment in dollars needs none: what was said is dropped with the rupees.
    changed = world.patch(f"/vendors/{vendor['id']}", {"billCurrency": "USD", "address": BERLIN}).ok()
    assert "paymentPurpose" not in changed["paymentInformation"]


@pytest.mark.parametrize(
    ("address", "purpose", "field"),
    [
        (ADDRESS, {"text": "services"}, "paymentInformation.paymentPurpose"),
        (MUMBAI, {"text": "services"}, "paymentInformation.paymentPurpose.text"),
        (MUMBAI, {"code": {"name": "nonsense"}}, "paymentInformation.paymentPurpose.code.name"),
        (MUMBAI, {"code": {"name": "S0802"}, "text": "both"}, "paymentInformation.paymentPurpose"),
    ],
)
def test_a_payment_purpose_that_the_country_does_not_take_is_refused(
    world: World, address: dict[str, str], purpose: dict[str, Any], field: str
) -> None:
    currency = "INR" if address == MUMBAI else "USD"
    paid = {"payeeName": "Happy", "paymentPurpose": purpose}
    wanted = {"name": "Happy", "address": address, "billCurrency": currency, "paymentInformation": paid}
    assert fields(world.post("/vendors", wanted)) == [field]


def test_a_vendor_at_home_needs_nothing(world: World) -> None:
    vendor_id = create(world)["id"]
    assert world.get(f"/vendors/{vendor_id}/configuration").ok() == {
        "internationalPayments": {
            "paymentPurpose": {"required": False, "codes": []},
            "validations": {"fields": []},
        }
    }


def test_the_configuration_wants_all_three_parameters(world: World) -> None:
    answered = world.get("/vendors/configuration/international-payments", country="Germany")
    assert fields(answered) == ["country", "billCurrency", "accountType"]


# ---- archive and restore --------------------------------------------------------------------------------


def test_archiving_and_restoring_happen_once(world: World) -> None:
    vendor = create(world)
    path = f"/vendors/{vendor['id']}"
    world.advance("P1D")
    archived = world.post(f"{path}/archive").ok()
    assert archived == {**vendor, "archived": True, "updatedTime": "2026-03-04T17:00:00.000+00:00"}
    world.advance("P1D")
    assert world.post(f"{path}/archive").ok() == archived
    assert world.get(path).ok() == archived
    restored = world.post(f"{path}/restore").ok()
    assert restored == {**vendor, "updatedTime": "2026-03-05T17:00:00.000+00:00"}
    assert world.post(f"{path}/restore").ok() == restored
    kinds = sorted(kind for kind, _ in told(world, vendor["id"]))
    assert kinds == ["vendor.archived", "vendor.created", "vendor.restored"]
    assert [changes.get("archived") for _, changes in trail(world, vendor["id"])] == [
        [None, 0],
        [0, 1],
        [1, 0],
    ]


# ---- what others are told -------------------------------------------------------------------------------


def test_subscribers_are_told_of_a_new_vendor(world: World) -> None:
    vendor = create(world, email="a@b.example", additionalInfo={"taxId": "123456789"})
    ((event_type, payload),) = told(world, vendor["id"])
    assert event_type == "vendor.created"
    assert payload == {
        **{
            name: vendor[name]
            for name in ("id", "name", "archived", "email", "recurringPayments", "billCurrency", "balance")
        },
        **{name: vendor[name] for name in ("createdTime", "updatedTime", "additionalInfo")},
        "address": ADDRESS,
        "paymentInformation": {
            "payByType": "CHECK",
            "payeeName": "Happy Music Supplies",
            "virtualCard": {"status": "UNKNOWN"},
        },
        "autoPay": {"enabled": False},
    }
    assert payload["additionalInfo"]["taxId"] == "*****6789"


def test_the_trail_tells_who_created_a_vendor_and_hides_its_tax_id(world: World) -> None:
    vendor = create(world, additionalInfo={"taxId": "123456789"})
    ((action, changes),) = trail(world, vendor["id"])
    assert action == "CREATE"
    assert changes["name"] == [None, "Happy Music Supplies"]
    assert changes["tax_id_secret"] == ["***", "***"]


# ---- another organization -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"name": "Mine now"}),
        ("POST", "/archive", None),
        ("POST", "/restore", None),
        ("GET", "/configuration", None),
        ("GET", "/bank-account", None),
        ("POST", "/bank-account", {"accountNumber": "1234567890", "routingNumber": "021000021"}),
        ("DELETE", "/bank-account", None),
    ],
)
def test_vendors_of_others_do_not_exist(
    world: World, other_world: World, method: str, path: str, body: Any
) -> None:
    theirs = create(other_world)
    for vendor_id in (theirs["id"], world.bank_account_id, "nonsense"):
        answered = world.call(method, f"/vendors/{vendor_id}{path}", body)
        assert (answered.status, answered.codes) == (404, ["BDC_1205"])
        assert {"name": "id", "value": vendor_id, "additional": ""} in answered.json[0]["params"]
    assert other_world.get(f"/vendors/{theirs['id']}").ok() == theirs
