"""What is stored of uploaded files. Their contents lie in a folder (store/files.py), each under its row's id."""

from typing import Literal

from sqlalchemy import Index

from net30.store.record import Record, table

ScanStatus = Literal["NOT_SCANNED", "IN_QUEUE", "CLEAN", "INFECTED", "REJECTED"]


class StoredFile(Record, frozen=True):
    """A file as it was uploaded, for the object `owner_id`: an upload (0du) or an attachment (att).

    `size` is in bytes, `media_type` what the content was found to be, `pages` how many it has where that can be
    told. `wake_at` is the machine time (ms) from which a worker takes the file on; null once nothing is left to do.
    """

    organization_id: str
    id: str
    owner_id: str
    size: int
    sha256: str
    media_type: str
    pages: int | None
    scan_status: ScanStatus
    attempts: int
    wake_at: int | None
    created_time: int
    updated_time: int


stored_files = table(
    "stored_file",
    StoredFile,
    key=["organization_id", "id"],
)

_waiting = stored_files.c.wake_at.is_not(None)
Index(
    "stored_file_waiting_idx",
    stored_files.c.organization_id,
    stored_files.c.wake_at,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)
