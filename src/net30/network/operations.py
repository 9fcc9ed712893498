"""The operations of the network, and the sandbox's say in how a world belongs to it."""

from collections.abc import Collection
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from net30.kernel.context import Context
from net30.network import actions, connections, members, records, searching
from net30.network.rules import AcceptanceDraft, InvitationDraft
from net30.network.schemas import (
    InvitationAccept,
    InvitationAnswer,
    InvitationCreate,
    MailedInvitationCreate,
    Membership,
    MembershipChange,
    NetworkSearch,
    Scope,
    Text,
)
from net30.network.tables import Kind, NetworkMember
from net30.wire.naming import drafted
from net30.wire.operation import operation

AREA = "network"
INVITATION = "/connect/v3/network/invitation"
CONTROL = "/sandbox/v1/organizations/{id}/network"

NAMES = {
    "account_number": "rpps_information.account_number",
    "address_id": "rpps_information.address_id",
}


def _invitation(body: InvitationCreate) -> InvitationDraft:
    said = drafted(InvitationDraft, body, NAMES)
    return msgspec.structs.replace(said, national=body.network_type == "RPPS")


def _reached_by_id(ctx: Context, arguments: dict[str, Any]) -> Collection[str]:
    return actions.invited_organization(ctx, arguments["body"].network_id)


def _reached_by_vendor(ctx: Context, arguments: dict[str, Any]) -> Collection[str]:
    return actions.peer_of(ctx, arguments["vendor_id"])


def _reached_by_customer(ctx: Context, arguments: dict[str, Any]) -> Collection[str]:
    return actions.peer_of(ctx, arguments["customer_id"])


@operation("GET /connect/v3/network", area=AREA, needs="network:read")
def search_network(
    ctx: Context,
    name: Annotated[str, Meta(min_length=1, max_length=1000)],
    scope: Scope = "ALL",
    zip_or_postal_code: Text | None = None,
    account_number: Text | None = None,
) -> NetworkSearch:
    """Search the network.

    Organizations of this server (`scope=BILL`) are found by whole words of their names, one of them of three
    letters or more; all words of `name` must be there, in any order. National vendors (`scope=RPPS`) are found
    by any part of their name and zip code. `accountNumber` leaves out national vendors that have no such
    account numbers. At most 25 of each kind are answered; none is an answer, too.
    """
    return NetworkSearch(results=searching.search(ctx, name, scope, zip_or_postal_code, account_number))


@operation(f"GET {INVITATION}/vendor/{{vendorId}}", area=AREA, needs="network:read")
def get_vendor_invitation(ctx: Context, vendor_id: str) -> InvitationAnswer:
    """Tell how a vendor stands to the network.

    NOT_CONNECTED when the vendor was never invited, the invitation has expired, or the connection was deleted.
    """
    return _standing(ctx, "VENDOR", vendor_id)


@operation(
    f"POST {INVITATION}/vendor/{{vendorId}}",
    area=AREA,
    needs="network:invite",
    reaches=_reached_by_id,
    names=NAMES,
)
def create_vendor_invitation(ctx: Context, vendor_id: str, body: InvitationCreate) -> None:
    """Connect a vendor, or invite it to be connected.

    `networkId` is the id that the search answers. An organization that connects automatically, or that has
    invited this one itself, is connected at once, and this organization becomes its customer. Any other gets a
    mail and accepts within 60 days; until then the vendor is PENDING, and a new invitation takes a deletion of
    the old one. A national vendor (`networkType` RPPS) is connected at once when `rppsInformation.accountNumber`
    is the vendor's `accountNumber`.

    A connected vendor shows the phone, address and payee name that the network knows, and is paid through it.
    """
    actions.invite(ctx, "VENDOR", vendor_id, _invitation(body))


@operation(
    f"DELETE {INVITATION}/vendor/{{vendorId}}",
    area=AREA,
    needs="network:delete",
    reaches=_reached_by_vendor,
)
def delete_vendor_invitation(ctx: Context, vendor_id: str) -> None:
    """Disconnect a vendor, or withdraw its invitation.

    Both sides have their own values again. Refused with BDC_1119 while payments to the vendor are scheduled or
    in process, and with BDC_1120 when there is nothing to delete.
    """
    actions.disconnect(ctx, "VENDOR", vendor_id)


