"""Customers to test with."""

from typing import Any

from clients import World

ACCOUNT = {
    "nameOnAccount": "Town Hall",
    "routingNumber": "021000021",
    "accountNumber": "1234567890",
    "type": "CHECKING",
    "ownerType": "BUSINESS",
}
BILLING = {"line1": "9 Elm Street", "city": "Dallas", "zipOrPostalCode": "75201", "country": "US"}


def customer(world: World, name: str = "Town Hall", **more: Any) -> Any:
    """A customer that the world has from now on."""
    return world.post("/customers", {"name": name, "email": "accounts@town.example", **more}).ok()


def account(world: World, customer_id: str, **more: Any) -> Any:
    """A bank account that the customer has from now on."""
    return world.post(f"/customers/{customer_id}/bank-accounts", {**ACCOUNT, **more}).ok()
