"""Customers to test with."""

from typing import Any

from clients import World

BILLING = {"line1": "9 Elm Street", "city": "Dallas", "zipOrPostalCode": "75201", "country": "US"}


def customer(world: World, name: str = "Town Hall", **more: Any) -> Any:
    """A customer that the world has from now on."""
    return world.post("/customers", {"name": name, "email": "accounts@town.example", **more}).ok()
