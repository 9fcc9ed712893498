"""Tells those who are connected to an organization of its new name, phone or address.

A worker does that, in machine time and in turns (kernel/turns.py): each of the connected is changed in a transaction of
its own, so one that crashes in the midst leaves some to be told again. Being told twice changes nothing.
"""

import logging

import msgspec
from sqlalchemy import bindparam, select

from net30.kernel import turns
from net30.kernel.context import Server, reading, system_actor, writing
from net30.kernel.refusal import Refusal
from net30.kernel.turns import Lane, organizations_waiting
from net30.network import connections, members
from net30.network.rules import Facts
from net30.network.tables import NetworkConnection, NetworkMember
from net30.network.tables import connections as stored
from net30.network.tables import members as all_members
from net30.store.statements import Statement

PAGE = 50
RETRY_MS = 60_000

_UNTOLD = organizations_waiting(all_members.c.tell_at)
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


def tell_some(server: Server, organization_id: str) -> bool:
    """Tell those who come next of what an organization has to tell, at most fifty; whether there are more."""
    actor = system_actor(organization_id)
    with reading(server, actor) as ctx:
        telling = members.member(ctx)
        if telling.tell_at is None or telling.tell_at > ctx.machine_now:
            return False
        facts = members.facts(ctx)
        key = {"organization_id": organization_id, "after": telling.told_to}
        page = ctx.tx.records(NetworkConnection, _CONNECTED, key)
    try:
        for one in page:
            _tell_one(server, one, facts)
    except Exception:
        log.exception("those connected to %s could not be told", organization_id)
        _settle(server, telling, telling.told_to, server.machine_now() + RETRY_MS)
        return False
    if len(page) < PAGE:
        _settle(server, telling, "", None)
        return False
    _settle(server, telling, page[-1].record_id, telling.tell_at)
    return True


LANE = Lane("news of the network", _UNTOLD, tell_some, hands=2, most_s_a_minute=20)


def tell_waiting(server: Server) -> bool:
    """A turn for each organization that has something to tell; whether there were any."""
    return turns.round(server, LANE)


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


def _settle(server: Server, telling: NetworkMember, told_to: str, next_at: int | None) -> None:
    """Note how far it was told and when to go on, unless there is something newer to tell."""
    with writing(server, system_actor(telling.organization_id)) as ctx:
        old = members.member(ctx)
        if old.tell_at == telling.tell_at:
            ctx.tx.update_told(old, msgspec.structs.replace(old, tell_at=next_at, told_to=told_to))
