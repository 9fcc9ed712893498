"""What is stored of the purposes that payments by card were given."""

from net30.store.record import Record, table


class CardPurpose(Record, frozen=True):
    """The purpose that was last given when a vendor was paid by a brand of card."""

    organization_id: str
    vendor_id: str
    brand: str
    purpose: str
    updated_time: int


card_purposes = table(
    "card_purpose",
    CardPurpose,
    key=["organization_id", "vendor_id", "brand"],
    references={"vendor_id": "vendor"},
)
