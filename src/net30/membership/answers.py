"""How users and roles are answered."""

from net30.access.roles import SYNC
from net30.access.tables import User
from net30.kernel.context import Context
from net30.membership import actions
from net30.membership.schemas import OrganizationUser, RoleAnswer, UserRole
from net30.membership.tables import OrganizationRole
from net30.wire.answers import answering
from net30.wire.listing import Condition, ListAnswer, Page

# The system users behind sync tokens are no people.
PEOPLE = Condition("role.type", "ne", (SYNC,))


_user = answering(OrganizationUser, User, more=["role"])
_role_of_user = answering(UserRole, OrganizationRole)
role_shown = answering(RoleAnswer, OrganizationRole)


def shown(user: User, role: OrganizationRole) -> OrganizationUser:
    """A user, with the role of their type, as the wire has it."""
    return _user(user, role=_role_of_user(role))


def user_answer(ctx: Context, user: User) -> OrganizationUser:
    return shown(user, actions.roles_by_type(ctx)[user.role])


def users_answer(ctx: Context, found: Page[User]) -> ListAnswer[OrganizationUser]:
    """A page of users."""
    roles = actions.roles_by_type(ctx)
    return found.of([shown(user, roles[user.role]) for user in found.rows])
