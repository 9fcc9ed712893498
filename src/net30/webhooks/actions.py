"""The verbs of webhooks inside an open transaction: subscribe, change, rotate the key, look back, tell again."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import bindparam, delete, func, insert, literal, select, update

from net30.kernel import ids
from net30.kernel.context import Context
from net30.kernel.entity import Entity
from net30.kernel.events import LAST_SEQUENCE, VERSION
from net30.kernel.owned import Owned
from net30.kernel.refusal import Refusal
from net30.kernel.secrets import token
from net30.kernel.tables import events
from net30.partners.actions import WHEN_MADE
from net30.partners.tables import partner_organizations
from net30.store.statements import Parameters, Statement, by_key
from net30.webhooks import rules
from net30.webhooks.rules import SubscriptionDraft
from net30.webhooks.tables import (
    Delivery,
    DeliveryAttempt,
    Subscription,
    SubscriptionSource,
    deliveries,
    delivery_attempts,
    subscription_sources,
    subscriptions,
)

SUBSCRIPTION = Entity("WebhookSubscription", Subscription)
SUBSCRIPTIONS = Owned(Subscription, "webhook subscription", "GET /connect-events/v3/subscriptions")

_decode_events = msgspec.json.Decoder(list[tuple[str, str]]).decode
_encode = msgspec.json.encode

_OF = ("organization_id", "subscription_id")
_ALL = Statement(
    select(subscriptions)
    .where(by_key(subscriptions, ["organization_id"]))
    .order_by(subscriptions.c.created_time, subscriptions.c.id)
)
_DROP = [
    Statement(delete(table).where(by_key(table, _OF)))
    for table in (delivery_attempts, deliveries, subscription_sources)
]
_DROP_IT = Statement(delete(subscriptions).where(by_key(subscriptions, ("organization_id", "id"))))
_made_events = events.alias("made_events")
# A partner is told of all organizations that it has made.
_HEAR_ALL = Statement(
    insert(subscription_sources).from_select(
        ["organization_id", "subscription_id", "source_id", "cursor"],
        select(
            partner_organizations.c.organization_id,
            bindparam("subscription_id"),
            partner_organizations.c.id,
            select(func.coalesce(func.max(_made_events.c.sequence), 0))
            .where(_made_events.c.organization_id == partner_organizations.c.id)
            .scalar_subquery(),
        ).where(by_key(partner_organizations, ["organization_id"])),
    ),
)
_HEAR_ONE = Statement(
    insert(subscription_sources).from_select(
        ["organization_id", "subscription_id", "source_id", "cursor"],
        select(subscriptions.c.organization_id, subscriptions.c.id, bindparam("made_id"), literal(0)).where(
            by_key(subscriptions, ["organization_id"])
        ),
    )
)
_LAST_EVENT = Statement(select(LAST_SEQUENCE))
LAST_NUMBER = Statement(
    select(func.coalesce(func.max(deliveries.c.number), 0)).where(by_key(deliveries, _OF))
)
_BY_EVENT = Statement(
    select(deliveries)
    .where(by_key(deliveries, (*_OF, "event_id")))
    .order_by(deliveries.c.number.desc())
    .limit(1)
)
_WAKE = Statement(
    update(deliveries)
    .where(by_key(deliveries, _OF), deliveries.c.delivered == 0)
    .values(next_try_at=bindparam("at"), attempts=0)
)
_ATTEMPTS = Statement(
    select(delivery_attempts)
    .where(
        by_key(delivery_attempts, _OF),
        delivery_attempts.c.number >= bindparam("first"),
        delivery_attempts.c.number <= bindparam("last"),
    )
    .order_by(delivery_attempts.c.number, delivery_attempts.c.at)
)
_PAGE = {
    ascending: Statement(
        select(deliveries)
        .where(
            by_key(deliveries, _OF),
            deliveries.c.number > bindparam("after")
            if ascending
            else deliveries.c.number < bindparam("after"),
            deliveries.c.created_time >= bindparam("from_ms"),
            deliveries.c.created_time <= bindparam("to_ms"),
            (bindparam("entity") == "") | (deliveries.c.entity_id == bindparam("entity")),
        )
        .order_by(deliveries.c.number if ascending else deliveries.c.number.desc())
        .limit(bindparam("most"))
    )
    for ascending in (True, False)
}
LATEST = 2**63 - 1


def events_of(subscription: Subscription) -> list[tuple[str, str]]:
    """What a subscription is told, as (type, version)."""
    return _decode_events(subscription.events)


def all_subscriptions(ctx: Context) -> list[Subscription]:
    """Those of the organization, oldest first; at most ten."""
    return ctx.tx.records(Subscription, _ALL, {})


def subscribe(ctx: Context, draft: SubscriptionDraft) -> tuple[Subscription, str]:
    """A new subscription to what happens from now on, and the key that signs its deliveries.

    400 for a draft that is not sound, for the eleventh of an organization and for one like another.
    """
    known = all_subscriptions(ctx)
    _require_new(ctx, draft, known)
    if len(known) >= rules.MOST_SUBSCRIPTIONS:
        raise Refusal(
            None,
            detail=f"the organization has {len(known)} subscriptions, which is as many as there may be",
            help="delete one, or add events to one of them",
        )
    key = token()
    made = Subscription(
        organization_id=ctx.organization_id,
        id=ids.uuid4_text(),
        name=draft.name or "",
        notification_url=draft.notification_url or "",
        events=_encode(draft.events or ()).decode(),
        enabled=int(draft.enabled is not False),
        reason=draft.reason,
        actor="CLIENT",
        standard=0,
        key_secret=ctx.server.secrets.encrypt(key),
        created_time=ctx.now,
        updated_time=ctx.now,
    )
    SUBSCRIPTION.enter(ctx, made)
    row = ctx.tx.row(_LAST_EVENT, {})
    last = 0 if row is None else int(row[0])
    ctx.tx.insert(SubscriptionSource(ctx.organization_id, made.id, ctx.organization_id, last))
    ctx.tx.execute(_HEAR_ALL, {"subscription_id": made.id})
    return made, key


def _hear(ctx: Context, made_id: str) -> None:
    """A partner's subscriptions are told of an organization from its beginning."""
    ctx.tx.execute(_HEAR_ONE, {"made_id": made_id})


