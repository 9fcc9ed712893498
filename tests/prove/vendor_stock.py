"""Very many vendors of one organization, put straight into the table."""

import random

import msgspec
from prove.large import YEARS_MS, Rows
from stock import NOON_MS, blank

from net30.vendors.tables import Vendor

WORDS = (
    "Acme Blue Cedar Delta Eagle First Grand Happy Iron",
    "Juniper King Lake Metro North Oak Prime Quick River",
)
# Shares of a hundred thousand. What is rare is as interesting as what nearly all rows have.
CURRENCIES = {"USD": 94_000, "EUR": 5_000, "CAD": 900, "INR": 97, "CHF": 3}
COUNTRIES = {"US": 98_000, "CA": 1_990, "DE": 10}
TYPES = {"BUSINESS": 90_000, "PERSON": 9_990, "NONE": 10}
ARCHIVED_SHARE = 0.02


def vendors(organization_id: str, count: int, seed: int) -> Rows:
    """Rows in the order in which they were created, as time goes by over three years, some of them at once."""
    chance, words = random.Random(seed), " ".join(WORDS).split()
    empty = blank(
        Vendor, organization_id=organization_id, address_line1="1 Main Street", address_city="Austin"
    )
    step_ms = YEARS_MS // count
    created = NOON_MS - YEARS_MS
    currencies = chance.choices(list(CURRENCIES), list(CURRENCIES.values()), k=count)
    countries = chance.choices(list(COUNTRIES), list(COUNTRIES.values()), k=count)
    types = chance.choices(list(TYPES), list(TYPES.values()), k=count)
    for i in range(count):
        if i % 7:
            created += chance.randrange(2 * step_ms)
        row = msgspec.structs.replace(
            empty,
            id=f"009{i:017}",
            name=f"{chance.choice(words)} {chance.choice(words)} No{chance.randrange(count)}",
            account_type=types[i],
            bill_currency=currencies[i],
            address_country=countries[i],
            # Half of them have a phone; short names are many, and each of a few vendors.
            phone=f"512555{chance.randrange(10_000):04}" if chance.random() < 0.5 else None,
            short_name=f"S{chance.randrange(count // 4)}" if chance.random() < 0.9 else None,
            email=f"{i % 5_000}@vendors.example",
            archived=int(chance.random() < ARCHIVED_SHARE),
            created_time=created,
            # One in ten was changed after all that.
            updated_time=chance.randrange(created, NOON_MS + 1) if i % 10 == 0 else created,
        )
        yield msgspec.structs.astuple(row)
