"""What the hosted API does since the contract's files were made: newer.json, a row for each fact."""

import json
from pathlib import Path
from typing import Any

import pytest
from clients import Answered, World
from contract.facts import newer

from net30.wire.errors import CATALOGUE

NEWER = newer()
ROOT = Path(__file__).resolve().parents[2]


def send(world: World, row: Any) -> Answered:
    method, path = row["call"].split(" ")
    return world.call(method, path.format(organizationId=world.id), row.get("body"))


@pytest.mark.parametrize("page", ["README.md", "docs/what-differs.md"])
def test_the_docs_say_which_state_of_the_api_is_followed(page: str) -> None:
    assert NEWER["as_of"] in (ROOT / page).read_text()


@pytest.mark.parametrize("code", NEWER["messages"])
def test_messages(code: str) -> None:
    assert CATALOGUE[code].message == NEWER["messages"][code]


@pytest.mark.parametrize("row", NEWER["said"], ids=lambda row: row["says"])
def test_what_is_refused(world: World, row: Any) -> None:
    refused = send(world, row)
    assert (refused.status, refused.codes) == (400, [None]), refused.text
    assert refused.json[0]["message"].startswith(row["says"])


@pytest.mark.parametrize("row", NEWER["taken"], ids=lambda row: json.dumps(row["body"])[:60])
def test_what_is_taken(world: World, row: Any) -> None:
    assert send(world, row).ok()
