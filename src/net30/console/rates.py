"""Exchange rates that the operator loads, for all organizations of the server."""

import sys
from pathlib import Path

from net30.console.answers import RateRow, RatesLoaded
from net30.console.commands import RatesList, RatesLoad
from net30.kernel import reference_rates
from net30.kernel.context import Server
from net30.kernel.refusal import Refusal


def load(server: Server, asked: RatesLoad) -> RatesLoaded:
    """All rates of a file, or none when one of them cannot be read."""
    rates = reference_rates.read_rates(_text(asked.file).splitlines())
    with server.database.write() as tx:
        reference_rates.load(tx, rates)
    return RatesLoaded(loaded=len(rates), currencies=len({one.currency for one in rates}))


def list_all(server: Server, asked: RatesList) -> list[RateRow]:
    """The rates by currency and date."""
    with server.database.read() as tx:
        known = reference_rates.all_rates(tx)
    return [
        RateRow(currency=one.currency, date=one.date, rate=one.rate)
        for one in known
        if asked.currency in ("", one.currency)
    ]


def _text(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as fault:
        raise Refusal(None, field="file", detail=f"{file} cannot be read: {fault}") from None
