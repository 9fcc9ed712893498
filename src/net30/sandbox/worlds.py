"""Makes worlds, and removes them whole."""

from collections.abc import Mapping
from functools import cache

import msgspec
from sqlalchemy import Integer, bindparam, delete, select

from net30.access import keys as access_keys
from net30.access import passwords, sessions, users
from net30.access.credentials import controlling
from net30.accounting.actions import create_chart
from net30.billing.actions import begin
from net30.funding.actions import create_verified_account
from net30.kernel import ids
from net30.kernel.clock import business_now, timestamp
from net30.kernel.context import ORGANIZATION, Context, Server, system_actor, writing
from net30.kernel.refusal import Refusal
from net30.kernel.secrets import token
from net30.kernel.tables import Organization, organizations
from net30.mfa import actions as mfa
from net30.onboarding.actions import create_organization
from net30.organizations.actions import new_profile
from net30.organizations.rules import OrganizationDraft
from net30.organizations.settings import require_zone
from net30.organizations.tables import PricePlan
from net30.partners.actions import forget_organization
from net30.risk.actions import approve_new
from net30.sandbox.moments import moment
from net30.sandbox.schemas import Mfa, SyncTokenGiven, World, WorldCreate, WorldFound, Worlds
from net30.store.record import metadata
from net30.store.statements import Statement
from net30.wire.addresses import AddressDraft

# A number of the range that is set aside for fiction; nothing is ever sent to it.
PHONE = "+14155550100"
NAME = "Sandbox Company"
PLAN: PricePlan = "PricePlan1"
ADDRESS = AddressDraft(
    line1="1 Main Street",
    city="San Jose",
    state_or_province="CA",
    zip_or_postal_code="95113",
    country="US",
)

_REMOVE = Statement(delete(organizations).where(organizations.c.id == bindparam("organization_id")))
_FOLLOWING = Statement(
    select(organizations)
    .where(organizations.c.id > bindparam("after"))
    .order_by(organizations.c.id)
    .limit(bindparam("row_limit", type_=Integer()))
)


def create_world(server: Server, wanted: WorldCreate) -> World:
    """A ready-to-use organization: administrator, keys and tokens, chart of accounts, verified bank account.

    Refusals: 400 for a time or zone that cannot be read, 422 for an id or a token that is taken.
    """
    machine_now = server.machine_now()
    now = machine_now if wanted.now is None else moment("now", wanted.now)
    if wanted.zone is not None:
        require_zone(wanted.zone)
    world = _with_everything(wanted)
    _require_distinct(world)
    password_hash = passwords.hashed(world.password)
    known = OrganizationDraft(address=ADDRESS, phone=PHONE, account_type="BUSINESS")
    profile = new_profile(world.organization_id, now, known, server.secrets)
    with server.database.write() as tx:
        organization = create_organization(
            tx,
            msgspec.structs.replace(profile, price_plan=PLAN),
            wanted.company_name or NAME,
            zone=wanted.zone,
            now=now,
            frozen=wanted.frozen,
            machine_now=machine_now,
        )
        if organization is None:
            raise taken("organizationId", world.organization_id)
        actor = system_actor(world.organization_id, "SANDBOX")
        ctx = Context(server, tx.of(organization.id), organization, actor, now, machine_now)
        _add_people(ctx, world, password_hash)
        if wanted.mfa_phone:
            mfa.enrol_phone(ctx, world.user_id, PHONE, "TEXT", "PRIMARY")
        if wanted.risk_verified:
            approve_new(ctx, world.user_id, PHONE)
        create_chart(ctx)
        begin(ctx)
        world.bank_account_id = create_verified_account(ctx, world.user_id, wanted.bank_account_id)
    return world


def list_worlds(server: Server, most: int, after: str) -> Worlds:
    """The organizations whose ids follow one, at most so many."""
    with server.database.read() as tx:
        found = tx.records(Organization, _FOLLOWING, {"after": after, "row_limit": most + 1})
    machine_now = server.machine_now()
    return Worlds(
        results=[
            WorldFound(
                organization_id=one.id,
                company_name=one.name,
                created_time=timestamp(one.created_time),
                now=timestamp(business_now(one, machine_now)),
                frozen=one.clock_frozen_at is not None,
            )
            for one in found[:most]
        ],
        next_page=found[most - 1].id if len(found) > most else None,
    )


def remove_world(server: Server, headers: Mapping[str, str], id: str) -> None:
    """Delete every row and file of an organization, and the developer keys that no other organization uses.

    It takes a key that is granted on the organization; where there is none, nothing is left to do.
    """
    with server.database.read() as tx:
        if tx.record(Organization, ORGANIZATION, {"id": id}) is None:
            # Its keys went with it, so that nobody could be told from anybody else.
            return
        actor = controlling(tx, headers, id).actor
    parameters = {"organization_id": id}
    with writing(server, actor) as ctx:
        keys = access_keys.keys_of(ctx)
        forget_organization(ctx)
        for statement in _removals():
            ctx.tx.execute(statement, parameters)
        ctx.tx.execute(_REMOVE, parameters)
        access_keys.drop_unused_keys(ctx, keys)
    server.files.remove_all(id)


@cache
def _removals() -> list[Statement]:
    """One DELETE for each table that has organizations, those first that refer to others."""
    return [
        Statement(delete(table).where(table.c.organization_id == bindparam("organization_id")))
        for table in reversed(metadata.sorted_tables)
        if "organization_id" in table.c
    ]


def _with_everything(wanted: WorldCreate) -> World:
    return World(
        organization_id=wanted.organization_id or ids.new(ids.PREFIX["organization"]),
        dev_key=wanted.dev_key or token(),
        username=wanted.username or "admin@sandbox.example",
        password=wanted.password or token(16),
        user_id=wanted.user_id or ids.new(ids.PREFIX["user"]),
        api_token=wanted.api_token or token(),
        sync_token=wanted.sync_token or SyncTokenGiven(name="sync", value=token()),
        bank_account_id=wanted.bank_account_id or "",
        mfa=wanted.mfa or Mfa(remember_me_id=token(), device="sandbox"),
    )


def _add_people(ctx: Context, world: World, password_hash: str) -> None:
    users.create_user(
        ctx,
        username=world.username,
        password_hash=password_hash,
        role="ADMINISTRATOR",
        first_name="Sandbox",
        last_name="Administrator",
        id=world.user_id,
    )
    access_keys.grant_developer_key(ctx, world.dev_key, "Sandbox")
    access_keys.create_sync_token(ctx, world.sync_token.name, world.sync_token.value)
    sessions.remember_device(ctx, world.user_id, world.mfa.remember_me_id, world.mfa.device, expires_at=None)
    if not access_keys.create_api_token(ctx, world.api_token, world.user_id):
        raise taken("apiToken", "this token")


def _require_distinct(world: World) -> None:
    """A username that is also a sync token's name would leave open who signs in."""
    if world.username == world.sync_token.name:
        raise Refusal(
            None, field="sync_token.name", detail="is the username too", help="give the token another name"
        )


def taken(field: str, value: str) -> Refusal:
    return Refusal(
        None,
        status=422,
        field=field,
        detail=f"{value} is taken by another organization of this server",
        help=f"DELETE that world first, give another {field}, or leave it out",
    )
