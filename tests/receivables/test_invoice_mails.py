"""Invoices by mail, and the files that go with them."""

from typing import Any

import pytest
from clients import World
from documents.cases import PNG, pdf
from receivables.cases import customer
from receivables.invoicing import enter, invoice_body


@pytest.fixture
def invoice(world: World) -> Any:
    return enter(world, str(customer(world)["id"]), dueDate="2026-03-31")


def mails(world: World) -> list[Any]:
    return [one for one in world.control("GET", "/messages").ok()["results"] if one["kind"] == "EMAIL"]


def mail_body(world: World, *to: str) -> dict[str, Any]:
    return {"replyTo": {"userId": world.user_id}, "recipient": {"to": list(to)}}


# ---- mails ----------------------------------------------------------------------------------------------


def test_an_invoice_is_mailed_to_each_address_once(world: World, invoice: Any) -> None:
    answered = world.post(
        f"/invoices/{invoice['id']}/email", mail_body(world, "a@b.example", "c@d.example", "a@b.example")
    )
    assert (answered.status, answered.text) == (200, "")
    sent = mails(world)
    assert sorted(one["recipient"] for one in sent) == ["a@b.example", "c@d.example"]
    assert sent[0]["subject"].startswith("Invoice INV-1001 from ")
    assert sent[0]["replyTo"] == world.made["username"]
    assert "Due by 2026-03-31: 300.00 USD" in sent[0]["body"]
    assert "- Concert: 200.00 USD" in sent[0]["body"]


def test_an_invoice_may_be_mailed_as_it_is_entered(world: World) -> None:
    who = {"name": "Opera", "email": "till@opera.example"}
    sends = {"processingOptions": {"sendEmail": True}}
    entered = world.post("/invoices", {**invoice_body(""), "customer": who, **sends}).ok()
    world.patch(f"/invoices/{entered['id']}", {"dueDate": "2026-04-30", **sends}).ok()
    world.patch(f"/invoices/{entered['id']}", {"processingOptions": {"sendEmail": False}}).ok()
    assert [one["recipient"] for one in mails(world)] == ["till@opera.example"] * 2
    assert "Due by 2026-04-30" in mails(world)[0]["body"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"recipient": {"to": []}}, "recipient.to"),
        ({"recipient": {"to": ["a@b.example", "nobody"]}}, "recipient.to[1]"),
        ({"recipient": {"to": ["a@b.example\r\nBcc: c@d.example"]}}, "recipient.to[0]"),
        ({"recipient": {"to": ["a@b.example"] * 51}}, "recipient.to"),
        ({"replyTo": None}, "replyTo"),
    ],
)
def test_mail_goes_to_addresses(world: World, invoice: Any, change: Any, field: str) -> None:
    body = {**mail_body(world, "a@b.example"), **change}
    refused = world.post(f"/invoices/{invoice['id']}/email", body)
    assert (refused.status, refused.json[0]["message"].split(":")[0]) == (400, field)
    assert mails(world) == []


def test_who_sends_is_an_active_user(world: World, other_world: World, invoice: Any) -> None:
    path = f"/invoices/{invoice['id']}/email"
    strange = {**mail_body(world, "a@b.example"), "replyTo": {"userId": other_world.user_id}}
    assert world.post(path, strange).codes == ["BDC_1205"]
    gone = world.hire("CLERK")["userId"]
    world.post(f"/users/{gone}/archive").ok()
    refused = world.post(path, {**strange, "replyTo": {"userId": gone}})
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])


def test_an_archived_invoice_is_not_sent(world: World, invoice: Any) -> None:
    world.post(f"/invoices/{invoice['id']}/archive").ok()
    refused = world.post(f"/invoices/{invoice['id']}/email", mail_body(world, "a@b.example"))
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])


def test_the_sixth_mail_within_a_minute_has_to_wait(world: World, invoice: Any) -> None:
    path = f"/invoices/{invoice['id']}/email"
    for _ in range(5):
        world.post(path, mail_body(world, "a@b.example")).ok()
    refused = world.post(path, mail_body(world, "a@b.example"))
    assert (refused.status, refused.codes) == (422, ["BDC_1144"])
    # Others may.
    headers = world.sign_in(person=world.hire("CLERK"))
    assert world.call("POST", path, mail_body(world, "a@b.example"), headers=headers).status == 200


# ---- files ----------------------------------------------------------------------------------------------


def attach(world: World, invoice: Any, name: str, content: bytes, **query: Any) -> Any:
    headers = {"Content-Type": "application/octet-stream"}
    path = f"/attachments/invoices/{invoice['id']}"
    return world.post(path, content=content, query={"name": name, **query}, headers=headers)


def pdf_of(world: World, invoice: Any) -> str | None:
    found: str | None = world.get(f"/invoices/{invoice['id']}").ok().get("invoicePdfId")
    return found


def test_files_are_attached_to_an_invoice(world: World, other_world: World, invoice: Any) -> None:
    made = [attach(world, invoice, f"{n}.png", PNG).ok() for n in range(3)]
    path = f"/attachments/invoices/{invoice['id']}"
    assert world.get(path).ok() == {"results": made}
    first = world.get(path, max=2).ok()
    assert first["results"] == made[:2]
    assert world.get(path, max=2, page=first["nextPage"]).ok()["results"] == made[2:]
    assert pdf_of(world, invoice) is None
    for refused in (other_world.get(path), attach(other_world, invoice, "x.png", PNG)):
        assert (refused.status, refused.codes) == (404, ["BDC_1205"])


def test_a_file_may_be_the_invoices_pdf(world: World, invoice: Any) -> None:
    first = attach(world, invoice, "first.pdf", pdf(1), replaceInvoicePdf=True).ok()["id"]
    assert pdf_of(world, invoice) == first
    second = attach(world, invoice, "second.pdf", pdf(2), replaceInvoicePdf=True).ok()["id"]
    assert pdf_of(world, invoice) == second
    # PUT keeps it, and may name another of the invoice's attachments.
    path, body = f"/invoices/{invoice['id']}", invoice_body(invoice["customerId"])
    assert world.put(path, body).ok()["invoicePdfId"] == second
    assert world.put(path, {**body, "invoicePdfId": first}).ok()["invoicePdfId"] == first
    assert world.patch(path, {"invoicePdfId": second}).ok()["invoicePdfId"] == second
    world.delete(f"/attachments/{first}").ok()
    assert pdf_of(world, invoice) == second
    world.delete(f"/attachments/{second}").ok()
    assert pdf_of(world, invoice) is None
    assert world.patch(path, {"invoicePdfId": second}).codes == ["BDC_1205"]


def test_only_a_pdf_of_its_own_is_an_invoices_pdf(world: World, invoice: Any) -> None:
    refused = attach(world, invoice, "x.pdf", PNG, replaceInvoicePdf=True)
    assert (refused.status, refused.json[0]["message"].split(":")[0]) == (400, "replaceInvoicePdf")
    assert world.get(f"/attachments/invoices/{invoice['id']}").ok() == {"results": []}
    other = enter(world, invoice["customerId"])
    theirs = attach(world, other, "x.pdf", pdf(1)).ok()["id"]
    refused = world.patch(f"/invoices/{invoice['id']}", {"invoicePdfId": theirs})
    assert (refused.status, refused.codes) == (404, ["BDC_1205"])
