"""The operations of a partner: sign in, make organizations and choose their price plans."""

from typing import Annotated

import msgspec
from msgspec import Meta

from net30.billing.actions import choose_price_plan
from net30.kernel.context import Actor, Context, Server, writing
from net30.organizations.answers import shown
from net30.organizations.rules import OrganizationDraft
from net30.organizations.schemas import NAMES, OrganizationAnswer, OrganizationCreate
from net30.partners import actions
from net30.partners.schemas import (
    LoginAsUserRequest,
    LoginAsUserResponse,
    OrganizationPricePlanUpdate,
    PartnerLoginRequest,
    PartnerLoginResponse,
    StatusAnswer,
)
from net30.partners.sign_in import (
    PartnerSignInDraft,
    UserSignInDraft,
    partner_sign_in,
    require_made,
    sign_in_as,
)
from net30.partners.tables import PartnerOrganization
from net30.wire.listing import ListAnswer, page
from net30.wire.naming import drafted
from net30.wire.operation import operation
from net30.wire.types import ListRequest

AREA = "partner"

OrganizationId = Annotated[str, Meta(min_length=1)]


@operation("POST /connect/v3/partner/login", area=AREA, credentials="none", idempotent=False)
def partner_login(server: Server, body: PartnerLoginRequest) -> PartnerLoginResponse:
    """Sign in as a partner.

    The session goes, with the app key, into the headers `sessionId` and `appKey` of the partner's calls. It
    ends after 35 minutes without one, or by `POST /v3/logout`, which takes `appKey` in place of `devKey`.
    """
    return PartnerLoginResponse(session_id=partner_sign_in(server, drafted(PartnerSignInDraft, body)))


@operation("POST /connect/v3/partner/login-as-user", area=AREA, credentials="partner", idempotent=False)
def login_as_user(server: Server, actor: Actor, body: LoginAsUserRequest) -> LoginAsUserResponse:
    """Sign in as a user of one of the partner's organizations.

    The session is the user's: it goes with the partner's developer key into the headers `sessionId` and `devKey`
    of calls on the organization. `rememberMeId` and `device` make it MFA-trusted.
    """
    opened = sign_in_as(server, actor, drafted(UserSignInDraft, body))
    return LoginAsUserResponse(session_id=opened.session_id, trusted=opened.trusted)


@operation("GET /connect/v3/partner/organizations", area=AREA, credentials="partner")
def list_partner_organizations(ctx: Context, listing: ListRequest) -> ListAnswer[OrganizationAnswer]:
    """List the organizations that the partner made.

    Filter and sort by `id` and `createdTime`.
    """
    found = page(ctx, PartnerOrganization, listing)
    known = actions.made_organizations(ctx, found.rows)
    return found.of([shown(organization, profile, ctx.server.secrets) for organization, profile in known])


@operation(
    "POST /connect/v3/partner/organizations", area=AREA, status=201, credentials="partner", names=NAMES
)
def create_organization(ctx: Context, body: OrganizationCreate) -> OrganizationAnswer:
    """Make an organization.

    It has roles, a chart of accounts and the partner's developer key, and needs a user before anything can be done in
    it. Online payments wait for its risk verification.
    """
    organization, profile = actions.make_organization(ctx, drafted(OrganizationDraft, body, NAMES))
    return shown(organization, profile, ctx.server.secrets)


@operation(
    "PATCH /connect/v3/partner/organizations/{organizationId}/price-plan", area=AREA, credentials="partner"
)
def update_org_partner_price_plan(
    server: Server, actor: Actor, organization_id: OrganizationId, body: OrganizationPricePlanUpdate
) -> StatusAnswer:
    """Choose an organization's price plan.

    The organization is billed by it from then on, month by month, and nobody is charged: the statements are for its
    program to read.
    """
    with server.database.read() as tx:
        require_made(tx, actor, organization_id)
    with writing(server, msgspec.structs.replace(actor, organization_id=organization_id)) as ctx:
        choose_price_plan(ctx, body.price_plan_type)
    return StatusAnswer(status="SUCCESS")
