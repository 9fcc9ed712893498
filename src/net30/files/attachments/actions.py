"""What can be done with attachments."""

import msgspec

from net30.files.attachments.tables import Attachment, Owner
from net30.files.receiving import Received, keep
from net30.files.tables import ScanStatus, StoredFile
from net30.kernel import ids
from net30.kernel.context import Context
from net30.kernel.entity import Entity
from net30.kernel.owned import Owned

ATTACHMENT = Entity("Attachment", Attachment)
ATTACHMENTS = Owned(Attachment, "attachment", "GET /v3/attachments of its vendor, customer or invoice")


def attach(ctx: Context, owner: Owner, owner_id: str, received: Received) -> tuple[Attachment, StoredFile]:
    """Attach a file to an object that the caller has made sure of.

    It can be fetched at once, unless malware was found in it or a command is yet to scan it.
    """
    id = ids.new(ids.PREFIX["attachment"])
    stored = keep(ctx, received, id, _scan_status(ctx, received))
    attachment = Attachment(
        organization_id=ctx.organization_id,
        id=id,
        owner=owner,
        owner_id=owner_id,
        shown_on=owner_id,
        file_id=stored.id,
        name=received.name,
        archived=0,
        created_by=ctx.actor.user_id,
        created_time=ctx.now,
        updated_time=ctx.now,
    )
    ATTACHMENT.enter(ctx, attachment)
    return attachment, stored


def _scan_status(ctx: Context, received: Received) -> ScanStatus:
    if received.is_test_file:
        return "INFECTED"
    return "NOT_SCANNED" if ctx.server.scan_command else "CLEAN"


def require_attachment(ctx: Context, id: str) -> Attachment:
    """An attachment; 404 when the organization has none with this id, or it was deleted."""
    attachment = ATTACHMENTS.require(ctx, id)
    if attachment.archived:
        raise ATTACHMENTS.unknown(id)
    return attachment


def delete(ctx: Context, id: str) -> Attachment:
    """Hide an attachment for good. Its row and its file stay, for the trail."""
    old = require_attachment(ctx, id)
    return ATTACHMENT.revise(ctx, old, msgspec.structs.replace(old, archived=1, shown_on=None))
