"""What a plan charges for a month, and when its statement is made and paid."""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from typing import NamedTuple

from net30.billing.plans import SAID, Item, Plan, Term
from net30.kernel import banking_days

RUN_AT = time(6)
# The types of charges; the terms of plans are of the second.
SUBSCRIPTION, TRANSACTION = "SUBSCRIPTION", "TRANSACTION"


class Charge(NamedTuple):
    """A line of a statement; the amount in thousandths of USD."""

    type: str
    description: str
    quantity: int
    amount: int


def charges(plan: Plan, used: Mapping[Item, int]) -> list[Charge]:
    """The monthly price, then what was used, by item and tier."""
    subscription = Charge(SUBSCRIPTION, f"{plan.name}, monthly price", 1, plan.monthly_price)
    items = dict.fromkeys(term.item for term in plan.terms)
    return [subscription, *(charge for item in items for charge in _of_item(plan, item, used.get(item, 0)))]


def tiered(count: int, terms: Sequence[Term]) -> Iterator[tuple[Term, int]]:
    """How many of `count` units each term of one item charges: tiers are used up in their order, and a term
    without a tier covers the rest. Terms that charge nothing are left out."""
    left = count
    for term in sorted(terms, key=lambda term: (term.tier is None, term.tier or 0)):
        charged = left if term.quantity is None else min(left, term.quantity)
        left -= charged
        if charged:
            yield term, charged


def period_end(start: date) -> date:
    """The last day of the month that a billing period begins in."""
    return start.replace(day=monthrange(start.year, start.month)[1])


def invoice_date(start: date) -> date:
    """When the statement of a period is made: on the first of the next month, a banking day or not."""
    return period_end(start) + timedelta(days=1)


def made_at(start: date, zone: str) -> int:
    """The instant (ms UTC) at which the statement of a period is made; `zone` is the organization's."""
    return banking_days.instant(invoice_date(start), RUN_AT, zone)


def payment_date(invoiced: date) -> date:
    """When a statement is paid: on the next business day."""
    return banking_days.next_business_day(invoiced)


def _of_item(plan: Plan, item: Item, count: int) -> Iterator[Charge]:
    for term, quantity in tiered(count, [term for term in plan.terms if term.item == item]):
        tier = "" if term.tier is None else f", tier {term.tier}"
        yield Charge(TRANSACTION, f"{SAID[item]}{tier}", quantity, quantity * term.price)
