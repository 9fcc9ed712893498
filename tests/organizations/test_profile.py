"""What is known of an organization: read, changed part by part, recorded, and nobody else's."""

from typing import Any

import msgspec
import pytest
from clients import Answered, Api, World
from sqlalchemy import bindparam, select

from net30.kernel.tables import AuditEntry, audit_entries
from net30.store.statements import Statement

TRAIL = Statement(
    select(audit_entries)
    .where(
        audit_entries.c.organization_id == bindparam("organization_id"),
        audit_entries.c.entity_id == bindparam("organization_id"),
        audit_entries.c.action == "EDIT",
    )
    .order_by(audit_entries.c.id)
)
ADDRESS = {
    "line1": "1 Main Street",
    "city": "San Jose",
    "stateOrProvince": "CA",
    "zipOrPostalCode": "95113",
    "country": "US",
    "countryName": "United States",
}


def read(world: World) -> Any:
    return world.get(f"/organizations/{world.id}").ok()


def change(world: World, **body: Any) -> Answered:
    return world.call("PATCH", f"/organizations/{world.id}", body)


def changes(world: World) -> list[tuple[str, dict[str, list[Any]]]]:
    """What the trail has of the organization's edits, by what was edited."""
    with world.database.read() as tx:
        entries = tx.records(AuditEntry, TRAIL, {"organization_id": world.id})
    return [(entry.entity, msgspec.json.decode(entry.changes)) for entry in entries]


def test_a_world_is_an_organization_with_a_profile(world: World) -> None:
    assert read(world) == {
        "id": world.id,
        "archived": False,
        "name": "Sandbox Company",
        "address": ADDRESS,
        "mailingAddress": ADDRESS,
        "phone": "+14155550100",
        "accountType": "BUSINESS",
        "processingOptions": {
            "mailingAddressSameAsPhysical": True,
            "individualTransferOut": False,
            "individualTransferIn": False,
        },
        "createdTime": "2026-03-03T00:00:00.000+00:00",
        "updatedTime": "2026-03-03T00:00:00.000+00:00",
    }


def test_everything_can_be_changed(world: World) -> None:
    given = {
        "name": "Happy Music",
        "phone": "5125550100",
        "companyOwner": {"name": "Ann Owner", "dateOfBirth": "1980-02-29"},
        "taxIdType": "EIN",
        "industry": "Music and performing arts",
        "businessCategory": "LLC",
        "accountType": "OTHER",
    }
    options = {"individualTransferOut": True, "individualTransferIn": True}
    before = read(world)
    answered = change(world, **given, taxId="123456789", processingOptions=options).ok()
    assert answered == {
        **before,
        **given,
        "taxId": "*****6789",
        "processingOptions": {"mailingAddressSameAsPhysical": True, **options},
        "updatedTime": "2026-03-03T17:00:00.000+00:00",
    }
    assert read(world) == answered


def test_what_is_left_out_stays(world: World) -> None:
    change(world, companyOwner={"name": "Ann Owner", "dateOfBirth": "1980-02-29"}, taxId="123456789").ok()
    changed = change(world, companyOwner={"name": "Bob Owner"}, address={"line1": "2 Side Street"}).ok()
    assert changed["companyOwner"] == {"name": "Bob Owner", "dateOfBirth": "1980-02-29"}
    assert changed["address"] == {**ADDRESS, "line1": "2 Side Street"}
    assert changed["taxId"] == "*****6789"
    assert change(world, address={"line1": None, "line2": None}).ok() == changed


def test_an_empty_text_clears(world: World) -> None:
    change(world, taxId="123456789", industry="Music", companyOwner={"name": "Ann"}).ok()
    cleared = change(
        world, taxId="", industry="", companyOwner={"name": ""}, address={"stateOrProvince": ""}
    ).ok()
    assert not cleared.keys() & {"taxId", "industry", "companyOwner"}
    assert "stateOrProvince" not in cleared["address"]


