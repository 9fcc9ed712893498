"""The organizations that a signed-in user can sign in to by the same developer key, in pages of 100."""

import msgspec
from sqlalchemy import Select, and_, bindparam, select

from net30.access.tables import User, developer_key_grants, users
from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.kernel.tables import organizations
from net30.store.database import Row
from net30.store.statements import Parameters, Statement
from net30.wire import tokens

PAGE = 100


class _Token(msgspec.Struct, array_like=True):
    backward: bool
    user_id: str
    from_id: str


class Reachable(msgspec.Struct, frozen=True):
    """(id, name) of one page's organizations in order, and the tokens of its neighbours."""

    organizations: list[tuple[str, str]]
    next_page: str | None
    prev_page: str | None


def _with_this_username() -> Select[tuple[str, str]]:
    """Crosses organizations on purpose; the caller's key must be granted on each of them."""
    return (
        select(organizations.c.id, organizations.c.name)
        .join(users, users.c.organization_id == organizations.c.id)
        .join(
            developer_key_grants,
            and_(
                developer_key_grants.c.organization_id == organizations.c.id,
                developer_key_grants.c.fingerprint == bindparam("developer_key"),
            ),
        )
        .where(users.c.username_key == bindparam("username_key"), users.c.archived == 0)
        .limit(bindparam("row_limit"))
    )


_FORWARD = Statement(
    _with_this_username().where(organizations.c.id > bindparam("from_id")).order_by(organizations.c.id),
    crosses="a person's organizations are found by the username",
)
_BACKWARD = Statement(
    _with_this_username()
    .where(organizations.c.id < bindparam("from_id"))
    .order_by(organizations.c.id.desc()),
    crosses="a person's organizations are found by the username",
)


def reachable(ctx: Context, user: User, page: str | None) -> Reachable:
    """One page of the organizations in which this username exists; a sync token reaches only its own."""
    token = _read(ctx, page, user) if page else None
    rows = _rows(ctx, user, token)
    more = len(rows) > PAGE
    found = [(str(row[0]), str(row[1])) for row in rows[:PAGE]]
    backward = token is not None and token.backward
    if backward:
        found.reverse()
    has_next, has_prev = (True, more) if backward else (more, token is not None)
    return Reachable(
        found,
        tokens.write(ctx.server.secrets, _Token(False, user.id, found[-1][0]))
        if found and has_next
        else None,
        tokens.write(ctx.server.secrets, _Token(True, user.id, found[0][0])) if found and has_prev else None,
    )


def _rows(ctx: Context, user: User, token: _Token | None) -> list[Row]:
    statement = _BACKWARD if token is not None and token.backward else _FORWARD
    parameters: Parameters = {
        "developer_key": ctx.actor.developer_key,
        "username_key": user.username_key,
        "from_id": token.from_id if token is not None else "",
        "row_limit": PAGE + 1,
    }
    return ctx.tx.rows(statement, parameters)


def _read(ctx: Context, text: str, user: User) -> _Token:
    token = tokens.read(ctx.server.secrets, text, _Token)
    if token is None or token.user_id != user.id:
        raise _no_token()
    return token


def _no_token() -> Refusal:
    return Refusal(
        None,
        field="page",
        detail="is not a page token of this list",
        help="use nextPage or prevPage of an earlier answer",
    )
