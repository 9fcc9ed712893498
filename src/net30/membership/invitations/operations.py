"""The invitation's page: what the link in the mail opens. It is ours, and stands beside the API."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qs

import msgspec

from net30.kernel.context import Server
from net30.kernel.refusal import Refusal
from net30.membership.invitations import actions, page
from net30.membership.invitations.schemas import PasswordChosen, SignedUp
from net30.wire.dispatch import JSON, Raw
from net30.wire.operation import operation
from net30.wire.types import SECRET

AREA = "organization users"
INVITATION = "/invitations/{token}"
FORM = "application/x-www-form-urlencoded"


@operation(f"GET {INVITATION}", area=AREA, credentials="none")
def open_invitation(server: Server, token: Annotated[str, SECRET]) -> Raw:
    """Open an invitation's page, where a person chooses a password.

    The link stands in the mail that `POST /v3/users` sends. A link that is unknown answers 404, one that is
    used, withdrawn or older than 7 days 422, with a page that says so.
    """
    try:
        return page.form(actions.find(server, token))
    except Refusal as refusal:
        return page.refused(refusal)


@operation(f"POST {INVITATION}", area=AREA, credentials="none", idempotent=False)
def accept_invitation(
    server: Server, token: Annotated[str, SECRET], headers: Mapping[str, str], body: bytes
) -> Raw:
    """Sign up: choose the password of the user who was invited.

    `password` comes from the page's form, or in a JSON object from a program, which is answered
    `organizationId`, `userId` and `username`. A password has 10 to 200 characters, at least 5 of them different,
    and does not hold the username. The invitation is used up; the user signs in with `POST /v3/login`.
    """
    if FORM not in headers.get("content-type", "").lower():
        invited = actions.accept(server, token, _json(body).password)
        user = invited.user
        answer = SignedUp(organization_id=user.organization_id, user_id=user.id, username=user.username)
        return Raw(msgspec.json.encode(answer), JSON)
    try:
        return page.welcome(actions.accept(server, token, _form(body)))
    except Refusal as refusal:
        if refusal.field != "password":
            return page.refused(refusal)
        return page.form(actions.find(server, token), refusal)


def _json(body: bytes) -> PasswordChosen:
    try:
        return msgspec.json.decode(body, type=PasswordChosen)
    except (msgspec.MsgspecError, ValueError, RecursionError) as fault:
        raise Refusal(None, field="password", detail=str(fault), help='send {"password": "…"}') from None


def _form(body: bytes) -> str:
    """The form's password; one that is missing, or no text, is empty and so refused by its length."""
    try:
        return parse_qs(body.decode(), errors="strict", max_num_fields=10).get("password", [""])[0]
    except ValueError:
        return ""
