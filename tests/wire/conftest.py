"""One world for all tests of a module that leave nothing behind which others would notice."""

import pytest
from clients import Api, World


@pytest.fixture(scope="module")
def shared(api: Api) -> World:
    return World(api, {"now": "2026-03-03T17:00:00Z", "frozen": True})
