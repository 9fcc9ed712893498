"""The one write: what a room hands over is stored, stamped, told in the trail and followed, or nothing happens."""

from collections.abc import Iterator

import msgspec
import pytest
from clients import World
from sqlalchemy import bindparam, select
from vendor_cases import ADDRESS

from net30.kernel.context import Context, Server, system_actor, writing
from net30.kernel.entity import Change
from net30.kernel.tables import AuditEntry, Event, audit_entries, events
from net30.store.record import TOLD
from net30.store.statements import Statement
from net30.vendors.actions import VENDOR, require_vendor
from net30.vendors.tables import Vendor

_TRAIL = Statement(
    select(audit_entries)
    .where(
        audit_entries.c.organization_id == bindparam("organization_id"),
        audit_entries.c.entity_id == bindparam("entity_id"),
    )
    .order_by(audit_entries.c.id)
)
_TOLD = Statement(
    select(events).where(
        events.c.organization_id == bindparam("organization_id"), events.c.entity_id == bindparam("entity_id")
    )
)


@pytest.fixture
def inside(running: Server, world: World) -> Iterator[Context]:
    """An open transaction of a world, an hour after a vendor of it was made."""
    world.advance("PT1H")
    with writing(running, system_actor(world.id)) as ctx:
        yield ctx


@pytest.fixture
def vendor_id(world: World) -> str:
    made: str = world.post("/vendors", {"name": "Bass", "address": ADDRESS}).ok()["id"]
    return made


def trail(ctx: Context, id: str) -> list[AuditEntry]:
    return ctx.tx.records(AuditEntry, _TRAIL, {"entity_id": id})


def told(ctx: Context, id: str) -> list[str]:
    return sorted(event.type for event in ctx.tx.records(Event, _TOLD, {"entity_id": id}))


def renamed(vendor: Vendor, name: str) -> Vendor:
    return msgspec.structs.replace(vendor, name=name)


def test_a_change_is_stored_stamped_and_told(vendor_id: str, inside: Context) -> None:
    old = require_vendor(inside, vendor_id)
    new = VENDOR.revise(inside, old, renamed(old, "Treble"))
    assert new == require_vendor(inside, vendor_id)
    assert (new.name, new.updated_time) == ("Treble", inside.now)
    entry = trail(inside, vendor_id)[-1]
    assert (entry.action, msgspec.json.decode(entry.changes)) == ("EDIT", {"name": ["Bass", "Treble"]})
    assert told(inside, vendor_id) == ["vendor.created", "vendor.updated"]


def test_no_change_is_no_event(vendor_id: str, inside: Context) -> None:
    old = require_vendor(inside, vendor_id)
    assert VENDOR.revise(inside, old, renamed(old, old.name)) is old
    assert len(trail(inside, vendor_id)) == 1
    assert told(inside, vendor_id) == ["vendor.created"]


def test_what_belongs_to_it_changed(vendor_id: str, inside: Context) -> None:
    old = require_vendor(inside, vendor_id)
    assert VENDOR.touch(inside, old).updated_time == inside.now > old.updated_time
    assert len(trail(inside, vendor_id)) == 1
    assert told(inside, vendor_id) == ["vendor.created", "vendor.updated"]


def test_what_happened_is_read_off_the_versions(vendor_id: str, inside: Context) -> None:
    vendor = require_vendor(inside, vendor_id)
    archived = msgspec.structs.replace(vendor, archived=1)
    assert Change(None, vendor).verb == "created"
    assert Change(vendor, renamed(vendor, "Treble")).verb == "updated"
    assert Change(vendor, archived).verb == "archived"
    assert Change(archived, vendor).verb == "restored"


def test_there_is_no_other_way(vendor_id: str, inside: Context) -> None:
    vendor = require_vendor(inside, vendor_id)
    assert Vendor in TOLD
    with pytest.raises(AssertionError, match="entered as an entity"):
        inside.tx.insert(vendor)
    with pytest.raises(AssertionError, match="revised as an entity"):
        inside.tx.update(vendor, renamed(vendor, "Treble"))
