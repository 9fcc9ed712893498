"""Paying: one bill, a bill made on the fly, several at once, lists, options, and payments made elsewhere."""

import dataclasses

import pytest
from clients import Api, World
from payments.desk import NEXT_DAY, Desk

from net30.kernel.context import Server


def test_a_bill_is_made_for_a_payment(desk: Desk) -> None:
    vendor = desk.vendor(ach=True)
    order = {"vendorId": vendor, "processingOptions": {"createBill": True}, "transactionNumber": "RENT03"}
    payment = desk.pay(None, 250.5, description="Rent", **order)
    assert payment["processingOptions"]["createBill"] is True
    bill = desk.world.get(f"/bills/{payment['billId']}").ok()
    assert (bill["amount"], bill["vendorId"], bill["dueDate"]) == (250.5, vendor, NEXT_DAY)
    assert bill["invoice"] == {"invoiceNumber": "RENT03", "invoiceDate": "2026-03-03"}
    assert desk.amounts(bill["id"]) == (0, 250.5, 0, "SCHEDULED")
    desk.until(payment["id"], "CLEARED")
    assert desk.owed(vendor) == 0


def test_unknown_fields_and_a_bill_of_the_named_vendor_do_no_harm(desk: Desk) -> None:
    vendor = desk.vendor()
    payment = desk.pay(desk.bill(vendor), vendorId=vendor, createBill=False, billPayments=[{"amount": 5}])
    assert payment["amount"] == 100


def test_standard_delivery_may_be_asked_for_without_paying_faster(desk: Desk) -> None:
    """As an answer of the API shows it: programs send back what they read."""
    for ach in (True, False):
        asked = {"createBill": False, "requestPayFaster": False, "requestCheckDeliveryType": "STANDARD"}
        bill = desk.bill(desk.vendor(ach=ach))
        payment = desk.pay(bill, processingOptions=asked)
        assert payment["processingOptions"] == asked
        plain = desk.pay(desk.bill(desk.vendor(ach=ach)))
        assert payment["disbursementInfo"] == plain["disbursementInfo"]


def test_bills_of_one_vendor_are_merged_at_most_35_in_a_payment(desk: Desk) -> None:
    vendor = desk.vendor(ach=True)
    bills = [desk.bill(vendor, 10 + i) for i in range(36)]
    answered = desk.bulk([(bill, 10) for bill in bills], transactionNumber="MARCH", vendorId=vendor)
    first, second = answered.ok()["payments"]
    assert answered.status == 201
    assert [part["billId"] for part in first["billPayments"]] == bills[:35]
    assert [part["billId"] for part in second["billPayments"]] == bills[35:]
    assert (first["amount"], second["amount"]) == (350, 10)
    assert (first["transactionNumber"], second["transactionNumber"]) == ("MARCH", "MARCH-2")
    assert "billId" not in first
    assert second["billId"] == bills[35]
    desk.world.advance("P30D")
    assert {desk.status(payment["id"]) for payment in (first, second)} == {"CLEARED"}
    assert desk.owed(vendor) == sum(range(36))


def test_vendors_are_paid_one_by_one_and_uncombined_bills_too(desk: Desk) -> None:
    one, two = desk.vendor("One"), desk.vendor("Two", ach=True)
    alone = desk.vendor("Alone", additionalInfo={"combinePayments": False})
    vendors = [one, alone, two, one, alone, two]
    bills = [desk.bill(vendor) for vendor in vendors]
    payments = desk.bulk([(bill, 100) for bill in bills], transactionNumber="A").ok()["payments"]
    paid = [(p["vendorId"], [part["billId"] for part in p["billPayments"]]) for p in payments]
    assert paid == [
        (one, [bills[0], bills[3]]),
        (alone, [bills[1]]),
        (two, [bills[2], bills[5]]),
        (alone, [bills[4]]),
    ]
    assert [p["disbursementType"] for p in payments] == ["CHECK", "CHECK", "ACH", "CHECK"]
    assert [p["transactionNumber"] for p in payments] == ["A", "A-2", "A-3", "A-4"]


