"""How two organizations come to be connected, what each then sees of the other, and how they part."""

import dataclasses
import json
from typing import Any

import pytest
from clients import Api, World
from network.office import (
    accept,
    connected,
    customer_of,
    invitation,
    invite,
    network_id,
    organization,
    own_word,
    path,
    status,
    vendor_of,
)
from receivables.cases import BILLING
from stock import blank
from vendor_cases import ADDRESS, BERLIN, paid_to, told, whole_trail
from vendor_cases import US_ACCOUNT as ACCOUNT

from net30.network.tables import NetworkConnection
from net30.network.telling import PAGE, tell_some, tell_waiting

PLACE = {
    "line1": "1 Main Street",
    "city": "San Jose",
    "stateOrProvince": "CA",
    "zipOrPostalCode": "95113",
    "country": "US",
    "countryName": "United States",
}


@pytest.fixture
def payer(api: Api) -> World:
    return organization(api, "School of Music")


@pytest.fixture
def payee(api: Api) -> World:
    return organization(api, "Strings Incorporated")


def read(world: World, record_id: str) -> Any:
    kind = "vendors" if record_id.startswith("009") else "customers"
    return world.get(f"/{kind}/{record_id}").ok()


def mails(world: World) -> list[Any]:
    found: list[Any] = world.control("GET", "/messages").ok()["results"]
    return found


def listed(world: World, kind: str) -> list[Any]:
    found: list[Any] = world.get(f"/{kind}").ok()["results"]
    return found


# ---- invited and accepted -------------------------------------------------------------------------------


def test_an_invitation_waits_until_it_is_accepted(payer: World, payee: World) -> None:
    vendor_id, customer_id = vendor_of(payer), customer_of(payee)
    assert payer.get(path(vendor_id)).ok() == {"id": vendor_id, "status": "NOT_CONNECTED"}
    assert "networkStatus" not in read(payer, vendor_id)
    answered = invite(payer, vendor_id, payee)
    assert (answered.status, answered.text) == (200, "")
    waiting = {"id": vendor_id, "status": "PENDING", "networkId": network_id(payee)}
    assert payer.get(path(vendor_id)).ok() == waiting
    assert read(payer, vendor_id)["networkStatus"] == "PENDING"
    assert read(payer, vendor_id)["paymentInformation"]["payByType"] == "CHECK"
    mail = mails(payee)[0]
    assert mail["recipient"] == payee.made["username"]
    assert "School of Music wants to pay you" in mail["body"]
    assert network_id(payer) in mail["body"]
    assert status(payee, customer_id) == "NOT_CONNECTED"
    assert accept(payee, payer, "CUSTOMER", id=customer_id).text == ""
    assert payer.get(path(vendor_id)).ok() == {**waiting, "status": "CONNECTED"}
    assert payee.get(path(customer_id)).ok() == {
        "id": customer_id,
        "status": "CONNECTED",
        "networkId": network_id(payer),
    }


def test_a_connected_vendor_shows_what_the_network_knows(payer: World, payee: World) -> None:
    own = {"phone": "5125550100", "email": "own@strings.example", "accountNumber": "A-1"}
    vendor_id = vendor_of(payer, **own, **paid_to(ACCOUNT))
    before = read(payer, vendor_id)
    invite(payer, vendor_id, payee).ok()
    accept(payee, payer, "CUSTOMER", name="The school").ok()
    shown = read(payer, vendor_id)
    paid = before["paymentInformation"]
    del paid["bankAccount"]
    assert shown == {
        **before,
        "networkStatus": "CONNECTED",
        "paymentNetworkId": network_id(payee),
        "bankAccountStatus": "NET_LINKED_ACCOUNT",
        "phone": "+14155550100",
        "address": PLACE,
        "paymentInformation": {**paid, "payeeName": "Strings Incorporated", "payByType": "WALLET"},
    }
    assert listed(payer, "vendors") == [shown]
    # The clock stands still, so events have no order.
    events = {event.get("networkStatus"): (type, event) for type, event in told(payer, vendor_id)}
    assert {status: type for status, (type, _) in events.items()} == {
        None: "vendor.created",
        "PENDING": "vendor.updated",
        "CONNECTED": "vendor.updated",
    }
    assert events["CONNECTED"][1]["paymentInformation"]["payByType"] == "WALLET"


