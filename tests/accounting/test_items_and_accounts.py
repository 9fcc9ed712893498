"""What is particular to items and to the chart of accounts, and classifications on bills."""

from typing import Any

import pytest
from accounting.cases import ALL_KINDS, UNKNOWN, account_id, address, create
from clients import World
from vendor_cases import ADDRESS

from net30.accounting.kinds import KINDS, Kind
from net30.wire.naming import camel

CHART, ITEMS = "/classifications/chart-of-accounts", "/classifications/items"


# ---- the chart of accounts --------------------------------------------------------------------------------------


def test_a_world_begins_with_a_chart(world: World) -> None:
    chart = world.get(CHART, sort="account.number:asc").ok()["results"]
    assert [(one["account"]["number"], one["name"]) for one in chart][:3] == [
        ("1000", "Checking"),
        ("1200", "Accounts Receivable"),
        ("2000", "Accounts Payable"),
    ]
    assert {one["account"]["type"] for one in chart} >= {"BANK", "INCOME", "EXPENSE"}
    listed = world.get(CHART, filters="account.type:eq:BANK").ok()["results"]
    assert [one["name"] for one in listed] == ["Checking"]


def test_an_account_without_a_type_is_unspecified(world: World) -> None:
    made = world.post(CHART, {"name": "Suspense"}).ok()
    assert made["account"] == {"type": "UNSPECIFIED"}
    changed = world.patch(f"{CHART}/{made['id']}", {"account": {"number": "9999"}}).ok()
    assert changed["account"] == {"type": "UNSPECIFIED", "number": "9999"}
    assert world.post(CHART, {"name": "No type", "account": {"number": "1"}}).status == 400


def test_account_numbers_differ(world: World) -> None:
    numbered = {"type": "EXPENSE", "number": "1000"}
    refused = world.post(CHART, {"name": "Another", "account": numbered})
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    assert refused.json[0]["params"][0]["value"] == "account.number"
    checking = world.get(CHART, filters="account.number:eq:1000").ok()["results"][0]
    world.post(f"{CHART}/{checking['id']}/archive").ok()
    world.post(CHART, {"name": "Another", "account": numbered}).ok()
    assert world.post(f"{CHART}/{checking['id']}/restore").status == 422


# ---- items ------------------------------------------------------------------------------------------------------


def test_a_percentage_is_for_some_types_only(world: World) -> None:
    tax = world.post(ITEMS, {"name": "Sales tax", "type": "SALES_TAX", "percentage": 8.25}).ok()
    assert tax["percentage"] == 8.25
    refused = world.post(ITEMS, {"name": "Strings", "type": "INVENTORY", "percentage": 8.25})
    assert (refused.status, refused.codes) == (400, [None])
    assert refused.json[0]["message"].startswith("percentage: ")
    assert world.patch(f"{ITEMS}/{tax['id']}", {"type": "SERVICE", "percentage": 1}).status == 400
    assert "percentage" not in world.patch(f"{ITEMS}/{tax['id']}", {"type": "SERVICE"}).ok()
    assert world.patch(f"{ITEMS}/{tax['id']}", {"percentage": 1}).status == 400


@pytest.mark.parametrize("price", [1e13, 0.123456789, "one"])
def test_a_price_is_a_number_of_eight_decimals(world: World, price: Any) -> None:
    refused = world.post(ITEMS, {"name": "Strings", "type": "INVENTORY", "price": price})
    assert (refused.status, refused.codes) == (400, [None])
    assert refused.json[0]["message"].startswith("price: ")


def test_prices_are_exact(world: World) -> None:
    given = {"price": 0.00000001, "purchaseCost": -12.5, "taxable": False}
    made = world.post(ITEMS, {"name": "Strings", "type": "INVENTORY", **given}).ok()
    assert {**made, **given} == made


def test_accounts_of_an_item_are_active(world: World, other_world: World) -> None:
    account, stranger = account_id(world), account_id(other_world)
    named = {"chartOfAccountId": account, "expenseChartOfAccountId": stranger}
    refused = world.post(ITEMS, {"name": "Strings", "type": "INVENTORY", **named})
    assert (refused.status, refused.codes) == (404, ["BDC_1205"])
    assert refused.json[0]["detail"].startswith(f"expenseChartOfAccountId names {stranger}")
    made = world.post(ITEMS, {"name": "Strings", "type": "INVENTORY", "chartOfAccountId": account}).ok()
    world.post(f"{CHART}/{account}/archive").ok()
    # What an item already has stays; it cannot be given any more.
    assert world.patch(f"{ITEMS}/{made['id']}", {"name": "Reeds"}).ok()["chartOfAccountId"] == account
    other = {"name": "Other", "type": "SERVICE", "chartOfAccountId": account}
    refused = world.post(f"{ITEMS}/bulk", [{"name": "Good", "type": "SERVICE"}, other])
    assert (refused.status, refused.codes) == (404, ["BDC_1246", "BDC_1205"])


def test_items_are_found_by_type(world: World) -> None:
    for kind in ("SERVICE", "SALES_TAX", "INVENTORY"):
        world.post(ITEMS, {"name": kind, "type": kind}).ok()
    listed = world.get(ITEMS, filters='type:in:"SERVICE,SALES_TAX"', sort="name:asc").ok()["results"]
    assert [one["name"] for one in listed] == ["SALES_TAX", "SERVICE"]


# ---- on bills ---------------------------------------------------------------------------------------------------


def bill(world: World, number: str, over_all: dict[str, str], of_line: dict[str, str]) -> dict[str, Any]:
    vendor = world.post("/vendors", {"name": "Happy Music Supplies", "address": ADDRESS}).ok()["id"]
    return {
        "vendorId": vendor,
        "dueDate": "2026-12-31",
        "invoice": {"invoiceNumber": number, "invoiceDate": "2026-12-01"},
        "classifications": over_all,
        "billLineItems": [{"amount": 1}, {"amount": 2, "classifications": of_line}],
    }


def of_bill(ids: dict[str, str]) -> dict[str, str]:
    """A bill as a whole has no employee and no job."""
    return {name: id_ for name, id_ in ids.items() if name not in ("employeeId", "jobId")}


def test_a_bill_may_name_one_of_each(world: World) -> None:
    ids = {camel(kind.id_column): create(world, kind)["id"] for kind in KINDS.values()}
    made = world.post("/bills", bill(world, "1", of_bill(ids), ids)).ok()
    assert made["classifications"] == of_bill(ids)
    assert made["billLineItems"][1]["classifications"] == ids
    for name, id_ in of_bill(ids).items():
        found = world.get("/bills", filters=f"classifications.{name}:eq:{id_}").ok()["results"]
        assert [one["id"] for one in found] == [made["id"]]


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_bill_names_active_ones_of_its_own_organization(
    world: World, other_world: World, kind: Kind
) -> None:
    archived = create(world, kind)["id"]
    world.post(f"{address(kind)}/{archived}/archive").ok()
    other_kind = next(other for other in KINDS.values() if other is not kind)
    for id_ in (archived, create(other_world, kind)["id"], create(world, other_kind)["id"], UNKNOWN):
        named = {camel(kind.id_column): id_}
        refused = world.post("/bills", bill(world, "1", of_bill(named), named))
        places = ["classifications"] if of_bill(named) else []
        places.append("billLineItems[1].classifications")
        assert (refused.status, refused.codes) == (404, ["BDC_1205"] * len(places))
        told = [error["detail"].split()[0] for error in refused.json]
        assert told == [f"{place}.{camel(kind.id_column)}" for place in places]
