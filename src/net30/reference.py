"""The reference at /docs: one HTML page, drawn from the OpenAPI document, that loads nothing from anywhere."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from net30 import samples
from net30.kernel.context import Server
from net30.wire import pages
from net30.wire.dispatch import Raw
from net30.wire.openapi import build
from net30.wire.operation import operation

Schema = Mapping[str, Any]

FEW = 12

STYLE = """
:root { --line: #8884; --soft: #8881; --link: light-dark(#0550ae, #79b8ff); }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; display: grid; grid-template-columns: 19rem minmax(0, 1fr); }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1rem; border-right: 1px solid var(--line); }
nav ul { list-style: none; margin: 0 0 .6rem; padding: 0; font-size: .85rem; }
nav h2 { font-size: .95rem; margin: .6rem 0 .1rem; border: 0; }
nav input { width: 100%; padding: .3rem .5rem; }
main { padding: 1rem 2rem 4rem; max-width: 70rem; }
h1 { margin: 0 0 .5rem; }
h2 { border-bottom: 1px solid var(--line); margin-top: 2.5rem; }
section { padding: .5rem 0 1rem; border-bottom: 1px solid var(--line); }
section h3 { margin: .5rem 0 .2rem; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
code, pre { font: .85rem/1.45 ui-monospace, monospace; }
pre { background: var(--soft); padding: .7rem; overflow-x: auto; border-radius: 4px; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; border-top: 1px solid var(--line); }
th { font-weight: 600; font-size: .85rem; }
.method { font-weight: 700; }
.soft { opacity: .7; font-size: .85rem; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; } }
"""

SCRIPT = """
const find = document.getElementById("find");
const rows = [...document.querySelectorAll("nav li")];
find.addEventListener("input", () => {
  const wanted = find.value.toLowerCase();
  for (const row of rows) row.hidden = !(row.textContent + row.title).toLowerCase().includes(wanted);
});
"""

HEAD = """
<p>Accounts payable and accounts receivable over the BILL v3 REST API, as this server speaks it. This page is drawn from
<a href="/openapi.json">the OpenAPI document</a>, and so shows what is really there.</p>
<p><strong>Credentials.</strong> Sign in by <a href="#login">POST /connect/v3/login</a>, and send the headers
<code>devKey</code> and <code>sessionId</code> with every call.</p>
<p><strong>Refusals.</strong> Every answer of 4XX and 5XX is an array of <a href="#schema-BdcError">errors</a>:
<code>code</code> for programs, <code>detail</code> and <code>help</code> for people.</p>
<p><strong>Samples.</strong> <code>NET30</code> is the address of this server, such as
<code>NET30=http://127.0.0.1:8030</code>; ids and credentials stand in variables of their own. Values are made up.</p>
"""

SANDBOX = """
<p><strong>The sandbox.</strong> <a href="#createWorld">Make a world</a> first; that takes no credentials. The other
calls of <a href="#area-sandbox">the sandbox</a> take <code>devKey</code> alone. They move clocks, look into the
mailbox, and so on.</p>
"""


@operation("GET /docs", area="documentation", credentials="none")
def read_reference(server: Server) -> Raw:
    """This reference, as a page for people.

    Every operation with its parameters, its schemas and a sample call.
    """
    return page(sandbox=server.sandbox)


@lru_cache(maxsize=2)
def page(*, sandbox: bool) -> Raw:
    """The page; it is drawn once."""
    document = build(sandbox=sandbox)
    schemas = document["components"]["schemas"]
    areas = _areas(document["paths"])
    body = "".join(
        f"<h2 id='{_anchor(area)}'>{escape(area)}</h2>"
        + "".join(_operation(method, path, entry, schemas) for method, path, entry in entries)
        for area, entries in areas.items()
    )
    drawn = "".join(_named_schema(name, schema) for name, schema in schemas.items())
    title = f"{document['info']['title']} {document['info']['version']}"
    whole = (
        f"{_navigation(areas)}<main><h1>{escape(title)}</h1>{HEAD}{SANDBOX if sandbox else ''}{body}"
        f"<h2 id='schemas'>schemas</h2>{drawn}</main>"
    )
    return pages.page(title, whole, style=STYLE, script=SCRIPT)


Entry = tuple[str, str, Schema]


def _areas(paths: Mapping[str, Mapping[str, Schema]]) -> dict[str, list[Entry]]:
    """Operations by area, the API's areas before our own."""
    entries = [
        (method.upper(), path, entry) for path, methods in paths.items() for method, entry in methods.items()
    ]
    entries.sort(key=lambda one: (not one[1].startswith("/connect"), one[2]["tags"][0]))
    areas: dict[str, list[Entry]] = {}
    for one in entries:
        areas.setdefault(one[2]["tags"][0], []).append(one)
    return areas


def _navigation(areas: Mapping[str, list[Entry]]) -> str:
    listed = "".join(
        f"<h2><a href='#{_anchor(area)}'>{escape(area)}</a></h2><ul>"
        + "".join(
            f"<li title='{method} {escape(path)}'><a href='#{entry['operationId']}'>"
            f"{escape(entry['summary'].rstrip('.'))}</a></li>"
            for method, path, entry in entries
        )
        + "</ul>"
        for area, entries in areas.items()
    )
    field = "<input id='find' type='search' placeholder='find' aria-label='find an operation'>"
    return f"<nav>{field}{listed}<h2><a href='#schemas'>schemas</a></h2></nav>"


def _anchor(area: str) -> str:
    return "area-" + re.sub(r"\W+", "-", area)


# ---- one operation --------------------------------------------------------------------------------------


def _operation(method: str, path: str, entry: Schema, schemas: Mapping[str, Schema]) -> str:
    anchor = entry["operationId"]
    told = "" if entry["description"] == entry["summary"] else _prose(entry["description"])
    return (
        f"<section id='{anchor}'><h3><a href='#{anchor}'>{_inline(entry['summary'].rstrip('.'))}</a></h3>"
        f"<code><span class='method'>{method}</span> {escape(path)}</code>{told}"
        f"{_permission(entry)}{_parameters(entry)}{_body(entry)}{_answers(entry)}"
        f"<pre>{escape(samples.curl(method, path, entry, schemas))}</pre></section>"
    )


def _permission(entry: Schema) -> str:
    needed = entry.get("x-net30-permission")
    return f"<p class='soft'>Permission: <code>{escape(needed)}</code></p>" if needed else ""


def _parameters(entry: Schema) -> str:
    # The headers of credentials are told once, at the top of the page.
    shown = [p for p in entry["parameters"] if p["in"] != "header" or not p.get("required")]
    if not shown:
        return ""
    rows = "".join(
        f"<tr><td><code>{escape(p['name'])}</code>{_required(p.get('required', False))}</td>"
        f"<td>{p['in']}</td><td>{_type(p['schema'])}</td></tr>"
        for p in shown
    )
    return f"<table><tr><th>parameter</th><th>in</th><th>value</th></tr>{rows}</table>"


def _body(entry: Schema) -> str:
    body = entry.get("requestBody")
    if body is None:
        return ""
    kind, content = next(iter(body["content"].items()))
    shown = _type(content["schema"]) if kind == "application/json" else escape(kind)
    return f"<p>Body: {shown}{'' if body['required'] else ', or none'}</p>"


def _answers(entry: Schema) -> str:
    status, success = next(iter(entry["responses"].items()))
    content = success.get("content", {})
    if "application/json" in content:
        return f"<p>Answer: {status}, {_type(content['application/json']['schema'])}</p>"
    return f"<p>Answer: {status}, {'a document' if content else 'no body'}</p>"


# ---- schemas --------------------------------------------------------------------------------------------


def _named_schema(name: str, schema: Schema) -> str:
    rows = "".join(_properties(schema))
    table = f"<table><tr><th>property</th><th>value</th></tr>{rows}</table>" if rows else ""
    told = _prose(schema.get("description", ""))
    return f"<section id='schema-{name}'><h3>{escape(name)}</h3>{told}{table}</section>"


def _properties(schema: Schema) -> Iterator[str]:
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        told = _of_property(inner)
        note = f"<br><span class='soft'>{_inline(told)}</span>" if told else ""
        yield (
            f"<tr><td><code>{escape(name)}</code>{_required(name in required)}</td>"
            f"<td>{_type(inner)}{note}</td></tr>"
        )


def _of_property(schema: Schema) -> str:
    choices = (schema, *schema.get("anyOf", ()))
    return next((str(one["description"]) for one in choices if "description" in one), "")


def _required(required: bool) -> str:
    return " <span class='soft'>required</span>" if required else ""


def _type(schema: Schema) -> str:
    """What values a schema takes, in a few words."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[1]
        return f"<a href='#schema-{name}'>{escape(name)}</a>"
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"] if one != {"type": "null"})
    if "enum" in schema:
        return _one_of(schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}{_bounds(schema, 'Items', 'elements')}"
    kind = {"string": "text", "number": "number", "integer": "whole number", "boolean": "true or false"}
    shown = {"date": "date", "date-time": "date-time"}.get(
        schema.get("format", ""), kind.get(schema.get("type", ""), "object")
    )
    pattern = f" like <code>{escape(schema['pattern'])}</code>" if "pattern" in schema else ""
    default = f", {escape(str(schema['default']))} unless given" if schema.get("default") is not None else ""
    return f"{shown}{_bounds(schema, 'Length', 'characters')}{_range(schema)}{pattern}{default}"


def _one_of(values: list[object]) -> str:
    shown = " ".join(f"<code>{escape(str(value))}</code>" for value in values)
    if len(values) <= FEW:
        return shown
    return f"<details><summary>one of {len(values)} values</summary>{shown}</details>"


def _bounds(schema: Schema, what: str, unit: str) -> str:
    low, high = schema.get(f"min{what}"), schema.get(f"max{what}")
    if high is not None:
        return f", {low or 0} to {high} {unit}"
    return f", at least {low} {unit}" if low and low > 1 else ""


def _range(schema: Schema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f", {low} to {high}"
    return f", at least {low}" if low is not None else ""


# ---- text -----------------------------------------------------------------------------------------------


def _prose(text: str) -> str:
    return "".join(f"<p>{_inline(paragraph)}</p>" for paragraph in text.split("\n\n") if paragraph)


def _inline(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))
