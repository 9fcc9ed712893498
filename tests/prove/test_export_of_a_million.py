"""A million bills are exported in bounded memory: a file of some 200 MB, written page by page and sent as it is read.

In full (`make prove`) on both databases, with how long it took; with the tests twenty thousand bills do.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psutil
import pytest
from clients import FreshDatabase, World
from prove.bill_stock import bills, vendors
from prove.large import Large, fill, large
from prove_size import FULL

from net30.bills.tables import Bill
from net30.exports.writing import make_next
from net30.kernel.context import Server
from net30.vendors.tables import Vendor

COUNT = 1_000_000 if FULL else 20_000
SEED = 20_261_127
MOST_MIB = 60
SCHEDULES = "/net30/v1/export-schedules"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def many(request: pytest.FixtureRequest, fresh_database: FreshDatabase) -> Iterator[Large]:
    def fill_with(running: Server, world: World) -> None:
        fill(running, Vendor, vendors(world.id))
        fill(running, Bill, bills(world.id, COUNT, SEED))

    with large(fresh_database(request.param), "/bills", Bill, fill_with) as made:
        yield made


@contextmanager
def grown_by() -> Iterator[list[float]]:
    """By how many MiB, at most, this process grew during the block."""
    process, ended, most = psutil.Process(), threading.Event(), [0.0]
    before = process.memory_info().rss

    def look() -> None:
        while not ended.wait(0.02):
            most[0] = max(most[0], (process.memory_info().rss - before) / 2**20)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield most
    finally:
        ended.set()
        looking.join()


def test_a_million_bills_are_exported_in_bounded_memory(many: Large) -> None:
    world = many.world
    call = world.api.call
    wanted = {"name": "Bills", "recordType": "BILL", "rhythm": "DAILY"}
    made = call("POST", SCHEDULES, wanted, headers=world.headers).ok()
    begun = call("POST", f"{SCHEDULES}/{made['id']}/run", headers=world.headers).ok()
    began = time.perf_counter()
    with grown_by() as mib:
        assert make_next(world.api.running, world.id)
    took = time.perf_counter() - began
    export = next(
        one for one in world.get("/exports").ok()["results"] if one["exportId"] == begun["exportId"]
    )
    assert (export["status"], export["rowCount"]) == ("READY", COUNT)
    link = world.get(f"/exports/{begun['exportId']}/download-link").ok()["downloadLink"]
    lines = call("GET", urlsplit(link).path).content.count(b"\r\n")
    assert lines == COUNT + 1
    print(f"\n{many.database.dialect}: {COUNT} bills exported in {took:.1f} s, {mib[0]:.0f} MiB more memory")
    assert mib[0] <= MOST_MIB
