"""The verbs of a partner: be made, make organizations and users, choose price plans."""

import re
from collections.abc import Callable

import msgspec
from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from net30.access import keys
from net30.access import users as access_users
from net30.access.rules import username_key
from net30.access.tables import User
from net30.accounting.actions import create_chart
from net30.kernel import ids
from net30.kernel.context import Context, context
from net30.kernel.entity import Entity
from net30.kernel.refusal import Refusal, Refusals
from net30.kernel.secrets import fingerprint
from net30.kernel.tables import Organization, organizations
from net30.membership import actions as users
from net30.membership import rules as user_rules
from net30.membership.rules import UserDraft
from net30.onboarding.actions import begin_trail, create_organization
from net30.organizations.actions import new_profile
from net30.organizations.rules import OrganizationDraft
from net30.organizations.tables import OrganizationProfile, organization_profiles
from net30.partners.tables import (
    AppKey,
    PartnerOrganization,
    PartnerUser,
    app_keys,
    partner_organizations,
    partner_users,
)
from net30.store.statements import Sized, Statement, by_key, one_of

LONGEST_USERNAME = 40
_ALPHANUMERIC = re.compile("[A-Za-z0-9]+")

_ADD_APP_KEY = Statement(insert(app_keys).on_conflict_do_nothing())
_ADD_USER = Statement(insert(partner_users).on_conflict_do_nothing())
_APP_KEY = Statement(select(app_keys).where(by_key(app_keys, ["organization_id", "fingerprint"])))
# Crosses organizations on purpose: those that the partner made.
_MADE = Sized(
    lambda count: (
        select(organizations, organization_profiles)
        .join(organization_profiles, organization_profiles.c.organization_id == organizations.c.id)
        .join(partner_organizations, partner_organizations.c.id == organizations.c.id)
        .where(
            partner_organizations.c.organization_id == bindparam("organization_id"),
            one_of(partner_organizations.c.id, "id", count),
        )
    ),
    crosses="a partner lists the organizations that it made",
)
# These two ask whose an organization is, so they cannot name the partner.
_MADE_BY = Statement(
    select(partner_organizations.c.organization_id).where(partner_organizations.c.id == bindparam("made_id")),
    crosses="an organization does not know which partner made it",
)
_FORGET = Statement(
    delete(partner_organizations).where(partner_organizations.c.id == bindparam("made_id")),
    crosses="an organization does not know which partner made it",
)


class PartnerUserDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A user of one of the partner's organizations as the partner wants it; without a role an administrator."""

    username: str
    first_name: str
    email: str
    accept_terms_of_service: bool
    last_name: str | None = None
    role_id: str | None = None
    external_reference_id: str | None = None


# ---- partners and their organizations -------------------------------------------------------------------

MADE = Entity("PartnerOrganization", PartnerOrganization)


def create_partner(
    ctx: Context, *, username: str, password_hash: str, app_key: str, developer_key: str
) -> bool:
    """Make the organization a partner's, with one user; False when the app key is taken."""
    access_users.create_user(
        ctx,
        username=username,
        password_hash=password_hash,
        role="PARTNER",
        first_name="Sandbox",
        last_name="Partner",
    )
    keys.grant_developer_key(ctx, developer_key, "Partner")
    made = AppKey(
        fingerprint=keys.enter_key(ctx, app_key, "App key"),
        organization_id=ctx.organization_id,
        developer_key=fingerprint(developer_key),
        active=1,
        created_at=ctx.machine_now,
    )
    return bool(ctx.tx.execute(_ADD_APP_KEY, msgspec.structs.asdict(made)))


WHEN_MADE: list[Callable[[Context, str], None]] = []
"""What rooms above do, in the same transaction, when a partner has made an organization, given its id."""


def make_organization(ctx: Context, draft: OrganizationDraft) -> tuple[Organization, OrganizationProfile]:
    """A new organization on the partner's time, with roles, a chart of accounts and the partner's developer key.

    Its risk verification has not begun, and it has neither users nor a bank account.
    """
    own = ctx.organization
    id = ids.new(ids.PREFIX["organization"])
    profile = new_profile(id, ctx.now, draft, ctx.server.secrets, partner_name=own.name)
    made = create_organization(
        ctx.tx,
        profile,
        draft.name or "",
        zone=own.zone,
        now=ctx.now,
        frozen=own.clock_frozen_at is not None,
        machine_now=ctx.machine_now,
    )
    assert made is not None, "a new id is not taken"
    inside = context(ctx.server, ctx.tx, made, msgspec.structs.replace(ctx.actor, organization_id=made.id))
    begin_trail(inside, profile)
    create_chart(inside)
    keys.grant_known_key(inside, _developer_key(ctx))
    entry = PartnerOrganization(own.id, made.id, ctx.now)
    MADE.enter(ctx, entry)
    for follow in WHEN_MADE:
        follow(ctx, made.id)
    return made, profile


