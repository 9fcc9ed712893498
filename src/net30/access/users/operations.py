"""The operations of an organization's users and roles."""

from typing import Annotated

from msgspec import Meta

from net30.access.roles import ROLES, SYNC
from net30.access.tables import User
from net30.access.users import actions
from net30.access.users.schemas import (
    OrganizationUser,
    OrganizationUserCreate,
    OrganizationUserUpdate,
    RoleAnswer,
    UserRole,
)
from net30.access.users.tables import OrganizationRole
from net30.kernel.context import Context
from net30.wire.listing import Condition, ListAnswer, page
from net30.wire.operation import operation
from net30.wire.types import ListRequest, timestamp

USERS = "organization users"
ROLES_AREA = "roles"

UserId = Annotated[str, Meta(min_length=1)]
RoleId = Annotated[str, Meta(min_length=1)]

# The system users behind sync tokens are no people.
_PEOPLE = Condition("role.type", "ne", (SYNC,))


def shown(user: User, role: OrganizationRole) -> OrganizationUser:
    """A user, with the role of their type, as the wire has it."""
    return OrganizationUser(
        id=user.id,
        archived=bool(user.archived),
        first_name=user.first_name,
        last_name=user.last_name,
        email=user.email,
        role=UserRole(id=role.id, type=role.type, description=ROLES[role.type].description),
        created_time=timestamp(user.created_time),
        updated_time=timestamp(user.updated_time),
    )


def role_shown(role: OrganizationRole) -> RoleAnswer:
    return RoleAnswer(
        id=role.id,
        type=role.type,
        description=ROLES[role.type].description,
        created_time=timestamp(role.created_time),
        updated_time=timestamp(role.updated_time),
    )


def _answer(ctx: Context, user: User) -> OrganizationUser:
    return shown(user, actions.roles_by_type(ctx)[user.role])


@operation("GET /connect/v3/users", area=USERS, needs="users:read")
def list_organization_users(ctx: Context, listing: ListRequest) -> ListAnswer[OrganizationUser]:
    """List the organization's users.

    Archived ones too, and those who were invited and have not signed up yet; the system users of sync tokens
    are left out. Filter and sort by `id`, `archived`, `firstName`, `lastName`, `email`, `role.type`,
    `createdTime` and `updatedTime`.
    """
    found = page(ctx, User, listing, [_PEOPLE])
    roles = actions.roles_by_type(ctx)
    return ListAnswer(
        results=[shown(user, roles[user.role]) for user in found.rows],
        next_page=found.next_page,
        prev_page=found.prev_page,
    )


@operation("POST /connect/v3/users", area=USERS, status=201, needs="users:create")
def create_organization_user(ctx: Context, body: OrganizationUserCreate) -> OrganizationUser:
    """Invite someone to the organization.

    They get a mail with a link to a page where they choose their password; it is good once, within 7 days.
    The email address is their username. Roles are listed by `GET /v3/roles`. Whoever works in several
    organizations is a user of each, with a password of its own.
    """
    return _answer(ctx, actions.create_user(ctx, body))


@operation("GET /connect/v3/users/{userId}", area=USERS, needs="users:read")
def get_organization_user(ctx: Context, user_id: UserId) -> OrganizationUser:
    """Read a user.

    An archived one is read too.
    """
    return _answer(ctx, actions.require_user(ctx, user_id))


@operation("PATCH /connect/v3/users/{userId}", area=USERS, needs="users:update")
def update_organization_user(ctx: Context, user_id: UserId, body: OrganizationUserUpdate) -> OrganizationUser:
    """Change a user's name or role.

    What is left out stays as it is. A role counts from the user's next call on, in open sessions too. The
    last active administrator cannot be given another role.
    """
    return _answer(ctx, actions.update_user(ctx, user_id, body))


@operation("POST /connect/v3/users/{userId}/archive", area=USERS, needs="users:archive")
def archive_organization_user(ctx: Context, user_id: UserId) -> OrganizationUser:
    """Archive a user.

    They cannot sign in any more, and their sessions end at once. The last active administrator cannot be
    archived. Archiving twice changes nothing.
    """
    return _answer(ctx, actions.archive_user(ctx, user_id))


@operation("POST /connect/v3/users/{userId}/restore", area=USERS, needs="users:archive")
def restore_organization_user(ctx: Context, user_id: UserId) -> OrganizationUser:
    """Restore an archived user.

    They sign in with the password they had; who never chose one is invited anew, which is also the way to
    have an expired invitation repeated. Restoring twice changes nothing.
    """
    return _answer(ctx, actions.restore_user(ctx, user_id))


@operation("GET /connect/v3/roles", area=ROLES_AREA, needs="roles:read")
def list_organization_user_roles(ctx: Context, listing: ListRequest) -> ListAnswer[RoleAnswer]:
    """List the roles that users of the organization can have.

    There is one of each type, and every organization has ids of its own. Filter and sort by `id`, `type`,
    `createdTime` and `updatedTime`.
    """
    found = page(ctx, OrganizationRole, listing)
    return ListAnswer(
        results=[role_shown(role) for role in found.rows],
        next_page=found.next_page,
        prev_page=found.prev_page,
    )


@operation("GET /connect/v3/roles/{roleId}", area=ROLES_AREA, needs="roles:read")
def get_organization_user_role(ctx: Context, role_id: RoleId) -> RoleAnswer:
    """Read a role.

    A user's `roleId` names it.
    """
    return role_shown(actions.require_role(ctx, role_id))
