"""A sample call of each operation, for the reference and the OpenAPI document: its body follows from the schema.

Each of them is really called by a test; tests/docs/examples.py says in which order, and how to add one.
"""

import json
import re
import shlex
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import msgspec

from net30.wire.openapi import build

Json = Any
Schema = Mapping[str, Any]

# Values by the name of their property; where a name is not here, its type gives a value.
# Of a request that must carry one.
KEY = "3f2b8c1e-6d4a-4b7e-9a51-0c9d1e2f3a4b"

BY_NAME: Mapping[str, Json] = {
    "accountNumber": "123456789",
    "accountType": "BUSINESS",
    "amount": 126,
    "balance": 100,
    "bankName": "Second Bank",
    "billCurrency": "USD",
    "cardAccountId": "cat01ABCDEFGHIJKLMNO",
    "bankAccountId": "bac01ABCDEFGHIJKLMNO",
    "bankAccountUserId": "bau01ABCDEFGHIJKLMNO",
    "exportId": "exp01ABCDEFGHIJKLMNO",
    "billId": "00n01ABCDEFGHIJKLMNO",
    "brand": "VISA",
    "by": "P3D",
    "challengeId": "mfc01ABCDEFGHIJKLMNO",
    "chartOfAccountId": "0ca01ABCDEFGHIJKLMNO",
    "city": "Austin",
    "columns": ["id", "name", "balance"],
    "country": "US",
    "customerId": "0cu01ABCDEFGHIJKLMNO",
    "depositAmount": 0.5,
    "description": "Guitar strings",
    "devKey": "my-key",
    "device": "laptop",
    "email": "cleo@example.com",
    "dueDate": "2026-03-31",
    "firstName": "Cleo",
    "invoiceDate": "2026-03-01",
    "invoiceNumber": "INV-1",
    "lastName": "Clerk",
    "limit": 5000,
    "line1": "1 Main Street",
    "name": "Happy Music Supplies",
    "nameOnAccount": "Happy Music Supplies",
    "eventId": "7d0f0a34-52b1-4c52-8f0b-2f1c8e7a9b10",
    "eventType": "vendor.created",
    "n": "1-0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
    "networkId": "pni01ABCDEFGHIJKLMNO",
    "now": "2026-03-02T17:00:00Z",
    "organizationId": "00801ABCDEFGHIJKLMNO",
    "ownerType": "BUSINESS",
    "paymentId": "stp01ABCDEFGHIJKLMNO",
    "phone": "+14155550123",
    "phoneNumber": "4155550123",
    "price": 10.5,
    "processDate": "2026-03-04",
    "quantity": 12,
    "rememberMeId": "ann-is-remembered",
    "role": "CLERK",
    "roleId": "0po01ABCDEFGHIJKLMNO",
    "routingNumber": "021000021",
    "setupId": "mfc01ABCDEFGHIJKLMNO",
    "startDate": "2026-12-31",
    "subscriptionId": "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
    "token": "123456",
    "type": "CHECKING",
    "userId": "00601ABCDEFGHIJKLMNO",
    "username": "ann@example.com",
    "vendorId": "00901ABCDEFGHIJKLMNO",
    "zipOrPostalCode": "78701",
}

# The prefix of an id and a name that fits, of each classification that has one name.
CLASSIFICATIONS: Mapping[str, tuple[str, str]] = {
    "AccountingClass": ("cls", "Concerts"),
    "ChartOfAccount": ("0ca", "Strings and reeds"),
    "Department": ("0de", "Workshop"),
    "Item": ("0ii", "Guitar strings"),
    "Job": ("job", "Town hall"),
    "Location": ("loc", "Austin"),
}