def made_organizations(
    ctx: Context, found: list[PartnerOrganization]
) -> list[tuple[Organization, OrganizationProfile]]:
    """The partner's organizations, in the order given, with what is known of them."""
    if not found:
        return []
    statement, parameters = _MADE.of("id", [one.id for one in found])
    rows = ctx.tx.rows(statement, parameters)
    width = len(Organization.__struct_fields__)
    known = {str(row[0]): (Organization(*row[:width]), OrganizationProfile(*row[width:])) for row in rows}
    return [known[one.id] for one in found]


def forget_organization(ctx: Context) -> None:
    """Let whoever made the organization, which is about to go, know nothing of it any more."""
    ctx.tx.execute(_FORGET, {"made_id": ctx.organization_id})


def _developer_key(ctx: Context) -> str:
    key = {"fingerprint": ctx.actor.developer_key}
    found = ctx.tx.record(AppKey, _APP_KEY, key)
    assert found is not None, "a partner's session has an app key"
    return found.developer_key


# ---- users ----------------------------------------------------------------------------------------------


def create_user(ctx: Context, draft: PartnerUserDraft) -> User:
    """A user without a password, whom the partner's program signs in. Nobody is invited.

    Refusals: 400 for fields that do not validate, BDC_1143 (400) for a username over 40 characters, BDC_1205 for
    an unknown role, BDC_1119 (422) when another user of the partner has the username or the reference.
    """
    _require_sound(draft)
    role = (
        "ADMINISTRATOR"
        if draft.role_id is None
        else users.require_role(ctx, draft.role_id, field="role_id").type
    )
    users.require_free_username(ctx, draft.username, field="username")
    user = access_users.create_user(
        ctx,
        username=draft.username,
        password_hash=None,
        role=role,
        first_name=draft.first_name,
        last_name=draft.last_name or "",
        email=draft.email,
    )
    entry = PartnerUser(
        ctx.organization_id,
        user.id,
        _partner_of(ctx),
        username_key(draft.username),
        draft.external_reference_id,
    )
    if not ctx.tx.execute(_ADD_USER, msgspec.structs.asdict(entry)):
        raise Refusal(
            "BDC_1119",
            field="username",
            value=draft.username,
            detail="another user of this partner has this username or this reference of its own",
            help="both are unique in all organizations of a partner; choose others",
        )
    return user


def update_user(ctx: Context, user_id: str, draft: UserDraft) -> User:
    """Give a user another name, email address or role. Refusals are those of an organization's own update."""
    user = users.require_user(ctx, user_id)
    faults = user_rules.blank_names(draft.first_name, draft.last_name)
    if draft.email is not None:
        faults += user_rules.email_faults(draft.email)
    if faults:
        raise Refusals(faults)
    return users.change_user(ctx, user, draft)


def _partner_of(ctx: Context) -> str:
    row = ctx.tx.row(_MADE_BY, {"made_id": ctx.organization_id})
    assert row is not None, "a partner only reaches organizations that it made"
    return str(row[0])


def _require_sound(draft: PartnerUserDraft) -> None:
    if len(draft.username) > LONGEST_USERNAME:
        raise Refusal(
            "BDC_1143",
            field="username",
            max=LONGEST_USERNAME,
            detail=f"username has {len(draft.username)} characters",
            help="choose a shorter one",
        )
    faults = user_rules.blank_names(draft.first_name, None)
    faults += user_rules.email_faults(draft.email)
    faults += user_rules.terms_faults(accepted=draft.accept_terms_of_service)
    for field, text in (("username", draft.username), ("external_reference_id", draft.external_reference_id)):
        if text is not None and not _ALPHANUMERIC.fullmatch(text):
            faults.append(
                Refusal(
                    None, field=field, detail="must consist of letters and digits", help="leave out all else"
                )
            )
    if faults:
        raise Refusals(faults)
