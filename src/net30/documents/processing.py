"""What a worker does with uploaded files, in machine time: scan them, read them, and clear away what nobody needs.

Organizations take turns (kernel/turns.py). A file is claimed by moving its `wake_at` on, worked on outside any
transaction, and settled in another one. A worker that dies in between loses nothing: once the claim has run out, any
worker begins anew.
"""

import logging
from collections.abc import Sequence

import msgspec
from sqlalchemy import bindparam, select

from net30.documents.bill_documents import actions as bill_documents
from net30.files.links import files_by_id
from net30.files.pages import Unreadable, count
from net30.files.scanning import ScanFailed, finds_malware, is_test_file
from net30.files.tables import ScanStatus, StoredFile, stored_files
from net30.kernel import audit, ids, turns
from net30.kernel.context import Context, Server, system_actor, writing
from net30.kernel.turns import Lane, organizations_waiting, waiting
from net30.store.statements import Sized, Value, one_of

# Longer than a scan and the reading of a PDF may take together.
CLAIM_MS = 120_000
MOST_SCANS = 5
FIRST_RETRY_MS = 5_000
ORPHAN_AFTER_S = 3_600.0
AT_ONCE = 1000

_WAITING_IN = organizations_waiting(stored_files.c.wake_at)
_NEXT = waiting(stored_files.c.wake_at, 1)
_KNOWN = Sized(
    lambda count: select(stored_files.c.id).where(
        stored_files.c.organization_id == bindparam("organization_id"), one_of(stored_files.c.id, "id", count)
    )
)

log = logging.getLogger("net30.documents")


class Outcome(msgspec.Struct, frozen=True):
    """What was found out about a file. `fault` says why it cannot be read."""

    scan_status: ScanStatus
    pages: int | None = None
    fault: str | None = None


def deal_with_next(server: Server, organization_id: str) -> bool:
    """Scan and read the file of an organization that waits longest; whether there was one."""
    actor = system_actor(organization_id)
    with writing(server, actor) as ctx:
        claimed = _claim(ctx)
    if claimed is None:
        return False
    outcome = _examine(server, claimed)
    with writing(server, actor) as ctx:
        _settle(ctx, claimed.id, outcome)
    return True


LANE = Lane("uploaded files", _WAITING_IN, deal_with_next, hands=3, most_s_a_minute=20)


def run_waiting(server: Server) -> bool:
    """A turn for each organization whose files wait; whether there were any."""
    return turns.round(server, LANE)


def _claim(ctx: Context) -> StoredFile | None:
    """The next file, which other workers keep off for a while; None when there is none."""
    due: dict[str, Value] = {"machine_now": ctx.machine_now}
    old = ctx.tx.record(StoredFile, _NEXT, due)
    if old is None:
        return None
    new = msgspec.structs.replace(
        old, scan_status="IN_QUEUE", attempts=old.attempts + 1, wake_at=ctx.machine_now + CLAIM_MS
    )
    ctx.tx.update(old, new)
    return new


def _examine(server: Server, stored: StoredFile) -> Outcome | None:
    """Scan a file and, when it is to be a document, read it; None when that shall be tried again later."""
    content = server.files.read(stored.organization_id, stored.id)
    if content is None:
        return Outcome("REJECTED", fault="is missing on the server")
    if stored.attempts > MOST_SCANS:
        return Outcome("REJECTED", fault="could not be scanned")
    path = server.files.path(stored.organization_id, stored.id)
    try:
        infected = is_test_file(content) or (
            bool(server.scan_command) and finds_malware(server.scan_command, path)
        )
    except ScanFailed as fault:
        log.warning("the file %s could not be scanned: %s", stored.id, fault)
        return None
    if infected:
        return Outcome("INFECTED")
    if not _is_upload(stored):
        return Outcome("CLEAN")
    try:
        return Outcome("CLEAN", count(path, stored.media_type))
    except Unreadable as fault:
        return Outcome("CLEAN", fault=str(fault))


def _settle(ctx: Context, id: str, outcome: Outcome | None) -> None:
    """Write down what was found out, unless another worker has done so."""
    old = files_by_id(ctx, [id])[id]
    if old.wake_at is None:
        return
    if outcome is None:
        later = ctx.machine_now + FIRST_RETRY_MS * 2 ** (old.attempts - 1)
        ctx.tx.update(old, msgspec.structs.replace(old, wake_at=later))
        return
    new = msgspec.structs.replace(
        old, scan_status=outcome.scan_status, pages=outcome.pages, wake_at=None, updated_time=ctx.now
    )
    ctx.tx.update(old, new)
    entity = "Document" if _is_upload(new) else "Attachment"
    audit.record_change(ctx, entity, new.owner_id, "EDIT", {"scan_status": ("NOT_SCANNED", new.scan_status)})
    if _is_upload(new):
        bill_documents.finish(ctx, new, outcome.fault)


def _is_upload(stored: StoredFile) -> bool:
    return ids.has_prefix(stored.owner_id, "upload")


def sweep(server: Server, older_than_s: float = ORPHAN_AFTER_S) -> int:
    """Remove files that were written longer ago than `older_than_s` and that no row refers to; how many there were.

    Such a file was written by a process that died before its transaction, or belonged to a world that is gone.
    """
    removed = 0
    for organization_id, found in server.files.orphan_candidates(older_than_s):
        for start in range(0, len(found), AT_ONCE):
            some = found[start : start + AT_ONCE]
            orphans = set(some) - _known(server, organization_id, some)
            for id in orphans:
                server.files.remove(organization_id, id)
            removed += len(orphans)
    if removed:
        log.info("removed %d files that nothing refers to", removed)
    return removed


def _known(server: Server, organization_id: str, ids: Sequence[str]) -> set[str]:
    statement, parameters = _KNOWN.of("id", ids)
    with server.database.read() as tx:
        return {str(row[0]) for row in tx.rows(statement, {"organization_id": organization_id, **parameters})}
