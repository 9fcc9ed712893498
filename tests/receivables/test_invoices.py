"""Invoices through the API: what is entered, changed and archived, and what is refused."""

import json
import re
from typing import Any

import pytest
from clients import World
from receivables.cases import customer
from receivables.invoicing import LINES, balance, enter, invoice_body, item, posted
from sqlalchemy import select
from vendor_cases import trail

from net30.kernel.tables import events
from net30.store.statements import Statement, by_key


@pytest.fixture
def customer_id(world: World) -> str:
    return str(customer(world)["id"])


_EVENTS = Statement(
    select(events.c.type, events.c.payload)
    .where(by_key(events, ["organization_id", "entity_id"]))
    .order_by(events.c.created_time)
)


def told(world: World, invoice: Any) -> list[tuple[str, Any]]:
    """The events of an invoice with what they say, oldest first where the clock moved between them."""
    with world.database.read() as tx:
        rows = tx.rows(_EVENTS, {"organization_id": world.id, "entity_id": invoice["id"]})
    return [(str(kind), json.loads(payload)) for kind, payload in rows]


def chart(world: World, name: str) -> str:
    return str(world.post("/classifications/chart-of-accounts", {"name": name}).ok()["id"])


# ---- entering -------------------------------------------------------------------------------------------


def test_an_invoice_is_entered_with_its_lines_and_reads_back(world: World, customer_id: str) -> None:
    answered = world.post(
        "/invoices",
        invoice_body(customer_id, invoiceNumber="A-1", invoiceDate="2026-02-28", dueDate="2026-03-31"),
    )
    invoice = answered.ok()
    assert answered.status == 201
    assert re.fullmatch("00e[a-zA-Z0-9]{17}", invoice["id"])
    lines = invoice["invoiceLineItems"]
    assert all(re.fullmatch("00f[a-zA-Z0-9]{17}", line.pop("id")) for line in lines)
    assert lines == LINES
    # 2 × 100 and 3 × 33.333 = 99.999, rounded once.
    assert invoice["totalAmount"] == invoice["dueAmount"] == 300
    assert invoice["scheduledAmount"] == invoice["creditAmount"] == 0
    assert (invoice["status"], invoice["archived"], invoice["recordStatus"]) == ("OPEN", False, "ACTIVE")
    assert (invoice["invoiceNumber"], invoice["customerId"]) == ("A-1", customer_id)
    assert (invoice["invoiceDate"], invoice["dueDate"]) == ("2026-02-28", "2026-03-31")
    assert invoice["createdBy"] == world.user_id
    assert invoice["createdTime"] == invoice["updatedTime"] == "2026-03-03T17:00:00.000+00:00"
    left_out = {"exchangeRate", "payments", "salesTaxTotal", "salesTaxPercentage", "invoicePdfId"}
    assert not left_out & invoice.keys()

    read = world.get(f"/invoices/{invoice['id']}").ok()
    assert {**read, "invoiceLineItems": LINES} == {**invoice, "invoiceLineItems": LINES}
    assert world.get("/invoices").ok()["results"] == [read]


def test_dates_are_todays_where_the_organization_is(world: World, customer_id: str) -> None:
    # 23 hours from 09:00 in Los Angeles it is 08:00 there, and has been the next day in UTC for long.
    world.advance("PT14H")
    invoice = enter(world, customer_id)
    assert (invoice["invoiceDate"], invoice["dueDate"]) == ("2026-03-03", "2026-03-03")


def test_an_unknown_name_and_address_make_a_customer(world: World) -> None:
    who = {"name": "Opera", "email": "till@opera.example", "invoiceCurrency": "EUR"}
    invoice = world.post("/invoices", {"customer": who, "invoiceLineItems": LINES}).ok()
    made = world.get(f"/customers/{invoice['customerId']}").ok()
    assert {name: made[name] for name in who} == who
    assert made["balance"]["amount"] == 300
    assert invoice["exchangeRate"] == 0.92