def test_a_connected_customer_shows_what_the_network_knows(payer: World, payee: World) -> None:
    customer_id = customer_of(payee, companyName="Own", phone="1", billingAddress=BILLING)
    before = read(payee, customer_id)
    invite(payee, customer_id, payer).ok()
    assert read(payee, customer_id) == before
    accept(payer, payee, "VENDOR", name="Strings").ok()
    assert read(payee, customer_id) == {
        **before,
        "companyName": "School of Music",
        "phone": "+14155550100",
        "billingAddress": PLACE,
        "shippingAddress": PLACE,
    }


def test_accepting_by_name_makes_a_record(payer: World, payee: World) -> None:
    vendor_id = vendor_of(payer)
    invite(payer, vendor_id, payee).ok()
    accept(payee, payer, "CUSTOMER", name=" The school ").ok()
    (made,) = listed(payee, "customers")
    assert (made["name"], made["companyName"], made["email"]) == ("The school", "School of Music", "")
    assert status(payee, made["id"]) == "CONNECTED"
    customer_id = customer_of(payer)
    invite(payer, customer_id, payee).ok()
    accept(payee, payer, "VENDOR", name="The school as a vendor").ok()
    (vendor,) = listed(payee, "vendors")
    assert (vendor["name"], vendor["address"]) == ("The school as a vendor", PLACE)
    assert vendor["paymentInformation"]["payByType"] == "WALLET"
    assert {type for type, _ in told(payee, vendor["id"])} == {"vendor.created", "vendor.updated"}


def test_who_connects_automatically_need_not_accept(payer: World, payee: World) -> None:
    payee.control("PUT", "/network", {"autoConnect": True}).ok()
    vendor_id = vendor_of(payer)
    invite(payer, vendor_id, payee).ok()
    assert status(payer, vendor_id) == "CONNECTED"
    (made,) = listed(payee, "customers")
    assert (made["name"], made["billingAddress"]) == ("School of Music", PLACE)
    assert not mails(payee)
    # Whoever was connected before is connected again, not entered a second time.
    payer.delete(path(vendor_id)).ok()
    assert status(payee, made["id"]) == "NOT_CONNECTED"
    invite(payer, vendor_of(payer), payee).ok()
    assert status(payee, made["id"]) == "CONNECTED"
    assert len(listed(payee, "customers")) == 1


def test_two_who_invite_each_other_are_connected(payer: World, payee: World) -> None:
    vendor_id, customer_id = vendor_of(payer), customer_of(payee)
    invite(payer, vendor_id, payee).ok()
    invite(payee, customer_id, payer).ok()
    assert status(payer, vendor_id) == status(payee, customer_id) == "CONNECTED"


def test_a_vendor_without_an_account_is_invited_by_mail(api: Api, payer: World) -> None:
    vendor_id = vendor_of(payer)
    answered = payer.post(f"{path(vendor_id)}/email", {"email": "reeds@example.com"})
    assert (answered.status, answered.text) == (200, "")
    assert payer.get(path(vendor_id)).ok() == {"id": vendor_id, "status": "PENDING"}
    mail = mails(payer)[0]
    assert mail["recipient"] == "reeds@example.com"
    secret = mail["body"].splitlines()[1]
    newcomer, other = organization(api, "Reeds"), organization(api, "Somebody")
    # The network id alone, which anybody finds, does not open it.
    assert accept(other, payer, "CUSTOMER", name="School").codes == ["BDC_1120"]
    body = {"type": "CUSTOMER", "name": "School"}
    wrong = {**body, "networkId": f"{network_id(payer)}.guessed"}
    assert other.post("/network/invitation/accept", wrong).codes == ["BDC_1120"]
    newcomer.post("/network/invitation/accept", {**body, "networkId": secret}).ok()
    assert payer.get(path(vendor_id)).ok()["networkId"] == network_id(newcomer)
    again = other.post("/network/invitation/accept", {**body, "networkId": secret})
    assert again.codes == ["BDC_1120"]
    assert secret.partition(".")[2] not in json.dumps(whole_trail(payer))


def test_an_email_address_that_is_none(payer: World) -> None:
    refused = payer.post(f"{path(vendor_of(payer))}/email", {"email": "nobody"})
    assert (refused.status, refused.json[0]["message"].split(":")[0]) == (400, "email")


