"""The operations of a partner on the users of one organization, which the header `organizationId` names."""

from typing import Annotated

from msgspec import Meta

from net30.access.tables import User
from net30.kernel.context import Context
from net30.membership import actions as users
from net30.membership.answers import PEOPLE, role_shown, user_answer, users_answer
from net30.membership.rules import UserDraft
from net30.membership.schemas import OrganizationUser, RoleAnswer
from net30.membership.tables import OrganizationRole
from net30.partners import actions
from net30.partners.actions import PartnerUserDraft
from net30.partners.schemas import PartnerUserCreate, PartnerUserUpdate
from net30.risk.actions import leave_phone
from net30.risk.schemas import PhoneVerification
from net30.wire.listing import ListAnswer, page
from net30.wire.naming import drafted
from net30.wire.operation import operation
from net30.wire.types import ListRequest

AREA = "partner"

UserId = Annotated[str, Meta(min_length=1)]
RoleId = Annotated[str, Meta(min_length=1)]


@operation("GET /connect/v3/partner/users", area=AREA, credentials="partner-organization")
def list_partner_users(ctx: Context, listing: ListRequest) -> ListAnswer[OrganizationUser]:
    """List an organization's users.

    Archived ones too. Filter and sort by what `GET /v3/users` takes.
    """
    return users_answer(ctx, page(ctx, User, listing, [PEOPLE]))


@operation("POST /connect/v3/partner/users", area=AREA, status=201, credentials="partner-organization")
def create_partner_user(ctx: Context, body: PartnerUserCreate) -> OrganizationUser:
    """Make a user of an organization.

    They have no password and get no invitation: the partner's program signs in as them by
    `POST /v3/partner/login-as-user`. Usernames and external references are unique in all organizations of the
    partner. Without `roleId` the user is an administrator.
    """
    return user_answer(ctx, actions.create_user(ctx, drafted(PartnerUserDraft, body)))


@operation("GET /connect/v3/partner/users/{userId}", area=AREA, credentials="partner-organization")
def get_partner_user(ctx: Context, user_id: UserId) -> OrganizationUser:
    """Read a user of an organization.

    Archived users are read too.
    """
    return user_answer(ctx, users.require_user(ctx, user_id))


@operation("PATCH /connect/v3/partner/users/{userId}", area=AREA, credentials="partner-organization")
def update_partner_user(ctx: Context, user_id: UserId, body: PartnerUserUpdate) -> OrganizationUser:
    """Change a user's name, email address or role.

    What is left out stays as it is. The username stays whatever the email address is. The last active
    administrator cannot be given another role.
    """
    return user_answer(ctx, actions.update_user(ctx, user_id, drafted(UserDraft, body)))


@operation("POST /connect/v3/partner/users/{userId}/archive", area=AREA, credentials="partner-organization")
def archive_partner_user(ctx: Context, user_id: UserId) -> OrganizationUser:
    """Archive a user of an organization.

    Their sessions end at once. The last active administrator cannot be archived. Archiving twice changes
    nothing.
    """
    return user_answer(ctx, users.archive_user(ctx, user_id))


@operation("POST /connect/v3/partner/users/{userId}/restore", area=AREA, credentials="partner-organization")
def restore_partner_user(ctx: Context, user_id: UserId) -> OrganizationUser:
    """Restore an archived user of an organization.

    Nobody is invited. Restoring twice changes nothing.
    """
    return user_answer(ctx, users.restore_user(ctx, user_id, invites=False))


@operation("GET /connect/v3/partner/roles", area=AREA, credentials="partner-organization")
def list_partner_user_roles(ctx: Context, listing: ListRequest) -> ListAnswer[RoleAnswer]:
    """List the roles that users of an organization can have.

    Filter and sort by `id`, `type`, `createdTime` and `updatedTime`.
    """
    found = page(ctx, OrganizationRole, listing)
    return found.of([role_shown(role) for role in found.rows])


@operation("GET /connect/v3/partner/roles/{roleId}", area=AREA, credentials="partner-organization")
def get_partner_user_role(ctx: Context, role_id: RoleId) -> RoleAnswer:
    """Read a role of an organization.

    Every organization has ids of its own for its roles.
    """
    return role_shown(users.require_role(ctx, role_id))


@operation(
    "POST /connect/v3/partner/risk-verifications/{userId}/phone",
    area=AREA,
    credentials="partner-organization",
)
def create_phone(ctx: Context, user_id: str, body: PhoneVerification) -> None:
    """Leave a user's phone for the risk verification of their organization.

    The user, or the partner in their session, asks for the verification by `POST /v3/risk-verifications`.
    """
    leave_phone(ctx, users.require_user(ctx, user_id).id, body.phone_number, body.phone_type)
