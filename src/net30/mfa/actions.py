"""The verbs of MFA: enrol a phone or an authenticator app, ask for a code, judge the answer, begin anew."""

import msgspec
from sqlalchemy import bindparam, delete, select, update

from net30.access import attempts, users
from net30.access import sessions as access_sessions
from net30.access.rules import REMEMBERED_MS
from net30.access.tables import User, remembered_devices, sessions
from net30.kernel import audit, ids, mailbox, secrets
from net30.kernel.clock import timestamp
from net30.kernel.context import Context, untrusted
from net30.kernel.entity import Entity
from net30.kernel.refusal import Refusal
from net30.mfa import codes, rules, texting
from net30.mfa.schemas import SetupType
from net30.mfa.tables import (
    Authenticator,
    Challenge,
    Channel,
    EnrolledPhone,
    Place,
    Purpose,
    authenticators,
    challenges,
    phones,
)
from net30.store.statements import Statement, by_key

ISSUER = "net30"

_of_user = ["organization_id", "user_id"]
_PHONES = Statement(
    select(phones).where(by_key(phones, _of_user), phones.c.archived == 0).order_by(phones.c.place.desc())
)
_AUTHENTICATOR = Statement(select(authenticators).where(by_key(authenticators, _of_user)))
_CHALLENGE = Statement(select(challenges).where(by_key(challenges, ["organization_id", "id"])))
_FORGET_OLD = Statement(
    delete(challenges).where(
        by_key(challenges, ["organization_id"]), challenges.c.expires_at <= bindparam("until")
    )
)
_DROP_CHALLENGES = Statement(delete(challenges).where(by_key(challenges, _of_user)))
_DROP_AUTHENTICATOR = Statement(delete(authenticators).where(by_key(authenticators, _of_user)))
_DROP_REMEMBERED = Statement(delete(remembered_devices).where(by_key(remembered_devices, _of_user)))
_DISTRUST = Statement(update(sessions).where(by_key(sessions, _of_user)).values(trusted=0))

PHONE = Entity("MfaPhone", EnrolledPhone)


def phones_of(ctx: Context, user_id: str) -> list[EnrolledPhone]:
    """A user's enrolled phones, at most two, the primary one first."""
    return ctx.tx.records(EnrolledPhone, _PHONES, _key(ctx, user_id))


def is_enrolled(ctx: Context, user_id: str) -> bool:
    """Whether a user has a validated phone, an authenticator app, or a mailbox that codes can be mailed to."""
    return (
        bool(phones_of(ctx, user_id))
        or _authenticator_of(ctx, user_id) is not None
        or _mailbox_of(ctx, user_id) is not None
    )


# ---- enrolling ------------------------------------------------------------------------------------------


def begin_setup(ctx: Context, number: str, type: SetupType, place: Place) -> Challenge:
    """Send a code to a phone that the caller wants to enrol; `number` is in E.164.

    Whoever has a second means already must have used it for this session (BDC_1361), or a stolen password would
    enrol the thief's phone. A phone that is enrolled is refused with BDC_5324 all the same, which tells programs that
    set-up is done, and so is any where the server has no way to reach phones.
    """
    user_id = ctx.actor.user_id
    _require_new(ctx, number)
    if is_enrolled(ctx, user_id) and not ctx.actor.trusted:
        raise untrusted("enrolling a further phone")
    if not texting.can_send(ctx.server):
        raise Refusal(
            "BDC_5324",
            detail="this server has no command that sends texts",
            help="ask its operator for an authenticator app, or to set NET30_SMS_COMMAND",
        )
    return _ask(ctx, "SETUP", type, number, place)


def enrol_phone(ctx: Context, user_id: str, number: str, type: SetupType, place: Place) -> None:
    """A phone is proved to be the user's; it takes the place of the phone that was there."""
    for former in phones_of(ctx, user_id):
        if former.place == place:
            PHONE.revise(ctx, former, msgspec.structs.replace(former, archived=1))
    phone = EnrolledPhone(
        organization_id=ctx.organization_id,
        id=ids.new("mfp"),
        user_id=user_id,
        number=number,
        type=type,
        place=place,
        archived=0,
        created_time=ctx.now,
        updated_time=ctx.now,
    )
    PHONE.enter(ctx, phone)


