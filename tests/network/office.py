"""Two organizations that do business with each other, and what tests of the network do with them."""

from itertools import count
from typing import Any

from clients import Answered, Api, World
from receivables.cases import customer
from vendor_cases import create

NOW = "2026-03-03T17:00:00Z"
_numbers = count(1)

# Letters only, so that each name has a word of its own among all that the tests' database holds.
_LETTERS = str.maketrans("0123456789", "abcdefghij")


def own_word(prefix: str) -> str:
    """A word that no other organization's name has."""
    return prefix + str(next(_numbers)).translate(_LETTERS) + "xq"


def organization(api: Api, name: str, **membership: bool) -> World:
    """A world of a name; `autoConnect` and `listed` may be given."""
    made = World(api, {"companyName": name}, frozen_at=NOW)
    if membership:
        made.control("PUT", "/network", membership).ok()
    return made


def network_id(world: World) -> str:
    return str(world.control("GET", "/network").ok()["networkId"])


def invitation(other: World) -> dict[str, str]:
    return {"networkId": network_id(other), "networkType": "BILL"}


def invite(world: World, record_id: str, other: World) -> Answered:
    return world.post(path(record_id), invitation(other))


def accept(world: World, other: World, type: str, **record: str) -> Answered:
    body = {"networkId": network_id(other), "type": type, **record}
    return world.post("/network/invitation/accept", body)


def path(record_id: str) -> str:
    """Where the invitation of a vendor or a customer is."""
    kind = "vendor" if record_id.startswith("009") else "customer"
    return f"/network/invitation/{kind}/{record_id}"


def status(world: World, record_id: str) -> str:
    return str(world.get(path(record_id)).ok()["status"])


def vendor_of(world: World, **more: Any) -> str:
    return str(create(world, "Strings & Reeds", **more)["id"])


def customer_of(world: World, **more: Any) -> str:
    return str(customer(world, "A school of music", **more)["id"])


def connected(payer: World, payee: World) -> tuple[str, str]:
    """The payer's vendor and the payee's customer, who are connected."""
    vendor_id, customer_id = vendor_of(payer), customer_of(payee)
    invite(payer, vendor_id, payee).ok()
    accept(payee, payer, "CUSTOMER", id=customer_id).ok()
    return vendor_id, customer_id
