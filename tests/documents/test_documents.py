"""Documents of bills: uploaded, read by a worker, listed and fetched."""

import struct
import time

import pytest
from clients import World
from documents.cases import (
    MALWARE,
    PNG,
    attach,
    bill,
    document,
    fetch,
    package,
    pdf,
    processed,
    send,
    status,
    tiff,
    upload,
    vendor,
)

from net30.files.rules import MOST_BYTES


@pytest.fixture
def bill_id(world: World) -> str:
    return bill(world)


def test_an_upload_becomes_a_document(world: World, bill_id: str) -> None:
    upload_id = upload(world, bill_id, pdf(2))
    assert upload_id.startswith("0du")
    assert status(world, upload_id) == [
        {"uploadId": upload_id, "status": "IN_PROGRESS", "scanStatus": "NOT_SCANNED"}
    ]
    uploading = {"id": upload_id, "scanStatus": "NOT_SCANNED"}
    assert world.get(f"/documents/{upload_id}").ok() == uploading
    assert world.get(f"/documents/bills/{bill_id}").ok() == {"results": [uploading]}

    told = processed(world, upload_id)
    id = told["documentId"]
    assert id.startswith("00h")
    assert told == {"documentId": id, "uploadId": upload_id, "status": "UPLOADED", "scanStatus": "CLEAN"}
    read = world.get(f"/documents/{id}").ok()
    assert read == {
        "id": id,
        "name": "invoice.pdf",
        "createdTime": "2026-03-03T17:00:00.000+00:00",
        "downloadLink": read["downloadLink"],
        "numOfPages": 2,
        "scanStatus": "CLEAN",
    }
    assert world.get(f"/documents/{upload_id}").ok() == read
    assert world.get(f"/documents/bills/{bill_id}").ok() == {"results": [read]}


def test_its_link_answers_with_the_file(world: World, bill_id: str) -> None:
    content = pdf(1)
    link = document(world, bill_id, content)["downloadLink"]
    assert link.startswith("http://127.0.0.1:8030/")
    for headers in (None, world.headers):
        fetched = fetch(world, link, headers)
        assert (fetched.status, fetched.content) == (200, content)
        assert fetched.headers["content-type"] == "application/pdf"
        assert fetched.headers["content-disposition"].startswith('attachment; filename="invoice.pdf"')
        assert fetched.headers["x-content-type-options"] == "nosniff"


def test_only_its_own_organization_fetches_it(world: World, other_world: World, bill_id: str) -> None:
    read = document(world, bill_id, PNG, "scan.png")
    link = read["downloadLink"]
    assert fetch(other_world, link).codes == ["BDC_1205"]
    assert fetch(world, link, {}).codes == ["BDC_1109"]
    assert fetch(world, link, {**world.headers, "devKey": "a key of nobody"}).codes == ["BDC_1109"]
    assert other_world.get(f"/documents/{read['id']}").codes == ["BDC_1205"]
    assert other_world.get(f"/documents/bills/{bill_id}").codes == ["BDC_1205"]
    assert other_world.get("/documents/upload-status", ids=upload(world, bill_id, PNG)).codes == ["BDC_1205"]
    assert send(other_world, f"/documents/bills/{bill_id}", PNG).codes == ["BDC_1205"]


