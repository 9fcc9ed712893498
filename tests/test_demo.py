"""`net30 demo` as someone who types it sees it."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import psutil

DEMO = [sys.executable, "-m", "net30", "demo"]
MOST_S = 60


def run(directory: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TMPDIR": str(directory), **variables}
    return subprocess.run(DEMO, env=environment, capture_output=True, text=True, timeout=MOST_S)


def test_it_pays_a_bill_and_leaves_nothing_behind(tmp_path: Path) -> None:
    shown = run(tmp_path, NET30_ENVIRONMENT="production", NET30_STRICT="true")
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert not shown.stderr
    lines = shown.stdout.splitlines()
    reached = [
        line.split()[3]
        for line in lines
        if line.startswith(("  Mon ", "  Tue ", "  Wed ", "  Thu ", "  Fri "))
    ]
    assert reached == ["SCHEDULED", "READY_TO_FUND", "FUNDING_STARTED", "PROCESSED", "SENT", "CLEARED"]
    assert "  ← paymentStatus PAID  amount 126.0  paidAmount 126.0  dueAmount 0.0" in lines
    assert [line.split()[-1] for line in lines if "balance " in line] == ["126.0", "0.0"]
    assert "378.00 USD   378.00 USD" in shown.stdout
    assert not list(tmp_path.iterdir())
    environments = [one.info["environ"] or {} for one in psutil.process_iter(["environ"])]
    assert not [one for one in environments if str(tmp_path) in one.get("NET30_DATABASE", "")]


def test_without_a_terminal_it_is_plain(tmp_path: Path) -> None:
    shown = run(tmp_path, PYTHONIOENCODING="ascii")
    assert shown.returncode == 0, shown.stderr
    assert "\x1b" not in shown.stdout
    assert "paymentStatus PAID" in shown.stdout


def test_what_does_not_work_is_said_in_a_sentence(tmp_path: Path) -> None:
    """The disk is full, as far as the demo and its server can tell."""

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    shown = subprocess.run(
        DEMO, env=environment, capture_output=True, text=True, timeout=MOST_S, preexec_fn=no_room
    )
    assert shown.returncode == 1
    assert shown.stderr.startswith("The demo stopped: ")
    assert "Traceback" not in shown.stderr
    assert not list(tmp_path.iterdir())
