"""What a rule calls a field and what the wire calls it."""

import msgspec
import pytest

from net30.kernel.refusal import Refusal, Refusals
from net30.wire.naming import drafted, on_wire, path
from net30.wire.types import Wire

NAMES = {
    "invoice_number": "invoice.invoice_number",
    "lines": "bill_line_items",
    "lines.item_id": "classifications.item_id",
}


@pytest.mark.parametrize(
    ("field", "on_the_wire"),
    [
        ("due_date", "dueDate"),
        ("invoice_number", "invoice.invoiceNumber"),
        ("lines", "billLineItems"),
        ("lines[12].amount", "billLineItems[12].amount"),
        ("lines[0].item_id", "billLineItems[0].classifications.itemId"),
        ("[3].lines[0].item_id", "[3].billLineItems[0].classifications.itemId"),
        ("[3]", "[3]"),
        ("customer.invoice_currency", "customer.invoiceCurrency"),
        ("billLineItems[0].classifications.itemId", "billLineItems[0].classifications.itemId"),
    ],
)
def test_a_field_has_a_path(field: str, on_the_wire: str) -> None:
    assert path(field, NAMES) == on_the_wire


def test_every_refusal_of_several_is_named() -> None:
    cause = Refusals([Refusal(None, field="lines[0].item_id", detail="a"), Refusal("BDC_1205", detail="b")])
    on_wire(cause, NAMES)
    assert [refusal.field for refusal in cause.refusals] == ["billLineItems[0].classifications.itemId", None]


class _Contact(Wire):
    first_name: str | None = None


class _Body(Wire):
    name: str
    phone: str | None = None
    contact: _Contact | None = None


class _Draft(msgspec.Struct):
    name: str
    phone: str | None = None
    fax: str | None = "none"
    contact_first_name: str | None = None


def test_a_draft_says_what_its_body_says() -> None:
    names = {"contact_first_name": "contact.first_name"}
    assert drafted(_Draft, _Body(name="a", phone=""), names) == _Draft("a", "")
    assert drafted(_Draft, _Body(name="a", contact=_Contact(first_name="b")), names) == _Draft(
        "a", contact_first_name="b"
    )
