"""The verbs of an organization's users: invite, change, archive, restore. And the roles they can have."""

from typing import get_args

import msgspec
from sqlalchemy import bindparam, func, select

from net30.access import sessions
from net30.access import users as access_users
from net30.access.roles import ROLES as PERMITTED
from net30.access.roles import SYNC, RoleType
from net30.access.rules import username_key
from net30.access.tables import User, users
from net30.access.users import USER
from net30.kernel import ids
from net30.kernel.context import Context
from net30.kernel.owned import Owned
from net30.kernel.refusal import Refusal, Refusals
from net30.membership import rules
from net30.membership.invitations.actions import invite
from net30.membership.rules import InvitationDraft, UserDraft
from net30.membership.tables import OrganizationRole, organization_roles
from net30.store.database import Transaction
from net30.store.statements import Parameters, Statement, by_key

ROLES = Owned(OrganizationRole, "role", "GET /v3/roles; every organization has its own")
_ROLES = Statement(
    select(organization_roles).where(organization_roles.c.organization_id == bindparam("organization_id"))
)
_BY_USERNAME = Statement(select(users).where(by_key(users, ["organization_id", "username_key"])))
# Someone who has not signed up yet cannot stand in for an administrator who has.
_OTHER_ADMINISTRATORS = Statement(
    select(func.count())
    .select_from(users)
    .where(
        users.c.organization_id == bindparam("organization_id"),
        users.c.role == "ADMINISTRATOR",
        users.c.archived == 0,
        users.c.id != bindparam("id"),
        users.c.password_hash_secret.is_not(None) | (bindparam("signed_up") == 0),
    )
)


# ---- roles ----------------------------------------------------------------------------------------------


def create_roles(tx: Transaction, organization_id: str, now: int) -> None:
    """The roles of a new organization, one of each type, made at a business time.

    It takes a bare transaction, because there is no Context before there is an organization.
    """
    tx.insert(
        *(
            OrganizationRole(
                organization_id, ids.new(ids.PREFIX["role"]), type, PERMITTED[type].description, now, now
            )
            for type in get_args(RoleType)
        )
    )


def roles_by_type(ctx: Context) -> dict[str, OrganizationRole]:
    """The organization's roles by their types."""
    found = ctx.tx.records(OrganizationRole, _ROLES, {})
    return {role.type: role for role in found}


require_role = ROLES.require


# ---- users ----------------------------------------------------------------------------------------------


def create_user(ctx: Context, draft: InvitationDraft) -> User:
    """Invite someone: a user without a password, who gets a mail to choose one.

    Refusals: 400 for fields that do not validate, BDC_1205 for an unknown role, BDC_1119 (422) when a user of
    the organization, archived or not, has this email address as username.
    """
    if faults := rules.invitation_faults(draft):
        raise Refusals(faults)
    role = require_role(ctx, draft.role_id, field="role_id")
    _require_trust(ctx, role.type)
    require_free_username(ctx, draft.email, field="email")
    user = access_users.create_user(
        ctx,
        username=draft.email,
        password_hash=None,
        role=role.type,
        first_name=draft.first_name,
        last_name=draft.last_name,
    )
    invite(ctx, user)
    return user


def update_user(ctx: Context, user_id: str, draft: UserDraft) -> User:
    """Give a user another name or role; the role counts from their next call on.

    Refusals: BDC_1205 for an unknown user or role, 400 for a blank name, BDC_1119 (422) when it would leave the
    organization without an administrator.
    """
    user = require_user(ctx, user_id)
    if faults := rules.blank_names(draft.first_name, draft.last_name):
        raise Refusals(faults)
    return change_user(ctx, user, draft)


def change_user(ctx: Context, user: User, draft: UserDraft) -> User:
    """Store what was found sound. Refusals are those of `update_user`."""
    role = user.role if draft.role_id is None else require_role(ctx, draft.role_id, field="role_id").type
    _require_trust(ctx, user.role, role)
    if role != user.role:
        _require_another_administrator(ctx, user, "role_id", draft.role_id, "give it another role")
    changed_user = msgspec.structs.replace(
        user,
        first_name=draft.first_name or user.first_name,
        last_name=draft.last_name or user.last_name,
        email=draft.email or user.email,
        role=role,
    )
    return USER.revise(ctx, user, changed_user)


def archive_user(ctx: Context, user_id: str) -> User:
    """Keep a user out: all their sessions end at once. Archiving twice changes nothing.

    Refusals: BDC_1205 for an unknown user, BDC_1119 (422) for the last administrator.
    """
    user = require_user(ctx, user_id)
    if user.archived:
        return user
    _require_trust(ctx, user.role)
    _require_another_administrator(ctx, user, "archived", "true", "archive it")
    sessions.end_sessions_of(ctx, user.id)
    return USER.revise(ctx, user, msgspec.structs.replace(user, archived=1))


def restore_user(ctx: Context, user_id: str, *, invites: bool = True) -> User:
    """Let a user in again; one who never signed up is invited anew. Restoring twice changes nothing.

    Where `invites` is False nobody is: a partner's users sign in by the partner's program.
    """
    user = require_user(ctx, user_id)
    if not user.archived:
        return user
    _require_trust(ctx, user.role)
    restored = USER.revise(ctx, user, msgspec.structs.replace(user, archived=0))
    if invites and restored.password_hash_secret is None:
        invite(ctx, restored)
    return restored


def require_user(ctx: Context, user_id: str) -> User:
    """The person with an id, archived or not; BDC_1205 when the organization has none."""
    user = access_users.require_user(ctx, user_id)
    if user.role == SYNC:
        raise access_users.USERS.unknown(user_id)
    return user


def find_by_username(ctx: Context, username: str) -> User | None:
    """The person who signs in with a username, archived or not."""
    key = {"username_key": username_key(username)}
    return ctx.tx.record(User, _BY_USERNAME, key)


def require_free_username(ctx: Context, username: str, *, field: str) -> None:
    """Refuse (BDC_1119, 422) a username that a user of the organization has, archived or not."""
    user = find_by_username(ctx, username)
    if user is not None:
        raise Refusal(
            "BDC_1119",
            field=field,
            value=username,
            detail=f"the {'archived ' if user.archived else ''}user {user.id} has this username",
            help="restore that user" if user.archived else f"give another {field}",
        )


def _require_trust(ctx: Context, *roles: str) -> None:
    if "ADMINISTRATOR" in roles:
        ctx.require_trust_for_people("inviting or changing an administrator")


def _require_another_administrator(
    ctx: Context, user: User, field: str, value: str | None, what: str
) -> None:
    """An organization without an administrator could never be changed again."""
    if user.role != "ADMINISTRATOR" or user.archived:
        return
    signed_up = int(user.password_hash_secret is not None)
    parameters: Parameters = {
        "id": user.id,
        "signed_up": signed_up,
    }
    row = ctx.tx.row(_OTHER_ADMINISTRATORS, parameters)
    if row is None or row[0] == 0:
        raise Refusal(
            "BDC_1119",
            field=field,
            value=value,
            detail=f"the user {user.id} is the last active administrator of the organization",
            help=f"make somebody else who has signed up an administrator, then {what}",
        )