@pytest.mark.parametrize(
    ("who", "field"),
    [
        ({}, "customer"),
        ({"name": "Opera"}, "customer"),
        ({"name": "Opera", "email": "nobody"}, "customer.email"),
        ({"name": " ", "email": "till@opera.example"}, "customer.name"),
    ],
)
def test_a_customer_must_be_one(world: World, who: Any, field: str) -> None:
    refused = world.post("/invoices", {"customer": who, "invoiceLineItems": LINES})
    assert (refused.status, refused.codes) == (400, [None])
    assert refused.json[0]["message"].startswith(f"{field}: ")


def test_a_refused_invoice_leaves_no_customer(world: World, customer_id: str) -> None:
    enter(world, customer_id, invoiceNumber="1")
    who = {"name": "Opera", "email": "till@opera.example"}
    refused = world.post("/invoices", {"customer": who, "invoiceNumber": "1", "invoiceLineItems": LINES})
    assert refused.codes == ["BDC_1171"]
    assert [one["name"] for one in world.get("/customers").ok()["results"]] == ["Town Hall"]


def test_an_archived_customer_gets_no_new_invoice(world: World, customer_id: str) -> None:
    invoice = enter(world, customer_id)
    world.post(f"/customers/{customer_id}/archive").ok()
    refused = world.post("/invoices", invoice_body(customer_id))
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    assert (
        world.patch(f"/invoices/{invoice['id']}", {"dueDate": "2026-04-01"}).ok()["dueDate"] == "2026-04-01"
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"invoiceLineItems": []}, "invoiceLineItems"),
        ({"invoiceLineItems": [{"price": 1}]}, "invoiceLineItems[0].quantity"),
        ({"invoiceLineItems": [{"quantity": 1}]}, "invoiceLineItems[0]"),
        ({"invoiceLineItems": [{"quantity": 1, "price": -1}]}, "invoiceLineItems"),
        ({"invoiceLineItems": [{"quantity": 10**9, "price": 10**9}]}, "invoiceLineItems[0]"),
        ({"invoiceLineItems": [{"quantity": 1, "price": 1}] * 1001}, "invoiceLineItems"),
        ({"dueDate": "31.12.2026"}, "dueDate"),
        ({"creditAmount": -1}, "creditAmount"),
        ({"convenienceFee": {"percentage": 1}}, "convenienceFee"),
        ({"enableCardPayment": True, "convenienceFee": {"percentage": 3.1}}, "convenienceFee.percentage"),
        ({"invoiceNumber": "1\u200b"}, "invoiceNumber"),
    ],
)
def test_a_bad_field_is_named(world: World, customer_id: str, change: Any, field: str) -> None:
    refused = world.post("/invoices", {**invoice_body(customer_id), **change})
    assert (refused.status, refused.codes) == (400, [None])
    assert refused.json[0]["message"].startswith(f"{field}: ")
    assert world.get("/invoices").ok()["results"] == []


def test_there_is_no_credit_to_apply(world: World, customer_id: str) -> None:
    enter(world, customer_id, creditAmount=0)
    refused = world.post("/invoices", invoice_body(customer_id, creditAmount=10))
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    assert "credit memo" in refused.json[0]["detail"]


def test_ids_that_do_not_exist_or_belong_to_others_are_unknown(
    world: World, other_world: World, customer_id: str
) -> None:
    invoice = enter(world, customer_id)
    stranger = customer(other_world)["id"]
    assert world.post("/invoices", invoice_body(stranger)).codes == ["BDC_1205"]
    mail = {"replyTo": {"userId": other_world.user_id}, "recipient": {"to": ["a@b.example"]}}
    for method, path, body in [
        ("GET", "", None),
        ("PUT", "", invoice_body(stranger)),
        ("PATCH", "", {"dueDate": "2026-04-01"}),
        ("POST", "/archive", None),
        ("POST", "/restore", None),
        ("POST", "/email", mail),
    ]:
        refused = other_world.call(method, f"/invoices/{invoice['id']}{path}", body)
        assert (refused.status, refused.codes) == (404, ["BDC_1205"]), (method, path)


