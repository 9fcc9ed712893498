"""The price plans, and under which name a plan charges each kind of payment.

The figures are net30's own round ones: nobody pays them. A plan charges what its terms name, and nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from net30.organizations.tables import PricePlan
from net30.payments.timetable import Service

Item = Literal[
    "ePayment",
    "fasterPayment_ach",
    "fasterPayment_rtp",
    "check_US",
    "fasterPayment_checkOvernight",
    "fasterPayment_check2Day",
    "fasterPayment_check3Day",
]


class Term(NamedTuple):
    """So many units of an item at a price (thousandths of USD); without a tier and quantity, all that are left."""

    item: Item
    tier: int | None
    quantity: int | None
    price: int


class Plan(NamedTuple):
    """A price plan; `monthly_price` in thousandths of USD."""

    id: str
    name: str
    monthly_price: int
    terms: tuple[Term, ...]


CHARGED_AS: Mapping[Service, Item] = {
    "ACH": "ePayment",
    "ACH, faster": "fasterPayment_ach",
    "ACH, real-time": "fasterPayment_rtp",
    "check": "check_US",
    "check, faster": "check_US",
    "check, UPS 1 day": "fasterPayment_checkOvernight",
    "check, UPS 2 days": "fasterPayment_check2Day",
    "check, UPS 3 days": "fasterPayment_check3Day",
}

SAID: Mapping[Item, str] = {
    "ePayment": "ACH payments",
    "fasterPayment_ach": "ACH payments, faster",
    "fasterPayment_rtp": "ACH payments, real-time",
    "check_US": "Checks",
    "fasterPayment_checkOvernight": "Checks, overnight",
    "fasterPayment_check2Day": "Checks, two days",
    "fasterPayment_check3Day": "Checks, three days",
}

# Alike in all plans.
_SPEEDY: Mapping[Item, int] = {
    "fasterPayment_ach": 9_990,
    "fasterPayment_rtp": 9_990,
    "fasterPayment_checkOvernight": 24_990,
    "fasterPayment_check2Day": 19_990,
    "fasterPayment_check3Day": 14_990,
}

Tiers = Sequence[tuple[int, int]]
"""Of each tier, how many units it has and the price of one."""


def _plan(
    number: int, name: str, monthly_price: int, *, ach: int, check: int, aches: Tiers = (), checks: Tiers = ()
) -> Plan:
    """A plan by its prices: `ach` and `check` are those beyond the tiers."""
    terms = [*_tiered("ePayment", aches, ach), *_tiered("check_US", checks, check)]
    for item, price in _SPEEDY.items():
        terms += _tiered(item, (), price)
    return Plan(f"ppl0000000PricePlan{number}", name, monthly_price, tuple(terms))


def _tiered(item: Item, tiers: Tiers, beyond: int) -> Iterator[Term]:
    yield from (Term(item, tier, quantity, price) for tier, (quantity, price) in enumerate(tiers, 1))
    yield Term(item, None, None, beyond)


# fmt: off
PLANS: Mapping[PricePlan, Plan] = {
    "PricePlan1": _plan(1, "Starter", 30_000, ach=600, check=2_000),
    "PricePlan2": _plan(2, "Basic", 50_000, ach=600, check=2_000, aches=[(20, 0)]),
    "PricePlan3": _plan(3, "Standard", 90_000, ach=400, check=1_800, aches=[(50, 0), (100, 500)], checks=[(10, 0)]),
    "PricePlan4": _plan(
        4, "Plus", 150_000, ach=350, check=1_500, aches=[(150, 0), (350, 450)], checks=[(25, 0), (75, 1_700)]
    ),
    "PricePlan5": _plan(
        5, "Volume", 400_000, ach=200, check=1_200, aches=[(1_000, 0), (4_000, 300)], checks=[(100, 0), (400, 1_500)]
    ),
}
# fmt: on