@pytest.mark.parametrize(
    ("content", "name", "media_type", "pages"),
    [
        (PNG, "scan.png", "image/png", 1),
        (b"\xff\xd8\xff\xe0" + bytes(32), "scan.jpg", "image/jpeg", 1),
        (b"GIF89a" + bytes(32), "scan.gif", "image/gif", 1),
        (tiff(3), "scan.tif", "image/tiff", 3),
        (b"a,b\n1,2\n", "lines.csv", "text/csv", None),
        (b"<script>alert(1)</script>", "page.html", "text/plain", None),
        ("déjà vu\n".encode("latin-1"), "note.txt", "text/plain", None),
        (
            package("[Content_Types].xml", "xl/workbook.xml"),
            "book.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            None,
        ),
        (
            package("mimetype", content="application/vnd.oasis.opendocument.text"),
            "letter.odt",
            "application/vnd.oasis.opendocument.text",
            None,
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "old.doc", "application/msword", None),
        # The content counts, not the name.
        (PNG, "invoice.pdf", "image/png", 1),
        # A stub, as tests of programs send it.
        (b"%PDF-1.7\nand nothing else\n", "stub.pdf", "application/pdf", None),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_file_is_what_its_content_says(
    world: World, bill_id: str, content: bytes, name: str, media_type: str, pages: int | None
) -> None:
    read = document(world, bill_id, content, name)
    assert read.get("numOfPages") == pages
    assert fetch(world, read["downloadLink"]).headers["content-type"] == media_type


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (pdf(1)[:200], "damaged.pdf"),
        (pdf(1, password="secret"), "locked.pdf"),
        (b"no PDF at all", "invoice.pdf"),
        (tiff(1)[:9], "cut.tif"),
        (b"MZ" + bytes(64), "invoice.exe"),
        (package("anything"), "files.zip"),
        (b"PK\x03\x04 and no archive", "book.xlsx"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_cannot_be_read_fails(world: World, bill_id: str, content: bytes, name: str) -> None:
    upload_id = upload(world, bill_id, content, name)
    assert processed(world, upload_id) == {
        "uploadId": upload_id,
        "status": "FAILED",
        "scanStatus": "CLEAN",
    }
    assert world.get(f"/documents/{upload_id}").codes == ["BDC_1205"]
    assert world.get(f"/documents/bills/{bill_id}").ok() == {"results": []}


def test_a_pdf_that_is_locked_against_changes_alone_is_read(world: World, bill_id: str) -> None:
    assert document(world, bill_id, pdf(4, password=""))["numOfPages"] == 4


HAND_MADE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
)


@pytest.mark.parametrize(
    "end",
    [
        b"trailer<</Root 1 0 R>>\n%%EOF\n",
        b"trailer<</Root 1 0 R>>\n",
        b"xref\n0 4\n0000000000 65535 f \n0000000010 00000 n \n0000000053 00000 n \n0000000102 00000 n \n"
        b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n160\n%%EOF\n",
    ],
    ids=["no table", "no end", "wrong table"],
)
def test_a_pdf_that_is_wrong_about_where_its_objects_lie_is_read(
    world: World, bill_id: str, end: bytes
) -> None:
    assert document(world, bill_id, HAND_MADE + end)["numOfPages"] == 1


def test_malware_is_listed_and_not_handed_out(world: World, bill_id: str) -> None:
    told = processed(world, upload(world, bill_id, MALWARE, "invoice.pdf"))
    assert (told["status"], told["scanStatus"]) == ("UPLOADED", "INFECTED")
    (listed,) = world.get(f"/documents/bills/{bill_id}").ok()["results"]
    assert listed["scanStatus"] == "INFECTED"
    assert "downloadLink" not in listed
    assert fetch(world, f"/files/v1/documents/{listed['id']}").status == 403


def test_it_takes_files_of_up_to_six_megabytes(world: World, bill_id: str) -> None:
    largest = b"a" * MOST_BYTES
    read = document(world, bill_id, largest, "large.txt")
    assert fetch(world, read["downloadLink"]).content == largest
    answered = send(world, f"/documents/bills/{bill_id}", largest + b"a", "large.txt")
    assert (answered.status, answered.codes) == (413, [None])
    assert str(MOST_BYTES) in answered.json[0]["detail"]


@pytest.mark.parametrize("content_type", ["application/pdf", "application/jsonp", "text/plain", "*/*", ""])
def test_the_content_type_of_the_request_says_nothing_of_the_file(
    world: World, bill_id: str, content_type: str
) -> None:
    sent = send(world, f"/documents/bills/{bill_id}", PNG, "a.png", **{"Content-Type": content_type})
    assert sent.status == 200


FORM = (
    b'--7d44e178\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
    b"Content-Type: application/pdf\r\n\r\n" + pdf(1) + b"\r\n--7d44e178--\r\n"
)


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("multipart/form-data; boundary=7d44e178", FORM),
        ("Multipart/Mixed; boundary=x", b"--x\r\n\r\n"),
        # What a program that sets the header by itself, or forgets to, makes of a form.
        ("application/octet-stream", FORM),
        ("application/pdf", FORM.replace(b"\r\n", b"\n")),
        ("application/x-www-form-urlencoded", b"file=JVBERi0xLjQ%3D"),
        ("application/x-www-form-urlencoded; charset=utf-8", pdf(1)),
        ("application/json", b'{"file": "JVBERi0xLjQ="}'),
        ("application/problem+json", b"{}"),
    ],
)
def test_a_file_in_an_envelope_is_refused(
    world: World, bill_id: str, content_type: str, content: bytes
) -> None:
    paths = (f"/documents/bills/{bill_id}", f"/attachments/vendors/{vendor(world)}")
    for path in paths:
        refused = send(world, path, content, "a.pdf", **{"Content-Type": content_type})
        assert (refused.status, refused.codes) == (415, [None])
        assert "the file's bytes as the body" in refused.json[0]["help"]
    assert world.get(f"/documents/bills/{bill_id}").ok() == {"results": []}
    assert not (world.api.running.files.own_folder / world.id.encode().hex()).exists()


