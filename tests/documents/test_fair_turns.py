"""One organization's files hold up no other's: bombs, slow scans, and more files than a worker can take."""

import dataclasses
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from clients import Api, World
from documents.cases import PNG, attach, bill, bomb, memory_bomb, pdf, processed, send, status, upload, vendor

from net30.documents import processing
from net30.files import pdf_readers, rules
from net30.files.pdf_pages import MOST_CPU_S
from net30.files.pdf_readers import Reader, TooMuch
from net30.kernel import turns
from net30.kernel.context import Server

WITHIN_S = 60.0


@pytest.fixture
def attacker(api: Api) -> Iterator[World]:
    """An organization that is gone, with all that it has waiting, when the test is over."""
    made = World(api, frozen_at="2026-03-03T17:00:00Z")
    yield made
    made.control("DELETE", "").ok()


def done(world: World, upload_id: str) -> bool:
    return bool(status(world, upload_id)[0]["status"] != "IN_PROGRESS")


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < deadline, "it is not done"
        time.sleep(0.05)


def test_bombs_of_one_organization_do_not_hold_up_anothers_file(attacker: World, world: World) -> None:
    bill_id = bill(attacker)
    bombs = [upload(attacker, bill_id, bomb(), f"{i}.pdf") for i in range(4)]
    with turns.at_work(world.api.running, processing.LANE):
        # The first bomb is being read.
        until(lambda: status(attacker, bombs[0])[0]["scanStatus"] == "IN_QUEUE" or done(attacker, bombs[0]))
        small = upload(world, bill(world), b"14 bytes, all.", "note.txt")
        until(lambda: done(world, small))
        assert not all(done(attacker, one) for one in bombs)
    assert status(world, small)[0]["status"] == "UPLOADED"


def test_a_bomb_fails_and_the_next_file_is_read(attacker: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_readers, "WITHIN_S", 1)
    bill_id = bill(attacker)
    for content in (bomb(), memory_bomb()):
        told = processed(attacker, upload(attacker, bill_id, content))
        assert (told["status"], told["scanStatus"]) == ("FAILED", "CLEAN")
    monkeypatch.undo()
    assert processed(attacker, upload(attacker, bill_id, pdf(2)))["status"] == "UPLOADED"


@pytest.mark.skipif(sys.platform == "win32", reason="there the clock on the wall is all that ends it")
def test_a_reader_ends_itself_when_a_file_has_had_its_time(tmp_path: Path) -> None:
    file = tmp_path / "bomb.pdf"
    file.write_bytes(bomb())
    reader = Reader()
    began = time.process_time(), time.monotonic()
    with pytest.raises(TooMuch, match=f"{MOST_CPU_S} seconds"):
        reader.pages(file)
    assert time.monotonic() - began[1] < pdf_readers.WITHIN_S + 5
    assert not reader.can_go_on


def test_one_reader_reads_many_files(tmp_path: Path) -> None:
    reader = Reader()
    for pages in (1, 3, 0):
        file = tmp_path / f"a file\nof {pages}.pdf"
        file.write_bytes(pdf(pages))
        assert reader.pages(file) == pages
    file.write_bytes(b"%PDF-1.4\n1 0 obj << /Type /Catalog broken")
    assert reader.pages(file) is None
    assert reader.can_go_on
    reader.end()
    assert not reader.can_go_on


SLOW_SCANNER = """
import pathlib, sys, time
time.sleep(3 if b"slow" in pathlib.Path(sys.argv[-1]).read_bytes() else 0)
"""


def test_slow_scans_of_one_organization_do_not_hold_up_anothers(
    attacker: World, world: World, running: Server, tmp_path: Path
) -> None:
    script = tmp_path / "scanner.py"
    script.write_text(SLOW_SCANNER)
    scanning = dataclasses.replace(running, scan_command=(sys.executable, str(script)))
    attacker.api = world.api = Api(scanning)
    vendor_id = vendor(attacker)
    slow = [attach(attacker, vendor_id, b"slow", f"{i}.txt")["id"] for i in range(10)]
    quick = attach(world, vendor(world), b"quick", "a.txt")["id"]
    with turns.at_work(scanning, processing.LANE):
        until(lambda: fetched(world, quick) == 200)
        assert [fetched(attacker, one) for one in slow].count(409) >= 8


def fetched(world: World, attachment_id: str) -> int:
    headers = {"sessionId": world.headers["sessionId"]}
    return world.api.call("GET", f"/files/v1/attachments/{attachment_id}", headers=headers).status


@pytest.mark.parametrize(("limit", "most"), [("MOST_WAITING", 3), ("MOST_BYTES_WAITING", 3 * len(PNG))])
def test_no_more_wait_than_a_worker_gets_done(
    attacker: World, world: World, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(rules, limit, most)
    path, folder = f"/documents/bills/{bill(attacker)}", attacker.api.running.files.own_folder
    for name in ("1.png", "2.png", "3.png"):
        last = send(attacker, path, PNG, name).ok()["uploadId"]
    refused = send(attacker, path, PNG, "4.png")
    assert (refused.status, refused.codes) == (422, ["BDC_1322"])
    assert "3 files" in refused.json[0]["detail"]
    assert len(list((folder / attacker.id.encode().hex()).iterdir())) == 3
    # An attachment that nobody scans waits for nothing, and others have a bound of their own.
    attach(attacker, vendor(attacker), PNG)
    upload(world, bill(world), PNG)
    processed(attacker, last)
    send(attacker, path, PNG, "4.png").ok()
