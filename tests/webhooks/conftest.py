"""What tests of webhooks begin with: a receiver, a subscription, and a worker's turns."""

import dataclasses
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from clients import Answered, Api, World
from vendor_cases import ADDRESS
from webhooks.receiver import Receiver

from net30.kernel import turns
from net30.kernel.context import Server
from net30.webhooks.delivery import LANE, deliver_some

EVENTS = "/connect-events/v3"
VENDOR_EVENTS = ["vendor.created", "vendor.updated", "vendor.archived", "vendor.restored"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


class Desk:
    """A world that subscribes, and the worker's part in it."""

    def __init__(self, world: World, running: Server) -> None:
        self.world = world
        self.running = running

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answered:
        sent = {**self.world.headers, **headers}
        return self.world.api.call(method, f"{EVENTS}{path}", body, headers=sent)

    def subscribe(self, url: str, events: list[str] = VENDOR_EVENTS, **more: Any) -> Any:
        body = {
            "name": "Ledger",
            "status": {"enabled": True},
            "events": [{"type": type, "version": "1"} for type in events],
            "notificationUrl": url,
            **more,
        }
        return self.call("POST", "/subscriptions", body, **{"X-Idempotent-Key": str(uuid.uuid4())}).ok()

    def get(self, subscription: Any) -> Any:
        return self.call("GET", f"/subscriptions/{subscription['id']}").ok()

    def history(self, subscription: Any, query: str = "") -> Any:
        path = f"/events/subscription/{subscription['id']}{query}"
        return self.call("GET", path).ok()

    def vendor(self, name: str = "Bass") -> str:
        return str(self.world.post("/vendors", {"name": name, "address": ADDRESS}).ok()["id"])

    def rename(self, vendor_id: str, name: str) -> None:
        self.world.patch(f"/vendors/{vendor_id}", {"name": name}).ok()

    def turn(self, subscription: Any) -> bool:
        """A part of a worker's turn of one subscription; whether anything was tried."""
        before = self.tries()
        deliver_some(self.running, f"{self.world.id} {subscription['id']}")
        return self.tries() > before

    def tries(self) -> int:
        shown = self.world.control("GET", "/deliveries").ok()["results"]
        return sum(len(one["attempts"]) for one in shown)

    def later(self, ms: int) -> "Desk":
        """The same, some machine time later."""
        running = dataclasses.replace(self.running, machine_now=lambda: int(time.time() * 1000) + ms)
        return Desk(self.world, running)


@pytest.fixture
def desk(world: World, running: Server) -> Desk:
    return Desk(world, running)


def whole_round(running: Server) -> bool:
    """What every organization's subscriptions have waiting."""
    return turns.round(running, LANE)


__all__ = ["Api"]
