"""Reference exchange rates: units of a currency for one US dollar, by date.

They value foreign papers in the books; nothing is bought or sold at them. A rate holds from its date until the next
one of its currency. The operator loads them for the whole server (`net30 rates load`). A world of the sandbox may be
given a table of its own, and is valued by that alone from then on. Where a sandbox has been told nothing of a
currency, round figures take its place, so that it works as it comes; production makes nothing up.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import NamedTuple

from sqlalchemy import Table, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from net30.kernel.context import Context
from net30.kernel.currencies import MINOR_DIGITS
from net30.kernel.money import decimal_text
from net30.kernel.refusal import Refusal, Refusals
from net30.kernel.tables import (
    ExchangeRate,
    OrganizationExchangeRate,
    exchange_rates,
    organization_exchange_rates,
)
from net30.store.database import Row, Transaction
from net30.store.statements import Statement, by_key

COLUMNS = ("currency", "date", "rate")
MOST_FAULTS = 100


class Valued(NamedTuple):
    """What a paper was valued by when it was entered: its currency, its date and the rate, None for USD."""

    currency: str
    date: str
    rate: str | None


def _effective(table: Table, *key: str) -> Statement:
    return Statement(
        select(table.c.rate)
        .where(by_key(table, (*key, "currency")), table.c.date <= bindparam("date"))
        .order_by(table.c.date.desc())
        .limit(1)
    )


_OWN_ON = _effective(organization_exchange_rates, "organization_id")
_SERVERS_ON = _effective(exchange_rates)
_ANY_OWN = Statement(
    select(organization_exchange_rates.c.currency)
    .where(by_key(organization_exchange_rates, ["organization_id"]))
    .limit(1)
)
_ALL_OWN = Statement(
    select(organization_exchange_rates)
    .where(by_key(organization_exchange_rates, ["organization_id"]))
    .order_by(organization_exchange_rates.c.currency, organization_exchange_rates.c.date)
)
_DROP_OWN = Statement(
    delete(organization_exchange_rates).where(by_key(organization_exchange_rates, ["organization_id"]))
)
_ALL = Statement(select(exchange_rates).order_by(exchange_rates.c.currency, exchange_rates.c.date))
_inserting = insert(exchange_rates)
_LOAD = Statement(
    _inserting.on_conflict_do_update(
        index_elements=[exchange_rates.c.currency, exchange_rates.c.date],
        set_={"rate": _inserting.excluded.rate},
    )
)


# ---- what rooms ask -------------------------------------------------------------------------------------


def rate_on(ctx: Context, currency: str, on: str) -> str | None:
    """Units of the currency for a dollar on a date (yyyy-MM-dd), as stored; None when none is known of it."""
    key = {"currency": currency, "date": on}
    if ctx.server.sandbox and ctx.tx.row(_ANY_OWN, {}) is not None:
        return _rate(ctx.tx.row(_OWN_ON, key))
    known = _rate(ctx.tx.row(_SERVERS_ON, key))
    return known or (first_rates().get(currency) if ctx.server.sandbox else None)


def _rate(row: Row | None) -> str | None:
    return None if row is None else str(row[0])


def standing(
    ctx: Context, currency: str, on: str, was: Valued | None = None, *, field: str = "billCurrency"
) -> str | None:
    """The rate of a paper that is in a currency and of a date from now on, as stored; None for USD.

    A paper that `was` in that currency and of that date already keeps the rate it has. BDC_1119 (422), naming the
    `field`, when no rate is known.
    """
    if was is not None and (was.currency, was.date) == (currency, on):
        return was.rate
    if currency == "USD":
        return None
    known = rate_on(ctx, currency, on)
    if known is None:
        raise _unknown(ctx, currency, on, field)
    return known


def require_known(ctx: Context, currency: str, on: str, *, field: str) -> None:
    """Refuse a currency that papers of a date could not be valued in."""
    standing(ctx, currency, on, field=field)


def _unknown(ctx: Context, currency: str, on: str, field: str) -> Refusal:
    give = "load one by `net30 rates load`"
    if ctx.server.sandbox:
        give = f"give the world one by PUT /sandbox/v1/organizations/{ctx.organization_id}/rates"
    return Refusal(
        "BDC_1119",
        field=field,
        value=currency,
        detail=f"no exchange rate for {currency} is known that holds on {on}",
        help=f"use another currency, or {give}",
    )


# ---- an organization's own ------------------------------------------------------------------------------


def own_rates(ctx: Context) -> list[ExchangeRate]:
    """The organization's own rates, by currency and date."""
    return [ExchangeRate(currency, day, rate) for _, currency, day, rate in ctx.tx.rows(_ALL_OWN, {})]


