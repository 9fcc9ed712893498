"""Makes users, keys and tokens, and opens, trusts and ends sessions. Nothing here hashes a password."""

import msgspec
from sqlalchemy import and_, bindparam, delete, or_, select
from sqlalchemy.dialects.postgresql import insert

from net30.access import rules
from net30.access.roles import SYNC
from net30.access.tables import (
    ApiToken,
    DeveloperKey,
    DeveloperKeyGrant,
    RememberedDevice,
    Session,
    SessionKind,
    SyncToken,
    User,
    api_tokens,
    developer_key_grants,
    developer_keys,
    remembered_devices,
    sessions,
    users,
)
from net30.kernel import audit, ids
from net30.kernel.context import Context
from net30.kernel.owned import Owned
from net30.kernel.secrets import fingerprint
from net30.store.statements import Statement, Value, by_key

USERS = Owned(User, "user", "GET /v3/users")
MOST_ADMINISTRATORS = 100

_ADMINISTRATORS = Statement(
    select(users)
    .where(by_key(users, ["organization_id"]), users.c.role == "ADMINISTRATOR", users.c.archived == 0)
    .order_by(users.c.id)
    .limit(MOST_ADMINISTRATORS)
)
_SESSION = Statement(select(sessions).where(by_key(sessions, ["organization_id", "fingerprint"])))
_REMEMBERED = Statement(
    select(remembered_devices).where(
        by_key(remembered_devices, ["organization_id", "user_id", "value_secret"]),
        or_(
            remembered_devices.c.session.is_(None),
            select(sessions.c.fingerprint)
            .where(
                sessions.c.organization_id == remembered_devices.c.organization_id,
                sessions.c.fingerprint == remembered_devices.c.session,
                sessions.c.expires_at > bindparam("machine_now"),
            )
            .exists(),
        ),
    )
)
# Keeps a known key as it is, and locks it, so that it is not dropped before it is granted.
_ADD_KEY = Statement(
    insert(developer_keys).on_conflict_do_update(
        index_elements=["fingerprint"], set_={"active": developer_keys.c.active}
    )
)
_ADD_API_TOKEN = Statement(insert(api_tokens).on_conflict_do_nothing())
_END_SESSION = Statement(delete(sessions).where(by_key(sessions, ["organization_id", "fingerprint"])))
_END_SESSIONS = Statement(delete(sessions).where(by_key(sessions, ["organization_id"])))
_END_SESSIONS_OF = Statement(delete(sessions).where(by_key(sessions, ["organization_id", "user_id"])))
_FORGET_EXPIRED = Statement(
    delete(sessions).where(
        by_key(sessions, ["organization_id"]), sessions.c.expires_at <= bindparam("machine_now")
    )
)
_FORGET_DEVICES = Statement(
    delete(remembered_devices).where(
        by_key(remembered_devices, ["organization_id", "user_id"]),
        or_(
            remembered_devices.c.expires_at <= bindparam("machine_now"),
            and_(
                remembered_devices.c.session.is_not(None),
                ~select(sessions.c.fingerprint)
                .where(sessions.c.fingerprint == remembered_devices.c.session)
                .exists(),
            ),
        ),
    )
)
_KEYS_OF = Statement(
    select(developer_keys.c.fingerprint)
    .where(
        developer_keys.c.fingerprint.in_(
            select(developer_key_grants.c.fingerprint).where(
                developer_key_grants.c.organization_id == bindparam("organization_id")
            )
        )
    )
    .order_by(developer_keys.c.fingerprint)
    .with_for_update()
)
_DROP_UNUSED_KEY = Statement(
    delete(developer_keys).where(
        developer_keys.c.fingerprint == bindparam("fingerprint"),
        ~select(developer_key_grants.c.fingerprint)
        .where(developer_key_grants.c.fingerprint == developer_keys.c.fingerprint)
        .exists(),
    )
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
    ctx.tx.insert(user)
    audit.created(ctx, "User", user, user.id)
    return user


def create_sync_token(ctx: Context, name: str, value: str) -> SyncToken:
    """A sync token and the system user that its sessions act as."""
    user_id = ids.new(ids.PREFIX["sync_token_user"])
    # The system user is no one's username: it is found by the token's name only.
    system_user = User(
        organization_id=ctx.organization_id,
        id=user_id,
        username=name,
        username_key=user_id,
        password_hash_secret=None,
        role=SYNC,
        first_name="Sync",
        last_name=name,
        email="",
        archived=0,
        created_time=ctx.now,
        updated_time=ctx.now,
    )
    token = SyncToken(ctx.organization_id, ids.new("syt"), name, fingerprint(value), user_id, ctx.machine_now)
    ctx.tx.insert(system_user)
    ctx.tx.insert(token)
    audit.created(ctx, "SyncToken", token, token.id)
    return token


def create_api_token(ctx: Context, value: str, user_id: str) -> bool:
    """A Spend & Expense token that acts as a user; False when another one has this value."""
    token = ApiToken(ctx.organization_id, ids.new("apt"), fingerprint(value), user_id, ctx.machine_now)
    return bool(ctx.tx.execute(_ADD_API_TOKEN, msgspec.structs.asdict(token)))


def grant_developer_key(ctx: Context, key: str, name: str) -> None:
    """Let a developer key be used on the organization; a key that is new to the server is entered."""
    grant_known_key(ctx, enter_key(ctx, key, name))


def enter_key(ctx: Context, key: str, name: str) -> str:
    """Make a developer key known, or keep it as it is, granted on no further organization; its fingerprint."""
    made = DeveloperKey(fingerprint(key), name, 1, ctx.machine_now)
    ctx.tx.execute(_ADD_KEY, msgspec.structs.asdict(made))
    return made.fingerprint


def grant_known_key(ctx: Context, key: str) -> None:
    """Let a developer key, given by its fingerprint, be used on the organization."""
    ctx.tx.insert(DeveloperKeyGrant(ctx.organization_id, key, ctx.machine_now))


def remember_device(
    ctx: Context,
    user_id: str,
    remember_me_id: str,
    device: str,
    *,
    expires_at: int | None,
    machine_name: str | None = None,
    session: str | None = None,
) -> None:
    """Let a rememberMeId, with its device, give a user trusted sessions until a machine time, or for ever.

    With a `session` (its fingerprint) it ends with that session, if not before.
    """
    key = {"organization_id": ctx.organization_id, "user_id": user_id}
    ctx.tx.execute(_FORGET_DEVICES, {**key, "machine_now": ctx.machine_now})
    ctx.tx.insert(
        RememberedDevice(
            ctx.organization_id,
            ids.new("rmd"),
            user_id,
            fingerprint(remember_me_id),
            device,
            machine_name,
            expires_at,
            session,
            ctx.machine_now,
        )
    )


def is_remembered(ctx: Context, user_id: str, remember_me_id: str | None, device: str | None) -> bool:
    """Whether a rememberMeId and a device, together, make a session of the user trusted."""
    if not remember_me_id or not device:
        return False
    key: dict[str, Value] = {
        "organization_id": ctx.organization_id,
        "user_id": user_id,
        "value_secret": fingerprint(remember_me_id),
        "machine_now": ctx.machine_now,
    }
    return rules.remembers(ctx.tx.record(RememberedDevice, _REMEMBERED, key), device, ctx.machine_now)


def open_session(
    ctx: Context, session_id: str, user_id: str, developer_key: str, kind: SessionKind, *, trusted: bool
) -> None:
    """Begin a session under a new id. `developer_key` is the fingerprint of the only key it works with."""
    ctx.tx.execute(_FORGET_EXPIRED, {"organization_id": ctx.organization_id, "machine_now": ctx.machine_now})
    ctx.tx.insert(
        Session(
            fingerprint=fingerprint(session_id),
            organization_id=ctx.organization_id,
            user_id=user_id,
            developer_key=developer_key,
            trusted=int(trusted),
            kind=kind,
            expires_at=rules.expiry(kind, ctx.machine_now),
            created_at=ctx.machine_now,
        )
    )


def trust_session(ctx: Context) -> None:
    """Make the caller's session MFA-trusted."""
    key = {"organization_id": ctx.organization_id, "fingerprint": ctx.actor.session}
    session = ctx.tx.record(Session, _SESSION, key)
    if session is not None:
        ctx.tx.update(session, msgspec.structs.replace(session, trusted=1))


def end_session(ctx: Context) -> None:
    """End the caller's session."""
    ctx.tx.execute(_END_SESSION, {"organization_id": ctx.organization_id, "fingerprint": ctx.actor.session})


def end_all_sessions(ctx: Context) -> None:
    """Sign everybody out of the organization."""
    ctx.tx.execute(_END_SESSIONS, {"organization_id": ctx.organization_id})


def end_sessions_of(ctx: Context, user_id: str) -> None:
    """Sign one user out, whatever programs they signed in with."""
    ctx.tx.execute(_END_SESSIONS_OF, {"organization_id": ctx.organization_id, "user_id": user_id})


def signed_in_user(ctx: Context) -> User:
    """The user of the caller's session."""
    found = find_user(ctx, ctx.actor.user_id)
    assert found is not None, "a session has a user, by its foreign key"
    return found


find_user = USERS.find
require_user = USERS.require


def administrators(ctx: Context) -> list[User]:
    """The organization's active administrators, oldest first, at most 100."""
    return ctx.tx.records(User, _ADMINISTRATORS, {"organization_id": ctx.organization_id})


def keys_of(ctx: Context) -> list[str]:
    """Fingerprints of the keys granted on an organization; nobody else is granted them meanwhile."""
    return [str(row[0]) for row in ctx.tx.rows(_KEYS_OF, {"organization_id": ctx.organization_id})]


def drop_unused_keys(ctx: Context, fingerprints: list[str]) -> None:
    """Forget those developer keys that are granted on no organization any more."""
    for one in fingerprints:
        ctx.tx.execute(_DROP_UNUSED_KEY, {"fingerprint": one})
