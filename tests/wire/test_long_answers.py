"""No answer is long without end: texts, arrays and lines are bounded, and a page of a list ends when it is full."""

import json
from typing import Any

import pytest
from clients import Answered, World
from receivables.cases import customer
from vendor_cases import ADDRESS

from net30.kernel import mailbox
from net30.kernel.context import system_actor, writing

MOST_PAGE_BYTES = 4_000_000
BILL_LINES = 400
BILLS = 10


def lines(count: int, length: int) -> list[dict[str, Any]]:
    return [{"amount": 1, "description": "x" * length}] * count


@pytest.fixture(scope="module")
def vendor_id(shared: World) -> str:
    return str(shared.post("/vendors", {"name": "Happy Music Supplies", "address": ADDRESS}).ok()["id"])


@pytest.fixture(scope="module")
def customer_id(shared: World) -> str:
    return str(customer(shared)["id"])


def bill(vendor_id: str, number: int, of: list[dict[str, Any]]) -> dict[str, Any]:
    invoice = {"invoiceNumber": f"B-{number}", "invoiceDate": "2026-03-01"}
    return {"vendorId": vendor_id, "dueDate": "2026-03-31", "invoice": invoice, "billLineItems": of}


def invoice(customer_id: str, number: int, of: list[dict[str, Any]]) -> dict[str, Any]:
    of = [{"quantity": 1, "price": line["amount"], "description": line["description"]} for line in of]
    head = {"invoiceNumber": f"I-{number}", "invoiceDate": "2026-03-01", "dueDate": "2026-03-31"}
    return {"customer": {"id": customer_id}, "invoiceLineItems": of, **head}


def pages(world: World, path: str, **query: Any) -> list[Any]:
    """The pages of a list as they are answered, each of a bounded length."""
    found: list[Any] = []
    page = None
    while page is not None or not found:
        answered = world.get(path, **({"page": page, "max": 100} if page else {"max": 100, **query}))
        assert len(answered.text.encode()) < MOST_PAGE_BYTES + 1_000
        found.append(answered.ok())
        page = found[-1].get("nextPage")
    return found


def require_pages_that_hang_together(world: World, path: str, count: int, **query: Any) -> None:
    """Each record comes once, forward and backward, on more than one page though one would be asked for."""
    forward = pages(world, path, **query)
    ids = [one["id"] for page in forward for one in page["results"]]
    assert len(forward) > 1
    assert len(ids) == len(set(ids)) == count
    assert "prevPage" not in forward[0]
    back: list[str] = []
    token = forward[-1]["prevPage"]
    while token:
        answered = world.get(path, page=token, max=100)
        assert len(answered.text.encode()) < MOST_PAGE_BYTES + 1_000
        page = answered.ok()
        assert "nextPage" in page
        back[:0] = [one["id"] for one in page["results"]]
        token = page.get("prevPage")
    assert back == ids[: len(ids) - len(forward[-1]["results"])]


def refused(answered: Answered) -> list[tuple[Any, str]]:
    assert answered.status == 400, answered.text
    return [(error.get("code"), error["message"]) for error in answered.json]


def test_a_page_of_long_bills_ends_early_and_the_next_goes_on(shared: World, vendor_id: str) -> None:
    for number in range(BILLS):
        shared.post("/bills", bill(vendor_id, number, lines(BILL_LINES, 1_000))).ok()
    require_pages_that_hang_together(shared, "/bills", BILLS)
    require_pages_that_hang_together(shared, "/bills", BILLS, sort="invoice.invoiceNumber:desc")


def test_a_page_of_long_invoices_ends_early_and_the_next_goes_on(shared: World, customer_id: str) -> None:
    for number in range(BILLS):
        shared.post("/invoices", invoice(customer_id, number, lines(BILL_LINES, 1_000))).ok()
    require_pages_that_hang_together(shared, "/invoices", BILLS)


def test_a_page_of_bills_that_are_long_without_their_lines_ends_early_too(world: World) -> None:
    vendor = str(world.post("/vendors", {"name": "Happy Music Supplies", "address": ADDRESS}).ok()["id"])
    long = {"purchaseOrderNumber": "🎻" * 10_000, "description": "🎻" * 4_000}
    count = 90
    for start in range(0, count, 30):
        bills = [{**bill(vendor, number, lines(1, 1)), **long} for number in range(start, start + 30)]
        world.call("POST", "/bills/bulk", content=json.dumps(bills, ensure_ascii=False)).ok()
    require_pages_that_hang_together(world, "/bills", count)


