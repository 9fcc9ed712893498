"""The operations of an organization's users and roles."""

from typing import Annotated

from msgspec import Meta

from net30.access.tables import User
from net30.kernel.context import Context
from net30.membership import actions
from net30.membership.answers import PEOPLE, role_shown, user_answer, users_answer
from net30.membership.rules import InvitationDraft, UserDraft
from net30.membership.schemas import (
    OrganizationUser,
    OrganizationUserCreate,
    OrganizationUserUpdate,
    RoleAnswer,
)
from net30.membership.tables import OrganizationRole
from net30.wire.listing import ListAnswer, page
from net30.wire.naming import drafted
from net30.wire.operation import operation
from net30.wire.types import ListRequest

USERS = "organization users"
ROLES_AREA = "roles"

UserId = Annotated[str, Meta(min_length=1)]
RoleId = Annotated[str, Meta(min_length=1)]


@operation("GET /connect/v3/users", area=USERS, needs="users:read")
def list_organization_users(ctx: Context, listing: ListRequest) -> ListAnswer[OrganizationUser]:
    """List the organization's users.

    Archived ones too, and those who were invited and have not signed up yet; the system users of sync tokens
    are left out. Filter and sort by `id`, `archived`, `firstName`, `lastName`, `email`, `role.type`,
    `createdTime` and `updatedTime`.
    """
    return users_answer(ctx, page(ctx, User, listing, [PEOPLE]))


@operation("POST /connect/v3/users", area=USERS, status=201, needs="users:create")
def create_organization_user(ctx: Context, body: OrganizationUserCreate) -> OrganizationUser:
    """Invite someone to the organization.

    They get a mail with a link to a page where they choose their password; it is good once, within 7 days.
    The email address is their username. Roles are listed by `GET /v3/roles`. Whoever works in several
    organizations is a user of each, with a password of its own.
    """
    return user_answer(ctx, actions.create_user(ctx, drafted(InvitationDraft, body)))


@operation("GET /connect/v3/users/{userId}", area=USERS, needs="users:read")
def get_organization_user(ctx: Context, user_id: UserId) -> OrganizationUser:
    """Read a user.

    Whoever was archived, or has not signed up yet, is read too.
    """
    return user_answer(ctx, actions.require_user(ctx, user_id))


@operation("PATCH /connect/v3/users/{userId}", area=USERS, needs="users:update")
def update_organization_user(ctx: Context, user_id: UserId, body: OrganizationUserUpdate) -> OrganizationUser:
    """Change a user's name or role.

    What is left out stays as it is. A role counts from the user's next call on, in open sessions too. The
    last active administrator cannot be given another role.
    """
    return user_answer(ctx, actions.update_user(ctx, user_id, drafted(UserDraft, body)))


@operation("POST /connect/v3/users/{userId}/archive", area=USERS, needs="users:archive")
def archive_organization_user(ctx: Context, user_id: UserId) -> OrganizationUser:
    """Archive a user.

    They cannot sign in any more, and their sessions end at once. The last active administrator cannot be
    archived. Archiving twice changes nothing.
    """
    return user_answer(ctx, actions.archive_user(ctx, user_id))


@operation("POST /connect/v3/users/{userId}/restore", area=USERS, needs="users:archive")
def restore_organization_user(ctx: Context, user_id: UserId) -> OrganizationUser:
    """Restore an archived user.

    They sign in with the password they had; who never chose one is invited anew, which is also the way to
    have an expired invitation repeated. Restoring twice changes nothing.
    """
    return user_answer(ctx, actions.restore_user(ctx, user_id))


@operation("GET /connect/v3/roles", area=ROLES_AREA, needs="roles:read")
def list_organization_user_roles(ctx: Context, listing: ListRequest) -> ListAnswer[RoleAnswer]:
    """List the roles that users of the organization can have.

    There is one of each type, and every organization has ids of its own. Filter and sort by `id`, `type`,
    `createdTime` and `updatedTime`.
    """
    found = page(ctx, OrganizationRole, listing)
    return found.of([role_shown(role) for role in found.rows])


@operation("GET /connect/v3/roles/{roleId}", area=ROLES_AREA, needs="roles:read")
def get_organization_user_role(ctx: Context, role_id: RoleId) -> RoleAnswer:
    """Read a role.

    A user's `roleId` names it.
    """
    return role_shown(actions.require_role(ctx, role_id))
