"""How users and roles are answered."""

from net30.access.roles import SYNC
from net30.access.tables import User
from net30.kernel.context import Context
from net30.membership import actions
from net30.membership.schemas import OrganizationUser, RoleAnswer, UserRole
from net30.membership.tables import OrganizationRole
from net30.wire.listing import Condition, ListAnswer, Page
from net30.wire.types import timestamp

# The system users behind sync tokens are no people.
PEOPLE = Condition("role.type", "ne", (SYNC,))


def shown(user: User, role: OrganizationRole) -> OrganizationUser:
    """A user, with the role of their type, as the wire has it."""
    return OrganizationUser(
        id=user.id,
        archived=bool(user.archived),
        first_name=user.first_name,
        last_name=user.last_name,
        email=user.email,
        role=UserRole(id=role.id, type=role.type, description=role.description),
        created_time=timestamp(user.created_time),
        updated_time=timestamp(user.updated_time),
    )


def role_shown(role: OrganizationRole) -> RoleAnswer:
    return RoleAnswer(
        id=role.id,
        type=role.type,
        description=role.description,
        created_time=timestamp(role.created_time),
        updated_time=timestamp(role.updated_time),
    )


def user_answer(ctx: Context, user: User) -> OrganizationUser:
    return shown(user, actions.roles_by_type(ctx)[user.role])


def users_answer(ctx: Context, found: Page[User]) -> ListAnswer[OrganizationUser]:
    """A page of users."""
    roles = actions.roles_by_type(ctx)
    return found.of([shown(user, roles[user.role]) for user in found.rows])
