"""Signing in as a partner, and from there as a user of one of the partner's organizations."""

import msgspec
from sqlalchemy import select

from net30.access import attempts, passwords, rules, sessions
from net30.access import users as access_users
from net30.access.credentials import inactive_key, unknown_key
from net30.access.roles import SYNC
from net30.access.sign_in import SignedIn, admit, count_try, require_short_device
from net30.access.tables import User, users
from net30.kernel import secrets
from net30.kernel.context import ORGANIZATION, Actor, Server, writing
from net30.kernel.refusal import Refusal
from net30.kernel.secrets import fingerprint
from net30.kernel.tables import Organization
from net30.partners.credentials import not_partners
from net30.partners.tables import AppKey, PartnerOrganization, app_keys, partner_organizations
from net30.store.database import Transaction
from net30.store.statements import Statement, by_key

_APP_KEY = Statement(select(app_keys).where(by_key(app_keys, ["fingerprint"])))
_USER = Statement(select(users).where(by_key(users, ["organization_id", "username_key"])))
_MADE = Statement(
    select(partner_organizations).where(by_key(partner_organizations, ["organization_id", "id"]))
)


class PartnerSignInDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs in for a partner, and the partner's app key."""

    app_key: str
    username: str
    password: str


class UserSignInDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a partner signs in, where, and how the user was remembered."""

    user_id: str
    organization_id: str
    remember_me_id: str | None = None
    device: str | None = None


def partner_sign_in(server: Server, draft: PartnerSignInDraft) -> str:
    """Open a session for a partner; its id.

    Refusals: BDC_1102 (400) for an unknown app key, BDC_1103 (401) for one that was switched off, BDC_1101 (401)
    for a wrong username or password, BDC_1144 (422) for too many tries in an hour, BDC_1107 and BDC_1110 (423)
    while wrong passwords have locked the partner or the login.
    """
    key = fingerprint(draft.app_key)
    with server.database.read() as tx:
        app_key = _require_app_key(tx, key)
        organization = tx.record(Organization, ORGANIZATION, {"id": app_key.organization_id})
        assert organization is not None, "an app key has an organization, by its foreign key"
        name = rules.username_key(draft.username)
        tried = count_try(server, tx, organization, key, name)
        user = tx.record(User, _USER, {"organization_id": organization.id, "username_key": name})
    watched = admit(server, tried)
    usable = user if user is not None and not user.archived else None
    matches = passwords.matches(draft.password, usable.password_hash_secret if usable else None)
    session_id = secrets.token()
    with writing(server, Actor(organization.id, usable.id if usable else "", "", "API")) as ctx:
        if locked := attempts.locked(ctx.tx, ctx.organization_id, watched, ctx.machine_now):
            raise locked
        if usable is not None and matches:
            sessions.open_session(ctx, session_id, usable.id, key, "PARTNER", trusted=False)
            attempts.forgive(ctx, watched)
            return session_id
        attempts.count_wrong(ctx, watched)
    raise Refusal(
        "BDC_1101",
        detail="no active user of this partner has this username and password",
        help="check username, password and appKey",
    )


def sign_in_as(server: Server, partner: Actor, draft: UserSignInDraft) -> SignedIn:
    """Open a session of a user of one of the partner's organizations, for the partner's developer key.

    Refusals: BDC_1123 (404) for an organization that the partner did not make, BDC_1111 (401) for a user who
    is unknown there or archived, 400 for a rememberMeId without its device.
    """
    if draft.remember_me_id and not draft.device:
        raise Refusal(
            None,
            field="device",
            detail="must not be null",
            help="send the device the rememberMeId was given to",
        )
    require_short_device(draft.device)
    id = draft.organization_id
    with server.database.read() as tx:
        app_key = _require_app_key(tx, partner.developer_key)
        require_made(tx, partner, id)
    session_id = secrets.token()
    with writing(server, Actor(id, draft.user_id, "", "API")) as ctx:
        user = access_users.find_user(ctx, draft.user_id)
        if user is None or user.archived or user.role == SYNC:
            raise Refusal(
                "BDC_1111",
                detail=f"the organization {id} has no active user {draft.user_id}",
                help="take an id from GET /v3/partner/users",
            )
        remembered = sessions.is_remembered(ctx, user.id, draft.remember_me_id, draft.device)
        sessions.open_session(ctx, session_id, user.id, app_key.developer_key, "USER", trusted=remembered)
        trusted = rules.is_trusted(ctx.organization, "USER", remembered=remembered)
    return SignedIn(session_id, user.id, trusted)


def require_made(tx: Transaction, partner: Actor, organization_id: str) -> None:
    """Refuse with BDC_1123 (404) an organization that the partner did not make."""
    key = {"organization_id": partner.organization_id, "id": organization_id}
    if tx.record(PartnerOrganization, _MADE, key) is None:
        raise not_partners(organization_id)


def _require_app_key(tx: Transaction, key: str) -> AppKey:
    found = tx.record(AppKey, _APP_KEY, {"fingerprint": key})
    if found is None:
        raise unknown_key("body")
    if not found.active:
        raise inactive_key()
    return found
