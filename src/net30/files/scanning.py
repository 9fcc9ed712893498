"""Finds malware in files: by the command that NET30_SCAN_COMMAND names, and the standard test file without any."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

TIMEOUT_S = 60

# The EICAR test file, in two parts: whole, it would have this file of ours taken for malware.
_TEST_FILE = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


class ScanFailed(Exception):
    """The command said neither clean nor infected."""


def is_test_file(content: bytes) -> bool:
    """Whether a file holds the EICAR test file, which every scanner is to find."""
    return _TEST_FILE in content


def finds_malware(command: Sequence[str], path: Path) -> bool:
    """Run the command on a file, without a shell: exit 0 means clean, 1 infected; ScanFailed for all else."""
    try:
        ran = subprocess.run(
            [*command, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=TIMEOUT_S,
            env=without_settings(),
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise ScanFailed(str(fault)) from fault
    if ran.returncode not in (0, 1):
        raise ScanFailed(f"exit {ran.returncode}: {ran.stderr[-500:].decode(errors='replace')}")
    return ran.returncode == 1


def without_settings() -> dict[str, str]:
    """The environment for a program that has no business with net30's keys."""
    return {name: value for name, value in os.environ.items() if not name.startswith("NET30_")}
