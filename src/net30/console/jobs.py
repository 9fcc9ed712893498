"""Jobs that were given up after their last try: shown, and run again once what stopped them is mended."""

from sqlalchemy import select

from net30.console.answers import JobRetried, JobRow
from net30.console.commands import JobsList, JobsRetry
from net30.kernel import audit, jobs
from net30.kernel.clock import timestamp
from net30.kernel.context import Server, reading, system_actor, writing
from net30.kernel.tables import organizations
from net30.store.statements import Statement

_ORGANIZATIONS = Statement(select(organizations.c.id).order_by(organizations.c.id))


def list_failed(server: Server, asked: JobsList) -> list[JobRow]:
    """What was given up, of one organization or of each in turn, at most 500 jobs of each."""
    if asked.organization:
        ids = [asked.organization]
    else:
        with server.database.read() as tx:
            ids = [str(row[0]) for row in tx.rows(_ORGANIZATIONS, {})]
    shown: list[JobRow] = []
    for id in ids:
        with reading(server, system_actor(id, "CONSOLE")) as ctx:
            shown += [
                JobRow(
                    organization_id=id,
                    job_id=one.id,
                    kind=one.kind,
                    subject_id=one.subject_id,
                    due=timestamp(one.run_at),
                    attempts=one.attempts,
                    error=one.error or "",
                )
                for one in jobs.failed(ctx)
            ]
    return shown


def retry(server: Server, asked: JobsRetry) -> JobRetried:
    """The job as it waits now; the worker runs it in a moment, or the next advance of a clock that stands."""
    with writing(server, system_actor(asked.organization, "CONSOLE")) as ctx:
        waiting = jobs.retry(ctx, asked.job)
        audit.record_change(ctx, "Job", waiting.id, "RETRY", {"state": ("FAILED", waiting.state)})
    return JobRetried(
        organization_id=asked.organization,
        job_id=waiting.id,
        kind=waiting.kind,
        subject_id=waiting.subject_id,
        state=waiting.state,
    )