def test_one_bad_bill_stops_them_all_and_every_bad_bill_is_named(desk: Desk) -> None:
    vendor = desk.vendor()
    good, small, gone = desk.bill(vendor), desk.bill(vendor, 5), desk.bill(vendor)
    desk.world.post(f"/bills/{gone}/archive").ok()
    refused = desk.bulk([(good, 100), (small, 5.01), (gone, 1)])
    assert (refused.status, refused.codes) == (422, ["BDC_1159", "BDC_1119"])
    assert small in refused.json[0]["detail"]
    assert gone in refused.json[1]["detail"]
    assert desk.world.get("/payments").ok() == {"results": []}
    assert desk.amounts(good) == (100, 0, 0, "UNPAID")


def test_what_bulk_refuses(desk: Desk) -> None:
    vendor = desk.vendor()
    bill = desk.bill(vendor)
    other = desk.bill(desk.vendor("Two"))
    cases = [
        (desk.bulk([]), 400, [None]),
        (desk.world.post("/payments/bulk", {"fundingAccount": desk.funding}), 400, [None]),
        (desk.bulk([(bill, 1)] * 51), 400, [None]),
        (desk.bulk([(bill, 1), (bill, 2)]), 400, [None]),
        (desk.bulk([(bill, -1)]), 400, [None]),
        (desk.bulk([(bill, 0), (other, 0)]), 400, [None, None]),
        (desk.bulk([(bill, 1), (other, 1)], vendorId=vendor), 422, ["BDC_1119"]),
        (desk.bulk([(bill, 1)], vendorId="009x"), 404, ["BDC_1205"]),
        (desk.bulk([(bill, 1), ("00nx", 1)]), 404, ["BDC_1205"]),
        (desk.bulk([(bill, 1), (other, 1)], transactionNumber="A" * 49), 400, [None]),
    ]
    for refused, status, codes in cases:
        assert (refused.status, refused.codes) == (status, codes), refused.text
    assert desk.world.get("/payments").ok() == {"results": []}


def test_payments_are_listed_filtered_and_sorted(desk: Desk) -> None:
    one, two = desk.vendor("One"), desk.vendor("Two", ach=True)
    first = desk.pay(desk.bill(one), 10, processDate="2026-03-06")
    desk.world.advance("PT1M")
    second = desk.pay(desk.bill(two), 30, transactionNumber="B2")
    desk.world.advance("PT1M")
    offline = desk.world.get(f"/payments/{desk.record(one, desk.bill(one), 20).ok()['id']}").ok()
    desk.world.post(f"/payments/{first['id']}/cancel").ok()
    first = desk.read(first["id"])

    def listed(filters: str, sort: str = "") -> list[str]:
        found = desk.world.get("/payments", filters=filters, **({"sort": sort} if sort else {})).ok()
        return [payment["id"] for payment in found["results"]]

    assert desk.world.get("/payments").ok()["results"] == [first, second, offline]
    assert listed(f"vendorId:eq:{one}") == [first["id"], offline["id"]]
    assert listed(f'vendorId:in:"{one},{two}"', "amount:desc") == [second["id"], offline["id"], first["id"]]
    assert listed(f"processDate:eq:{NEXT_DAY}") == [second["id"]]
    assert listed("processDate:gte:2026-03-03", "processDate:desc") == [first["id"], second["id"]]
    assert listed("amount:gt:10,amount:lt:30") == [offline["id"]]
    assert listed("transactionNumber:eq:B2") == [second["id"]]
    assert listed("status:eq:CANCELLED") == [first["id"]]
    assert listed('status:in:"SCHEDULED,PAID"') == [second["id"], offline["id"]]
    assert listed("singleStatus:eq:PAID_OFFLINE") == [offline["id"]]
    assert listed("onlinePayment:eq:false") == [offline["id"]]
    assert listed("disbursementType:eq:ACH") == [second["id"]]
    assert listed('createdTime:gt:"2026-03-03T17:00:30.000Z"') == [second["id"], offline["id"]]
    assert listed(f"id:eq:{second['id']}") == [second["id"]]
    refused = desk.world.get("/payments", filters=f"billId:eq:{second['billId']}")
    assert (refused.status, refused.codes) == (400, [None])
    page = desk.world.get("/payments", max=2).ok()
    assert [payment["id"] for payment in page["results"]] == [first["id"], second["id"]]
    rest = desk.world.get("/payments", max=2, page=page["nextPage"]).ok()
    assert [payment["id"] for payment in rest["results"]] == [offline["id"]]


