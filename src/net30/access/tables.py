"""What is stored of people and programs: users, developer keys, sessions, sync tokens and remembered devices.

Session ids, keys and tokens are stored as fingerprints only: a copy of the database opens no door.
Times here are the machine's, except created_time and updated_time of a user.
"""

from typing import Annotated, Literal, get_args

from net30.access.roles import RoleType
from net30.store.record import HASHED, Archived, CreatedTime, Record, UpdatedTime, listed, table

SessionKind = Literal["USER", "SYNC", "PARTNER"]


class User(Record, frozen=True):
    """Someone who signs in to one organization, or the system user behind a sync token (id syu…, role SYNC).

    `username_key` is the username without regard to case. A sync token's user has no password, and neither has
    someone who was invited and has not signed up yet.
    """

    organization_id: str
    id: Annotated[str, listed("id", kind="id", operators=("eq", "ne", "in"))]
    username: str
    username_key: str
    password_hash_secret: Annotated[str, HASHED] | None
    role: Annotated[str, listed("role.type", values=get_args(RoleType))]
    first_name: Annotated[str, listed("firstName", operators=("eq", "sw"))]
    last_name: Annotated[str, listed("lastName", operators=("eq", "sw"))]
    email: Annotated[str, listed("email", operators=("eq", "sw"))]
    archived: Archived
    created_time: CreatedTime
    updated_time: UpdatedTime


class DeveloperKey(Record, frozen=True):
    """The key of a program. It belongs to no organization."""

    fingerprint: str
    name: str
    active: int
    created_at: int


class DeveloperKeyGrant(Record, frozen=True):
    """Says that a developer key may be used on an organization."""

    organization_id: str
    fingerprint: str
    created_at: int


class Session(Record, frozen=True):
    """A signed-in user of one organization, by one developer key; `expires_at` slides with use.

    A session of kind PARTNER belongs to a user of the partner's own organization, and its key is the app key.
    """

    fingerprint: str
    organization_id: str
    user_id: str
    developer_key: str
    trusted: int
    kind: SessionKind
    expires_at: int
    created_at: int


class SyncToken(Record, frozen=True):
    """Name and value that an accounting program signs in with, instead of a username and a password."""

    organization_id: str
    id: str
    name: str
    value_secret: Annotated[str, HASHED]
    user_id: str
    created_at: int


class ApiToken(Record, frozen=True):
    """The header of Spend & Expense operations; its requests act as one user."""

    organization_id: str
    id: str
    value_secret: Annotated[str, HASHED]
    user_id: str
    created_at: int


class RememberedDevice(Record, frozen=True):
    """A rememberMeId and the device it was given to; `expires_at` null means never.

    With a `session` (its fingerprint) it ends when that session does.
    """

    organization_id: str
    id: str
    user_id: str
    value_secret: Annotated[str, HASHED]
    device: str
    machine_name: str | None
    expires_at: int | None
    session: str | None
    created_at: int


users = table(
    "organization_user",
    User,
    key=["organization_id", "id"],
    unique=[("organization_id", "username_key")],
    indexes=[("username_key", "organization_id")],
)
developer_keys = table("developer_key", DeveloperKey, key=["fingerprint"])
developer_key_grants = table(
    "developer_key_grant",
    DeveloperKeyGrant,
    key=["organization_id", "fingerprint"],
    indexes=[("fingerprint", "organization_id")],
    references={"fingerprint": "developer_key.fingerprint"},
)
sessions = table(
    "session",
    Session,
    key=["fingerprint"],
    indexes=[("organization_id", "expires_at"), ("organization_id", "user_id")],
    references={"user_id": "organization_user", "developer_key": "developer_key.fingerprint"},
)
sync_tokens = table(
    "sync_token",
    SyncToken,
    key=["organization_id", "id"],
    unique=[("organization_id", "name")],
    references={"user_id": "organization_user"},
)
api_tokens = table(
    "api_token",
    ApiToken,
    key=["organization_id", "id"],
    unique=[("value_secret",)],
    references={"user_id": "organization_user"},
)
remembered_devices = table(
    "remembered_device",
    RememberedDevice,
    key=["organization_id", "id"],
    indexes=[("organization_id", "user_id", "value_secret")],
    references={"user_id": "organization_user"},
)
