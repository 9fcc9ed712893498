"""The sandbox's look at deliveries: each try, what it was answered, and when the next one is due."""

from typing import Annotated

from msgspec import Meta
from sqlalchemy import select

from net30.kernel.clock import timestamp
from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.store.statements import Statement, by_key
from net30.webhooks import actions
from net30.webhooks.tables import Delivery, DeliveryAttempt, deliveries
from net30.wire.operation import operation
from net30.wire.types import Timestamp, Wire

AREA = "sandbox"
WORLD = "/sandbox/v1/organizations/{id}"
MOST_SHOWN = 500

_LATEST = Statement(
    select(deliveries)
    .where(by_key(deliveries, ["organization_id"]))
    .order_by(deliveries.c.created_time.desc(), deliveries.c.subscription_id, deliveries.c.number.desc())
    .limit(MOST_SHOWN)
)


class DeliveryTry(Wire):
    """A try: machine time, how long it took, and the first 4 KB of the answer, or what went wrong."""

    at: Timestamp
    ms: int
    status_code: int | None = None
    answer: str
    error: str | None = None


class DeliveryShown(Wire):
    """An event on its way to a subscription. `n` is unique in it."""

    n: str
    event_id: str
    subscription_id: str
    type: str
    delivered: bool
    next_attempt: Timestamp | None = None
    attempts: list[DeliveryTry]


class Deliveries(Wire):
    """A world's deliveries, newest first, at most 500."""

    results: list[DeliveryShown]


@operation(f"GET {WORLD}/deliveries", area=AREA, credentials="control")
def list_deliveries(ctx: Context, id: str) -> Deliveries:
    """See each delivery of a world's webhooks, newest first, at most 500.

    With every try: when it was, how long it took, and the first 4 KB of what was answered.
    """
    found = ctx.tx.records(Delivery, _LATEST, {})
    by_subscription: dict[str, list[Delivery]] = {}
    for one in found:
        by_subscription.setdefault(one.subscription_id, []).append(one)
    tries = {
        (subscription_id, number): made
        for subscription_id, some in by_subscription.items()
        for number, made in actions.attempts_of(ctx, some).items()
    }
    return Deliveries(results=[_shown(one, tries[one.subscription_id, one.number]) for one in found])


@operation(f"POST {WORLD}/deliveries/{{n}}/resend", area=AREA, credentials="control")
def resend_delivery(ctx: Context, id: str, n: Annotated[str, Meta(min_length=1)]) -> DeliveryShown:
    """Have a delivery of a world made again.

    `n` is as the list of deliveries has it. The event keeps its id.
    """
    number, _, subscription_id = n.partition("-")
    found = [one for one in ctx.tx.records(Delivery, _LATEST, {}) if _n(one) == f"{number}-{subscription_id}"]
    if not found:
        raise Refusal(
            "BDC_1205", id=n, detail=f"no delivery is {n}", help="take n from GET …/deliveries of this world"
        )
    again = actions.resend(ctx, found[0].subscription_id, found[0].event_id)
    return _shown(again, actions.attempts_of(ctx, [again])[again.number])


def _n(one: Delivery) -> str:
    return f"{one.number}-{one.subscription_id}"


def _shown(one: Delivery, tries: list[DeliveryAttempt]) -> DeliveryShown:
    return DeliveryShown(
        n=_n(one),
        event_id=one.event_id,
        subscription_id=one.subscription_id,
        type=one.type,
        delivered=bool(one.delivered),
        next_attempt=None if one.next_try_at is None else timestamp(one.next_try_at),
        attempts=[
            DeliveryTry(
                at=timestamp(made.at),
                ms=made.took_ms,
                status_code=made.status_code,
                answer=made.answer,
                error=made.error,
            )
            for made in tries
        ],
    )