def replace_own(ctx: Context, rates: Iterable[ExchangeRate]) -> None:
    """Make these, of which no two are of one currency and date, the organization's own rates; none: the server's."""
    ctx.tx.execute(_DROP_OWN, {})
    ctx.tx.insert(
        *(OrganizationExchangeRate(ctx.organization_id, one.currency, one.date, one.rate) for one in rates)
    )


# ---- the server's ---------------------------------------------------------------------------------------


def load(tx: Transaction, rates: Iterable[ExchangeRate]) -> None:
    """Add rates to the server's; one of a currency and date that is there is replaced."""
    for one in rates:
        tx.execute(_LOAD, {"currency": one.currency, "date": one.date, "rate": one.rate})


def all_rates(tx: Transaction) -> list[ExchangeRate]:
    """The server's rates, by currency and date."""
    return tx.records(ExchangeRate, _ALL, {})


@cache
def first_rates() -> Mapping[str, str]:
    """Round figures by currency, of any date, for a sandbox that was told of none."""
    lines = resources.files("net30.kernel").joinpath("first_rates.csv").read_text().splitlines()
    return {one.currency: one.rate for one in read_rates(lines)}


# ---- reading them ---------------------------------------------------------------------------------------


def exchange_rate(currency: str, day: str, rate: float | Decimal) -> ExchangeRate:
    """One rate; ValueError says in a sentence what is wrong with it."""
    if currency not in MINOR_DIGITS:
        raise ValueError(f"{currency} is no currency of ISO 4217 that the API knows")
    if currency == "USD":
        raise ValueError("a dollar is always one dollar: leave USD out")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", day) is None:
        raise ValueError(f"{day} is no date: write it as 2026-03-31")
    try:
        date.fromisoformat(day)
    except ValueError:
        raise ValueError(f"{day} is no day of the calendar") from None
    stored = decimal_text(rate)
    if Decimal(stored) <= 0:
        raise ValueError(f"{rate} is no rate: give the units of {currency} for one US dollar")
    return ExchangeRate(currency, day, stored)


def read_rates(lines: Iterable[str]) -> list[ExchangeRate]:
    """The rates in a CSV (RFC 4180) with the columns currency, date and rate, in any order; others are ignored.

    Refusals name the lines that cannot be read, up to 100 of them.
    """
    try:
        return _read(csv.DictReader(lines, strict=True))
    except csv.Error as fault:
        raise Refusal(None, field="file", detail=f"this is no CSV: {fault}") from None


def _read(reader: "csv.DictReader[str]") -> list[ExchangeRate]:
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise Refusal(
            None,
            field="file",
            detail=f"the first line names no column {', '.join(missing)}",
            help="begin with currency,date,rate and go on with lines such as EUR,2026-03-31,0.92",
        )
    rates: dict[tuple[str, str], ExchangeRate] = {}
    faults: list[Refusal] = []
    for row in reader:
        try:
            one = exchange_rate(*_cells(row))
            if (one.currency, one.date) in rates:
                raise ValueError(f"{one.currency} has a rate of {one.date} above")
            rates[one.currency, one.date] = one
        except ValueError as fault:
            faults.append(Refusal(None, field="file", detail=f"line {reader.line_num}: {fault}"))
    if faults:
        raise Refusals(faults[:MOST_FAULTS])
    return list(rates.values())


def _cells(row: dict[str, str | None]) -> tuple[str, str, Decimal]:
    currency, day, rate = ((row[name] or "").strip() for name in COLUMNS)
    try:
        return currency, day, Decimal(rate)
    except ArithmeticError:
        raise ValueError(f"{rate or 'nothing'} is no number") from None
