"""Files that tests upload, and what they do with them."""

import io
import struct
import zipfile
import zlib
from typing import Any
from urllib.parse import urlsplit

from clients import Answered, World
from pypdf import PdfWriter
from vendor_cases import ADDRESS

from net30.documents.processing import run_waiting

# The EICAR test file, in two parts, so that no scanner takes this one for it.
MALWARE = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)


def pdf(pages: int, password: str | None = None) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=200, height=200)
    if password is not None:
        writer.encrypt(password)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _hand_made(*objects: bytes) -> bytes:
    numbered = (b"%d 0 obj\n%b\nendobj\n" % (number, content) for number, content in enumerate(objects, 1))
    return b"%PDF-1.5\n" + b"".join(numbered) + b"trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"


def bomb() -> bytes:
    """70 KB that take a reader of PDFs half a minute: a table of 35 million rows, each told by what changed."""
    rows = zlib.compress(b"\x02\x00" * 35_000_000, 9)
    told = b"/W [1 2 1] /Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 1 >>"
    table = b"<< /Type /XRef /Size 3 /Root 1 0 R %b /Length %d >>" % (told, len(rows))
    return b"%%PDF-1.5\n1 0 obj\n%b\nstream\n%b\nendstream\nendobj\nstartxref\n9\n%%%%EOF\n" % (table, rows)


def memory_bomb() -> bytes:
    """60 KB that want some 50 GB: a page of 5,000 properties, named 300 times by each of 300 groups of pages."""
    properties = b" ".join(b"/K%d 0" % number for number in range(5_000))
    return _hand_made(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 90000 /Kids [" + b"3 0 R " * 300 + b"] >>",
        b"<< /Type /Pages /Parent 2 0 R /Count 300 /Kids [" + b"4 0 R " * 300 + b"] >>",
        b"<< /Type /Page /Parent 3 0 R /MediaBox [0 0 1 1] " + properties + b" >>",
    )


def tiff(frames: int) -> bytes:
    """A TIFF whose image file directories have no entries."""
    content = b"II*\x00" + struct.pack("<I", 8)
    for frame in range(frames):
        following = len(content) + 6 if frame + 1 < frames else 0
        content += struct.pack("<HI", 0, following)
    return content


def package(*names: str, content: str = "") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return written.getvalue()


def vendor(world: World) -> str:
    return str(world.post("/vendors", {"name": "Happy Music Supplies", "address": ADDRESS}).ok()["id"])


def bill(world: World, number: str = "INV-1") -> str:
    body = {
        "vendorId": vendor(world),
        "dueDate": "2026-03-31",
        "invoice": {"invoiceNumber": number, "invoiceDate": "2026-03-01"},
        "billLineItems": [{"amount": 100}],
    }
    return str(world.post("/bills", body).ok()["id"])


def send(world: World, path: str, content: bytes, name: str = "invoice.pdf", **headers: str) -> Answered:
    sent = {"Content-Type": "application/octet-stream", **headers}
    return world.post(path, query={"name": name}, content=content, headers=sent)


def upload(world: World, bill_id: str, content: bytes, name: str = "invoice.pdf") -> str:
    """The upload's id."""
    answer = send(world, f"/documents/bills/{bill_id}", content, name).ok()
    assert answer.keys() == {"uploadId"}
    return str(answer["uploadId"])


def attach(world: World, vendor_id: str, content: bytes, name: str = "form.pdf") -> Any:
    return send(world, f"/attachments/vendors/{vendor_id}", content, name).ok()


def status(world: World, *upload_ids: str) -> Any:
    return world.get("/documents/upload-status", ids=",".join(upload_ids)).ok()


def processed(world: World, upload_id: str) -> Any:
    """The upload's status once a worker has been there."""
    while run_waiting(world.api.running):
        pass
    (told,) = status(world, upload_id)
    return told


def document(world: World, bill_id: str, content: bytes, name: str = "invoice.pdf") -> Any:
    """A document that is there to be read."""
    told = processed(world, upload(world, bill_id, content, name))
    return world.get(f"/documents/{told['documentId']}").ok()


def fetch(world: World, link: str, headers: dict[str, str] | None = None) -> Answered:
    """GET what a downloadLink points at, with the session alone unless other headers are given."""
    session = {"sessionId": world.headers["sessionId"]}
    return world.api.call("GET", urlsplit(link).path, headers=session if headers is None else headers)
