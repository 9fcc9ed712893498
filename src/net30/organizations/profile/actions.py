"""Keeps and shows what is known of an organization."""

from net30.kernel import audit
from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.kernel.secrets import Secrets, last_four
from net30.kernel.tables import Organization
from net30.organizations.profile.schemas import (
    CompanyOwnerShown,
    OrganizationAddress,
    OrganizationAnswer,
    OrganizationCreate,
    OrganizationProcessingOptions,
)
from net30.organizations.profile.tables import OrganizationProfile
from net30.wire import addresses
from net30.wire.types import timestamp


def require_sound(body: OrganizationCreate) -> None:
    """Refuse (400) a blank name, and stars in place of a tax id."""
    if not body.name.strip():
        raise Refusal(None, field="name", detail="must not be blank", help="give the organization's name")
    if body.tax_id and "*" in body.tax_id:
        raise Refusal(None, field="taxId", detail="must be the tax id itself", help="send it without stars")


def create_profile(
    ctx: Context, body: OrganizationCreate, *, partner_name: str | None = None
) -> OrganizationProfile:
    """Keep what is known of a new organization. Mail goes to its address unless another one is given."""
    owner, options = body.company_owner, body.processing_options
    born = None if owner is None else owner.date_of_birth
    same = None if options is None else options.mailing_address_same_as_physical
    mailing = None if same else body.mailing_address
    profile = OrganizationProfile(
        organization_id=ctx.organization_id,
        address=_stored(body.address),
        mailing_address=None if mailing is None else _stored(mailing),
        phone=body.phone,
        owner_name=None if owner is None else owner.name,
        owner_date_of_birth=None if born is None else born.isoformat(),
        tax_id_secret=ctx.server.secrets.encrypt(body.tax_id) if body.tax_id else None,
        tax_id_type=body.tax_id_type,
        industry=body.industry,
        business_category=body.business_category,
        account_type=body.account_type,
        individual_transfer_out=0,
        individual_transfer_in=0,
        partner_name=partner_name,
        price_plan=None,
        created_time=ctx.now,
        updated_time=ctx.now,
    )
    ctx.tx.insert(profile)
    audit.created(ctx, "OrganizationProfile", profile, ctx.organization_id)
    return profile


def shown(organization: Organization, profile: OrganizationProfile, secrets: Secrets) -> OrganizationAnswer:
    """An organization as the wire has it."""
    address = addresses.read(profile.address)
    mailing = address if profile.mailing_address is None else addresses.read(profile.mailing_address)
    owner = CompanyOwnerShown(name=profile.owner_name, date_of_birth=profile.owner_date_of_birth)
    return OrganizationAnswer(
        id=organization.id,
        archived=False,
        name=organization.name,
        address=address,
        mailing_address=mailing,
        phone=profile.phone,
        company_owner=owner if profile.owner_name or profile.owner_date_of_birth else None,
        tax_id=_masked(secrets.decrypt(profile.tax_id_secret)) if profile.tax_id_secret else None,
        tax_id_type=profile.tax_id_type,
        industry=profile.industry,
        business_category=profile.business_category,
        account_type=profile.account_type,
        processing_options=OrganizationProcessingOptions(
            mailing_address_same_as_physical=profile.mailing_address is None,
            individual_transfer_out=bool(profile.individual_transfer_out),
            individual_transfer_in=bool(profile.individual_transfer_in),
        ),
        partner_name=profile.partner_name,
        created_time=timestamp(organization.created_time),
        updated_time=timestamp(max(organization.updated_time, profile.updated_time)),
    )


def _stored(address: OrganizationAddress) -> str:
    told = addresses.revised(None, address)
    assert told is not None, "the country of an organization's address is always told"
    return addresses.kept(told)


def _masked(number: str) -> str:
    return last_four(number) if len(number) > 4 else "*" * len(number)