WHEN_MADE.append(_hear)


def change(ctx: Context, id: str, draft: SubscriptionDraft) -> Subscription:
    """Make a subscription what the draft says; one that is switched on is told what it has missed, in order."""
    old = SUBSCRIPTIONS.require(ctx, id)
    others = [one for one in all_subscriptions(ctx) if one.id != id]
    as_it_would_be = SubscriptionDraft(
        name=draft.name or old.name,
        notification_url=draft.notification_url or old.notification_url,
        events=draft.events if draft.events is not None else events_of(old),
    )
    _require_new(ctx, as_it_would_be, others)
    enabled = bool(old.enabled) if draft.enabled is None else draft.enabled
    switched = enabled is not bool(old.enabled)
    new = msgspec.structs.replace(
        old,
        name=as_it_would_be.name,
        notification_url=as_it_would_be.notification_url,
        events=_encode(as_it_would_be.events).decode(),
        enabled=int(enabled),
        reason=draft.reason if switched or draft.reason is not None else old.reason,
        actor="CLIENT" if switched else old.actor,
    )
    new = SUBSCRIPTION.revise(ctx, old, new)
    if switched and enabled:
        ctx.tx.execute(_WAKE, {"subscription_id": id, "at": ctx.machine_now})
    return new


def _require_new(ctx: Context, draft: SubscriptionDraft, others: Sequence[Subscription]) -> None:
    rules.require_sound(draft, sandbox=ctx.server.sandbox)
    for one in others:
        if one.notification_url == draft.notification_url and rules.taken_by(
            draft.events or (), events_of(one)
        ):
            raise Refusal(
                None,
                field="notification_url",
                detail=f"subscription {one.id} tells this address of the same events",
                help="change that one, or choose other events",
            )


