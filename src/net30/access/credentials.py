"""Finds out who calls. Every call of a signed-in user passes here, so a session costs one SELECT, no more."""

from collections.abc import Mapping

from sqlalchemy import and_, bindparam, select, update

from net30.access import rules
from net30.access.roles import permissions
from net30.access.tables import (
    SessionKind,
    developer_key_grants,
    developer_keys,
    sessions,
    users,
)
from net30.kernel.context import Actor, Server
from net30.kernel.refusal import Refusal
from net30.kernel.secrets import fingerprint
from net30.kernel.tables import Via
from net30.store.statements import Statement
from net30.wire.operation import Operation

ANONYMOUS = Actor("", "", "ANONYMOUS", "API")

# The session names its organization, and finding that out is the purpose: no organization is known before.
_SESSION = Statement(
    select(
        sessions.c.organization_id,
        sessions.c.user_id,
        sessions.c.developer_key,
        sessions.c.trusted,
        sessions.c.kind,
        sessions.c.expires_at,
        users.c.role,
        users.c.archived,
        developer_keys.c.active,
    )
    .join(
        users, and_(users.c.organization_id == sessions.c.organization_id, users.c.id == sessions.c.user_id)
    )
    .join(developer_keys, developer_keys.c.fingerprint == sessions.c.developer_key)
    .where(sessions.c.fingerprint == bindparam("fingerprint"))
)
_TOUCH = Statement(
    update(sessions)
    .where(
        sessions.c.organization_id == bindparam("organization_id"),
        sessions.c.fingerprint == bindparam("fingerprint"),
        sessions.c.expires_at < bindparam("new_expires_at"),
    )
    .values(expires_at=bindparam("new_expires_at"))
)
_GRANTED = Statement(
    select(developer_keys.c.active, developer_key_grants.c.organization_id)
    .outerjoin(
        developer_key_grants,
        and_(
            developer_key_grants.c.fingerprint == developer_keys.c.fingerprint,
            developer_key_grants.c.organization_id == bindparam("organization_id"),
        ),
    )
    .where(developer_keys.c.fingerprint == bindparam("fingerprint"))
)


def authenticate(
    server: Server, operation: Operation, headers: Mapping[str, str], path: Mapping[str, str]
) -> Actor:
    """Who makes this call, by the credentials that the operation wants; `headers` has lower-case names.

    Refusals: BDC_1109 (401) for a session that is missing, unknown, expired or another key's, BDC_1178 (400)
    for a missing developer key, BDC_1102 (400) and BDC_1103 (401) for one that is unknown or not active, and
    BDC_1123 (404) for an organization on which the key of a sandbox control is not granted, whether it exists
    or not.
    """
    if operation.credentials == "none":
        return ANONYMOUS
    if operation.credentials == "control":
        return _controlling(server, headers, path["id"])
    return _signed_in(server, headers)


def _signed_in(server: Server, headers: Mapping[str, str]) -> Actor:
    session_id = headers.get("sessionid")
    if not session_id:
        raise _no_session("the header sessionId is missing")
    developer_key = fingerprint(_developer_key(headers))
    session = fingerprint(session_id)
    with server.database.read() as tx:
        row = tx.row(_SESSION, {"fingerprint": session})
    now = server.machine_now()
    if row is None:
        raise _no_session("no session has this id: it never had, was ended, or expired long ago")
    organization_id, user_id, opened_by, trusted, kind, expires_at, role, archived, active = row
    if expires_at <= now:
        raise _no_session(f"the session was not used for {rules.IDLE_MS[kind] // rules.MINUTE_MS} minutes")
    if opened_by != developer_key:
        raise _no_session("the session was opened with another developer key")
    if archived:
        raise _no_session("the user of the session is archived")
    if not active:
        raise inactive_key()
    _keep_alive(server, organization_id, session, kind, expires_at, now)
    via: Via = "SYNC" if kind == "SYNC" else "API"
    return Actor(
        organization_id, user_id, role, via, bool(trusted), session, developer_key, permissions(role)
    )


def _keep_alive(
    server: Server, organization_id: str, session: str, kind: SessionKind, expires_at: int, now: int
) -> None:
    """Move the expiry on, at most once a minute."""
    if rules.wants_touch(kind, expires_at, now):
        key = {"organization_id": organization_id, "fingerprint": session}
        with server.database.write() as tx:
            tx.execute(_TOUCH, {**key, "new_expires_at": rules.expiry(kind, now)})


def _controlling(server: Server, headers: Mapping[str, str], organization_id: str) -> Actor:
    key = fingerprint(_developer_key(headers))
    # Not every character that a path may carry can be looked for in a database.
    wanted = organization_id if organization_id.isprintable() else ""
    with server.database.read() as tx:
        row = tx.row(_GRANTED, {"fingerprint": key, "organization_id": wanted})
    if row is None:
        raise unknown_key("header")
    active, granted_on = row
    if not active:
        raise inactive_key()
    if granted_on is None:
        raise Refusal(
            "BDC_1123",
            detail=f"this developer key is granted on no organization with the id {organization_id}",
            help="use the organizationId and the devKey that a world was made with",
        )
    return Actor(organization_id, "", "SANDBOX", "SANDBOX", trusted=True, developer_key=key)


def _developer_key(headers: Mapping[str, str]) -> str:
    key = headers.get("devkey")
    if not key:
        raise Refusal("BDC_1178", detail="the header devKey is missing", help="send the developer key")
    return key


def _no_session(why: str) -> Refusal:
    return Refusal("BDC_1109", detail=why, help="sign in with POST /connect/v3/login and repeat the call")


def unknown_key(where: str) -> Refusal:
    return Refusal(
        "BDC_1102",
        detail=f"this server knows no such developer key as the {where} gives",
        help="use a devKey of this server; keys of another environment are unknown here",
    )


def inactive_key() -> Refusal:
    return Refusal("BDC_1103", detail="the developer key was switched off", help="use an active key")
