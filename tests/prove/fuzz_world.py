"""The world that is fuzzed: its ids, its credentials, and how generated requests are given values that exist."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from clients import Api, World
from prove.fuzz_bodies import BODIES, QUERIES
from prove.served import ADDRESS, BANK_ACCOUNT, bill_body, invoice_body
from schemathesis import Case

AnyCase = Case[Any]
# Draws one of some values.
Pick = Callable[[Sequence[Any]], Any]

# These end sessions, lock people out, remove the world or change what it may do: they are called on a world that is
# thrown away.
ON_SPARE = {
    "logout",
    "expireSessions",
    "deleteWorld",
    "writeSettings",
    "writeLimits",
    "decideRiskVerification",
    "setupMfa",
    "validateMfaSetup",
    "generateChallenge",
    "validateChallenge",
}
ENDS_SPARE = {"logout", "expireSessions", "deleteWorld"}
# A generated request may ask for years.
CLOCKS = {"setClock", "advanceClock"}

# The name of the path parameter that takes the ids of a collection, where it is not `id`.
NAMES = {
    "/connect/v3/vendors": "vendorId",
    "/connect/v3/customers": "customerId",
    "/connect/v3/customers/{customerId}/bank-accounts": "bankAccountId",
    "/connect/v3/bills": "billId",
    "/connect/v3/invoices": "invoiceId",
    "/connect/v3/payments": "paymentId",
    "/connect/v3/users": "userId",
    "/connect/v3/funding-accounts/banks": "bankAccountId",
    "/connect/v3/funding-accounts/banks/users/nominate": "bankAccountUserId",
    "/sandbox/v1/organizations/{id}/cards": "cardAccountId",
    "/sandbox/v1/organizations/{id}/users": "userId",
    "/connect/v3/attachments/vendors/{vendorId}": "attachmentId",
    "/connect/v3/attachments/customers/{customerId}": "attachmentId",
    "/connect/v3/attachments/invoices/{invoiceId}": "attachmentId",
    "/connect/v3/documents/bills/{billId}": "documentId",
    "/connect/v3/documents/upload-status": "documentId",
    "/connect/v3/partner/users": "userId",
    "/connect/v3/partner/organizations": "organizationId",
}
OF_A_CUSTOMER = "/connect/v3/customers/{customerId}/"
PARTNER = "/connect/v3/partner/"
REMEMBERED = 40


class FuzzWorld:
    """A world with something of everything. What is kept is in no path that changes or archives it."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.main: World = World(api, frozen_at="2026-03-03T17:00:00Z")
        self._spare: World | None = None
        self._known: dict[str, list[str]] = {}
        self.lost_sessions = 0
        self.funding = {"type": "BANK_ACCOUNT", "id": self.main.bank_account_id}
        self.kept_vendors: list[str] = [self._vendor(f"Kept {n}", ach=n % 2 == 0) for n in range(4)]
        self.kept_bills = [self._bill(vendor, f"K{n}") for n, vendor in enumerate(self.kept_vendors)]
        for n in range(4):
            vendor = self._vendor(f"Known {n}", ach=n % 2 == 0)
            self._remember("vendorId", vendor)
            self._remember("billId", self._bill(vendor, f"N{n}"))
            order = {"billId": self.kept_bills[n], "amount": 1, "processingOptions": {}}
            paid = self.main.post("/payments", {**order, "fundingAccount": self.funding}).ok()
            self._remember("paymentId", paid["id"])
            account = {"nameOnAccount": "Fuzz", "bankName": "First Bank", **BANK_ACCOUNT}
            account["accountNumber"] = f"12345678{n}"
            bank_account_id = self.main.post("/funding-accounts/banks", account).ok()["id"]
            self._remember("bankAccountId", bank_account_id)
            if n % 2 == 0:
                deposit = {"depositAmount": 0.5}
                self.main.post(f"/funding-accounts/banks/{bank_account_id}/verify", deposit).ok()
            self._remember("cardAccountId", self.main.control("POST", "/cards").ok()["id"])
            self._remember("invoiceId", self._invoice(self._customer(f"Known {n}")))
        self.kept_customer = self._customer("Kept", kept=True)
        self.goods = [self._item("SERVICE"), self._item("INVENTORY", taxable=True)]
        self.discount = self._item("DISCOUNT", percentage=10)
        self.sales_tax = self._item("SALES_TAX", percentage=8.25)
        for role in self.main.get("/roles").ok()["results"]:
            self._remember("roleId", role["id"])
        self.kept_people: list[str] = [
            self.main.control("POST", "/users", {"role": "PAYER"}).ok()["userId"] for _ in range(30)
        ]
        self._nominate()
        self.partner: dict[str, str] = api.call("POST", "/sandbox/v1/partners", {}).ok()
        self.partner_headers: dict[str, str] = self._partner_sign_in()
        self._begin_as_partner()

    def _vendor(self, name: str, *, ach: bool) -> str:
        account = {"paymentInformation": {"payeeName": name, "bankAccount": BANK_ACCOUNT}} if ach else {}
        return str(self.main.post("/vendors", {"name": name, "address": ADDRESS, **account}).ok()["id"])

    def _bill(self, vendor_id: str, number: str) -> str:
        return str(self.main.post("/bills", bill_body(vendor_id, number, [1_000_000])).ok()["id"])

    def _customer(self, name: str, *, kept: bool = False) -> str:
        body = {"name": name, "email": "accounts@town.example", "billingAddress": ADDRESS}
        customer_id = self.main.post("/customers", body).ok()["id"]
        account = self.main.post(f"/customers/{customer_id}/bank-accounts", BANK_ACCOUNT).ok()
        if not kept:
            self._remember("customerId", customer_id)
        self._remember(f"{customer_id} bankAccountId", account["id"])
        return str(customer_id)

    def _invoice(self, customer_id: str) -> str:
        return str(self.main.post("/invoices", invoice_body(customer_id, [1_000])).ok()["id"])

    def _item(self, kind: str, **more: Any) -> str:
        body = {"name": f"Kept {kind}", "type": kind, **more}
        return str(self.main.post("/classifications/items", body).ok()["id"])

    def _nominate(self) -> None:
        """People who may be verified on the account, and the administrator on the other accounts, which may go."""
        users = "/funding-accounts/banks/users"
        for person in self.kept_people[:20]:
            body = {"userId": person, "bankAccountId": self.main.bank_account_id}
            self.main.post(f"{users}/nominate", body).ok()
        for one in self.main.get(users, max=100).ok()["results"]:
            if one["userId"] in self.kept_people:
                self._remember("bankAccountUserId", one["id"])
            elif one["bankAccountId"] != self.main.bank_account_id:
                self.main.control("POST", f"/bank-users/{one['id']}/verify").ok()

    def _partner_sign_in(self) -> dict[str, str]:
        who = {name: self.partner[name] for name in ("username", "password", "appKey")}
        session = self.api.call("POST", "/connect/v3/partner/login", who).ok()["sessionId"]
        return {"sessionId": session, "appKey": self.partner["appKey"]}

    def _begin_as_partner(self) -> None:
        """An organization of the partner's, whose users and roles the partner's calls are about."""
        path = f"{PARTNER}organizations"
        body = {"name": "Happy Music", "address": ADDRESS}
        made = self.api.call("POST", path, body, headers=self.partner_headers).ok()["id"]
        self._remember(f"{PARTNER} organizationId", made)
        self.partner_headers["organizationId"] = made
        for role in self.api.call("GET", f"{PARTNER}roles", headers=self.partner_headers).ok()["results"]:
            self._remember(f"{PARTNER} roleId", role["id"])

    # ---- what is known ------------------------------------------------------------------------------------

    def known(self, name: str) -> list[str]:
        """Ids that a parameter or property of this name may take, newest last."""
        return self._known.get(name, [])

    def _remember(self, name: str, id: str) -> None:
        ids = self._known.setdefault(name, [])
        if id not in ids:
            ids.append(id)
            del ids[:-REMEMBERED]

    def today(self) -> date:
        return date.fromisoformat(self.main.control("GET", "/clock").ok()["now"][:10])

    def spare(self) -> World:
        """A world that may be broken."""
        self._spare = self._spare or World(self.api)
        return self._spare

    def learn(self, case: AnyCase, answer: Any) -> None:
        """Remember what a success brought, and make good what it ended."""
        if operation_id(case) in ENDS_SPARE:
            self._spare = None
        if case.method.upper() != "POST":
            return
        made = answer.get("payments", [answer]) if isinstance(answer, dict) else answer
        for one in made or []:
            if isinstance(one, dict) and (id := one.get("id") or one.get("userId") or one.get("uploadId")):
                self._remember(_name_of(case, "id"), str(id))

    def sign_in_again(self) -> None:
        self.lost_sessions += 1
        self.main.headers = self.main.sign_in()
        organization = {"organizationId": self.partner_headers["organizationId"]}
        self.partner_headers = self._partner_sign_in() | organization

    # ---- what requests are given --------------------------------------------------------------------------

    def world_of(self, operation: str, *, sound: bool) -> World:
        return self.spare() if operation in ON_SPARE or (operation in CLOCKS and not sound) else self.main

    def give_credentials(self, case: AnyCase, pick: Pick, *, sound: bool) -> bool:
        """Put a session and a developer key where the request has such headers; whether all of them are good."""
        on_partner = case.path.startswith(PARTNER)
        headers = (
            self.partner_headers if on_partner else self.world_of(operation_id(case), sound=sound).headers
        )
        good = True
        for name, value in headers.items():
            if name not in case.headers:
                good = False
            elif sound or pick([True] * 9 + [False]):
                case.headers[name] = value
            else:
                good = False
        return good

    def give_path(self, case: AnyCase, pick: Pick, *, sound: bool) -> None:
        """Ids that exist, where some are known; now and then one of another kind."""
        world = self.world_of(operation_id(case), sound=sound)
        for name in case.path_parameters:
            on_world = name == "id" and case.path.startswith("/sandbox/")
            ids = [world.id] if on_world else self.known(_name_of(case, name))
            if ids and (sound or pick([True, True, True, False])):
                case.path_parameters[name] = pick(ids[::-1])
            elif pick([True, False]):
                case.path_parameters[name] = pick(self.kept_bills)

    def give_query(self, case: AnyCase, pick: Pick) -> None:
        """Values that lists understand. A page token is of one list only, so there is none."""
        case.query.pop("page", None)
        for name in list(case.query):
            known = [*QUERIES.get(name, []), *self.known(_name_of(case, "id" if name == "ids" else name))]
            if known:
                case.query[name] = pick(known)

    def give_body(self, case: AnyCase, pick: Pick) -> None:
        """A body that should succeed, in which up to two properties are what was generated."""
        make = BODIES.get(operation_id(case))
        if make is None:
            self.give_ids(case, case.body, pick)
            return
        sound, generated = make(self, pick), case.body
        if isinstance(sound, dict) and isinstance(generated, dict):
            for _ in range(pick([0, 0, 0, 1, 1, 2])):
                if generated:
                    name = pick(sorted(generated))
                    sound = {**sound, name: generated[name]}
        case.body = sound

    def give_ids(self, case: AnyCase, value: Any, pick: Pick) -> None:
        """Replace generated ids by ones that exist, wherever a property has the name of one."""
        if isinstance(value, list):
            for one in value:
                self.give_ids(case, one, pick)
        elif isinstance(value, dict):
            for name, inner in value.items():
                ids = self.known(_name_of(case, name))
                if isinstance(inner, str) and ids and pick([True, True, False]):
                    value[name] = pick(ids)
                else:
                    self.give_ids(case, inner, pick)


def _name_of(case: AnyCase, name: str) -> str:
    """Under which name ids are known: `id` is that of the collection in the path."""
    if name == "id":
        collection = case.path.split("/bulk")[0].split("/{id}")[0]
        name = NAMES.get(case.path.removesuffix("/bulk"), collection)
    if case.path.startswith(OF_A_CUSTOMER) and name == "bankAccountId":
        return f"{case.path_parameters['customerId']} {name}"
    return f"{PARTNER} {name}" if case.path.startswith(PARTNER) else name


def operation_id(case: AnyCase) -> str:
    return str(case.operation.definition.raw["operationId"])
