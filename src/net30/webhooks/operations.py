"""The operations of webhooks, under /connect-events/v3 (areas "webhooks: …")."""

import datetime
from collections.abc import Sequence
from typing import Annotated, TypedDict

import msgspec
from msgspec import Meta

from net30.kernel.clock import timestamp
from net30.kernel.context import Context, Server
from net30.kernel.refusal import Refusal
from net30.webhooks import actions, payloads, rules
from net30.webhooks.catalogue import CATALOGUE, VERSION, key_of
from net30.webhooks.made_up import made_up
from net30.webhooks.rules import SubscriptionDraft
from net30.webhooks.schemas import (
    EventCatalogEntry,
    EventRetry,
    EventsOfSubscription,
    EventTold,
    EventWithRetries,
    SecurityKey,
    StandardWebhooks,
    SubscribedEvent,
    SubscriptionAnswer,
    SubscriptionCreate,
    Subscriptions,
    SubscriptionStatus,
    SubscriptionUpdate,
    SubscriptionWithKey,
    TestEvent,
)
from net30.webhooks.tables import Delivery, DeliveryAttempt, Subscription
from net30.wire import tokens
from net30.wire.health import Health, health
from net30.wire.operation import operation
from net30.wire.types import Wire

EVENTS = "webhooks: events"
SUBSCRIPTIONS = "webhooks: subscriptions"
ROOT = "/connect-events/v3"

Given = Annotated[str, Meta(min_length=1)]
Most = Annotated[int, Meta(ge=1, le=100)]
DAY_MS = 86_400_000
LAST_MS = 2**62


TOLD: dict[str, type[Wire]] = {
    "vendor": payloads.VendorTold,
    "bill": payloads.BillTold,
    "invoice": payloads.InvoiceTold,
    "payment": payloads.PaymentTold,
    "bank-account": payloads.BankAccountTold,
    "card-account": payloads.CardAccountTold,
    "risk-verification": payloads.RiskVerificationTold,
}


class Told(TypedDict):
    """What is said of an event wherever it is told of."""

    id: str
    type: str
    version: str
    subscription_id: str
    payload: str
    created_time: str
    status_code: int | None


class _Page(msgspec.Struct, array_like=True):
    """Where a page of a subscription's events ended."""

    organization_id: str
    subscription_id: str
    number: int
    ascending: bool


@operation(f"GET {ROOT}/health", area="webhooks: health", credentials="none")
def get_webhooks_health(server: Server) -> Health:
    """Say that webhooks are served.

    Needs no headers. The answer is that of `GET /connect/v3/health`.
    """
    return health(server)


@operation(f"GET {ROOT}/events/catalog", area=EVENTS, needs="webhooks:read", credentials="subscriber")
def get_event_catalog(ctx: Context) -> list[EventCatalogEntry]:
    """List the types of events that can be subscribed to.

    Each with its versions, of which there is one.
    """
    return [EventCatalogEntry(type=type, versions=[VERSION]) for type in CATALOGUE]


@operation(f"GET {ROOT}/subscriptions", area=SUBSCRIPTIONS, needs="webhooks:read", credentials="subscriber")
def get_all_subscriptions(ctx: Context, max: Most | None = None, page: str | None = None) -> Subscriptions:
    """List subscriptions, oldest first.

    Their keys are not shown.
    """
    known = actions.all_subscriptions(ctx)
    after = _page(ctx, page, "")
    first = 0 if after is None else after.number
    last = first + (max or 20)
    return Subscriptions(
        results=[_answer(one) for one in known[first:last]],
        next_page=_next(ctx, "", last, ascending=True) if len(known) > last else None,
    )


@operation(
    f"POST {ROOT}/subscriptions",
    area=SUBSCRIPTIONS,
    needs="webhooks:manage",
    credentials="subscriber",
    key_needed=True,
)
def create_subscription(ctx: Context, body: SubscriptionCreate) -> SubscriptionWithKey:
    """Subscribe to events that happen from now on.

    Needs `X-Idempotent-Key`, a UUID4. `securityKey` is shown once: deliveries are signed with it. At most ten
    subscriptions, no two of the same events for one address.
    """
    made, key = actions.subscribe(ctx, _draft(body))
    return SubscriptionWithKey(**msgspec.structs.asdict(_answer(made)), security_key=key)