def test_mail_goes_to_the_address_unless_told_otherwise(world: World) -> None:
    own = change(world, mailingAddress={"line1": "PO Box 1"}).ok()
    assert own["mailingAddress"] == {**ADDRESS, "line1": "PO Box 1"}, "a copy of the address, changed"
    assert own["address"] == ADDRESS
    assert own["processingOptions"]["mailingAddressSameAsPhysical"] is False
    moved = change(world, address={"line1": "2 Side Street"}).ok()
    assert moved["mailingAddress"] == own["mailingAddress"]
    same = change(world, processingOptions={"mailingAddressSameAsPhysical": True}).ok()
    assert same["mailingAddress"] == same["address"] == {**ADDRESS, "line1": "2 Side Street"}
    apart = change(world, processingOptions={"mailingAddressSameAsPhysical": False}).ok()
    assert apart["mailingAddress"] == apart["address"]
    moved = change(world, address={"line1": "3 Side Street"}).ok()
    assert (moved["address"]["line1"], moved["mailingAddress"]["line1"]) == ("3 Side Street", "2 Side Street")


def test_a_tax_id_comes_back_in_stars_only_as_it_was_shown(world: World) -> None:
    change(world, taxId="123456789").ok()
    assert change(world, taxId="*****6789").ok()["taxId"] == "*****6789"
    assert [entity for entity, _ in changes(world)] == ["OrganizationProfile"]
    assert change(world, taxId="*****1234").codes == [None]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "  "},
        {"name": "x" * 101},
        {"phone": "call me"},
        {"taxIdType": "VAT"},
        {"address": {"country": "XX"}},
        {"address": {"line1": ""}},
        {"mailingAddress": {"city": "San\nJose"}},
        {"companyOwner": {"dateOfBirth": "1980-02-30"}},
        {"industry": "x" * 501},
    ],
)
def test_what_it_may_not_be(world: World, wrong: dict[str, Any]) -> None:
    before = read(world)
    answered = change(world, **{"phone": "5125550100", **wrong})
    assert (answered.status, answered.codes) == (400, [None])
    assert read(world) == before


def test_every_change_is_in_the_trail(world: World) -> None:
    change(world, name="Happy Music", phone="5125550100", taxId="123456789").ok()
    assert changes(world) == [
        ("Organization", {"name": ["Sandbox Company", "Happy Music"]}),
        (
            "OrganizationProfile",
            {"phone": ["+14155550100", "5125550100"], "tax_id_secret": ["***", "***"]},
        ),
    ]
    change(world, name="Happy Music", phone="5125550100", address={"city": "San Jose"}).ok()
    assert len(changes(world)) == 2, "nothing differs"


def test_another_organization_is_unknown(world: World, other_world: World) -> None:
    for method, body in (("GET", None), ("PATCH", {"phone": "5125550100"})):
        answered = world.call(method, f"/organizations/{other_world.id}", body)
        assert (answered.status, answered.codes) == (404, ["BDC_1205"])
    assert read(other_world)["phone"] == "+14155550100"


def test_administrators_only(world: World) -> None:
    for role, status in (("ACCOUNTANT", 403), ("AUDITOR", 403), ("ADMINISTRATOR", 200)):
        headers = world.sign_in(person=world.hire(role))
        assert world.call("GET", f"/organizations/{world.id}", headers=headers).status == status
        changed = world.call("PATCH", f"/organizations/{world.id}", {"industry": "Music"}, headers=headers)
        assert changed.status == status


def test_names_of_industries_may_be_used(world: World) -> None:
    names = world.get("/organizations/industries").ok()["results"]
    assert len(names) == len(set(names)) > 50
    assert names[:-1] == sorted(names[:-1])
    assert change(world, industry=names[0]).ok()["industry"] == names[0]


def test_where_no_address_is_known(api: Api) -> None:
    """A partner's own organization begins with nothing but its name."""
    made = api.call("POST", "/sandbox/v1/partners", {"name": "Books & Co"}).ok()
    control = {"devKey": made["devKey"]}
    person = api.call(
        "POST",
        f"/sandbox/v1/organizations/{made['organizationId']}/users",
        {"role": "ADMINISTRATOR"},
        headers=control,
    ).ok()
    inside = World.__new__(World)
    inside.api, inside.id, inside.made = api, made["organizationId"], made
    inside.headers = inside.sign_in(person=person)
    assert not read(inside).keys() & {"address", "mailingAddress", "phone"}
    for wrong in (
        {"address": {"city": "Austin"}},
        {"mailingAddress": {"city": "Austin"}},
        {"processingOptions": {"mailingAddressSameAsPhysical": False}},
    ):
        assert change(inside, **wrong).codes == [None]
    told = {name: part for name, part in ADDRESS.items() if name not in ("countryName", "stateOrProvince")}
    assert change(inside, address=told).ok()["address"] == {**told, "countryName": "United States"}
