"""A connected vendor is paid through the network, and a connection outlives the payments that are on their way."""

import pytest
from clients import Api, World
from network.office import accept, connected, invite, network_id, organization, path, status, vendor_of
from payments.desk import Desk
from vendor_cases import US_ACCOUNT, paid_to


@pytest.fixture
def payer(api: Api) -> World:
    return organization(api, "School of Music")


@pytest.fixture
def payee(api: Api) -> World:
    return organization(api, "Strings Incorporated")


def national(world: World) -> str:
    """A vendor that is a national one."""
    vendor_id = vendor_of(world, accountNumber="7001234567")
    (biller,) = world.get("/network", name="copperline").ok()["results"]
    account = {"accountNumber": "7001234567"}
    body = {"networkId": biller["id"], "networkType": "RPPS", "rppsInformation": account}
    world.post(path(vendor_id), body).ok()
    return vendor_id


def test_a_bill_of_a_connected_vendor_is_paid_through_the_network(payer: World, payee: World) -> None:
    desk = Desk(payer)
    vendor_id, customer_id = connected(payer, payee)
    bill_id = desk.bill(vendor_id)
    options = payer.get("/payments/options", vendorId=vendor_id, amount=100).ok()
    (bank,) = options["fundingOptions"]["banks"]
    assert bank["available"] is True
    payment = desk.pay(bill_id)
    assert (payment["disbursementType"], payment["singleStatus"]) == ("WALLET", "SCHEDULED")
    assert payment["disbursementInfo"]["walletDisbursement"] == {"arrivesByDate": bank["deliveryDate"]}
    for world, own in ((payer, vendor_id), (payee, customer_id)):
        refused = world.delete(path(own))
        assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    paid = desk.until(payment["id"], "CLEARED")
    assert paid["disbursementType"] == "WALLET"
    assert desk.amounts(bill_id) == (0, 0, 100, "PAID")
    assert desk.owed(vendor_id) == 0
    accounts = [event["disbursement"].get("disbursementAccount") for _, event in desk.told(payment["id"])]
    assert {"type": "WALLET"} in accounts
    assert payee.delete(path(customer_id)).status == 200
    assert status(payer, vendor_id) == "NOT_CONNECTED"


def test_a_canceled_payment_does_not_hold_a_connection(payer: World, payee: World) -> None:
    desk = Desk(payer)
    vendor_id, _ = connected(payer, payee)
    payment = desk.pay(desk.bill(vendor_id))
    payer.post(f"/payments/{payment['id']}/cancel").ok()
    assert payer.delete(path(vendor_id)).status == 200


def test_a_payment_to_the_bank_account_stays_one_when_the_vendor_is_connected(
    payer: World, payee: World
) -> None:
    desk = Desk(payer)
    vendor_id = vendor_of(payer, **paid_to(US_ACCOUNT))
    before = desk.pay(desk.bill(vendor_id))
    invite(payer, vendor_id, payee).ok()
    accept(payee, payer, "CUSTOMER", name="School").ok()
    after = desk.pay(desk.bill(vendor_id))
    assert desk.until(before["id"], "CLEARED")["disbursementType"] == "ACH"
    assert desk.read(before["id"])["disbursementInfo"].keys() == {"isVoidable", "achDisbursement"}
    assert after["disbursementInfo"].keys() == {"isVoidable", "walletDisbursement"}


def test_the_network_is_as_fast_as_a_bank(payer: World, payee: World) -> None:
    desk = Desk(payer)
    vendor_id, _ = connected(payer, payee)
    options = {"requestPayFaster": True, "requestCheckDeliveryType": "RTP_DELIVERY"}
    payment = desk.pay(desk.bill(vendor_id), processingOptions=options)
    assert desk.until(payment["id"], "CLEARED")["disbursementType"] == "WALLET"
    by_ups = {"requestPayFaster": True, "requestCheckDeliveryType": "UPS_1DAY"}
    assert desk.ask(desk.bill(vendor_id), processingOptions=by_ups).codes == ["BDC_1119"]


def test_a_vendor_whose_organization_is_abroad_is_not_paid(payer: World, payee: World) -> None:
    place = {"line1": "Unter den Linden 1", "city": "Berlin", "zipOrPostalCode": "10117", "country": "DE"}
    payee.patch(f"/organizations/{payee.id}", {"address": place}).ok()
    vendor_id, _ = connected(payer, payee)
    desk = Desk(payer)
    refused = desk.ask(desk.bill(vendor_id))
    assert refused.status == 422
    assert "is in DE" in refused.json[0]["detail"]


def test_a_national_vendor_is_paid_by_rpps(payer: World) -> None:
    desk = Desk(payer)
    vendor_id = national(payer)
    bill_id = desk.bill(vendor_id)
    payment = desk.pay(bill_id)
    assert payment["disbursementType"] == "RPPS"
    assert payer.delete(path(vendor_id)).codes == ["BDC_1119"]
    cleared = desk.until(payment["id"], "CLEARED")
    assert cleared["disbursementInfo"]["rppsDisbursement"].keys() == {"sentDate", "arrivesByDate"}
    assert desk.amounts(bill_id) == (0, 0, 100, "PAID")
    hurried = desk.ask(desk.bill(vendor_id), processingOptions={"requestPayFaster": True})
    assert hurried.codes == ["BDC_1119"]
    assert payer.delete(path(vendor_id)).status == 200


def test_bills_of_a_vendor_that_came_of_an_invitation(payer: World, payee: World) -> None:
    """The payee asks to be paid; the payer gets a vendor by accepting, enters its bill and pays."""
    payer.control("PUT", "/network", {"autoConnect": True}).ok()
    customer = payee.post("/customers", {"name": "School", "email": "school@example.com"}).ok()
    invite(payee, customer["id"], payer).ok()
    (vendor,) = payer.get("/vendors").ok()["results"]
    assert vendor["paymentNetworkId"] == network_id(payee)
    assert vendor["name"] == "Strings Incorporated"
    desk = Desk(payer)
    bill_id = desk.bill(vendor["id"])
    desk.until(desk.pay(bill_id)["id"], "CLEARED")
    assert desk.amounts(bill_id) == (0, 0, 100, "PAID")
