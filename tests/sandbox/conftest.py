"""Worlds whose time is known to the millisecond."""

import pytest
from clients import Api, World


@pytest.fixture
def world(api: Api) -> World:
    """A fresh organization on a clock that was frozen from the beginning."""
    return World(api, {"now": "2026-03-03T17:00:00Z", "frozen": True})
