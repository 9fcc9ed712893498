"""Days on which money moves, and the instants at which they begin and close.

A business day is Monday to Friday without the Federal Reserve Banks' holidays (frbservices.org, "Holiday
Schedules"). The Banks move a holiday that falls on a Sunday to Monday, and do not move one that falls on a
Saturday: Friday 2026-07-03 is a business day. The calendar knows the years 1999 to 2100; outside of them only
weekends are closed.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

ZONE = "America/Los_Angeles"
CUT_OFF = time(18, 0)

_SATURDAY = 5
_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_business_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


def next_business_day(day: date) -> date:
    """The first business day after `day`, never `day` itself."""
    return roll_forward(day + _DAY)


def roll_forward(day: date) -> date:
    """`day` if it is a business day, else the next one."""
    while not is_business_day(day):
        day += _DAY
    return day


def add_business_days(day: date, count: int) -> date:
    """The `count`-th business day after `day`, or before it when `count` is negative; `day` itself for 0."""
    step = _DAY if count > 0 else -_DAY
    for _ in range(abs(count)):
        day += step
        while not is_business_day(day):
            day += step
    return day


def local_date(ms: int, zone: str = ZONE) -> date:
    """The calendar's date in `zone` (an IANA name) at an instant in milliseconds UTC."""
    return datetime.fromtimestamp(ms // 1000, ZoneInfo(zone)).date()


def instant(day: date, at: time, zone: str = ZONE) -> int:
    """Milliseconds UTC of a local time.

    A time that occurs twice when the clocks go back is the first of the two; one that is left out when they
    go forward is the moment at which they did.
    """
    tz = ZoneInfo(zone)
    local = datetime.combine(day, at.replace(fold=0), tz)
    utc = local.astimezone(UTC)
    if utc.astimezone(tz).replace(tzinfo=None) == local.replace(tzinfo=None):
        return (utc - _EPOCH) // timedelta(milliseconds=1)
    # In a gap, fold 1 reads the clock by the offset after the change and so lies before it, fold 0 after it.
    before, after = int(local.replace(fold=1).timestamp()), int(local.timestamp())
    offset = datetime.fromtimestamp(before, tz).utcoffset()
    seconds = range(before, after + 1)
    moved = bisect_left(seconds, True, key=lambda s: datetime.fromtimestamp(s, tz).utcoffset() != offset)
    return seconds[moved] * 1000


def earliest_process_date(now_ms: int, zone: str = ZONE) -> date:
    """The first process date that a payment made now may have.

    It is the next business day after the day of the payment; the same day is refused even before the
    cut-off. From 18:00 on a payment counts as made on the following day, whatever kind of day today is:
    Thursday 17:59 gives Friday, Thursday 18:00 Monday; from Friday 00:00 to Sunday 17:59 Monday, and Sunday
    18:00 Tuesday. So the answer never goes back as time goes on.
    """
    now = datetime.fromtimestamp(now_ms // 1000, ZoneInfo(zone))
    counts_as_made_on = now.date() + _DAY if now.time() >= CUT_OFF else now.date()
    return next_business_day(counts_as_made_on)


@cache
def _holidays(year: int) -> frozenset[date]:
    # Imported at the first use: the library takes 0.15 s to load, and most commands ask for no holiday.
    from holidays import financial_holidays

    return frozenset(financial_holidays("FED", years=year))
