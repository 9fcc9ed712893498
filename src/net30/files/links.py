"""Links to uploaded files, and what they answer."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from net30.files.rules import disposition
from net30.files.tables import StoredFile
from net30.kernel.context import Actor, Context, Server, reading
from net30.kernel.owned import Owned
from net30.kernel.refusal import Refusal
from net30.wire.dispatch import Raw

FILES = Owned(StoredFile, "file", "the answer that stored it")

log = logging.getLogger("net30.documents")


def link(server: Server, path: str) -> str:
    """The absolute URL of a path."""
    return server.public_url + path


files_by_id = FILES.find_all


def may_be_fetched(stored: StoredFile) -> bool:
    """Whether a file is handed out, or will be when its scan is done."""
    return stored.scan_status not in ("INFECTED", "REJECTED")


class Uploaded(Protocol):
    """An object that has a file."""

    @property
    def file_id(self) -> str: ...
    @property
    def name(self) -> str: ...


def download(
    server: Server, actor: Actor, require: Callable[[Context, str], Uploaded], object_id: str
) -> Raw:
    """The file of the object with an id; refused as `require` and `content` say."""
    with reading(server, actor) as ctx:
        uploaded = require(ctx, object_id)
        stored = FILES.require(ctx, uploaded.file_id)
    return content(server, stored, uploaded.name)


def content(server: Server, stored: StoredFile, name: str) -> Raw:
    """The file as an answer that no browser runs.

    403 for one that malware was found in or that could not be scanned, 409 while it waits for its scan.
    """
    if not may_be_fetched(stored):
        why = "malware was found in it" if stored.scan_status == "INFECTED" else "it could not be scanned"
        raise Refusal(
            None, status=403, detail=f"the file is not handed out: {why}", help="upload a clean file"
        )
    if stored.scan_status != "CLEAN":
        raise Refusal(
            None, status=409, detail="the file is still being scanned", help="try again in a few seconds"
        )
    path = server.files.path(stored.organization_id, stored.id)
    if not path.exists():
        log.error("the file %s is missing at %s", stored.id, path)
        raise Refusal(
            "BDC_1205",
            detail="the file's content is missing on the server",
            help="have the folder of files restored, or upload it again",
            id=stored.owner_id,
        )
    return saved(b"", stored.media_type, name, path)


def saved(found: bytes, media_type: str, name: str, file: Path | None = None) -> Raw:
    """Bytes, or a file of them, as an answer that a browser saves under a name, and never runs."""
    headers = {
        "Content-Disposition": disposition(name),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return Raw(found, media_type, headers=headers, file=file)
