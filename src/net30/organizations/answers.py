"""How a stored organization is written on the wire."""

from net30.kernel.secrets import Secrets
from net30.kernel.tables import Organization
from net30.organizations.actions import masked
from net30.organizations.schemas import (
    CompanyOwnerShown,
    OrganizationAnswer,
    OrganizationProcessingOptions,
)
from net30.organizations.tables import OrganizationProfile
from net30.wire import addresses
from net30.wire.types import timestamp


def shown(organization: Organization, profile: OrganizationProfile, secrets: Secrets) -> OrganizationAnswer:
    """An organization as the wire has it."""
    address = None if profile.address is None else addresses.read(profile.address)
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
        tax_id=masked(secrets.decrypt(profile.tax_id_secret)) if profile.tax_id_secret else None,
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