# What the schema leaves optional and the call is about.
ALSO: Mapping[str, Mapping[str, Json]] = {
    "SubscribedEvent": {"type": "vendor.created", "version": "1"},
    "SubscriptionCreate": {"notificationUrl": "http://127.0.0.1:9000/hook"},
    "SubscriptionStatusGiven": {"enabled": True},
    "SubscriptionUpdate": {"name": "Ledger"},
    "TestEvent": {"eventType": "vendor.created"},
    "Advance": {"by": "P3D"},
    "ApCardCreate": {"limit": 5000, "balance": 1200.5},
    "BankAccountCreate": {"routingNumber": "021000021", "accountNumber": "9876543210"},
    "BankAccountUpdate": {"bankName": "Second Bank"},
    "BillLineCreate": {"quantity": 12, "price": 10.5},
    "BillLineReplace": {"quantity": 12, "price": 10.5},
    "BillUpdate": {"dueDate": "2026-04-15"},
    "BulkPaymentCreate": {"payments": [{"billId": BY_NAME["billId"], "amount": 126}]},
    "CardChange": {"status": "EXPIRED"},
    "CardCreate": {"brand": "VISA", "last4": "4242"},
    "ChallengeRequest": {"useBackup": False},
    "ChallengeValidateRequest": {"rememberMe": True, "device": "laptop"},
    "ClockChange": {"now": BY_NAME["now"], "frozen": True},
    "CustomerBankAccountCreate": {"nickname": "Operating account"},
    "CustomerBankAccountUpdate": {"nickname": "Operating account"},
    "CustomerCreate": {
        "name": "Town Hall",
        "email": "accounts@town.example",
        "billingAddress": {
            "line1": "9 Elm Street",
            "city": "Dallas",
            "zipOrPostalCode": "75201",
            "country": "US",
        },
    },
    "CustomerUpdate": {"phone": "2145550100"},
    "InvitationAccept": {"type": "CUSTOMER", "name": "School of Music"},
    "LoginRequest": {"password": "a good password", "rememberMeId": "ann-is-remembered", "device": "laptop"},
    "InvoiceCreate": {"invoiceNumber": "INV-1", "invoiceDate": "2026-03-01", "dueDate": "2026-03-31"},
    "InvoiceCustomer": {"id": BY_NAME["customerId"]},
    "InvoiceLineCreate": {"quantity": 12, "price": 10.5, "description": "Guitar strings"},
    "InvoiceLineReplace": {"quantity": 12, "price": 10.5, "description": "Guitar strings"},
    "InvoiceRecipient": {"to": ["cleo@example.com"]},
    "InvoiceUpdate": {"dueDate": "2026-04-15"},
    "OrganizationUpdate": {"phone": "5125550100", "address": {"line1": "2 Main Street"}},
    "MembershipChange": {"autoConnect": True},
    "OrganizationUserUpdate": {"roleId": BY_NAME["roleId"]},
    "PartnerCreate": {
        "name": "Books & Co",
        "username": "ann@example.com",
        "password": "a good password",
        "appKey": "my-app-key",
        "devKey": "my-key",
    },
    "PartnerLoginRequest": {"appKey": "my-app-key", "password": "a good password"},
    "PartnerUserCreate": {"username": "cleo1", "roleId": BY_NAME["roleId"]},
    "PartnerUserUpdate": {"roleId": BY_NAME["roleId"]},
    "PayFrom": {"type": "BANK_ACCOUNT", "id": BY_NAME["bankAccountId"]},
    "PaymentCreate": {"billId": BY_NAME["billId"]},
    "PaymentVoid": {"reason": "The check was lost"},
    "StepUpRequest": {"rememberMeId": "ann-is-remembered", "device": "laptop"},
    "VendorBankAccountCreate": {
        "nameOnAccount": "Happy Music Supplies",
        "routingNumber": "021000021",
        "type": "CHECKING",
        "ownerType": "BUSINESS",
    },
    "VendorUpdate": {"phone": "5125550100"},
    "WalletChange": {"balance": 10_000},
    "WorldCreate": {
        "companyName": "Second Company",
        "now": "2026-03-01T17:00:00Z",
        "devKey": "my-key",
        "username": "ann@example.com",
        "password": "a good password",
        "mfa": {"rememberMeId": "ann-is-remembered", "device": "laptop"},
    },
    "EmployeeAmend": {"id": "emp01ABCDEFGHIJKLMNO", "lastName": "Clerk"},
    "ItemCreate": {"name": "Guitar strings", "type": "INVENTORY", "price": 10.5},
    **{
        f"{entity}Create": {"name": name} for entity, (_, name) in CLASSIFICATIONS.items() if entity != "Item"
    },
    **{f"{entity}Update": {"name": name} for entity, (_, name) in CLASSIFICATIONS.items()},
    **{
        f"{entity}Amend": {"id": f"{prefix}01ABCDEFGHIJKLMNO", "name": name}
        for entity, (prefix, name) in CLASSIFICATIONS.items()
    },
}

# Bodies that are not JSON, by path; all others are files.
FORMS: Mapping[str, str] = {"/invitations/{token}": "--data-urlencode 'password=a good password'"}

# What browsers are told apart by, where a program would get something else.
PAGES: Mapping[str, str] = {"/": "-H 'Accept: text/html'"}

_DEFAULT_TEXT = "text"


