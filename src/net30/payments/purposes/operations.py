"""The operation that tells what a payment by card may be for."""

from typing import Annotated

from msgspec import Meta

from net30.funding.cards import rules
from net30.funding.cards.schemas import FundingPurpose, FundingPurposes
from net30.kernel.context import Context
from net30.payments.purposes import actions
from net30.vendors.actions import require_vendor
from net30.wire.operation import operation

AREA = "funding accounts"
Given = Annotated[str, Meta(min_length=1)]


@operation("GET /connect/v3/funding-accounts/cards/funding-purposes", area=AREA, needs="cards:read")
def list_card_funding_purposes(ctx: Context, vendor_id: Given, brand: Given) -> FundingPurposes:
    """Tell what a payment of a vendor by card may be for.

    One of the values is `cardFundingPurpose` of the payment: a subcategory for American Express, Mastercard
    and Visa, a category for other brands. No results mean that the vendor's industry is known and no
    purpose is needed. `lastUsedPurpose` is the subcategory of the vendor's last payment by this brand.
    """
    vendor = require_vendor(ctx, vendor_id)
    if actions.knows_industry(vendor):
        return FundingPurposes(results=[])
    finer = rules.wants_subcategory(brand)
    return FundingPurposes(
        last_used_purpose=actions.last_purpose(ctx, vendor.id, brand) if finer else None,
        results=[
            FundingPurpose(category=category, sub_categories=list(subcategories) if finer else None)
            for category, subcategories in rules.PURPOSES.items()
        ],
    )
