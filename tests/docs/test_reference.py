"""The reference at /docs: whole, from one place, with samples that the server accepts."""

import json
import re
import shlex
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from clients import Api

import net30.rooms  # noqa: F401  (fills the table of operations)
from net30.reference import page
from net30.samples import request
from net30.wire.decode import decode_body, decode_parameters
from net30.wire.openapi import build
from net30.wire.operation import OPERATIONS

DOCUMENT = build()
SCHEMAS = DOCUMENT["components"]["schemas"]
ENTRIES = {
    f"{method.upper()} {path}": entry
    for path, methods in DOCUMENT["paths"].items()
    for method, entry in methods.items()
}


class Links(HTMLParser):
    """What a page points at, what it can be pointed at, and what it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: set[str] = set()
        self.anchors: list[str] = []
        self.loaded: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.anchors.append(given["id"])
        if tag == "a":
            self.targets.add(given["href"])
        elif "src" in given or "href" in given:
            self.loaded.add(tag)


@pytest.fixture(scope="module")
def text() -> str:
    return page(sandbox=True).body.decode()


def samples(text: str) -> dict[str, list[str]]:
    """Arguments of each operation's sample call, by operation id."""
    sections = re.findall(r"<section id='(\w+)'>.*?<pre>(.*?)</pre></section>", text, re.DOTALL)
    return {name: shlex.split(unescape(call).replace("\\\n", "")) for name, call in sections}


def test_the_server_shows_it(api: Api) -> None:
    shown = api.call("GET", "/docs")
    assert shown.status == 200
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert shown.text.startswith("<!doctype html>")


def test_every_operation_is_there_with_a_sample(text: str) -> None:
    assert samples(text).keys() == {entry["operationId"] for entry in ENTRIES.values()}
    assert all(call[0] == "curl" for call in samples(text).values())


def test_it_loads_nothing_and_its_links_lead_somewhere(text: str) -> None:
    links = Links(text)
    assert not links.loaded
    assert len(links.anchors) == len(set(links.anchors))
    inside = {target.removeprefix("#") for target in links.targets if target.startswith("#")}
    assert inside <= set(links.anchors)
    assert {target for target in links.targets if not target.startswith("#")} == {"/openapi.json"}


def test_production_does_not_show_the_sandbox() -> None:
    calls = samples(page(sandbox=False).body.decode())
    assert "login" in calls
    assert not [name for name, call in calls.items() if "/sandbox/" in " ".join(call)]


@pytest.mark.parametrize("key", ENTRIES)
def test_samples_are_what_the_server_accepts(text: str, key: str) -> None:
    operation, entry = OPERATIONS[key], ENTRIES[key]
    call = samples(text)[entry["operationId"]]
    if operation.body is not None and not operation.raw_body:
        body = call[call.index("-d") + 1]
        assert json.loads(body) == request(entry, SCHEMAS)
        assert json.loads(body), "a sample shows something"
        decode_body(operation, body.encode(), "application/json", strict=True)
    decode_parameters(operation, path_of(entry), asked(call), strict=True)


def asked(call: list[str]) -> dict[str, str]:
    """The query of a call, with an id in place of a variable."""
    target = next(one for one in call if one.startswith("$NET30"))
    pairs = [pair.split("=", 1) for pair in target.partition("?")[2].split("&") if pair]
    return {name: "00001ABCDEFGHIJKLMNO" if value.startswith("$") else value for name, value in pairs}


def path_of(entry: dict[str, Any]) -> dict[str, str]:
    """Ids that the patterns of a path's parameters accept."""
    patterns = {p["name"]: p["schema"].get("pattern", "") for p in entry["parameters"] if p["in"] == "path"}
    return {name: (pattern[1:4] or "000") + "1" * 17 for name, pattern in patterns.items()}
