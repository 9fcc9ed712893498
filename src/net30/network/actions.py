"""The verbs of the network: invite, accept, disconnect.

What concerns two organizations happens in one transaction that holds both. The other one's part is done by the server
in its name, at its own business time.
"""

import msgspec

from net30.access.users import administrators
from net30.kernel import jobs, mailbox
from net30.kernel.clock import timestamp
from net30.kernel.context import Context
from net30.kernel.refusal import Refusal, Refusals
from net30.kernel.secrets import fingerprint, token
from net30.kernel.tables import Job
from net30.membership.rules import email_faults
from net30.network import connections, members, records, rules
from net30.network.billers import BILLERS, Biller, Place
from net30.network.rules import AcceptanceDraft, InvitationDraft
from net30.network.tables import Kind, NetworkConnection
from net30.vendors.actions import require_vendor

EXPIRE = "network-invitation.expire"


# ---- inviting -------------------------------------------------------------------------------------------


def invited_organization(ctx: Context, network_id: str) -> list[str]:
    """The other organization that a network id, or the one of a mailed invitation, leads to, if there is one."""
    found = members.organization_of(ctx, network_id.partition(".")[0])
    return [] if found in (None, ctx.organization_id) else [str(found)]


def invite(ctx: Context, kind: Kind, record_id: str, draft: InvitationDraft) -> None:
    """Connect a vendor or customer with a national vendor, or with another organization once that agrees.

    It agrees beforehand where it connects automatically or has an open invitation of its own; else its
    administrators are asked by mail. BDC_1205 (404) for an unknown record or network id; BDC_1119 (422) for a
    record that cannot be connected, is connected or has an open invitation, and for an organization that another
    record stands for.
    """
    records.require_connectable(ctx, kind, record_id)
    rules.require_free(connections.of_record(ctx, record_id))
    if draft.national:
        _connect_biller(ctx, kind, record_id, draft)
        return
    other = _organization(ctx, draft.network_id)
    connections.require_only(ctx, kind, other.organization_id)
    wish = connections.with_organization(other, rules.OTHER_SIDE[kind], ctx.organization_id)
    if wish is not None:
        _connect(ctx, kind, record_id, other, wish.record_id)
    elif members.member(other).auto_connect:
        _connect(ctx, kind, record_id, other, _record_of(other, rules.OTHER_SIDE[kind], ctx))
    else:
        pending = _pending(ctx, kind, record_id)
        pending = msgspec.structs.replace(
            pending, network_id=draft.network_id, peer_organization_id=other.organization_id
        )
        connections.put(ctx, pending)
        _ask(ctx, other, kind, pending)


def invite_by_mail(ctx: Context, vendor_id: str, email: str) -> None:
    """Ask a vendor who is on no network yet to join and to accept; the mail holds what only its reader knows."""
    records.require_connectable(ctx, "VENDOR", vendor_id)
    rules.require_free(connections.of_record(ctx, vendor_id))
    if faults := email_faults(email):
        raise Refusals(faults)
    secret = token()
    pending = msgspec.structs.replace(
        _pending(ctx, "VENDOR", vendor_id), email=email, token_secret=fingerprint(secret)
    )
    connections.put(ctx, pending)
    own = members.member(ctx)
    mailbox.send(
        ctx,
        "EMAIL",
        email,
        f"{ctx.organization.name} wants to pay you through the network",
        f"{ctx.organization.name} invites you to be paid electronically. Open an account at "
        f"{ctx.server.public_url} and accept there: POST /v3/network/invitation/accept with type CUSTOMER and the "
        f"networkId\n{own.network_id}.{secret}\n{_until(pending)}",
        secret=True,
    )


def _organization(ctx: Context, network_id: str) -> Context:
    """This transaction in the organization that has a network id; 404 for nobody's and 422 for one's own."""
    organization_id = members.organization_of(ctx, network_id)
    if organization_id == ctx.organization_id:
        raise Refusal(
            "BDC_1119",
            field="network_id",
            value=network_id,
            detail="this is the organization's own network id",
            help="give that of another one, from GET /v3/network",
        )
    other = None if organization_id is None else ctx.inside(organization_id)
    if other is None:
        raise rules.unknown_network_id(network_id)
    return other


