"""What a body may look like, and how everything that is wrong with it is told at once."""

import gzip
import json
from typing import Any

import pytest
from clients import World
from vendor_cases import ADDRESS

from net30.wire.operation import MOST_BYTES

BILL = {
    "vendorId": "00901",
    "dueDate": "2026-12-31",
    "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-12-01"},
    "billLineItems": [{"amount": 10}],
}


def faults(answered: Any) -> dict[str, str]:
    """What a refusal says of each field."""
    assert answered.status == 400, answered.text
    told = {}
    for error in answered.json:
        assert (error["code"], error["category"], error["severity"]) == (None, "REQUEST", "ERROR")
        (field,) = [param["value"] for param in error["params"] if param["name"] == "field"]
        assert error["message"] == f"{field}: {error['detail']}"
        told[field] = error["detail"]
    return told


def test_every_bad_field_is_told_at_once_by_its_path(shared: World) -> None:
    body = {
        "vendorId": 17,
        "dueDate": "31.12.2026",
        "invoice": {"invoiceNumber": "", "invoiceDate": None},
        "billLineItems": [
            {"amount": 1},
            {"amount": "2,50", "classifications": {"itemId": ["x"]}},
            {"quantity": True},
            "nothing",
            None,
        ],
        "billApprovals": "yes",
    }
    assert faults(shared.post("/bills", body)) == {
        "vendorId": "must be a text, not a number",
        "dueDate": "'31.12.2026' is not a date",
        "invoice.invoiceNumber": "must not be blank",
        "invoice.invoiceDate": "must not be null",
        "billLineItems[1].amount": "must be a number, not a text",
        "billLineItems[1].classifications.itemId": "must be a text, not an array",
        "billLineItems[2].quantity": "must be a number, not true or false",
        "billLineItems[3]": "must be an object, not a text",
        "billLineItems[4]": "must not be null",
        "billApprovals": "must be true or false, not a text",
    }


def test_bad_fields_of_a_bulk_call_are_told_by_their_place(shared: World) -> None:
    vendor = {"name": "Bass", "address": ADDRESS}
    bad = {**vendor, "address": {**ADDRESS, "country": "USA"}}
    assert faults(shared.post("/vendors/bulk", [vendor, bad, {"name": "Alto"}])).keys() == {
        "[1].address.country",
        "[2].address",
    }


@pytest.mark.parametrize(
    ("more", "field", "detail"),
    [
        ({"name": ""}, "name", "must not be blank"),
        ({"name": "x" * 101}, "name", "size must be between 1 and 100"),
        ({"accountType": "COMPANY"}, "accountType", "'COMPANY' is not one of the values allowed"),
        ({"accountType": ["PERSON"]}, "accountType", "an array is not one of the values allowed"),
        ({"accountType": True}, "accountType", "True is not one of the values allowed"),
        ({"additionalInfo": {"leadTimeInDays": 1.5}}, None, "must be a whole number, not 1.5"),
        ({"additionalInfo": {"leadTimeInDays": "7 days"}}, None, "must be a whole number, not a text"),
        ({"additionalInfo": {"leadTimeInDays": "7.5"}}, None, "must be a whole number, not 7.5"),
        ({"additionalInfo": {"leadTimeInDays": "1" * 5000}}, None, "is too large"),
        ({"additionalInfo": {"leadTimeInDays": 2**63}}, None, "is too large"),
        ({"additionalInfo": {"leadTimeInDays": 10**30}}, None, "is too large"),
        ({"address": "1 Main Street"}, "address", "must be an object, not a text"),
        ({"address": [ADDRESS]}, "address", "must be an object, not an array"),
        (
            {"name": "Ba\0ss"},
            "name",
            "holds a character that no text may hold (NUL or half of a surrogate pair)",
        ),
    ],
)
def test_a_bad_field_is_told(shared: World, more: dict[str, Any], field: str | None, detail: str) -> None:
    answered = shared.post("/vendors", {"name": "Bass", "address": ADDRESS, **more})
    assert faults(answered) == {field or "additionalInfo.leadTimeInDays": detail}


@pytest.mark.parametrize("number", ["1e400", "-1e400", "9" * 500, "9" * 5000, "1e99999999"])
def test_numbers_beyond_every_bound_are_told(shared: World, number: str) -> None:
    content = json.dumps({**BILL, "billLineItems": [{"amount": 0}, {"amount": "?"}]}).replace('"?"', number)
    answered = shared.call("POST", "/bills", content=content)
    assert answered.status == 400
    assert answered.json[0]["params"][0]["value"].startswith("billLineItems[1].amount")


def test_a_body_that_is_wrong_in_many_places_is_told_in_a_hundred(shared: World) -> None:
    answered = shared.post("/bills", {**BILL, "billLineItems": [{"amount": "x"}] * 5000})
    assert len(faults(answered)) == 100


@pytest.mark.parametrize(
    "content",
    [
        '{"name": "Bass"',
        '{"name": "Bass",}',
        "{'name': 'Bass'}",
        '{"name": "Bass"} {}',
        "name=Bass",
        '{"name": NaN}',
        '{"unknown": Infinity}',
        '{"name": "a\nb"}',
        '{"name": "\\x"}',
        b'{"name": "\xff"}',
        b'{"unknown": "\xff"}',
        b"\xff\xfe{\x00}\x00",
        '{"name": "Bass"}'.encode("utf-16-le"),
        '{"unknown": ' + "[" * 100_000,
        '{"name": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"name": ' + '{"x":' * 65 + "1" + "}" * 66,
    ],
)
@pytest.mark.parametrize("strict", ["false", "true"])
def test_what_is_no_json_is_refused(shared: World, content: str | bytes, strict: str) -> None:
    answered = shared.call("POST", "/vendors", content=content, headers={"X-Net30-Strict": strict})
    assert (answered.status, answered.codes) == (400, [None]), answered.text
    assert "is not a JSON document" in answered.json[0]["message"]


