"""What tests of the funding room share: a second person, and accounts in every state."""

from collections.abc import Callable
from typing import Any

import pytest
from clients import Api, World
from sqlalchemy import bindparam, select

from net30.access import users
from net30.access.passwords import hashed
from net30.kernel.context import Server, system_actor, writing
from net30.kernel.tables import events
from net30.store.statements import Statement

PASSWORD = "a colleague's password"

_EVENTS = Statement(
    select(events.c.type, events.c.payload)
    .where(events.c.organization_id == bindparam("organization_id"), events.c.entity_id == bindparam("id"))
    .order_by(events.c.type)
)

Told = Callable[[World, str], list[tuple[str, str]]]
Colleague = Callable[[World], tuple[str, dict[str, str]]]


@pytest.fixture
def told(running: Server) -> Told:
    """Types and payloads of the events that subscribers get of something; created before updated."""

    def read(world: World, id: str) -> list[tuple[str, str]]:
        with running.database.read() as tx:
            return [(row[0], row[1]) for row in tx.rows(_EVENTS, {"organization_id": world.id, "id": id})]

    return read


@pytest.fixture
def colleague(running: Server, api: Api) -> Colleague:
    """Makes another administrator of a world; answers their id and the headers of their session."""

    def make(world: World) -> tuple[str, dict[str, str]]:
        with writing(running, system_actor(world.id)) as ctx:
            user = users.create_user(
                ctx,
                username=f"colleague@{world.id}.example",
                password_hash=hashed(PASSWORD),
                role="ADMINISTRATOR",
                first_name="Cole",
                last_name="League",
            )
        body = {
            "username": user.username,
            "password": PASSWORD,
            "organizationId": world.id,
            "devKey": world.made["devKey"],
        }
        session = api.call("POST", "/connect/v3/login", body).ok()
        return user.id, {"sessionId": session["sessionId"], "devKey": world.made["devKey"]}

    return make


@pytest.fixture
def checking() -> dict[str, Any]:
    """The body that adds a bank account."""
    return {
        "nameOnAccount": "Northwind Traders LLC",
        "routingNumber": "121000358",
        "accountNumber": "9876543210",
        "type": "CHECKING",
        "ownerType": "BUSINESS",
        "bankName": "Second National",
    }


@pytest.fixture
def pending(world: World, checking: dict[str, Any]) -> str:
    """A bank account whose test deposit waits for its answer."""
    id: str = world.post("/funding-accounts/banks", checking).ok()["id"]
    return id
