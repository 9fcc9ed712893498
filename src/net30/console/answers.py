"""What commands answer, and how it is printed: a line for each value, a table for a list, or JSON."""

from typing import Annotated

import msgspec
from msgspec import Meta

from net30.wire.types import Wire

Once = Annotated[str, Meta(description="Shown this once; the server keeps no copy that can be read.")]


class OrganizationMade(Wire):
    organization_id: str
    name: str
    zone: str


class OrganizationRow(Wire):
    organization_id: str
    name: str
    created_time: str


class UserMade(Wire):
    """`password` is left out when it was read, or when the user is invited to choose one."""

    organization_id: str
    user_id: str
    username: str
    role: str
    email: str
    password: Once | None = None
    note: str | None = None


class PasswordReset(Wire):
    user_id: str
    username: str
    password: Once | None = None


class MfaReset(Wire):
    user_id: str
    username: str


class TotpEnrolled(Wire):
    user_id: str
    username: str
    secret: Once
    otpauth_uri: Once


class KeyMade(Wire):
    key_id: str
    name: str
    dev_key: Once


class KeyChanged(Wire):
    key_id: str
    name: str
    active: bool
    organizations: int


class KeyRow(Wire):
    key_id: str
    name: str
    active: bool
    organizations: int
    created_at: str


class BankAccount(Wire):
    bank_account_id: str
    status: str
    last_four: str


class BankUser(Wire):
    bank_account_user_id: str
    bank_account_id: str
    user_id: str
    verification_status: str


class RiskDecided(Wire):
    """`decision` is what it stands at now: an outcome that was set before anybody asked is reached later."""

    organization_id: str
    decision: str
    outcome: str


class Rotated(Wire):
    encrypted_anew: int
    already_by_first_key: int


class NetworkMembership(Wire):
    """`network_id` is what others invite the organization by."""

    organization_id: str
    network_id: str
    auto_connect: bool
    listed: bool


class JobRow(Wire):
    """`due` is the organization's time of the last try, `error` what came of it."""

    organization_id: str
    job_id: str
    kind: str
    subject_id: str
    due: str
    attempts: int
    error: str


class JobRetried(Wire):
    organization_id: str
    job_id: str
    kind: str
    subject_id: str
    state: str


class RatesLoaded(Wire):
    loaded: int
    currencies: int


class RateRow(Wire):
    """`rate` is units of the currency for one US dollar."""

    currency: str
    date: str
    rate: str


Answer = Wire | list[OrganizationRow] | list[KeyRow] | list[JobRow] | list[RateRow]


def printed(answer: Answer, *, as_json: bool) -> str:
    """The answer as text, without a newline at its end."""
    if as_json:
        return msgspec.json.format(msgspec.json.encode(answer), indent=2).decode()
    if isinstance(answer, list):
        return _table([msgspec.to_builtins(row) for row in answer])
    values: dict[str, object] = msgspec.to_builtins(answer)
    width = max(map(len, values))
    return "\n".join(f"{name:<{width}}  {_text(value)}" for name, value in values.items())


def _table(rows: list[dict[str, object]]) -> str:
    if not rows:
        return "none"
    texts = [list(rows[0]), *([_text(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    return "\n".join(
        "  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True)).rstrip()
        for row in texts
    )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