def test_options_show_what_can_pay_and_when(desk: Desk) -> None:
    bank = desk.world.get(f"/funding-accounts/banks/{desk.world.bank_account_id}").ok()["bankName"]
    for ach, delivery in ((True, "2026-03-09"), (False, "2026-03-13")):
        vendor = desk.vendor(f"Paid by ACH: {ach}", ach=ach)
        answer = desk.world.get("/payments/options", vendorId=vendor, amount=12.5).ok()
        assert answer == {
            "vendorId": vendor,
            "amount": 12.5,
            "fundingOptions": {
                "banks": [
                    {
                        "id": desk.world.bank_account_id,
                        "name": bank,
                        "fee": 0,
                        "available": True,
                        "processDate": NEXT_DAY,
                        "deliveryDate": delivery,
                        "conditions": [],
                    }
                ],
                "cards": [],
            },
        }


def test_options_say_why_not(desk: Desk) -> None:
    vendor = desk.vendor()
    desk.world.post(f"/vendors/{vendor}/archive").ok()
    (bank,) = desk.world.get("/payments/options", vendorId=vendor, amount=1).ok()["fundingOptions"]["banks"]
    assert (bank["available"], bank["reason"]) == (False, f"vendor {vendor} is archived")
    assert "processDate" not in bank
    desk.world.post(f"/funding-accounts/banks/{desk.world.bank_account_id}/archive").ok()
    assert (
        desk.world.get("/payments/options", vendorId=vendor, amount=1).ok()["fundingOptions"]["banks"] == []
    )
    for query, status in (
        ({"vendorId": vendor}, 400),
        ({"amount": 1}, 400),
        ({"vendorId": "x", "amount": 1}, 404),
    ):
        assert desk.world.get("/payments/options", **query).status == status


def test_a_payment_made_elsewhere_is_recorded(desk: Desk) -> None:
    vendor = desk.vendor()
    bills = [desk.bill(vendor), desk.bill(vendor)]
    wanted = [{"billId": bills[0], "amount": 100}, {"billId": bills[1], "amount": 40.25}]
    answered = desk.record(
        vendor,
        bills[0],
        0,
        payments=wanted,
        description="Cash",
        syncReference="1001",
        allowExport=False,
    )
    payment = answered.ok()
    assert answered.status == 200
    assert (payment["onlinePayment"], payment["disbursementType"]) == (False, "OFFLINE")
    assert (payment["status"], payment["disbursementStatus"]) == ("PAID", "DONE")
    assert payment["singleStatus"] == "PAID_OFFLINE"
    assert (payment["amount"], payment["processDate"]) == (140.25, "2026-03-02")
    assert [(part["billId"], part["amount"]) for part in payment["billPayments"]] == [
        (bills[0], 100),
        (bills[1], 40.25),
    ]
    assert (payment["toPrintCheck"], payment["syncReference"], payment["allowExport"]) == (
        False,
        "1001",
        False,
    )
    assert desk.amounts(bills[0]) == (0, 0, 100, "PAID")
    assert desk.amounts(bills[1]) == (59.75, 0, 40.25, "PARTIALLY_PAID")
    assert desk.owed(vendor) == 59.75
    assert desk.posted(payment["id"]) == [
        ("2026-03-02", "accounts_payable", 140.25),
        ("2026-03-02", "bank", -140.25),
    ]
    assert desk.told(payment["id"])[0][1]["status"] == "PAID_OFFLINE"
    desk.world.advance("P30D")
    assert desk.status(payment["id"]) == "PAID_OFFLINE"
    # Recording is bookkeeping: it needs no trusted session.
    untrusted = desk.world.sign_in(trusted=False)
    body = {"vendorId": vendor, "processDate": "2026-03-02", "toPrintCheck": True}
    share = {"billId": bills[1], "amount": 59.75}
    desk.world.post("/bills/record-payment", {**body, "payments": [share]}, headers=untrusted).ok()


