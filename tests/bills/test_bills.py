"""Bills through the API: what is entered, what is refused, and what stays true of the amounts."""

import re
from typing import Any

import pytest
from clients import World

ADDRESS = {"line1": "1 Main Street", "city": "Austin", "zipOrPostalCode": "78701", "country": "US"}


@pytest.fixture
def vendor_id(world: World) -> str:
    return str(world.post("/vendors", {"name": "Happy Music Supplies", "address": ADDRESS}).ok()["id"])


def bill_body(vendor_id: str, number: str = "202701", **more: Any) -> dict[str, Any]:
    lines = [
        {"amount": 100.10, "description": "Strings"},
        {"quantity": 3, "price": 33.333, "description": "Reeds"},
        {"quantity": 1, "price": 5, "amount": 7.5},
    ]
    return {
        "vendorId": vendor_id,
        "dueDate": "2026-12-31",
        "invoice": {"invoiceNumber": number, "invoiceDate": "2026-12-01"},
        "billLineItems": lines,
        **more,
    }


def enter(world: World, vendor_id: str, number: str = "202701", **more: Any) -> Any:
    return world.post("/bills", bill_body(vendor_id, number, **more)).ok()


def chart_account(world: World) -> str:
    """The id of a new account of expenses."""
    body = {"name": "Strings and reeds", "account": {"type": "EXPENSE"}}
    return str(world.post("/classifications/chart-of-accounts", body).ok()["id"])


def test_a_bill_is_entered_with_its_lines_and_reads_back(world: World, vendor_id: str) -> None:
    answered = world.post("/bills", bill_body(vendor_id, description="November", purchaseOrderNumber="PO-7"))
    bill = answered.ok()
    assert answered.status == 201
    assert re.fullmatch("00n[a-zA-Z0-9]{17}", bill["id"])
    # 3 × 33.333 = 99.999 is rounded once, half-up; an amount wins over quantity and price.
    assert [line["amount"] for line in bill["billLineItems"]] == [100.10, 100.00, 7.5]
    assert bill["amount"] == bill["dueAmount"] == bill["fundingAmount"] == 207.60
    assert bill["paidAmount"] == bill["scheduledAmount"] == bill["creditAmount"] == 0
    assert (bill["paymentStatus"], bill["approvalStatus"], bill["archived"]) == (
        "UNPAID",
        "UNASSIGNED",
        False,
    )
    assert bill["invoice"] == {"invoiceNumber": "202701", "invoiceDate": "2026-12-01"}
    assert bill["createdBy"] == world.user_id
    assert bill["createdTime"] == bill["updatedTime"] == "2026-03-03T17:00:00.000+00:00"
    assert not {"exchangeRate", "approvers"} & bill.keys()

    read = world.get(f"/bills/{bill['id']}").ok()
    assert read == {**bill, "recordStatus": "ACTIVE", "vendorName": "Happy Music Supplies"}
    assert world.get("/bills").ok()["results"] == [read]


def test_the_vendor_is_owed_what_its_bills_come_to(world: World, vendor_id: str) -> None:
    first = enter(world, vendor_id, "1")
    enter(world, vendor_id, "2")
    assert world.get(f"/vendors/{vendor_id}").ok()["balance"]["amount"] == 415.20
    world.post(f"/bills/{first['id']}/archive").ok()
    assert world.get(f"/vendors/{vendor_id}").ok()["balance"]["amount"] == 207.60


def test_an_invoice_number_is_used_once_per_vendor(world: World, vendor_id: str) -> None:
    bill = enter(world, vendor_id)
    refused = world.post("/bills", bill_body(vendor_id))
    assert (refused.status, refused.codes) == (422, ["BDC_1171"])
    other = world.post("/vendors", {"name": "Another", "address": ADDRESS}).ok()["id"]
    enter(world, other)
    world.post(f"/bills/{bill['id']}/archive").ok()
    again = enter(world, vendor_id)
    refused = world.post(f"/bills/{bill['id']}/restore")
    assert (refused.status, refused.codes) == (422, ["BDC_1171"])
    # A bill keeps its own number when it is changed.
    world.patch(f"/bills/{again['id']}", {"invoice": {"invoiceNumber": "202701"}}).ok()


def test_an_organization_may_allow_duplicate_numbers(world: World, vendor_id: str) -> None:
    enter(world, vendor_id)
    world.control("PUT", "/settings", {"allowDuplicateBillNumbers": True}).ok()
    enter(world, vendor_id)


