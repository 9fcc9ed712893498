"""The processes that read PDFs (pdf_pages.py): as many as there are PDFs being read at once, kept for the next ones.

A process that a file was too much for is ended, and another takes its place: a malicious file costs the time and the
memory that every file has, and is the end of nothing else.
"""

import json
import subprocess
import sys
import threading
from pathlib import Path

from net30.files.pdf_pages import MOST_CPU_S, MOST_MEMORY_BYTES, READY, UNREADABLE
from net30.kernel.commands import without_settings

# Of the clock on the wall, for where the processor is busy with other things, or its time cannot be limited.
WITHIN_S = 20
READY_WITHIN_S = 60
# A reader is replaced after so many files, so that what a file left behind in its memory does not stay for ever.
MOST_FILES = 200

_COMMAND = (sys.executable, "-m", "net30.files.pdf_pages")


class TooMuch(Exception):
    """The file takes more time or memory than a file has."""

    def __init__(self) -> None:
        super().__init__(f"takes over {MOST_CPU_S} seconds or {MOST_MEMORY_BYTES // 1024**2} MB to read")


class Reader:
    """One process, for one thread at a time; OSError when it cannot be started."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=without_settings(),
            start_new_session=True,
            text=True,
        )
        self._files = 0
        if self._said(READY_WITHIN_S) != READY:
            self.end()
            raise OSError("the process that reads PDFs does not start")

    @property
    def can_go_on(self) -> bool:
        return self._process.poll() is None and self._files < MOST_FILES

    def pages(self, path: Path) -> int | None:
        """How many pages a PDF has; None when it cannot be read. TooMuch ends this reader."""
        self._files += 1
        try:
            assert self._process.stdin is not None, "it was started with pipes"
            self._process.stdin.write(json.dumps(str(path)) + "\n")
            self._process.stdin.flush()
            said = self._said(WITHIN_S)
        except OSError:
            said = ""
        if not said:
            self.end()
            raise TooMuch
        return None if said == UNREADABLE else int(said)

    def _said(self, within_s: float) -> str:
        """The next line; nothing when the process ended first, as it does after so many seconds."""
        assert self._process.stdout is not None, "it was started with pipes"
        late = threading.Timer(within_s, self._process.kill)
        late.start()
        try:
            return self._process.stdout.readline().strip()
        finally:
            late.cancel()

    def end(self) -> None:
        self._process.kill()
        with self._process:
            # Waits for it, and closes what led to it.
            pass


_idle: list[Reader] = []
_lock = threading.Lock()


def pages(path: Path) -> int | None:
    """How many pages a PDF has; None when it cannot be read, TooMuch when it is not to be read."""
    reader = _taken() or Reader()
    found = reader.pages(path)
    with _lock:
        _idle.append(reader)
    return found


def _taken() -> Reader | None:
    """An idle reader that can go on; those that cannot are ended."""
    while True:
        with _lock:
            reader = _idle.pop() if _idle else None
        if reader is None or reader.can_go_on:
            return reader
        reader.end()
