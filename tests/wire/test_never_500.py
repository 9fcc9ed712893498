"""Whatever is sent, the answer is the operation's or a list of errors; it is never a mistake of ours."""

import re
from collections.abc import Mapping
from typing import Any

import falcon.testing
import pytest
from clients import World
from clients import client as calling
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prove_size import FULL
from vendor_cases import ADDRESS

from net30.app import application
from net30.wire.openapi import build

DOCUMENT = build()
# What would end the session, remove the world or move its clock is left to tests of its own.
SPARED = re.compile(
    r"/logout$|^/sandbox/v1/organizations($|/\{id\}($|/clock|/sessions|/limits))|^/docs|/openapi"
)
OPERATIONS = [
    (method.upper(), path, operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
    if not SPARED.search(path)
]

many = settings(
    max_examples=2_000 if FULL else 60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

numbers = st.integers() | st.floats() | st.sampled_from([0, -0.0, 2**63, 10**30, 0.001, 1e12, 1e-9, 1e308])
texts = st.text(max_size=30) | st.text(alphabet="\0\ud800\udfff\ufeff\n\\\"';:,%€ ", max_size=8)
leaves = st.none() | st.booleans() | numbers | texts
junk = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
)


@pytest.fixture(scope="module")
def known(shared: World) -> list[str]:
    """Ids that exist, of several kinds."""
    vendor = shared.post("/vendors", {"name": "Bass", "address": ADDRESS}).ok()["id"]
    bill = {
        "vendorId": vendor,
        "dueDate": "2026-12-31",
        "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-12-01"},
        "billLineItems": [{"amount": 10}],
    }
    entered = shared.post("/bills", bill).ok()
    return [vendor, entered["id"], entered["billLineItems"][0]["id"], shared.bank_account_id, shared.user_id]


def like(schema: Any, known: list[str]) -> st.SearchStrategy[Any]:
    """Mostly what a schema asks for, with anything at all here and there."""
    if "$ref" in schema:
        return st.deferred(
            lambda: like(DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], known)
        )
    if "anyOf" in schema:
        return st.one_of([like(choice, known) for choice in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"]) | junk
    match schema.get("type"):
        case "object":
            properties = {name: like(part, known) for name, part in schema.get("properties", {}).items()}
            required = schema.get("required", [])
            return st.fixed_dictionaries(
                {name: properties[name] for name in required},
                optional={name: part for name, part in properties.items() if name not in required},
            )
        case "array":
            return st.lists(like(schema["items"], known), max_size=4)
        case "boolean":
            return st.booleans()
        case "integer" | "number":
            return numbers | st.integers(1, 1000)
        case "string" if schema.get("format") == "date":
            return st.dates().map(str) | texts
    return st.sampled_from([*known, "x"]) | texts | junk


@st.composite
def requests(draw: st.DrawFn, known: list[str]) -> tuple[str, str, Mapping[str, str], Any]:
    """Method, path, query and body of some operation."""
    method, path, operation = draw(st.sampled_from(OPERATIONS))
    ids = st.sampled_from(known) | st.text(alphabet="azAZ09-._~%€ ", min_size=1, max_size=25)
    path = re.sub(r"\{\w+\}", lambda _: draw(ids).replace("/", ""), path)
    names = [p["name"] for p in operation["parameters"] if p["in"] == "query"]
    query = draw(st.dictionaries(st.sampled_from([*names, "x"]), st.text(max_size=20), max_size=3))
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    body = draw(like(content["schema"], known) | junk) if content else None
    return method, path, {n: v for n, v in query.items() if v.isprintable()}, body


@many
@given(data=st.data())
def test_any_request(shared: World, known: list[str], data: st.DataObject) -> None:
    method, path, query, body = data.draw(requests(known))
    headers = shared.headers | data.draw(st.sampled_from([{}, {"X-Net30-Strict": "true"}]))
    path = re.sub(r"(?<=^/sandbox/v1/organizations/)[^/]+", shared.id, path)
    answered = shared.api.call(method, path.replace("%", "%25"), body, query=query, headers=headers)
    assert answered.status < 500, answered.text


@many
@given(
    content=st.binary(max_size=200), path=st.sampled_from(["/login", "/vendors", "/bills", "/payments/bulk"])
)
def test_any_bytes(shared: World, content: bytes, path: str) -> None:
    answered = shared.call("POST", path, content=content)
    assert answered.status < 500
    assert isinstance(answered.json, list)


@pytest.fixture(scope="module")
def client(shared: World) -> falcon.testing.TestClient:
    return calling(application(shared.api.running), shared.headers)


raw_queries = st.text(alphabet='max=page&sort=filters%20+:,"\\name:createdTime<é\x7f;[]#09aF', max_size=60)


@many
@given(
    query=raw_queries,
    path=st.sampled_from(["/vendors", "/bills", "/payments", "/funding-accounts/banks/users"]),
)
def test_any_query_string(client: falcon.testing.TestClient, query: str, path: str) -> None:
    answered = client.simulate_get(f"/connect/v3{path}", query_string=query)
    assert answered.status_code in (200, 400)
    assert isinstance(answered.json["results"] if answered.status_code == 200 else answered.json, list)


fields = st.sampled_from(
    ["id", "name", "archived", "createdTime", "dueDate", "vendorId", "paymentStatus", "amount", "x"]
)
operators = st.sampled_from(["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "sw", "like"])
odd_times = ["0001-01-01", "9999-12-31", '"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59-14:00"']
odd_numbers = ["NaN", "1e999", "-0", "9" * 25]
odd_texts = ['""', '"A,B"', '"\\""', "\U0010ffff", "\ud7ff"]
plain = ["true", "2026-01-01", '"2026-01-01T00:00:00.000Z"']
values = st.sampled_from([*plain, *odd_times, *odd_numbers, *odd_texts]) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=8
)
filters = st.lists(st.tuples(fields, operators, values).map(":".join), max_size=3).map(",".join)


@many
@given(
    filters=filters, sort=st.lists(fields | fields.map(lambda name: name + ":desc"), max_size=3).map(",".join)
)
def test_any_filter(shared: World, filters: str, sort: str) -> None:
    for path in ("/vendors", "/bills", "/payments"):
        assert shared.get(path, filters=filters, sort=sort).status in (200, 400)
