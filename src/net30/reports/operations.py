"""The operations of reports."""

from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.reports.actions import vendor_trail
from net30.reports.schemas import AuditTrailEntry
from net30.vendors.actions import require_vendor
from net30.wire.operation import operation

AREA = "reports"
MOST = 100
FARTHEST = 1_000_000_000


@operation("GET /connect/v3/reports/audit-trail/vendor/{vendorId}", area=AREA, needs="reports:read")
def get_vendor_audit_trail(
    ctx: Context,
    vendor_id: str,
    include_archived: bool = False,
    start: int = 0,
    max: int = 20,
) -> list[AuditTrailEntry]:
    """Read what was done to a vendor, oldest first.

    One entry for its creation, and one for each field of a change, also of its bank account. Secrets are told as
    changed, without their values. `start` is the number of entries that are passed over, `max` how many are answered,
    20 unless given and at most 100. `includeArchived` adds what was done to bank accounts that it no longer has.
    """
    _require_between("start", start, 0, FARTHEST)
    _require_between("max", max, 1, MOST)
    vendor = require_vendor(ctx, vendor_id)
    return vendor_trail(ctx, vendor.id, start, max, include_archived=include_archived)


def _require_between(field: str, given: int, least: int, most: int) -> None:
    if not least <= given <= most:
        raise Refusal(
            None, field=field, detail=f"must be from {least} to {most}", help="read the trail page by page"
        )
