"""What a payment by card is for: checked against what the card's brand wants, and remembered for the next one."""

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from net30.funding.cards import rules
from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.payments.purposes.tables import CardPurpose, card_purposes
from net30.store.statements import Statement, by_key
from net30.vendors.tables import Vendor

_PURPOSE_KEY = ("organization_id", "vendor_id", "brand")

_PURPOSE = Statement(select(card_purposes).where(by_key(card_purposes, _PURPOSE_KEY)))
_ADD_PURPOSE = Statement(
    (adding := insert(card_purposes)).on_conflict_do_update(
        index_elements=_PURPOSE_KEY,
        set_={"purpose": adding.excluded.purpose, "updated_time": adding.excluded.updated_time},
    )
)


def knows_industry(vendor: Vendor) -> bool:
    """Whether a vendor's industry is known, from its record in the network or the bill-payment directory."""
    return vendor.payment_network_id is not None or vendor.rpps_id is not None


def last_purpose(ctx: Context, vendor_id: str, brand: str) -> str | None:
    """The purpose last given for a vendor and a brand."""
    key = {"vendor_id": vendor_id, "brand": rules.brand_key(brand)}
    found = ctx.tx.record(CardPurpose, _PURPOSE, key)
    return None if found is None else found.purpose


def use_purpose(ctx: Context, vendor: Vendor, brand: str, purpose: str | None) -> None:
    """Check what a payment of a vendor by a card is said to be for, and remember it.

    400 for the field cardFundingPurpose when it is missing although the vendor's industry is not known, or
    is not one of the values for the card's brand.
    """
    if purpose is None and knows_industry(vendor):
        return
    if purpose is None or purpose not in rules.purposes(brand):
        raise Refusal(
            None,
            field="card_funding_purpose",
            detail=f"the industry of the vendor {vendor.id} is not known, so a purpose must be given"
            if purpose is None
            else f"{purpose!r} is not a purpose for payments by {brand}",
            help="use a value that GET /v3/funding-accounts/cards/funding-purposes answers for "
            f"vendorId={vendor.id} and brand={brand}",
        )
    used = CardPurpose(ctx.organization_id, vendor.id, rules.brand_key(brand), purpose, ctx.now)
    ctx.tx.execute(_ADD_PURPOSE, msgspec.structs.asdict(used))
