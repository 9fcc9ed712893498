"""Runs the commands that an operator names, such as a scanner of files: without a shell, and not for ever."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence

import msgspec

LONGEST_WORDS = 500


class CommandFailed(Exception):
    """The command could not be started, or was not done in time."""


class Ended(msgspec.Struct, frozen=True):
    """How a command ended: its exit status, and the end of what it said on its standard error."""

    status: int
    words: str


def run(
    command: Sequence[str], within_s: float, *, input: bytes = b"", told: Mapping[str, str] | None = None
) -> Ended:
    """Run a command to its end; CommandFailed when it cannot be, or takes longer than `within_s`.

    It gets `input` on its standard input, and the variables in `told`, but none of net30's own. One that is not done
    in time is killed with all that it started.
    """
    with tempfile.TemporaryFile() as words:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE if input else subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=words,
                env={**without_settings(), **(told or {})},
                start_new_session=True,
            )
        except OSError as fault:
            raise CommandFailed(f"{type(fault).__name__}: {fault.strerror}") from fault
        with process:
            try:
                process.communicate(input or None, timeout=within_s)
            except subprocess.TimeoutExpired:
                raise CommandFailed(f"it was not done within {within_s} seconds") from None
            finally:
                if process.returncode is None:
                    _kill(process)
        return Ended(process.returncode, _end_of(words.fileno()))


def without_settings() -> dict[str, str]:
    """The environment for a program that has no business with net30's keys."""
    return {name: value for name, value in os.environ.items() if not name.startswith("NET30_")}


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        # Its session is its own, so the group has its id.
        os.killpg(process.pid, signal.SIGKILL)


def _end_of(file: int) -> str:
    size = os.fstat(file).st_size
    os.lseek(file, max(0, size - LONGEST_WORDS), os.SEEK_SET)
    return os.read(file, LONGEST_WORDS).decode(errors="replace")
