"""Every organization belongs to the network: it has a payment network id, is found by its name, and is told of."""

import msgspec
from sqlalchemy import bindparam, delete, select

from net30.kernel import ids
from net30.kernel.context import Context
from net30.kernel.entity import Entity
from net30.kernel.tables import Organization
from net30.network import rules
from net30.network.rules import Facts
from net30.network.tables import NetworkMember, NetworkWord, connections, members, words
from net30.organizations.actions import FOLLOWERS
from net30.organizations.tables import OrganizationProfile, organization_profiles
from net30.store.database import TenantTransaction
from net30.store.statements import Statement, by_key
from net30.wire import addresses
from net30.wire.addresses import AddressAnswer

_MEMBER = Statement(select(members).where(by_key(members, ["organization_id"])))
# Crosses organizations on purpose: a payment network id is all that is known of the other.
_BY_NETWORK_ID = Statement(
    select(members.c.organization_id).where(members.c.network_id == bindparam("network_id")),
    crosses="a payment network id is all that is known of the other",
)
_FORGET_WORDS = Statement(delete(words).where(by_key(words, ["organization_id"])))
_PROFILE = Statement(select(organization_profiles).where(by_key(organization_profiles, ["organization_id"])))
_ANYONE = Statement(
    select(connections.c.record_id)
    .where(
        connections.c.organization_id == bindparam("organization_id"),
        connections.c.peer_record_id.is_not(None),
    )
    .limit(1)
)

MEMBER = Entity("NetworkMember", NetworkMember, of="network_id")


def join(tx: TenantTransaction, organization: Organization, profile: OrganizationProfile) -> None:
    """Let a new organization be found; invitations to it wait for an answer.

    It takes a transaction alone, because there is no Context before there is an organization.
    """
    now = organization.created_time
    tx.insert_told(
        NetworkMember(
            organization.id,
            ids.new("pni"),
            _zip_key(profile),
            0,
            1,
            tell_at=None,
            created_time=now,
            updated_time=now,
        )
    )
    tx.insert(*_words(organization))


def follow(ctx: Context, profile: OrganizationProfile) -> None:
    """After a change of the organization's name, phone or address: find it anew, and tell those who are connected."""
    old = member(ctx)
    connected = ctx.tx.row(_ANYONE, {}) is not None
    # A change while the one before is being told is told of its own.
    tell_at = max(ctx.machine_now, (old.tell_at or 0) + 1) if connected else old.tell_at
    new = msgspec.structs.replace(old, zip_key=_zip_key(profile), tell_at=tell_at, told_to="")
    # When others are told is no news of the organization's own.
    ctx.tx.update_told(old, new)
    _find_anew(ctx, new)


FOLLOWERS.append(follow)


def change(ctx: Context, *, auto_connect: bool | None, listed: bool | None) -> NetworkMember:
    """Set whether invitations connect at once, and whether the organization is found by search."""
    old = member(ctx)
    new = msgspec.structs.replace(
        old,
        auto_connect=old.auto_connect if auto_connect is None else int(auto_connect),
        listed=old.listed if listed is None else int(listed),
    )
    revised = MEMBER.revise(ctx, old, new)
    if revised is not old:
        _find_anew(ctx, revised)
    return revised


def member(ctx: Context) -> NetworkMember:
    """The organization as the network knows it."""
    found = ctx.tx.record(NetworkMember, _MEMBER, {})
    assert found is not None, "an organization is made a member"
    return found


def organization_of(ctx: Context, network_id: str) -> str | None:
    """Whose payment network id it is."""
    row = ctx.tx.row(_BY_NETWORK_ID, {"network_id": network_id})
    return None if row is None else str(row[0])


def facts(ctx: Context) -> Facts:
    """What the network tells of the organization."""
    profile = ctx.tx.record(OrganizationProfile, _PROFILE, {})
    assert profile is not None, "an organization is made with its profile"
    address = _address(profile)
    told = address is not None and address.line1 != ""
    return Facts(ctx.organization.name, profile.phone, address if told else None)


def _address(profile: OrganizationProfile) -> AddressAnswer | None:
    return None if profile.address is None else addresses.read(profile.address)


def _find_anew(ctx: Context, member: NetworkMember) -> None:
    ctx.tx.execute(_FORGET_WORDS, {})
    if member.listed:
        ctx.tx.insert(*_words(ctx.organization))


def _words(organization: Organization) -> list[NetworkWord]:
    return [NetworkWord(organization.id, word) for word in sorted(rules.words_of(organization.name))]


def _zip_key(profile: OrganizationProfile) -> str:
    address = _address(profile)
    return rules.zip_key(None if address is None else address.zip_or_postal_code)
