"""How a worker makes the files of exports, in machine time and outside of any long transaction.

An export is claimed by moving its `wake_at` on. Its rows are read in pages that follow keys, each in a transaction of
its own, and written as they come: neither memory nor a transaction grows with the file. Rows that are entered meanwhile
are in the file when they come behind those that were read. A worker that dies loses nothing: once the claim has run out
any worker begins anew.
"""

import hashlib
import io
import logging
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from net30.exports.actions import EXPORTS
from net30.exports.columns import EXPORTED, Exported, cells
from net30.exports.tables import Export, exports
from net30.files.tables import StoredFile
from net30.kernel import csv_cells, ids
from net30.kernel.context import Context, Server, reading, system_actor, writing
from net30.kernel.turns import Lane, organizations_waiting, waiting
from net30.store.record import Record, compared
from net30.store.statements import Value
from net30.wire.paging import order_of
from net30.wire.reading import Wanted, rows

# Longer than a file of several million rows takes.
CLAIM_MS = 900_000
MOST_ATTEMPTS = 5
FIRST_RETRY_MS = 5_000
ROWS_AT_ONCE = 1_000

_WAITING_IN = organizations_waiting(exports.c.wake_at)
_NEXT = waiting(exports.c.wake_at, 1)
_decode_names = msgspec.json.Decoder(list[str]).decode

log = logging.getLogger("net30.exports")


class Made(msgspec.Struct, frozen=True):
    """A file that is on the disk; size in bytes."""

    file_id: str
    rows: int
    size: int
    sha256: str


def make_next(server: Server, organization_id: str) -> bool:
    """Make the file that an organization waits for longest; whether there was one."""
    actor = system_actor(organization_id)
    with writing(server, actor) as ctx:
        claimed = _claim(ctx)
    if claimed is None:
        return False
    made = _make(server, claimed)
    with writing(server, actor) as ctx:
        _settle(ctx, claimed, made)
    return True


LANE = Lane("exports", _WAITING_IN, make_next, hands=2, most_s_a_minute=30)


def _claim(ctx: Context) -> Export | None:
    old = ctx.tx.record(Export, _NEXT, {"machine_now": ctx.machine_now})
    if old is None:
        return None
    new = msgspec.structs.replace(old, attempts=old.attempts + 1, wake_at=ctx.machine_now + CLAIM_MS)
    ctx.tx.update(old, new)
    return new


def _make(server: Server, export: Export) -> Made | None:
    """Write the file; None when that shall be tried again later."""
    file_id = ids.new("fil")
    exported = EXPORTED[export.record_type]
    names = exported.names if export.columns is None else _decode_names(export.columns)
    told, size, count = hashlib.sha256(), 0, 0
    try:
        with server.files.writing(export.organization_id, file_id) as file:
            for page in _pages(server, export.organization_id, exported, names):
                text = io.StringIO(newline="")
                csv_cells.write_rows(text, page)
                content = text.getvalue().encode()
                file.write(content)
                told.update(content)
                size += len(content)
                count += len(page)
    except OSError:
        log.exception("the export %s of %s cannot be written", export.id, export.organization_id)
        return None
    # The names of the columns are no row.
    return Made(file_id, count - 1, size, told.hexdigest())


def _pages(
    server: Server, organization_id: str, exported: Exported, names: Sequence[str]
) -> Iterator[Sequence[Any]]:
    """The names of the columns, and then the records, oldest first."""
    yield [names]
    order = tuple(order_of(exported.record, []))
    keys: tuple[Value, ...] | None = None
    while True:
        with reading(server, system_actor(organization_id)) as ctx:
            found: list[Record] = rows(
                ctx, exported.record, Wanted((), order, backward=False, keys=keys), ROWS_AT_ONCE
            )
            page = list(cells(ctx, exported, names, found))
        if page:
            yield page
        if len(found) < ROWS_AT_ONCE:
            return
        keys = tuple(compared(getattr(found[-1], key.attribute), key.kind) for key in order)


def _settle(ctx: Context, claimed: Export, made: Made | None) -> None:
    """Write down what became of it, unless another worker has done so or it expired meanwhile."""
    old = EXPORTS.find(ctx, claimed.id)
    if old is None or old.wake_at != claimed.wake_at:
        return
    if made is None:
        gives_up = old.attempts >= MOST_ATTEMPTS
        later = ctx.machine_now + FIRST_RETRY_MS * 2 ** (old.attempts - 1)
        changes: dict[str, Any] = {
            "wake_at": None if gives_up else later,
            "status": "FAILED" if gives_up else old.status,
        }
        ctx.tx.update(old, msgspec.structs.replace(old, updated_time=ctx.now, **changes))
        return
    ctx.tx.insert(_stored(ctx, old, made))
    new = msgspec.structs.replace(
        old, status="READY", row_count=made.rows, file_id=made.file_id, wake_at=None, updated_time=ctx.now
    )
    ctx.tx.update(old, new)


def _stored(ctx: Context, export: Export, made: Made) -> StoredFile:
    return StoredFile(
        organization_id=ctx.organization_id,
        id=made.file_id,
        owner_id=export.id,
        size=made.size,
        sha256=made.sha256,
        media_type="text/csv",
        pages=None,
        scan_status="CLEAN",
        attempts=0,
        wake_at=None,
        created_time=ctx.now,
        updated_time=ctx.now,
    )
