"""Delivers events to subscribers, after the changes that made them are committed.

Each subscription is looked after by itself, so that nobody waits for another's receiver. A turn makes deliveries of new
events, takes those that are due for a while, sends them, and stores what came of it. A worker that dies leaves what it
had taken to the others; they send it again under the same event id.

Of one object one delivery is under way at a time, in the order of its events: one that waits for its next try holds up
those of its object behind it, and no others.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import msgspec
from sqlalchemy import ColumnElement, bindparam, exists, null, select, union, update

from net30.kernel import ids
from net30.kernel.context import Context, Server, reading, system_actor, writing
from net30.kernel.tables import Event, events
from net30.kernel.turns import MOST_WAITING, Lane
from net30.store.statements import Parameters, Sized, Statement, Value, by_key, one_of
from net30.webhooks import rules
from net30.webhooks.actions import LAST_NUMBER, SUBSCRIPTION, SUBSCRIPTIONS, events_of
from net30.webhooks.tables import (
    Delivery,
    DeliveryAttempt,
    Subscription,
    deliveries,
    subscription_sources,
    subscriptions,
)
from net30.webhooks.targets import Answered, Line

BATCH = 500
# How many deliveries of one subscription are under way at once.
LINES = 8
# No delivery of a turn begins later than this, so that none outlasts the lease.
SENDING_S = 2.0
LEASE_MS = int((SENDING_S + rules.ANSWER_WITHIN_S) * 1000) + 8_000
HANDS = 8
# What happens meanwhile is delivered together: each turn is two transactions that others wait for.
PAUSE_S = 0.25
QUIET_WITHIN_S = 60.0
LOOK_EVERY_S = 0.05
SIGNATURE = "x-bill-sha-signature"

_blocking = deliveries.alias("blocking")
_OF = ("organization_id", "subscription_id")

# Subscriptions by "organization subscription": each has turns of its own.
_WAITING_IN = Statement(
    select(
        union(
            select((deliveries.c.organization_id + " " + deliveries.c.subscription_id).label("whose")).where(
                deliveries.c.next_try_at <= bindparam("machine_now")
            ),
            select(
                (subscription_sources.c.organization_id + " " + subscription_sources.c.subscription_id).label(
                    "whose"
                )
            )
            .join(
                subscriptions,
                (subscriptions.c.organization_id == subscription_sources.c.organization_id)
                & (subscriptions.c.id == subscription_sources.c.subscription_id),
            )
            .where(
                subscriptions.c.enabled == 1,
                exists().where(
                    events.c.organization_id == subscription_sources.c.source_id,
                    events.c.sequence > subscription_sources.c.cursor,
                ),
            ),
        )
        .subquery()
        .c.whose
    ).limit(MOST_WAITING),
    crosses="the worker looks for work of all organizations",
)
_NEWS = Statement(
    select(events, subscription_sources.c.source_id)
    .join(subscription_sources, events.c.organization_id == subscription_sources.c.source_id)
    .where(by_key(subscription_sources, _OF), events.c.sequence > subscription_sources.c.cursor)
    .order_by(events.c.sequence, subscription_sources.c.source_id)
    .limit(BATCH),
    crosses="a partner is told of the organizations that it made",
)
_LOOKED_AT = Statement(
    update(subscription_sources)
    .where(by_key(subscription_sources, (*_OF, "source_id")))
    .values(cursor=bindparam("new_cursor"))
)
_DUE = Statement(
    select(deliveries)
    .where(
        by_key(deliveries, _OF),
        deliveries.c.next_try_at <= bindparam("machine_now"),
        ~exists().where(
            _blocking.c.organization_id == deliveries.c.organization_id,
            _blocking.c.subscription_id == deliveries.c.subscription_id,
            _blocking.c.entity_id == deliveries.c.entity_id,
            _blocking.c.number < deliveries.c.number,
            _blocking.c.next_try_at > bindparam("machine_now"),
        ),
    )
    .order_by(deliveries.c.number)
    .limit(BATCH)
)


def _these(count: int) -> ColumnElement[bool]:
    return by_key(deliveries, _OF) & one_of(deliveries.c.number, "number", count)


_UNTIL = Sized(lambda count: update(deliveries).where(_these(count)).values(next_try_at=bindparam("until")))
_DELIVERED = Sized(
    lambda count: (
        update(deliveries)
        .where(_these(count))
        .values(
            delivered=1,
            attempts=deliveries.c.attempts + 1,
            status_code=rules.DELIVERED,
            next_try_at=null(),
        )
    )
)
_FAILED = Statement(
    update(deliveries)
    .where(by_key(deliveries, (*_OF, "number")))
    .values(
        attempts=bindparam("new_attempts"),
        status_code=bindparam("new_status"),
        next_try_at=bindparam("new_try"),
    )
)
_BUSY = [
    Statement(
        select(deliveries.c.number)
        .where(by_key(deliveries, ["organization_id"]), deliveries.c.next_try_at.is_not(None))
        .limit(1)
    ),
    Statement(
        select(subscription_sources.c.cursor)
        .join(
            subscriptions,
            (subscriptions.c.organization_id == subscription_sources.c.organization_id)
            & (subscriptions.c.id == subscription_sources.c.subscription_id),
        )
        .where(
            by_key(subscription_sources, ["organization_id"]),
            subscriptions.c.enabled == 1,
            exists().where(
                events.c.organization_id == subscription_sources.c.source_id,
                events.c.sequence > subscription_sources.c.cursor,
            ),
        )
        .limit(1),
        crosses="a partner is told of the organizations that it made",
    ),
]
_PAUSE = Statement(
    update(deliveries)
    .where(by_key(deliveries, _OF), deliveries.c.next_try_at.is_not(None))
    .values(next_try_at=null())
)

_sending = ThreadPoolExecutor(HANDS * LINES, thread_name_prefix="webhooks")


class Tried(NamedTuple):
    """A delivery that was tried, when (machine ms), how long it took, and what came of it."""

    delivery: Delivery
    at: int
    took_ms: int
    answered: Answered


def deliver_some(server: Server, whose: str) -> bool:
    """A part of one subscription's turn: at most 500 deliveries; whether there may be more."""
    organization_id, _, subscription_id = whose.partition(" ")
    with writing(server, system_actor(organization_id)) as ctx:
        subscription = SUBSCRIPTIONS.find(ctx, subscription_id)
        if subscription is None:
            return False
        if not subscription.enabled:
            ctx.tx.execute(_PAUSE, {"subscription_id": subscription_id})
            return False
        _take_news(ctx, subscription)
        taken = _take_due(ctx, subscription)
    if not taken:
        return False
    key = server.secrets.decrypt(subscription.key_secret)
    chains = [chain for chain in _chains(taken) if chain]
    until = time.monotonic() + SENDING_S
    running = [_sending.submit(_send, server, subscription, key, chain, until) for chain in chains]
    tried = [one for chain in running for one in chain.result()]
    _store(server, subscription, taken, tried)
    return len(taken) == BATCH