@operation(
    f"GET {ROOT}/subscriptions/{{subscriptionId}}",
    area=SUBSCRIPTIONS,
    needs="webhooks:read",
    credentials="subscriber",
)
def get_subscription(ctx: Context, subscription_id: Given) -> SubscriptionAnswer:
    """Read one subscription.

    `status.actor` is SYSTEM when deliveries failed too often and it was switched off.
    """
    return _answer(actions.SUBSCRIPTIONS.require(ctx, subscription_id))


@operation(
    f"PUT {ROOT}/subscriptions/{{subscriptionId}}",
    area=SUBSCRIPTIONS,
    needs="webhooks:manage",
    credentials="subscriber",
)
def replace_subscription(
    ctx: Context, subscription_id: Given, body: SubscriptionCreate
) -> SubscriptionAnswer:
    """Replace a subscription; its key stays.

    All of it but the key. One that is switched on again is told what it has missed, in order.
    """
    return _answer(actions.change(ctx, subscription_id, _draft(body)))


@operation(
    f"PATCH {ROOT}/subscriptions/{{subscriptionId}}",
    area=SUBSCRIPTIONS,
    needs="webhooks:manage",
    credentials="subscriber",
)
def update_subscription(ctx: Context, subscription_id: Given, body: SubscriptionUpdate) -> SubscriptionAnswer:
    """Change some of a subscription.

    What is left out stays. One that is switched on again is told what it has missed, in order.
    """
    return _answer(actions.change(ctx, subscription_id, _draft(body)))


@operation(
    f"DELETE {ROOT}/subscriptions/{{subscriptionId}}",
    area=SUBSCRIPTIONS,
    needs="webhooks:manage",
    credentials="subscriber",
)
def delete_subscription(ctx: Context, subscription_id: Given) -> None:
    """End a subscription.

    What waits for it is not delivered, and its history goes.
    """
    actions.drop(ctx, subscription_id)


@operation(
    f"POST {ROOT}/subscriptions/{{subscriptionId}}/security_key",
    area=SUBSCRIPTIONS,
    needs="webhooks:manage",
    credentials="subscriber",
    key_needed=True,
)
def create_new_security_key(ctx: Context, subscription_id: Given) -> SecurityKey:
    """Get a new key for a subscription, shown once.

    Needs `X-Idempotent-Key`, a UUID4. What is delivered from now on is signed with the new key.
    """
    return SecurityKey(security_key=actions.rotate_key(ctx, subscription_id))


@operation(
    f"POST {ROOT}/subscriptions/{{subscriptionId}}/test",
    area=SUBSCRIPTIONS,
    needs="webhooks:manage",
    credentials="subscriber",
)
def send_test_event(ctx: Context, subscription_id: Given, body: TestEvent) -> EventTold:
    """Have an event delivered that did not happen.

    `eventType` is vendor.created unless said. What is not given of its object is made up. It goes out at once, under an
    event id of its own.
    """
    type, version = body.event_type or CATALOGUE[0], body.version or VERSION
    rules.require_sound(SubscriptionDraft(events=[(type, version)]), sandbox=ctx.server.sandbox)
    attribute = key_of(type).replace("-", "_")
    wanted = TOLD[key_of(type)]
    payload = made_up(wanted, getattr(body, attribute), ctx.now)
    delivery = actions.tell_for_a_try(ctx, subscription_id, type, msgspec.json.encode(payload).decode())
    return EventTold(**_told(delivery))


@operation(
    f"GET {ROOT}/events/subscription/{{subscriptionId}}",
    area=EVENTS,
    needs="webhooks:read",
    credentials="subscriber",
)
def get_events_for_subscription(
    ctx: Context,
    subscription_id: Given,
    entity_id: str | None = None,
    max: Most | None = None,
    created_time_from: str | None = None,
    created_time_to: str | None = None,
    ascending: bool | None = None,
    page: str | None = None,
) -> EventsOfSubscription:
    """List what was or will be delivered to a subscription, the latest first unless `ascending`.

    With each try. `createdTimeFrom` and `createdTimeTo` are dates or date-times, both included. Kept for 180 days.
    """
    after = _page(ctx, page, subscription_id)
    upwards = bool(ascending) if after is None else after.ascending
    most = max or 20
    found = actions.history(
        ctx,
        subscription_id,
        after=None if after is None else after.number,
        ascending=upwards,
        most=most + 1,
        entity_id=entity_id or "",
        from_ms=_moment("createdTimeFrom", created_time_from, 0),
        to_ms=_moment("createdTimeTo", created_time_to, LAST_MS, ends=True),
    )
    shown = found[:most]
    tries = actions.attempts_of(ctx, shown)
    return EventsOfSubscription(
        results=[EventWithRetries(**_told(one), retries=_retries(tries[one.number])) for one in shown],
        next_page=_next(ctx, subscription_id, shown[-1].number, ascending=upwards)
        if len(found) > most
        else None,
    )


