"""Signing in: find the user, compare the password outside any transaction, then open the session."""

from typing import NamedTuple

import msgspec
from sqlalchemy import and_, bindparam, select

from net30.access import attempts, passwords, rules, sessions
from net30.access.credentials import inactive_key, unknown_key
from net30.access.tables import (
    SessionKind,
    SyncToken,
    User,
    developer_key_grants,
    developer_keys,
    sync_tokens,
    users,
)
from net30.kernel import audit, secrets
from net30.kernel.context import Actor, Context, Server, writing
from net30.kernel.refusal import Refusal
from net30.kernel.secrets import fingerprint
from net30.kernel.tables import Organization, organizations
from net30.organizations.settings import limits_of
from net30.store.database import Transaction
from net30.store.statements import Statement, by_key
from net30.wire import limits

_ACTIVE = Statement(select(developer_keys.c.active).where(by_key(developer_keys, ["fingerprint"])))
_ACCESS = Statement(
    select(developer_key_grants.c.fingerprint, *organizations.c)
    .outerjoin(
        developer_key_grants,
        and_(
            developer_key_grants.c.organization_id == organizations.c.id,
            developer_key_grants.c.fingerprint == bindparam("fingerprint"),
        ),
    )
    .where(organizations.c.id == bindparam("organization_id"))
)
_USER = Statement(select(users).where(by_key(users, ["organization_id", "username_key"])))
_TOKEN = Statement(select(sync_tokens).where(by_key(sync_tokens, ["organization_id", "name"])))


_NO_MATCH = "no active user of this organization has this username and password"


class SignInDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Who wants in, where, by which developer key. A console's token signs nobody in."""

    dev_key: str
    username: str
    organization_id: str
    password: str | None = None
    console_api_token: str | None = None
    remember_me_id: str | None = None
    device: str | None = None


class SignedIn(msgspec.Struct, frozen=True):
    """An open session, with the id that only its owner ever sees."""

    session_id: str
    user_id: str
    trusted: bool


def sign_in(server: Server, draft: SignInDraft) -> SignedIn:
    """Open a session for a user, or for a sync token, whose name and value stand for username and password.

    An unknown user, an archived one and a wrong password get one and the same answer, after the same work. Wrong
    passwords are counted where the organization wants it. A password is judged and counted in one transaction,
    after the slow comparison and whatever that found: of guesses that come at once, those over the limit are told
    that the login is locked, right or wrong.
    """
    if draft.password is None and draft.console_api_token is None:
        raise Refusal(None, field="password", detail="must not be null", help="send the user's password")
    require_short_device(draft.device)
    key = fingerprint(draft.dev_key)
    with server.database.read() as tx:
        organization = _require_access(tx, key, draft.organization_id)
        name = rules.username_key(draft.username)
        tried = count_try(server, tx, organization, key, name)
        user, token = _candidates(tx, draft)
    watched = admit(server, tried)
    if draft.password is None:
        raise _wrong("net30 has no Accountant Console, so consoleApiToken signs nobody in")
    identified = _identified(user, token, draft.password)
    if identified is None and not watched:
        raise _wrong(_NO_MATCH)
    kind, user_id = identified or ("USER", "")
    actor = Actor(draft.organization_id, user_id, "", "SYNC" if kind == "SYNC" else "API")
    with writing(server, actor) as ctx:
        watched = attempts.watched(limits_of(server, ctx.organization), name)
        if locked := attempts.locked(ctx.tx, ctx.organization_id, watched, ctx.machine_now):
            raise locked
        opened = _opened(ctx, draft, key, kind) if identified else None
        if opened is None:
            attempts.count_wrong(ctx, watched)
            audit.record_change(ctx, "SignIn", user.id if user else "", "REFUSE", {})
        else:
            attempts.forgive(ctx, watched)
    if opened is None:
        raise _wrong(_NO_MATCH)
    return opened


