"""Reads the times and durations that the sandbox's controls are given."""

from net30.kernel.clock import LATEST_MS, duration_ms, milliseconds
from net30.kernel.refusal import Refusal

DAY_MS = 86_400_000
# 2000-01-01: banking days and rates begin here.
EARLIEST_MS = 946_684_800_000
FURTHEST_MS = 3_653 * DAY_MS


def moment(field: str, text: str) -> int:
    """Milliseconds UTC of a date or date-time from 2000 on; Refusal names the field."""
    try:
        found = milliseconds(text)
    except (ValueError, OverflowError) as fault:
        raise _bad(field, str(fault)) from None
    if not EARLIEST_MS <= found < LATEST_MS:
        raise _bad(field, f"{text} is not between the years 2000 and 9998")
    return found


def after(field: str, text: str, now: int) -> int:
    """The time that lies a duration of at most ten years after `now`."""
    try:
        length = duration_ms(text)
    except (ValueError, OverflowError) as fault:
        raise _bad(field, str(fault)) from None
    return require_near(field, now + length, now)


def require_near(field: str, to: int, now: int) -> int:
    """Refuse a time before `now` or more than ten years after it."""
    if to < now:
        raise _bad(field, "a clock only moves forward")
    if to > now + FURTHEST_MS or to >= LATEST_MS:
        raise _bad(field, "is more than ten years ahead")
    return to


def _bad(field: str, why: str) -> Refusal:
    return Refusal(
        None, field=field, detail=why, help="give an ISO 8601 time such as 2026-03-02T09:00:00Z or P3D"
    )
