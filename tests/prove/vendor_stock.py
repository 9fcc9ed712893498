"""Very many vendors of one organization, put straight into the table."""

import random
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Any

import msgspec
from stock import NOON_MS, blank

from net30.kernel.context import Server
from net30.store.record import STORED
from net30.store.statements import insertion
from net30.vendors.tables import Vendor

CHUNK = 20_000
YEARS_MS = 3 * 365 * 86_400_000
WORDS = (
    "Acme Blue Cedar Delta Eagle First Grand Happy Iron",
    "Juniper King Lake Metro North Oak Prime Quick River",
)
# Shares of a hundred thousand. What is rare is as interesting as what nearly all rows have.
CURRENCIES = {"USD": 94_000, "EUR": 5_000, "CAD": 900, "INR": 97, "CHF": 3}
TYPES = {"BUSINESS": 90_000, "PERSON": 9_990, "NONE": 10}
ARCHIVED_SHARE = 0.02


def vendors(organization_id: str, count: int, seed: int) -> Iterator[tuple[Any, ...]]:
    """Rows in the order in which they were created, as time goes by over three years, some of them at once."""
    chance, words = random.Random(seed), " ".join(WORDS).split()
    place = {"address_line1": "1 Main Street", "address_city": "Austin", "address_country": "US"}
    empty = blank(Vendor, organization_id=organization_id, **place)
    step_ms = YEARS_MS // count
    created = NOON_MS - YEARS_MS
    currencies = chance.choices(list(CURRENCIES), list(CURRENCIES.values()), k=count)
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
            archived=int(chance.random() < ARCHIVED_SHARE),
            created_time=created,
            # One in ten was changed after all that.
            updated_time=chance.randrange(created, NOON_MS + 1) if i % 10 == 0 else created,
        )
        yield msgspec.structs.astuple(row)


def fill(running: Server, rows: Iterator[tuple[Any, ...]]) -> None:
    """Put rows into the table in chunks; PostgreSQL gets its statistics, as its own housekeeping would gather them."""
    table = STORED[Vendor].table
    with closing(running.database.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        if running.database.dialect == "sqlite":
            # This connection alone, and nothing that a crash could lose.
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA cache_size=-500000")
            while chunk := list(islice(rows, CHUNK)):
                cursor.execute("BEGIN")
                cursor.executemany(insertion(table, "sqlite"), chunk)
                cursor.execute("COMMIT")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.invalidate()
            return
        columns = ", ".join(table.c.keys())
        with cursor.copy(f"COPY vendor ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute("VACUUM ANALYZE vendor")
