"""Organizations: made, listed, and let to move money."""

from sqlalchemy import select

from net30.accounting.actions import create_chart
from net30.console.answers import NetworkMembership, OrganizationMade, OrganizationRow, RiskDecided
from net30.console.commands import (
    OrganizationCreate,
    OrganizationList,
    OrganizationNetwork,
    RiskDecide,
    Switch,
)
from net30.kernel import ids
from net30.kernel.clock import timestamp
from net30.kernel.context import Server, context, system_actor, writing
from net30.kernel.refusal import Refusal
from net30.kernel.tables import Organization, organizations
from net30.network import members
from net30.onboarding.actions import begin_trail, create_organization
from net30.organizations.actions import blank_profile
from net30.organizations.settings import require_zone
from net30.risk import actions as risk
from net30.store.statements import Statement

# Crosses organizations on purpose: it is the operator who asks.
_ALL = Statement(select(organizations).order_by(organizations.c.id))


def create(server: Server, asked: OrganizationCreate) -> OrganizationMade:
    """An organization on the machine's time, with roles and a chart of accounts, and nobody in it."""
    require_zone(asked.zone)
    if not asked.name.strip():
        raise Refusal(None, field="name", detail="must not be blank")
    id, now = ids.new(ids.PREFIX["organization"]), server.machine_now()
    profile = blank_profile(id, now)
    with server.database.write() as tx:
        made = create_organization(
            tx, profile, asked.name, zone=asked.zone, now=now, frozen=False, machine_now=now
        )
        assert made is not None, "a new id is not taken"
        ctx = context(server, tx, made, system_actor(id, "CONSOLE"))
        begin_trail(ctx, profile)
        create_chart(ctx)
    return OrganizationMade(organization_id=id, name=made.name, zone=made.zone)


def list_all(server: Server, asked: OrganizationList) -> list[OrganizationRow]:
    """Every organization of the server, in the order they were made."""
    with server.database.read() as tx:
        found = tx.records(Organization, _ALL, {})
    return [
        OrganizationRow(organization_id=one.id, name=one.name, created_time=timestamp(one.created_time))
        for one in found
    ]


_SWITCHED: dict[Switch, bool | None] = {"on": True, "off": False, "unchanged": None}


def network(server: Server, asked: OrganizationNetwork) -> NetworkMembership:
    """How the organization belongs to the network, after the changes that were asked for."""
    with writing(server, system_actor(asked.organization, "CONSOLE")) as ctx:
        member = members.change(
            ctx, auto_connect=_SWITCHED[asked.auto_connect], listed=_SWITCHED[asked.listed]
        )
    return NetworkMembership(
        organization_id=asked.organization,
        network_id=member.network_id,
        auto_connect=bool(member.auto_connect),
        listed=bool(member.listed),
    )


def decide_risk(server: Server, asked: RiskDecide) -> RiskDecided:
    """What the risk verification comes to, at once where it is under way or over."""
    with writing(server, system_actor(asked.organization, "CONSOLE")) as ctx:
        decided = risk.decide(ctx, asked.decision)
    return RiskDecided(
        organization_id=asked.organization,
        decision=decided.decision or "NOT_ASKED_FOR",
        outcome=decided.outcome,
    )
