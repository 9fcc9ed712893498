"""Times as texts, durations, and the two ways in which an organization's clock goes."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stock import blank

from net30.kernel.clock import business_now, duration_ms, milliseconds, timestamp, utc_date
from net30.kernel.tables import Organization

NEW_YEAR_MS = 1_767_225_600_000
DAY_MS = 86_400_000
moments = st.integers(0, 253_370_764_799_999)


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2026-01-01", 0),
        ("2026-01-01T00:00:00.000Z", 0),
        ("2026-01-01T00:00:00.127+00:00", 127),
        ("2026-01-01T00:00:00.1Z", 100),
        ("2026-01-01T00:00:00.1279Z", 127),
        ("2026-01-01T00:00:01", 1_000),
        ("2026-01-01T00:01", 60_000),
        ("2026-01-01T01:00+01:00", 0),
        ("2026-01-01T00:00:00.000+0000", 0),
        ("2025-12-31T16:00:00-08", 0),
        ("2026-01-02", DAY_MS),
    ],
)
def test_times_are_read_in_every_form_the_wire_takes(text: str, ms: int) -> None:
    assert milliseconds(text) == NEW_YEAR_MS + ms


NO_DATES = [
    "",
    "2026",
    "2026-01",
    "20260101",
    "2026-1-1",
    "2026-W01-1",
    "2026-02-30",
    "26-01-01",
    "+2026-01-01",
]
ODD_DATES = [
    "now",
    "2026-01-01x",
    " 2026-01-01",
    "0000-01-01",
    "10000-01-01",
    "\u0662\u0660\u0662\u0666-01-01",
]
NO_TIMES = ["2026-01-01T", "2026-01-01T24:01", "2026-01-01 00:00", "2026-01-01T00:00:00 00:00"]


@pytest.mark.parametrize("text", [*NO_DATES, *ODD_DATES, *NO_TIMES])
def test_what_is_no_time_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        milliseconds(text)


@given(moments)
def test_a_time_reads_as_it_was_written(ms: int) -> None:
    text = timestamp(ms)
    assert milliseconds(text) == ms
    assert len(text) == len("2026-01-01T00:00:00.127+00:00")
    assert text.endswith("+00:00")
    assert str(utc_date(ms)) == text[:10]


@given(moments, moments)
def test_times_sort_as_their_texts(a: int, b: int) -> None:
    assert (a < b) is (timestamp(a) < timestamp(b))


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("P3D", 3 * DAY_MS),
        ("PT12H", DAY_MS // 2),
        ("P1W", 7 * DAY_MS),
        ("P1DT1H1M1S", DAY_MS + 3_661_000),
        ("PT0S", 0),
        ("PT90M", 5_400_000),
        ("P999999D", 999_999 * DAY_MS),
    ],
)
def test_durations_are_read(text: str, ms: int) -> None:
    assert duration_ms(text) == ms


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "3D",
        "P-1D",
        "-P1D",
        "P1Y",
        "P1M",
        "PT1.5H",
        "P1D2W",
        "p3d",
        "P1000000D",
        "P3D ",
    ],
)
def test_what_is_no_duration_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match="is not an ISO 8601 duration"):
        duration_ms(text)


@given(st.integers(0, 10**6), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_a_duration_is_the_sum_of_its_parts(days: int, hours: int, minutes: int, seconds: int) -> None:
    days %= 10**6
    length = datetime.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    assert duration_ms(f"P{days}DT{hours}H{minutes}M{seconds}S") == length // datetime.timedelta(
        milliseconds=1
    )


@given(moments, st.integers(-(10**12), 10**12), st.integers(0, 10**9))
def test_a_ticking_clock_goes_with_the_machine_and_a_frozen_one_stands(
    now: int, offset: int, later: int
) -> None:
    ticking = blank(Organization, clock_offset_ms=offset)
    assert business_now(ticking, now + later) - business_now(ticking, now) == later
    frozen = blank(Organization, clock_offset_ms=offset, clock_frozen_at=now)
    assert business_now(frozen, now + later) == now
