"""What may be said of a user."""

import re

from net30.kernel.refusal import Refusal
from net30.membership.schemas import OrganizationUserCreate, OrganizationUserUpdate

# RFC 5321 allows an address of 254 characters, 64 of them before the sign.
LONGEST_EMAIL = 254
_NO_ATOM = r"\s@<>\"'(),:;\\"
_EMAIL = re.compile(rf"[^{_NO_ATOM}]{{1,64}}@[^{_NO_ATOM}.]+(\.[^{_NO_ATOM}.]+)+")


def invitation_faults(body: OrganizationUserCreate) -> list[Refusal]:
    """What keeps someone from being invited: a blank name, no email address, terms that are not accepted."""
    return [
        *blank_names(body.first_name, body.last_name),
        *email_faults(body.email),
        *terms_faults(accepted=body.accept_terms_of_service),
    ]


def update_faults(body: OrganizationUserUpdate) -> list[Refusal]:
    """Names that would be blank afterwards."""
    return blank_names(body.first_name, body.last_name)


def email_faults(email: str) -> list[Refusal]:
    if is_email(email):
        return []
    detail = f"{email[:60]!r} is not an email address"
    return [Refusal(None, field="email", detail=detail, help="give one such as ann@example.com")]


def terms_faults(*, accepted: bool) -> list[Refusal]:
    if accepted:
        return []
    help = "the new user has to accept the terms of whoever runs this server"
    return [Refusal(None, field="acceptTermsOfService", detail="must be true", help=help)]


def is_email(text: str) -> bool:
    """Whether mail can be addressed to a text: something, @, and a domain with a dot."""
    return len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None


def blank_names(first_name: str | None, last_name: str | None) -> list[Refusal]:
    names = (("firstName", first_name), ("lastName", last_name))
    return [
        Refusal(None, field=field, detail="must not be blank", help="give a name, or leave it as it is")
        for field, name in names
        if name is not None and not name.strip()
    ]
