"""What crosses the wire when people and programs sign in."""

from typing import Annotated, Literal

from msgspec import Meta

from net30.wire.types import SECRET, Wire

MfaStatus = Literal["DISABLED", "SETUP", "CHALLENGE", "COMPLETE", "UNDEFINED"]

Given = Annotated[str, Meta(min_length=1, max_length=1000)]
GivenSecret = Annotated[Given, SECRET]


class LoginRequest(Wire):
    """Who signs in, to which organization and by which developer key.

    A sync token signs in with its name as `username` and its value as `password`. `rememberMeId` and `device`
    together ask for an MFA-trusted session.
    """

    dev_key: GivenSecret
    username: Given
    organization_id: Given
    password: GivenSecret | None = None
    console_api_token: Annotated[str, SECRET] | None = None
    remember_me_id: Annotated[str, SECRET] | None = None
    device: str | None = None


class LoginResponse(Wire):
    """A session. `sessionId` goes, with the developer key, into the headers of the calls that follow."""

    session_id: Annotated[str, SECRET]
    organization_id: str
    user_id: str
    trusted: bool


class SessionInfo(Wire):
    """Whose session this is and whether MFA is done."""

    organization_id: str
    user_id: str
    mfa_status: MfaStatus
    mfa_bypass: bool


class ReachableOrganization(Wire):
    """An organization that the user of the session can sign in to."""

    id: str
    name: str
    console_organization_id: str | None = None


class ConsoleOrganization(Wire):
    """An Accountant Console. net30 has none, so none is listed."""

    id: str
    name: str


class ReachableOrganizations(Wire):
    organizations: list[ReachableOrganization]
    console_organizations: list[ConsoleOrganization]


class OrganizationsAnswer(Wire):
    """One page of at most 100 organizations; `results` is a single object."""

    results: ReachableOrganizations
    next_page: str | None = None
    prev_page: str | None = None


class StepUpRequest(Wire):
    """A rememberMeId and the device it was given to."""

    remember_me_id: Annotated[str, SECRET] | None = None
    device: str | None = None


class StepUpResponse(Wire):
    """Whether the session is MFA-trusted now."""

    trusted: bool
