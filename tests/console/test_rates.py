"""The operator loads exchange rates, by which foreign bills are valued."""

from pathlib import Path

import pytest
from console.conftest import Company, Shell

from net30.kernel import reference_rates
from net30.kernel.context import Server, reading, system_actor

RATES = """currency,date,rate
EUR,2026-01-01,0.92
EUR,2026-03-01,0.95
JPY,2026-01-01,149.5
"""


def rate_on(production: Server, company: Company, currency: str, date: str) -> str | None:
    with reading(production, system_actor(company.id)) as ctx:
        return reference_rates.rate_on(ctx, currency, date)


def test_production_knows_the_rates_that_were_loaded(
    shell: Shell, company: Company, production: Server
) -> None:
    assert shell.run("rates", "list", "--currency", "EUR") == "none\n"
    assert rate_on(production, company, "EUR", "2026-03-01") is None
    assert shell.does("rates", "load", "--file", "-", typed=RATES) == {"loaded": 3, "currencies": 2}
    assert rate_on(production, company, "EUR", "2025-12-31") is None
    assert rate_on(production, company, "EUR", "2026-02-28") == "0.92"
    assert rate_on(production, company, "EUR", "2027-01-01") == "0.95"
    # Loading again replaces what is of the same date and leaves the rest.
    assert shell.does("rates", "load", "--file", "-", typed="rate,date,currency\n0.96,2026-03-01,EUR\n") == {
        "loaded": 1,
        "currencies": 1,
    }
    assert [(row["date"], row["rate"]) for row in shell.does("rates", "list", "--currency", "EUR")] == [
        ("2026-01-01", "0.92"),
        ("2026-03-01", "0.96"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the first line names no column currency, date, rate"),
        ("currency,rate\nEUR,1\n", "the first line names no column date"),
        ("currency,date,rate\nEUR,2026-01-01,0.9\nEURO,2026-01-01,1\n", "line 3: EURO is no currency"),
        ("currency,date,rate\nEUR,2026-02-30,1\n", "line 2: 2026-02-30 is no day"),
        ("currency,date,rate\nEUR,1.3.2026,1\n", "line 2: 1.3.2026 is no date"),
        ("currency,date,rate\nEUR,2026-01-01,0,92\n", "line 2: 0 is no rate"),
        ("currency,date,rate\nEUR,2026-01-01,\n", "line 2: nothing is no number"),
        ("currency,date,rate\nEUR,2026-01-01,nan\n", "line 2: NaN is not a number"),
        ("currency,date,rate\nEUR,2026-01-01\n", "line 2: nothing is no number"),
        ("currency,date,rate\nUSD,2026-01-01,1\n", "line 2: a dollar is always one dollar"),
        ("currency,date,rate\nGBP,2026-01-01,1\nGBP,2026-01-01,2\n", "line 3: GBP has a rate of 2026-01-01"),
    ],
)
def test_a_file_that_cannot_be_read_loads_nothing(shell: Shell, tmp_path: Path, text: str, said: str) -> None:
    before = shell.run("rates", "list")
    file = tmp_path / "rates.csv"
    file.write_text(text)
    with pytest.raises(SystemExit) as ended:
        shell.run("rates", "load", "--file", str(file))
    assert said in str(ended.value)
    assert shell.run("rates", "list") == before


def test_a_file_that_is_not_there_is_named(shell: Shell, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"--file: .*nothing\.csv cannot be read"):
        shell.run("rates", "load", "--file", str(tmp_path / "nothing.csv"))
