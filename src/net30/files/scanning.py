"""Finds malware in files: by the command that NET30_SCAN_COMMAND names, and the standard test file without any."""

from collections.abc import Sequence
from pathlib import Path

from net30.kernel import commands

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
        ended = commands.run([*command, str(path)], TIMEOUT_S)
    except commands.CommandFailed as fault:
        raise ScanFailed(str(fault)) from fault
    if ended.status not in (0, 1):
        raise ScanFailed(f"exit {ended.status}: {ended.words}")
    return ended.status == 1
