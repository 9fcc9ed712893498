"""Keeps and shows what is known of an organization."""

from collections.abc import Callable

import msgspec
from sqlalchemy import select

from net30.kernel.context import Context
from net30.kernel.entity import Entity
from net30.kernel.refusal import Refusal
from net30.kernel.secrets import Secrets, last_four
from net30.organizations import rules
from net30.organizations.rules import OrganizationDraft
from net30.organizations.settings import ORGANIZATION
from net30.organizations.tables import OrganizationProfile, organization_profiles
from net30.store.statements import Statement, by_key

FOLLOWERS: list[Callable[[Context, OrganizationProfile], None]] = []
"""What rooms above do, in the same transaction, when the name, phone or address of an organization has changed."""

PROFILE = Entity("OrganizationProfile", OrganizationProfile, of="organization_id")

_PROFILE = Statement(select(organization_profiles).where(by_key(organization_profiles, ["organization_id"])))


# ---- new organizations ----------------------------------------------------------------------------------


def blank_profile(organization_id: str, now: int) -> OrganizationProfile:
    """Nothing is known yet of an organization that is made at `now` (ms UTC)."""
    return OrganizationProfile(
        organization_id=organization_id,
        address=None,
        mailing_address=None,
        phone=None,
        owner_name=None,
        owner_date_of_birth=None,
        tax_id_secret=None,
        tax_id_type=None,
        industry=None,
        business_category=None,
        account_type=None,
        individual_transfer_out=0,
        individual_transfer_in=0,
        partner_name=None,
        price_plan=None,
        created_time=now,
        updated_time=now,
    )


def new_profile(
    organization_id: str,
    now: int,
    draft: OrganizationDraft,
    secrets: Secrets,
    partner_name: str | None = None,
) -> OrganizationProfile:
    """What is known of a new organization; 400 for what is not sound."""
    rules.require_sound(draft)
    return msgspec.structs.replace(
        rules.told(blank_profile(organization_id, now), draft),
        tax_id_secret=secrets.encrypt(draft.tax_id) if draft.tax_id else None,
        partner_name=partner_name,
    )


# ---- reading and changing -------------------------------------------------------------------------------


def require_own(ctx: Context, organization_id: str) -> None:
    """BDC_1205 for any organization but the session's own."""
    if organization_id != ctx.organization_id:
        raise Refusal(
            "BDC_1205",
            detail=f"{organization_id} is not the organization that this session belongs to",
            help="GET /v3/login/session tells its organizationId",
            id=organization_id,
        )


def require_profile(ctx: Context) -> OrganizationProfile:
    """What is known of the organization."""
    profile = ctx.tx.record(OrganizationProfile, _PROFILE, {})
    assert profile is not None, "an organization is made with its profile"
    return profile


def change_organization(ctx: Context, draft: OrganizationDraft) -> OrganizationProfile:
    """Change what the draft says, in the organization and in its profile; nothing is recorded where nothing
    differs.

    400 for a blank name, an address without a country, and a tax id in stars that are not those it is shown by.
    """
    old = require_profile(ctx)
    tax_id = ctx.server.secrets.decrypt(old.tax_id_secret) if old.tax_id_secret else ""
    if draft.tax_id and draft.tax_id in (tax_id, masked(tax_id)):
        draft = msgspec.structs.replace(draft, tax_id=None)
    rules.require_sound(draft)
    new = rules.changed(old, draft)
    if draft.tax_id is not None:
        secret = ctx.server.secrets.encrypt(draft.tax_id) if draft.tax_id else None
        new = msgspec.structs.replace(new, tax_id_secret=secret)
    shown = (ctx.organization.name, old.phone, old.address)
    _rename(ctx, draft.name)
    changed = change_profile(ctx, old, new)
    if (ctx.organization.name, changed.phone, changed.address) != shown:
        for follow in FOLLOWERS:
            follow(ctx, changed)
    return changed


def change_profile(ctx: Context, old: OrganizationProfile, new: OrganizationProfile) -> OrganizationProfile:
    """Store another version of the profile."""
    return PROFILE.revise(ctx, old, new)


def _rename(ctx: Context, name: str | None) -> None:
    old = ctx.organization
    if name is not None and name != old.name:
        ctx.organization = ORGANIZATION.revise(ctx, old, msgspec.structs.replace(old, name=name))


def masked(number: str) -> str:
    return last_four(number) if len(number) > 4 else "*" * len(number)