def finish_setup(ctx: Context, setup_id: str, token: str) -> Refusal | None:
    """Enrol the phone that a code was sent to. See `answered` for what becomes of a Refusal."""
    outcome = answered(ctx, "SETUP", setup_id, token)
    if isinstance(outcome, Refusal):
        return outcome
    assert outcome.number is not None, "a setup has a number"
    assert outcome.place is not None, "a setup has a place"
    assert outcome.channel in ("TEXT", "VOICE"), "a setup is of a phone"
    _require_new(ctx, outcome.number)
    enrol_phone(ctx, outcome.user_id, outcome.number, outcome.channel, outcome.place)
    return None


def enroll_totp(ctx: Context, user: User) -> tuple[str, str]:
    """Give a user an authenticator app in place of the one before: its key in base 32 and its otpauth address.

    The key is shown this once. Whoever calls this vouches for the person; it counts as enrolled from now on.
    """
    key = codes.new_key()
    ctx.tx.execute(_DROP_AUTHENTICATOR, _key(ctx, user.id))
    made = Authenticator(ctx.organization_id, user.id, ctx.server.secrets.encrypt(key), 0, ctx.machine_now)
    ctx.tx.insert(made)
    audit.record_change(ctx, "User", user.id, "ENROL_AUTHENTICATOR", {})
    return key, codes.key_uri(key, ISSUER, user.username)


def reset_mfa(ctx: Context, user: User) -> None:
    """Take a user's phones, authenticator, remembered devices and trusted sessions away; they enrol anew."""
    key = _key(ctx, user.id)
    for phone in phones_of(ctx, user.id):
        PHONE.revise(ctx, phone, msgspec.structs.replace(phone, archived=1))
    for statement in (_DROP_AUTHENTICATOR, _DROP_CHALLENGES, _DROP_REMEMBERED, _DISTRUST):
        ctx.tx.execute(statement, key)
    attempts.forget(ctx, attempts.MFA, user.id)
    audit.record_change(ctx, "User", user.id, "RESET_MFA", {})


# ---- asking and answering -------------------------------------------------------------------------------


def begin_challenge(ctx: Context, *, use_backup: bool) -> Challenge:
    """Ask the caller for a code: of their authenticator app if they have one, else of their primary phone.

    `use_backup` asks for the backup phone's. In production the code is mailed to a user who has neither an app
    nor a phone that the server can reach, if it sends mail: to nobody else, or the weakest means would do for
    everybody. BDC_1354 says that there is no such phone, or no way to reach it.
    """
    user_id = ctx.actor.user_id
    has_app = _authenticator_of(ctx, user_id) is not None
    if has_app and not use_backup:
        return _ask(ctx, "SIGN_IN", "APP", None, None)
    enrolled = phones_of(ctx, user_id)
    reachable = enrolled if texting.can_send(ctx.server) else []
    if not has_app and not reachable and _mailbox_of(ctx, user_id) is not None:
        return _ask(ctx, "SIGN_IN", "MAIL", None, None)
    place: Place = "BACKUP" if use_backup else "PRIMARY"
    phone = next((one for one in enrolled if one.place == place), None)
    if phone is None:
        raise Refusal(
            "BDC_1354",
            detail=f"the user has no {place.lower()} phone",
            help="leave useBackup out" if use_backup and enrolled else "enrol one by POST /v3/mfa/setup",
        )
    if not texting.can_send(ctx.server):
        raise Refusal(
            "BDC_1354",
            detail="this server has no command that sends texts",
            help="ask its operator for an authenticator app, or to set NET30_SMS_COMMAND",
        )
    return _ask(ctx, "SIGN_IN", phone.type, phone.number, phone.place)


def answered(ctx: Context, purpose: Purpose, challenge_id: str, token: str) -> Challenge | Refusal:
    """Judge the answer to a challenge, which need not have been asked for in this session.

    The try is counted before the code is looked at. A Refusal is returned, not raised, because what was counted
    must be committed: the caller raises it afterwards. Five tries that fail lock for ten minutes (BDC_1358).
    """
    user_id = ctx.actor.user_id
    if locked := _locked(ctx):
        return locked
    key = {"id": challenge_id}
    challenge = ctx.tx.record(Challenge, _CHALLENGE, key)
    if refusal := rules.unanswerable(challenge, user_id, purpose, ctx.machine_now):
        return refusal
    assert challenge is not None, "only a challenge that exists can be answered"
    attempts.count(ctx, attempts.MFA, user_id)
    if not _is_right(ctx, challenge, token.replace(" ", "")):
        audit.record_change(ctx, "User", user_id, "REFUSE_MFA", {})
        return rules.wrong_code()
    attempts.forget(ctx, attempts.MFA, user_id)
    ctx.tx.update(challenge, msgspec.structs.replace(challenge, answered_at=ctx.machine_now))
    return challenge