def drop(ctx: Context, id: str) -> None:
    """End a subscription; what waits for it is not delivered."""
    SUBSCRIPTIONS.require(ctx, id)
    for statement in _DROP:
        ctx.tx.execute(statement, {"subscription_id": id})
    ctx.tx.execute(_DROP_IT, {"id": id})


def rotate_key(ctx: Context, id: str) -> str:
    """A new key in the old one's place."""
    old = SUBSCRIPTIONS.require(ctx, id)
    key = token()
    new = msgspec.structs.replace(old, key_secret=ctx.server.secrets.encrypt(key))
    SUBSCRIPTION.revise(ctx, old, new)
    return key


def set_standard(ctx: Context, id: str, *, wanted: bool) -> Subscription:
    """Whether deliveries bear a Standard Webhooks signature, too."""
    old = SUBSCRIPTIONS.require(ctx, id)
    return SUBSCRIPTION.revise(ctx, old, msgspec.structs.replace(old, standard=int(wanted)))


# ---- looking back ---------------------------------------------------------------------------------------


def history(
    ctx: Context,
    id: str,
    *,
    after: int | None,
    ascending: bool,
    most: int,
    entity_id: str,
    from_ms: int,
    to_ms: int,
) -> list[Delivery]:
    """Deliveries of a subscription behind one with a number, in order or the latest first."""
    SUBSCRIPTIONS.require(ctx, id)
    first = 0 if ascending else LATEST
    asked: Parameters = {
        "subscription_id": id,
        "after": first if after is None else after,
        "from_ms": from_ms,
        "to_ms": to_ms,
        "entity": entity_id,
        "most": most,
    }
    return ctx.tx.records(Delivery, _PAGE[ascending], asked)


def attempts_of(ctx: Context, listed: Sequence[Delivery]) -> dict[int, list[DeliveryAttempt]]:
    """The tries of deliveries of one subscription, by their numbers."""
    tries: dict[int, list[DeliveryAttempt]] = {one.number: [] for one in listed}
    if listed:
        numbers = tries.keys()
        asked: Parameters = {
            "subscription_id": listed[0].subscription_id,
            "first": min(numbers),
            "last": max(numbers),
        }
        for attempt in ctx.tx.records(DeliveryAttempt, _ATTEMPTS, asked):
            if attempt.number in tries:
                tries[attempt.number].append(attempt)
    return tries


def resend(ctx: Context, id: str, event_id: str) -> Delivery:
    """Deliver an event again, under its own id; 404 for one that this subscription was never told."""
    SUBSCRIPTIONS.require(ctx, id)
    found = ctx.tx.record(Delivery, _BY_EVENT, {"subscription_id": id, "event_id": event_id})
    if found is None:
        raise Refusal(
            "BDC_1205",
            id=event_id,
            detail=f"subscription {id} has no event {event_id}",
            help="take an id from GET /connect-events/v3/events/subscription/{subscriptionId}",
        )
    again = msgspec.structs.replace(found, delivered=0, attempts=0, next_try_at=ctx.machine_now)
    ctx.tx.update(found, again)
    return again


def tell_for_a_try(ctx: Context, id: str, type: str, payload: str) -> Delivery:
    """Deliver an event that did not happen."""
    SUBSCRIPTIONS.require(ctx, id)
    row = ctx.tx.row(LAST_NUMBER, {"subscription_id": id})
    event_id = ids.uuid4_text()
    made = Delivery(
        organization_id=ctx.organization_id,
        subscription_id=id,
        number=(0 if row is None else int(row[0])) + 1,
        event_id=event_id,
        source_id=ctx.organization_id,
        type=type,
        version=VERSION,
        # It is in nobody's way, and nothing is in its.
        entity_id=f"test {event_id}",
        payload=rules.envelope(
            event_id=event_id,
            subscription_id=id,
            organization_id=ctx.organization_id,
            type=type,
            version=VERSION,
            payload=payload,
        ),
        delivered=0,
        attempts=0,
        status_code=None,
        next_try_at=ctx.machine_now,
        created_time=ctx.now,
    )
    ctx.tx.insert(made)
    return made