def test_an_invoice_number_has_at_most_21_characters(world: World, vendor_id: str) -> None:
    enter(world, vendor_id, "x" * 21)
    refused = world.post("/bills", bill_body(vendor_id, "x" * 22))
    assert (refused.status, refused.codes) == (400, ["BDC_1143"])
    assert "21" in refused.json[0]["message"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"billLineItems": []}, "billLineItems"),
        ({"billLineItems": [{"description": "no amount"}]}, "billLineItems[0]"),
        ({"billLineItems": [{"amount": 1}, {"amount": 0.001}]}, "billLineItems[1]"),
        ({"billLineItems": [{"amount": -1}]}, "billLineItems"),
        ({"billLineItems": [{"amount": 1e13}]}, "billLineItems[0]"),
        ({"billLineItems": [{"amount": "one"}]}, "billLineItems[0].amount"),
        ({"dueDate": "31.12.2026"}, "dueDate"),
        ({"dueDate": None}, "dueDate"),
        ({"invoice": {"invoiceNumber": "", "invoiceDate": "2026-12-01"}}, "invoice.invoiceNumber"),
        ({"description": "x" * 4001}, "description"),
    ],
)
def test_a_bad_field_is_named(world: World, vendor_id: str, change: dict[str, Any], field: str) -> None:
    refused = world.post("/bills", {**bill_body(vendor_id), **change})
    assert (refused.status, refused.codes) == (400, [None])
    assert refused.json[0]["message"].startswith(f"{field}: ")
    assert world.get("/bills").ok()["results"] == []


def test_every_bad_field_is_named_at_once(world: World) -> None:
    refused = world.post("/bills", {"dueDate": 7, "billLineItems": [{"amount": "x"}, {"price": []}]})
    messages = sorted(error["message"].split(":")[0] for error in refused.json)
    assert messages == ["billLineItems[0].amount", "billLineItems[1].price", "dueDate", "invoice", "vendorId"]


def test_negative_lines_are_allowed_within_a_total_that_is_not(world: World, vendor_id: str) -> None:
    bill = enter(world, vendor_id, billLineItems=[{"amount": 100}, {"amount": -30.5}])
    assert bill["amount"] == 69.5


def test_ids_that_do_not_exist_or_belong_to_others_are_unknown(
    world: World, other_world: World, vendor_id: str
) -> None:
    bill = enter(world, vendor_id)
    stranger = other_world.post("/vendors", {"name": "Theirs", "address": ADDRESS}).ok()["id"]
    assert world.post("/bills", bill_body(stranger)).codes == ["BDC_1205"]
    for method, path, body in [
        ("GET", "", None),
        ("PUT", "", bill_body(stranger)),
        ("PATCH", "", {"description": "mine now"}),
        ("POST", "/archive", None),
        ("POST", "/restore", None),
    ]:
        refused = other_world.call(method, f"/bills/{bill['id']}{path}", body)
        assert (refused.status, refused.codes) == (404, ["BDC_1205"]), (method, path)
    assert world.get("/bills/00n00000000000000000").status == 404


def test_classifications_must_be_the_organizations_own(
    world: World, other_world: World, vendor_id: str
) -> None:
    account = chart_account(world)
    lines = [{"amount": 1, "classifications": {"chartOfAccountId": account}}]
    bill = enter(world, vendor_id, billLineItems=lines, classifications={"chartOfAccountId": account})
    assert bill["classifications"] == {"chartOfAccountId": account}
    assert bill["billLineItems"][0]["classifications"] == {"chartOfAccountId": account}
    found = world.get("/bills", filters=f"classifications.chartOfAccountId:eq:{account}").ok()["results"]
    assert [one["id"] for one in found] == [bill["id"]]
    theirs = [{"amount": 1, "classifications": {"chartOfAccountId": chart_account(other_world)}}]
    refused = world.post("/bills", bill_body(vendor_id, "2", billLineItems=theirs))
    assert (refused.status, refused.codes) == (404, ["BDC_1205"])


