"""The benchmark runs from beginning to end: its baseline writes to the same tables, which change."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from prove.served import plain_environment
from prove_size import FULL


@pytest.mark.skipif(not FULL, reason="only in full: other work on the machine is all it would measure")
@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
def test_the_benchmark_ends_with_its_figures() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--bills", "2000", "--seconds", "1", "--rounds", "1"],
        cwd=Path(__file__).parents[2],
        env=plain_environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "create, 3 lines" in done.stdout
    assert "failed" not in done.stdout
