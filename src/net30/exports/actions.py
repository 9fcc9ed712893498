"""The verbs of exports: set up a schedule, take it back, have a file made when it is due, let it expire."""

import datetime

import msgspec
from sqlalchemy import and_, bindparam, delete, func, select

from net30.exports import rules
from net30.exports.rules import ScheduleDraft
from net30.exports.tables import Export, ExportSchedule, export_schedules, exports
from net30.files.tables import stored_files
from net30.kernel import ids, jobs
from net30.kernel.banking_days import local_date
from net30.kernel.context import Context
from net30.kernel.entity import Entity
from net30.kernel.owned import Owned
from net30.kernel.refusal import Refusal, require_faultless
from net30.kernel.tables import Job
from net30.store.statements import Statement, by_key

DUE = "export.due"
EXPIRE = "export.expire"
DAY_MS = 86_400_000

SCHEDULE = Entity("ExportSchedule", ExportSchedule)
SCHEDULES = Owned(ExportSchedule, "export schedule", "GET /net30/v1/export-schedules")
EXPORTS = Owned(Export, "export", "GET /v3/exports")

_COUNT = Statement(
    select(func.count())
    .select_from(export_schedules)
    .where(by_key(export_schedules, ["organization_id"]), export_schedules.c.archived == 0)
)
_FORGET = Statement(delete(exports).where(by_key(exports, ["organization_id", "id"])))
_FORGET_FILE = Statement(
    delete(stored_files).where(
        and_(
            stored_files.c.organization_id == bindparam("organization_id"),
            stored_files.c.id == bindparam("id"),
        )
    )
)


# ---- schedules ------------------------------------------------------------------------------------------


def create_schedule(ctx: Context, draft: ScheduleDraft) -> ExportSchedule:
    """Have files made from a day on. 400 for what does not validate, BDC_1119 (422) for one schedule too many."""
    today = local_date(ctx.now, ctx.organization.zone)
    require_faultless(rules.faults(draft, today))
    row = ctx.tx.row(_COUNT, {})
    if row is not None and int(row[0]) >= rules.MOST_SCHEDULES:
        raise Refusal(
            "BDC_1119",
            detail=f"the organization has {rules.MOST_SCHEDULES} export schedules",
            help="delete one that is not needed any more",
        )
    start = draft.start_date or today + datetime.timedelta(days=1)
    made = ExportSchedule(
        organization_id=ctx.organization_id,
        id=ids.new("exs"),
        name=draft.name,
        record_type=draft.record_type,
        rhythm=draft.rhythm,
        columns=None if draft.columns is None else msgspec.json.encode(draft.columns).decode(),
        start_date=start.isoformat(),
        next_date=start.isoformat(),
        archived=0,
        created_by=ctx.actor.user_id,
        created_time=ctx.now,
        updated_time=ctx.now,
    )
    SCHEDULE.enter(ctx, made)
    jobs.schedule(ctx, DUE, made.id, rules.due_at(start, ctx.organization.zone))
    return made


def require_schedule(ctx: Context, schedule_id: str) -> ExportSchedule:
    """A schedule; BDC_1205 (404) for an unknown one, and for one that was deleted."""
    found = SCHEDULES.require(ctx, schedule_id)
    if found.archived:
        raise SCHEDULES.unknown(schedule_id)
    return found


def delete_schedule(ctx: Context, schedule_id: str) -> None:
    """Have no more files made. Those that were made stay until they expire."""
    old = require_schedule(ctx, schedule_id)
    jobs.cancel(ctx, old.id)
    SCHEDULE.revise(ctx, old, msgspec.structs.replace(old, archived=1, next_date=None))


def run_schedule(ctx: Context, schedule_id: str) -> Export:
    """Have a file made now, beside those that are due."""
    return _begin(ctx, require_schedule(ctx, schedule_id))


@jobs.job(DUE)
def _due(ctx: Context, due: Job) -> None:
    """Have the file made, and the next one when it is due. What was missed meanwhile is not made up for."""
    old = require_schedule(ctx, due.subject_id)
    _begin(ctx, old)
    today = local_date(ctx.now, ctx.organization.zone)
    following = rules.due_date(datetime.date.fromisoformat(old.start_date), old.rhythm, today)
    SCHEDULE.revise(ctx, old, msgspec.structs.replace(old, next_date=following.isoformat()))
    jobs.schedule(ctx, DUE, old.id, rules.due_at(following, ctx.organization.zone))


# ---- exports --------------------------------------------------------------------------------------------


def _begin(ctx: Context, of: ExportSchedule) -> Export:
    made = Export(
        organization_id=ctx.organization_id,
        id=ids.new("exp"),
        schedule_id=of.id,
        name=of.name,
        record_type=of.record_type,
        status="IN_PROCESS",
        columns=of.columns,
        row_count=None,
        file_id=None,
        attempts=0,
        wake_at=ctx.machine_now,
        expiration_time=ctx.now + rules.KEPT_DAYS * DAY_MS,
        created_time=ctx.now,
        updated_time=ctx.now,
    )
    ctx.tx.insert(made)
    jobs.schedule(ctx, EXPIRE, made.id, made.expiration_time)
    return made


def require_ready(ctx: Context, export_id: str) -> Export:
    """An export whose file can be fetched; BDC_1119 (422) while it is being made, and when that failed."""
    found = EXPORTS.require(ctx, export_id)
    if found.status != "READY":
        failed = found.status == "FAILED"
        raise Refusal(
            "BDC_1119",
            field="status",
            value=found.status,
            detail=f"the file of the export {export_id} "
            + ("could not be made" if failed else "is still being made"),
            help="have it made again" if failed else "try again in a few seconds",
        )
    return found


@jobs.job(EXPIRE, awaited=False)
def _expire(ctx: Context, due: Job) -> None:
    """The file itself is cleared away with others that nothing refers to any more."""
    old = EXPORTS.require(ctx, due.subject_id)
    ctx.tx.execute(_FORGET, {"id": old.id})
    if old.file_id is not None:
        ctx.tx.execute(_FORGET_FILE, {"id": old.file_id})
