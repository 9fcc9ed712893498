"""Prints how many pages the PDF named on the command line has: `python -m net30.files.pdf_pages FILE`.

0 for a stub that begins as a PDF does and says nothing of pages, as tests of programs send it. Exits 1 when it
cannot be read or opens with a password only. A process of its own, so that a malicious file ends at its limits and
nothing else does.
"""

import io
import re
import sys
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

MOST_MEMORY_BYTES = 1024**3
MOST_CPU_S = 15


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


def main() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    try:
        print(pages(Path(sys.argv[1]).read_bytes()))
    except Exception as fault:
        sys.exit(f"{type(fault).__name__}: {fault}")


if __name__ == "__main__":
    main()