def test_a_bill_that_grows_or_shrinks_is_counted_anew(world: World) -> None:
    vendor = str(world.post("/vendors", {"name": "Happy Music Supplies", "address": ADDRESS}).ok()["id"])
    made = [world.post("/bills", bill(vendor, number, lines(1, 1))).ok()["id"] for number in range(BILLS)]
    assert len(pages(world, "/bills")) == 1
    for number, id in enumerate(made):
        world.put(f"/bills/{id}", bill(vendor, number, lines(BILL_LINES, 1_000))).ok()
    require_pages_that_hang_together(world, "/bills", BILLS)
    for number, id in enumerate(made):
        world.put(f"/bills/{id}", bill(vendor, number, lines(1, 1))).ok()
    assert len(pages(world, "/bills")) == 1


def test_a_paper_has_so_many_lines_and_so_much_text(shared: World, vendor_id: str, customer_id: str) -> None:
    for path, paper, name in (
        ("/bills", bill(vendor_id, 901, lines(1_001, 1)), "billLineItems"),
        ("/invoices", invoice(customer_id, 901, lines(1_001, 1)), "invoiceLineItems"),
    ):
        assert refused(shared.post(path, paper)) == [(None, f"{name}: size must be between 1 and 1000")]
    for path, paper, name in (
        ("/bills", bill(vendor_id, 902, lines(101, 4_000)), "billLineItems"),
        ("/invoices", invoice(customer_id, 902, lines(101, 4_000)), "invoiceLineItems"),
    ):
        ((_, message),) = refused(shared.post(path, paper))
        assert message.startswith(
            f"{name}: the descriptions have 404000 characters together, and may have 400000"
        )
    assert shared.get("/bills", filters='invoice.invoiceNumber:in:"B-901,B-902"').ok()["results"] == []


def test_bills_of_a_call_have_so_many_lines_together(shared: World, vendor_id: str) -> None:
    bills = [bill(vendor_id, 1_000 + number, [{"amount": 1}] * 1_000) for number in range(11)]
    ((_, message),) = refused(shared.post("/bills/bulk", bills))
    assert message.startswith("body: the bills have 11000 lines together, and may have 10000")


def test_a_text_that_does_not_say_how_long_it_may_be_has_ten_thousand_characters(
    shared: World, vendor_id: str
) -> None:
    body = bill(vendor_id, 904, lines(1, 1))
    answered = shared.post("/bills", {**body, "purchaseOrderNumber": "x" * 10_001})
    assert refused(answered) == [(None, "purchaseOrderNumber: size must be between 0 and 10000")]
    shared.post("/bills", {**body, "purchaseOrderNumber": "x" * 10_000}).ok()


def test_an_array_that_does_not_say_how_long_it_may_be_has_a_thousand_elements(
    shared: World, vendor_id: str
) -> None:
    body = {**bill(vendor_id, 903, lines(1, 1)), "vendorCredits": [{"id": "vcr", "amount": 1}] * 1_001}
    assert (
        "vendorCredits: size must be between 0 and 1000"
        in dict(refused(shared.post("/bills", body))).values()
    )


def test_a_mail_tells_the_beginning_of_a_long_invoice(world: World) -> None:
    paper = invoice(str(customer(world)["id"]), 1, lines(1_000, 400))
    made = world.post("/invoices", paper).ok()
    mail = {"replyTo": {"userId": world.user_id}, "recipient": {"to": ["band@example.com"]}}
    world.post(f"/invoices/{made['id']}/email", mail).ok()
    (sent,) = [one for one in world.control("GET", "/messages").ok()["results"] if one["kind"] == "EMAIL"]
    assert f"- {'x' * 300}…: 1.00 USD" in sent["body"]
    assert "- 900 more lines: 900.00 USD" in sent["body"]


def test_a_mailbox_shows_the_newest_mails_and_so_much_text(world: World) -> None:
    with writing(world.api.running, system_actor(world.id)) as ctx:
        for number in range(10):
            mailbox.send(ctx, "EMAIL", "a@b.example", f"{number}", "x" * 500_000)
    sent = world.control("GET", "/messages").ok()["results"]
    assert len(sent) == 4
