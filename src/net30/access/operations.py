"""Signing in and out."""

from net30.access import sessions, users
from net30.access.reachable import reachable
from net30.access.schemas import (
    LoginRequest,
    LoginResponse,
    OrganizationsAnswer,
    ReachableOrganization,
    ReachableOrganizations,
)
from net30.access.sign_in import SignInDraft, sign_in
from net30.kernel.context import Context, Server
from net30.wire.naming import drafted
from net30.wire.operation import operation


@operation("POST /connect/v3/login", area="authentication", credentials="none", idempotent=False)
def login(server: Server, body: LoginRequest) -> LoginResponse:
    """Sign in to an organization.

    The developer key goes into the body here and into the header `devKey` of the calls that follow, together
    with `sessionId`. The session ends after 35 minutes without a call, a sync token's after 48 hours. It is
    MFA-trusted when `rememberMeId` and `device` match a remembered device of the user; a sync token's never
    is.
    """
    opened = sign_in(server, drafted(SignInDraft, body))
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
    sessions.end_session(ctx)


@operation("GET /connect/v3/login/organizations", area="authentication", needs="session:read")
def list_all_organizations(ctx: Context, page: str | None = None) -> OrganizationsAnswer:
    """List the organizations that this session's user can sign in to, 100 to a page.

    These are the organizations that have an active user of the same username and on which the session's
    developer key is granted. `results` is a single object.
    """
    found = reachable(ctx, users.signed_in_user(ctx), page)
    return OrganizationsAnswer(
        results=ReachableOrganizations(
            organizations=[ReachableOrganization(id=id, name=name) for id, name in found.organizations],
            console_organizations=[],
        ),
        next_page=found.next_page,
        prev_page=found.prev_page,
    )