def await_quiet(server: Server, organization_id: str) -> None:
    """Wait until nothing of an organization is left to deliver, or 60 seconds: then a receiver has been failing."""
    until = time.monotonic() + QUIET_WITHIN_S
    while time.monotonic() < until:
        with reading(server, system_actor(organization_id)) as ctx:
            if not any(ctx.tx.row(statement, {}) for statement in _BUSY):
                return
        time.sleep(LOOK_EVERY_S)


LANE = Lane("webhooks", _WAITING_IN, deliver_some, hands=HANDS, pause_s=PAUSE_S)


def _take_news(ctx: Context, subscription: Subscription) -> None:
    """Make deliveries of events that were recorded since, at most 500."""
    rows = ctx.tx.rows(_NEWS, {"subscription_id": subscription.id})
    if not rows:
        return
    wanted = set(events_of(subscription))
    row = ctx.tx.row(LAST_NUMBER, {"subscription_id": subscription.id})
    number = 0 if row is None else int(row[0])
    cursors: dict[str, int] = {}
    made: list[Delivery] = []
    for *columns, source_id in rows:
        event = Event(*columns)
        cursors[source_id] = event.sequence
        if (event.type, event.version) in wanted:
            number += 1
            made.append(_delivery(ctx, subscription, event, number))
    ctx.tx.insert(*made)
    for source_id, cursor in cursors.items():
        asked: Parameters = {
            "subscription_id": subscription.id,
            "source_id": source_id,
            "new_cursor": cursor,
        }
        ctx.tx.execute(_LOOKED_AT, asked)


def _delivery(ctx: Context, subscription: Subscription, event: Event, number: int) -> Delivery:
    return Delivery(
        organization_id=subscription.organization_id,
        subscription_id=subscription.id,
        number=number,
        event_id=event.id,
        source_id=event.organization_id,
        type=event.type,
        version=event.version,
        entity_id=event.entity_id,
        payload=rules.envelope(
            event_id=event.id,
            subscription_id=subscription.id,
            organization_id=event.organization_id,
            type=event.type,
            version=event.version,
            payload=event.payload,
        ),
        delivered=0,
        attempts=0,
        status_code=None,
        next_try_at=ctx.machine_now,
        created_time=event.created_time,
    )


