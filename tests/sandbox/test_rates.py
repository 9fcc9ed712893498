"""Exchange rates of a world."""

from typing import Any

import pytest
from clients import World


def rate(currency: str = "EUR", date: str = "2026-01-01", rate: float = 0.9) -> dict[str, Any]:
    return {"currency": currency, "date": date, "rate": rate}


def test_a_world_has_the_rates_that_it_was_given_last(world: World, other_world: World) -> None:
    assert world.control("GET", "/rates").ok() == {"rates": []}
    given = {"rates": [rate(), rate("JPY", rate=149.5), rate(date="2025-12-31", rate=0.88888888)]}
    kept = {"rates": [given["rates"][2], given["rates"][0], given["rates"][1]]}
    assert world.control("PUT", "/rates", given).ok() == kept
    assert world.control("GET", "/rates").ok() == kept
    assert other_world.control("GET", "/rates").ok() == {"rates": []}
    assert world.control("PUT", "/rates", {"rates": [rate()]}).ok() == {"rates": [rate()]}
    assert world.control("PUT", "/rates", {"rates": []}).ok() == {"rates": []}


@pytest.mark.parametrize(
    "wrong",
    [
        rate("XXX"),
        rate("USD", rate=1),
        rate(rate=0),
        rate(rate=-1),
        rate(rate=0.123456789),
        rate(date="2026-02-30"),
        rate("JPY"),
    ],
)
def test_what_is_no_rate_changes_nothing(world: World, wrong: dict[str, Any]) -> None:
    world.control("PUT", "/rates", {"rates": [rate()]}).ok()
    refused = world.control("PUT", "/rates", {"rates": [rate("JPY"), wrong]})
    assert (refused.status, refused.codes) == (400, [None])
    assert "rates[1]" in refused.text
    assert world.control("GET", "/rates").ok() == {"rates": [rate()]}
