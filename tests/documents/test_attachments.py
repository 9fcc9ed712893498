"""Attachments: put on a vendor, listed, fetched, deleted; and the scanner that a server may have."""

import dataclasses
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from clients import Api, World
from documents.cases import (
    MALWARE,
    PNG,
    attach,
    bill,
    document,
    fetch,
    pdf,
    processed,
    send,
    status,
    upload,
    vendor,
)
from receivables.cases import customer
from sqlalchemy import bindparam, select

from net30.documents.processing import CLAIM_MS, MOST_SCANS, run_waiting
from net30.kernel.context import Server
from net30.kernel.tables import AuditEntry, audit_entries
from net30.store.statements import Statement

TRAIL = Statement(
    select(audit_entries)
    .where(
        audit_entries.c.organization_id == bindparam("organization_id"),
        audit_entries.c.entity_id == bindparam("entity_id"),
    )
    .order_by(audit_entries.c.id)
)


def trail(world: World, id: str) -> list[AuditEntry]:
    with world.database.read() as tx:
        return tx.records(AuditEntry, TRAIL, {"organization_id": world.id, "entity_id": id})


def test_an_attachment_can_be_fetched_at_once(world: World) -> None:
    vendor_id = vendor(world)
    attached = attach(world, vendor_id, b"\x00anything", "form.bin")
    assert attached == {
        "id": attached["id"],
        "name": "form.bin",
        "createdTime": "2026-03-03T17:00:00.000+00:00",
        "downloadLink": f"http://127.0.0.1:8030/files/v1/attachments/{attached['id']}",
    }
    assert attached["id"].startswith("att")
    assert world.get(f"/attachments/{attached['id']}").ok() == attached
    assert world.get(f"/attachments/vendors/{vendor_id}").ok() == {"results": [attached]}
    fetched = fetch(world, attached["downloadLink"])
    assert (fetched.status, fetched.content) == (200, b"\x00anything")
    assert fetched.headers["content-type"] == "application/octet-stream"


def test_a_deleted_attachment_is_gone_for_good(world: World) -> None:
    vendor_id = vendor(world)
    gone, stays = attach(world, vendor_id, PNG, "a.png"), attach(world, vendor_id, PNG, "b.png")
    assert world.delete(f"/attachments/{gone['id']}").ok() == {"status": "SUCCESS"}
    assert world.get(f"/attachments/{gone['id']}").codes == ["BDC_1205"]
    assert world.delete(f"/attachments/{gone['id']}").codes == ["BDC_1205"]
    assert fetch(world, gone["downloadLink"]).codes == ["BDC_1205"]
    assert world.get(f"/attachments/vendors/{vendor_id}").ok() == {"results": [stays]}
    # What was there, and who took it away, is still known.
    assert [entry.action for entry in trail(world, gone["id"])] == ["CREATE", "EDIT"]
    assert trail(world, gone["id"])[1].user_id == world.user_id


def test_another_organizations_attachments_mean_nothing(world: World, other_world: World) -> None:
    vendor_id = vendor(world)
    attached = attach(world, vendor_id, PNG)
    assert other_world.get(f"/attachments/{attached['id']}").codes == ["BDC_1205"]
    assert other_world.delete(f"/attachments/{attached['id']}").codes == ["BDC_1205"]
    assert other_world.get(f"/attachments/vendors/{vendor_id}").codes == ["BDC_1205"]
    assert send(other_world, f"/attachments/vendors/{vendor_id}", PNG).codes == ["BDC_1205"]
    assert fetch(other_world, attached["downloadLink"]).codes == ["BDC_1205"]
    assert fetch(world, attached["downloadLink"]).status == 200


def test_a_customer_has_attachments_of_its_own(world: World, other_world: World) -> None:
    customer_id, path = customer(world)["id"], "/attachments/customers"
    attached = send(world, f"{path}/{customer_id}", PNG, "contract.png").ok()
    assert attached["name"] == "contract.png"
    assert fetch(world, attached["downloadLink"]).content == PNG
    assert world.get(f"{path}/{customer_id}").ok() == {"results": [attached]}
    assert world.get(f"{path}/{customer(world)['id']}").ok() == {"results": []}
    for whose, id in ((other_world, customer_id), (world, vendor(world))):
        assert whose.get(f"{path}/{id}").codes == ["BDC_1205"]
        assert send(whose, f"{path}/{id}", PNG).codes == ["BDC_1205"]
    world.delete(f"/attachments/{attached['id']}").ok()
    assert world.get(f"{path}/{customer_id}").ok() == {"results": []}


