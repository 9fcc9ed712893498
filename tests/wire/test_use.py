"""Every call of a signed-in user uses the session, also one that is refused."""

import dataclasses

import pytest
from clients import Api, World

from net30.kernel.context import Server

MINUTE_MS = 60_000


@pytest.mark.parametrize(
    ("method", "path", "query", "status"),
    [
        ("GET", "/vendors", {}, 200),
        ("GET", "/vendors/009", {}, 404),
        ("GET", "/vendors", {"max": 0}, 400),
        ("POST", "/vendors", {}, 400),
        ("POST", "/vendors/009/archive", {}, 404),
    ],
)
def test_a_call_keeps_the_session_open(
    running: Server, method: str, path: str, query: dict[str, int], status: int
) -> None:
    now = running.machine_now()
    world = World(Api(dataclasses.replace(running, machine_now=lambda: now)))
    for _ in range(3):
        now += 30 * MINUTE_MS
        assert world.call(method, path, query=query).status == status
