"""Users: made, given new passwords, rid of their MFA, given an authenticator app."""

import sys
from getpass import getpass
from typing import get_args

import msgspec

from net30.access import attempts, passwords, sessions, users
from net30.access.roles import RoleType
from net30.access.tables import User
from net30.access.users import USER
from net30.console.answers import MfaReset, PasswordReset, TotpEnrolled, UserMade
from net30.console.commands import UserCreate, UserEnrollTotp, UserResetMfa, UserResetPassword
from net30.kernel.context import Context, Server, system_actor, writing
from net30.kernel.refusal import Refusal
from net30.kernel.secrets import fingerprint, token
from net30.membership.actions import find_by_username, require_free_username
from net30.membership.invitations.actions import invite
from net30.membership.invitations.rules import password_fault
from net30.membership.rules import is_email
from net30.mfa import actions as mfa

PASSWORD_BYTES = 16


def create(server: Server, asked: UserCreate) -> UserMade:
    """A user with a password that is made up or read, or one who is invited to choose it."""
    if asked.role not in get_args(RoleType):
        raise Refusal(None, field="role", detail=f"must be one of {', '.join(get_args(RoleType))}")
    email = asked.email or asked.username
    if asked.invite and not is_email(email):
        raise Refusal(None, field="email", detail="is needed to invite somebody", help="give --email")
    password = None if asked.invite else _password(asked.username, read=asked.password_stdin)
    password_hash = None if password is None else passwords.hashed(password)
    with writing(server, system_actor(asked.organization, "CONSOLE")) as ctx:
        require_free_username(ctx, asked.username, field="username")
        user = users.create_user(
            ctx,
            username=asked.username,
            password_hash=password_hash,
            role=asked.role,
            first_name=asked.first_name or asked.username.partition("@")[0][:100],
            last_name=asked.last_name,
            email=email,
        )
        if asked.invite:
            invite(ctx, user)
    return UserMade(
        organization_id=user.organization_id,
        user_id=user.id,
        username=user.username,
        role=user.role,
        email=user.email,
        password=None if asked.password_stdin else password,
        note=None if is_email(email) else "no mail reaches this user: the email is no address",
    )


def reset_password(server: Server, asked: UserResetPassword) -> PasswordReset:
    """A new password; whoever was signed in by the old one is out, and a lock by wrong passwords is lifted."""
    password = _password(asked.username, read=asked.password_stdin)
    password_hash = passwords.hashed(password)
    with writing(server, system_actor(asked.organization, "CONSOLE")) as ctx:
        user = require_person(ctx, asked.username)
        USER.revise(ctx, user, msgspec.structs.replace(user, password_hash_secret=password_hash))
        sessions.end_sessions_of(ctx, user.id)
        attempts.forget(ctx, attempts.LOGIN, fingerprint(user.username_key))
    shown = None if asked.password_stdin else password
    return PasswordReset(user_id=user.id, username=user.username, password=shown)


def reset_mfa(server: Server, asked: UserResetMfa) -> MfaReset:
    """Second means are gone; the user enrols anew, or is given an authenticator app."""
    with writing(server, system_actor(asked.organization, "CONSOLE")) as ctx:
        user = require_person(ctx, asked.username)
        mfa.reset_mfa(ctx, user)
    return MfaReset(user_id=user.id, username=user.username)


def enroll_totp(server: Server, asked: UserEnrollTotp) -> TotpEnrolled:
    """An authenticator app for a user; the one before, if any, is worth nothing any more."""
    with writing(server, system_actor(asked.organization, "CONSOLE")) as ctx:
        user = require_person(ctx, asked.username)
        secret, address = mfa.enroll_totp(ctx, user)
    return TotpEnrolled(user_id=user.id, username=user.username, secret=secret, otpauth_uri=address)


def require_person(ctx: Context, username: str) -> User:
    """The active user with a username; 422 when there is none."""
    user = find_by_username(ctx, username)
    if user is None or user.archived:
        what = "is archived" if user else "is no user of this organization"
        raise Refusal(None, field="username", detail=f"{username} {what}")
    return user


def read_secret(what: str) -> str:
    """One line of standard input; asked for without an echo when that is a terminal."""
    if sys.stdin.isatty():
        return getpass(f"{what}: ")
    return sys.stdin.readline().rstrip("\r\n")


def _password(username: str, *, read: bool) -> str:
    password = read_secret("password") if read else token(PASSWORD_BYTES)
    if read and (fault := password_fault(password, username)):
        raise Refusal(None, field="password", detail=fault)
    return password
