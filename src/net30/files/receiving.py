"""Takes an uploaded file in: to disk before the transaction, then to a row within it."""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import bindparam, func, select

from net30.files import rules
from net30.files.scanning import is_test_file
from net30.files.tables import ScanStatus, StoredFile, stored_files
from net30.kernel import ids
from net30.kernel.context import Actor, Context, Server
from net30.kernel.refusal import Refusal, Refusals
from net30.store.statements import Statement

_WAITING = Statement(
    select(func.count(), func.coalesce(func.sum(stored_files.c.size), 0)).where(
        stored_files.c.organization_id == bindparam("organization_id"), stored_files.c.wake_at.is_not(None)
    )
)


log = logging.getLogger("net30.files")


class Received(msgspec.Struct):
    """A file that is on disk and has no row yet; `kept` once it has. `size` is in bytes."""

    id: str
    name: str
    size: int
    sha256: str
    media_type: str
    is_test_file: bool
    kept: bool = False


@contextmanager
def receiving(server: Server, actor: Actor, arguments: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Write what was sent to disk and hand it on as `body`; take it away again when no row came to refer to it.

    400 for a name that is none, and for a body that is empty, 503 when the disk takes no more. When it is in doubt
    whether the transaction was committed, the file stays, and the worker's sweep decides.
    """
    content: bytes = arguments["body"]
    name = rules.file_name(arguments["name"])
    if not content:
        raise Refusal(None, detail="the request has no body", help="send the file's bytes as the body")
    received = Received(
        id=ids.new("fil"),
        name=name,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        media_type=rules.media_type(content, name),
        is_test_file=is_test_file(content),
    )
    _write(server, actor, received.id, content)
    try:
        yield {**arguments, "body": received}
    except (Refusal, Refusals):
        server.files.remove(actor.organization_id, received.id)
        raise
    if not received.kept:
        server.files.remove(actor.organization_id, received.id)


def _write(server: Server, actor: Actor, id: str, content: bytes) -> None:
    try:
        server.files.write(actor.organization_id, id, content)
    except OSError as fault:
        log.error("the file %s of %s cannot be written: %s", id, actor.organization_id, fault)
        raise Refusal(
            None,
            status=503,
            detail="the server cannot keep the file now",
            help="try again later, and tell who runs the server that the folder of files cannot be written to",
        ) from fault


def keep(ctx: Context, received: Received, owner_id: str, scan_status: ScanStatus) -> StoredFile:
    """The file's row. One that is not scanned waits for a worker from now on; 422 when too many wait already."""
    if scan_status == "NOT_SCANNED":
        _require_room(ctx, received.size)
    stored = StoredFile(
        organization_id=ctx.organization_id,
        id=received.id,
        owner_id=owner_id,
        size=received.size,
        sha256=received.sha256,
        media_type=received.media_type,
        pages=None,
        scan_status=scan_status,
        attempts=0,
        wake_at=ctx.machine_now if scan_status == "NOT_SCANNED" else None,
        created_time=ctx.now,
        updated_time=ctx.now,
    )
    ctx.tx.insert(stored)
    received.kept = True
    return stored


def _require_room(ctx: Context, size: int) -> None:
    """The files of an organization that wait for a worker are bounded in number and size."""
    row = ctx.tx.row(_WAITING, {})
    number, bytes_waiting = (0, 0) if row is None else (int(row[0]), int(row[1]))
    if number >= rules.MOST_WAITING or bytes_waiting + size > rules.MOST_BYTES_WAITING:
        raise Refusal(
            "BDC_1322",
            detail=f"{number} files of this organization, {bytes_waiting} bytes, wait to be scanned and read",
            help="send the file again when some of them are done, in a few seconds",
        )
