"""Enrolling phones, making a session trusted, and telling whether it is. Wrong codes are always counted."""

from net30.access import sessions, users
from net30.access.rules import mfa_status
from net30.access.schemas import SessionInfo, StepUpRequest, StepUpResponse
from net30.access.sign_in import require_short_device, require_short_nickname
from net30.kernel.context import Actor, Context, Server, writing
from net30.kernel.refusal import Refusal
from net30.mfa import actions, rules
from net30.mfa.schemas import (
    ChallengeRequest,
    ChallengeResponse,
    ChallengeValidateRequest,
    ChallengeValidateResponse,
    MfaPhone,
    MfaPhones,
    SetupRequest,
    SetupResponse,
    SetupValidateRequest,
    SetupValidateResponse,
)
from net30.mfa.tables import EnrolledPhone
from net30.organizations.settings import settings_of
from net30.wire.operation import operation

AREA = "mfa"


@operation("POST /connect/v3/mfa/setup", area=AREA, needs="mfa:setup", idempotent=False)
def setup_mfa(ctx: Context, body: SetupRequest) -> SetupResponse:
    """Begin to enrol a phone.

    It becomes the user's only one, or takes the place of the phone that was. In a world with the setting
    mfaBackupPhones, and nowhere else, `primary` false makes it a second one.

    A code of six digits goes to it, good for five minutes; in the sandbox it is found in the world's mailbox. A
    user who has a phone or an authenticator app already needs a trusted session. A phone that is enrolled is
    refused with BDC_5324, and the sixth code within a minute with BDC_1358.
    """
    if not body.primary and not settings_of(ctx.organization).mfa_backup_phones:
        raise rules.no_backup("primary", "false")
    number = rules.phone_number(body.phone)
    if number is None:
        raise Refusal(
            None,
            field="phone",
            detail="is not a phone number",
            help="give it with its country code, such as +14155550100",
        )
    setup = actions.begin_setup(ctx, number, body.type, "PRIMARY" if body.primary else "BACKUP")
    return SetupResponse(setup_id=setup.id)


@operation("POST /connect/v3/mfa/setup/validate", area=AREA, needs="mfa:setup", idempotent=False)
def validate_mfa_setup(server: Server, actor: Actor, body: SetupValidateRequest) -> SetupValidateResponse:
    """Enrol a phone by the code that it got.

    It takes the place of the phone that was there. A wrong or an old code is refused with
    BDC_1356, a setup that is unknown or done with BDC_1374; five wrong codes lock the user's MFA for ten minutes
    (BDC_1358).
    """
    with writing(server, actor) as ctx:
        refusal = actions.finish_setup(ctx, body.setup_id, body.token)
    if refusal is not None:
        raise refusal
    return SetupValidateResponse(status="SUCCESS")


@operation("GET /connect/v3/mfa/phones", area=AREA, needs="mfa:read")
def list_mfa_phones(ctx: Context) -> MfaPhones:
    """List the phones that the session's user has enrolled.

    At most two, the primary one and the backup, by their last four digits.
    """
    return MfaPhones(results=[_phone(one) for one in actions.phones_of(ctx, ctx.actor.user_id)])


@operation("POST /connect/v3/mfa/challenge", area=AREA, needs="mfa:challenge", idempotent=False)
def generate_challenge(ctx: Context, body: ChallengeRequest | None = None) -> ChallengeResponse:
    """Ask for a code.

    It goes to the primary phone or, in a world with the setting mfaBackupPhones, with `useBackup` to the backup
    one, and is good for five minutes; in the sandbox it is found in the world's mailbox. A user with an
    authenticator app is sent nothing and takes the code from there; in production a user who has neither an app nor
    a phone gets the code by mail. BDC_1354 says that there is no phone to send it to, BDC_1358 that it was the
    sixth within a minute.
    """
    use_backup = bool(body and body.use_backup)
    if use_backup and not settings_of(ctx.organization).mfa_backup_phones:
        raise rules.no_backup("useBackup", "true")
    return ChallengeResponse(challenge_id=actions.begin_challenge(ctx, use_backup=use_backup).id)


@operation("POST /connect/v3/mfa/challenge/validate", area=AREA, needs="mfa:challenge", idempotent=False)
def validate_challenge(
    server: Server, actor: Actor, body: ChallengeValidateRequest
) -> ChallengeValidateResponse:
    """Make this session MFA-trusted by a code.

    The challenge may have been asked for in another session of the same user. With `rememberMe` the rememberMeId
    in the answer makes sessions trusted for 30 days, together with `device`; without it, it lasts as long as this
    session. A wrong or an old code is refused with BDC_1356, a challenge that is unknown or answered with
    BDC_1374; five wrong codes lock the user's MFA for ten minutes (BDC_1358).
    """
    require_short_device(body.device)
    require_short_nickname("machineName", body.machine_name, rules.LONGEST_MACHINE_NAME)
    if body.remember_me and not body.device:
        raise Refusal(
            None,
            field="device",
            detail="must not be null when rememberMe is true",
            help="give the device a nickname; it is repeated with the rememberMeId at sign-in",
        )
    with writing(server, actor) as ctx:
        trusted = actions.trust(
            ctx,
            body.challenge_id,
            body.token,
            body.device or "",
            body.machine_name,
            remember=bool(body.remember_me),
        )
    if isinstance(trusted, Refusal):
        raise trusted
    return ChallengeValidateResponse(remember_me_id=trusted)


def _phone(phone: EnrolledPhone) -> MfaPhone:
    return MfaPhone(
        type="MOBILE" if phone.type == "TEXT" else "WORK",
        last4digits=phone.number[-4:],
        primary=phone.place == "PRIMARY",
    )


@operation("POST /connect/v3/mfa/step-up", area="mfa", needs="mfa:step-up", idempotent=False)
def step_up_session(ctx: Context, body: StepUpRequest) -> StepUpResponse:
    """Make this session MFA-trusted.

    For a session that was opened without `rememberMeId` and `device`. Answers false, and changes nothing,
    when they do not match a remembered device of the user or it is no longer remembered.
    """
    require_short_device(body.device)
    remembered = sessions.is_remembered(ctx, ctx.actor.user_id, body.remember_me_id, body.device)
    if remembered:
        sessions.trust_session(ctx)
    return StepUpResponse(trusted=ctx.actor.trusted or remembered)


@operation("GET /connect/v3/login/session", area="authentication", needs="session:read")
def get_session_info(ctx: Context) -> SessionInfo:
    """Say whose session this is and whether MFA is done.

    `mfaStatus` is COMPLETE in a trusted session, CHALLENGE when the user has a phone or an authenticator app and
    the challenge is still owed, SETUP when the user has neither, and DISABLED where the organization's settings
    say that it does not use MFA. `mfaBypass` is always false: no developer key switches MFA off.
    """
    user = users.signed_in_user(ctx)
    return SessionInfo(
        organization_id=ctx.organization_id,
        user_id=user.id,
        mfa_status=mfa_status(
            ctx.organization, trusted=ctx.actor.trusted, enrolled=actions.is_enrolled(ctx, user.id)
        ),
        mfa_bypass=False,
    )
