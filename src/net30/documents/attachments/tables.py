"""What is stored of attachments."""

from typing import Annotated, Literal

from net30.store.record import Record, listed, table

Owner = Literal["VENDOR", "CUSTOMER", "INVOICE"]


class Attachment(Record, frozen=True):
    """A file attached to a vendor, a customer or an invoice. A deleted one is `archived`, for good."""

    organization_id: str
    id: str
    owner: Owner
    owner_id: Annotated[str, listed("ownerId", kind="id", operators=("eq",))]
    file_id: str
    name: str
    archived: Annotated[int, listed("archived", kind="flag", operators=("eq",))]
    created_by: str
    created_time: int
    updated_time: int


attachments = table(
    "attachment",
    Attachment,
    key=["organization_id", "id"],
    references=[(("organization_id", "file_id"), ("stored_file.organization_id", "stored_file.id"))],
)