@pytest.mark.parametrize("content", ["", " \n", None])
def test_a_missing_body_is_told(shared: World, content: str | None) -> None:
    answered = shared.call("POST", "/vendors", content=content)
    assert (answered.status, answered.json[0]["message"]) == (400, "the request has no body")


@pytest.mark.parametrize("content", ["[]", '"x"', "17", "null", "true"])
def test_a_body_of_another_kind_is_told(shared: World, content: str) -> None:
    assert faults(shared.call("POST", "/vendors", content=content)).keys() == {"body"}


def test_half_a_surrogate_pair_is_no_text(shared: World) -> None:
    for half in ("\\ud800", "\\udfff", "x\\uDBFF"):
        content = json.dumps({"name": "?", "address": ADDRESS}).replace("?", half)
        assert faults(shared.call("POST", "/vendors", content=content)).keys() == {"name"}
    content = json.dumps({**BILL, "dueDate": "?"}).replace("?", "\\ud800")
    assert faults(shared.call("POST", "/bills", content=content)).keys() == {"dueDate"}
    whole = json.dumps({"name": "Bass \U0001d122", "address": ADDRESS})
    assert "\\ud834" in whole
    assert shared.call("POST", "/vendors", content=whole).ok()["name"] == "Bass \U0001d122"


def test_null_is_the_same_as_absent(shared: World) -> None:
    nulls = {"shortName": None, "accountType": None, "paymentInformation": None, "additionalInfo": None}
    without = shared.post("/vendors", {"name": "Bass", "address": ADDRESS}).ok()
    made = shared.post("/vendors", {"name": "Bass", "address": {**ADDRESS, "line2": None}, **nulls}).ok()
    assert made.keys() == without.keys()
    assert "shortName" not in made


def test_a_whole_number_may_be_written_with_a_point(shared: World) -> None:
    content = json.dumps({"name": "Bass", "address": ADDRESS, "additionalInfo": {"leadTimeInDays": 7.0}})
    assert "7.0" in content
    made = shared.call("POST", "/vendors", content=content).ok()
    assert made["additionalInfo"]["leadTimeInDays"] == 7


def test_of_a_name_given_twice_the_last_one_counts(shared: World) -> None:
    content = f'{{"name": 17, "name": "Bass", "name": "Alto", "address": {json.dumps(ADDRESS)}}}'
    assert shared.call("POST", "/vendors", content=content).ok()["name"] == "Alto"


def test_a_byte_order_mark_is_passed_over(shared: World) -> None:
    content = "\ufeff" + json.dumps({"name": "Bäß", "address": ADDRESS}, ensure_ascii=False)
    assert shared.call("POST", "/vendors", content=content.encode()).ok()["name"] == "Bäß"


def test_an_unknown_property_is_passed_over_however_odd(shared: World) -> None:
    odd = '"1e400": 1e400, "nul": "\\u0000", "big": ' + "9" * 5000 + ', "deep": ' + "[" * 60 + "]" * 60
    content = f'{{"name": "Bass", "address": {json.dumps(ADDRESS)}, {odd}}}'
    assert shared.call("POST", "/vendors", content=content).status == 201


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON;charset=UTF-8",
        "application/json ; charset=UTF-8",
        "application/merge-patch+json",
        "",
    ],
)
def test_json_goes_by_several_names(shared: World, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    assert shared.post("/vendors", {"name": "Bass", "address": ADDRESS}, headers=headers).status == 201


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "text/json",
        "application/jsonp",
        "application/xml",
        "json",
    ],
)
def test_other_content_is_refused(shared: World, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    answered = shared.call("POST", "/vendors", content="name=Bass", headers=headers)
    assert (answered.status, answered.codes) == (415, [None])
    assert content_type in answered.json[0]["detail"]


def test_a_compressed_body_is_refused_in_words(shared: World) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answered = shared.call("POST", "/vendors", content=gzip.compress(b"{}"), headers=headers)
    assert (answered.status, answered.codes) == (415, [None])
    assert "gzip" in answered.json[0]["detail"]
    plain = {"Content-Encoding": "identity"}
    assert shared.post("/vendors", {"name": "Bass", "address": ADDRESS}, headers=plain).status == 201


def test_a_body_is_bounded_in_length(shared: World) -> None:
    vendor = json.dumps({"name": "Bass", "address": ADDRESS})
    assert shared.call("POST", "/vendors", content=vendor.ljust(MOST_BYTES)).status == 201
    answered = shared.call("POST", "/vendors", content=vendor.ljust(MOST_BYTES + 1))
    assert (answered.status, answered.codes) == (413, [None])


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31", "\\u0030001-01-01"])
def test_a_date_of_another_age_is_refused_by_its_field(shared: World, day: str) -> None:
    body = {**BILL, "invoice": {"invoiceNumber": "1", "invoiceDate": "DAY"}}
    content = json.dumps(body).replace("DAY", day)
    headers = {**shared.headers, "Content-Type": "application/json"}
    refused = shared.api.call("POST", "/connect/v3/bills", content=content, headers=headers)
    assert list(faults(refused)) == ["invoice.invoiceDate"]
    assert "1900 to 2200" in refused.text
