"""Finds out who calls. Every call of a signed-in user passes here, so a session costs one SELECT, no more."""

from collections.abc import Mapping
from functools import partial

from sqlalchemy import and_, bindparam, select, update

from net30.access import rules
from net30.access.roles import permissions
from net30.access.tables import (
    developer_key_grants,
    developer_keys,
    sessions,
    users,
)
from net30.kernel.context import Actor, Caller, Server
from net30.kernel.refusal import Refusal
from net30.kernel.secrets import fingerprint
from net30.kernel.tables import Organization, Via, organizations
from net30.organizations.settings import limits_of
from net30.store.database import Transaction
from net30.store.statements import Statement
from net30.wire.operation import Operation

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
        *organizations.c,
    )
    .join(organizations, organizations.c.id == sessions.c.organization_id)
    .join(
        users, and_(users.c.organization_id == sessions.c.organization_id, users.c.id == sessions.c.user_id)
    )
    .join(developer_keys, developer_keys.c.fingerprint == sessions.c.developer_key)
    .where(sessions.c.fingerprint == bindparam("fingerprint")),
    crosses="the session tells whose it is",
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
    select(developer_keys.c.active, *organizations.c)
    .outerjoin(
        developer_key_grants,
        and_(
            developer_key_grants.c.fingerprint == developer_keys.c.fingerprint,
            developer_key_grants.c.organization_id == bindparam("organization_id"),
        ),
    )
    .outerjoin(organizations, organizations.c.id == developer_key_grants.c.organization_id)
    .where(developer_keys.c.fingerprint == bindparam("fingerprint"))
)
# What everybody who has a session may do with it, whatever kind it is of.
ENDING = "session:end"


def authenticate(
    server: Server,
    tx: Transaction,
    operation: Operation,
    headers: Mapping[str, str],
    path: Mapping[str, str],
) -> Caller:
    """Who makes this call, by the credentials that the operation wants; `headers` has lower-case names.

    Refusals: BDC_1109 (401) for a session that is missing, unknown, expired or another key's, BDC_1178 (400)
    for a missing developer key, BDC_1102 (400) and BDC_1103 (401) for one that is unknown or not active, and
    BDC_1123 (404) for an organization on which the key of a sandbox control is not granted, whether it exists
    or not.
    """
    if operation.credentials == "control":
        return controlling(tx, headers, path["id"])
    return _signed_in(server, tx, operation, headers)


def _signed_in(server: Server, tx: Transaction, operation: Operation, headers: Mapping[str, str]) -> Caller:
    session_id = headers.get("sessionid")
    if not session_id:
        raise _no_session("the header sessionId is missing")
    # A link to a file is followed with the session alone; a key that is sent all the same must be the session's.
    without_key = operation.credentials == "link" and not headers.get("devkey")
    named_key = None if without_key else fingerprint(_key(operation, headers))
    session = fingerprint(session_id)
    row = tx.row(_SESSION, {"fingerprint": session})
    now = server.machine_now()
    if row is None:
        raise _no_session("no session has this id: it never had, was ended, or expired long ago")
    organization_id, user_id, opened_by, trusted, kind, expires_at, role, archived, active, *columns = row
    if expires_at <= now:
        raise _no_session(f"the session was not used for {rules.IDLE_MS[kind] // rules.MINUTE_MS} minutes")
    if named_key is not None and opened_by != named_key:
        raise _no_session("the session was opened with another developer key")
    if (kind == "PARTNER") is not _is_partners(operation, headers) and operation.needs != ENDING:
        raise _no_session("a partner's session is not one of an organization's user, and the other way about")
    if archived:
        raise _no_session("the user of the session is archived")
    if not active:
        raise inactive_key()
    via: Via = "SYNC" if kind == "SYNC" else "API"
    organization = Organization(*columns)
    trusted = rules.is_trusted(organization, kind, remembered=bool(trusted))
    actor = Actor(organization_id, user_id, role, via, trusted, session, opened_by, permissions(role))
    stale = rules.wants_touch(kind, expires_at, now)
    touch = partial(_keep_alive, server, actor, rules.expiry(kind, now)) if stale else None
    return Caller(actor, organization, touch, limits_of(server, organization))


def _keep_alive(server: Server, actor: Actor, expires_at: int) -> None:
    """Move the expiry on, in a transaction of its own; needed at most once a minute."""
    key = {"organization_id": actor.organization_id, "fingerprint": actor.session}
    with server.database.write() as tx:
        tx.execute(_TOUCH, {**key, "new_expires_at": expires_at})


def controlling(tx: Transaction, headers: Mapping[str, str], organization_id: str) -> Caller:
    """Who moves a world: whoever has a developer key that is granted on it. Refusals are those of `authenticate`."""
    key = fingerprint(_developer_key(headers))
    row = tx.row(_GRANTED, {"fingerprint": key, "organization_id": organization_id})
    if row is None:
        raise unknown_key("header")
    active, *columns = row
    if not active:
        raise inactive_key()
    if columns[0] is None:
        raise Refusal(
            "BDC_1123",
            detail=f"this developer key is granted on no organization with the id {organization_id}",
            help="use the organizationId and the devKey that a world was made with",
        )
    actor = Actor(organization_id, "", "SANDBOX", "SANDBOX", trusted=True, developer_key=key)
    return Caller(actor, Organization(*columns))


def _is_partners(operation: Operation, headers: Mapping[str, str]) -> bool:
    if operation.credentials == "subscriber":
        return "appkey" in headers and "devkey" not in headers
    return operation.credentials in ("partner", "partner-organization")


def _key(operation: Operation, headers: Mapping[str, str]) -> str:
    """The key that the operation wants; a partner may sign out with its app key."""
    signs_out = operation.needs == ENDING and "devkey" not in headers and "appkey" in headers
    if not _is_partners(operation, headers) and not signs_out:
        return _developer_key(headers)
    key = headers.get("appkey")
    if not key:
        raise Refusal("BDC_1178", detail="the header appKey is missing", help="send the partner's app key")
    return key


def _developer_key(headers: Mapping[str, str]) -> str:
    key = headers.get("devkey")
    if not key:
        raise Refusal("BDC_1178", detail="the header devKey is missing", help="send the developer key")
    return key


def _no_session(why: str) -> Refusal:
    help = "sign in with POST /connect/v3/login (partners: /connect/v3/partner/login) and repeat the call"
    return Refusal("BDC_1109", detail=why, help=help)


def unknown_key(where: str) -> Refusal:
    return Refusal(
        "BDC_1102",
        detail=f"this server knows no such developer key as the {where} gives",
        help="use a devKey of this server; keys of another environment are unknown here",
    )


def inactive_key() -> Refusal:
    return Refusal("BDC_1103", detail="the developer key was switched off", help="use an active key")