def test_an_invitation_expires_after_60_days(payer: World, payee: World) -> None:
    vendor_id = vendor_of(payer)
    invite(payer, vendor_id, payee).ok()
    payer.advance("P59D")
    assert status(payer, vendor_id) == "PENDING"
    payer.advance("P1D")
    assert status(payer, vendor_id) == "NOT_CONNECTED"
    assert read(payer, vendor_id)["networkStatus"] == "NOT_CONNECTED"
    assert accept(payee, payer, "CUSTOMER", name="School").codes == ["BDC_1120"]
    invite(payer, vendor_id, payee).ok()
    accept(payee, payer, "CUSTOMER", name="School").ok()
    payer.advance("P61D")
    assert status(payer, vendor_id) == "CONNECTED"


# ---- what the other does afterwards ---------------------------------------------------------------------


def test_what_the_other_changes_is_seen(payer: World, payee: World) -> None:
    vendor_id, customer_id = connected(payer, payee)
    body = {"name": "Strings & More", "phone": "512-555-0177", "address": {"line1": "2 Side Street"}}
    payee.patch(f"/organizations/{payee.id}", body).ok()
    while tell_waiting(payer.api.running):
        pass
    vendor = read(payer, vendor_id)
    assert vendor["name"] == "Strings & Reeds"
    assert vendor["paymentInformation"]["payeeName"] == "Strings & More"
    assert vendor["phone"] == "512-555-0177"
    assert vendor["address"] == {**PLACE, "line1": "2 Side Street"}
    assert "512-555-0177" in [event.get("phone") for _, event in told(payer, vendor_id)]
    payer.patch(f"/organizations/{payer.id}", {"name": "Academy"}).ok()
    while tell_waiting(payer.api.running):
        pass
    assert read(payee, customer_id)["companyName"] == "Academy"
    # Who has parted is not told any more.
    payer.delete(path(vendor_id)).ok()
    payee.patch(f"/organizations/{payee.id}", {"phone": "512-555-0188"}).ok()
    while tell_waiting(payer.api.running):
        pass
    assert "phone" not in read(payer, vendor_id)


def test_many_are_told_in_pieces_and_a_newer_change_begins_anew(payer: World, payee: World) -> None:
    vendor_id, _ = connected(payer, payee)
    running = payer.api.running
    # Organizations that are gone since need not be told, but stand between.
    gone = [
        blank(
            NetworkConnection,
            organization_id=payee.id,
            record_id=f"0cu{number:017}",
            kind="CUSTOMER",
            status="CONNECTED",
            peer_organization_id=f"008gone{number:013}",
            peer_record_id=f"009gone{number:013}",
        )
        for number in range(2 * PAGE)
    ]
    with running.database.write() as tx:
        tx.insert(*gone)
    payee.patch(f"/organizations/{payee.id}", {"phone": "512-555-0177"}).ok()
    assert tell_some(running, payee.id)
    payee.patch(f"/organizations/{payee.id}", {"phone": "512-555-0178"}).ok()
    later = dataclasses.replace(running, machine_now=lambda: running.machine_now() + 1000)
    pieces = 0
    while tell_some(later, payee.id):
        pieces += 1
    assert pieces == 2
    assert read(payer, vendor_id)["phone"] == "512-555-0178"
    assert not tell_some(later, payee.id)


def test_own_changes_of_a_connected_vendor_show_after_it(payer: World, payee: World) -> None:
    vendor_id, _ = connected(payer, payee)
    changed = payer.patch(f"/vendors/{vendor_id}", {"phone": "5125550100", "shortName": "SR"}).ok()
    assert (changed["phone"], changed["shortName"]) == ("+14155550100", "SR")
    payer.delete(path(vendor_id)).ok()
    assert read(payer, vendor_id)["phone"] == "5125550100"


def test_a_connected_vendor_takes_no_bank_account_and_keeps_its_currency(payer: World, payee: World) -> None:
    vendor_id, _ = connected(payer, payee)
    assert payer.post(f"/vendors/{vendor_id}/bank-account", ACCOUNT).codes == ["BDC_1233"]
    assert payer.patch(f"/vendors/{vendor_id}", {"billCurrency": "EUR"}).codes == ["BDC_1119"]


