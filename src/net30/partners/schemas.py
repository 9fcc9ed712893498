"""What crosses the wire when a partner signs in, makes organizations and their users."""

from typing import Annotated, Literal

from msgspec import Meta

from net30.organizations.tables import PricePlan
from net30.wire.types import SECRET, Wire

Given = Annotated[str, Meta(min_length=1)]


class PartnerLoginRequest(Wire):
    """Who signs in for a partner, and the partner's app key."""

    app_key: Annotated[str, SECRET]
    username: str
    password: Annotated[str, SECRET]


class PartnerLoginResponse(Wire):
    """A partner's session; `sessionId` goes, with `appKey`, into the headers of the partner's calls."""

    session_id: Annotated[str, SECRET]


class LoginAsUserRequest(Wire):
    """Whom to sign in as. `rememberMeId` and `device` together ask for an MFA-trusted session."""

    user_id: Given
    organization_id: Given
    remember_me_id: Annotated[str, SECRET] | None = None
    device: str | None = None


class LoginAsUserResponse(Wire):
    """A session of the user, which goes with the partner's developer key into the calls on the organization."""

    session_id: Annotated[str, SECRET]
    trusted: bool


class OrganizationPricePlanUpdate(Wire):
    """The price plan of an organization, as agreed between the partner and whoever runs the server."""

    price_plan_type: PricePlan


class StatusAnswer(Wire):
    status: Literal["SUCCESS", "FAILURE"]


class PartnerUserCreate(Wire):
    """A user of an organization, who signs in through the partner's program.

    `username` has at most 40 letters and digits and is unique among the partner's users, without regard to
    case; so is `externalReferenceId`, the partner's own id of the user. Without `roleId` they are administrators.
    """

    first_name: Annotated[str, Meta(min_length=1, max_length=100)]
    email: Given
    username: Annotated[str, Meta(min_length=1, max_length=1000)]
    accept_terms_of_service: bool
    last_name: Annotated[str, Meta(max_length=100)] | None = None
    role_id: str | None = None
    external_reference_id: str | None = None


class PartnerUserUpdate(Wire):
    """What shall be different of a user; what is left out stays as it is."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    role_id: str | None = None
