"""What decides over cards: their fees, and what a payment by card has to say it is for."""

import re
from collections.abc import Mapping

# In percent of what is paid.
CREDIT_CARD_RATE = 2.9
DEBIT_CARD_RATE = 2.9

# The networks that want to know a payment's purpose to the finer grain, by the names that are sent for them.
FINER = {"AMEX": "AMEX", "AMERICANEXPRESS": "AMEX", "VISA": "VISA", "MASTERCARD": "MASTERCARD"}

PURPOSES: Mapping[str, tuple[str, ...]] = {
    "Advertising and marketing": ("Advertising agencies", "Online advertising", "Printing and signs"),
    "Construction and repair": ("Building contractors", "Electrical and plumbing", "Equipment repair"),
    "Equipment and supplies": ("Computers and electronics", "Machinery and tools", "Office supplies"),
    "Inventory and materials": ("Goods for resale", "Raw materials", "Packaging"),
    "Insurance": ("Business insurance", "Health insurance"),
    "Professional services": ("Accounting", "Consulting", "Legal services", "Staffing"),
    "Rent and property": ("Office rent", "Property management", "Storage"),
    "Software and internet": ("Cloud hosting", "Software subscriptions", "Telephone and internet"),
    "Taxes and government": ("Licenses and permits", "Taxes"),
    "Transport and travel": ("Freight and delivery", "Fuel", "Lodging and travel"),
    "Utilities": ("Electricity and gas", "Waste removal", "Water"),
    "Other": ("Other goods", "Other services"),
}
"""Categories of what a payment by card may be for, and their subcategories."""


def brand_key(brand: str) -> str:
    """A card's brand as it is compared: without case, blanks and signs; American Express is AMEX."""
    key = re.sub(r"\W", "", brand).upper()
    return FINER.get(key, key)


def wants_subcategory(brand: str) -> bool:
    """Whether the purpose of a payment by this brand is a subcategory; for the others it is a category."""
    return brand_key(brand) in FINER.values()


def purposes(brand: str) -> frozenset[str]:
    """The values that cardFundingPurpose may take for a brand."""
    if wants_subcategory(brand):
        return frozenset(one for finer in PURPOSES.values() for one in finer)
    return frozenset(PURPOSES)
