"""What crosses the wire of exports."""

from typing import Annotated

from msgspec import Meta

from net30.exports.tables import ExportStatus, RecordType, Rhythm
from net30.wire.types import SECRET, Date, DateText, Timestamp, Wire


class ExportAnswer(Wire):
    """A file of records as CSV. `rowCount` is how many records it has, once it is READY."""

    export_id: str
    schedule_id: str
    name: str
    record_type: RecordType
    status: ExportStatus
    row_count: int | None = None
    created_time: Timestamp
    updated_time: Timestamp
    expiration_time: Timestamp


class ExportDownload(Wire):
    """Where the file is fetched by GET, without headers, for an hour."""

    download_link: Annotated[str, SECRET]


class ExportScheduleCreate(Wire):
    """When to make files of which records; `columns` are those wanted, in their order, all of them when absent."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    record_type: RecordType
    rhythm: Rhythm
    start_date: Date | None = None
    columns: Annotated[list[str], Meta(max_length=100)] | None = None


class ExportScheduleAnswer(Wire):
    """When files of which records are made. `nextDate` is the organization's next day with one."""

    id: str
    name: str
    record_type: RecordType
    rhythm: Rhythm
    columns: list[str]
    start_date: DateText
    next_date: DateText | None = None
    created_by: str
    created_time: Timestamp
    updated_time: Timestamp
