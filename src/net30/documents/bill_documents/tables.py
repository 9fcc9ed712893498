"""What is stored of the documents of bills."""

from typing import Annotated, Literal

from net30.store.record import CreatedTime, Record, listed, table

Status = Literal["IN_PROGRESS", "UPLOADED", "FAILED"]


class Document(Record, frozen=True):
    """An upload and what became of it. `id` (0du) is the upload's; `document_id` (00h) comes once it is UPLOADED.

    `shown_on` is the bill in whose list it stands: none once it FAILED, and `fault` says why it did.
    """

    organization_id: str
    id: str
    document_id: str | None
    bill_id: str
    shown_on: Annotated[str | None, listed("shownOn", kind="id", operators=("eq",))]
    file_id: str
    name: str
    status: Status
    fault: str | None
    created_by: str
    created_time: CreatedTime
    updated_time: int


documents = table(
    "document",
    Document,
    key=["organization_id", "id"],
    unique=[("organization_id", "document_id")],
    references={"bill_id": "bill", "file_id": "stored_file"},
)
