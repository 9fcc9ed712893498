"""Sessions are opened, trusted and ended here, and devices remembered that make one trusted."""

import msgspec
from sqlalchemy import and_, bindparam, delete, or_, select

from net30.access import rules
from net30.access.tables import RememberedDevice, Session, SessionKind, remembered_devices, sessions
from net30.kernel import ids
from net30.kernel.context import Context
from net30.kernel.secrets import fingerprint
from net30.store.statements import Statement, Value, by_key

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
    key = {"user_id": user_id}
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
        "user_id": user_id,
        "value_secret": fingerprint(remember_me_id),
        "machine_now": ctx.machine_now,
    }
    return rules.remembers(ctx.tx.record(RememberedDevice, _REMEMBERED, key), device, ctx.machine_now)


def open_session(
    ctx: Context, session_id: str, user_id: str, developer_key: str, kind: SessionKind, *, trusted: bool
) -> None:
    """Begin a session under a new id. `developer_key` is the fingerprint of the only key it works with."""
    ctx.tx.execute(_FORGET_EXPIRED, {"machine_now": ctx.machine_now})
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
    key = {"fingerprint": ctx.actor.session}
    session = ctx.tx.record(Session, _SESSION, key)
    if session is not None:
        ctx.tx.update(session, msgspec.structs.replace(session, trusted=1))


def end_session(ctx: Context) -> None:
    """End the caller's session."""
    ctx.tx.execute(_END_SESSION, {"fingerprint": ctx.actor.session})


def end_all_sessions(ctx: Context) -> None:
    """Sign everybody out of the organization."""
    ctx.tx.execute(_END_SESSIONS, {})


def end_sessions_of(ctx: Context, user_id: str) -> None:
    """Sign one user out, whatever programs they signed in with."""
    ctx.tx.execute(_END_SESSIONS_OF, {"user_id": user_id})
