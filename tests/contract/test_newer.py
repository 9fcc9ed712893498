"""What the hosted API does since the contract's files were made: newer.json, a row for each fact."""

import json
from pathlib import Path
from typing import Any

import pytest
from clients import Answered, Api, World
from contract.facts import newer

from net30.wire.errors import CATALOGUE
from net30.wire.operation import OPERATIONS

NEWER = newer()
VENDOR: dict[str, Any] = {
    "name": "Bass",
    "address": {"line1": "1 Main Street", "city": "Austin", "zipOrPostalCode": "78701", "country": "US"},
}
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


# ---- lists ----------------------------------------------------------------------------------------------


def listed(world: World, path: str, **query: str) -> Answered:
    """A list as a program asks for it; one that is not built is no operation at all."""
    answered = world.get(path, **query)
    if f"GET /connect/v3{path}" not in OPERATIONS:
        assert (answered.status, answered.codes) == (404, ["BDC_1121"])
        pytest.skip("not built yet")
    return answered


@pytest.mark.parametrize(
    ("path", "name"), [(path, name) for path, names in NEWER["sorts"].items() for name in names]
)
def test_sorts(world: World, path: str, name: str) -> None:
    for sort in (f"{name}:asc", f"{name}:desc", name):
        listed(world, path, sort=sort).ok()


@pytest.mark.parametrize(
    ("path", "filters"), [(path, one) for path, some in NEWER["filters"].items() for one in some]
)
def test_filters(world: World, path: str, filters: str) -> None:
    listed(world, path, filters=filters).ok()


@pytest.mark.parametrize("text", NEWER["times"])
def test_forms_of_times_in_filters(api: Api, text: str) -> None:
    """All of them mean the instant that the vendor was made in, but for a date alone, which is its midnight."""
    world = World(api, frozen_at="2026-01-31T12:00:00Z")
    world.post("/vendors", VENDOR).ok()

    def found(operator: str) -> int:
        asked = {"filters": f'createdTime:{operator}:"{text}",updatedTime:{operator}:"{text}"'}
        return len(world.get("/vendors", **asked).ok()["results"])

    is_later = len(text) == len("2026-01-31")
    assert (found("gte"), found("gt")) == (1, int(is_later))
    assert (found("lte"), found("lt")) == (int(not is_later), 0)


def test_vendors_by_country(world: World) -> None:
    for country in ("US", "CA", "DE"):
        world.post("/vendors", {"name": country, "address": {**VENDOR["address"], "country": country}}).ok()

    def names(filters: str) -> list[str]:
        return [one["name"] for one in world.get("/vendors", filters=filters).ok()["results"]]

    assert names("address.country:eq:CA") == ["CA"]
    assert names("address.country:ne:CA") == ["US", "DE"]
    assert names("address.country:ne:FR,name:eq:US") == ["US"]


def test_the_last_page_has_no_key_of_a_next_one(world: World) -> None:
    assert world.get("/vendors").ok().keys() == {"results"}
    for _ in range(2):
        world.post("/vendors", VENDOR).ok()
    first = world.get("/vendors", max=1).ok()
    assert first.keys() == {"results", "nextPage"}
    assert world.get("/vendors", max=1, page=first["nextPage"]).ok().keys() == {"results", "prevPage"}
