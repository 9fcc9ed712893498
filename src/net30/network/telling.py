"""Tells those who are connected to an organization of its new name, phone or address.

A worker does that, in machine time: each of the connected is changed in a transaction of its own, so one that crashes
in the midst leaves the rest to be told again. Being told twice changes nothing.
"""

import logging

import msgspec
from sqlalchemy import bindparam, select

from net30.kernel.context import Server, reading, system_actor, writing
from net30.kernel.refusal import Refusal
from net30.kernel.waiting import waiting_anywhere
from net30.network import connections, members
from net30.network.rules import Facts
from net30.network.tables import NetworkConnection
from net30.network.tables import connections as stored
from net30.network.tables import members as all_members
from net30.store.statements import Statement

BATCH = 20
PAGE = 500
RETRY_MS = 60_000

_UNTOLD = waiting_anywhere(all_members.c.tell_at, BATCH, all_members.c.organization_id, all_members.c.tell_at)
_CONNECTED = Statement(
    select(stored)
    .where(
        stored.c.organization_id == bindparam("organization_id"),
        stored.c.record_id > bindparam("after"),
        stored.c.peer_record_id.is_not(None),
    )
    .order_by(stored.c.record_id)
    .limit(PAGE)
)

log = logging.getLogger("net30.network")


def tell_waiting(server: Server) -> bool:
    """Tell what at most twenty organizations have to tell; whether there were any."""
    with server.database.read() as tx:
        waiting = tx.rows(_UNTOLD, {"machine_now": server.machine_now()})
    for organization_id, tell_at in waiting:
        try:
            _tell(server, str(organization_id))
            _settle(server, str(organization_id), int(tell_at), None)
        except Exception:
            log.exception("those connected to %s could not be told", organization_id)
            _settle(server, str(organization_id), int(tell_at), server.machine_now() + RETRY_MS)
    return bool(waiting)


def _tell(server: Server, organization_id: str) -> None:
    after = ""
    while True:
        with reading(server, system_actor(organization_id)) as ctx:
            facts = members.facts(ctx)
            key = {"organization_id": organization_id, "after": after}
            page = ctx.tx.records(NetworkConnection, _CONNECTED, key)
        for one in page:
            _tell_one(server, one, facts)
        if len(page) < PAGE:
            return
        after = page[-1].record_id


def _tell_one(server: Server, own: NetworkConnection, facts: Facts) -> None:
    """Let the other side show what has become of this one, if it still is connected."""
    assert own.peer_organization_id is not None, "a connection has two sides"
    assert own.peer_record_id is not None, "a connection has two records"
    try:
        with writing(server, system_actor(own.peer_organization_id, "NETWORK")) as ctx:
            theirs = connections.of_record(ctx, own.peer_record_id)
            if theirs is not None and theirs.peer_record_id == own.record_id:
                connections.put(ctx, theirs, facts)
    except Refusal as refusal:
        # An organization that is gone need not be told.
        if refusal.code != "BDC_1123":
            raise


def _settle(server: Server, organization_id: str, told_at: int, next_at: int | None) -> None:
    """Note that it was told, or when to try again, unless there is something newer to tell."""
    with writing(server, system_actor(organization_id)) as ctx:
        old = members.member(ctx)
        if old.tell_at == told_at:
            ctx.tx.update(old, msgspec.structs.replace(old, tell_at=next_at))