def test_classifications_must_be_the_organizations_own(
    world: World, other_world: World, customer_id: str
) -> None:
    sales, theirs = chart(world, "Concerts"), chart(other_world, "Concerts")
    job = world.post("/classifications/jobs", {"name": "Town hall"}).ok()["id"]
    lines = [{"quantity": 1, "price": 1, "classifications": {"chartOfAccountId": sales, "jobId": job}}]
    over_all = {"jobId": job}
    invoice = enter(
        world, customer_id, invoiceLineItems=lines, classifications=over_all, payToChartOfAccountId=sales
    )
    assert invoice["invoiceLineItems"][0]["classifications"] == lines[0]["classifications"]
    assert (invoice["classifications"], invoice["payToChartOfAccountId"]) == (over_all, sales)
    for change in (
        {"payToChartOfAccountId": theirs},
        {"salesTaxItemId": theirs},
        {"classifications": {"jobId": theirs}},
        {"invoiceLineItems": [{"quantity": 1, "price": 1, "classifications": {"itemId": theirs}}]},
    ):
        refused = world.post("/invoices", invoice_body(customer_id, **change))
        assert (refused.status, refused.codes) == (404, ["BDC_1205"]), change


# ---- numbers --------------------------------------------------------------------------------------------


def test_a_number_is_used_once_in_the_organization(world: World, customer_id: str) -> None:
    invoice = enter(world, customer_id, invoiceNumber="7")
    refused = world.post("/invoices", invoice_body(str(customer(world, "Opera")["id"]), invoiceNumber="7"))
    assert (refused.status, refused.codes) == (422, ["BDC_1171"])
    # An invoice keeps its own number when it is changed.
    world.patch(f"/invoices/{invoice['id']}", {"invoiceNumber": "7", "dueDate": "2026-05-01"}).ok()
    world.post(f"/invoices/{invoice['id']}/archive").ok()
    enter(world, customer_id, invoiceNumber="7")
    refused = world.post(f"/invoices/{invoice['id']}/restore")
    assert (refused.status, refused.codes) == (422, ["BDC_1171"])


def test_generated_numbers_follow_the_highest(world: World, customer_id: str) -> None:
    first, second = (enter(world, customer_id)["invoiceNumber"] for _ in range(2))
    assert (first, second) == ("INV-1001", "INV-1002")
    for chosen in ("INV-1005", "INV-007", "inv-9000", "2026-1", "INV-1003"):
        enter(world, customer_id, invoiceNumber=chosen)
    last = enter(world, customer_id)
    assert last["invoiceNumber"] == "INV-9001"
    # An archived invoice's number is not generated again.
    world.post(f"/invoices/{last['id']}/archive").ok()
    assert enter(world, customer_id)["invoiceNumber"] == "INV-9002"


@pytest.mark.parametrize("digits", [15, 16, 17])
def test_no_number_ends_those_that_are_generated(world: World, customer_id: str, digits: int) -> None:
    enter(world, customer_id, invoiceNumber="INV-1005")
    enter(world, customer_id, invoiceNumber="INV-" + "9" * digits)
    assert [enter(world, customer_id)["invoiceNumber"] for _ in range(2)] == ["INV-1006", "INV-1007"]


@pytest.mark.parametrize("alike", ["inv-77", " INV-77 ", "INV\u201177", "\uff29NV-\uff17\uff17"])
def test_numbers_that_look_alike_are_one(world: World, customer_id: str, alike: str) -> None:
    first = enter(world, customer_id, invoiceNumber="INV-77")
    refused = world.post("/invoices", invoice_body(customer_id, invoiceNumber=alike))
    assert (refused.status, refused.codes) == (422, ["BDC_1171"])
    assert first["id"] in refused.json[0]["detail"]
    world.patch(f"/invoices/{first['id']}", {"invoiceNumber": alike}).ok()


def test_a_number_has_at_most_21_characters(world: World, customer_id: str) -> None:
    enter(world, customer_id, invoiceNumber="x" * 21)
    refused = world.post("/invoices", invoice_body(customer_id, invoiceNumber="x" * 22))
    assert (refused.status, refused.codes) == (400, ["BDC_1143"])


