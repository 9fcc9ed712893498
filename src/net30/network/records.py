"""The vendors and customers that connections are about, the two kinds alike."""

from net30.customers import connecting as customers
from net30.customers.actions import require_customer
from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.network import rules
from net30.network.rules import Facts
from net30.network.tables import Kind, NetworkConnection
from net30.payments.reading import has_open_payments
from net30.vendors import connecting as vendors
from net30.vendors.actions import require_vendor


def require(ctx: Context, kind: Kind, record_id: str) -> None:
    """BDC_1205 (404) when the organization has no vendor, or customer, with this id."""
    if kind == "VENDOR":
        require_vendor(ctx, record_id)
    else:
        require_customer(ctx, record_id)


def is_active(ctx: Context, kind: Kind, record_id: str) -> bool:
    """Whether an own vendor, or customer, is not archived."""
    known = require_vendor(ctx, record_id) if kind == "VENDOR" else require_customer(ctx, record_id)
    return not known.archived


def require_connectable(ctx: Context, kind: Kind, record_id: str) -> None:
    """Besides, BDC_1119 (422) for one that is archived, and for a vendor who is not paid in dollars at home."""
    if kind == "CUSTOMER":
        customer = require_customer(ctx, record_id)
        cause = "is archived" if customer.archived else None
    else:
        vendor = require_vendor(ctx, record_id)
        abroad = (vendor.address_country, vendor.bill_currency) != ("US", "USD")
        cause = (
            "is archived" if vendor.archived else "is abroad or paid in another currency" if abroad else None
        )
    if cause is not None:
        raise Refusal(
            "BDC_1119",
            field="id",
            value=record_id,
            detail=f"{record_id} {cause}",
            help="connect an active record; of vendors, one in the United States with bills in USD",
        )


def show(ctx: Context, connection: NetworkConnection, facts: Facts | None) -> None:
    """Let a record show how it stands to the network, and what the network tells of the other."""
    if connection.kind == "CUSTOMER":
        customer = require_customer(ctx, connection.record_id)
        customers.show_network(ctx, customer, None if facts is None else rules.shown_of_customer(facts))
        return
    vendor = require_vendor(ctx, connection.record_id)
    status, network_id = connection.status, connection.network_id
    vendors.show_network(
        ctx,
        vendor,
        status,
        network_id=network_id if status == "CONNECTED" else None,
        rpps_id=network_id if status == "CONNECTED_RPPS" else None,
        facts=None if facts is None else rules.shown_of_vendor(facts),
    )


def enter(ctx: Context, kind: Kind, name: str, facts: Facts) -> str:
    """A new vendor, or customer, of a name for somebody whom the network knows; its id."""
    if kind == "VENDOR":
        return vendors.enter_known(ctx, name, rules.shown_of_vendor(facts)).id
    return customers.enter_known(ctx, name, rules.shown_of_customer(facts)).id


def require_settled(ctx: Context, vendor_id: str) -> None:
    """BDC_1119 (422) while a payment to a vendor of this organization is scheduled or in process."""
    if has_open_payments(ctx, vendor_id):
        raise Refusal(
            "BDC_1119",
            field="network_status",
            value="CONNECTED",
            detail="payments through this connection are scheduled or in process",
            help="they have to be canceled, voided or cleared first",
        )
