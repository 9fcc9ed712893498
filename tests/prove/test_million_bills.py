"""With a million bills in one organization every documented sort answers a page from an index.

In full (`make prove`) each takes at most 50 milliseconds, the first page, the last one, and those beside them, on both
databases; the slowest are printed. With the tests a few thousand bills do, and only the plans are looked at.
"""

from collections.abc import Iterator

import pytest
from clients import FreshDatabase, World
from contract.facts import newer
from prove.bill_stock import bills, vendors
from prove.large import Large, Query, fill, large, report
from prove_size import FULL

from net30.bills.tables import Bill
from net30.kernel.context import Server
from net30.store.record import STORED
from net30.vendors.tables import Vendor

COUNT = 1_000_000 if FULL else 3_000
SEED = 20_261_126
PAGE_S = 0.050

SORTS: list[Query] = [
    {"sort": f"{name}:{direction}"} for name in STORED[Bill].listed for direction in ("asc", "desc")
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def many(request: pytest.FixtureRequest, fresh_database: FreshDatabase) -> Iterator[Large]:
    def fill_with(running: Server, world: World) -> None:
        fill(running, Vendor, vendors(world.id))
        fill(running, Bill, bills(world.id, COUNT, SEED))

    with large(fresh_database(request.param), "/bills", Bill, fill_with) as made:
        yield made


def following(many: Large, query: Query) -> Query:
    """The second page of a list."""
    answered, _ = many.page(query)
    return {"page": answered["nextPage"]}


def test_every_documented_sort_is_asked() -> None:
    assert set(newer()["sorts"]["/bills"]) <= STORED[Bill].listed.keys()


def test_every_sort_is_read_from_an_index(many: Large, monkeypatch: pytest.MonkeyPatch) -> None:
    for query in SORTS:
        for asked in (query, following(many, query)):
            for plan in many.plans(asked, monkeypatch):
                many.require_index(plan)
                assert "USE TEMP B-TREE" not in plan, plan


@pytest.mark.skipif(not FULL, reason="a few bills take no time")
def test_every_sort_is_fast(many: Large) -> None:
    pages = [page for query in SORTS for page in (query, following(many, query))]
    took = [(many.seconds(query, PAGE_S), query) for query in pages]
    report(f"{many.database.dialect}: sorts of {COUNT} bills", took, PAGE_S)