def test_malware_is_not_handed_out(world: World) -> None:
    attached = attach(world, vendor(world), MALWARE, "form.txt")
    assert "downloadLink" not in attached
    answered = fetch(world, f"/files/v1/attachments/{attached['id']}")
    assert (answered.status, answered.codes) == (403, [None])
    assert "malware" in answered.json[0]["detail"]
    world.delete(f"/attachments/{attached['id']}").ok()


def test_an_attachment_is_no_document(world: World) -> None:
    attached = attach(world, vendor(world), PNG)["id"]
    assert world.get(f"/documents/{attached}").codes == ["BDC_1205"]
    assert world.get(f"/attachments/{document(world, bill(world), PNG)['id']}").codes == ["BDC_1205"]


# ---- with a scanner of the server's own -----------------------------------------------------------------

SCANNER = """
import os, pathlib, sys
content = pathlib.Path(sys.argv[-1]).read_bytes()
assert not [name for name in os.environ if name.startswith("NET30_")]
sys.exit(1 if b"worm" in content else 2 if b"riddle" in content else 0)
"""

Scanned = Callable[[int], Api]


@pytest.fixture
def scanned(running: Server, tmp_path: Path) -> Scanned:
    """The server with a scanner, some milliseconds later than it is."""
    script = tmp_path / "a scanner.py"
    script.write_text(SCANNER)

    def later(ms: int) -> Api:
        return Api(
            dataclasses.replace(
                running,
                scan_command=(sys.executable, str(script)),
                machine_now=lambda: running.machine_now() + ms,
            )
        )

    return later


@pytest.fixture
def guarded(scanned: Scanned) -> World:
    return World(scanned(0), frozen_at="2026-03-03T17:00:00Z")


def test_a_scanner_sees_a_file_before_anyone_gets_it(guarded: World) -> None:
    vendor_id = vendor(guarded)
    clean, infected = attach(guarded, vendor_id, PNG), attach(guarded, vendor_id, b"a worm", "a.txt")
    for attached in (clean, infected):
        waiting = fetch(guarded, attached["downloadLink"])
        assert (waiting.status, waiting.codes) == (409, [None])
    run_waiting(guarded.api.running)
    assert fetch(guarded, clean["downloadLink"]).content == PNG
    assert fetch(guarded, infected["downloadLink"]).status == 403
    assert "downloadLink" not in guarded.get(f"/attachments/{infected['id']}").ok()
    assert '"INFECTED"' in trail(guarded, infected["id"])[-1].changes


def test_a_scanner_sees_documents_too(guarded: World) -> None:
    bill_id = bill(guarded)
    assert document(guarded, bill_id, pdf(1))["scanStatus"] == "CLEAN"
    told = processed(guarded, upload(guarded, bill_id, b"a worm", "a.txt"))
    assert (told["status"], told["scanStatus"]) == ("UPLOADED", "INFECTED")


def test_what_cannot_be_scanned_is_tried_again_and_then_rejected(guarded: World, scanned: Scanned) -> None:
    upload_id = upload(guarded, bill(guarded), b"a riddle", "a.txt")
    attached = attach(guarded, vendor(guarded), b"a riddle", "a.txt")
    for round in range(MOST_SCANS):
        run_waiting(scanned(round * CLAIM_MS).running)
        (told,) = status(guarded, upload_id)
        assert (told["status"], told["scanStatus"]) == ("IN_PROGRESS", "IN_QUEUE")
    run_waiting(scanned(MOST_SCANS * CLAIM_MS).running)
    (told,) = status(guarded, upload_id)
    assert (told["status"], told["scanStatus"]) == ("FAILED", "REJECTED")
    assert fetch(guarded, attached["downloadLink"]).status == 403
