"""Uploads over HTTP, to a server whose worker deals with them."""

import http.client
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from documents.cases import pdf
from prove.served import Served, ServedWorld, serving

from net30.files.rules import MOST_BYTES

DONE_WITHIN_S = 30.0


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with serving(f"sqlite:///{folder}/net30.db", folder) as server:
        yield server


@pytest.fixture(scope="module")
def world(served: Served) -> ServedWorld:
    return ServedWorld(served, now="2026-03-03T17:00:00Z", frozen=True)


def pieces(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), 100_000):
        yield content[start : start + 100_000]


def send(served: Served, world: ServedWorld, path: str, body: Any) -> http.client.HTTPResponse:
    """POST bytes with their length, or an iterator of them in chunks."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    connection.request(
        "POST", f"/connect/v3{path}", body, world.headers, encode_chunked=not isinstance(body, bytes)
    )
    return connection.getresponse()


@pytest.mark.parametrize("form", [bytes, pieces], ids=["whole", "in chunks"])
def test_a_document_goes_in_and_comes_out_again(
    served: Served, world: ServedWorld, form: Callable[[bytes], Any], request: pytest.FixtureRequest
) -> None:
    bill_id = world.bill(served, world.vendor(served, "Bass"), request.node.name[-15:])
    # With bytes behind its end, which readers pass over, it is nearly as large as may be.
    content = pdf(3).ljust(5 * 1024 * 1024)
    answer = send(served, world, f"/documents/bills/{bill_id}?name=bill.pdf", form(content))
    assert answer.status == 200
    upload_id = served_json(answer)["uploadId"]
    told = wait_until_done(served, world, upload_id)
    assert (told["status"], told["scanStatus"]) == ("UPLOADED", "CLEAN")
    read = world.call(served, "GET", f"/documents/{told['documentId']}").ok()
    assert read["numOfPages"] == 3
    link = urlsplit(read["downloadLink"])
    assert link.netloc == f"127.0.0.1:{served.port}"
    connection = http.client.HTTPConnection(link.netloc, timeout=60)
    connection.request("GET", link.path, headers={"sessionId": world.headers["sessionId"]})
    fetched = connection.getresponse()
    assert (fetched.status, fetched.headers["Content-Type"]) == (200, "application/pdf")
    assert fetched.read() == content


def served_json(answer: http.client.HTTPResponse) -> Any:
    return json.loads(answer.read())


def wait_until_done(served: Served, world: ServedWorld, upload_id: str) -> Any:
    deadline = time.monotonic() + DONE_WITHIN_S
    while time.monotonic() < deadline:
        (told,) = world.call(served, "GET", f"/documents/upload-status?ids={upload_id}").ok()
        if told["status"] != "IN_PROGRESS":
            return told
        time.sleep(0.1)
    raise AssertionError("the worker did not come")


def test_too_much_is_refused_however_it_comes(served: Served, world: ServedWorld) -> None:
    vendor_id = world.vendor(served, "Alto")
    for form in (bytes, pieces):
        answer = send(
            served, world, f"/attachments/vendors/{vendor_id}?name=a.txt", form(b"a" * (MOST_BYTES + 1))
        )
        assert answer.status == 413
        assert str(MOST_BYTES) in served_json(answer)[0]["detail"]
    assert world.call(served, "GET", f"/attachments/vendors/{vendor_id}").ok() == {"results": []}


def test_files_lie_beside_the_database(served: Served, world: ServedWorld) -> None:
    assert (
        send(served, world, f"/attachments/vendors/{world.vendor(served, 'C')}?name=a.txt", b"text").status
        == 200
    )
    folder = Path(served.said).parent / "net30-files"
    assert [file for file in folder.rglob("*") if file.is_file() and file.read_bytes() == b"text"]
    world.control(served, "DELETE", "").ok()
    assert not [file for file in folder.rglob("*") if file.is_file()]