def _record_of(ctx: Context, kind: Kind, other: Context) -> str:
    """The vendor, or customer, that was connected to the other before and still is active, or else a new one."""
    known = connections.former(ctx, kind, members.member(other).network_id)
    if known is not None and records.is_active(ctx, kind, known):
        return known
    return records.enter(ctx, kind, other.organization.name, members.facts(other))


def _pending(ctx: Context, kind: Kind, record_id: str) -> NetworkConnection:
    """An invitation that expires by itself."""
    expires_time = ctx.now + rules.VALID_MS
    jobs.schedule(ctx, EXPIRE, record_id, expires_time)
    blank = connections.unconnected(ctx, kind, record_id)
    return msgspec.structs.replace(blank, status="PENDING", expires_time=expires_time)


@jobs.job(EXPIRE)
def _expire(ctx: Context, job: Job) -> None:
    """The record may have been connected since, or have a later invitation."""
    found = connections.of_record(ctx, job.subject_id)
    if found is not None and found.expires_time is not None and found.expires_time <= ctx.now:
        connections.end(ctx, found)


def _ask(ctx: Context, other: Context, kind: Kind, pending: NetworkConnection) -> None:
    """Tell the other's administrators who asks, and how to accept."""
    name, as_what = ctx.organization.name, rules.OTHER_SIDE[kind]
    doing = "pay you" if kind == "VENDOR" else "be paid by you"
    for one in administrators(other):
        mailbox.send(
            other,
            "EMAIL",
            one.email,
            f"{name} wants to connect with you",
            f"{name} wants to {doing} through the network. To accept: POST /v3/network/invitation/accept with type "
            f"{as_what} and the networkId\n{members.member(ctx).network_id}\n{_until(pending)}",
        )


def _until(pending: NetworkConnection) -> str:
    assert pending.expires_time is not None, "an invitation expires"
    return f"The invitation is good until {timestamp(pending.expires_time)}."


# ---- national vendors -----------------------------------------------------------------------------------


def _connect_biller(ctx: Context, kind: Kind, record_id: str, draft: InvitationDraft) -> None:
    biller = BILLERS.get(draft.network_id)
    if biller is None:
        raise rules.unknown_network_id(draft.network_id)
    if kind == "CUSTOMER":
        raise Refusal(
            "BDC_1119",
            field="network_type",
            value="RPPS",
            detail="a national vendor is nobody's customer",
            help="invite it as a vendor",
        )
    if draft.account_number is None:
        raise Refusal(
            None,
            field="rpps_information",
            detail="must not be null when networkType is RPPS",
            help="give the account number that the national vendor knows you by",
        )
    account, place = _account(ctx, record_id, biller, draft)
    connected = msgspec.structs.replace(
        connections.unconnected(ctx, kind, record_id),
        status="CONNECTED_RPPS",
        network_id=biller.id,
        account_number=account,
        address_id=place.id,
    )
    connections.put(ctx, connected, rules.biller_facts(biller, place))


def _account(ctx: Context, vendor_id: str, biller: Biller, draft: InvitationDraft) -> tuple[str, Place]:
    """The account with a national vendor, which is that of the own record, and the address meant."""
    number, place_id = str(draft.account_number), draft.address_id
    own = require_vendor(ctx, vendor_id).account_number
    if number != own or not rules.has_account(biller, number):
        cause = (
            f"it must equal the vendor's accountNumber, which is {own or 'not set'}"
            if number != own
            else f"{biller.name} has account numbers of {biller.digits[0]} to {biller.digits[1]} characters"
        )
        raise Refusal(
            "BDC_1119",
            field="account_number",
            value=number,
            detail=cause,
            help="set accountNumber of the vendor to the one on the national vendor's statements",
        )
    place = next((one for one in biller.places if place_id in (None, one.id)), None)
    if place is None:
        raise Refusal(
            "BDC_1205",
            field="address_id",
            id=place_id,
            detail=f"{biller.name} has no such address",
            help="leave addressId out to take the first one",
        )
    return number, place


