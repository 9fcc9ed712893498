"""Files on disk: what is there and what is not, after everything that can come between."""

import dataclasses
import errno
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from clients import World
from documents.cases import PNG, attach, bill, document, fetch, pdf, send, status, upload, vendor

from net30.documents.processing import CLAIM_MS, run_waiting, sweep
from net30.files.receiving import receiving
from net30.kernel.context import Server, system_actor
from net30.store.files import PARTIAL, Files

AT_ONCE_S = -1.0


def folder_of(world: World) -> Path:
    return world.api.running.files.own_folder / world.id.encode().hex()


def files_of(world: World) -> list[Path]:
    return sorted(folder_of(world).iterdir()) if folder_of(world).exists() else []


def test_names_of_users_and_their_content_do_not_reach_the_file_system(world: World) -> None:
    attach(world, vendor(world), PNG, "../../../escape.png")
    (file,) = files_of(world)
    assert bytes.fromhex(file.name).decode().startswith("fil")
    assert file.read_bytes() == PNG
    assert (file.stat().st_mode & 0o777, folder_of(world).stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_refused_upload_leaves_no_file(world: World) -> None:
    for path in ("/attachments/vendors/00901ABCDEFGHIJKLMNO", "/documents/bills/00n01ABCDEFGHIJKLMNO"):
        assert send(world, path, PNG).status == 404
    assert files_of(world) == []


def test_an_upload_that_the_disk_has_no_room_for_leaves_no_part(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor_id = vendor(world)

    world.api.running.files.write(world.id, "fil1", PNG)
    world.api.running.files.remove(world.id, "fil1")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    refused = send(world, f"/attachments/vendors/{vendor_id}", PNG)
    assert (refused.status, refused.codes) == (503, [None])
    monkeypatch.undo()
    assert files_of(world) == []
    attach(world, vendor_id, PNG)


def test_an_upload_that_was_done_already_leaves_no_second_file(world: World) -> None:
    path = f"/attachments/vendors/{vendor(world)}"
    for _ in range(2):
        send(world, path, PNG, **{"X-Idempotent-Key": "once"}).ok()
    assert len(files_of(world)) == 1


def test_a_deleted_attachments_file_stays(world: World) -> None:
    attached = attach(world, vendor(world), PNG)
    world.delete(f"/attachments/{attached['id']}").ok()
    sweep(world.api.running, AT_ONCE_S)
    assert len(files_of(world)) == 1


def test_removing_a_world_removes_its_files(world: World, other_world: World) -> None:
    upload(world, bill(world), PNG)
    kept = attach(other_world, vendor(other_world), PNG)
    world.control("DELETE", "").ok()
    assert not folder_of(world).exists()
    assert fetch(other_world, kept["downloadLink"]).content == PNG


KILLED = """
import os, signal, sys
from net30.app import server
from net30.files.receiving import receiving
from net30.kernel.context import system_actor
from net30.settings import settings

with receiving(server(settings({})), system_actor(sys.argv[1]), {"name": "a.png", "body": b"half done"}):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_server_killed_between_file_and_row_leaves_an_orphan_that_is_swept(
    world: World, running: Server
) -> None:
    bill_id = bill(world)
    kept = document(world, bill_id, PNG)
    environment = {**os.environ, **settings_of(running)}
    ran = subprocess.run([sys.executable, "-c", KILLED, world.id], env=environment, timeout=60)
    assert ran.returncode == -signal.SIGKILL
    assert len(files_of(world)) == 2
    assert len(world.get(f"/documents/bills/{bill_id}").ok()["results"]) == 1

    # It may be an upload that is still on its way, so it is left alone for an hour.
    sweep(running)
    assert len(files_of(world)) == 2
    (orphan,) = (file for file in files_of(world) if file.read_bytes() == b"half done")
    hours_ago = time.time() - 2 * 3600
    for file in files_of(world):
        os.utime(file, (hours_ago, hours_ago))
    assert sweep(running) >= 1
    assert not orphan.exists()
    assert fetch(world, kept["downloadLink"]).content == PNG
    assert sweep(running) == 0


WORKER = """
from net30.app import server
from net30.documents.processing import run_waiting
from net30.settings import settings

run_waiting(server(settings({})))
"""
SCANNER_THAT_TAKES_THE_WORKER_WITH_IT = "import os, signal; os.kill(os.getppid(), signal.SIGKILL)"


def test_a_worker_killed_while_it_scans_leaves_the_file_to_the_next_one(
    world: World, running: Server
) -> None:
    upload_id = upload(world, bill(world), pdf(1))
    while run_waiting(dataclasses.replace(running, scan_command=("true",))):
        # Other tests' files are out of the way.
        pass
    assert status(world, upload_id)[0]["status"] == "UPLOADED"

    upload_id = upload(world, bill(world, "INV-2"), pdf(1))
    scanner = [sys.executable, "-c", SCANNER_THAT_TAKES_THE_WORKER_WITH_IT]
    environment = {**os.environ, **settings_of(running), "NET30_SCAN_COMMAND": shlex.join(scanner)}
    ran = subprocess.run([sys.executable, "-c", WORKER], env=environment, timeout=60)
    assert ran.returncode == -signal.SIGKILL
    # Nobody knows yet that it is dead, and the file is not taken from it.
    assert not run_waiting(running)
    assert status(world, upload_id)[0]["status"] == "IN_PROGRESS"
    later = dataclasses.replace(running, machine_now=lambda: running.machine_now() + CLAIM_MS)
    assert run_waiting(later)
    assert status(world, upload_id)[0]["status"] == "UPLOADED"


def settings_of(running: Server) -> dict[str, str]:
    """The variables by which another process runs on the same database and files."""
    return {
        "NET30_DATABASE": running.database.url,
        "NET30_FILES": str(running.files.own_folder.parent),
        "NET30_SECRET_KEY": "a key of the tests",
    }


def test_a_file_whose_fate_is_in_doubt_is_left_to_the_sweep(world: World, running: Server) -> None:
    arguments = {"name": "a.png", "body": PNG}
    with pytest.raises(ConnectionError), receiving(running, system_actor(world.id), arguments):
        raise ConnectionError("while committing")
    assert len(files_of(world)) == 1
    sweep(running, AT_ONCE_S)
    assert files_of(world) == []


def test_a_write_that_was_cut_off_is_swept(world: World, running: Server) -> None:
    attach(world, vendor(world), PNG)
    partial = folder_of(world) / (b"fil01".hex() + PARTIAL)
    partial.write_bytes(b"half")
    stranger = folder_of(world) / "README.txt"
    stranger.write_text("not ours")
    sweep(running, AT_ONCE_S)
    assert not partial.exists()
    assert stranger.exists()
    assert len(files_of(world)) == 2


def test_databases_that_share_a_folder_do_not_sweep_each_others_files(tmp_path: Path) -> None:
    one, other = Files(tmp_path, lambda: "one"), Files(tmp_path, lambda: "other")
    one.write("008A", "fil1", b"content")
    assert list(other.orphan_candidates(AT_ONCE_S)) == []
    assert list(one.orphan_candidates(AT_ONCE_S)) == [("008A", ["fil1"])]
    assert other.read("008A", "fil1") is None
    assert one.read("008A", "fil1") == b"content"
    one.remove("008A", "fil1")
    one.remove("008A", "fil1")
    assert list(one.orphan_candidates(AT_ONCE_S)) == []


def test_ids_that_differ_in_case_alone_have_files_of_their_own(tmp_path: Path) -> None:
    files = Files(tmp_path, lambda: "own")
    paths = {str(files.path("008A", id)).lower() for id in ("filA", "fila")}
    assert len(paths) == 2


def test_a_file_that_is_missing_is_told_as_missing(world: World) -> None:
    attached = attach(world, vendor(world), PNG)
    (file,) = files_of(world)
    file.unlink()
    assert fetch(world, attached["downloadLink"]).codes == ["BDC_1205"]
