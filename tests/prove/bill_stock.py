"""Very many bills of one organization, put straight into the table."""

import random
from datetime import timedelta

import msgspec
from prove.large import YEARS_MS, Rows
from stock import NOON_MS, blank

from net30.bills.tables import Bill
from net30.kernel.clock import utc_date
from net30.vendors.tables import Vendor

VENDORS = 500
# Shares of a hundred thousand: rates of bills in other currencies than dollars, many bills of each.
RATES = {None: 94_000, "1.08": 5_000, "0.72": 900, "83.25": 97, "123456.12345678": 3}
STATUSES = {"UNPAID": 20_000, "PAID": 79_000, "SCHEDULED": 900, "PARTIALLY_PAID": 100}
# Half of the bills say nothing, and most others the same few things.
SAID = ("Rent", "Guitar strings", "Legal advice of the month", "x" * 4_000)
ARCHIVED_SHARE = 0.02


def vendors(organization_id: str) -> Rows:
    for i in range(VENDORS):
        yield msgspec.structs.astuple(
            blank(
                Vendor, organization_id=organization_id, id=f"009{i:017}", name=f"No{i}", address_country="US"
            )
        )


def bills(organization_id: str, count: int, seed: int) -> Rows:
    """Rows in the order in which they were created, as time goes by over three years, some of them at once."""
    chance = random.Random(seed)
    empty = blank(Bill, organization_id=organization_id, currency="USD", approval_status="UNASSIGNED")
    step_ms = YEARS_MS // count
    created = NOON_MS - YEARS_MS
    rates = chance.choices(list(RATES), list(RATES.values()), k=count)
    statuses = chance.choices(list(STATUSES), list(STATUSES.values()), k=count)
    for i in range(count):
        if i % 7:
            created += chance.randrange(2 * step_ms)
        entered = utc_date(created)
        amount = chance.randrange(1, 100_000) * 10
        kind = chance.random()
        row = msgspec.structs.replace(
            empty,
            id=f"00n{i:017}",
            vendor_id=f"009{chance.randrange(VENDORS):017}",
            amount=amount,
            funding_amount=amount if rates[i] is None else amount * 2,
            exchange_rate=rates[i],
            description=None if kind < 0.5 else chance.choice(SAID[:3]) if kind < 0.9 else f"Order No{i}",
            due_date=str(entered + timedelta(days=30)),
            invoice_number=f"INV{i}",
            invoice_date=str(entered),
            payment_status=statuses[i],
            archived=int(chance.random() < ARCHIVED_SHARE),
            created_time=created,
            updated_time=chance.randrange(created, NOON_MS + 1) if i % 10 == 0 else created,
        )
        if i % 1_000 == 0:
            row = msgspec.structs.replace(row, description=SAID[3])
        yield msgspec.structs.astuple(row)
