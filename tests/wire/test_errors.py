"""The form of every refusal on the wire."""

import json
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net30.kernel.refusal import Refusal, Refusals
from net30.wire.errors import CATALOGUE, body, message, unexpected

CHRISTMAS_MS = 1_798_156_800_000


def test_a_coded_refusal() -> None:
    refusal = Refusal(
        "BDC_1171",
        detail="vendor Acme has an active bill with this number",
        help="choose another number",
        field="invoice.invoiceNumber",
        invoiceNumber="INV-1",
    )
    status, answer = body([refusal], CHRISTMAS_MS)
    assert status == 422
    assert json.loads(answer) == [
        {
            "timestamp": "2026-12-25T00:00:00.000+00:00",
            "code": "BDC_1171",
            "severity": "ERROR",
            "category": "DOWNSTREAM",
            "message": "Invoice number is already in use: INV-1.",
            "params": [
                {"name": "field", "value": "invoice.invoiceNumber", "additional": ""},
                {"name": "invoiceNumber", "value": "INV-1", "additional": ""},
            ],
            "detail": "vendor Acme has an active bill with this number",
            "help": "choose another number",
        }
    ]


def test_fields_that_do_not_validate() -> None:
    refusals = [
        Refusal(None, field="vendorId", detail="must not be null"),
        Refusal(None, field="address.country", message="must be a country", detail="USA has three letters"),
    ]
    status, answer = body(refusals, CHRISTMAS_MS)
    first, second = json.loads(answer)
    assert status == 400
    assert first["code"] is None
    assert first["category"] == "REQUEST"
    assert first["message"] == "vendorId: must not be null"
    assert first["help"] == ""
    assert second["message"] == "address.country: must be a country"
    assert second["detail"] == "USA has three letters"


def test_a_refusal_without_code_or_field_keeps_its_own_status() -> None:
    status, answer = body(
        [Refusal(None, status=409, detail="another body was sent with this key")], CHRISTMAS_MS
    )
    assert status == 409
    assert json.loads(answer)[0]["message"] == "another body was sent with this key"
    assert json.loads(answer)[0]["params"] == []


@pytest.mark.parametrize(
    ("refusals", "status"),
    [
        ([Refusal(None), Refusal("BDC_1205"), Refusal("BDC_1171")], 404),
        ([Refusal(None), Refusal(None, status=413)], 413),
        ([Refusal("BDC_1246"), Refusal("BDC_1205"), Refusal("BDC_1246")], 404),
        ([Refusal("BDC_1246"), Refusal(None)], 400),
        ([Refusal("BDC_1246")], 422),
        ([Refusal("BDC_1205", status=422)], 422),
    ],
)
def test_the_status_of_several_is_that_of_the_cause(refusals: list[Refusal], status: int) -> None:
    assert body(refusals, CHRISTMAS_MS)[0] == status


def test_values_are_texts() -> None:
    refusal = Refusal("BDC_1159", amount=Decimal("10.50"), count=3, online=True, previous=None)
    _, answer = body([refusal], CHRISTMAS_MS)
    assert {param["name"]: param["value"] for param in json.loads(answer)[0]["params"]} == {
        "amount": "10.50",
        "count": "3",
        "online": "true",
        "previous": "",
    }


def test_a_mistake_of_ours_tells_nothing() -> None:
    status, answer = unexpected(CHRISTMAS_MS)
    assert status == 500
    (error,) = json.loads(answer)
    assert error["code"] == "BDC_1001"
    assert error["params"] == []
    assert error["detail"] == error["help"] == ""


@pytest.mark.parametrize(
    ("refusal", "text"),
    [
        (Refusal("BDC_1109"), "Session is invalid. Please log in."),
        (Refusal("BDC_1361"), "Untrusted session."),
        (Refusal("BDC_1144", max=20000), "Max number of allowed requests per hour reached: 20000."),
        (Refusal("BDC_1322"), "Max number of concurrent requests per organization reached."),
        (Refusal("BDC_1356"), "2-Step Verification token has expired"),
        (Refusal("BDC_1570"), "Shield Service Errors."),
        (Refusal("BDC_5324"), "Mfa action blocked."),
        (Refusal("BDC_1152", processDate="2026-01-03"), "Invalid Process Date : 2026-01-03."),
        (
            Refusal("BDC_1143", field="deviceId", max=40),
            "Invalid entity data. deviceId: Maximum length cannot be greater than 40 characters.",
        ),
        (Refusal("BDC_1143", field="deviceId"), "Invalid entity data."),
        (Refusal("BDC_1205", id="[00n]{x}"), "No object found with this id: [00n]{x}."),
    ],
)
def test_messages_that_clients_read(refusal: Refusal, text: str) -> None:
    assert message(refusal) == text


@given(st.sampled_from(sorted(CATALOGUE)), st.data())
def test_no_message_shows_a_hole(code: str, data: st.DataObject) -> None:
    template = CATALOGUE[code].message
    names = re.findall(r"\{(\w+)\}", template)
    given_names = data.draw(st.sets(st.sampled_from(names))) if names else set()
    refusal = Refusal(code, field="invoice.dueDate" if "field" in given_names else None)
    for name in given_names - {"field"}:
        refusal.params[name] = data.draw(st.sampled_from(["x1", "", None]))
    text = message(refusal)
    assert not re.search(r"[{}\[\]$]|None|  |: ?[.,]|^\s|\s$", text)
    assert text[0].isupper() or text[0].isdigit()


def test_the_statuses_of_the_contract() -> None:
    statuses: dict[int, set[str]] = {}
    for code, error in CATALOGUE.items():
        statuses.setdefault(error.status, set()).add(code)
        assert re.fullmatch(r"BDC_\d{4}", code)
        assert error.category == "DOWNSTREAM"
    assert statuses.keys() == {400, 401, 403, 404, 422, 423, 500}
    assert statuses[423] == {"BDC_1107", "BDC_1110"}
    assert statuses[500] == {"BDC_1001", "BDC_1002"}
    assert {"BDC_1101", "BDC_1109"} <= statuses[401]
    assert {"BDC_1361", "BDC_1145"} <= statuses[403]
    assert {"BDC_1205", "BDC_1121"} <= statuses[404]
    assert {"BDC_1102", "BDC_1143", "BDC_1402"} <= statuses[400]
    assert {"BDC_1144", "BDC_1322", "BDC_1151", "BDC_1152", "BDC_1171"} <= statuses[422]


def test_several_refusals_travel_together() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Refusals([])
    together = Refusals(
        [Refusal("BDC_1205", id="00n"), Refusal(None, field="amount", detail="must not be null")]
    )
    assert str(together) == "BDC_1205 id=00n; invalid amount: must not be null"
