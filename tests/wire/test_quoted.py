"""Numbers and booleans in quotes, as published samples of requests have them."""

import json
import time
from typing import Any

import pytest
from clients import World
from vendor_cases import ADDRESS

import net30.rooms  # noqa: F401  (fills the table of operations)
from net30.samples import request
from net30.wire.decode import decode_body
from net30.wire.openapi import build
from net30.wire.operation import OPERATIONS, Operation

STRICT = {"X-Net30-Strict": "true"}
DOCUMENT = build()
SAMPLES = {
    key: request(
        DOCUMENT["paths"][operation.path][operation.method.lower()], DOCUMENT["components"]["schemas"]
    )
    for key, operation in OPERATIONS.items()
    if operation.body is not None and not operation.raw_body
}


def quoted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: quoted(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [quoted(element) for element in value]
    return json.dumps(value) if isinstance(value, bool | int | float) else value


def decoded(operation: Operation, body: Any) -> Any:
    return decode_body(operation, json.dumps(body).encode(), None, strict=False)


@pytest.mark.parametrize("key", SAMPLES)
def test_every_body_means_the_same_in_quotes(key: str) -> None:
    operation, sample = OPERATIONS[key], SAMPLES[key]
    assert decoded(operation, quoted(sample)) == decoded(operation, sample)


def bill(vendor_id: str, number: str, line: Any) -> Any:
    return {
        "vendorId": vendor_id,
        "dueDate": "2026-04-30",
        "invoice": {"invoiceNumber": number, "invoiceDate": "2026-03-01"},
        "billLineItems": [line],
    }


@pytest.fixture
def vendor_id(shared: World) -> str:
    return str(shared.post("/vendors", {"name": "Bass", "address": ADDRESS}).ok()["id"])


@pytest.mark.parametrize(
    ("line", "amount"),
    [
        ({"amount": "100"}, 100),
        ({"amount": "0.1"}, 0.1),
        ({"amount": "999999999999.99"}, 999999999999.99),
        ({"amount": "1.5e2"}, 150),
        ({"quantity": "3", "price": "0.33333333"}, 1),
    ],
)
def test_a_number_in_quotes_is_exact(
    shared: World, vendor_id: str, line: dict[str, str], amount: float
) -> None:
    made = shared.post("/bills", bill(vendor_id, f"Q{time.time_ns()}", line)).ok()
    assert made["amount"] == amount


def test_the_published_samples(world: World, vendor_id: str) -> None:
    for said, kept in (("false", False), ("true", True)):
        body = {"processingOptions": {"mailingAddressSameAsPhysical": said}}
        changed = world.patch(f"/organizations/{world.id}", body).ok()
        assert changed["processingOptions"]["mailingAddressSameAsPhysical"] is kept
    assert world.post("/mfa/challenge", {"useBackup": "false"}).status == 200
    vendor = world.post("/vendors", {"name": "Bass", "address": ADDRESS}).ok()["id"]
    bill_id = world.post("/bills", bill(vendor, "1", {"amount": 100})).ok()["id"]
    paid = {
        "vendorId": vendor,
        "processDate": "2026-03-03",
        "toPrintCheck": "false",
        "payments": [{"billId": bill_id, "amount": "100"}],
    }
    assert world.post("/bills/record-payment", paid).ok()["amount"] == 100


@pytest.mark.parametrize(
    "text", ["", " 1", "1,5", "0x10", "1_000", "NaN", "Infinity", "٣", "01", "+1", "ten", "true"]
)
def test_what_is_no_number_of_json_stays_a_text(shared: World, vendor_id: str, text: str) -> None:
    refused = shared.post("/bills", bill(vendor_id, "2", {"amount": text}))
    assert refused.status == 400
    assert refused.json[0]["message"] == "billLineItems[0].amount: must be a number, not a text"


@pytest.mark.parametrize("text", ["yes", "1", "0", "", "on", "wahr"])
def test_what_is_neither_true_nor_false_stays_a_text(shared: World, vendor_id: str, text: str) -> None:
    body = {**bill(vendor_id, "3", {"amount": 1}), "billApprovals": text}
    refused = shared.post("/bills", body)
    assert [error["message"] for error in refused.json] == [
        "billApprovals: must be true or false, not a text"
    ]


def test_a_number_for_a_text_stays_wrong(shared: World, vendor_id: str) -> None:
    body = bill(vendor_id, "4", {"amount": "1", "description": 17})
    refused = shared.post("/bills", body)
    assert [error["message"] for error in refused.json] == [
        "billLineItems[0].description: must be a text, not a number"
    ]


def test_strict_refuses_quotes_by_name(shared: World, vendor_id: str) -> None:
    body = {**bill(vendor_id, "5", {"amount": "100"}), "billApprovals": "false"}
    refused = shared.post("/bills", body, headers=STRICT)
    assert refused.status == 400
    assert {error["message"] for error in refused.json} == {
        "billLineItems[0].amount: must be a number, not a text",
        "billApprovals: must be true or false, not a text",
    }
    assert shared.post("/bills", body).status == 201
