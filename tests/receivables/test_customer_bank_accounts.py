"""What a customer may be charged from: accounts that are verified in two business days, and its consent."""

from typing import Any

import pytest
from clients import Api, World
from receivables.cases import ACCOUNT, BILLING, account, customer
from sqlalchemy import bindparam, select
from vendor_cases import whole_trail

from net30.customers.actions import VERIFY
from net30.kernel.context import Server
from net30.kernel.tables import jobs
from net30.store.statements import Statement

NOW = "2026-03-03T17:00:00.000+00:00"

_WAITING = Statement(
    select(jobs.c.kind).where(
        jobs.c.organization_id == bindparam("organization_id"),
        jobs.c.state == "WAITING",
        jobs.c.kind == VERIFY,
    )
)


def billed(world: World) -> str:
    """The id of a customer with a billing address."""
    return str(customer(world, billingAddress=BILLING)["id"])


def statuses(world: World, customer_id: str, **query: Any) -> list[str]:
    listed = world.get(f"/customers/{customer_id}/bank-accounts", **query).ok()["results"]
    return [one["status"] for one in listed]


# ---- adding and verifying -------------------------------------------------------------------------------


def test_an_account_is_added_and_its_number_not_shown(world: World) -> None:
    customer_id = billed(world)
    path = f"/customers/{customer_id}/bank-accounts"
    answered = world.post(path, {**ACCOUNT, "nickname": "Operating"})
    made = answered.ok()
    assert answered.status == 201
    assert made["id"].startswith("cba")
    assert made == {
        **ACCOUNT,
        "id": made["id"],
        "accountNumber": "******7890",
        "nickname": "Operating",
        "status": "PENDING",
        "archived": False,
        "createdTime": NOW,
        "updatedTime": NOW,
    }
    assert world.get(f"{path}/{made['id']}").ok() == made
    assert world.get(path).ok() == {"results": [made]}
    assert world.get(f"/customers/{customer_id}").ok()["hasBankAccount"] is True
    told = [changes for entity, changes in whole_trail(world) if entity == "CustomerBankAccount"]
    assert len(told) == 1
    assert "1234567890" not in told[0]


@pytest.mark.parametrize(
    ("begun", "waited", "verified"),
    [
        # Los Angeles is eight hours behind: Tuesday morning, Friday evening, and Friday evening before a change
        # of the clocks and a Federal holiday on the Monday after the first.
        ("2026-03-03T17:00:00Z", "2026-03-05T07:59:59Z", "2026-03-05T08:00:00Z"),
        ("2026-02-14T04:00:00Z", "2026-02-18T07:59:59Z", "2026-02-18T08:00:00Z"),
        ("2026-03-07T04:00:00Z", "2026-03-10T06:59:59Z", "2026-03-10T07:00:00Z"),
    ],
)
def test_it_is_verified_when_the_second_business_day_begins(
    api: Api, begun: str, waited: str, verified: str
) -> None:
    world = World(api, frozen_at=begun)
    customer_id = billed(world)
    account(world, customer_id)
    world.control("POST", "/clock/advance", {"to": waited}).ok()
    assert statuses(world, customer_id) == ["PENDING"]
    world.control("POST", "/clock/advance", {"to": verified}).ok()
    assert statuses(world, customer_id) == ["VERIFIED"]
    one = world.get(f"/customers/{customer_id}/bank-accounts").ok()["results"][0]
    assert one["updatedTime"] == verified.replace("Z", ".000+00:00")


def test_the_customer_must_have_a_billing_address(world: World) -> None:
    customer_id = customer(world, shippingAddress=BILLING)["id"]
    refused = world.post(f"/customers/{customer_id}/bank-accounts", ACCOUNT)
    assert (refused.status, refused.codes) == (422, ["BDC_1117"])
    assert statuses(world, customer_id) == []
    world.patch(f"/customers/{customer_id}", {"billingAddress": BILLING}).ok()
    account(world, customer_id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"accountNumber": None}, "accountNumber"),
        ({"accountNumber": "123"}, "accountNumber"),
        ({"accountNumber": "123456789012345678"}, "accountNumber"),
        ({"accountNumber": "12345678A"}, "accountNumber"),
        ({"routingNumber": None}, "routingNumber"),
        ({"routingNumber": "021000022"}, "routingNumber"),
        ({"routingNumber": "02100002"}, "routingNumber"),
        ({"nameOnAccount": " "}, "nameOnAccount"),
        ({"nickname": "a\nb"}, "nickname"),
        ({"type": "MONEY_MARKET"}, "type"),
        ({"ownerType": None}, "ownerType"),
    ],
)
def test_a_bad_field_is_named(world: World, change: dict[str, Any], field: str) -> None:
    customer_id = billed(world)
    refused = world.post(f"/customers/{customer_id}/bank-accounts", {**ACCOUNT, **change})
    assert refused.status == 400
    assert [error["message"].split(":")[0] for error in refused.json] == [field]
    assert "12345678A" not in refused.text
    assert statuses(world, customer_id) == []


# ---- changing and archiving -----------------------------------------------------------------------------


def test_only_nickname_and_owner_type_change(world: World) -> None:
    customer_id = billed(world)
    before = account(world, customer_id, nickname="Operating")
    path = f"/customers/{customer_id}/bank-accounts/{before['id']}"
    world.advance("P1D")
    others = {
        "accountNumber": "555555",
        "routingNumber": "011000015",
        "nameOnAccount": "X",
        "type": "SAVINGS",
    }
    assert world.patch(path, others).ok() == before
    changed = world.patch(path, {"ownerType": "PERSONAL", **others}).ok()
    later = "2026-03-04T17:00:00.000+00:00"
    assert changed == {**before, "ownerType": "PERSONAL", "updatedTime": later}
    assert "nickname" not in world.patch(path, {"nickname": ""}).ok()


