"""Counts the pages of a file, and finds out in doing so whether it can be read."""

import struct
from pathlib import Path

from net30.files import pdf_readers
from net30.files.rules import IMAGES, PDF, TIFF

MOST_FRAMES = 10_000


class Unreadable(Exception):
    """The file is damaged, or closed by a password, or takes too much to read."""


def count(path: Path, media_type: str) -> int | None:
    """How many pages a file has; None where the type has none that could be told. Unreadable says why it cannot be."""
    if media_type == PDF:
        return _pdf_pages(path)
    if media_type == TIFF:
        return _frames(path.read_bytes())
    return 1 if media_type in IMAGES else None


def _pdf_pages(path: Path) -> int | None:
    try:
        found = pdf_readers.pages(path)
    except pdf_readers.TooMuch as fault:
        raise Unreadable(str(fault)) from None
    if found is None or found >= 2**31:
        raise Unreadable("is a PDF that cannot be read")
    return found or None


def _frames(content: bytes) -> int:
    """The pages of a TIFF: its chain of image file directories (TIFF 6.0, section 2)."""
    order = "<" if content[:2] == b"II" else ">"
    seen: set[int] = set()
    try:
        (offset,) = struct.unpack_from(f"{order}I", content, 4)
        while offset and offset not in seen and len(seen) < MOST_FRAMES:
            seen.add(offset)
            (entries,) = struct.unpack_from(f"{order}H", content, offset)
            (offset,) = struct.unpack_from(f"{order}I", content, offset + 2 + 12 * entries)
    except struct.error:
        raise Unreadable("is a TIFF that ends too early") from None
    if not seen:
        raise Unreadable("is a TIFF without an image")
    return len(seen)