@operation(f"POST {INVITATION}/vendor/{{vendorId}}/email", area=AREA, needs="network:invite")
def invite_vendor_not_in_network(ctx: Context, vendor_id: str, body: MailedInvitationCreate) -> None:
    """Invite a vendor by mail who is on no network yet.

    The vendor is PENDING for 60 days. Once it has an organization on this server, it accepts with the networkId
    that stands in the mail and nowhere else.
    """
    actions.invite_by_mail(ctx, vendor_id, body.email)


@operation(f"GET {INVITATION}/customer/{{customerId}}", area=AREA, needs="network:read")
def get_customer_invitation(ctx: Context, customer_id: str) -> InvitationAnswer:
    """Tell how a customer stands to the network.

    NOT_CONNECTED when the customer was never invited, the invitation has expired, or the connection was deleted.
    """
    return _standing(ctx, "CUSTOMER", customer_id)


@operation(
    f"POST {INVITATION}/customer/{{customerId}}",
    area=AREA,
    needs="network:invite",
    reaches=_reached_by_id,
    names=NAMES,
)
def create_customer_invitation(ctx: Context, customer_id: str, body: InvitationCreate) -> None:
    """Connect a customer, or invite it to be connected.

    As for a vendor, the other way round: this organization becomes a vendor of the customer's. National vendors
    are nobody's customers. A connected customer shows the company name, phone and addresses that the network
    knows.
    """
    actions.invite(ctx, "CUSTOMER", customer_id, _invitation(body))


@operation(
    f"DELETE {INVITATION}/customer/{{customerId}}",
    area=AREA,
    needs="network:delete",
    reaches=_reached_by_customer,
)
def delete_customer_invitation(ctx: Context, customer_id: str) -> None:
    """Disconnect a customer, or withdraw its invitation.

    Both sides have their own values again. Refused with BDC_1119 while payments of the customer are scheduled
    or in process, and with BDC_1120 when there is nothing to delete.
    """
    actions.disconnect(ctx, "CUSTOMER", customer_id)


@operation(f"POST {INVITATION}/accept", area=AREA, needs="network:accept", reaches=_reached_by_id)
def accept_network_invitation(ctx: Context, body: InvitationAccept) -> None:
    """Accept the invitation of another organization.

    `networkId` is that of who invited, `type` what it is to this organization: CUSTOMER when it wants to pay.
    `id` links an own vendor or customer, `name` makes a new one; exactly one of them is given. 404 BDC_1120 when
    no such invitation is open.
    """
    actions.accept(ctx, drafted(AcceptanceDraft, body))


@operation(f"GET {CONTROL}", area="sandbox", credentials="control")
def read_membership(ctx: Context, id: str) -> Membership:
    """Read how a world belongs to the network.

    Its payment network id, whether invitations connect at once, and whether others find it.
    """
    return _membership(members.member(ctx))


@operation(f"PUT {CONTROL}", area="sandbox", credentials="control")
def change_membership(ctx: Context, id: str, body: MembershipChange) -> Membership:
    """Change how a world belongs to the network.

    `autoConnect`, off in a new world, lets invitations connect at once; `listed`, on in a new world, lets others
    find it. What is left out stays as it is.
    """
    return _membership(members.change(ctx, auto_connect=body.auto_connect, listed=body.listed))


def _membership(member: NetworkMember) -> Membership:
    return Membership(
        network_id=member.network_id, auto_connect=bool(member.auto_connect), listed=bool(member.listed)
    )


def _standing(ctx: Context, kind: Kind, record_id: str) -> InvitationAnswer:
    records.require(ctx, kind, record_id)
    found = connections.of_record(ctx, record_id)
    if found is None or found.status == "NOT_CONNECTED":
        return InvitationAnswer(id=record_id, status="NOT_CONNECTED")
    return InvitationAnswer(id=record_id, status=found.status, network_id=found.network_id)
