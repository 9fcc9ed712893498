"""Which files are taken, what they are found to be, and how they are handed out again."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping
from urllib.parse import quote

from net30.kernel.refusal import Refusal

MOST_BYTES = 6 * 1024 * 1024
LONGEST_NAME = 255
# What one organization may have waiting for the worker: some minutes of its work.
MOST_WAITING = 1_000
MOST_BYTES_WAITING = 500_000_000
# Files within an archive; one with more is no document of an office.
MOST_PARTS = 10_000

PDF = "application/pdf"
TIFF = "image/tiff"
TEXT = "text/plain"
UNKNOWN = "application/octet-stream"

# What a file begins with. Signatures of the formats' own specifications.
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"BM", "image/bmp"),
    (b"{\\rtf", "application/rtf"),
)
# Readers find a PDF whose header is not at the very beginning, as long as it is within the first kilobyte.
_PDF_HEADER = b"%PDF-"
_PDF_WITHIN = 1024
_ZIP = b"PK\x03\x04"
_ZIP_ENTRY = b"PK\x01\x02"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# The main part of an Office Open XML package tells which program it is of.
_OFFICE_PARTS: Mapping[str, str] = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
# The older Office formats share one container; which of them it is, only the name tells.
_COMPOUND_BY_SUFFIX: Mapping[str, str] = {
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
}
_TEXT_BY_SUFFIX: Mapping[str, str] = {"csv": "text/csv"}
_OPEN_DOCUMENT = re.compile(r"application/vnd\.oasis\.opendocument\.[a-z]{1,20}")
_BINARY_SUFFIXES = frozenset(
    {"pdf", "png", "jpg", "jpeg", "gif", "tif", "tiff", "bmp", "docx", "xlsx", "pptx"}
)
# Control characters that a text may hold: tab, line feed, form feed, carriage return.
_NOT_IN_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
# Characters that change the direction of what follows can make one suffix look like another.
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

IMAGES = frozenset({media_type for _, media_type in SIGNATURES if media_type.startswith("image/")})


def file_name(given: str) -> str:
    """The name a file is kept under: without the folders before it. Refusal (400) when nothing usable is left."""
    name = re.split(r"[/\\]", given)[-1].strip()
    if any(unicodedata.category(c) in ("Cc", "Cs") or c in _DIRECTIONS for c in name):
        raise _bad_name("holds a character that cannot be seen", "leave out control and direction characters")
    if name.strip(".") == "":
        raise _bad_name("names no file", "give the file's name with its extension, such as invoice.pdf")
    if len(name) > LONGEST_NAME:
        raise _bad_name(f"is longer than {LONGEST_NAME} characters", "shorten it")
    return name


def _bad_name(detail: str, help: str) -> Refusal:
    return Refusal(None, field="name", detail=detail, help=help)


def media_type(content: bytes, name: str) -> str:
    """What a file is, by its content; its name only tells kinds of text and of old Office files apart."""
    for beginning, found in SIGNATURES:
        if content.startswith(beginning):
            return found
    if _PDF_HEADER in content[:_PDF_WITHIN]:
        return PDF
    if content.startswith(_ZIP):
        return _package(content)
    if content.startswith(_COMPOUND):
        return _COMPOUND_BY_SUFFIX.get(suffix(name), UNKNOWN)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if _NOT_IN_TEXT.search(content) is None:
        return _TEXT_BY_SUFFIX.get(suffix(name), TEXT)
    return UNKNOWN


def _package(content: bytes) -> str:
    """The kind of a ZIP archive, by the names in it; nothing is unpacked but a name of a few characters."""
    if content.count(_ZIP_ENTRY) > MOST_PARTS:
        # To read so many names would keep everybody else waiting.
        return "application/zip"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if "[Content_Types].xml" in names:
                kinds = (
                    kind for part, kind in _OFFICE_PARTS.items() if any(n.startswith(part) for n in names)
                )
                return next(kinds, "application/zip")
            if names and names[0] == "mimetype":
                with archive.open("mimetype") as stored:
                    said = stored.read(100).decode("ascii", "replace")
                return said if _OPEN_DOCUMENT.fullmatch(said) else "application/zip"
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError, OSError):
        return UNKNOWN
    return "application/zip"


def unreadable(media_type: str, name: str) -> str | None:
    """Why a file cannot be a bill's document; None when it can."""
    if media_type in (UNKNOWN, "application/zip"):
        return "is of no type that a document can have"
    if media_type.startswith("text/") and suffix(name) in _BINARY_SUFFIXES:
        return f"is a text under the name of a {suffix(name)} file"
    return None


def suffix(name: str) -> str:
    return name.rpartition(".")[2].lower()


def disposition(name: str) -> str:
    """The Content-Disposition of a download (RFC 6266): the name in ASCII, and whole as RFC 8187 writes it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    safe = re.sub(r'["\\%;]', "_", plain) or "file"
    return f"attachment; filename=\"{safe}\"; filename*=UTF-8''{quote(name, safe='')}"
