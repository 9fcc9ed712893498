"""How long is kept what was needed for a while only, and the worker's rounds that throw it away.

A round looks at each organization without locking it, and deletes at most 200 rows in a transaction, so that no
request waits for it longer than for another one. Bills, payments, the journal and the audit trail are kept for good,
and so is a job that was given up, until it is retried.
"""

import logging
from typing import Literal, NamedTuple

from sqlalchemy import Column, ColumnElement, Table, bindparam, delete, select, tuple_

from net30.kernel.context import Context, Server, reading, system_actor, writing
from net30.kernel.events import LAST_SEQUENCE
from net30.kernel.refusal import Refusal
from net30.kernel.tables import events, idempotency_keys, jobs, messages, organizations
from net30.store.statements import Statement

DAY_MS = 86_400_000
ANSWERS_KEPT_MS = DAY_MS
BATCH = 200

log = logging.getLogger("net30.retention")

_ORGANIZATIONS = Statement(select(organizations.c.id).order_by(organizations.c.id))


class Kept(NamedTuple):
    """Rows that are thrown away so many ms after a time; `by` says whose time that is."""

    table: Table
    what: str
    by: Literal["BUSINESS", "MACHINE"]
    kept_ms: int
    old: Statement
    forget: Statement


def kept(
    since: Column[int],
    by: Literal["BUSINESS", "MACHINE"],
    kept_ms: int,
    *only: ColumnElement[bool],
    what: str = "",
) -> Kept:
    table = since.table
    assert isinstance(table, Table)
    key = [column for column in table.primary_key.columns if column.name != "organization_id"]
    mine = table.c.organization_id == bindparam("organization_id")
    old = select(*key).where(mine, since <= bindparam("before"), *only).order_by(since).limit(BATCH)
    forget = delete(table).where(mine, tuple_(*key).in_(old))
    return Kept(table, what or table.name, by, kept_ms, Statement(old.limit(1)), Statement(forget))


# Rooms above add what is theirs.
KEPT: list[Kept] = [
    kept(jobs.c.run_at, "BUSINESS", 30 * DAY_MS, jobs.c.state == "DONE", what="done job"),
    kept(jobs.c.run_at, "BUSINESS", 30 * DAY_MS, jobs.c.state == "CANCELED", what="canceled job"),
    # The last one stays: the next one's sequence follows it.
    kept(events.c.created_time, "BUSINESS", 180 * DAY_MS, events.c.sequence < LAST_SEQUENCE),
    kept(messages.c.created_time, "BUSINESS", 180 * DAY_MS, messages.c.next_try_at.is_(None)),
    kept(idempotency_keys.c.kept_at, "MACHINE", ANSWERS_KEPT_MS),
]


def go_round(server: Server) -> None:
    """Throw away what is too old in every organization. One that cannot be dealt with does not hold up the others."""
    with server.database.read() as tx:
        ids = [str(row[0]) for row in tx.rows(_ORGANIZATIONS, {})]
    for organization_id in ids:
        try:
            forget_old(server, organization_id)
        except Refusal:
            log.info("%s is gone", organization_id)
        except Exception:
            log.exception("what is too old of %s could not be thrown away", organization_id)


def forget_old(server: Server, organization_id: str) -> int:
    """Throw away what is too old in one organization; how many rows that were."""
    actor = system_actor(organization_id)
    with reading(server, actor) as ctx:
        aged = [kept for kept in KEPT if ctx.tx.row(kept.old, _before(ctx, kept)) is not None]
    forgotten = 0
    for kept in aged:
        while True:
            with writing(server, actor) as ctx:
                gone = ctx.tx.execute(kept.forget, _before(ctx, kept))
            forgotten += gone
            if gone < BATCH:
                break
    return forgotten


def _before(ctx: Context, kept: Kept) -> dict[str, str | int | None]:
    now = ctx.now if kept.by == "BUSINESS" else ctx.machine_now
    return {"before": now - kept.kept_ms}
