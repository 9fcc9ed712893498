"""Every operation under /connect is the contract's: parameters, body and answers, to the last property."""

from collections.abc import Iterator
from typing import Any

import pytest
from contract.facts import Cell, Facts, bare, contract, newer

import net30.rooms  # noqa: F401  (fills the table of operations)
from net30.wire.openapi import build

DOCUMENT = build()
DECLARED = {
    f"{method.upper()} {path}": operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
    if path.startswith("/connect")
}
BOUNDS = ("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "pattern")
CREDENTIALS = {"sessionId", "devKey", "appKey", "apiToken", "organizationId"}

in_contract = pytest.mark.parametrize("key", [key for key in sorted(DECLARED) if bare(key) in contract()])


def test_nothing_is_declared_that_the_contract_lacks() -> None:
    assert {bare(key) for key in DECLARED} - contract().keys() <= set(newer()["operations"])


@in_contract
def test_parameters(key: str) -> None:
    facts, operation = contract()[bare(key)]
    ours = {p["name"]: p for p in DECLARED[key]["parameters"] if p["in"] == "query"}
    wanted = operation.get("query") or {}
    assert ours.keys() == wanted.keys()
    faults: list[str] = []
    for name, cell in wanted.items():
        assert ours[name]["required"] is not cell.endswith("?"), f"{name}: is it required?"
        faults += differences(facts, facts.cell(cell), ours[name]["schema"], name, request=True)
    assert not faults
    headers = {p["name"] for p in DECLARED[key]["parameters"] if p["in"] == "header"}
    assert headers & CREDENTIALS == set(operation.get("headers", ())) & CREDENTIALS


@in_contract
def test_body(key: str) -> None:
    facts, operation = contract()[bare(key)]
    ours = DECLARED[key].get("requestBody")
    assert (ours is None) is (operation.get("body") is None)
    if ours is not None:
        cell = facts.cell(operation["body"])
        (schema,) = (content["schema"] for content in ours["content"].values())
        assert not list(differences(facts, cell, schema, "body", request=True))


@in_contract
def test_answers(key: str) -> None:
    facts, operation = contract()[bare(key)]
    ours = {code: answer for code, answer in DECLARED[key]["responses"].items() if code[0] == "2"}
    assert ours.keys() == operation["response"].keys()
    for code, cell in operation["response"].items():
        contents = ours[code].get("content", {})
        assert bool(contents) is bool(cell), f"{code}: is there a body?"
        for content in contents.values():
            faults = list(
                differences(facts, facts.cell(cell), content.get("schema", {}), code, request=False)
            )
            assert not faults


def differences(
    facts: Facts, wanted: Cell, schema: Any, where: str, *, request: bool, within: tuple[str, ...] = ()
) -> Iterator[str]:
    """In what our schema is not as the contract has it; `within` names the schemas that we are inside of."""
    ours = resolved(schema)
    # A whole number in an answer is a number too.
    kinds = {wanted.kind} if request or wanted.kind != "number" else {"number", "integer"}
    if ours.get("type") not in kinds:
        yield f"{where}: is {ours.get('type')}, not {wanted.kind}"
        return
    if ours.get("format") != wanted.format:
        yield f"{where}: has the format {ours.get('format')}, not {wanted.format}"
    if frozenset(ours.get("enum", ())) != wanted.values:
        yield f"{where}: {set(wanted.values) ^ set(ours.get('enum', ()))} is in one of the two only"
    if request:
        have = {name: ours.get(name) for name, _ in wanted.bounds}
        if have != dict(wanted.bounds):
            yield f"{where}: is bound by {have}, not {dict(wanted.bounds)}"
    if wanted.kind == "array":
        inner = facts.cell(wanted.of)
        yield from differences(facts, inner, ours["items"], f"{where}[]", request=request, within=within)
    elif wanted.of and wanted.of not in within:
        within = (*within, wanted.of)
        properties, required = facts.schema(wanted.of)
        have_properties = ours.get("properties", {})
        if odd := properties.keys() ^ have_properties.keys():
            yield f"{where}: {sorted(odd)} is in one of the two only"
        if request and (odd := required ^ set(ours.get("required", ()))):
            yield f"{where}: {sorted(odd)} is required by one of the two only"
        if not request and (missing := required - set(ours.get("required", ()))):
            yield f"{where}: {sorted(missing)} may be absent here"
        for name in properties.keys() & have_properties.keys():
            cell, inner_schema = facts.cell(properties[name]), have_properties[name]
            yield from differences(
                facts, cell, inner_schema, f"{where}.{name}", request=request, within=within
            )


def resolved(schema: Any) -> Any:
    """A schema with its reference followed, and without the null that may stand beside it."""
    while True:
        if "$ref" in schema:
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            schema = {**DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]], **rest}
        elif "anyOf" in schema:
            (choice,) = (choice for choice in schema["anyOf"] if choice != {"type": "null"})
            schema = choice
        else:
            enum = [value for value in schema.get("enum", ()) if value is not None]
            return {"type": "string", **schema, "enum": enum} if enum else schema