def trust(
    ctx: Context, challenge_id: str, token: str, device: str, machine_name: str | None, *, remember: bool
) -> str | Refusal:
    """Make the caller's session trusted by the answer to a challenge; the rememberMeId. See `answered`.

    With `remember` it is good for 30 days, otherwise as long as the session.
    """
    outcome = answered(ctx, "SIGN_IN", challenge_id, token)
    if isinstance(outcome, Refusal):
        return outcome
    access_sessions.trust_session(ctx)
    remember_me_id = secrets.token()
    access_sessions.remember_device(
        ctx,
        ctx.actor.user_id,
        remember_me_id,
        device,
        machine_name=machine_name,
        expires_at=ctx.machine_now + REMEMBERED_MS,
        session=None if remember else ctx.actor.session,
    )
    audit.record_change(ctx, "User", ctx.actor.user_id, "PASS_MFA", {"channel": (None, outcome.channel)})
    return remember_me_id


def _ask(
    ctx: Context, purpose: Purpose, channel: Channel, number: str | None, place: Place | None
) -> Challenge:
    """Enter a challenge, and send its code unless an authenticator makes it."""
    if locked := _locked(ctx):
        raise locked
    ctx.tx.execute(_FORGET_OLD, {"until": ctx.machine_now - rules.KEPT_MS})
    id, code = ids.new("mfc"), codes.new_code()
    challenge = Challenge(
        organization_id=ctx.organization_id,
        id=id,
        user_id=ctx.actor.user_id,
        purpose=purpose,
        channel=channel,
        number=number,
        place=place,
        code_secret=None if channel == "APP" else codes.kept(ctx.server.secrets, id, code),
        expires_at=ctx.machine_now + rules.CODE_MS,
        answered_at=None,
        created_at=ctx.machine_now,
    )
    ctx.tx.insert(challenge)
    if channel != "APP":
        attempts.require_patience(ctx, "BDC_1358", "use the last code that was sent")
        _send(ctx, challenge, rules.words(code))
    return challenge


def _send(ctx: Context, challenge: Challenge, words: str) -> None:
    if challenge.channel == "MAIL":
        address = _mailbox_of(ctx, challenge.user_id)
        assert address is not None, "a code is mailed to who has a mailbox"
        mailbox.send(ctx, "EMAIL", address, "Your net30 code", words, secret=True)
    elif challenge.channel != "APP":
        assert challenge.number is not None, "a code is sent to a number"
        texting.send(ctx, challenge.number, challenge.channel, words, challenge.expires_at)


def _is_right(ctx: Context, challenge: Challenge, token: str) -> bool:
    if challenge.code_secret is not None:
        kept = codes.kept(ctx.server.secrets, challenge.id, token)
        return codes.same(kept, challenge.code_secret)
    authenticator = _authenticator_of(ctx, challenge.user_id)
    if authenticator is None:
        return False
    key = ctx.server.secrets.decrypt(authenticator.key_secret)
    step = codes.matching_step(key, token, ctx.machine_now, authenticator.last_step)
    if step is None:
        return False
    ctx.tx.update(authenticator, msgspec.structs.replace(authenticator, last_step=step))
    return True


def _require_new(ctx: Context, number: str) -> None:
    if any(phone.number == number for phone in phones_of(ctx, ctx.actor.user_id)):
        raise Refusal(
            "BDC_5324",
            detail=f"the phone ending in {number[-4:]} is enrolled already",
            help="see GET /v3/mfa/phones, or enrol another phone",
        )


def _locked(ctx: Context) -> Refusal | None:
    limit = attempts.MFA
    until = attempts.blocked(ctx.tx, ctx.organization_id, limit, ctx.actor.user_id, ctx.machine_now)
    if until is None:
        return None
    return Refusal(
        "BDC_1358",
        detail=f"{limit.most} wrong codes were entered for this user",
        help=f"wait until {timestamp(until)}; the right code is refused as well before",
    )


def _mailbox_of(ctx: Context, user_id: str) -> str | None:
    """Where a production server that sends mail can reach a user."""
    if ctx.server.sandbox or ctx.server.mail is None:
        return None
    user = users.find_user(ctx, user_id)
    return user.email or None if user is not None else None


def _authenticator_of(ctx: Context, user_id: str) -> Authenticator | None:
    return ctx.tx.record(Authenticator, _AUTHENTICATOR, _key(ctx, user_id))


def _key(ctx: Context, user_id: str) -> dict[str, str | int | None]:
    return {"user_id": user_id}
