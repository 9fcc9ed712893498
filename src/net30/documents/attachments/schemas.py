"""What crosses the wire about attachments."""

from typing import Literal

from net30.wire.types import Timestamp, Wire


class AttachmentAnswer(Wire):
    """A file attached to a vendor, a customer or an invoice."""

    id: str
    name: str
    created_time: Timestamp
    download_link: str | None = None


class Deleted(Wire):
    """Whether an attachment was deleted."""

    status: Literal["SUCCESS", "FAILURE"]
