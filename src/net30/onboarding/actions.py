"""Makes organizations: with a profile, its roles, and a place in the network."""

import msgspec
from sqlalchemy.dialects.postgresql import insert

from net30.kernel import audit
from net30.kernel.context import Context
from net30.kernel.tables import Organization, organizations
from net30.membership.actions import create_roles
from net30.network import members as network
from net30.organizations.actions import PROFILE
from net30.organizations.settings import DEFAULT_ZONE, ORGANIZATION, OrganizationSettings, stored
from net30.organizations.tables import OrganizationProfile
from net30.store.database import Transaction
from net30.store.statements import Statement

_CREATE = Statement(insert(organizations).on_conflict_do_nothing())


def create_organization(
    tx: Transaction,
    profile: OrganizationProfile,
    name: str,
    *,
    zone: str | None,
    now: int,
    frozen: bool,
    machine_now: int,
) -> Organization | None:
    """A new organization with the profile's id, that profile and its roles; None when the id is taken.

    Its clock ticks, or stands, from `now` (ms UTC) on. It takes a bare transaction, because there is no Context
    before there is an organization.
    """
    organization = Organization(
        id=profile.organization_id,
        name=name,
        zone=zone or DEFAULT_ZONE,
        clock_offset_ms=now - machine_now,
        clock_frozen_at=now if frozen else None,
        run_lease_owner=None,
        run_lease_until=0,
        settings=stored(OrganizationSettings()),
        created_time=now,
        updated_time=now,
        next_wake_at=None,
    )
    if not tx.execute(_CREATE, msgspec.structs.asdict(organization)):
        return None
    own = tx.of(organization.id)
    own.insert_told(profile)
    network.join(own, organization, profile)
    create_roles(own, organization.id, now)
    return organization


def begin_trail(ctx: Context, profile: OrganizationProfile) -> None:
    """Let the trail of an organization that was just made begin with it."""
    audit.created(ctx, ORGANIZATION.name, ctx.organization, ctx.organization_id)
    audit.created(ctx, PROFILE.name, profile, ctx.organization_id)
