"""One organization with very many records of a kind, and what a first page of their list costs."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from typing import Any

import pytest
from clients import Api, World, client
from prove_size import FULL

from net30.app import application, server
from net30.kernel.context import Server
from net30.settings import Settings
from net30.store.database import Transaction
from net30.store.record import STORED, Record
from net30.store.schema import migrate
from net30.store.statements import Statement, insertion

CHUNK = 20_000
YEARS_MS = 3 * 365 * 86_400_000
REPORTED = 15

Query = dict[str, str]
Rows = Iterator[tuple[Any, ...]]


def fill(running: Server, record: type[Record], rows: Rows) -> None:
    """Put rows into a table in chunks; PostgreSQL gets its statistics, as its own housekeeping would gather them."""
    table = STORED[record].table
    with closing(running.database.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        if running.database.dialect == "sqlite":
            # This connection alone, and nothing that a crash could lose.
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA cache_size=-500000")
            while chunk := list(islice(rows, CHUNK)):
                cursor.execute("BEGIN")
                cursor.executemany(insertion(table, "sqlite"), chunk)
                cursor.execute("COMMIT")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.invalidate()
            return
        columns = ", ".join(table.c.keys())
        with cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"VACUUM ANALYZE {table.name}")


class Large:
    """A signed-in administrator of an organization with many records, which are listed at a path."""

    def __init__(self, world: World, path: str, record: type[Record]) -> None:
        self.world = world
        self.database = world.database
        self._path = f"/connect/v3{path}"
        self._table = STORED[record].table.name
        self._client = client(application(world.api.running), world.headers)

    def page(self, query: Query) -> tuple[Any, float]:
        """A first page, and how many seconds it took in the application."""
        begun = time.perf_counter()
        answered = self._client.simulate_get(self._path, params=query)
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
        """How the database means to do each statement on the records that a page takes."""
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
            if f"FROM {self._table}" in sql and f"FROM {self._table}_" not in sql
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

    def require_index(self, plan: str) -> None:
        if self.database.dialect == "sqlite":
            ways = (f"SCAN {self._table}", f"SEARCH {self._table}")
            reads = [line for line in plan.splitlines() if line.startswith(ways)]
            assert reads, plan
            assert all("USING" in line for line in reads), plan
        else:
            assert "Seq Scan" not in plan, plan
            assert "Index" in plan, plan


@contextmanager
def large(
    database: str, path: str, record: type[Record], fill_with: Callable[[Server, World], None]
) -> Iterator[Large]:
    """A server on an empty database whose one organization has been filled."""
    running = server(Settings(database=database, secret_key="a key of the proofs"))
    migrate(running.database)
    world = World(Api(running))
    begun = time.monotonic()
    fill_with(running, world)
    if FULL:
        print(f"\n{running.database.dialect}: stored in {time.monotonic() - begun:.0f} s")
    yield Large(world, path, record)
    running.database.close()


def report(title: str, took: list[tuple[float, Query]], most: float) -> None:
    """Print the slowest; fail when one took too long."""
    slowest = sorted(took, key=lambda one: -one[0])[:REPORTED]
    told = "\n".join(f"  {seconds * 1000:8.1f} ms  {query}"[:160] for seconds, query in slowest)
    print(f"\n{title}, {len(took)} queries, the slowest:\n{told}")
    assert slowest[0][0] < most, told