# ---- accepting ------------------------------------------------------------------------------------------


def accept(ctx: Context, draft: AcceptanceDraft) -> None:
    """Agree to an invitation, with an own record of who invited: one that is there, or a new one.

    400 unless either `id` or `name` is given; BDC_1120 (404) when nobody has invited so; else as `invite`.
    """
    if bool(draft.id) is bool(draft.name and draft.name.strip()):
        raise Refusal(
            None,
            field="id",
            detail="either id or name must be given",
            help="id links an existing record, name creates one",
        )
    network_id, _, secret = draft.network_id.partition(".")
    other = _organization(ctx, network_id)
    invitation = (
        connections.by_token(other, fingerprint(secret))
        if secret
        else connections.with_organization(other, rules.OTHER_SIDE[draft.type], ctx.organization_id)
    )
    if not _is_open(other, invitation, draft.type):
        raise Refusal(
            "BDC_1120",
            detail=f"no invitation of {network_id} as a {draft.type} is open",
            help="type is what the inviting organization is to yours; an invitation is good for 60 days",
        )
    assert invitation is not None, "an open invitation is one"
    if secret:
        connections.require_only(other, invitation.kind, ctx.organization_id)
    connections.require_only(ctx, draft.type, other.organization_id)
    if draft.id:
        records.require_connectable(ctx, draft.type, draft.id)
        rules.require_free(connections.of_record(ctx, draft.id))
    own = draft.id or records.enter(ctx, draft.type, str(draft.name).strip(), members.facts(other))
    _connect(ctx, draft.type, own, other, invitation.record_id)


def _is_open(inviting: Context, invitation: NetworkConnection | None, type: Kind) -> bool:
    return (
        invitation is not None
        and invitation.kind == rules.OTHER_SIDE[type]
        and invitation.expires_time is not None
        and inviting.now < invitation.expires_time
    )


def _connect(ctx: Context, kind: Kind, record_id: str, other: Context, other_record_id: str) -> None:
    """Connect a record of each of two organizations."""
    other_kind = rules.OTHER_SIDE[kind]
    sides = (
        (ctx, kind, record_id, other, other_record_id),
        (other, other_kind, other_record_id, ctx, record_id),
    )
    for here, own_kind, own_id, there, peer_record_id in sides:
        connected = msgspec.structs.replace(
            connections.unconnected(here, own_kind, own_id),
            status="CONNECTED",
            network_id=members.member(there).network_id,
            peer_organization_id=there.organization_id,
            peer_record_id=peer_record_id,
        )
        connections.put(here, connected, members.facts(there))


# ---- disconnecting --------------------------------------------------------------------------------------


def peer_of(ctx: Context, record_id: str) -> list[str]:
    """The organization that a record is connected to or has invited, if there is one."""
    found = connections.of_record(ctx, record_id)
    return [] if found is None or found.peer_organization_id is None else [found.peer_organization_id]


def disconnect(ctx: Context, kind: Kind, record_id: str) -> None:
    """End a connection on both sides, or withdraw an invitation.

    BDC_1205 (404) for an unknown record, BDC_1120 (404) when there is nothing to end, BDC_1119 (422) while payments
    through the connection are scheduled or in process.
    """
    records.require(ctx, kind, record_id)
    own = connections.of_record(ctx, record_id)
    if own is None or own.status == "NOT_CONNECTED":
        raise Refusal(
            "BDC_1120",
            detail=f"{record_id} is not connected and has no open invitation",
            help="GET the same path to see how it stands",
        )
    other = None if own.peer_organization_id is None else ctx.inside(own.peer_organization_id)
    if own.peer_record_id is None or other is None:
        if own.kind == "VENDOR" and own.status in rules.CONNECTED:
            records.require_settled(ctx, own.record_id)
        connections.end(ctx, own)
        return
    theirs = connections.of_record(other, own.peer_record_id)
    assert theirs is not None, "a connection has two sides"
    payer, vendor_id = (ctx, own.record_id) if own.kind == "VENDOR" else (other, theirs.record_id)
    records.require_settled(payer, vendor_id)
    connections.end(ctx, own)
    connections.end(other, theirs)
