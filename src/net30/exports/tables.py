"""What is stored of exports: when files are made of which records, and the files that were made."""

from typing import Annotated, Literal, get_args

from sqlalchemy import Index

from net30.store.record import RANGE, CreatedTime, Record, UpdatedTime, listed, table

RecordType = Literal["VENDOR", "CUSTOMER", "BILL", "INVOICE", "AP_PAYMENT"]
Rhythm = Literal["DAILY", "WEEKLY", "MONTHLY"]
ExportStatus = Literal["IN_PROCESS", "READY", "FAILED"]

RECORD_TYPES: tuple[RecordType, ...] = get_args(RecordType)
EXPORT_STATUSES: tuple[ExportStatus, ...] = get_args(ExportStatus)

_CHOICE = ("eq", "ne", "in", "nin")


class ExportSchedule(Record, frozen=True):
    """When files of one type of records are made. A deleted one is `archived`, for good.

    `columns` are their names as JSON in the order wanted, null for all. `start_date` is the first day (yyyy-MM-dd of
    the organization) on which a file is made, `next_date` the next one; null once none is to come.
    """

    organization_id: str
    id: str
    name: str
    record_type: RecordType
    rhythm: Rhythm
    columns: str | None
    start_date: str
    next_date: str | None
    archived: Annotated[int, listed("archived", kind="flag", operators=("eq",))]
    created_by: str
    created_time: CreatedTime
    updated_time: UpdatedTime


class Export(Record, frozen=True):
    """A file that a schedule had made, or has being made. It goes when it expires, the file with it.

    `row_count` and `file_id` are there once it is READY. `wake_at` is the machine time (ms) from which a worker takes
    it on; null once nothing is left to do.
    """

    organization_id: str
    id: Annotated[str, listed("exportId", "id", kind="id", operators=("eq", "ne", "in"))]
    schedule_id: Annotated[str, listed("scheduleId", kind="id", operators=("eq", "in"))]
    name: Annotated[str, listed("name", operators=("eq", "sw"))]
    record_type: Annotated[RecordType, listed("recordType", values=RECORD_TYPES, operators=_CHOICE)]
    status: Annotated[ExportStatus, listed("status", values=EXPORT_STATUSES, operators=_CHOICE)]
    columns: str | None
    row_count: int | None
    file_id: str | None
    attempts: int
    wake_at: int | None
    expiration_time: Annotated[int, listed("expirationTime", kind="time", operators=RANGE)]
    created_time: CreatedTime
    updated_time: UpdatedTime


export_schedules = table("export_schedule", ExportSchedule, key=["organization_id", "id"])
exports = table(
    "export",
    Export,
    key=["organization_id", "id"],
    references={"schedule_id": "export_schedule", "file_id": "stored_file"},
)

_waiting = exports.c.wake_at.is_not(None)
Index(
    "export_waiting_idx",
    exports.c.organization_id,
    exports.c.wake_at,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)