@operation(
    f"POST {ROOT}/events/subscription/{{subscriptionId}}/event/{{eventId}}",
    area=EVENTS,
    needs="webhooks:manage",
    credentials="subscriber",
)
def resend_event(ctx: Context, subscription_id: Given, event_id: Given) -> EventTold:
    """Have an event delivered again.

    It keeps its event id, and goes out as soon as the worker comes to it.
    """
    return EventTold(**_told(actions.resend(ctx, subscription_id, event_id)))


# ---- net30's own ----------------------------------------------------------------------------------------


@operation(
    "PUT /net30/v1/webhooks/{subscriptionId}/standard-webhooks",
    area=SUBSCRIPTIONS,
    needs="webhooks:manage",
)
def set_standard_webhooks(ctx: Context, subscription_id: Given, body: StandardWebhooks) -> StandardWebhooks:
    """Say whether deliveries bear a Standard Webhooks signature beside the API's own.

    The headers are `webhook-id`, `webhook-timestamp` and `webhook-signature`; the secret is the security key.
    """
    changed = actions.set_standard(ctx, subscription_id, wanted=body.enabled)
    return StandardWebhooks(enabled=bool(changed.standard))


# ---- between the wire and the rows ----------------------------------------------------------------------


def _draft(body: SubscriptionCreate | SubscriptionUpdate) -> SubscriptionDraft:
    status = body.status
    return SubscriptionDraft(
        name=body.name,
        notification_url=body.notification_url,
        events=None if body.events is None else [(one.type, one.version) for one in body.events],
        enabled=None if status is None else status.enabled,
        reason=None if status is None else status.reason,
    )


def _answer(one: Subscription) -> SubscriptionAnswer:
    return SubscriptionAnswer(
        id=one.id,
        name=one.name,
        organization_id=one.organization_id,
        status=SubscriptionStatus(enabled=bool(one.enabled), reason=one.reason, actor=one.actor),
        events=[SubscribedEvent(type=type, version=version) for type, version in actions.events_of(one)],
        notification_url=one.notification_url,
        created_time=timestamp(one.created_time),
        updated_time=timestamp(one.updated_time),
    )


def _told(one: Delivery) -> Told:
    return {
        "id": one.event_id,
        "type": one.type,
        "version": one.version,
        "subscription_id": one.subscription_id,
        "payload": one.payload,
        "created_time": timestamp(one.created_time),
        "status_code": one.status_code,
    }


def _retries(tries: Sequence[DeliveryAttempt]) -> list[EventRetry]:
    return [
        EventRetry(attempt_number=number, created_time=timestamp(one.at), status_code=one.status_code)
        for number, one in enumerate(tries, start=1)
    ]


def _moment(name: str, text: str | None, otherwise: int, *, ends: bool = False) -> int:
    if text is None:
        return otherwise
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(
            None, field=name, detail="is no date-time", help="write it like 2026-01-31T12:00:00.000Z"
        ) from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=datetime.UTC)
    ms = int(found.timestamp() * 1000)
    return ms + DAY_MS - 1 if ends and len(text) == len("yyyy-MM-dd") else ms


def _page(ctx: Context, text: str | None, subscription_id: str) -> _Page | None:
    if not text:
        return None
    found = tokens.read(ctx.server.secrets, text, _Page)
    if found is None or (found.organization_id, found.subscription_id) != (
        ctx.organization_id,
        subscription_id,
    ):
        raise Refusal(None, field="page", detail="is no page of this list", help="leave it out to begin anew")
    return found


def _next(ctx: Context, subscription_id: str, number: int, *, ascending: bool) -> str:
    return tokens.write(ctx.server.secrets, _Page(ctx.organization_id, subscription_id, number, ascending))