# ---- parting --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["payer", "payee"])
def test_a_deleted_connection_is_gone_on_both_sides(payer: World, payee: World, who: str) -> None:
    vendor_id, customer_id = vendor_of(payer), customer_of(payee)
    vendor, customer = read(payer, vendor_id), read(payee, customer_id)
    invite(payer, vendor_id, payee).ok()
    accept(payee, payer, "CUSTOMER", id=customer_id).ok()
    world, own = (payer, vendor_id) if who == "payer" else (payee, customer_id)
    assert (deleted := world.delete(path(own))).status == 200
    assert deleted.text == ""
    assert read(payer, vendor_id) == {**vendor, "networkStatus": "NOT_CONNECTED"}
    assert read(payee, customer_id) == customer
    assert world.delete(path(own)).codes == ["BDC_1120"]
    invite(payer, vendor_id, payee).ok()
    accept(payee, payer, "CUSTOMER", id=customer_id).ok()
    assert status(payee, customer_id) == "CONNECTED"


def test_an_open_invitation_is_deleted_before_another_is_sent(api: Api, payer: World, payee: World) -> None:
    vendor_id, another = vendor_of(payer), organization(api, "Another")
    invite(payer, vendor_id, payee).ok()
    refused = invite(payer, vendor_id, another)
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    assert "open invitation" in refused.json[0]["detail"]
    payer.delete(path(vendor_id)).ok()
    assert accept(payee, payer, "CUSTOMER", name="School").codes == ["BDC_1120"]
    invite(payer, vendor_id, another).ok()
    accept(another, payer, "CUSTOMER", name="School").ok()
    refused = invite(payer, vendor_id, payee)
    assert refused.codes == ["BDC_1119"]
    assert "is connected" in refused.json[0]["detail"]


def test_one_record_stands_for_an_organization(payer: World, payee: World) -> None:
    connected(payer, payee)
    assert invite(payer, vendor_of(payer), payee).codes == ["BDC_1119"]
    assert invite(payee, customer_of(payee), payer).codes == ["BDC_1119"]
    # The other way round they may do business, too.
    invite(payee, vendor_of(payee), payer).ok()


def test_a_world_that_is_removed_leaves_a_connection_that_can_be_deleted(payer: World, payee: World) -> None:
    vendor_id, _ = connected(payer, payee)
    payee.control("DELETE", "").ok()
    assert status(payer, vendor_id) == "CONNECTED"
    assert payer.delete(path(vendor_id)).status == 200
    assert status(payer, vendor_id) == "NOT_CONNECTED"


# ---- what is refused ------------------------------------------------------------------------------------


def test_whom_nobody_knows_cannot_be_invited(payer: World, payee: World) -> None:
    vendor_id, customer_id = vendor_of(payer), customer_of(payee)
    body = invitation(payee)
    for wrong in ({"networkId": "pni00000000000000000"}, {"networkType": "RPPS"}):
        refused = payer.post(path(vendor_id), {**body, **wrong})
        assert (refused.status, refused.codes) == (404, ["BDC_1205"])
    assert invite(payer, vendor_id, payer).codes == ["BDC_1119"]
    for method in ("GET", "POST", "DELETE"):
        for record_id in (customer_id, "00901ABCDEFGHIJKLMNO", "0cu01ABCDEFGHIJKLMNO"):
            given = body if method == "POST" else None
            assert payer.call(method, path(record_id), given).codes == ["BDC_1205"]
    assert payer.post("/network/invitation/vendor/009nobody/email", {"email": "a@b.example"}).status == 404


def test_archived_records_and_vendors_abroad_are_not_connected(payer: World, payee: World) -> None:
    vendor_id, customer_id = vendor_of(payer), customer_of(payer)
    payer.post(f"/vendors/{vendor_id}/archive").ok()
    payer.post(f"/customers/{customer_id}/archive").ok()
    abroad = vendor_of(payer, address=BERLIN)
    euro = vendor_of(payer, address=ADDRESS, billCurrency="EUR")
    for record_id in (vendor_id, customer_id, abroad, euro):
        assert invite(payer, record_id, payee).codes == ["BDC_1119"]


