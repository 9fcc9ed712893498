"""The operations of exports: CSV files of records, made by schedules. The schedules are net30's own."""

from typing import Annotated

import msgspec
from msgspec import Meta

from net30.exports import actions
from net30.exports.columns import EXPORTED
from net30.exports.rules import ScheduleDraft
from net30.exports.schemas import (
    ExportAnswer,
    ExportDownload,
    ExportScheduleAnswer,
    ExportScheduleCreate,
)
from net30.exports.tables import Export, ExportSchedule
from net30.files import links
from net30.kernel.clock import timestamp
from net30.kernel.context import Context, Server, reading, system_actor
from net30.kernel.refusal import Refusal
from net30.wire import tokens
from net30.wire.dispatch import Raw
from net30.wire.listing import Condition, ListAnswer, page
from net30.wire.naming import drafted
from net30.wire.operation import operation
from net30.wire.types import SECRET, ListRequest

AREA = "exports"
SCHEDULES = "/net30/v1/export-schedules"
LINK_MS = 3_600_000

Given = Annotated[str, Meta(min_length=1)]
_decode_names = msgspec.json.Decoder(list[str]).decode


class _Link(msgspec.Struct, array_like=True):
    """What a link holds; it is good until a machine time (ms)."""

    organization_id: str
    export_id: str
    good_until: int


@operation("GET /connect/v3/exports", area=AREA, needs="exports:read")
def list_exports(ctx: Context, listing: ListRequest) -> ListAnswer[ExportAnswer]:
    """List the files that schedules had made.

    Oldest first unless sorted otherwise; each is kept for 30 days. Filter and sort by `exportId`, `scheduleId`, `name`,
    `recordType`, `status`, `createdTime`, `updatedTime` and `expirationTime`.
    """
    found = page(ctx, Export, listing)
    return found.of([_answer(one) for one in found.rows])


@operation("GET /connect/v3/exports/{exportId}/download-link", area=AREA, needs="exports:read")
def get_export_download_link(ctx: Context, export_id: Given) -> ExportDownload:
    """Get a link to the file of an export.

    It is fetched by GET, without headers, within an hour: whoever has the link has the file. BDC_1119 while the file is
    being made.
    """
    ready = actions.require_ready(ctx, export_id)
    link = _Link(ctx.organization_id, ready.id, ctx.machine_now + LINK_MS)
    path = f"/files/v1/exports/{tokens.write(ctx.server.secrets, link)}"
    return ExportDownload(download_link=links.link(ctx.server, path))


@operation("GET /files/v1/exports/{token}", area=AREA, credentials="none")
def download_export(server: Server, token: Annotated[str, SECRET]) -> Raw:
    """Fetch the file of an export, where its downloadLink points.

    CSV as RFC 4180 has it, in UTF-8, with a row of names first. A text that a spreadsheet would run as a formula has an
    apostrophe before it. 404 for a link that is no longer good.
    """
    link = tokens.read(server.secrets, token, _Link)
    if link is None or link.good_until < server.machine_now():
        raise Refusal(
            "BDC_1205",
            detail="this link leads to no file, or is no longer good",
            help="get another one from GET /v3/exports/{exportId}/download-link",
        )
    with reading(server, system_actor(link.organization_id)) as ctx:
        ready = actions.require_ready(ctx, link.export_id)
        stored = links.FILES.require(ctx, str(ready.file_id))
    return links.content(server, stored, f"{ready.name} {timestamp(ready.created_time)[:10]}.csv")


@operation(f"GET {SCHEDULES}", area=AREA, needs="exports:read")
def list_export_schedules(ctx: Context, listing: ListRequest) -> ListAnswer[ExportScheduleAnswer]:
    """List the schedules by which files are made.

    Oldest first. Deleted ones are not listed.
    """
    found = page(ctx, ExportSchedule, listing, [Condition("archived", "eq", (0,))])
    return found.of([_schedule(one) for one in found.rows])


@operation(f"POST {SCHEDULES}", area=AREA, status=201, needs="exports:create")
def create_export_schedule(ctx: Context, body: ExportScheduleCreate) -> ExportScheduleAnswer:
    """Set up a schedule.

    A file is made at one o'clock at night, the organization's time, on `startDate` (tomorrow, when it is left out), and
    then every day, every week on the same day, or every month on the same date. It holds what there is when it is made.
    """
    return _schedule(actions.create_schedule(ctx, drafted(ScheduleDraft, body)))


@operation(f"GET {SCHEDULES}/{{scheduleId}}", area=AREA, needs="exports:read")
def get_export_schedule(ctx: Context, schedule_id: Given) -> ExportScheduleAnswer:
    """Read a schedule.

    A deleted one is unknown.
    """
    return _schedule(actions.require_schedule(ctx, schedule_id))


@operation(f"POST {SCHEDULES}/{{scheduleId}}/run", area=AREA, status=201, needs="exports:create")
def run_export_schedule(ctx: Context, schedule_id: Given) -> ExportAnswer:
    """Have a file made now.

    Beside those that the schedule has made when they are due, which stay as they are.
    """
    return _answer(actions.run_schedule(ctx, schedule_id))


@operation(f"DELETE {SCHEDULES}/{{scheduleId}}", area=AREA, status=204, needs="exports:create")
def delete_export_schedule(ctx: Context, schedule_id: Given) -> None:
    """Delete a schedule.

    For good. Files that it had made stay until they expire.
    """
    actions.delete_schedule(ctx, schedule_id)


def _answer(export: Export) -> ExportAnswer:
    return ExportAnswer(
        export_id=export.id,
        schedule_id=export.schedule_id,
        name=export.name,
        record_type=export.record_type,
        status=export.status,
        row_count=export.row_count,
        created_time=timestamp(export.created_time),
        updated_time=timestamp(export.updated_time),
        expiration_time=timestamp(export.expiration_time),
    )


def _schedule(schedule: ExportSchedule) -> ExportScheduleAnswer:
    columns = EXPORTED[schedule.record_type].names
    return ExportScheduleAnswer(
        id=schedule.id,
        name=schedule.name,
        record_type=schedule.record_type,
        rhythm=schedule.rhythm,
        columns=columns if schedule.columns is None else _decode_names(schedule.columns),
        start_date=schedule.start_date,
        next_date=schedule.next_date,
        created_by=schedule.created_by,
        created_time=timestamp(schedule.created_time),
        updated_time=timestamp(schedule.updated_time),
    )
