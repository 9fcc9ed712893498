"""A world's own exchange rates, from the wire and back."""

from collections.abc import Sequence
from datetime import date

from net30.kernel import reference_rates, tables
from net30.kernel.refusal import require_faultless
from net30.sandbox.schemas import ExchangeRate, ExchangeRates


def given(wanted: ExchangeRates) -> list[tables.ExchangeRate]:
    """The rates as stored; refusals (400) name those that are none, and the second of one currency and date."""
    rates: dict[tuple[str, str], tables.ExchangeRate] = {}
    faults: list[tuple[str, str]] = []
    for position, one in enumerate(wanted.rates):
        try:
            rate = reference_rates.exchange_rate(one.currency, one.date.isoformat(), one.rate)
        except ValueError as fault:
            faults.append((f"rates[{position}]", str(fault)))
            continue
        if (rate.currency, rate.date) in rates:
            faults.append((f"rates[{position}]", f"{rate.currency} has a rate of {rate.date} already"))
        rates[rate.currency, rate.date] = rate
    require_faultless(faults[: reference_rates.MOST_FAULTS])
    return list(rates.values())


def told(rates: Sequence[tables.ExchangeRate]) -> ExchangeRates:
    """The rates as answered."""
    return ExchangeRates(
        rates=[
            ExchangeRate(currency=one.currency, date=date.fromisoformat(one.date), rate=float(one.rate))
            for one in rates
        ]
    )