# ---- changing -------------------------------------------------------------------------------------------


def test_put_replaces_the_set_of_lines_and_all_that_is_left_out(world: World, customer_id: str) -> None:
    sales = chart(world, "Concerts")
    invoice = enter(
        world,
        customer_id,
        invoiceNumber="A-1",
        dueDate="2026-04-30",
        payToChartOfAccountId=sales,
        enableCardPayment=True,
        convenienceFee={"percentage": 2.5},
    )
    assert (invoice["enableCardPayment"], invoice["convenienceFee"]) == (True, {"percentage": 2.5})
    world.advance("P3D")
    kept = invoice["invoiceLineItems"][1]["id"]
    lines = [{"quantity": 1, "price": 5}, {"id": kept, "quantity": 2, "price": 5}]
    replaced = world.put(f"/invoices/{invoice['id']}", invoice_body(customer_id, invoiceLineItems=lines)).ok()
    assert [line["quantity"] for line in replaced["invoiceLineItems"]] == [1, 2]
    assert replaced["invoiceLineItems"][1]["id"] == kept
    assert replaced["totalAmount"] == replaced["dueAmount"] == balance(world, customer_id) == 15
    # Number and creation date stand; what else was left out is gone.
    assert (replaced["invoiceNumber"], replaced["dueDate"]) == ("A-1", "2026-03-03")
    assert replaced["enableCardPayment"] is False
    assert not {"payToChartOfAccountId", "convenienceFee"} & replaced.keys()
    strange = invoice_body(customer_id, invoiceLineItems=[{"id": "00f01AAAAAAAAAAAAAAAA", **LINES[0]}])
    assert world.put(f"/invoices/{invoice['id']}", strange).codes == ["BDC_1205"]


def test_patch_changes_lines_by_id_and_leaves_the_rest(world: World, customer_id: str) -> None:
    classified = {"classifications": {"chartOfAccountId": chart(world, "Concerts")}}
    lines = [{**line, **classified} for line in LINES]
    invoice = enter(world, customer_id, invoiceLineItems=lines, dueDate="2026-04-30")
    first, second = (line["id"] for line in invoice["invoiceLineItems"])
    body = {"invoiceLineItems": [{"id": first, "quantity": 1}]}
    patched = world.patch(f"/invoices/{invoice['id']}", body).ok()
    assert patched["invoiceLineItems"][0] == {
        "id": first,
        "description": "Concert",
        "quantity": 1,
        "price": 100,
        **classified,
    }
    assert patched["invoiceLineItems"][1] == {"id": second, **lines[1]}
    assert (patched["totalAmount"], patched["dueDate"]) == (200, "2026-04-30")
    unknown = {"invoiceLineItems": [{"id": "00f01AAAAAAAAAAAAAAAA", "quantity": 1}]}
    assert world.patch(f"/invoices/{invoice['id']}", unknown).codes == ["BDC_1205"]


def test_an_empty_text_is_none_and_clears_what_may_be_absent(world: World, customer_id: str) -> None:
    account = chart(world, "Concerts")
    lines = [{**LINES[0], "classifications": {"chartOfAccountId": account}}]
    invoice = enter(world, customer_id, invoiceLineItems=lines, payToChartOfAccountId=account)
    line = {
        "id": invoice["invoiceLineItems"][0]["id"],
        "description": "",
        "classifications": {"chartOfAccountId": "", "itemId": ""},
    }
    blank = {"payToChartOfAccountId": "", "salesTaxItemId": "", "classifications": {"departmentId": ""}}
    cleared = world.patch(f"/invoices/{invoice['id']}", {**blank, "invoiceLineItems": [line]}).ok()
    assert not {*blank, "invoicePdfId"} & cleared.keys()
    assert not {"description", "classifications"} & cleared["invoiceLineItems"][0].keys()
    assert cleared["totalAmount"] == invoice["totalAmount"]


