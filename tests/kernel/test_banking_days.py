from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net30.kernel.banking_days import (
    add_business_days,
    earliest_process_date,
    instant,
    is_business_day,
    local_date,
    next_business_day,
    roll_forward,
)

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


def utc_ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


@pytest.mark.parametrize(
    ("day", "open_for_business"),
    [
        (date(2026, 7, 2), True),
        (date(2026, 7, 3), True),  # Independence Day is a Saturday in 2026 and is not moved
        (date(2026, 7, 4), False),
        (date(2027, 7, 5), False),  # Independence Day is a Sunday in 2027
        (date(2026, 1, 1), False),
        (date(2026, 1, 19), False),  # Birthday of Martin Luther King, Jr.
        (date(2026, 2, 16), False),  # Washington's Birthday
        (date(2026, 4, 3), True),  # Good Friday: exchanges close, the Reserve Banks do not
        (date(2026, 6, 19), False),  # Juneteenth
        (date(2026, 10, 12), False),  # Columbus Day
        (date(2026, 11, 11), False),  # Veterans Day
        (date(2026, 11, 26), False),  # Thanksgiving
        (date(2026, 11, 27), True),
        (date(2022, 12, 26), False),  # Christmas was a Sunday
        (date(2023, 1, 2), False),  # and so was New Year's Day
        (date(2021, 12, 31), True),  # New Year's Day of 2022 was a Saturday
    ],
)
def test_federal_reserve_holidays(day: date, open_for_business: bool) -> None:
    assert is_business_day(day) is open_for_business


@given(DAYS)
def test_the_next_business_day_is_the_first_one_after(day: date) -> None:
    following = next_business_day(day)
    assert following > day
    assert is_business_day(following)
    assert not any(
        is_business_day(date.fromordinal(between))
        for between in range(day.toordinal() + 1, following.toordinal())
    )
    assert roll_forward(day) == (day if is_business_day(day) else following)
    assert add_business_days(day, 1) == following


@given(DAYS.filter(is_business_day), st.integers(-40, 40), st.integers(-40, 40))
def test_counting_business_days_adds_up(day: date, first: int, second: int) -> None:
    assert add_business_days(add_business_days(day, first), second) == add_business_days(day, first + second)


def test_counting_from_a_weekend() -> None:
    saturday = date(2026, 1, 3)
    assert add_business_days(saturday, 1) == date(2026, 1, 5)
    assert add_business_days(saturday, -1) == date(2026, 1, 2)
    assert add_business_days(saturday, 0) == saturday


@pytest.mark.parametrize(
    ("now", "earliest"),
    [
        ((2026, 1, 6, 0, 0), date(2026, 1, 7)),
        ((2026, 1, 6, 17, 59), date(2026, 1, 7)),
        ((2026, 1, 6, 18, 0), date(2026, 1, 8)),
        ((2026, 1, 8, 17, 59), date(2026, 1, 9)),  # Thursday
        ((2026, 1, 8, 18, 0), date(2026, 1, 12)),
        ((2026, 1, 9, 12, 0), date(2026, 1, 12)),  # Friday
        ((2026, 1, 9, 18, 0), date(2026, 1, 12)),
        ((2026, 1, 11, 17, 59), date(2026, 1, 12)),  # Sunday
        ((2026, 1, 11, 18, 0), date(2026, 1, 13)),
        ((2026, 1, 16, 12, 0), date(2026, 1, 20)),  # Friday before a holiday
    ],
)
def test_earliest_process_date(now: tuple[int, int, int, int, int], earliest: date) -> None:
    *day, hour, minute = now
    assert earliest_process_date(instant(date(*day), time(hour, minute))) == earliest


@given(st.integers(0, 3_000_000_000_000), st.integers(0, 10 * 24 * 3600 * 1000))
def test_waiting_never_makes_the_earliest_process_date_earlier(now_ms: int, waited_ms: int) -> None:
    earliest = earliest_process_date(now_ms)
    assert earliest > local_date(now_ms)
    assert earliest <= earliest_process_date(now_ms + waited_ms)


@given(DAYS, st.times(), st.sampled_from(["America/Los_Angeles", "UTC", "Asia/Kolkata", "Pacific/Auckland"]))
def test_an_instant_is_on_its_own_local_day(day: date, at: time, zone: str) -> None:
    assert local_date(instant(day, at, zone), zone) == day


def test_the_day_is_that_of_the_zone() -> None:
    late_in_california = utc_ms("2026-01-07T05:00:00")
    assert local_date(late_in_california) == date(2026, 1, 6)
    assert local_date(late_in_california, "UTC") == date(2026, 1, 7)


@pytest.mark.parametrize(
    ("day", "at", "zone", "expected"),
    [
        (date(2026, 1, 6), time(18), "America/Los_Angeles", "2026-01-07T02:00:00"),
        (date(2026, 7, 6), time(18), "America/Los_Angeles", "2026-07-07T01:00:00"),
        # 02:00 to 03:00 is left out on 2026-03-08
        (date(2026, 3, 8), time(2, 0), "America/Los_Angeles", "2026-03-08T10:00:00"),
        (date(2026, 3, 8), time(2, 30), "America/Los_Angeles", "2026-03-08T10:00:00"),
        (date(2026, 3, 8), time(3, 0), "America/Los_Angeles", "2026-03-08T10:00:00"),
        # 01:30 comes twice on 2026-11-01
        (date(2026, 11, 1), time(1, 30), "America/Los_Angeles", "2026-11-01T08:30:00"),
        (date(2026, 11, 1), time(1, 30, fold=1), "America/Los_Angeles", "2026-11-01T08:30:00"),
        # the day began at 01:00
        (date(2018, 11, 4), time(0, 0), "America/Sao_Paulo", "2018-11-04T03:00:00"),
    ],
)
def test_instants_where_the_clocks_change(day: date, at: time, zone: str, expected: str) -> None:
    assert instant(day, at, zone) == utc_ms(expected)


def test_an_instant_keeps_its_milliseconds() -> None:
    assert instant(date(2026, 1, 6), time(17, 59, 59, 999_000), "UTC") % 1000 == 999
