"""Accounts that sum up what is owed, or stand outside of the books, take no entries by hand."""

from typing import Any

import pytest
from clients import World
from payments.desk import Desk
from receivables.cases import customer
from receivables.invoicing import chart_account, invoice_body, item

WRONG = ("ACCOUNTS_PAYABLE", "ACCOUNTS_RECEIVABLE", "NON_POSTING")


@pytest.mark.parametrize("type", WRONG)
def test_a_paper_names_no_control_account(world: World, type: str) -> None:
    account = chart_account(world, "Sum", type)
    classified = {"classifications": {"chartOfAccountId": account}}
    desk = Desk(world)
    vendor_id = desk.vendor()
    bill = {
        "vendorId": vendor_id,
        "dueDate": "2026-03-31",
        "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-03-01"},
        "billLineItems": [{"amount": 1}],
    }
    buyer = str(customer(world)["id"])
    line = {"quantity": 1, "price": 1}
    tries: list[tuple[str, dict[str, Any], str]] = [
        ("/bills", {**bill, **classified}, "classifications.chartOfAccountId"),
        (
            "/bills",
            {**bill, "billLineItems": [{"amount": 1}, {"amount": 1, **classified}]},
            "billLineItems[1].classifications.chartOfAccountId",
        ),
        ("/bills", {**bill, "payFromChartOfAccountId": account}, "payFromChartOfAccountId"),
        (
            "/invoices",
            invoice_body(buyer, invoiceLineItems=[{**line, **classified}]),
            "invoiceLineItems[0].classifications.chartOfAccountId",
        ),
        ("/invoices", invoice_body(buyer, payToChartOfAccountId=account), "payToChartOfAccountId"),
        (
            "/invoices",
            invoice_body(
                buyer,
                salesTaxItemId=item(
                    world, name="Tax", type="SALES_TAX", percentage=5, chartOfAccountId=account
                ),
            ),
            "salesTaxItemId",
        ),
    ]
    for path, body, field in tries:
        refused = world.post(path, body)
        assert (refused.status, refused.codes) == (422, ["BDC_1119"]), (path, field, refused.text)
        assert field in refused.json[0]["detail"]
        assert type in refused.json[0]["detail"]
    entered = desk.bill(vendor_id)
    refused = desk.record(vendor_id, entered, 100, **classified)
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    assert desk.amounts(entered)[3] == "UNPAID"


def test_other_accounts_are_named(world: World) -> None:
    desk = Desk(world)
    account = chart_account(world, "Coaches", "EXPENSE")
    bill = {
        "vendorId": desk.vendor(),
        "dueDate": "2026-03-31",
        "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-03-01"},
        "billLineItems": [{"amount": 1, "classifications": {"chartOfAccountId": account}}],
    }
    assert world.post("/bills", bill).status == 201
