"""With a million vendors in one organization every documented filter and sort answers its first page from an index.

In full (`make prove`) each takes less than 20 milliseconds, and other combinations less than a second, on both
databases; the slowest are printed. With the tests a few thousand vendors do, and only the plans are looked at.
"""

import random
from collections.abc import Iterator

import pytest
from clients import FreshDatabase, World
from prove.large import YEARS_MS, Large, Query, fill, large, report
from prove.vendor_stock import COUNTRIES, CURRENCIES, TYPES, vendors
from prove_size import FULL
from stock import NOON_MS

from net30.kernel.clock import timestamp
from net30.kernel.context import Server
from net30.store.record import STORED
from net30.vendors.tables import Vendor

COUNT = 1_000_000 if FULL else 4_000
SEED = 20_261_122
LISTED = STORED[Vendor].listed
FIRST_PAGE_S, COMBINED_S = 0.020, 1.0
COMBINATIONS = 201


def id_of(i: int) -> str:
    return f"009{i:017}"


# ---- what is asked --------------------------------------------------------------------------------------


def moment(share: float) -> str:
    """The quoted instant after which that share of the vendors was created, roughly."""
    return f'"{timestamp(round(NOON_MS - share * YEARS_MS))}"'


MOMENTS = [moment(share) for share in (1.1, 0.9999, 0.999, 0.5, 0.001, 0.0001, -0.1)]
FEW_IDS = f'"{id_of(1)},{id_of(COUNT // 2)},{id_of(COUNT - 1)}"'
MANY_IDS = f'"{",".join(id_of(i * COUNT // 100) for i in range(100))}"'
# Common values and rare ones, all of a kind, and what nothing has.
VALUES: dict[tuple[str, str], list[str]] = {
    ("id", "eq"): [id_of(COUNT // 2), "00900000000000000none"],
    ("id", "ne"): [id_of(0), "00900000000000000none"],
    ("id", "in"): [FEW_IDS, MANY_IDS, "00900000000000000none"],
    ("name", "eq"): ["Happy King No77", "Nobody"],
    ("name", "sw"): ["", "A", "Happy", "Happy King", "Happy King No7", "Happy King No77", "Zzz"],
    **{("accountType", operator): [*TYPES] for operator in ("eq", "ne")},
    **{
        ("accountType", operator): ["NONE", '"BUSINESS,PERSON"', '"PERSON,NONE"', '"NONE,BUSINESS,PERSON"']
        for operator in ("in", "nin")
    },
    **{("billCurrency", operator): [*CURRENCIES, "JPY"] for operator in ("eq", "ne")},
    **{
        ("billCurrency", operator): ["JPY", '"CHF,INR"', '"USD,EUR,CAD,INR"', '"USD,EUR,CAD,INR,CHF"']
        for operator in ("in", "nin")
    },
    **{("address.country", operator): [*COUNTRIES, "FR"] for operator in ("eq", "ne")},
    **{("archived", operator): ["true", "false"] for operator in ("eq", "ne")},
    **{
        (name, operator): MOMENTS
        for name in ("createdTime", "updatedTime")
        for operator in ("gt", "gte", "lt", "lte")
    },
}
FILTERS = [f"{name}:{operator}:{value}" for (name, operator), values in VALUES.items() for value in values]
SORTS = [f"{name}:{direction}" for name in LISTED for direction in ("asc", "desc")]
SINGLE: list[Query] = [
    {},
    *({"filters": one} for one in FILTERS),
    *({"sort": one} for one in SORTS),
]


def combined() -> list[Query]:
    """Two filters, a filter and a sort by something else, and two sort keys: some of each, by the seed."""
    chance = random.Random(SEED)

    def two(of: list[str], others: list[str]) -> tuple[str, str]:
        while True:
            one, other = chance.choice(of), chance.choice(others)
            if one.partition(":")[0] != other.partition(":")[0]:
                return one, other

    queries: list[Query] = []
    for _ in range(COMBINATIONS // 3):
        queries.append({"filters": ",".join(two(FILTERS, FILTERS))})
        chosen, order = two(FILTERS, SORTS)
        queries.append({"filters": chosen, "sort": order})
        queries.append({"sort": ",".join(two(SORTS, SORTS))})
    return queries


def test_every_documented_filter_is_asked() -> None:
    documented = {(name, operator) for name, column in LISTED.items() for operator in column.operators}
    assert documented == VALUES.keys()


# ---- the organization -----------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def many(request: pytest.FixtureRequest, fresh_database: FreshDatabase) -> Iterator[Large]:
    def fill_with(running: Server, world: World) -> None:
        fill(running, Vendor, vendors(world.id, COUNT, SEED))

    with large(fresh_database(request.param), "/vendors", Vendor, fill_with) as made:
        yield made


def test_every_filter_and_sort_is_read_from_an_index(many: Large, monkeypatch: pytest.MonkeyPatch) -> None:
    for query in SINGLE:
        for plan in many.plans(query, monkeypatch):
            many.require_index(plan)


@pytest.mark.skipif(not FULL, reason="a few vendors take no time")
def test_every_filter_and_sort_is_fast(many: Large) -> None:
    took = [(many.seconds(query, FIRST_PAGE_S), query) for query in SINGLE]
    report(f"{many.database.dialect}: single filters and sorts", took, FIRST_PAGE_S)


def test_combinations_are_answered(many: Large) -> None:
    asked = combined() if FULL else combined()[:30]
    took = [(many.seconds(query, COMBINED_S), query) for query in asked]
    report(f"{many.database.dialect}: combinations", took, COMBINED_S)
