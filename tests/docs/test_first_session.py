"""What the README and the guide of the sandbox tell people to type, typed."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from docs.tables import ROOT

PORT_IN_THE_DOCS = "8030"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A port at which `net30 serve` answers, as in the README but for the database's place."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = str(probe.getsockname()[1])
    database = f"sqlite:///{tmp_path_factory.mktemp('served')}/net30.db"
    command = [sys.executable, "-m", "net30", "serve", "--port", free, "--database", database]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NET30_")}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        ready = served.stdout.readline()
        try:
            assert ready == f"net30 ready on http://127.0.0.1:{free}\n"
            yield free
        finally:
            served.terminate()


def blocks(page: str) -> str:
    """The lines of a page that are for bash."""
    return bash_of((ROOT / page).read_text())


def bash_of(text: str) -> str:
    return "".join(re.findall(r"^```bash\n(.*?)^```$", text, re.DOTALL | re.MULTILINE))


def typed(lines: str, port: str, directory: Path, environment: Mapping[str, str] = os.environ) -> list[str]:
    """What bash prints when the lines are copied into it one after another."""
    ran = subprocess.run(
        ["bash", "-e", "-o", "pipefail"],
        input=lines.replace(PORT_IN_THE_DOCS, port),
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert not ran.stderr
    return ran.stdout.splitlines()


def answers(printed: list[str]) -> list[Any]:
    return [json.loads(line) for line in printed if line.startswith(("{", "["))]


def test_the_readme_ends_with_a_bill_that_is_paid(port: str, tmp_path: Path) -> None:
    printed = typed(blocks("README.md"), port, tmp_path)
    world, session, bill, options, advanced = answers(printed)
    assert world["username"] == "ann@example.com"
    assert session["mfaStatus"] == "COMPLETE"
    assert (bill["amount"], bill["paymentStatus"]) == (126, "UNPAID")
    assert [bank["available"] for bank in options["fundingOptions"]["banks"]] == [True]
    assert [job["state"] for job in advanced["jobs"]] == ["DONE"] * advanced["ran"]
    assert [line for line in printed if line.isupper()] == ["SCHEDULED", "PAID"]


# A server that ends instead of being ready ends the test as well.
SERVED = """
: > served.log
net30 serve > served.log &
trap 'kill $!; wait' EXIT
until grep -q ready served.log; do kill -0 $!; sleep 0.1; done
"""


def test_a_production_server_is_set_up_as_the_guide_says(tmp_path: Path) -> None:
    before, _, after = (ROOT / "docs/production.md").read_text().partition("## Serving")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NET30_")}
    path = f"{Path(sys.executable).parent}:{environment['PATH']}"
    lines = f"{bash_of(before)}export NET30_PORT={port}{SERVED}{bash_of(after)}"
    printed = typed(lines, port, tmp_path, {**environment, "PATH": path})
    trusted, session, refused, recorded = answers(printed)
    assert trusted["rememberMeId"]
    assert session["mfaStatus"] == "COMPLETE"
    assert [error["code"] for error in refused] == ["BDC_1151"]
    assert "no production rail is configured" in refused[0]["detail"]
    assert recorded["amount"] == 126
    assert printed[-1] == "PAID"


def test_it_may_be_typed_again(port: str, tmp_path: Path) -> None:
    assert typed(blocks("README.md"), port, tmp_path)[-1] == "PAID"


def test_the_guides_go_on_from_there(port: str, tmp_path: Path) -> None:
    pages = ("docs/files.md", "docs/sandbox.md", "docs/limits.md", "docs/mfa.md")
    guides = "".join(blocks(page) for page in pages)
    printed = typed(blocks("README.md") + "echo GUIDES\n" + guides, port, tmp_path)
    told = answers(printed[printed.index("GUIDES") :])
    assert {"now": "2026-03-31T17:00:00.000+00:00", "ran": 0, "jobs": []} in told
    assert {"verified": True} in told
    assert "12 guitar strings, 126 USD" in printed
    assert printed[-1] == "COMPLETE"
    refused = [answer for answer in told if isinstance(answer, list)]
    assert [error["code"] for errors in refused for error in errors] == ["BDC_1109"]
