"""Takes an uploaded file in: to disk before the transaction, then to a row within it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from net30.files import rules
from net30.files.scanning import is_test_file
from net30.files.tables import ScanStatus, StoredFile
from net30.kernel import ids
from net30.kernel.context import Actor, Context, Server
from net30.kernel.refusal import Refusal, Refusals


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

    400 for a name that is none, and for a body that is empty. When it is in doubt whether the transaction was
    committed, the file stays, and the worker's sweep decides.
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
    server.files.write(actor.organization_id, received.id, content)
    try:
        yield {**arguments, "body": received}
    except (Refusal, Refusals):
        server.files.remove(actor.organization_id, received.id)
        raise
    if not received.kept:
        server.files.remove(actor.organization_id, received.id)


def keep(ctx: Context, received: Received, owner_id: str, scan_status: ScanStatus) -> StoredFile:
    """The file's row. One that is not scanned waits for a worker from now on."""
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
