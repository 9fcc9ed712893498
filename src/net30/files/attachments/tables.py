"""What is stored of attachments."""

from typing import Annotated, Literal

from net30.store.record import CreatedTime, Record, listed, table

Owner = Literal["VENDOR", "CUSTOMER", "INVOICE"]


class Attachment(Record, frozen=True):
    """A file attached to a vendor, a customer or an invoice. A deleted one is `archived`, for good.

    `shown_on` is the owner in whose list it stands: none once it was deleted.
    """

    organization_id: str
    id: str
    owner: Owner
    owner_id: str
    shown_on: Annotated[str | None, listed("shownOn", kind="id", operators=("eq",))]
    file_id: str
    name: str
    archived: int
    created_by: str
    created_time: CreatedTime
    updated_time: int


attachments = table(
    "attachment",
    Attachment,
    key=["organization_id", "id"],
    references={"file_id": "stored_file"},
)
