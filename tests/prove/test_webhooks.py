"""Deliveries lose nothing when processes are killed, are fast, and wait for no dead receiver."""

import asyncio
import contextlib
import json
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clients import FreshDatabase
from prove.served import Line, Served, ServedWorld, plain_environment, serving
from prove_size import FULL

KILLS = 20 if FULL else 2
EVENTS = "/connect-events/v3"
SEED = 20261127


class Sink:
    """Takes deliveries as fast as one process can: an asyncio server on a loop of its own."""

    def __init__(self, *, answers: bool = True) -> None:
        self.bodies: list[bytes] = []
        self.first: float | None = None
        self.last = 0.0
        self._answers = answers
        self._loop = asyncio.new_event_loop()
        started = threading.Event()

        def run() -> None:
            asyncio.set_event_loop(self._loop)
            server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
            self.port: int = server.sockets[0].getsockname()[1]
            started.set()
            self._loop.run_forever()

        threading.Thread(target=run, daemon=True).start()
        started.wait()
        self.url = f"http://127.0.0.1:{self.port}/hook"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                )
                body = await reader.readexactly(length)
                if not self._answers:
                    await asyncio.sleep(60)
                self.last = time.monotonic()
                self.first = self.first or self.last
                self.bodies.append(body)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()

    def told(self) -> list[Any]:
        return [json.loads(body) for body in self.bodies]


def subscribe(world: ServedWorld, line: Any, url: str, *types: str) -> Any:
    body = {
        "name": "Proof",
        "status": {"enabled": True},
        "events": [{"type": type, "version": "1"} for type in types],
        "notificationUrl": url,
    }
    headers = {**world.headers, "X-Idempotent-Key": str(uuid.uuid4())}
    return line.call("POST", f"{EVENTS}/subscriptions", body, headers).ok()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, fresh_database: FreshDatabase) -> str:
    return fresh_database(request.param)


@pytest.fixture
def served(database: str, tmp_path: Path) -> Iterator[Served]:
    with serving(database, tmp_path) as running:
        yield running


@contextlib.contextmanager
def second_worker(database: str, folder: Path) -> Iterator[None]:
    """A worker beside the one that the server starts."""
    settings = {"NET30_SECRET_KEY": "a key of the proofs", "NET30_FILES": str(folder / "net30-files")}
    command = [sys.executable, "-m", "net30", "worker", "--database", database]
    with subprocess.Popen(command, env={**plain_environment(), **settings}) as running:
        try:
            yield
        finally:
            running.kill()


def wait_for(condition: Any, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come to be"
        time.sleep(0.1)


def test_workers_that_are_killed_lose_nothing(served: Served, database: str, tmp_path: Path) -> None:
    """Two work at once, and one of them is killed and replaced over and over.

    Every event arrives at least once, and those of an object never before the ones before them did.
    """
    chance = random.Random(SEED)
    sink = Sink()
    world = ServedWorld(served)
    types = ("vendor.created", "vendor.updated")
    subscribe(world, served, sink.url, *types)
    wanted: Counter[str] = Counter()
    with second_worker(database, tmp_path), Line(served) as line:
        vendors = [world.vendor(line, f"V{number} 0") for number in range(5)]
        wanted.update(f"V{number} 0" for number in range(5))
        for kill in range(KILLS):
            for step in range(20):
                number = chance.randrange(5)
                name = f"V{number} {kill + 1}-{step}"
                world.call(line, "PATCH", f"/vendors/{vendors[number]}", {"name": name}).ok()
                wanted[name] += 1
            time.sleep(chance.random())
            with contextlib.suppress(ValueError):
                served.worker().send_signal(signal.SIGKILL)

    def all_told() -> bool:
        return {one["vendor"]["name"] for one in sink.told()} >= wanted.keys()

    wait_for(all_told, 120)
    firsts: dict[str, list[str]] = {}
    for one in sink.told():
        names = firsts.setdefault(one["vendor"]["id"], [])
        if one["vendor"]["name"] not in names:
            names.append(one["vendor"]["name"])
    for number, vendor_id in enumerate(vendors):
        told = firsts[vendor_id]
        assert told == [name for name in wanted if name.startswith(f"V{number} ")]
    twice = len(sink.bodies) - len({one["metadata"]["eventId"] for one in sink.told()})
    print(f"{KILLS} workers killed, seed {SEED}: {len(wanted)} events arrived, {twice} of them twice")


def test_many_events_are_delivered_in_a_second(served: Served) -> None:
    """The events are there already: what is measured is the worker."""
    number = 3_000 if FULL else 300
    sink = Sink()
    world = ServedWorld(served)
    subscription = subscribe(world, served, sink.url, "vendor.created")
    path = f"{EVENTS}/subscriptions/{subscription['id']}"
    served.call("PATCH", path, {"status": {"enabled": False}}, world.headers).ok()
    address = {"line1": "1 Main Street", "city": "Austin", "zipOrPostalCode": "78701", "country": "US"}
    with Line(served) as line:
        for start in range(0, number, 20):
            some = [{"name": f"V{start + one}", "address": address} for one in range(20)]
            world.call(line, "POST", "/vendors/bulk", some).ok()
    served.call("PATCH", path, {"status": {"enabled": True}}, world.headers).ok()
    wait_for(lambda: len(sink.bodies) >= number, 60)
    assert sink.first is not None
    rate = number / (sink.last - sink.first)
    print(f"{number} events at {rate:,.0f} a second")
    assert rate > (1_000 if FULL else 100)


def test_one_dead_receiver_among_many_delays_nobody(served: Served) -> None:
    organizations = 10 if FULL else 3
    dead = Sink(answers=False)
    sinks: list[Sink] = []
    worlds = [ServedWorld(served) for _ in range(organizations)]
    for place, world in enumerate(worlds):
        for number in range(5):
            sink = dead if (place, number) == (0, 0) else Sink()
            sinks += [sink] if sink is not dead else []
            subscribe(world, served, sink.url, "vendor.created")
    for world in worlds:
        world.vendor(served, "First")
    began = time.monotonic()
    wait_for(lambda: all(len(sink.bodies) == 1 for sink in sinks), 8)
    print(f"{len(sinks)} receivers were told within {time.monotonic() - began:.1f} s beside a dead one")
