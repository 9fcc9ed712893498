"""How own vendors and customers stand to the network: found, and put down with all that follows from it."""

import msgspec
from sqlalchemy import select

from net30.kernel.context import Context
from net30.kernel.entity import Entity
from net30.kernel.refusal import Refusal
from net30.network import records
from net30.network.rules import Facts
from net30.network.tables import Kind, NetworkConnection, connections
from net30.store.statements import Statement, by_key

_OF_RECORD = Statement(select(connections).where(by_key(connections, ["organization_id", "record_id"])))
_WITH = Statement(
    select(connections).where(by_key(connections, ["organization_id", "kind", "peer_organization_id"]))
)
_BY_TOKEN = Statement(select(connections).where(by_key(connections, ["organization_id", "token_secret"])))
_FORMER = Statement(
    select(connections)
    .where(
        by_key(connections, ["organization_id", "kind", "network_id"]),
        connections.c.status == "NOT_CONNECTED",
    )
    .order_by(connections.c.updated_time.desc(), connections.c.record_id)
    .limit(1)
)

CONNECTION = Entity("NetworkConnection", NetworkConnection, of="record_id")


def of_record(ctx: Context, record_id: str) -> NetworkConnection | None:
    """How a vendor or customer stands to the network; None when nobody ever asked."""
    key = {"record_id": record_id}
    return ctx.tx.record(NetworkConnection, _OF_RECORD, key)


def with_organization(ctx: Context, kind: Kind, organization_id: str) -> NetworkConnection | None:
    """The vendor, or customer, that is connected to another organization or has invited it."""
    key = {"kind": kind, "peer_organization_id": organization_id}
    return ctx.tx.record(NetworkConnection, _WITH, key)


def by_token(ctx: Context, fingerprint: str) -> NetworkConnection | None:
    """The invitation that was mailed with a token."""
    key = {"token_secret": fingerprint}
    return ctx.tx.record(NetworkConnection, _BY_TOKEN, key)


def former(ctx: Context, kind: Kind, network_id: str) -> str | None:
    """The vendor, or customer, that was connected to somebody last."""
    key = {"kind": kind, "network_id": network_id}
    found = ctx.tx.record(NetworkConnection, _FORMER, key)
    return None if found is None else found.record_id


def unconnected(ctx: Context, kind: Kind, record_id: str) -> NetworkConnection:
    """A record that stands in no relation to the network."""
    return NetworkConnection(
        organization_id=ctx.organization_id,
        record_id=record_id,
        kind=kind,
        status="NOT_CONNECTED",
        network_id=None,
        peer_organization_id=None,
        peer_record_id=None,
        email=None,
        token_secret=None,
        account_number=None,
        address_id=None,
        expires_time=None,
        created_time=ctx.now,
        updated_time=ctx.now,
    )


def put(ctx: Context, new: NetworkConnection, facts: Facts | None = None) -> None:
    """Let a record stand so from now on; `facts` are what a connection shows of the other."""
    old = of_record(ctx, new.record_id)
    if old is None:
        CONNECTION.enter(ctx, new)
    else:
        CONNECTION.revise(ctx, old, msgspec.structs.replace(new, created_time=old.created_time))
    records.show(ctx, new, facts)


def end(ctx: Context, old: NetworkConnection) -> None:
    """Let a connection or an invitation be over; with whom it was stays known."""
    over = unconnected(ctx, old.kind, old.record_id)
    put(ctx, msgspec.structs.replace(over, network_id=old.network_id))


def require_only(ctx: Context, kind: Kind, organization_id: str) -> None:
    """BDC_1119 (422) when another own vendor, or customer, is connected to the organization or has invited it."""
    known = with_organization(ctx, kind, organization_id)
    if known is not None:
        raise Refusal(
            "BDC_1119",
            field="network_id",
            value=known.network_id,
            detail=f"{known.record_id} has this network id and is {known.status}",
            help="one record of yours stands for an organization; use that one, or delete its connection",
        )
