"""Sorts by what lists cannot be filtered by: long texts, rates, derived texts."""

import random

import pytest
from clients import World
from vendor_cases import ADDRESS

from net30.store.record import STORED
from net30.vendors.tables import Vendor

# No database can shorten it.
LONG = "".join(chr(random.Random(7).randrange(0x4E00, 0x9FFF)) for _ in range(4_000))


def names(world: World, path: str, sort: str) -> list[str]:
    return [one["name"] for one in world.get(path, sort=sort).ok()["results"]]


@pytest.mark.parametrize(
    ("path", "more"),
    [("/customers", {"email": "a@example.com"}), ("/classifications/items", {"type": "SERVICE"})],
)
def test_descriptions_are_sorted_by_their_beginning(world: World, path: str, more: dict[str, str]) -> None:
    # The last two are the same in their first hundred characters, and so come as they were made.
    for name, description in (
        ("none", None),
        ("long", LONG),
        ("a", "a"),
        ("tie 1", "b" * 100 + "z"),
        ("tie 2", "b" * 101),
    ):
        world.post(path, {"name": name, "description": description, **more}).ok()
    assert names(world, path, "description:asc") == ["a", "tie 1", "tie 2", "long", "none"]
    assert names(world, path, "description:desc") == ["long", "tie 2", "tie 1", "a", "none"]


def test_a_bill_is_described_at_length(world: World) -> None:
    vendor_id = world.post("/vendors", {"name": "Bass", "address": ADDRESS}).ok()["id"]
    bill = {
        "vendorId": vendor_id,
        "dueDate": "2026-04-01",
        "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-03-01"},
        "billLineItems": [{"amount": 1}],
    }
    made = world.post("/bills", {**bill, "description": LONG}).ok()
    other = world.post(
        "/bills", {**bill, "description": "z", "invoice": {**bill["invoice"], "invoiceNumber": "2"}}
    ).ok()
    listed = world.get("/bills", sort="description:desc", max=1).ok()
    assert [one["id"] for one in listed["results"]] == [made["id"]]
    following = world.get("/bills", page=listed["nextPage"]).ok()
    assert [one["id"] for one in following["results"]] == [other["id"]]


def test_roles_are_sorted_by_what_they_are_for(world: World) -> None:
    found = world.get("/roles", sort="description:asc", max=100).ok()["results"]
    described = [one["description"] for one in found]
    assert described == sorted(described, key=str.encode)
    assert len(described) == 13


def test_what_is_for_sorting_only_is_no_filter(world: World) -> None:
    refused = world.get("/vendors", filters="shortName:eq:Bass")
    assert (refused.status, refused.codes) == (400, [None])
    usable = [name for name, column in STORED[Vendor].listed.items() if column.operators]
    assert refused.json[0]["help"] == f"use one of {', '.join(sorted(usable))}"
