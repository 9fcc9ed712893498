"""Decisions about exports, without I/O: when a file is due, and what may be asked of one."""

import calendar
import datetime
from collections.abc import Sequence

import msgspec

from net30.exports.columns import EXPORTED
from net30.exports.tables import RecordType, Rhythm
from net30.kernel.banking_days import instant
from net30.kernel.refusal import Fault

MOST_SCHEDULES = 50
KEPT_DAYS = 30
# Files are made at night. Between two and three o'clock an hour is left out once a year.
MADE_AT = datetime.time(1)


class ScheduleDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule as someone wants it; without a date it starts tomorrow, without columns it has all."""

    name: str
    record_type: RecordType
    rhythm: Rhythm
    start_date: datetime.date | None = None
    columns: Sequence[str] | None = None


def faults(draft: ScheduleDraft, today: datetime.date) -> list[Fault]:
    """What is wrong with a schedule that someone wants, on the organization's date."""
    found: list[Fault] = []
    if not draft.name.strip():
        found.append(("name", "must not be blank"))
    if draft.start_date is not None and draft.start_date <= today:
        found.append(("start_date", f"must be after {today}, the organization's date"))
    known = EXPORTED[draft.record_type].names
    for position, name in enumerate(draft.columns or ()):
        if name not in known:
            found.append(
                (f"columns[{position}]", f"is no column of {draft.record_type}: use {', '.join(known)}")
            )
    if draft.columns is not None and len(set(draft.columns)) < max(1, len(draft.columns)):
        found.append(("columns", "must name one column at least, and none twice"))
    return found


def due_date(start: datetime.date, rhythm: Rhythm, after: datetime.date) -> datetime.date:
    """The first day after `after` on which a file is made; never one before `start`.

    A month that lacks the day of `start` has its last day instead.
    """
    if after < start:
        return start
    if rhythm == "MONTHLY":
        months = (after.year - start.year) * 12 + after.month - start.month
        this_month = _months_later(start, months)
        return this_month if this_month > after else _months_later(start, months + 1)
    days = 1 if rhythm == "DAILY" else 7
    return start + datetime.timedelta(days=((after - start).days // days + 1) * days)


def _months_later(start: datetime.date, months: int) -> datetime.date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def due_at(day: datetime.date, zone: str) -> int:
    """When (ms UTC) the file of a day is made."""
    return instant(day, MADE_AT, zone)
