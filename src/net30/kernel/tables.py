"""What the kernel stores for every organization: its clock, its trail, its books, its outbox and its jobs."""

from typing import Annotated, Literal

from sqlalchemy import Index

from net30.store.record import ENCRYPTED, Record, table

Via = Literal["API", "SYNC", "PORTAL", "JOB", "SANDBOX", "CONSOLE", "NETWORK"]


class Organization(Record, frozen=True):
    """A tenant. Its row is the lock of its writes and holds its business clock (see kernel/clock.py).

    `next_wake_at` is the machine time (ms) at which a worker looks for due jobs, never after the earliest of them;
    null while the clock stands or nothing waits.
    """

    id: str
    name: str
    zone: str
    clock_offset_ms: int
    clock_frozen_at: int | None
    run_lease_owner: str | None
    run_lease_until: int
    settings: str
    created_time: int
    updated_time: int
    next_wake_at: int | None = None


class AuditEntry(Record, frozen=True):
    """One change: who, what, when, how, and per field the previous and the new value (JSON).

    `counts` is how many entries it is where each edited field is one: the fields of an edit, 1 for anything else.
    """

    organization_id: str
    id: str
    entity: str
    entity_id: str
    action: str
    user_id: str
    via: Via
    time: int
    changes: str
    counts: int


class JournalEntry(Record, frozen=True):
    """One dated posting to the books, in one currency beside USD."""

    organization_id: str
    id: str
    date: str
    source: str
    source_id: str
    memo: str
    currency: str
    created_time: int


class JournalPosting(Record, frozen=True):
    """One side of an entry: debits positive, credits negative, in thousandths of the entry's currency and of USD."""

    organization_id: str
    entry_id: str
    position: int
    account: str
    chart_of_account_id: str | None
    party_id: str | None
    amount: int
    usd_amount: int


class Event(Record, frozen=True):
    """An outbox row: something that subscribers may be told, written with the change itself.

    `sequence` counts the organization's events: under a frozen clock many have one `created_time`.
    """

    organization_id: str
    id: str
    type: str
    version: str
    entity_id: str
    payload: str
    created_time: int
    sequence: int


class Job(Record, frozen=True):
    """Work due at a business time, `run_at`."""

    organization_id: str
    id: str
    kind: str
    subject_id: str
    run_at: int
    state: Literal["WAITING", "DONE", "FAILED", "CANCELED"]
    attempts: int
    error: str | None
    created_time: int


class Message(Record, frozen=True):
    """A mail or text that the organization's people were sent; `body_secret` is an encrypted body.

    `next_try_at` (machine time) says when a mail server is tried next; null once it was sent or given up, and
    where none sends mail. `error` is what came of the last try that failed. An answer goes to `reply_to`.
    """

    organization_id: str
    id: str
    kind: str
    recipient: str
    subject: str
    body: str
    created_time: int
    body_secret: Annotated[str, ENCRYPTED] | None = None
    sent_at: int | None = None
    attempts: int = 0
    next_try_at: int | None = None
    error: str | None = None
    reply_to: str | None = None


class IdempotencyKey(Record, frozen=True):
    """The kept answer of a POST that carried X-Idempotent-Key, which may show a key once; `kept_at` is machine time."""

    organization_id: str
    developer_key: str
    user_id: str
    operation: str
    key: str
    body_hash: str
    status: int
    answer_secret: Annotated[str, ENCRYPTED]
    kept_at: int


class HourlyCount(Record, frozen=True):
    """How many requests or sign-ins a developer key, given by its fingerprint, had in an hour of machine time."""

    hour: int
    what: str
    key_hash: str
    count: int


class ServerValue(Record, frozen=True):
    """A value of the whole server, such as the sandbox's own secret key."""

    name: str
    value: str


class ExchangeRate(Record, frozen=True):
    """Units of a currency for one US dollar from a date on (yyyy-MM-dd), for all organizations of the server."""

    currency: str
    date: str
    rate: str


class OrganizationExchangeRate(Record, frozen=True):
    """A rate of a sandbox's world: those that have any are valued by their own rates alone."""

    organization_id: str
    currency: str
    date: str
    rate: str


organizations = table("organization", Organization, key=["id"])
audit_entries = table(
    "audit_entry",
    AuditEntry,
    key=["organization_id", "id"],
    indexes=[("organization_id", "entity_id", "time")],
)
journal_entries = table(
    "journal_entry",
    JournalEntry,
    key=["organization_id", "id"],
    indexes=[("organization_id", "source_id")],
)
# Entries, of which they are parts, reference the organization.
journal_postings = table(
    "journal_posting", JournalPosting, key=["organization_id", "entry_id", "position"], owned=False
)
events = table(
    "event",
    Event,
    key=["organization_id", "id"],
    indexes=[("organization_id", "created_time"), ("organization_id", "sequence")],
)
jobs = table(
    "job",
    Job,
    key=["organization_id", "id"],
    indexes=[("organization_id", "state", "run_at", "id"), ("organization_id", "subject_id")],
)
messages = table(
    "message",
    Message,
    key=["organization_id", "id"],
    indexes=[("organization_id", "created_time")],
)
idempotency_keys = table(
    "idempotency_key",
    IdempotencyKey,
    key=["organization_id", "developer_key", "user_id", "operation", "key"],
    indexes=[("organization_id", "kept_at")],
)
# Global: a developer key belongs to no organization.
hourly_counts = table("hourly_count", HourlyCount, key=["hour", "what", "key_hash"])
server_values = table("server_value", ServerValue, key=["name"])
# Global: what a currency is worth is the same for everybody.
exchange_rates = table("exchange_rate", ExchangeRate, key=["currency", "date"])
organization_exchange_rates = table(
    "organization_exchange_rate",
    OrganizationExchangeRate,
    key=["organization_id", "currency", "date"],
)

_waiting = organizations.c.next_wake_at.is_not(None)
Index(
    "organization_next_wake_at_idx",
    organizations.c.next_wake_at,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)

_unsent = messages.c.next_try_at.is_not(None)
Index(
    "message_next_try_at_idx",
    messages.c.next_try_at,
    messages.c.organization_id,
    sqlite_where=_unsent,
    postgresql_where=_unsent,
)
