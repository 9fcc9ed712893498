"""Requests that a fuzzed world can answer with a success, by operationId. Generated values are put into them."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prove.fuzz_world import FuzzWorld, Pick

ADDRESS = {"line1": "1 Main Street", "city": "Austin", "zipOrPostalCode": "78701", "country": "US"}
BANK = {
    "accountNumber": "123456789",
    "routingNumber": "021000021",
    "type": "CHECKING",
    "ownerType": "BUSINESS",
}
COUNTRIES = [("US", "USD"), ("US", "USD"), ("US", "USD"), ("DE", "EUR"), ("GB", "GBP"), ("IN", "INR")]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)
# What an invoice's PDF begins with is enough for one.
PDF = b"%PDF-1.7"
PARTNERS_USERS = "/connect/v3/partner/ userId"
SMALL = [0.01, 1, 2.5, 19.99]

_numbers = count(1)
Body = Callable[["FuzzWorld", "Pick"], Any]


def bill(world: "FuzzWorld", pick: "Pick") -> Any:
    lines = [
        {"amount": pick(SMALL), "description": "paper"},
        {"quantity": 3, "price": 0.333},
        {"amount": 100},
    ]
    return {
        "vendorId": pick([*world.kept_vendors, *world.known("vendorId")]),
        "dueDate": pick(["2026-03-31", "2027-02-28", "2024-02-29"]),
        "invoice": {"invoiceNumber": f"F{next(_numbers)}", "invoiceDate": "2026-03-01"},
        "billLineItems": lines[: pick([1, 2, 3])],
    }


def bill_change(world: "FuzzWorld", pick: "Pick") -> Any:
    return pick(
        [{"description": f"change {next(_numbers)}"}, {"dueDate": "2026-12-31"}, {"purchaseOrderNumber": "1"}]
    )


def vendor(world: "FuzzWorld", pick: "Pick") -> Any:
    country, currency = pick(COUNTRIES)
    body: dict[str, Any] = {
        "name": f"Vendor {next(_numbers)}",
        "address": {**ADDRESS, "country": country},
        "billCurrency": currency,
    }
    if country == "US" and pick([True, False]):
        account = {"nameOnAccount": body["name"], **BANK}
        body["paymentInformation"] = {"payeeName": body["name"], "bankAccount": account}
    return body


def vendor_change(world: "FuzzWorld", pick: "Pick") -> Any:
    changes = [{"name": f"Vendor {next(_numbers)}"}, {"email": "pay@vendor.example"}, {"phone": "4155550100"}]
    return pick([*changes, {"address": {**ADDRESS, "line2": "Suite 2"}}])


def customer(world: "FuzzWorld", pick: "Pick") -> Any:
    return {
        "name": f"Customer {next(_numbers)}",
        "email": "accounts@town.example",
        **pick([{}, {"billingAddress": ADDRESS}, {"shippingAddress": ADDRESS, "invoiceCurrency": "EUR"}]),
    }


def customer_change(world: "FuzzWorld", pick: "Pick") -> Any:
    changes = [{"name": f"Customer {next(_numbers)}"}, {"contact": {"firstName": "Ann"}}, {"fax": ""}]
    return pick([*changes, {"billingAddress": {**ADDRESS, "line2": "Suite 2"}}])


def invoice(world: "FuzzWorld", pick: "Pick") -> Any:
    lines = [
        {"quantity": 2, "price": pick(SMALL), "classifications": {"itemId": pick(world.goods)}},
        {"quantity": 3, "price": 0.333, "description": "strings"},
        {"quantity": 1, "classifications": {"itemId": world.discount}},
    ]
    new = {"name": f"Customer {next(_numbers)}", "email": "accounts@town.example"}
    return {
        "customer": pick([{"id": world.kept_customer}, {"id": pick(world.known("customerId"))}, new]),
        "invoiceLineItems": lines[pick([0, 1]) :][: pick([1, 2, 3])],
        **pick([{}, {"invoiceNumber": f"F{next(_numbers)}"}, {"dueDate": "2027-02-28"}]),
        **pick([{}, {"salesTaxItemId": world.sales_tax}, {"processingOptions": {"sendEmail": True}}]),
        **pick([{}, {"enableCardPayment": True, "convenienceFee": {"percentage": 2.5}}]),
    }


def invoice_change(world: "FuzzWorld", pick: "Pick") -> Any:
    return pick(
        [
            {"dueDate": "2026-12-31"},
            {"salesTaxItemId": world.sales_tax},
            {"customer": {"id": world.kept_customer}},
            {"enableCardPayment": False},
        ]
    )


def payment(world: "FuzzWorld", pick: "Pick") -> Any:
    return {
        "billId": pick(world.kept_bills),
        "amount": pick(SMALL),
        "fundingAccount": world.funding,
        "processingOptions": pick([{}, {"requestPayFaster": False}, {"requestPayFaster": True}]),
        **pick([{}, {}, {"processDate": business_day(world, pick)}, {"description": "thank you"}]),
    }


def bulk_payment(world: "FuzzWorld", pick: "Pick") -> Any:
    bills = world.kept_bills[: pick([1, 2, 4])]
    payments = [{"billId": bill_id, "amount": pick(SMALL)} for bill_id in bills]
    return {"fundingAccount": world.funding, "payments": payments}


def offline_payment(world: "FuzzWorld", pick: "Pick") -> Any:
    return {
        "vendorId": world.kept_vendors[0],
        "processDate": "2026-03-02",
        "toPrintCheck": pick([True, False]),
        "payments": [{"billId": world.kept_bills[0], "amount": pick(SMALL)}],
    }


def business_day(world: "FuzzWorld", pick: "Pick") -> str:
    """A weekday soon enough to be paid on; now and then it is a holiday all the same."""
    day = world.today() + timedelta(days=pick([3, 4, 5, 10]))
    return str(day + timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0)))


def advance(world: "FuzzWorld", pick: "Pick") -> Any:
    return pick(
        [{"by": "PT6H"}, {"by": "P1D"}, {"by": "P2D"}, {"to": f"{world.today() + timedelta(days=1)}"}]
    )


def login(world: "FuzzWorld", pick: "Pick") -> Any:
    made = world.main.made
    body = {name: made[name] for name in ("username", "password", "organizationId", "devKey")}
    return {**body, **pick([{}, made["mfa"]])}


def invited(world: "FuzzWorld", pick: "Pick") -> Any:
    return {
        "email": f"person{next(_numbers)}@fuzz.example",
        "firstName": "Pat",
        "lastName": "Son",
        "roleId": pick(world.known("roleId")),
        "acceptTermsOfService": True,
    }


BODIES: dict[str, Body] = {
    "createBill": bill,
    "createBills": lambda world, pick: [bill(world, pick) for _ in range(pick([1, 2, 3]))],
    "replaceBill": lambda world, pick: {**bill(world, pick), "vendorId": world.kept_vendors[0]},
    "updateBill": bill_change,
    "createVendor": vendor,
    "createBulkVendor": lambda world, pick: [vendor(world, pick) for _ in range(pick([1, 2]))],
    "updateVendor": vendor_change,
    "createVendorBankAccount": lambda world, pick: {"nameOnAccount": "Happy Music", **BANK},
    "createCustomer": customer,
    "updateCustomer": customer_change,
    "createCustomerBankAccount": lambda world, pick: {"nameOnAccount": "Town Hall", **BANK},
    "updateCustomerBankAccount": lambda world, pick: {"nickname": f"Account {next(_numbers)}"},
    "authorizeToChargeCustomer": lambda world, pick: {"authorizedToCharge": pick([True, False])},
    "createInvoice": invoice,
    "replaceInvoice": invoice,
    "updateInvoice": invoice_change,
    "emailInvoice": lambda world, pick: {
        "replyTo": {"userId": world.main.user_id},
        "recipient": {"to": ["accounts@town.example"]},
    },
    "createPayment": payment,
    "createPayments": bulk_payment,
    "recordPayment": offline_payment,
    "voidPayment": lambda world, pick: {
        "type": pick(["VOID_AND_CREDIT", "VOID_AND_REISSUE"]),
        "reason": "lost",
    },
    "createBankAccount": lambda world, pick: {
        "nameOnAccount": "Fuzz",
        "bankName": "First Bank",
        **BANK,
        "accountNumber": str(100_000_000 + next(_numbers)),
    },
    "updateBankAccount": lambda world, pick: {"bankName": f"Bank {next(_numbers)}"},
    "verifyBankAccount": lambda world, pick: {"depositAmount": 0.5},
    "nominateBankAccountUser": lambda world, pick: {
        "userId": pick(world.kept_people),
        "bankAccountId": world.main.bank_account_id,
    },
    "addCard": lambda world, pick: pick([None, {"brand": "MASTERCARD"}]),
    "changeCard": lambda world, pick: pick([{"status": "VERIFIED"}, {"archived": False}]),
    "addApCard": lambda world, pick: pick([None, {"limit": 500}]),
    "setWallet": lambda world, pick: {"balance": pick(SMALL)},
    "advanceClock": advance,
    "setClock": lambda world, pick: {"now": f"{world.today() + timedelta(days=1)}T17:00:00Z", "frozen": True},
    "login": login,
    "stepUpSession": lambda world, pick: world.main.made["mfa"],
    "createWorld": lambda world, pick: pick([None, {"companyName": "Fuzz"}]),
    "writeSettings": lambda world, pick: {"allowDuplicateBillNumbers": pick([True, False])},
    "createPerson": lambda world, pick: {"role": pick(["CLERK", "PAYER", "AUDITOR"])},
    "createOrganizationUser": invited,
    "updateOrganizationUser": lambda world, pick: {"firstName": f"Pat {next(_numbers)}"},
    "createVendorAttachment": lambda world, pick: PNG,
    "createCustomerAttachment": lambda world, pick: PNG,
    "createInvoiceAttachment": lambda world, pick: pick([PNG, PDF]),
    "createBillDocument": lambda world, pick: PNG,
    "setupMfa": lambda world, pick: {"phone": "4155550123", "type": "TEXT", "primary": True},
    "partnerLogin": lambda world, pick: {n: world.partner[n] for n in ("username", "password", "appKey")},
    "loginAsUser": lambda world, pick: {
        "organizationId": world.partner_headers["organizationId"],
        "userId": pick(world.known(PARTNERS_USERS) or world.kept_people),
    },
    "createOrganization": lambda world, pick: {"name": f"Music {next(_numbers)}", "address": ADDRESS},
    "createPartnerUser": lambda world, pick: {
        "firstName": "Ann",
        "email": "ann@fuzz.example",
        "username": f"ann{next(_numbers)}",
        "acceptTermsOfService": True,
    },
    "updatePartnerUser": lambda world, pick: {"firstName": f"Ann {next(_numbers)}"},
    "createPhone": lambda world, pick: {"phoneNumber": "4155550123", "phoneType": "MOBILE"},
}

# Query parameters of lists and of what is asked by query.
QUERIES: dict[str, list[str]] = {
    "max": ["1", "20", "100"],
    "sort": ["createdTime:asc", "createdTime:desc", "updatedTime:desc", "id:asc"],
    "filters": ["archived:eq:false", 'createdTime:gte:"2026-01-01"', 'id:ne:"nobody"'],
    "amount": ["1", "100.5"],
    "name": ["invoice.png", "scan 1.png"],
    "cardUserStatus": ["VERIFIED", "NOMINATED"],
    "currentUser": ["true", "false"],
}
