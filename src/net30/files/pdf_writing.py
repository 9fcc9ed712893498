"""Writes plain lines of text as a PDF (ISO 32000-1), in the typewriter font that every reader has."""

from collections.abc import Iterator, Sequence

LINES_PER_PAGE = 60
# A US Letter page in points, its text 10 points high on lines of 12.
_PAGE = "[0 0 612 792]"
_BEGIN = "BT /F 10 Tf 12 TL 54 738 Td"


def pdf(lines: Sequence[str]) -> bytes:
    """A file of as many pages as the lines need. What Windows-1252 has no letter for is a question mark."""
    pages = [lines[at : at + LINES_PER_PAGE] for at in range(0, max(len(lines), 1), LINES_PER_PAGE)]
    return _file(list(_objects(pages)))


def _objects(pages: Sequence[Sequence[str]]) -> Iterator[bytes]:
    """Catalogue, pages and font, then each page and what stands on it."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    yield b"<< /Type /Catalog /Pages 2 0 R >>"
    yield f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode()
    yield b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"
    for number, lines in enumerate(pages):
        resources = "/Resources << /Font << /F 3 0 R >> >>"
        content = f"/Contents {5 + 2 * number} 0 R"
        yield f"<< /Type /Page /Parent 2 0 R /MediaBox {_PAGE} {resources} {content} >>".encode()
        shown = b"\n".join([_BEGIN.encode(), *(b"(" + _escaped(line) + b") Tj T*" for line in lines), b"ET"])
        yield b"<< /Length %d >>\nstream\n%b\nendstream" % (len(shown), shown)


def _escaped(line: str) -> bytes:
    printable = "".join(letter if letter.isprintable() else " " for letter in line)
    text = printable.encode("cp1252", "replace")
    return text.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


def _file(objects: Sequence[bytes]) -> bytes:
    written, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return (
        written
        + b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (
            size,
            table,
            size,
            len(written),
        )
    )
