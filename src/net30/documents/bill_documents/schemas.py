"""What crosses the wire about the documents of bills."""

from typing import Annotated, Literal

from msgspec import Meta

from net30.wire.types import Timestamp, Wire

ScanStatus = Literal["NOT_SCANNED", "CLEAN", "INFECTED", "IN_QUEUE", "REJECTED", "UNDEFINED"]
UploadStatus = Literal["UPLOADED", "IN_PROGRESS", "IVA_PROCESSING", "AUTOSAVED", "FAILED"]

FileName = Annotated[
    str,
    Meta(
        min_length=1,
        description="The file's name with its extension; folders before it are left off.",
        examples=["invoice.pdf"],
    ),
]
UploadIds = Annotated[
    str, Meta(description="Ids of uploads (0du), with commas between them", examples=["0du01ABCDEFGHIJKLMNO"])
]
PageSize = Annotated[int, Meta(ge=1, le=100)]


class UploadStarted(Wire):
    """An upload that was taken in; its id is temporary."""

    upload_id: str


class UploadStatusAnswer(Wire):
    """How far an upload is. `documentId` comes once it is UPLOADED."""

    document_id: str | None = None
    upload_id: str
    status: UploadStatus
    scan_status: ScanStatus


class DocumentAnswer(Wire):
    """A document of a bill. While it is uploading, `id` is the upload's, and only `scanStatus` stands beside it."""

    id: str
    name: str | None = None
    created_time: Timestamp | None = None
    download_link: str | None = None
    num_of_pages: int | None = None
    scan_status: ScanStatus