def test_an_empty_text_is_none_and_clears_what_may_be_absent(world: World, vendor_id: str) -> None:
    """Programs that fill in forms send empty texts for what nobody chose."""
    account = chart_account(world)
    whole: dict[str, Any] = {
        "description": "November",
        "purchaseOrderNumber": "PO-7",
        "payFromChartOfAccountId": account,
        "classifications": {"chartOfAccountId": account},
    }
    lines = [{"amount": 1, "description": "a", "classifications": {"chartOfAccountId": account}}]
    bill = enter(world, vendor_id, billLineItems=lines, **whole)
    blank: dict[str, Any] = {
        **dict.fromkeys(whole, ""),
        "classifications": {"chartOfAccountId": "", "departmentId": ""},
    }
    blank_line = {**lines[0], "description": "", "classifications": {"chartOfAccountId": "", "jobId": ""}}
    line = {"id": bill["billLineItems"][0]["id"], **blank_line}
    cleared = world.patch(f"/bills/{bill['id']}", {**blank, "billLineItems": [line]}).ok()
    entered = enter(world, vendor_id, "2", billLineItems=[blank_line], **blank)
    replaced = world.put(
        f"/bills/{bill['id']}", bill_body(vendor_id, billLineItems=[{**blank_line, "id": ""}], **blank)
    ).ok()
    for told in (cleared, entered, replaced):
        assert not whole.keys() & told.keys()
        assert told["billLineItems"] == [{"id": told["billLineItems"][0]["id"], "amount": 1}]


def test_put_replaces_the_set_of_lines(world: World, vendor_id: str) -> None:
    bill = enter(world, vendor_id)
    kept = bill["billLineItems"][1]["id"]
    body = bill_body(vendor_id, billLineItems=[{"amount": 5}, {"id": kept, "amount": 10}])
    replaced = world.put(f"/bills/{bill['id']}", body).ok()
    assert [line["amount"] for line in replaced["billLineItems"]] == [5, 10]
    assert replaced["billLineItems"][1]["id"] == kept
    assert replaced["amount"] == replaced["dueAmount"] == 15
    assert world.get(f"/vendors/{vendor_id}").ok()["balance"]["amount"] == 15
    stranger = bill_body(vendor_id, billLineItems=[{"id": "bli01AAAAAAAAAAAAAAAA", "amount": 1}])
    assert world.put(f"/bills/{bill['id']}", stranger).codes == ["BDC_1205"]


def test_patch_changes_lines_by_id_and_leaves_the_rest(world: World, vendor_id: str) -> None:
    account = chart_account(world)
    lines = [{"amount": 1, "classifications": {"chartOfAccountId": account}, "description": "a"}] * 2
    bill = enter(world, vendor_id, billLineItems=lines, description="before")
    first, second = (line["id"] for line in bill["billLineItems"])
    patched = world.patch(f"/bills/{bill['id']}", {"billLineItems": [{"id": first, "amount": 9}]}).ok()
    assert [line["id"] for line in patched["billLineItems"]] == [first, second]
    # A line that is named without classifications loses them; its description stays.
    assert patched["billLineItems"][0] == {"id": first, "amount": 9, "description": "a"}
    assert patched["billLineItems"][1]["classifications"] == {"chartOfAccountId": account}
    assert (patched["amount"], patched["description"]) == (10, "before")
    priced = world.patch(
        f"/bills/{bill['id']}", {"billLineItems": [{"id": first, "quantity": 2, "price": 4}]}
    )
    assert priced.ok()["billLineItems"][0]["amount"] == 8


def test_a_patch_that_changes_nothing_leaves_no_trace(world: World, vendor_id: str) -> None:
    bill = enter(world, vendor_id)
    world.advance("P1D")
    same = world.patch(f"/bills/{bill['id']}", {"dueDate": bill["dueDate"], "description": None}).ok()
    assert same == bill


def test_archive_and_restore_may_be_repeated(world: World, vendor_id: str) -> None:
    bill = enter(world, vendor_id)
    for _ in range(2):
        assert world.post(f"/bills/{bill['id']}/archive").ok()["archived"] is True
    assert world.get(f"/bills/{bill['id']}").ok()["recordStatus"] == "INACTIVE"
    assert world.patch(f"/bills/{bill['id']}", {"description": "x"}).status == 422
    for _ in range(2):
        assert world.post(f"/bills/{bill['id']}/restore").ok()["archived"] is False
    assert world.get(f"/vendors/{vendor_id}").ok()["balance"]["amount"] == 207.60


