"""Reads the contract's facts: operations and schemas as `v3.json` and `events.json` note them.

A cell is a type: `string`, `number`, `boolean`, `int`, `date`, `datetime`, the name of a schema, `[X]` for an
array or `enum A|B`. Behind it stand bounds (`1..100`, `>=0`, `pattern …`): a length of texts and arrays, a
range of numbers. `?` at the end says that a parameter is optional or a property nullable.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ROOTS = {"v3": "/connect", "events": "/connect-events"}

SCALARS = {
    "string": ("string", None),
    "date": ("string", "date"),
    "datetime": ("string", "date-time"),
    "octet-stream": ("string", "binary"),
    "number": ("number", None),
    "boolean": ("boolean", None),
    "object": ("object", None),
    "int": ("integer", None),
    "int32": ("integer", None),
    "int64": ("integer", None),
    "integer": ("integer", None),
}


class Cell(NamedTuple):
    """A type as the contract notes it; `of` is the schema's name, or the cell of an array's elements."""

    kind: str
    of: str = ""
    format: str | None = None
    values: frozenset[str] = frozenset()
    bounds: tuple[tuple[str, Any], ...] = ()


class Facts(NamedTuple):
    """One of the contract's files."""

    operations: dict[str, Any]
    schemas: dict[str, Any]

    def schema(self, name: str) -> tuple[dict[str, str], frozenset[str]]:
        """Property cells of a schema and the names of those that are required, its bases' included."""
        schema = self.schemas[name]
        bases = [*schema.get("allOf", ()), *filter(None, [schema.get("extends")])]
        if not schema.get("props"):
            bases += filter(None, [schema.get("alias")])
        properties: dict[str, str] = {}
        required: frozenset[str] = frozenset(schema.get("required", ()))
        for base in bases:
            inherited, inherited_required = self.schema(base)
            properties |= inherited
            required |= inherited_required
        return properties | schema.get("props", {}) | newer()["properties"].get(name, {}), required

    def cell(self, text: str) -> Cell:
        """What a cell says; an enumerated schema is told by its values."""
        text = text.strip().rstrip("?").strip()
        if text.startswith("enum "):
            return Cell("string", values=frozenset(text[5:].split("|")))
        if array := re.fullmatch(r"\[(.+)\]\s*(.*)", text):
            return Cell("array", array[1], bounds=_bounds(array[2], "minItems", "maxItems"))
        name, _, rest = text.partition(" ")
        if name in SCALARS:
            kind, form = SCALARS[name]
            names = ("minLength", "maxLength") if kind == "string" else ("minimum", "maximum")
            return Cell(kind, format=form, bounds=_bounds(rest, *names))
        if "enum" in self.schemas[name]:
            return Cell("string", values=frozenset(self.schemas[name]["enum"]))
        return Cell("object", name)


def _bounds(text: str, least: str, most: str) -> tuple[tuple[str, Any], ...]:
    text, _, pattern = text.partition("pattern ")
    found: dict[str, Any] = {"pattern": pattern} if pattern else {}
    number = r"(-?\d+(?:\.\d+)?)?"
    if spread := re.search(rf"{number}\.\.{number}\s*$", text.strip()):
        found |= {least: spread[1], most: spread[2]}
    elif at_least := re.search(rf">={number}", text):
        found[least] = at_least[1]
    return tuple(
        (name, value if name == "pattern" else float(value)) for name, value in found.items() if value
    )


@cache
def newer() -> dict[str, Any]:
    """What the hosted API has since the files were made."""
    read: dict[str, Any] = json.loads(Path(__file__).with_name("newer.json").read_text())
    return read


@cache
def facts(name: str) -> Facts:
    """The facts of "v3" or "events"."""
    read = json.loads(Path(__file__).with_name(f"{name}.json").read_text())
    return Facts(read["operations"], read["schemas"])


def bare(key: str) -> str:
    """An operation's key without the names of its path parameters, which are ours to choose."""
    return re.sub(r"\{\w+\}", "{}", key)


@cache
def contract() -> dict[str, tuple[Facts, Any]]:
    """Every operation of the contract by method and full path."""
    return {
        bare(key.replace(" ", f" {root}", 1)): (facts(name), operation)
        for name, root in ROOTS.items()
        for key, operation in facts(name).operations.items()
    }
