"""`net30 audit`: what it finds in the trail of an organization, how it writes it, and that it reads page by page."""

import csv
import os
import subprocess
import sys
from io import StringIO
from typing import Any

import msgspec
import pytest
from clients import Api
from console.conftest import FIRST_KEY, Company, Shell
from prove.served import plain_environment
from sqlalchemy import text

from net30.console import trail
from net30.kernel import audit
from net30.kernel.context import Server, system_actor, writing

ADDRESS = {"line1": "1 Main Street", "city": "Austin", "zipOrPostalCode": "78701", "country": "US"}


def found(company: Company, *flags: str) -> list[Any]:
    printed = company.shell.run("audit", *company.of, "--format", "json", *flags)
    return [msgspec.json.decode(line) for line in printed.splitlines()]


@pytest.fixture
def vendor(company: Company) -> str:
    """A vendor that Ann made and renamed."""
    id = str(company.call("POST", "/vendors", {"name": "Happy Music", "address": ADDRESS}).ok()["id"])
    company.call("PATCH", f"/vendors/{id}", {"name": "Sad, Music", "phone": "5125550100"}).ok()
    return id


def fill(server: Server, company: Company, count: int) -> None:
    with writing(server, system_actor(company.id)) as ctx:
        for number in range(count):
            audit.record_change(ctx, "Crate", f"crate {number}", "EDIT", {"number": (number, number + 1)})


def test_everything_of_one_organization(company: Company, vendor: str) -> None:
    entries = found(company)
    assert [entry["entity"] for entry in entries][:2] == ["Organization", "OrganizationProfile"]
    created, renamed = (entry for entry in entries if entry["entityId"] == vendor)
    assert (created["action"], created["via"], created["username"]) == ("CREATE", "API", "ann@example.com")
    assert created["changes"]["name"] == {"previous": None, "current": "Happy Music"}
    assert renamed["changes"] == {
        "name": {"previous": "Happy Music", "current": "Sad, Music"},
        "phone": {"previous": None, "current": "5125550100"},
    }
    assert [entry["time"] for entry in entries] == sorted(entry["time"] for entry in entries)


def test_another_organization_is_left_out(
    company: Company, vendor: str, shell: Shell, production: Server
) -> None:
    other = Company(shell, Api(production))
    assert found(other)
    assert not {entry["entityId"] for entry in found(other)} & {vendor, company.id}


def test_what_is_searched_for(company: Company, vendor: str) -> None:
    whole = found(company)
    ann = next(entry["userId"] for entry in whole if entry["username"])
    for flags, wanted in (
        (["--entity", "Vendor"], lambda entry: entry["entity"] == "Vendor"),
        (["--id", vendor], lambda entry: entry["entityId"] == vendor),
        (["--action", "edit"], lambda entry: entry["action"] == "EDIT"),
        (["--user", "ANN@example.com"], lambda entry: entry["userId"] == ann),
        (["--user", ann, "--id", vendor], lambda entry: entry["entityId"] == vendor),
        (["--from", "2999-01-01"], lambda entry: False),
        (["--to", "2020-01-01"], lambda entry: False),
        (["--from", whole[0]["time"], "--to", whole[-1]["time"]], lambda entry: True),
        (["--from", whole[0]["time"][:10], "--to", whole[-1]["time"][:10]], lambda entry: True),
    ):
        assert found(company, *flags) == [entry for entry in whole if wanted(entry)], flags


def test_one_field(company: Company, vendor: str) -> None:
    assert [entry["changes"] for entry in found(company, "--id", vendor, "--field", "phone")] == [
        {"phone": {"previous": None, "current": "5125550100"}}
    ]
    assert found(company, "--field", "no such field") == []


def test_text_is_a_line_for_each_field(company: Company, vendor: str) -> None:
    lines = company.shell.run("audit", *company.of, "--id", vendor, "--action", "EDIT").splitlines()
    assert [line.split(" ", 1)[1] for line in lines] == [
        f'API ann@example.com EDIT Vendor {vendor} name: "Happy Music" -> "Sad, Music"',
        f'API ann@example.com EDIT Vendor {vendor} phone:  -> "5125550100"',
    ]


def test_csv_is_a_row_for_each_field(company: Company, vendor: str) -> None:
    printed = company.shell.run("audit", *company.of, "--id", vendor, "--action", "EDIT", "--format", "csv")
    rows = list(csv.DictReader(StringIO(printed)))
    assert [(row["field"], row["previous"], row["current"]) for row in rows] == [
        ("name", "Happy Music", "Sad, Music"),
        ("phone", "", "5125550100"),
    ]
    assert {(row["via"], row["username"], row["entityId"]) for row in rows} == {
        ("API", "ann@example.com", vendor)
    }


def test_secrets_are_not_told(company: Company) -> None:
    assert company.shell.run("audit", *company.of, "--entity", "DeveloperKey")
    printed = "".join(company.shell.run("audit", *company.of, "--format", kind) for kind in ("csv", "json"))
    for secret in (company.password, company.dev_key):
        assert secret not in printed
    assert '"password_hash_secret":{"previous":"***"' in printed


def test_a_long_trail_comes_page_by_page(company: Company, production: Server) -> None:
    count = 2 * trail.ROWS + 200
    fill(production, company, count)
    crates = found(company, "--entity", "Crate")
    assert [entry["entityId"] for entry in crates] == [f"crate {number}" for number in range(count)]
    assert len(found(company)) > count
    assert len(found(company, "--field", "number")) == count


def test_pages_are_read_from_an_index(production: Server) -> None:
    if production.database.dialect != "sqlite":
        pytest.skip("PostgreSQL goes by its statistics")
    for wanted, index in (((), "PRIMARY KEY"), (("entity_id",), "audit_entry_entity_id_time_idx")):
        sql, constants = trail._page(wanted).text("sqlite")
        parameters = {"organization_id": "008", "after": "", "entity_id": "009", **constants}
        with production.database.engine.connect() as connection:
            plan = str(connection.execute(text(f"EXPLAIN QUERY PLAN {sql}"), parameters).all())
        assert f"SEARCH audit_entry USING {'INDEX ' if wanted else ''}{index} (organization_id=?" in plan
        assert wanted or "TEMP B-TREE" not in plan


def test_who_has_seen_enough_closes_the_pipe(company: Company, production: Server) -> None:
    fill(production, company, 1_500)
    with subprocess.Popen(
        [sys.executable, "-m", "net30", "audit", *company.of],
        env={
            **plain_environment(),
            "NET30_DATABASE": company.shell.database,
            "NET30_ENVIRONMENT": "production",
            "NET30_SECRET_KEY": FIRST_KEY,
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stderr
        assert "Organization" in process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(60) == 141


def test_what_cannot_be_searched_for(company: Company) -> None:
    refuses = company.shell.refuses
    assert "008nowhere" in refuses("audit", "--organization", "008nowhere")
    assert refuses("audit", *company.of, "--user", "nobody").startswith("--user: nobody is no user")
    assert refuses("audit", *company.of, "--from", "yesterday").startswith("--from: ")
    assert refuses("audit", *company.of, "--to", "2026-13-01").startswith("--to: ")
