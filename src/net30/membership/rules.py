"""What may be said of a user."""

import re

import msgspec

from net30.kernel.refusal import Refusal

# RFC 5321 allows an address of 254 characters, 64 of them before the sign.
LONGEST_EMAIL = 254
_NO_ATOM = r"\s@<>\"'(),:;\\"
_EMAIL = re.compile(rf"[^{_NO_ATOM}]{{1,64}}@[^{_NO_ATOM}.]+(\.[^{_NO_ATOM}.]+)+")


class InvitationDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Whom someone wants to invite."""

    first_name: str
    last_name: str
    email: str
    role_id: str
    accept_terms_of_service: bool


class UserDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What shall be different of a user; what is None stays as it is."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    role_id: str | None = None


def invitation_faults(draft: InvitationDraft) -> list[Refusal]:
    """What keeps someone from being invited: a blank name, no email address, terms that are not accepted."""
    return [
        *blank_names(draft.first_name, draft.last_name),
        *email_faults(draft.email),
        *terms_faults(accepted=draft.accept_terms_of_service),
    ]


def email_faults(email: str) -> list[Refusal]:
    if is_email(email):
        return []
    detail = f"{email[:60]!r} is not an email address"
    return [Refusal(None, field="email", detail=detail, help="give one such as ann@example.com")]


def terms_faults(*, accepted: bool) -> list[Refusal]:
    if accepted:
        return []
    help = "the new user has to accept the terms of whoever runs this server"
    return [Refusal(None, field="accept_terms_of_service", detail="must be true", help=help)]


def is_email(text: str) -> bool:
    """Whether mail can be addressed to a text: something, @, and a domain with a dot."""
    return len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None


def blank_names(first_name: str | None, last_name: str | None) -> list[Refusal]:
    names = (("first_name", first_name), ("last_name", last_name))
    return [
        Refusal(None, field=field, detail="must not be blank", help="give a name, or leave it as it is")
        for field, name in names
        if name is not None and not name.strip()
    ]
