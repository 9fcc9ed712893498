"""What can be done with the documents of bills."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import bindparam, or_, select

from net30.bills.actions import require_bill
from net30.documents.bill_documents.tables import Document, documents
from net30.files import rules
from net30.files.receiving import Received, keep
from net30.files.tables import StoredFile
from net30.kernel import ids
from net30.kernel.context import Context
from net30.kernel.entity import Entity
from net30.kernel.owned import Owned
from net30.kernel.refusal import Refusal
from net30.store.statements import Statement

_mine = documents.c.organization_id == bindparam("organization_id")
DOCUMENT = Entity("Document", Document)
UPLOADS = Owned(Document, "upload", "the answer of POST /v3/documents/bills/{billId}")
_DOCUMENT = Statement(
    select(documents).where(
        _mine, or_(documents.c.id == bindparam("id"), documents.c.document_id == bindparam("id"))
    )
)


def upload(ctx: Context, bill_id: str, received: Received) -> Document:
    """Enter a file as an upload to a bill; a worker makes it a document."""
    bill = require_bill(ctx, bill_id)
    id = ids.new(ids.PREFIX["upload"])
    keep(ctx, received, id, "NOT_SCANNED")
    document = Document(
        organization_id=ctx.organization_id,
        id=id,
        document_id=None,
        bill_id=bill.id,
        shown_on=bill.id,
        file_id=received.id,
        name=received.name,
        status="IN_PROGRESS",
        fault=None,
        created_by=ctx.actor.user_id,
        created_time=ctx.now,
        updated_time=ctx.now,
    )
    DOCUMENT.enter(ctx, document)
    return document


def require_uploads(ctx: Context, wanted: Sequence[str]) -> list[Document]:
    """Uploads in the order of their ids, at most 1000; 404 for the first that the organization does not have."""
    known = UPLOADS.require_all(ctx, wanted)
    return [known[id] for id in wanted]


def require_document(ctx: Context, id: str) -> Document:
    """A document by its id, or by that of its upload; 404 when there is none, or the upload failed."""
    document = ctx.tx.record(Document, _DOCUMENT, {"id": id})
    if document is None:
        raise unknown(id, "document")
    if document.status == "FAILED":
        raise unknown(id, "document", f": its upload failed, because the file {document.fault}")
    return document


def unknown(id: str, kind: str, why: str = "") -> Refusal:
    return Refusal(
        "BDC_1205",
        detail=f"this organization has no {kind} with the id {id}{why}",
        help=f"use the id of a {kind} of this organization",
        id=id,
    )


def finish(ctx: Context, stored: StoredFile, fault: str | None) -> None:
    """Make an upload the document it was to be; with a `fault`, one that failed. A finished one stays as it is."""
    (old,) = require_uploads(ctx, [stored.owner_id])
    if old.status != "IN_PROGRESS":
        return
    if stored.scan_status == "CLEAN" and fault is None:
        fault = rules.unreadable(stored.media_type, old.name)
    if fault is None:
        document_id = ids.new(ids.PREFIX["document"])
        new = msgspec.structs.replace(old, status="UPLOADED", document_id=document_id)
    else:
        new = msgspec.structs.replace(old, status="FAILED", fault=fault, shown_on=None)
    DOCUMENT.revise(ctx, old, new)