def test_accepting_takes_an_id_or_a_name_and_the_right_type(payer: World, payee: World) -> None:
    vendor_id, customer_id = vendor_of(payer), customer_of(payee)
    invite(payer, vendor_id, payee).ok()
    assert accept(payee, payer, "CUSTOMER").status == 400
    assert accept(payee, payer, "CUSTOMER", id=customer_id, name="School").status == 400
    assert accept(payee, payer, "CUSTOMER", name="  ").status == 400
    assert accept(payee, payer, "VENDOR", name="School").codes == ["BDC_1120"]
    assert accept(payee, payer, "CUSTOMER", id=vendor_id).codes == ["BDC_1205"]
    assert accept(payee, payee, "CUSTOMER", name="Itself").codes == ["BDC_1119"]
    nobody = {"networkId": "pni00000000000000000", "type": "CUSTOMER", "name": "School"}
    assert payee.post("/network/invitation/accept", nobody).codes == ["BDC_1205"]


def test_what_roles_may_do(api: Api, payer: World, payee: World) -> None:
    vendor_id = vendor_of(payer)
    for role, reads, invites in (("CLERK", 200, 403), ("ACCOUNTANT", 200, 200), ("APPROVER", 403, 403)):
        person = payer.hire(role)
        headers = payer.sign_in(person=person)
        assert payer.call("GET", path(vendor_id), headers=headers).status == reads
        assert payer.call("POST", path(vendor_id), invitation(payee), headers=headers).status == invites


# ---- national vendors -----------------------------------------------------------------------------------


def test_a_national_vendor_is_connected_by_its_account_number(payer: World) -> None:
    vendor_id = vendor_of(payer, accountNumber="7001234567")
    (biller,) = payer.get("/network", name="copperline").ok()["results"]
    body = {"networkId": biller["id"], "networkType": "RPPS"}
    assert payer.post(path(vendor_id), body).status == 400
    wrong = {**body, "rppsInformation": {"accountNumber": "1234567891"}}
    assert payer.post(path(vendor_id), wrong).codes == ["BDC_1119"]
    wrong = {**body, "rppsInformation": {"accountNumber": "7001234567", "addressId": "0ra0"}}
    assert payer.post(path(vendor_id), wrong).codes == ["BDC_1205"]
    payer.post(path(vendor_id), {**body, "rppsInformation": {"accountNumber": "7001234567"}}).ok()
    vendor = read(payer, vendor_id)
    assert (vendor["networkStatus"], vendor["rppsId"]) == ("CONNECTED_RPPS", biller["id"])
    assert "paymentNetworkId" not in vendor
    assert vendor["paymentInformation"]["payByType"] == "RPPS"
    assert vendor["paymentInformation"]["payeeName"] == "Copperline Telephone"
    assert vendor["address"]["city"] == "Denver"
    assert payer.get(path(vendor_id)).ok()["networkId"] == biller["id"]
    assert payer.patch(f"/vendors/{vendor_id}", {"accountNumber": "1"}).codes == ["BDC_1119"]
    payer.delete(path(vendor_id)).ok()
    assert read(payer, vendor_id)["address"]["city"] == "Austin"
    assert "rppsId" not in read(payer, vendor_id)


def test_an_account_number_that_a_national_vendor_cannot_have(payer: World) -> None:
    vendor_id, customer_id = vendor_of(payer, accountNumber="12"), customer_of(payer)
    (biller,) = payer.get("/network", name="copperline").ok()["results"]
    body = {
        "networkId": biller["id"],
        "networkType": "RPPS",
        "rppsInformation": {"accountNumber": "12"},
    }
    assert payer.post(path(vendor_id), body).codes == ["BDC_1119"]
    assert payer.post(path(customer_id), body).codes == ["BDC_1119"]


# ---- nothing else is told -------------------------------------------------------------------------------


def test_nothing_else_of_the_other_is_told(api: Api) -> None:
    secret = own_word("hidden")
    payer = organization(api, "Payer")
    payee = World(
        api,
        {"companyName": "Payee", "username": f"{secret}@example.com"},
        frozen_at="2026-03-03T17:00:00Z",
    )
    payee.patch(
        f"/organizations/{payee.id}",
        {
            "taxId": "98-7654321",
            "companyOwner": {"name": secret},
            "industry": secret,
            "mailingAddress": {"line1": secret, "country": "US"},
        },
    ).ok()
    vendor_id, _ = connected(payer, payee)
    everything = json.dumps(
        [
            read(payer, vendor_id),
            payer.get(path(vendor_id)).ok(),
            payer.get("/network", name="Payee").ok(),
            told(payer, vendor_id),
            whole_trail(payer),
            mails(payer),
        ]
    )
    for untold in (secret, "7654321", payee.user_id, payee.bank_account_id):
        assert untold not in everything
