"""What the network does to customers: what it shows in place of their own values."""

from collections.abc import Mapping

import msgspec

from net30.customers import rules
from net30.customers.actions import CUSTOMER
from net30.customers.tables import Customer
from net30.kernel import ids
from net30.kernel.context import Context

# Columns by name, and what the network says of each.
Facts = Mapping[str, str]


def show_network(ctx: Context, old: Customer, facts: Facts | None) -> Customer:
    """Let a customer show what the network says of it, or its own values again."""
    shown = None if facts is None else msgspec.json.encode(facts).decode()
    new = msgspec.structs.replace(old, network_facts=shown)
    return CUSTOMER.revise(ctx, old, new)


def enter_known(ctx: Context, name: str, facts: Facts) -> Customer:
    """A customer of whom the network tells. It is what the own values begin with; the email is not among them."""
    blank = rules.unsaid(ctx.organization_id, ids.new(ids.PREFIX["customer"]), ctx.actor.user_id, ctx.now)
    customer = msgspec.structs.replace(blank, **facts, name=name)
    CUSTOMER.enter(ctx, customer)
    return customer
