"""A production server is set up from an empty database, by commands and the API alone."""

import time
from pathlib import Path
from typing import Any

import pytest
from clients import Answered, FreshDatabase
from console.operator import Operator
from post_office import PostOffice, post_office
from prove.served import ADDRESS, BANK_ACCOUNT, Served, bill_body, serving
from sqlalchemy import bindparam

from net30.kernel.tables import AuditEntry
from net30.mfa.codes import STEP_S, totp
from net30.store.database import Database
from net30.store.record import STORED
from net30.store.statements import Statement

DATABASES = ("sqlite", "postgresql")


class Company:
    """What the operator made, and the session of its administrator."""

    def __init__(self, operator: Operator) -> None:
        made = operator.does(
            "organization", "create", "--name", "Acme Corporation", "--zone", "America/New_York"
        )
        self.id: str = made["organizationId"]
        of = ("--organization", self.id)
        self.dev_key: str = operator.does("key", "create", *of, "--name", "Our ledger")["devKey"]
        ann = (*of, "--username", "ann@example.com")
        self.password: str = operator.does("user", "create", *ann, "--role", "ADMINISTRATOR")["password"]
        self.totp_secret: str = operator.does("user", "enroll-totp", *ann)["secret"]
        flags = ("--verified", "--routing-number", "021000021", "--bank-name", "First Bank")
        bank = operator.does("bank", "add", *ann, *flags, typed="123456789\n")
        assert (bank["status"], bank["lastFour"]) == ("VERIFIED", "6789")
        self.bank_account_id: str = bank["bankAccountId"]
        user = operator.does("bank-user", "verify", *ann, "--bank-account", self.bank_account_id)
        assert user["verificationStatus"] == "VERIFIED"

    def sign_in(self, served: Served, password: str | None = None) -> Answered:
        body = {
            "username": "ann@example.com",
            "password": password or self.password,
            "organizationId": self.id,
            "devKey": self.dev_key,
        }
        return served.call("POST", "/connect/v3/login", body)

    def headers(self, served: Served) -> dict[str, str]:
        return {"sessionId": self.sign_in(served).ok()["sessionId"], "devKey": self.dev_key}


@pytest.mark.slow
@pytest.mark.parametrize("dialect", DATABASES)
def test_from_an_empty_database_to_a_paid_bill(
    dialect: str, tmp_path: Path, fresh_database: FreshDatabase
) -> None:
    database = fresh_database(dialect)
    with post_office() as office:
        variables = {
            "NET30_ENVIRONMENT": "production",
            "NET30_DATABASE": database,
            "NET30_SECRET_KEY": "the first key of an operator",
            "NET30_SMTP_URL": f"smtp://127.0.0.1:{office.port}",
            "NET30_MAIL_FROM": "net30 <billing@example.com>",
            "NET30_PUBLIC_URL": "https://ap.example.com",
        }
        operator = Operator(variables)
        assert "net30 migrate" in operator.run("serve").stderr
        assert operator.run("migrate").stdout == "the schema is up to date\n"
        company = Company(operator)
        with serving(database, tmp_path, variables=variables) as served:
            the_sandbox_is_not_there(served)
            headers = company.headers(served)
            trust(served, company, headers)
            pay_a_bill_elsewhere(served, company, headers)
            invite_somebody(operator, company, office, served)
        told = via_console(database, company.id)
        assert {
            "Organization",
            "User",
            "DeveloperKey",
            "BankAccount",
            "BankAccountUser",
            "Invitation",
        } <= told


def the_sandbox_is_not_there(served: Served) -> None:
    assert served.call("GET", "/connect/v3/health").ok()["appEnv"] == "prod"
    for method, path in (
        ("POST", "/sandbox/v1/organizations"),
        ("GET", "/sandbox/v1/organizations/008/clock"),
        ("DELETE", "/sandbox/v1/organizations/008"),
    ):
        refused = served.call(method, path, {} if method == "POST" else None)
        assert (refused.status, refused.codes) == (404, ["BDC_1121"])


def trust(served: Served, company: Company, headers: dict[str, str]) -> None:
    """Pass MFA by the authenticator app."""
    v3 = "/connect/v3"
    assert served.call("GET", f"{v3}/login/session", headers=headers).ok()["mfaStatus"] == "CHALLENGE"
    challenge = served.call("POST", f"{v3}/mfa/challenge", {}, headers).ok()["challengeId"]
    code = totp(company.totp_secret, int(time.time()) // STEP_S)
    answer = {"challengeId": challenge, "token": code, "device": "laptop", "rememberMe": True}
    assert served.call("POST", f"{v3}/mfa/challenge/validate", answer, headers).ok()["rememberMeId"]
    assert served.call("GET", f"{v3}/login/session", headers=headers).ok()["mfaStatus"] == "COMPLETE"


def pay_a_bill_elsewhere(served: Served, company: Company, headers: dict[str, str]) -> None:
    """Nothing moves money in production yet; a payment that was made elsewhere is recorded."""

    def post(path: str, body: Any) -> Answered:
        return served.call("POST", f"/connect/v3{path}", body, headers)

    payee = {"payeeName": "Happy Music Supplies", "bankAccount": BANK_ACCOUNT}
    vendor = {"name": "Happy Music Supplies", "address": ADDRESS, "paymentInformation": payee}
    vendor_id = post("/vendors", vendor).ok()["id"]
    bill_id = post("/bills", bill_body(vendor_id, "INV-1", [126.0])).ok()["id"]
    funding = {"type": "BANK_ACCOUNT", "id": company.bank_account_id}
    payment = {"billId": bill_id, "amount": 126, "fundingAccount": funding, "processingOptions": {}}
    refused = post("/payments", payment)
    assert (refused.status, refused.codes) == (422, ["BDC_1151"])
    assert "no production rail is configured" in refused.json[0]["detail"]
    recorded = {
        "vendorId": vendor_id,
        "processDate": "2026-03-31",
        "toPrintCheck": False,
        "payments": [{"billId": bill_id, "amount": 126}],
    }
    post("/bills/record-payment", recorded).ok()
    bill = served.call("GET", f"/connect/v3/bills/{bill_id}", headers=headers).ok()
    assert (bill["paymentStatus"], bill["dueAmount"]) == ("PAID", 0.0)


def invite_somebody(operator: Operator, company: Company, office: PostOffice, served: Served) -> None:
    """The link of the mail leads to the server's public address, and there the user signs up."""
    bob = ("--organization", company.id, "--username", "bob@example.com")
    made = operator.does("user", "create", *bob, "--role", "CLERK", "--first-name", "Bob", "--invite")
    assert "password" not in made
    deadline = time.monotonic() + 20
    while not office.received and time.monotonic() < deadline:
        time.sleep(0.1)
    (mail,) = office.received
    assert mail["To"] == "bob@example.com"
    link = mail.get_content().split()[-1]
    assert link.startswith("https://ap.example.com/invitations/")
    path = link.removeprefix("https://ap.example.com")
    served.call("POST", path, {"password": "a password of Bob's own"}).ok()


def via_console(url: str, organization_id: str) -> set[str]:
    """What the trail says came by the operator."""
    table = STORED[AuditEntry].table
    database = Database(url, 1)
    everything = Statement(
        table.select().where(table.c.organization_id == bindparam("organization_id", organization_id))
    )
    with database.read() as tx:
        entries = tx.records(AuditEntry, everything, {})
    database.close()
    return {entry.entity for entry in entries if entry.via == "CONSOLE"}
