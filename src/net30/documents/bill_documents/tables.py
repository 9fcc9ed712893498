"""What is stored of the documents of bills."""

from typing import Annotated, Literal

from net30.store.record import Record, listed, table

Status = Literal["IN_PROGRESS", "UPLOADED", "FAILED"]


class Document(Record, frozen=True):
    """An upload and what became of it. `id` (0du) is the upload's; `document_id` (00h) comes once it is UPLOADED.

    `fault` says why one FAILED.
    """

    organization_id: str
    id: str
    document_id: str | None
    bill_id: Annotated[str, listed("billId", kind="id", operators=("eq",))]
    file_id: str
    name: str
    status: Annotated[Status, listed("status", operators=("ne",))]
    fault: str | None
    created_by: str
    created_time: int
    updated_time: int


documents = table(
    "document",
    Document,
    key=["organization_id", "id"],
    unique=[("organization_id", "document_id")],
    references=[
        (("organization_id", "bill_id"), ("bill.organization_id", "bill.id")),
        (("organization_id", "file_id"), ("stored_file.organization_id", "stored_file.id")),
    ],
)
