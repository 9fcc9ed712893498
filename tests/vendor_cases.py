"""Vendors to test with, and what the organization's trail and outbox hold of them."""

import json
from typing import Any

from clients import World
from sqlalchemy import bindparam, select

from net30.kernel.tables import audit_entries, events
from net30.store.statements import Statement

ADDRESS = {"line1": "1 Main Street", "city": "Austin", "zipOrPostalCode": "78701", "country": "US"}
BERLIN = {"line1": "Unter den Linden 1", "city": "Berlin", "zipOrPostalCode": "10117", "country": "DE"}
MUMBAI = {"line1": "1 Marine Drive", "city": "Mumbai", "zipOrPostalCode": "400020", "country": "IN"}

US_ACCOUNT = {
    "nameOnAccount": "Happy Music Supplies",
    "accountNumber": "1234567890",
    "routingNumber": "021000021",
    "type": "CHECKING",
    "ownerType": "BUSINESS",
}
GERMAN_ACCOUNT = {"accountNumber": "DE89370400440532013000", "paymentCurrency": "EUR"}
INDIAN_ACCOUNT = {
    "accountNumber": "123456789012",
    "routingNumber": "HDFC0000123",
    "type": "CHECKING",
    "paymentCurrency": "INR",
    "regulatoryFields": [{"name": "pan", "value": "ABCCE1234F"}],
}

_TRAIL = Statement(
    select(audit_entries.c.action, audit_entries.c.user_id, audit_entries.c.via, audit_entries.c.changes)
    .where(
        audit_entries.c.organization_id == bindparam("organization_id"),
        audit_entries.c.entity_id == bindparam("entity_id"),
    )
    .order_by(audit_entries.c.id)
)
_OUTBOX = Statement(
    select(events.c.type, events.c.payload).where(
        events.c.organization_id == bindparam("organization_id"),
        events.c.entity_id == bindparam("entity_id"),
    )
)
_WHOLE_TRAIL = Statement(
    select(audit_entries.c.entity, audit_entries.c.changes).where(
        audit_entries.c.organization_id == bindparam("organization_id")
    )
)


def create(world: World, name: str = "Happy Music Supplies", **more: Any) -> Any:
    """A vendor that the world has from now on."""
    return world.post("/vendors", {"name": name, "address": ADDRESS, **more}).ok()


def paid_to(account: Any, payee_name: str = "Happy Music Supplies", **more: Any) -> dict[str, Any]:
    """Payment information with a bank account."""
    return {"paymentInformation": {"payeeName": payee_name, "bankAccount": account, **more}}


def trail(world: World, entity_id: str) -> list[tuple[str, dict[str, Any]]]:
    """(action, {column: [previous, new]}) of every entry, oldest first, all by the world and the API."""
    with world.database.read() as tx:
        rows = tx.rows(_TRAIL, {"organization_id": world.id, "entity_id": entity_id})
    assert all((user, via) == (world.user_id, "API") for _, user, via, _ in rows)
    return [(action, json.loads(changes)) for action, _, _, changes in rows]


def whole_trail(world: World) -> list[tuple[str, str]]:
    """(entity, changes as they are stored) of everything that happened in the world."""
    with world.database.read() as tx:
        return [(row[0], row[1]) for row in tx.rows(_WHOLE_TRAIL, {"organization_id": world.id})]


def told(world: World, entity_id: str) -> list[tuple[str, dict[str, Any]]]:
    """(type, payload) of the events about an object."""
    with world.database.read() as tx:
        rows = tx.rows(_OUTBOX, {"organization_id": world.id, "entity_id": entity_id})
    return [(event_type, json.loads(payload)) for event_type, payload in rows]
