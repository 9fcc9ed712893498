"""Signing in and out, and making a session trusted."""

from net30.access import actions, rules
from net30.access.mfa import actions as mfa
from net30.access.reachable import reachable
from net30.access.schemas import (
    LoginRequest,
    LoginResponse,
    OrganizationsAnswer,
    ReachableOrganization,
    ReachableOrganizations,
    SessionInfo,
    StepUpRequest,
    StepUpResponse,
)
from net30.access.sign_in import require_short_device, sign_in
from net30.kernel.context import Context, Server
from net30.wire.operation import operation


@operation("POST /connect/v3/login", area="authentication", credentials="none", idempotent=False)
def login(server: Server, body: LoginRequest) -> LoginResponse:
    """Sign in to an organization.

    The developer key goes into the body here and into the header `devKey` of the calls that follow, together
    with `sessionId`. The session ends after 35 minutes without a call, a sync token's after 48 hours. It is
    MFA-trusted when `rememberMeId` and `device` match a remembered device of the user; a sync token's never
    is.
    """
    opened = sign_in(server, body)
    return LoginResponse(
        session_id=opened.session_id,
        organization_id=body.organization_id,
        user_id=opened.user_id,
        trusted=opened.trusted,
    )


@operation("POST /connect/v3/logout", area="authentication", needs="session:end", idempotent=False)
def logout(ctx: Context) -> None:
    """Sign out.

    The session id is worth nothing from now on.
    """
    actions.end_session(ctx)


@operation("GET /connect/v3/login/session", area="authentication", needs="session:read")
def get_session_info(ctx: Context) -> SessionInfo:
    """Say whose session this is and whether MFA is done.

    `mfaStatus` is COMPLETE in a trusted session, CHALLENGE when the user has a phone or an authenticator app and
    the challenge is still owed, SETUP when the user has neither, and DISABLED where the organization's settings
    say that it does not use MFA. `mfaBypass` is always false: no developer key switches MFA off.
    """
    user = actions.signed_in_user(ctx)
    return SessionInfo(
        organization_id=ctx.organization_id,
        user_id=user.id,
        mfa_status=rules.mfa_status(
            ctx.organization, trusted=ctx.actor.trusted, enrolled=mfa.is_enrolled(ctx, user.id)
        ),
        mfa_bypass=False,
    )


@operation("GET /connect/v3/login/organizations", area="authentication", needs="session:read")
def list_all_organizations(ctx: Context, page: str | None = None) -> OrganizationsAnswer:
    """List the organizations that this session's user can sign in to, 100 to a page.

    These are the organizations that have an active user of the same username and on which the session's
    developer key is granted. `results` is a single object.
    """
    found = reachable(ctx, actions.signed_in_user(ctx), page)
    return OrganizationsAnswer(
        results=ReachableOrganizations(
            organizations=[ReachableOrganization(id=id, name=name) for id, name in found.organizations],
            console_organizations=[],
        ),
        next_page=found.next_page,
        prev_page=found.prev_page,
    )


@operation("POST /connect/v3/mfa/step-up", area="mfa", needs="mfa:step-up", idempotent=False)
def step_up_session(ctx: Context, body: StepUpRequest) -> StepUpResponse:
    """Make this session MFA-trusted.

    For a session that was opened without `rememberMeId` and `device`. Answers false, and changes nothing,
    when they do not match a remembered device of the user or it is no longer remembered.
    """
    require_short_device(body.device)
    remembered = actions.is_remembered(ctx, ctx.actor.user_id, body.remember_me_id, body.device)
    if remembered:
        actions.trust_session(ctx)
    return StepUpResponse(trusted=ctx.actor.trusted or remembered)
