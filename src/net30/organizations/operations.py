"""The operations of an organization's own profile."""

from typing import Annotated

from msgspec import Meta

from net30.kernel.context import Context
from net30.organizations import actions
from net30.organizations.answers import shown
from net30.organizations.industries import INDUSTRIES
from net30.organizations.rules import OrganizationDraft
from net30.organizations.schemas import NAMES, Industries, OrganizationAnswer, OrganizationUpdate
from net30.wire.naming import drafted
from net30.wire.operation import operation

AREA = "organizations"
ORGANIZATION = "/connect/v3/organizations/{organizationId}"

OrganizationId = Annotated[str, Meta(min_length=1)]


@operation("GET /connect/v3/organizations/industries", area=AREA, needs="industries:read")
def list_industries(ctx: Context) -> Industries:
    """List names of industries.

    For the property `industry` of an organization, which takes any other text as well.
    """
    return Industries(results=list(INDUSTRIES))


@operation(f"GET {ORGANIZATION}", area=AREA, needs="organization:read")
def get_organization(ctx: Context, organization_id: OrganizationId) -> OrganizationAnswer:
    """Read the organization that the session belongs to.

    Its tax id is shown by the last four characters. Any other organization is unknown.
    """
    actions.require_own(ctx, organization_id)
    return shown(ctx.organization, actions.require_profile(ctx), ctx.server.secrets)


@operation(f"PATCH {ORGANIZATION}", area=AREA, needs="organization:update", names=NAMES)
def update_organization(
    ctx: Context, organization_id: OrganizationId, body: OrganizationUpdate
) -> OrganizationAnswer:
    """Change the organization that the session belongs to.

    What is left out stays, in addresses and in `companyOwner` too; an empty text clears what may be absent. A
    mailing address begins as a copy of the address, and goes when `mailingAddressSameAsPhysical` is true.
    """
    actions.require_own(ctx, organization_id)
    profile = actions.change_organization(ctx, drafted(OrganizationDraft, body, NAMES))
    return shown(ctx.organization, profile, ctx.server.secrets)
