"""What is stored of webhooks: who subscribes to what, and what was delivered to them."""

from typing import Annotated, Literal

from sqlalchemy import Index

from net30.kernel import retention
from net30.store.record import ENCRYPTED, Record, table

StatusActor = Literal["CLIENT", "SYSTEM"]


class Subscription(Record, frozen=True):
    """Who is told of which events. `events` is JSON, [[type, version], …]; `actor` says who last set `enabled`.

    `standard` is 1 where a Standard Webhooks signature stands beside the API's own.
    """

    organization_id: str
    id: str
    name: str
    notification_url: str
    events: str
    enabled: int
    reason: str | None
    actor: StatusActor
    standard: int
    key_secret: Annotated[str, ENCRYPTED]
    created_time: int
    updated_time: int


class SubscriptionSource(Record, frozen=True):
    """An organization whose events a subscription is told: its own, or one that a partner made. `cursor` is the
    sequence of the last event that was looked at."""

    organization_id: str
    subscription_id: str
    source_id: str
    cursor: int


class Delivery(Record, frozen=True):
    """One event on its way to one subscription. `number` counts a subscription's deliveries, and is their order.

    `payload` is the body, minified JSON. `created_time` is the event's, in business time; `next_try_at` the machine
    time of the next try, null when none is to come; `status_code` what the last try was answered, null before it and
    when there was no answer.
    """

    organization_id: str
    subscription_id: str
    number: int
    event_id: str
    source_id: str
    type: str
    version: str
    entity_id: str
    payload: str
    delivered: int
    attempts: int
    status_code: int | None
    next_try_at: int | None
    created_time: int


class DeliveryAttempt(Record, frozen=True):
    """A try: when (machine ms), how long it took, what was answered (at most 4 KB of it) or what went wrong."""

    organization_id: str
    subscription_id: str
    number: int
    at: int
    id: str
    took_ms: int
    status_code: int | None
    answer: str
    error: str | None


subscriptions = table("webhook_subscription", Subscription, key=["organization_id", "id"])
subscription_sources = table(
    "webhook_source",
    SubscriptionSource,
    key=["organization_id", "subscription_id", "source_id"],
)
deliveries = table(
    "webhook_delivery",
    Delivery,
    key=["organization_id", "subscription_id", "number"],
    indexes=[
        ("organization_id", "subscription_id", "event_id"),
        ("organization_id", "subscription_id", "entity_id", "number"),
        ("organization_id", "subscription_id", "next_try_at"),
        ("organization_id", "created_time"),
    ],
)
_waiting = deliveries.c.next_try_at.is_not(None)
Index(
    "webhook_delivery_waiting_idx",
    deliveries.c.next_try_at,
    deliveries.c.organization_id,
    deliveries.c.subscription_id,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)
delivery_attempts = table(
    "webhook_attempt",
    DeliveryAttempt,
    key=["organization_id", "subscription_id", "number", "at", "id"],
    indexes=[("organization_id", "at")],
)

HISTORY_MS = 180 * retention.DAY_MS
retention.KEPT += [
    retention.kept(deliveries.c.created_time, "BUSINESS", HISTORY_MS, deliveries.c.next_try_at.is_(None)),
    retention.kept(delivery_attempts.c.at, "MACHINE", HISTORY_MS),
]