def test_bulk_enters_all_or_none(world: World, vendor_id: str) -> None:
    entered = world.post("/bills/bulk", [bill_body(vendor_id, str(i)) for i in range(3)])
    assert entered.status == 201
    assert [bill["invoice"]["invoiceNumber"] for bill in entered.ok()] == ["0", "1", "2"]
    refused = world.post("/bills/bulk", [bill_body(vendor_id, number) for number in ("3", "1", "4")])
    assert (refused.status, refused.codes) == (422, ["BDC_1246", "BDC_1171", "BDC_1246"])
    assert len(world.get("/bills").ok()["results"]) == 3
    assert world.post("/bills/bulk", []).status == 400
    assert world.post("/bills/bulk", [bill_body(vendor_id, f"n{i}") for i in range(101)]).status == 400


def test_bills_are_in_their_vendors_currency(world: World) -> None:
    vendor = {"name": "Tokyo Strings", "address": {**ADDRESS, "country": "JP"}, "billCurrency": "JPY"}
    vendor_id = world.post("/vendors", vendor).ok()["id"]
    bill = enter(world, vendor_id, billLineItems=[{"amount": 1495}])
    assert (bill["amount"], bill["fundingAmount"], bill["exchangeRate"]) == (1495, 10, 149.5)
    refused = world.post("/bills", bill_body(vendor_id, "2", billLineItems=[{"amount": 1.5}]))
    assert refused.status == 400


# ---- what was archived since, and what looks alike ------------------------------------------------------


def test_a_bill_keeps_what_was_archived_since(world: World, vendor_id: str) -> None:
    account = chart_account(world)
    names: dict[str, Any] = {"classifications": {"chartOfAccountId": account}}
    line = {"amount": 10, "description": "Strings", **names}
    bill = enter(world, vendor_id, billLineItems=[line], payFromChartOfAccountId=account, **names)
    world.post(f"/classifications/chart-of-accounts/{account}/archive").ok()
    path = f"/bills/{bill['id']}"
    assert world.patch(path, {"dueDate": "2027-01-31"}).ok()["dueDate"] == "2027-01-31"
    got = world.get(path).ok()
    body = {
        name: got[name] for name in ("vendorId", "dueDate", "invoice", "classifications", "billLineItems")
    }
    put = world.put(path, {**body, "payFromChartOfAccountId": account}).ok()
    assert put["billLineItems"] == got["billLineItems"]
    added = {**body, "billLineItems": [*got["billLineItems"], line]}
    refused = world.put(path, added)
    assert (refused.status, refused.codes) == (404, ["BDC_1205"])
    assert refused.json[0]["params"][0]["value"] == "billLineItems[1].classifications.chartOfAccountId"


@pytest.mark.parametrize("alike", ["inv-77", " INV-77 ", "INV\u201177", "INV\u201377", "\uff29NV-7\uff17"])
def test_numbers_that_look_alike_are_one(world: World, vendor_id: str, alike: str) -> None:
    first = enter(world, vendor_id, "INV-77")
    refused = world.post("/bills", bill_body(vendor_id, alike))
    assert (refused.status, refused.codes) == (422, ["BDC_1171"])
    assert first["id"] in refused.json[0]["detail"]
    world.patch(f"/bills/{first['id']}", {"invoice": {"invoiceNumber": alike}}).ok()
    other = world.post("/vendors", {"name": "Another", "address": ADDRESS}).ok()["id"]
    assert enter(world, other, alike)["invoice"]["invoiceNumber"] == alike.strip()


def test_a_bulk_call_names_the_element_at_fault(world: World, vendor_id: str) -> None:
    def refused(*bills: Any) -> list[tuple[str | None, str]]:
        answered = world.post("/bills/bulk", list(bills))
        assert answered.status in (404, 422), answered.text
        return [(error["code"], error["detail"]) for error in answered.json]

    good, stranger = bill_body(vendor_id, "A"), bill_body("00901AAAAAAAAAAAAAAA", "B")
    unknown = refused(good, stranger, bill_body(vendor_id, "C"))
    assert [code for code, _ in unknown] == ["BDC_1246", "BDC_1205", "BDC_1246"]
    assert unknown[1][1].startswith("element 1: ")
    assert "element 1 was refused" in unknown[0][1]
    twice = refused(good, bill_body(vendor_id, "B"), bill_body(vendor_id, " a "))
    assert [code for code, _ in twice] == ["BDC_1246", "BDC_1246", "BDC_1171"]
    # No bill with an id came to be, so none is named.
    assert "element 0 of this call" in twice[2][1]
    assert "00n" not in twice[2][1]
    assert world.get("/bills").ok()["results"] == []