def test_turning_card_payment_off_takes_the_fee_away(world: World, customer_id: str) -> None:
    invoice = enter(world, customer_id, enableCardPayment=True, convenienceFee={"percentage": 3})
    path = f"/invoices/{invoice['id']}"
    assert "convenienceFee" not in world.patch(path, {"enableCardPayment": False}).ok()
    assert world.patch(path, {"convenienceFee": {"percentage": 1}}).status == 400
    both = {"enableCardPayment": True, "convenienceFee": {"percentage": 0}}
    assert world.patch(path, both).ok()["convenienceFee"] == {"percentage": 0}


def test_an_invoice_may_move_to_another_customer(world: World, customer_id: str) -> None:
    invoice = enter(world, customer_id)
    other = customer(world, "Opera", invoiceCurrency="EUR")["id"]
    moved = world.patch(f"/invoices/{invoice['id']}", {"customer": {"id": other}}).ok()
    assert (moved["customerId"], moved["exchangeRate"]) == (other, 0.92)
    assert (balance(world, customer_id), balance(world, other)) == (0, 300)
    wrong = {"customer": {"id": other, "invoiceCurrency": "USD"}}
    assert world.patch(f"/invoices/{invoice['id']}", wrong).codes == ["BDC_1119"]
    who = {"name": "Circus", "email": "box@circus.example"}
    again = world.patch(f"/invoices/{invoice['id']}", {"customer": who}).ok()
    assert (balance(world, other), balance(world, again["customerId"])) == (0, 300)
    assert posted(world, invoice) == {"accounts_receivable": (300, 300), "income": (-300, -300)}


def test_a_patch_that_changes_nothing_leaves_no_trace(world: World, customer_id: str) -> None:
    invoice = enter(world, customer_id)
    world.advance("P1D")
    same = world.patch(f"/invoices/{invoice['id']}", {"dueDate": invoice["dueDate"]}).ok()
    assert same == invoice
    assert [kind for kind, _ in told(world, invoice)] == ["invoice.created"]


# ---- archive and restore --------------------------------------------------------------------------------


def test_archive_and_restore_may_be_repeated(world: World, customer_id: str) -> None:
    invoice = enter(world, customer_id)
    path = f"/invoices/{invoice['id']}"
    for _ in range(2):
        archived = world.post(f"{path}/archive").ok()
        assert (archived["archived"], archived["recordStatus"]) == (True, "INACTIVE")
        assert (balance(world, customer_id), posted(world, invoice)) == (0, {})
    refused = world.patch(path, {"dueDate": "2026-12-31"})
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    for _ in range(2):
        restored = world.post(f"{path}/restore").ok()
        assert {**restored, "updatedTime": ""} == {**invoice, "updatedTime": ""}
        assert balance(world, customer_id) == 300
    kinds = sorted(kind for kind, _ in told(world, invoice))
    assert kinds == ["invoice.archived", "invoice.created", "invoice.restored"]


def test_every_change_is_in_the_trail(world: World, customer_id: str) -> None:
    invoice = enter(world, customer_id)
    world.patch(f"/invoices/{invoice['id']}", {"dueDate": "2026-12-31"}).ok()
    world.post(f"/invoices/{invoice['id']}/archive").ok()
    begun, changed, archived = trail(world, invoice["id"])
    assert [entry[0] for entry in (begun, changed, archived)] == ["CREATE", "EDIT", "EDIT"]
    assert changed[1] == {"due_date": ["2026-03-03", "2026-12-31"]}
    assert archived[1] == {"archived": [0, 1]}


def test_subscribers_are_told_of_each_change(world: World, customer_id: str) -> None:
    invoice = enter(world, customer_id)
    world.advance("P1D")
    world.patch(f"/invoices/{invoice['id']}", {"dueDate": "2026-12-31"}).ok()
    (_, entered), (kind, changed) = told(world, invoice)
    names = {"id", "customerId", "invoiceNumber", "archived", "totalAmount", "dueAmount", "scheduledAmount"}
    names |= {"creditAmount", "invoiceDate", "dueDate", "createdBy", "createdTime", "updatedTime", "status"}
    assert entered == {name: invoice[name] for name in names}
    later = {"dueDate": "2026-12-31", "updatedTime": "2026-03-04T17:00:00.000+00:00"}
    assert (kind, changed) == ("invoice.updated", {**entered, **later})


