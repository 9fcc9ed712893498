"""Tells how many pages PDFs have: a process of its own, `python -m net30.files.pdf_pages`.

It says `ready`, and then answers each line on its standard input, the path of a file as a JSON text, by a line: the
number of pages, or `-` when the file cannot be read or opens with a password only. 0 is for a stub that begins as a PDF
does and says nothing of pages, as tests of programs send it. A file that takes more than its share of time or memory
ends the process, and nothing else.
"""

import io
import json
import math
import os
import re
import sys
import time
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

MOST_MEMORY_BYTES = 512 * 1024**2
# For one file. 20,000 pages take 1.3 s.
MOST_CPU_S = 5
# Requests come first.
NICENESS = 5

READY = "ready"
UNREADABLE = "-"

# What a PDF has that has anything in it: ISO 32000-1, sections 7.5.7, 7.5.8, 7.6 and 7.7.
_STRUCTURE = re.compile(rb"/Type\s*/(Catalog|Pages?|ObjStm|XRef)\b|/Encrypt\b")
# A table of objects that is said to be at byte 0 is nowhere, so pypdf looks for the objects themselves.
_NO_TABLE = b"\nstartxref\n0\n%%EOF\n"


def pages(content: bytes) -> int:
    """Number of pages; an exception of pypdf's when the PDF is damaged or locked.

    Hand-made PDFs are often wrong about where their objects lie. Readers find these nevertheless, and so does this.
    """
    if not _STRUCTURE.search(content):
        return 0
    try:
        return _pages(content)
    except PyPdfError:
        return _pages(content + _NO_TABLE)


def _pages(content: bytes) -> int:
    reader = PdfReader(io.BytesIO(content))
    # Many PDFs are encrypted against changes alone, and open with an empty password.
    if reader.is_encrypted and not reader.decrypt(""):
        raise PyPdfError("it wants a password")
    return len(reader.pages)


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
        os.nice(NICENESS)


def _limit_time() -> None:
    """From now on so many seconds more; then the kernel ends this process."""
    if sys.platform != "win32":
        import resource

        until = math.ceil(time.process_time()) + MOST_CPU_S
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


def main() -> None:
    """Read files until nobody is left who asks."""
    _limit_memory()
    print(READY, flush=True)
    while line := sys.stdin.readline():
        _limit_time()
        try:
            said = str(pages(Path(json.loads(line)).read_bytes()))
        except Exception:
            said = UNREADABLE
        print(said, flush=True)


if __name__ == "__main__":
    main()
