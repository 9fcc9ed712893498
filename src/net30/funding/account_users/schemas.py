"""What crosses the wire of bank account users."""

from typing import Annotated, Literal

from msgspec import Meta

from net30.wire.types import Timestamp, Wire

BankAccountUserStatus = Literal["UNVERIFIED", "NOMINATED", "VERIFIED", "UNDEFINED"]


class BankAccountUser(Wire):
    """A person who may pay from a bank account once VERIFIED."""

    id: str
    bank_account_id: str
    user_id: str
    archived: bool
    verification_status: BankAccountUserStatus
    created_time: Timestamp
    updated_time: Timestamp


class Nomination(Wire):
    """Who is to pay from which account."""

    user_id: Annotated[str, Meta(min_length=1)]
    bank_account_id: Annotated[str, Meta(min_length=1)]


class Status(Wire):
    """Whether it was done."""

    status: Literal["SUCCESS", "FAILURE"]
