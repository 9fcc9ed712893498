"""With a million vendors in one organization every documented filter and sort answers its first page from an index.

In full (`make prove`) each takes less than 20 milliseconds, and other combinations less than a second, on both
databases; the slowest are printed. With the tests a few thousand vendors do, and only the plans are looked at.
"""

import random
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from clients import Api, FreshDatabase, World, client
from prove.vendor_stock import CURRENCIES, TYPES, YEARS_MS, fill, vendors
from prove_size import FULL
from stock import NOON_MS

from net30.app import application, server
from net30.kernel.clock import timestamp
from net30.settings import Settings
from net30.store.database import Transaction
from net30.store.record import STORED
from net30.store.schema import migrate
from net30.store.statements import Statement
from net30.vendors.tables import Vendor

COUNT = 1_000_000 if FULL else 4_000
SEED = 20_261_122
LISTED = STORED[Vendor].listed
FIRST_PAGE_S, COMBINED_S = 0.020, 1.0
COMBINATIONS = 201
REPORTED = 15

Query = dict[str, str]


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


class Large:
    """A signed-in administrator of an organization with many vendors."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.database = world.database
        self._client = client(application(world.api.running), world.headers)

    def page(self, query: Query) -> tuple[Any, float]:
        """A first page, and how many seconds it took in the application."""
        begun = time.perf_counter()
        answered = self._client.simulate_get("/connect/v3/vendors", params=query)
        took = time.perf_counter() - begun
        assert answered.status_code == 200, answered.text
        return answered.json, took

    def seconds(self, query: Query, most: float) -> float:
        """The median of some calls; a slow one is asked again, for others use the machine, too."""
        self.page(query)
        medians: list[float] = []
        while len(medians) < 3 and min(medians, default=most) >= most:
            medians.append(statistics.median(self.page(query)[1] for _ in range(3)))
        return min(medians)

    def plans(self, query: Query, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """How the database means to do each statement on vendors that a page takes."""
        ran: list[tuple[Statement, Any]] = []
        run = Transaction._run

        def watched(tx: Transaction, statement: Statement, parameters: Any) -> Any:
            ran.append((statement, parameters))
            return run(tx, statement, parameters)

        with monkeypatch.context() as patched:
            patched.setattr(Transaction, "_run", watched)
            self.page(query)
        texts = [(*statement.text(self.database.dialect), parameters) for statement, parameters in ran]
        return [
            self._explained(sql, {**constants, **parameters})
            for sql, constants, parameters in texts
            if "FROM vendor" in sql and "FROM vendor_bank" not in sql
        ]

    def _explained(self, sql: str, parameters: Any) -> str:
        with closing(self.database.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            if self.database.dialect == "sqlite":
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
                return "\n".join(row[3] for row in cursor.fetchall())
            cursor.execute("BEGIN")
            if not FULL:
                # Of a few thousand rows a scan is cheapest; what is left to it is what a large table gets.
                cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}", parameters)
            found = "\n".join(row[0] for row in cursor.fetchall())
            cursor.execute("ROLLBACK")
            return found


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def large(request: pytest.FixtureRequest, fresh_database: FreshDatabase) -> Iterator[Large]:
    running = server(Settings(database=fresh_database(request.param), secret_key="a key of the proofs"))
    migrate(running.database)
    world = World(Api(running))
    begun = time.monotonic()
    fill(running, vendors(world.id, COUNT, SEED))
    if FULL:
        print(f"\n{request.param}: {COUNT} vendors stored in {time.monotonic() - begun:.0f} s, seed {SEED}")
    yield Large(world)
    running.database.close()


def require_index(dialect: str, plan: str) -> None:
    if dialect == "sqlite":
        reads = [line for line in plan.splitlines() if line.startswith(("SCAN vendor", "SEARCH vendor"))]
        assert reads, plan
        assert all("USING" in line for line in reads), plan
    else:
        assert "Seq Scan" not in plan, plan
        assert "Index" in plan, plan


def report(title: str, took: list[tuple[float, Query]], most: float) -> None:
    """Print the slowest; fail when one took too long."""
    slowest = sorted(took, key=lambda one: -one[0])[:REPORTED]
    told = "\n".join(f"  {seconds * 1000:8.1f} ms  {query}"[:160] for seconds, query in slowest)
    print(f"\n{title}, {len(took)} queries, the slowest:\n{told}")
    assert slowest[0][0] < most, told


def test_every_filter_and_sort_is_read_from_an_index(large: Large, monkeypatch: pytest.MonkeyPatch) -> None:
    for query in SINGLE:
        for plan in large.plans(query, monkeypatch):
            require_index(large.database.dialect, plan)


@pytest.mark.skipif(not FULL, reason="a few vendors take no time")
def test_every_filter_and_sort_is_fast(large: Large) -> None:
    took = [(large.seconds(query, FIRST_PAGE_S), query) for query in SINGLE]
    report(f"{large.database.dialect}: single filters and sorts", took, FIRST_PAGE_S)


def test_combinations_are_answered(large: Large) -> None:
    asked = combined() if FULL else combined()[:30]
    took = [(large.seconds(query, COMBINED_S), query) for query in asked]
    report(f"{large.database.dialect}: combinations", took, COMBINED_S)
