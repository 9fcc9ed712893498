"""The two times of net30.

Machine time is the host's. Business time belongs to an organization: in the sandbox it ticks with the machine's at an
offset, or stands still where it was frozen, and only ever moves forward; in production it is the system's.
"""

import re
import time
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from net30.kernel.tables import Organization

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DURATION = re.compile(
    r"P(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,6})S)?)?"
)
# Beyond this, dates no longer have four digits.
LATEST_MS = 253_370_764_800_000


def machine_now_ms() -> int:
    """The host's time in milliseconds UTC."""
    return time.time_ns() // 1_000_000


def business_now(organization: Organization, machine_now: int) -> int:
    """The organization's time in milliseconds UTC."""
    if organization.clock_frozen_at is not None:
        return organization.clock_frozen_at
    return machine_now + organization.clock_offset_ms


@lru_cache(maxsize=4096)
def timestamp(ms: int) -> str:
    """Wire text of a time: 2026-12-25T00:00:00.127+00:00."""
    return (_EPOCH + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds")


def utc_date(ms: int) -> date:
    return (_EPOCH + timedelta(milliseconds=ms)).date()


def day(text: str) -> str:
    """A date as it is written, yyyy-MM-dd; ValueError for anything else."""
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError(f"{text!r} is not a date such as 2026-01-31")
    return text


def milliseconds(text: str) -> int:
    """Read an ISO 8601 date or date-time (no zone means UTC); ValueError when it is neither."""
    if not re.match(r"\d{4}-\d{2}-\d{2}(T|$)", text):
        raise ValueError(
            f"{text!r} is not a date or date-time such as 2026-01-31 or 2026-01-31T12:00:00.000Z"
        )
    moment = datetime.fromisoformat(text)
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - _EPOCH) // timedelta(milliseconds=1)


def duration_ms(text: str) -> int:
    """Milliseconds of an ISO 8601 duration of weeks, days, hours, minutes and seconds, such as P3D or PT12H."""
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groupdict().values()):
        raise ValueError(f"{text!r} is not an ISO 8601 duration such as P3D or PT12H")
    parts = {name: int(value) for name, value in match.groupdict().items() if value}
    return timedelta(**parts) // timedelta(milliseconds=1)
