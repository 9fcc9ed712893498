"""Invites people to sign up, and lets them choose their password.

A link's token begins with the organization's id and a dot; the rest is random, and only its fingerprint is kept.
"""

import msgspec
from sqlalchemy import select

from net30.access import passwords, users
from net30.access.tables import User
from net30.access.users import USER
from net30.kernel import mailbox
from net30.kernel.clock import timestamp
from net30.kernel.context import Actor, Context, Server, reading, system_actor, writing
from net30.kernel.entity import Entity
from net30.kernel.refusal import Refusal
from net30.kernel.secrets import fingerprint, token
from net30.membership.invitations import rules
from net30.membership.invitations.tables import Invitation, invitations
from net30.store.statements import Statement, by_key

_OF_USER = Statement(select(invitations).where(by_key(invitations, ["organization_id", "user_id"])))
_BY_TOKEN = Statement(select(invitations).where(by_key(invitations, ["organization_id", "token_secret"])))

INVITATION = Entity("Invitation", Invitation, of="user_id")


class Invited(msgspec.Struct, frozen=True):
    """An open invitation: whose it is, and into which organization."""

    invitation: Invitation
    user: User
    organization_name: str


def invite(ctx: Context, user: User) -> None:
    """Mail a link, good once within 7 days, by which a user chooses their password. Earlier links are void."""
    secret = f"{ctx.organization_id}.{token()}"
    new = Invitation(
        ctx.organization_id, user.id, fingerprint(secret), ctx.now + rules.VALID_MS, None, ctx.now
    )
    old = ctx.tx.record(Invitation, _OF_USER, {"user_id": user.id})
    if old is None:
        INVITATION.enter(ctx, new)
    else:
        INVITATION.revise(ctx, old, new)
    organization = ctx.organization.name
    mailbox.send(
        ctx,
        "EMAIL",
        user.email,
        f"You are invited to {organization}",
        f"{user.first_name} {user.last_name}, you are invited to work in {organization}. "
        f"Choose your password by {timestamp(new.expires_at)}:\n"
        f"{ctx.server.public_url}/invitations/{secret}",
        secret=True,
    )


def find(server: Server, secret: str) -> Invited:
    """The open invitation that a link's token belongs to.

    Refusals: BDC_1205 (404) for a token that is nobody's, 422 for an invitation that is used, withdrawn or expired.
    """
    try:
        with reading(server, _guest(secret)) as ctx:
            return _open(ctx, secret)
    except Refusal as refusal:
        raise _unknown() if refusal.code == "BDC_1123" else refusal from None


def accept(server: Server, secret: str, password: str) -> Invited:
    """Use an invitation: from now on its user signs in with a password.

    Refusals: those of `find`, and 400 for a password that is not good enough.
    """
    fault = rules.password_fault(password, find(server, secret).user.username)
    if fault is not None:
        raise Refusal(None, field="password", detail=fault, help="choose another password")
    password_hash = passwords.hashed(password)
    with writing(server, _guest(secret)) as ctx:
        invited = _open(ctx, secret)
        user = invited.user
        # Whoever has the link acts as the user it was sent to.
        ctx.actor = Actor(ctx.organization_id, user.id, user.role, "PORTAL")
        USER.revise(ctx, user, msgspec.structs.replace(user, password_hash_secret=password_hash))
        used = msgspec.structs.replace(invited.invitation, accepted_time=ctx.now)
        INVITATION.revise(ctx, invited.invitation, used)
    return invited


def _guest(secret: str) -> Actor:
    organization_id, _, random = secret.partition(".")
    if not random:
        raise _unknown()
    return system_actor(organization_id, "PORTAL")


def _open(ctx: Context, secret: str) -> Invited:
    key = {"token_secret": fingerprint(secret)}
    invitation = ctx.tx.record(Invitation, _BY_TOKEN, key)
    if invitation is None:
        raise _unknown()
    user = users.find_user(ctx, invitation.user_id)
    assert user is not None, "an invitation has a user, by its foreign key"
    refusal = rules.refused(rules.state(invitation, user, ctx.now), invitation)
    if refusal is not None:
        raise refusal
    return Invited(invitation, user, ctx.organization.name)


def _unknown() -> Refusal:
    return Refusal(
        "BDC_1205",
        detail="no invitation has this link",
        help="open the link of the latest invitation, whole as it stands in the mail",
    )
