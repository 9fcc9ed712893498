"""The operations of attachments."""

from collections.abc import Callable
from typing import Any, TypeVar

from net30.customers.actions import require_customer
from net30.documents.attachments.schemas import AttachmentAnswer, Deleted
from net30.documents.bill_documents.schemas import FileName, PageSize
from net30.files import links
from net30.files.attachments import actions
from net30.files.attachments.tables import Attachment, Owner
from net30.files.receiving import Received, receiving
from net30.files.rules import MOST_BYTES, PDF
from net30.files.tables import StoredFile
from net30.invoices import actions as invoices
from net30.kernel.clock import timestamp
from net30.kernel.context import Actor, Context, Server
from net30.kernel.refusal import Refusal
from net30.vendors.actions import require_vendor
from net30.wire.dispatch import Raw
from net30.wire.listing import Condition, ListAnswer
from net30.wire.listing import page as page_of
from net30.wire.operation import operation
from net30.wire.types import ListRequest

AREA = "attachments"

F = TypeVar("F", bound=Callable[..., Any])


def _uploading(owner: str) -> Callable[[F], F]:
    """Declare the operation that attaches a file to what a path names."""
    return operation(
        f"POST /connect/v3/attachments/{owner}",
        area=AREA,
        needs="attachments:create",
        most_bytes=MOST_BYTES,
        before=receiving,
    )


@operation("GET /connect/v3/attachments/vendors/{vendorId}", area=AREA, needs="attachments:read")
def list_vendor_attachments(
    ctx: Context, vendor_id: str, max: PageSize = 20, page: str | None = None
) -> ListAnswer[AttachmentAnswer]:
    """List the attachments of a vendor.

    In the order in which they were attached to the vendor. Deleted ones are not listed.
    """
    return _list(ctx, require_vendor(ctx, vendor_id).id, max, page)


@_uploading("vendors/{vendorId}")
def create_vendor_attachment(
    ctx: Context, vendor_id: str, name: FileName, body: Received
) -> AttachmentAnswer:
    """Attach a file to a vendor.

    The body is the file itself, of at most 6 MB and of any type, whatever its content type says; `name` is its
    name with the extension. It can be fetched at once, or as soon as the server's own scanner has seen it.
    """
    return _attach(ctx, "VENDOR", require_vendor(ctx, vendor_id).id, body)


@operation("GET /connect/v3/attachments/customers/{customerId}", area=AREA, needs="attachments:read")
def list_customer_attachments(
    ctx: Context, customer_id: str, max: PageSize = 20, page: str | None = None
) -> ListAnswer[AttachmentAnswer]:
    """List the attachments of a customer.

    In the order in which they were attached to the customer. Deleted ones are not listed.
    """
    return _list(ctx, require_customer(ctx, customer_id).id, max, page)


@_uploading("customers/{customerId}")
def create_customer_attachment(
    ctx: Context, customer_id: str, name: FileName, body: Received
) -> AttachmentAnswer:
    """Attach a file to a customer.

    As to a vendor: any type, at most 6 MB.
    """
    return _attach(ctx, "CUSTOMER", require_customer(ctx, customer_id).id, body)


@operation("GET /connect/v3/attachments/invoices/{invoiceId}", area=AREA, needs="attachments:read")
def list_invoice_attachments(
    ctx: Context, invoice_id: str, max: PageSize = 20, page: str | None = None
) -> ListAnswer[AttachmentAnswer]:
    """List the attachments of an invoice.

    In the order in which they were uploaded, the invoice's PDF among them. Deleted ones are not listed.
    """
    return _list(ctx, invoices.require_invoice(ctx, invoice_id).id, max, page)


@_uploading("invoices/{invoiceId}")
def create_invoice_attachment(
    ctx: Context,
    invoice_id: str,
    name: FileName,
    body: Received,
    replace_invoice_pdf: bool = False,
) -> AttachmentAnswer:
    """Attach a file to an invoice.

    As to a vendor. With `replaceInvoicePdf` the file, which must be a PDF then, becomes the invoice's: its
    `invoicePdfId`. The one before stays among the attachments.
    """
    invoice = invoices.require_invoice(ctx, invoice_id)
    if replace_invoice_pdf and body.media_type != PDF:
        raise Refusal(
            None,
            field="replace_invoice_pdf",
            detail=f"the file is no PDF but {body.media_type}",
            help="send a PDF, or leave replaceInvoicePdf out",
        )
    answer = _attach(ctx, "INVOICE", invoice.id, body)
    if replace_invoice_pdf:
        invoices.set_pdf(ctx, invoice, answer.id)
    return answer


@operation("GET /connect/v3/attachments/{attachmentId}", area=AREA, needs="attachments:read")
def get_attachment(ctx: Context, attachment_id: str) -> AttachmentAnswer:
    """Read an attachment.

    `downloadLink` is fetched with the header `sessionId`; a file in which malware was found has none.
    """
    attachment = actions.require_attachment(ctx, attachment_id)
    stored = links.files_by_id(ctx, [attachment.file_id])[attachment.file_id]
    return _answer(ctx, attachment, stored)


@operation("DELETE /connect/v3/attachments/{attachmentId}", area=AREA, needs="attachments:delete")
def delete_attachment(ctx: Context, attachment_id: str) -> Deleted:
    """Delete an attachment.

    For good: it is gone from every list, and its link answers 404. The trail keeps it.
    """
    attachment = actions.delete(ctx, attachment_id)
    if attachment.owner == "INVOICE":
        invoices.forget_pdf(ctx, attachment.owner_id, attachment.id)
    return Deleted(status="SUCCESS")


@operation(
    "GET /files/v1/attachments/{attachmentId}", area=AREA, credentials="link", needs="attachments:read"
)
def download_attachment(server: Server, actor: Actor, attachment_id: str) -> Raw:
    """Fetch the file of an attachment, where its downloadLink points.

    Needs the header `sessionId` of any session of the organization; `devKey` may be left out. The answer is the
    file of the attachment as it was uploaded, to be saved and not shown. 409 while the file is being scanned, 403 when
    malware was found in it.
    """
    return links.download(server, actor, actions.require_attachment, attachment_id)


def _list(ctx: Context, owner_id: str, max: int, page: str | None) -> ListAnswer[AttachmentAnswer]:
    conditions = [Condition("shownOn", "eq", (owner_id,))]
    found = page_of(ctx, Attachment, ListRequest(max=max, page=page), conditions)
    stored = links.files_by_id(ctx, [attachment.file_id for attachment in found.rows])
    return found.of([_answer(ctx, listed, stored[listed.file_id]) for listed in found.rows])


def _attach(ctx: Context, owner: Owner, owner_id: str, received: Received) -> AttachmentAnswer:
    attachment, stored = actions.attach(ctx, owner, owner_id, received)
    return _answer(ctx, attachment, stored)


def _answer(ctx: Context, attachment: Attachment, stored: StoredFile) -> AttachmentAnswer:
    path = f"/files/v1/attachments/{attachment.id}"
    return AttachmentAnswer(
        id=attachment.id,
        name=attachment.name,
        created_time=timestamp(attachment.created_time),
        download_link=links.link(ctx.server, path) if links.may_be_fetched(stored) else None,
    )