def test_an_archive_of_very_many_files_is_told_at_once(world: World, bill_id: str) -> None:
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<HHHHHLL", 7, 0, 0, 0, 0, 0, 0) + b"name.xy"
    entries = entry * 115_000
    end = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 49_464, 49_464, len(entries), 30, 0)
    content = b"PK\x03\x04" + bytes(26) + entries + end
    began = time.process_time()
    upload_id = upload(world, bill_id, content, "book.xlsx")
    assert time.process_time() - began < 0.5
    assert processed(world, upload_id)["status"] == "FAILED"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ann\\invoice.txt", "invoice.txt"),
        (' bill no. 1;2 "x".txt ', 'bill no. 1;2 "x".txt'),
        ("Rechnung für März €.txt", "Rechnung für März €.txt"),
        ("請求書.txt", "請求書.txt"),
        ("a" * 251 + ".txt", "a" * 251 + ".txt"),
    ],
)
def test_a_name_is_kept_without_its_folders(world: World, bill_id: str, given: str, kept: str) -> None:
    read = document(world, bill_id, b"text", given)
    assert read["name"] == kept
    disposition = fetch(world, read["downloadLink"]).headers["content-disposition"]
    assert disposition.isascii()
    assert disposition.count('"') == 2


@pytest.mark.parametrize(
    "name", ["", "..", "/", "a\nb.txt", "a\x1f.txt", "gnp\u202efdp.exe", "a" * 256, "folder/"]
)
def test_a_name_that_names_no_file_is_refused(world: World, bill_id: str, name: str) -> None:
    answered = send(world, f"/documents/bills/{bill_id}", PNG, name)
    assert (answered.status, answered.codes) == (400, [None])
    assert answered.json[0]["message"].startswith("name: ")


def test_name_and_content_are_needed(world: World, bill_id: str) -> None:
    assert world.post(f"/documents/bills/{bill_id}", content=PNG).status == 400
    assert send(world, f"/documents/bills/{bill_id}", b"").status == 400


@pytest.mark.parametrize("bill_id", ["00n01ABCDEFGHIJKLMNO", "upload-status"])
def test_a_bill_must_be_there(world: World, bill_id: str) -> None:
    assert send(world, f"/documents/bills/{bill_id}", PNG).codes == ["BDC_1205"]
    assert world.get(f"/documents/bills/{bill_id}").codes == ["BDC_1205"]


def test_the_status_of_several_uploads_comes_in_their_order(world: World, bill_id: str) -> None:
    uploads = [upload(world, bill_id, PNG, f"{i}.png") for i in range(3)]
    asked = [uploads[2], uploads[0], uploads[2], uploads[1]]
    assert [told["uploadId"] for told in status(world, *asked)] == [uploads[2], uploads[0], uploads[1]]


def test_the_status_of_no_upload_is_refused(world: World, bill_id: str) -> None:
    assert world.get("/documents/upload-status").status == 400
    assert world.get("/documents/upload-status", ids=" , ").status == 400
    many = ",".join(f"0du{i:017}" for i in range(101))
    assert world.get("/documents/upload-status", ids=many).status == 400
    attached = attach(world, vendor(world), PNG)["id"]
    for unknown in ("0du01ABCDEFGHIJKLMNO", bill_id, attached):
        answered = world.get("/documents/upload-status", ids=unknown)
        assert (answered.status, answered.codes) == (404, ["BDC_1205"])
        assert world.get(f"/documents/{unknown}").codes == ["BDC_1205"]


def test_a_list_comes_in_pages(world: World, bill_id: str) -> None:
    other = bill(world, "INV-2")
    upload(world, other, PNG, "other.png")
    for i in range(5):
        upload(world, bill_id, PNG, f"{i}.png")
    processed(world, upload(world, bill_id, PNG, "5.png"))
    names: list[str] = []
    page: dict[str, str] = {}
    while True:
        answer = world.get(f"/documents/bills/{bill_id}", max=2, **page).ok()
        names += [read["name"] for read in answer["results"]]
        if "nextPage" not in answer:
            break
        page = {"page": answer["nextPage"]}
    assert names == [f"{i}.png" for i in range(6)]
    assert world.get(f"/documents/bills/{other}", **page).status == 400
    assert world.get(f"/documents/bills/{bill_id}", max=101).status == 400


def test_an_upload_that_is_sent_twice_is_done_once(world: World, bill_id: str) -> None:
    path, key = f"/documents/bills/{bill_id}", {"X-Idempotent-Key": "once"}
    first = send(world, path, PNG, "a.png", **key)
    again = send(world, path, PNG, "a.png", **key)
    assert again.ok() == first.ok()
    assert again.headers["idempotency-hit"] == "true"
    assert send(world, path, PNG, "b.png", **key).status == 409
    assert send(world, path, PNG + b"more", "a.png", **key).status == 409
    assert len(world.get(f"/documents/bills/{bill_id}").ok()["results"]) == 1


def test_links_begin_with_the_public_url_whatever_a_request_names(world: World, bill_id: str) -> None:
    id = document(world, bill_id, PNG)["id"]
    for host in ("localhost:9000", "[::1]:8030", "127.0.0.9", "a.localhost"):
        link = world.call("GET", f"/documents/{id}", headers={"Host": host}).ok()["downloadLink"]
        assert link == f"http://127.0.0.1:8030/files/v1/documents/{id}"