@lru_cache(maxsize=2)
def document(*, sandbox: bool = True) -> bytes:
    """The OpenAPI document as JSON, with the samples in it."""
    built = build(sandbox=sandbox)
    schemas = built["components"]["schemas"]
    for methods in built["paths"].values():
        for operation in methods.values():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                content["application/json"]["example"] = request(operation, schemas)
    return msgspec.json.format(msgspec.json.encode(built), indent=1)


def curl(method: str, path: str, operation: Schema, schemas: Mapping[str, Schema]) -> str:
    """The operation as a call by curl. $NET30 is the server; ids and credentials stand in variables, too."""
    given = operation.get("parameters", ())
    # A world's own path calls its organization `id`.
    own = path.replace("{id}", "{organizationId}") if path.startswith("/sandbox/") else path
    url = "$NET30" + re.sub(r"\{(\w+)\}", r"$\1", own)
    query = [
        f"{p['name']}={_of_parameter(p, schemas)}" for p in given if p["in"] == "query" and p["required"]
    ]
    target = f'"{url}?{"&".join(query)}"' if query else url
    lines = [f"curl {target}" if method == "GET" else f"curl -X {method} {target}"]
    credentials = [p["name"] for p in given if p["in"] == "header" and p.get("required")]
    lines += [
        f'-H "{name}: {KEY}"' if name == "X-Idempotent-Key" else f'-H "{name}: ${name}"'
        for name in credentials
    ]
    lines += [PAGES[path]] if path in PAGES else []
    body = operation.get("requestBody")
    if body and "application/json" in body["content"]:
        lines.append("-H 'Content-Type: application/json'")
        lines.append(f"-d {shlex.quote(json.dumps(request(operation, schemas), indent=2))}")
    elif body:
        lines.append(FORMS.get(path, "--data-binary @invoice.pdf"))
    return " \\\n  ".join(lines)


def request(operation: Schema, schemas: Mapping[str, Schema]) -> Json:
    """A JSON body that the operation's schema accepts; one that need not hold anything holds its first property."""
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    body = value(schema, schemas)
    properties = _named(schema, schemas).get("properties", {})
    return body or {name: value(properties[name], schemas, name) for name in list(properties)[:1]}


def _named(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    called = str(schema.get("$ref", "")).rpartition("/")[2]
    return schemas.get(called, schema)


def value(schema: Schema, schemas: Mapping[str, Schema], name: str = "") -> Json:
    """A value that a schema accepts; `name` is that of the property."""
    if "$ref" in schema:
        called = str(schema["$ref"]).rpartition("/")[2]
        return _object(schemas[called], schemas) | dict(ALSO.get(called, {}))
    if "anyOf" in schema:
        choice = next(one for one in schema["anyOf"] if one != {"type": "null"})
        return value(choice, schemas, name)
    if "enum" in schema:
        return BY_NAME[name] if BY_NAME.get(name) in schema["enum"] else schema["enum"][0]
    if schema.get("examples"):
        return schema["examples"][0]
    kind = schema.get("type")
    if kind == "object":
        return _object(schema, schemas)
    if kind == "array":
        return [value(schema["items"], schemas, name.removesuffix("s"))]
    if kind == "string":
        return _text(schema, name)
    if kind == "boolean":
        return True
    return _number(schema, name)


def _object(schema: Schema, schemas: Mapping[str, Schema]) -> dict[str, Json]:
    properties: Mapping[str, Schema] = schema.get("properties", {})
    return {name: value(properties[name], schemas, name) for name in schema.get("required", ())}


def _text(schema: Schema, name: str) -> str:
    known = BY_NAME.get(name)
    if isinstance(known, str) and re.search(schema.get("pattern", ""), known):
        return known
    if schema.get("format") == "date":
        return "2026-03-31"
    if schema.get("format") == "date-time":
        return "2026-03-31T17:00:00.000+00:00"
    return _DEFAULT_TEXT if re.search(schema.get("pattern", ""), _DEFAULT_TEXT) else ""


def _number(schema: Schema, name: str) -> float:
    known = BY_NAME.get(name)
    if isinstance(known, int | float):
        return known
    least = schema.get("minimum", 1)
    return int(least) if schema.get("type") == "integer" else least


def _of_parameter(parameter: Schema, schemas: Mapping[str, Schema]) -> str:
    name = str(parameter["name"])
    if name == "ids" and "examples" not in parameter["schema"]:
        return "$id"
    return f"${name}" if name.endswith("Id") else quote(str(value(parameter["schema"], schemas, name)))