def test_what_recording_refuses(desk: Desk) -> None:
    vendor = desk.vendor()
    bill = desk.bill(vendor)
    other = desk.vendor("Two")
    cases = [
        (desk.record(vendor, bill, 100.01), 422, ["BDC_1159"]),
        (desk.record(vendor, bill, 0), 400, [None]),
        (desk.record(other, bill, 1), 422, ["BDC_1119"]),
        (desk.record("009x", bill, 1), 404, ["BDC_1205"]),
        (desk.record(vendor, "00nx", 1), 404, ["BDC_1205"]),
        (desk.record(vendor, bill, 1, payments=[]), 400, [None]),
        (desk.record(vendor, bill, 1, toPrintCheck=None), 400, [None]),
        (desk.record(vendor, bill, 1, processDate="2036-03-03"), 422, ["BDC_1152"]),
        (desk.record(vendor, bill, 1, processDate="2026-03-04"), 422, ["BDC_1152"]),
        (desk.record(vendor, bill, 1, processDate="0026-03-02"), 400, [None]),
        (desk.record(vendor, bill, 1, classifications={"chartOfAccountId": "0cax"}), 404, ["BDC_1205"]),
        (desk.record(vendor, bill, 1, payments=[{"billId": bill, "amount": 1}] * 2), 400, [None]),
    ]
    for refused, status, codes in cases:
        assert (refused.status, refused.codes) == (status, codes), refused.text
    assert desk.amounts(bill) == (100, 0, 0, "UNPAID")


def test_a_repeated_request_with_its_key_pays_once(desk: Desk) -> None:
    bill = desk.bill(desk.vendor())
    headers = {"X-Idempotent-Key": "6f2c"}
    first = desk.world.post("/payments", desk.order(bill, 50), headers=headers)
    again = desk.world.post("/payments", desk.order(bill, 50), headers=headers)
    assert first.json == again.json
    assert desk.amounts(bill) == (50, 50, 0, "PARTIALLY_PAID")


def test_in_production_nothing_moves_money_and_recording_goes_on(world: World, running: Server) -> None:
    vendor = Desk(world).vendor()
    bill = Desk(world).bill(vendor)
    world.api = Api(dataclasses.replace(running, environment="production"))
    desk = Desk(world)
    for refused in (
        desk.ask(bill),
        desk.bulk([(bill, 100)]),
        desk.ask(None, vendorId=vendor, processingOptions={"createBill": True}),
    ):
        assert (refused.status, refused.codes) == (422, ["BDC_1151"])
        assert "no production rail is configured" in refused.json[0]["detail"]
    answer = world.get("/payments/options", vendorId=vendor, amount=1).ok()
    assert [bank["available"] for bank in answer["fundingOptions"]["banks"]] == [False]
    desk.record(vendor, bill, 100).ok()
    assert desk.amounts(bill) == (0, 0, 100, "PAID")


@pytest.mark.parametrize("number", ["A", "z9" * 25])
def test_a_callers_transaction_number_is_kept(desk: Desk, number: str) -> None:
    assert desk.pay(desk.bill(desk.vendor()), transactionNumber=number)["transactionNumber"] == number
