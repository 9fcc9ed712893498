"""Prints how many pages the PDF named on the command line has: `python -m net30.documents.pdf_pages FILE`.

Exits 1 when it cannot be read or opens with a password only. A process of its own, so that a malicious file ends
at its limits and nothing else does.
"""

import sys

from pypdf import PdfReader

MOST_MEMORY_BYTES = 1024**3
MOST_CPU_S = 15


def main() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    try:
        reader = PdfReader(sys.argv[1])
        # Many PDFs are encrypted against changes alone, and open with an empty password.
        if reader.is_encrypted and not reader.decrypt(""):
            sys.exit(1)
        print(len(reader.pages))
    except Exception as fault:
        sys.exit(f"{type(fault).__name__}: {fault}")


if __name__ == "__main__":
    main()
