"""What the organization does with its vendors, and what other rooms ask of them."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import bindparam, select, update

from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.payables.vendors.tables import Vendor, VendorBankAccount, vendor_bank_accounts, vendors
from net30.store.statements import Sized, Statement, by_key, one_of

_VENDOR = Statement(select(vendors).where(by_key(vendors, ["organization_id", "id"])))

_VENDORS = Sized(
    lambda count: select(vendors).where(
        vendors.c.organization_id == bindparam("organization_id"), one_of(vendors.c.id, "id", count)
    )
)

_NAMES = Sized(
    lambda count: select(vendors.c.id, vendors.c.name).where(
        vendors.c.organization_id == bindparam("organization_id"), one_of(vendors.c.id, "id", count)
    )
)

_BANK_ACCOUNT = Statement(
    select(vendor_bank_accounts).where(
        by_key(vendor_bank_accounts, ["organization_id", "vendor_id"]), vendor_bank_accounts.c.archived == 0
    )
)

_BALANCE = Statement(
    update(vendors)
    .where(by_key(vendors, ["organization_id", "id"]))
    .values(
        balance=vendors.c.balance + bindparam("by"),
        balance_updated_time=bindparam("now"),
    )
)


# ---- what other rooms ask -------------------------------------------------------------------------------


def require_vendor(ctx: Context, vendor_id: str) -> Vendor:
    """The vendor, archived or not; BDC_1205 when the organization has none with this id."""
    vendor = ctx.tx.record(Vendor, _VENDOR, {"organization_id": ctx.organization_id, "id": vendor_id})
    if vendor is None:
        raise unknown_vendor(vendor_id)
    return vendor


def require_vendors(ctx: Context, ids: Sequence[str]) -> dict[str, Vendor]:
    """Vendors by their ids, at most 1000; BDC_1205 for the first that the organization does not have."""
    if not ids:
        return {}
    statement, parameters = _VENDORS.of("id", ids)
    found = ctx.tx.records(Vendor, statement, {"organization_id": ctx.organization_id, **parameters})
    known = {vendor.id: vendor for vendor in found}
    for vendor_id in ids:
        if vendor_id not in known:
            raise unknown_vendor(vendor_id)
    return known


def unknown_vendor(vendor_id: str) -> Refusal:
    return Refusal(
        "BDC_1205",
        id=vendor_id,
        detail=f"this organization has no vendor with the id {vendor_id}",
        help="take the id from the answer that created the vendor, or from GET /v3/vendors",
    )


def vendor_names(ctx: Context, ids: Iterable[str]) -> dict[str, str]:
    """Names by id, of at most 1000 different ids; an id that is no vendor of the organization is left out."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    statement, parameters = _NAMES.of("id", wanted)
    return dict(ctx.tx.rows(statement, {"organization_id": ctx.organization_id, **parameters}))


def active_bank_account(ctx: Context, vendor_id: str) -> VendorBankAccount | None:
    """The bank account to which the vendor is paid electronically, if there is one."""
    return ctx.tx.record(
        VendorBankAccount, _BANK_ACCOUNT, {"organization_id": ctx.organization_id, "vendor_id": vendor_id}
    )


def change_balance(ctx: Context, vendor: Vendor, by: int) -> Vendor:
    """Add `by` thousandths of its bill currency to what the vendor is owed; the vendor as it is then.

    What a vendor is owed follows from bills and payments, which have their own trail: this is no edit of the
    vendor, so it is not in its audit trail and does not move its updated time.
    """
    if by == 0:
        return vendor
    key = {"organization_id": ctx.organization_id, "id": vendor.id}
    touched = ctx.tx.execute(_BALANCE, {**key, "by": by, "now": ctx.now})
    assert touched == 1, f"vendor {vendor.id} is gone"
    return msgspec.structs.replace(vendor, balance=vendor.balance + by, balance_updated_time=ctx.now)