class Try(NamedTuple):
    """A try to sign in: its place in the hour's count, what a wrong password counts on, and whether that is locked."""

    counted: limits.Admitted | None
    watched: list[attempts.Watched]
    locked: Refusal | None


def count_try(server: Server, tx: Transaction, organization: Organization, key: str, name: str) -> Try:
    """Count a try by a key's fingerprint and a username key; BDC_1144 when the hour's are used up."""
    held = limits_of(server, organization)
    counted = limits.count_sign_in(server, tx, held, key)
    watched = attempts.watched(held, name)
    return Try(counted, watched, attempts.locked(tx, organization.id, watched, server.machine_now()))


def admit(server: Server, tried: Try) -> list[attempts.Watched]:
    """What a wrong password counts on, once the transaction of the try has ended; BDC_1107 or BDC_1110 when locked."""
    if tried.counted is not None:
        limits.leave(server, tried.counted)
    if tried.locked is not None:
        raise tried.locked
    return tried.watched


def _opened(ctx: Context, draft: SignInDraft, key: str, kind: SessionKind) -> SignedIn:
    """A session of the actor, who has given the right password."""
    user_id, session_id = ctx.actor.user_id, secrets.token()
    remembered = kind == "USER" and sessions.is_remembered(ctx, user_id, draft.remember_me_id, draft.device)
    sessions.open_session(ctx, session_id, user_id, key, kind, trusted=remembered)
    trusted = rules.is_trusted(ctx.organization, kind, remembered=remembered)
    return SignedIn(session_id, user_id, trusted)


def require_short_device(device: str | None) -> None:
    """BDC_1143 for the nickname of a device that is too long."""
    require_short_nickname("device_id", device, rules.LONGEST_DEVICE)


def require_short_nickname(field: str, nickname: str | None, longest: int) -> None:
    """BDC_1143 for a nickname of more than `longest` characters, naming the field as the wire's message does."""
    if nickname is not None and len(nickname) > longest:
        raise Refusal(
            "BDC_1143",
            field=field,
            max=longest,
            detail=f"the nickname has {len(nickname)} characters",
            help="choose a shorter nickname",
        )


def _require_access(tx: Transaction, key: str, organization_id: str) -> Organization:
    """The organization, on which the developer key must be known, active and granted."""
    row = tx.row(_ACTIVE, {"fingerprint": key})
    if row is None:
        raise unknown_key("body")
    if not row[0]:
        raise inactive_key()
    access = tx.row(_ACCESS, {"fingerprint": key, "organization_id": organization_id})
    if access is None:
        raise Refusal(
            "BDC_1123",
            detail=f"this server has no organization {organization_id}",
            help="use the id of an organization of this server",
        )
    grant, *columns = access
    if grant is None:
        raise Refusal(
            "BDC_1105",
            detail="the developer key is not granted on this organization",
            help="use a key that is, or have this one granted",
        )
    return Organization(*columns)


def _candidates(tx: Transaction, draft: SignInDraft) -> tuple[User | None, SyncToken | None]:
    """The user and the sync token that go by the name given."""
    organization_id = draft.organization_id
    key = rules.username_key(draft.username)
    user = tx.record(User, _USER, {"organization_id": organization_id, "username_key": key})
    token = tx.record(SyncToken, _TOKEN, {"organization_id": organization_id, "name": draft.username})
    return user, token


def _identified(user: User | None, token: SyncToken | None, password: str) -> tuple[SessionKind, str] | None:
    """Whose password this is. The slow comparison is made once, also when there is nobody to compare with."""
    if token is not None and token.value_secret == fingerprint(password):
        return "SYNC", token.user_id
    usable = user if user is not None and not user.archived else None
    if passwords.matches(password, usable.password_hash_secret if usable else None):
        assert usable is not None, "nobody's password matched"
        return "USER", usable.id
    return None


def _wrong(why: str) -> Refusal:
    return Refusal(
        "BDC_1101",
        detail=why,
        help="check username, password and organizationId; a sync token's name and value do as well",
    )
