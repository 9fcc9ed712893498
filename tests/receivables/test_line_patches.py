"""PATCH of a line changes what it names and leaves the rest; what a paper names stays good when it is archived."""

from typing import Any

import pytest
from clients import World
from receivables.invoicing import chart_account, enter, item

# What a PATCH may say of a line, and what else then changes with it.
CHANGES: dict[str, tuple[Any, set[str]]] = {
    "description": ("Another", {"description"}),
    "quantity": (2, {"quantity"}),
    "price": (90, {"price"}),
    "amount": (45, {"price"}),
    "departmentId": (None, {"classifications"}),
    "itemId": (None, {"classifications"}),
}


@pytest.fixture
def customer_id(world: World) -> str:
    body = {"name": "Opera House", "email": "till@opera.example"}
    return str(world.post("/customers", body).ok()["id"])


def classified(world: World, path: str, **body: Any) -> str:
    return str(world.post(f"/classifications/{path}", body).ok()["id"])


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("discount", [False, True])
def test_what_a_patch_does_not_name_stays(world: World, customer_id: str, name: str, discount: bool) -> None:
    value, touched = CHANGES[name]
    goods = item(world, name="Strings", type="INVENTORY", taxable=True)
    off = item(world, name="Loyal", type="DISCOUNT", percentage=10)
    tax = item(world, name="Tax", type="SALES_TAX", percentage=8.25)
    north = classified(world, "departments", name="North")
    lines: list[dict[str, Any]] = [
        {
            "description": "Strings",
            "quantity": 3,
            "price": 100,
            "classifications": {"itemId": goods, "departmentId": north},
        },
        {"description": "Loyal", "quantity": 1, "classifications": {"itemId": off}},
    ]
    made = enter(world, customer_id, invoiceLineItems=lines if discount else lines[:1], salesTaxItemId=tax)
    old = made["invoiceLineItems"][0]
    change: dict[str, Any] = {"id": old["id"]}
    if name == "departmentId":
        change["classifications"] = {name: classified(world, "departments", name="South")}
    elif name == "itemId":
        change["classifications"] = {name: item(world, name="Reeds", type="INVENTORY", taxable=True)}
    else:
        change[name] = value
    patched = world.patch(f"/invoices/{made['id']}", {"invoiceLineItems": [change]}).ok()
    new = patched["invoiceLineItems"][0]
    assert {key for key in new if new[key] != old[key]} == touched
    named = change.get("classifications", {})
    assert new["classifications"] == {"itemId": goods, "departmentId": north, **named}
    # The discount is still a discount, and the tax still on what is taxed.
    goods_total = new["quantity"] * new["price"]
    net = goods_total * (0.9 if discount else 1)
    assert patched["salesTaxTotal"] == pytest.approx(round(net * 0.0825 + 1e-9, 2), abs=0.011)
    assert patched["totalAmount"] == pytest.approx(net + patched["salesTaxTotal"], abs=0.011)


def test_the_description_of_a_discount_is_changed_alone(world: World, customer_id: str) -> None:
    off = item(world, name="Loyal", type="DISCOUNT", percentage=10)
    lines = [{"quantity": 1, "price": 200}, {"quantity": 1, "classifications": {"itemId": off}}]
    made = enter(world, customer_id, invoiceLineItems=lines)
    assert made["totalAmount"] == 180
    change = {"id": made["invoiceLineItems"][1]["id"], "description": "For years with us"}
    patched = world.patch(f"/invoices/{made['id']}", {"invoiceLineItems": [change]}).ok()
    assert patched["totalAmount"] == 180
    assert patched["invoiceLineItems"][1]["classifications"] == {"itemId": off}
    first = {"id": made["invoiceLineItems"][0]["id"], "price": 100}
    assert world.patch(f"/invoices/{made['id']}", {"invoiceLineItems": [first]}).ok()["totalAmount"] == 90


def put_of(answer: dict[str, Any], *names: str) -> dict[str, Any]:
    """What GET said, as PUT takes it."""
    return {name: answer[name] for name in names if name in answer}


def test_an_invoice_keeps_what_was_archived_since(world: World, customer_id: str) -> None:
    goods = item(world, name="Strings", type="INVENTORY", taxable=True)
    tax = item(world, name="Tax", type="SALES_TAX", percentage=10)
    account = chart_account(world, "Concerts", "INCOME")
    north = classified(world, "departments", name="North")
    line = {"quantity": 1, "price": 10, "classifications": {"itemId": goods, "departmentId": north}}
    whole = {"classifications": {"departmentId": north}, "payToChartOfAccountId": account}
    made = enter(world, customer_id, invoiceLineItems=[line], salesTaxItemId=tax, **whole)
    for path, id in (
        ("items", goods),
        ("items", tax),
        ("chart-of-accounts", account),
        ("departments", north),
    ):
        world.post(f"/classifications/{path}/{id}/archive").ok()
    patched = world.patch(f"/invoices/{made['id']}", {"dueDate": "2026-12-30"}).ok()
    assert patched["totalAmount"] == made["totalAmount"]
    got = world.get(f"/invoices/{made['id']}").ok()
    names = ("invoiceNumber", "invoiceDate", "dueDate", "classifications", "salesTaxItemId")
    body = put_of(got, *names, "payToChartOfAccountId", "invoiceLineItems")
    put = world.put(f"/invoices/{made['id']}", {**body, "customer": {"id": customer_id}}).ok()
    assert put == {**got, "updatedTime": put["updatedTime"]}
    # Given to another line it is given anew.
    more = {**body, "customer": {"id": customer_id}}
    more["invoiceLineItems"] = [*got["invoiceLineItems"], {**line, "description": "New"}]
    refused = world.put(f"/invoices/{made['id']}", more)
    assert (refused.status, set(refused.codes)) == (404, {"BDC_1205"})
    assert {error["params"][0]["value"] for error in refused.json} == {
        "invoiceLineItems[1].classifications.departmentId",
        "invoiceLineItems[1].classifications.itemId",
    }
