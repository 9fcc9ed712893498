"""The operations of the documents of bills."""

from collections.abc import Sequence

from net30.bills.actions import require_bill
from net30.documents.bill_documents import actions
from net30.documents.bill_documents.schemas import (
    DocumentAnswer,
    FileName,
    PageSize,
    UploadIds,
    UploadStarted,
    UploadStatusAnswer,
)
from net30.documents.bill_documents.tables import Document
from net30.files import links
from net30.files.receiving import Received, receiving
from net30.files.rules import MOST_BYTES
from net30.files.tables import StoredFile
from net30.kernel.clock import timestamp
from net30.kernel.context import Actor, Context, Server
from net30.kernel.refusal import Refusal
from net30.wire.dispatch import Raw
from net30.wire.listing import Condition, ListAnswer, Page
from net30.wire.listing import page as page_of
from net30.wire.operation import operation
from net30.wire.types import ListRequest

AREA = "documents"
MOST_IDS = 100


@operation("GET /connect/v3/documents/bills/{billId}", area=AREA, needs="documents:read")
def list_documents(
    ctx: Context, bill_id: str, max: PageSize = 20, page: str | None = None
) -> ListAnswer[DocumentAnswer]:
    """List the documents of a bill.

    In the order in which they were uploaded. One that is still uploading is listed under the id of its upload;
    an upload that failed is not listed.
    """
    found = _page(ctx, require_bill(ctx, bill_id).id, ListRequest(max=max, page=page))
    return found.of(_answers(ctx, found.rows))


@operation(
    "POST /connect/v3/documents/bills/{billId}",
    area=AREA,
    needs="documents:create",
    most_bytes=MOST_BYTES,
    before=receiving,
)
def create_bill_document(ctx: Context, bill_id: str, name: FileName, body: Received) -> UploadStarted:
    """Upload a document to a bill.

    The body is the file itself, of at most 6 MB, whatever its content type says; `name` is its name with the
    extension. The answer's `uploadId` is temporary: `GET /v3/documents/upload-status` tells when the document has
    been scanned for malware and read, and got its own id. A file that cannot be read (a damaged PDF, one that
    wants a password, a type that is not known) FAILS.
    """
    return UploadStarted(upload_id=actions.upload(ctx, bill_id, body).id)


@operation("GET /connect/v3/documents/upload-status", area=AREA, needs="documents:read")
def upload_status(ctx: Context, ids: UploadIds) -> list[UploadStatusAnswer]:
    """Tell how far uploads are.

    For up to 100 ids with commas between them, in their order. IN_PROGRESS becomes UPLOADED, with the document's
    own id, or FAILED. 404 BDC_1205 when one of them is no upload of the organization.
    """
    wanted = list(dict.fromkeys(id.strip() for id in ids.split(",") if id.strip()))
    if not 1 <= len(wanted) <= MOST_IDS:
        raise Refusal(
            None,
            field="ids",
            detail=f"must hold 1 to {MOST_IDS} ids",
            help="give ids of uploads (0du), with commas between them",
        )
    uploads = actions.require_uploads(ctx, wanted)
    stored = links.files_by_id(ctx, [upload.file_id for upload in uploads])
    return [
        UploadStatusAnswer(
            document_id=upload.document_id,
            upload_id=upload.id,
            status=upload.status,
            scan_status=stored[upload.file_id].scan_status,
        )
        for upload in uploads
    ]


@operation("GET /connect/v3/documents/{documentId}", area=AREA, needs="documents:read")
def get_document(ctx: Context, document_id: str) -> DocumentAnswer:
    """Read a document of a bill.

    By its own id or by that of its upload. `name`, `createdTime` and `downloadLink` come once it is UPLOADED; a
    file in which malware was found has no link. 404 BDC_1205 when the upload failed.
    """
    (answer,) = _answers(ctx, [actions.require_document(ctx, document_id)])
    return answer


@operation("GET /files/v1/documents/{documentId}", area=AREA, credentials="link", needs="documents:read")
def download_document(server: Server, actor: Actor, document_id: str) -> Raw:
    """Fetch the file of a document, where its downloadLink points.

    Needs the header `sessionId` of any session of the organization; `devKey` may be left out. The answer is the
    file of the document as it was uploaded, to be saved and not shown. 409 while the file is being scanned, 403 when
    malware was found in it.
    """
    return links.download(server, actor, actions.require_document, document_id)


def _page(ctx: Context, bill_id: str, listing: ListRequest) -> Page[Document]:
    return page_of(ctx, Document, listing, [Condition("shownOn", "eq", (bill_id,))])


def _answers(ctx: Context, listed: Sequence[Document]) -> list[DocumentAnswer]:
    stored = links.files_by_id(ctx, [document.file_id for document in listed])
    return [_answer(ctx, document, stored[document.file_id]) for document in listed]


def _answer(ctx: Context, document: Document, stored: StoredFile) -> DocumentAnswer:
    if document.document_id is None:
        return DocumentAnswer(id=document.id, scan_status=stored.scan_status)
    path = f"/files/v1/documents/{document.document_id}"
    return DocumentAnswer(
        id=document.document_id,
        name=document.name,
        created_time=timestamp(document.created_time),
        download_link=links.link(ctx.server, path) if links.may_be_fetched(stored) else None,
        num_of_pages=stored.pages,
        scan_status=stored.scan_status,
    )
