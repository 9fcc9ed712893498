"""Long lists and long bodies, as many at once as there are threads, leave a server's process within its memory."""

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from clients import FreshDatabase
from prove.served import Served, ServedWorld, bill_body, serving

THREADS = 8
MOST_MIB = 400
BILLS = 30
EMPTY_LINES = b'[{"billLineItems":[' + b",".join([b"{}"] * 600_000) + b"]}]"
EMPTY_LISTS = b"[" + b",".join([b"[]"] * 650_000) + b"]"


def at_once(served: Served, call: Callable[[], object]) -> int:
    """The most memory, in MiB, that a process of the server took while so many threads made the call."""
    threads = [threading.Thread(target=call) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    family = served.processes()
    most = 0
    while any(thread.is_alive() for thread in threads):
        most = max(most, *(process.memory_info().rss for process in family if process.is_running()))
        time.sleep(0.005)
    return most // 2**20


def send(served: Served, world: ServedWorld, body: bytes) -> int:
    """The status of bills that are sent as these bytes."""
    address = f"http://127.0.0.1:{served.port}/connect/v3/bills/bulk"
    headers = {**world.headers, "Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return refusal.code


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_long_lists_and_bodies_take_a_bounded_memory(
    tmp_path: Path, fresh_database: FreshDatabase, dialect: str
) -> None:
    with serving(fresh_database(dialect), tmp_path) as served:
        world = ServedWorld(served)
        vendor_id = world.vendor(served, "Happy Music Supplies")
        for number in range(BILLS):
            body = bill_body(vendor_id, f"{number}", [1.0] * 1_000)
            for line in body["billLineItems"] if number % 2 else ():
                line["description"] = "x" * 400
            world.call(served, "POST", "/bills", body).ok()
        page = world.call(served, "GET", "/bills?max=100").ok()
        assert 1 < len(page["results"]) < BILLS
        assert at_once(served, lambda: world.call(served, "GET", "/bills?max=100").ok()) < MOST_MIB
        for long in (EMPTY_LINES, EMPTY_LISTS):
            assert send(served, world, long) == 400
            assert at_once(served, partial(send, served, world, long)) < MOST_MIB
