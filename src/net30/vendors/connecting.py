"""What the network does to vendors: how they stand to it, and what it shows in place of their own values."""

from collections.abc import Mapping

import msgspec

from net30.kernel import ids
from net30.kernel.context import Context
from net30.store.statements import Value
from net30.vendors import rules
from net30.vendors.actions import VENDOR
from net30.vendors.schemas import NetworkStatus
from net30.vendors.tables import Vendor

# Columns by name, and what the network says of each.
Facts = Mapping[str, Value]


def show_network(
    ctx: Context,
    old: Vendor,
    status: NetworkStatus,
    *,
    network_id: str | None = None,
    rpps_id: str | None = None,
    facts: Facts | None = None,
) -> Vendor:
    """Let a vendor stand so to the network; told as vendor.updated when anything differs."""
    new = msgspec.structs.replace(
        old,
        network_status=status,
        payment_network_id=network_id,
        rpps_id=rpps_id,
        network_facts=None if facts is None else msgspec.json.encode(facts).decode(),
    )
    return VENDOR.revise(ctx, old, new)


def enter_known(ctx: Context, name: str, facts: Facts) -> Vendor:
    """A vendor of whom the network tells. It is what the own values begin with."""
    unsaid = rules.unsaid(ctx.organization_id, ids.new(ids.PREFIX["vendor"]), ctx.now)
    vendor = msgspec.structs.replace(unsaid, **facts, name=name)
    VENDOR.enter(ctx, vendor)
    return vendor
