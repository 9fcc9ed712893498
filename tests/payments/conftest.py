"""Desks to pay at."""

import pytest
from clients import World
from payments.desk import Desk


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)