def test_archiving_an_account_is_final(world: World, running: Server) -> None:
    customer_id = billed(world)
    first, second = account(world, customer_id), account(world, customer_id)
    path = f"/customers/{customer_id}/bank-accounts"
    archived = world.post(f"{path}/{first['id']}/archive").ok()
    assert archived == {**first, "archived": True}
    assert world.post(f"{path}/{first['id']}/archive").ok() == archived
    assert world.get(f"/customers/{customer_id}").ok()["hasBankAccount"] is True
    refused = world.patch(f"{path}/{first['id']}", {"nickname": "Old"})
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    assert world.post(f"{path}/{first['id']}/restore").status == 404
    # Nothing is verified any more of an account that is not used.
    world.advance("P7D")
    assert statuses(world, customer_id) == ["PENDING", "VERIFIED"]
    with running.database.read() as tx:
        assert tx.rows(_WAITING, {"organization_id": world.id}) == []
    world.post(f"{path}/{second['id']}/archive").ok()
    assert world.get(f"/customers/{customer_id}").ok()["hasBankAccount"] is False


def test_accounts_of_a_customer_are_filtered_sorted_and_paged(world: World) -> None:
    customer_id, other_id = billed(world), billed(world)
    account(world, other_id)
    first, second = account(world, customer_id, type="SAVINGS"), account(world, customer_id)
    path = f"/customers/{customer_id}/bank-accounts"
    world.post(f"{path}/{first['id']}/archive").ok()
    world.advance("P7D")
    assert statuses(world, customer_id, filters="status:eq:VERIFIED") == ["VERIFIED"]
    assert statuses(world, customer_id, filters="archived:eq:true") == ["PENDING"]
    assert statuses(world, customer_id, filters="type:eq:SAVINGS") == ["PENDING"]
    assert statuses(world, customer_id, filters=f"customerId:eq:{other_id}") == []
    assert statuses(world, customer_id, sort="createdTime:desc") == ["VERIFIED", "PENDING"]
    page = world.get(path, max=1).ok()
    assert [one["id"] for one in page["results"]] == [first["id"]]
    page = world.get(path, max=1, page=page["nextPage"]).ok()
    assert [one["id"] for one in page["results"]] == [second["id"]]
    assert world.get(f"/customers/{other_id}/bank-accounts", max=1, page=page["prevPage"]).status == 400


def test_an_account_is_found_at_its_own_customer_only(world: World, other_world: World) -> None:
    mine, other = billed(world), billed(world)
    theirs = billed(other_world)
    their_account, other_account = account(other_world, theirs)["id"], account(world, other)["id"]
    for customer_id, account_id in ((theirs, their_account), (mine, their_account), (mine, other_account)):
        path = f"/customers/{customer_id}/bank-accounts/{account_id}"
        for refused in (
            world.get(path),
            world.patch(path, {"nickname": "Mine"}),
            world.post(f"{path}/archive"),
        ):
            assert (refused.status, refused.codes) == (404, ["BDC_1205"])
    for refused in (
        world.get(f"/customers/{theirs}/bank-accounts"),
        world.post(f"/customers/{theirs}/bank-accounts", ACCOUNT),
        world.post(f"/customers/{theirs}/charge-authorization", {"authorizedToCharge": True}),
    ):
        assert (refused.status, refused.codes) == (404, ["BDC_1205"])


# ---- consent --------------------------------------------------------------------------------------------


def test_consent_is_recorded_and_withdrawn(world: World) -> None:
    before = customer(world)
    path = f"/customers/{before['id']}/charge-authorization"
    for agreed in (True, True, False):
        answered = world.post(path, {"authorizedToCharge": agreed})
        assert (answered.status, answered.json) == (200, {"authorizedToCharge": agreed})
        assert world.get(f"/customers/{before['id']}").ok() == {**before, "authorizedToCharge": agreed}
    assert world.post(path, {}).status == 400
    assert [entity for entity, _ in whole_trail(world)].count("Customer") == 3


def test_an_organization_that_is_not_approved_may_charge_nobody(api: Api) -> None:
    world = World(api, {"riskVerified": False}, frozen_at="2026-03-03T17:00:00Z")
    path = f"/customers/{customer(world)['id']}/charge-authorization"
    refused = world.post(path, {"authorizedToCharge": True})
    assert (refused.status, refused.codes) == (422, ["BDC_1151"])
    assert world.post(path, {"authorizedToCharge": False}).ok() == {"authorizedToCharge": False}


@pytest.mark.parametrize(("role", "may"), [("CLERK", True), ("ACCOUNTANT", True), ("AUDITOR", False)])
def test_who_keeps_customers(world: World, role: str, may: bool) -> None:
    customer_id = billed(world)
    theirs = world.sign_in(person=world.hire(role))
    assert world.call("GET", f"/customers/{customer_id}/bank-accounts", headers=theirs).status == 200
    for path, body in (
        ("/customers", {"name": "A", "email": "a@b.example"}),
        (f"/customers/{customer_id}/bank-accounts", ACCOUNT),
        (f"/customers/{customer_id}/charge-authorization", {"authorizedToCharge": True}),
    ):
        answered = world.post(path, body, headers=theirs)
        assert (answered.status < 300) is may
        assert may or answered.codes == ["BDC_1145"]