# ---- listing --------------------------------------------------------------------------------------------


def test_invoices_are_found_by_what_the_documents_list(world: World, customer_id: str) -> None:
    other = str(customer(world, "Opera")["id"])
    first = enter(world, customer_id, invoiceNumber="A-1")["id"]
    world.advance("PT1H")
    second = enter(world, other, invoiceNumber="A-2")["id"]
    world.post(f"/invoices/{first}/archive").ok()
    for filters, wanted in [
        (f"customerId:eq:{other}", [second]),
        (f'customerId:in:"{other},{customer_id}"', [first, second]),
        ("archived:eq:true", [first]),
        ("invoiceNumber:sw:A-", [first, second]),
        ("invoice.invoiceNumber:eq:A-2", [second]),
        ('createdTime:gt:"2026-03-03T17:30:00.000Z"', [second]),
        (f"id:ne:{second}", [first]),
    ]:
        found = world.get("/invoices", filters=filters).ok()["results"]
        assert [one["id"] for one in found] == wanted, filters
    listed = world.get("/invoices", sort="invoiceNumber:desc").ok()["results"]
    assert [one["invoiceNumber"] for one in listed] == ["A-2", "A-1"]
    assert world.get("/invoices", filters="status:eq:OPEN").status == 400


# ---- who may --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "reads", "writes"), [("CLERK", 200, 200), ("AUDITOR", 200, 403), ("PAYER", 403, 403)]
)
def test_roles_say_who_keeps_invoices(
    world: World, customer_id: str, role: str, reads: int, writes: int
) -> None:
    invoice = enter(world, customer_id)
    headers = world.sign_in(person=world.hire(role))
    path = f"/invoices/{invoice['id']}"
    assert world.call("GET", path, headers=headers).status == reads
    assert world.call("PATCH", path, {"dueDate": "2026-12-31"}, headers=headers).status == writes
    mail = {"replyTo": {"userId": world.user_id}, "recipient": {"to": ["a@b.example"]}}
    assert world.call("POST", f"{path}/email", mail, headers=headers).status == writes


def test_an_items_price_is_that_of_its_lines(world: World, customer_id: str) -> None:
    strings = item(world, name="Strings", type="INVENTORY", price=10.5)
    lines = [{"quantity": 12, "classifications": {"itemId": strings}}]
    invoice = enter(world, customer_id, invoiceLineItems=lines)
    assert (invoice["invoiceLineItems"][0]["price"], invoice["totalAmount"]) == (10.5, 126)
    world.patch(f"/classifications/items/{strings}", {"price": 11}).ok()
    # A line keeps its price until it is entered anew.
    path = f"/invoices/{invoice['id']}"
    assert world.patch(path, {"dueDate": "2026-12-31"}).ok()["totalAmount"] == 126
    assert world.put(path, invoice_body(customer_id, invoiceLineItems=lines)).ok()["totalAmount"] == 132


def test_a_default_due_date_is_never_before_the_invoice_date(world: World, customer_id: str) -> None:
    made = world.post("/invoices", invoice_body(customer_id, invoiceDate="2026-06-30")).ok()
    assert made["dueDate"] == "2026-06-30"
    earlier = world.post("/invoices", invoice_body(customer_id, invoiceDate="2026-01-31")).ok()
    assert earlier["dueDate"] == "2026-03-03"
    put = world.put(f"/invoices/{earlier['id']}", invoice_body(customer_id, invoiceDate="2026-04-30")).ok()
    assert put["dueDate"] == "2026-04-30"
    # What is said is taken.
    said = invoice_body(customer_id, invoiceDate="2026-04-30", dueDate="2026-04-01")
    assert world.put(f"/invoices/{earlier['id']}", said).ok()["dueDate"] == "2026-04-01"
