"""What crosses the wire of the network."""

from typing import Annotated, Literal

from msgspec import Meta

from net30.network.tables import ConnectionStatus, Kind
from net30.wire.types import Wire

Scope = Literal["BILL", "RPPS", "ALL"]
NetworkType = Literal["BILL", "RPPS"]
AccountType = Literal["ADVANCED", "BUSINESS", "RPPS", "CONTRACTOR", "EMPLOYEE_OR_INDIVIDUAL", "UNDEFINED"]

Text = Annotated[str, Meta(max_length=1000)]
Given = Annotated[str, Meta(min_length=1, max_length=1000)]


# ---- search ---------------------------------------------------------------------------------------------


class NetworkAddress(Wire):
    """A postal address; parts that nobody told are left out."""

    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    state_or_province: str | None = None
    zip_or_postal_code: str | None = None
    country: str | None = None


class ManagedBy(Wire):
    """The partner who made the organization."""

    name: str | None = None
    email: str | None = None
    email_domain: str | None = None


class Found(Wire):
    """An organization of this server, or a national vendor; `id` is its payment network id (PNI)."""

    id: str
    name: str
    type: AccountType
    addresses: list[NetworkAddress]
    managed_by: ManagedBy | None = None


class NetworkSearch(Wire):
    """At most 25 organizations and 25 national vendors."""

    results: list[Found]


# ---- invitations ----------------------------------------------------------------------------------------


class RppsInformation(Wire):
    """The account that a national vendor keeps for the organization, and which of its addresses is meant."""

    account_number: Given
    address_id: Text | None = None


class InvitationCreate(Wire):
    """Whom to connect with; `rppsInformation` is needed for a national vendor."""

    network_id: Given
    network_type: NetworkType
    rpps_information: RppsInformation | None = None


class MailedInvitationCreate(Wire):
    """The address of a vendor who is on no network yet."""

    email: Given


class InvitationAccept(Wire):
    """Who invited, as what, and the own record of it: an existing one by `id`, or a new one by `name`."""

    network_id: Given
    type: Kind
    id: Text | None = None
    name: Annotated[str, Meta(max_length=100)] | None = None


class InvitationAnswer(Wire):
    """How an own vendor or customer stands to the network, and the other's PNI."""

    id: str
    status: ConnectionStatus
    network_id: str | None = None


# ---- the sandbox's control ------------------------------------------------------------------------------


class Membership(Wire):
    """How others find a world in the network, and whether their invitations connect at once."""

    network_id: str
    auto_connect: bool
    listed: bool


class MembershipChange(Wire):
    """What is left out stays as it is."""

    auto_connect: bool | None = None
    listed: bool | None = None