def _take_due(ctx: Context, subscription: Subscription) -> list[Delivery]:
    """Deliveries that are now this worker's for a while, in order."""
    asked: Parameters = {"subscription_id": subscription.id, "machine_now": ctx.machine_now}
    taken = ctx.tx.records(Delivery, _DUE, asked)
    _move(ctx, _UNTIL, subscription, taken, until=ctx.machine_now + LEASE_MS)
    return taken


def _move(
    ctx: Context,
    statement: Sized,
    subscription: Subscription,
    some: Sequence[Delivery],
    **more: Value,
) -> None:
    """The same change of many deliveries."""
    if some:
        built, numbers = statement.of("number", [one.number for one in some])
        ctx.tx.execute(built, {**numbers, **more, "subscription_id": subscription.id})


def _chains(taken: Sequence[Delivery]) -> list[list[Delivery]]:
    """Deliveries by the line that sends them: those of one object one after another."""
    chains: list[list[Delivery]] = [[] for _ in range(LINES)]
    lines: dict[str, int] = {}
    for one in taken:
        line = lines.setdefault(one.entity_id, len(lines) % LINES)
        chains[line].append(one)
    return chains


def _send(
    server: Server, subscription: Subscription, key: str, chain: Sequence[Delivery], until: float
) -> list[Tried]:
    """Send a chain in order. What is behind a failure of its object is left, and all when nobody answers."""
    line = Line(server, subscription.notification_url)
    tried: list[Tried] = []
    failed: set[str] = set()
    try:
        for delivery in chain:
            if time.monotonic() > until:
                break
            if delivery.entity_id in failed:
                continue
            body = delivery.payload.encode()
            at, began = server.machine_now(), time.monotonic()
            headers = {"Content-Type": "application/json", SIGNATURE: rules.signature(body, key)}
            if subscription.standard:
                headers |= rules.standard_headers(body, key, delivery.event_id, at // 1000)
            answered = line.post(body, headers)
            took_ms = int((time.monotonic() - began) * 1000)
            tried.append(Tried(delivery, at, took_ms, answered))
            if answered.status != rules.DELIVERED:
                failed.add(delivery.entity_id)
            if answered.status is None:
                break
    finally:
        line.close()
    return tried


def _store(
    server: Server, subscription: Subscription, taken: Sequence[Delivery], tried: Sequence[Tried]
) -> None:
    """Store what came of a turn; after the fifth failure of a delivery nothing more is sent."""
    outcomes = {one.delivery.number: one for one in tried}
    with writing(server, system_actor(subscription.organization_id)) as ctx:
        now = SUBSCRIPTIONS.find(ctx, subscription.id)
        if now is None:
            return
        delivered = [one.delivery for one in tried if one.answered.status == rules.DELIVERED]
        untried = [one for one in taken if one.number not in outcomes]
        _move(ctx, _DELIVERED, subscription, delivered)
        _move(ctx, _UNTIL, subscription, untried, until=ctx.machine_now)
        exhausted = False
        for one in tried:
            if one.answered.status != rules.DELIVERED:
                attempts = one.delivery.attempts + 1
                exhausted = exhausted or attempts >= rules.MOST_ATTEMPTS
                ctx.tx.execute(_FAILED, _failure(ctx, one, attempts))
        ctx.tx.insert(*(_attempt(one) for one in tried))
        if exhausted and now.enabled:
            _disable(ctx, now)


def _failure(ctx: Context, tried: Tried, attempts: int) -> Parameters:
    wait = rules.back_off_ms(min(attempts, rules.MOST_ATTEMPTS - 1))
    return {
        "subscription_id": tried.delivery.subscription_id,
        "number": tried.delivery.number,
        "new_attempts": attempts,
        "new_status": tried.answered.status,
        "new_try": ctx.machine_now + wait,
    }


def _attempt(tried: Tried) -> DeliveryAttempt:
    return DeliveryAttempt(
        organization_id=tried.delivery.organization_id,
        subscription_id=tried.delivery.subscription_id,
        number=tried.delivery.number,
        at=tried.at,
        id=ids.new("wha"),
        took_ms=tried.took_ms,
        status_code=tried.answered.status,
        answer=tried.answered.answer,
        error=tried.answered.error,
    )


def _disable(ctx: Context, subscription: Subscription) -> None:
    reason = f"a delivery failed {rules.MOST_ATTEMPTS} times; what was not delivered waits until it is enabled again"
    SUBSCRIPTION.revise(
        ctx,
        subscription,
        msgspec.structs.replace(subscription, enabled=0, actor="SYSTEM", reason=reason),
    )
    ctx.tx.execute(_PAUSE, {"subscription_id": subscription.id})
