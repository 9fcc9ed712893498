"""What is stored of a user's second means: phones, an authenticator app, and the codes that were asked for.

A code is stored as a keyed hash and an authenticator's key is encrypted. Times are machine time in ms, except the
created_time and updated_time of a phone.
"""

from typing import Annotated, Literal

from net30.mfa.schemas import SetupType
from net30.store.record import ENCRYPTED, HASHED, Record, table

Purpose = Literal["SETUP", "SIGN_IN"]
Place = Literal["PRIMARY", "BACKUP"]
Channel = Literal["TEXT", "VOICE", "MAIL", "APP"]


class EnrolledPhone(Record, frozen=True):
    """A phone that was validated. A user has at most one in each place; another one takes its place."""

    organization_id: str
    id: str
    user_id: str
    number: str
    type: SetupType
    place: Place
    archived: int
    created_time: int
    updated_time: int


class Authenticator(Record, frozen=True):
    """An authenticator app's key (base 32, encrypted) and the last time step that a code was taken from."""

    organization_id: str
    user_id: str
    key_secret: Annotated[str, ENCRYPTED]
    last_step: int
    created_at: int


class Challenge(Record, frozen=True):
    """A code that a user was asked for, good for one answer. An authenticator's codes are stored nowhere."""

    organization_id: str
    id: str
    user_id: str
    purpose: Purpose
    channel: Channel
    number: str | None
    place: Place | None
    code_secret: Annotated[str, HASHED] | None
    expires_at: int
    answered_at: int | None
    created_at: int


class OutgoingText(Record, frozen=True):
    """A text or call of a production server that waits for the operator's command; the words go once it is over."""

    organization_id: str
    id: str
    number: str
    type: SetupType
    words_secret: Annotated[str, ENCRYPTED] | None
    state: Literal["WAITING", "SENT", "FAILED"]
    attempts: int
    wake_at: int | None
    expires_at: int


phones = table(
    "mfa_phone",
    EnrolledPhone,
    key=["organization_id", "id"],
    indexes=[("organization_id", "user_id")],
    references={"user_id": "organization_user"},
)
authenticators = table(
    "mfa_authenticator",
    Authenticator,
    key=["organization_id", "user_id"],
    references={"user_id": "organization_user"},
)
challenges = table(
    "mfa_challenge",
    Challenge,
    key=["organization_id", "id"],
    indexes=[("organization_id", "expires_at")],
    references={"user_id": "organization_user"},
)
outgoing_texts = table(
    "outgoing_text",
    OutgoingText,
    key=["organization_id", "id"],
    indexes=[("wake_at", "organization_id")],
)
