"""The people of an organization, as sign-in and everything above it knows them."""

from sqlalchemy import select

from net30.access import rules
from net30.access.tables import User, users
from net30.kernel import ids
from net30.kernel.context import Context
from net30.kernel.entity import Entity
from net30.kernel.owned import Owned
from net30.store.statements import Statement, by_key

USER = Entity("User", User)
USERS = Owned(User, "user", "GET /v3/users")
MOST_ADMINISTRATORS = 100
_ADMINISTRATORS = Statement(
    select(users)
    .where(by_key(users, ["organization_id"]), users.c.role == "ADMINISTRATOR", users.c.archived == 0)
    .order_by(users.c.id)
    .limit(MOST_ADMINISTRATORS)
)


def create_user(
    ctx: Context,
    *,
    username: str,
    password_hash: str | None,
    role: str,
    first_name: str,
    last_name: str,
    email: str | None = None,
    id: str | None = None,
) -> User:
    """A user of the organization; the username is the email address too unless another one is given."""
    user = User(
        organization_id=ctx.organization_id,
        id=id or ids.new(ids.PREFIX["user"]),
        username=username,
        username_key=rules.username_key(username),
        password_hash_secret=password_hash,
        role=role,
        first_name=first_name,
        last_name=last_name,
        email=email or username,
        archived=0,
        created_time=ctx.now,
        updated_time=ctx.now,
    )
    USER.enter(ctx, user)
    return user


def signed_in_user(ctx: Context) -> User:
    """The user of the caller's session."""
    found = find_user(ctx, ctx.actor.user_id)
    assert found is not None, "a session has a user, by its foreign key"
    return found


find_user = USERS.find
require_user = USERS.require


def administrators(ctx: Context) -> list[User]:
    """The organization's active administrators, oldest first, at most 100."""
    return ctx.tx.records(User, _ADMINISTRATORS, {})
