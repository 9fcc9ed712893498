"""After a day full of secrets, none of them stands in plain in the database or in what was logged."""

import json
import logging
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clients import Api, FreshDatabase, World, client

import net30.rooms  # noqa: F401  (declares every table)
from net30.app import application, server
from net30.console import people
from net30.console.commands import UserEnrollTotp
from net30.kernel.context import Server
from net30.settings import Settings
from net30.store.database import Database
from net30.store.record import metadata
from net30.store.schema import migrate

US = {"line1": "1 Main Street", "city": "Austin", "zipOrPostalCode": "78701", "country": "US"}
INDIA = {"line1": "1 Main Street", "city": "Pune", "zipOrPostalCode": "411001", "country": "IN"}
BANK = {"nameOnAccount": "Acme", "routingNumber": "021000021", "type": "CHECKING", "ownerType": "BUSINESS"}


class Day:
    """What is done with secrets, each of which goes into `used` under what it is."""

    def __init__(self, running: Server) -> None:
        self.used: dict[str, str] = {}
        self.running = running
        self.api = Api(running, log_requests=True)
        sync = {"name": "sync", "value": self.new("sync token")}
        mfa = {"rememberMeId": self.new("rememberMeId"), "device": "laptop"}
        given = {
            "devKey": self.new("developer key"),
            "password": self.new("password"),
            "username": "ann@example.com",
        }
        self.world = World(
            self.api, {**given, "apiToken": self.new("API token"), "syncToken": sync, "mfa": mfa}
        )
        self.note_session()

    def new(self, what: str) -> str:
        """A secret text that nothing else is like."""
        return self.keep(what, f"so-secret-{secrets.token_urlsafe(12)}")

    def keep(self, what: str, value: str) -> str:
        self.used[what if what not in self.used else f"{what} {len(self.used)}"] = value
        return value

    def note_session(self) -> None:
        self.keep("session id", self.world.headers["sessionId"])

    def post(self, path: str, body: Any, **more: Any) -> Any:
        return self.world.post(path, body, **more)

    def signing_in(self) -> None:
        made = self.world.made
        for name, password in (
            ("ann@example.com", self.new("wrong password")),
            ("sync", self.used["sync token"]),
        ):
            body = {
                "username": name,
                "password": password,
                "organizationId": self.world.id,
                "devKey": made["devKey"],
            }
            answered = self.api.call("POST", "/connect/v3/login", body)
            if answered.status == 200:
                self.keep("session id", answered.json["sessionId"])
        body = {"username": "ann", "password": self.new("password"), "devKey": self.new("developer key")}
        self.api.call("POST", "/connect/v3/login", {**body, "organizationId": self.world.id})

    def codes(self) -> None:
        """A phone is enrolled and a session trusted by codes; an authenticator app is given."""
        setup = {"phone": "+14155550123", "type": "TEXT"}
        setup_id = self.post("/mfa/setup", setup).ok()["setupId"]
        self.post("/mfa/setup/validate", {"setupId": setup_id, "type": "TEXT", "token": self.code()}).ok()
        challenge = self.post("/mfa/challenge", {}).ok()["challengeId"]
        wrong = {"challengeId": challenge, "token": self.new("wrong code")}
        assert self.post("/mfa/challenge/validate", wrong).status == 422
        answer = {"challengeId": challenge, "token": self.code(), "device": "phone", "rememberMe": True}
        self.keep("rememberMeId", self.post("/mfa/challenge/validate", answer).ok()["rememberMeId"])
        asked = UserEnrollTotp(organization=self.world.id, username="ann@example.com")
        self.keep("authenticator", people.enroll_totp(self.running, asked).secret)

    def code(self) -> str:
        text = self.world.control("GET", "/messages").ok()["results"][0]["body"]
        found = re.search(r"\d{6}", text)
        assert found is not None
        return self.keep("code", found[0])

    def vendors_and_banks(self) -> None:
        """Account numbers and tax ids, in requests whose answers are kept, and in some that are refused."""
        number = self.keep("account number", "91827364509182736")
        account = {**BANK, "accountNumber": number}
        vendor = {
            "name": "Happy Music",
            "address": US,
            "paymentInformation": {"payeeName": "Happy Music", "bankAccount": account},
            "additionalInfo": {"taxId": self.keep("tax id", "564738291"), "taxIdType": "EIN"},
        }
        kept = {"X-Idempotent-Key": "5c3a6a0e-6c55-4a6c-93a1-0f3f1e0f8f01"}
        vendor_id = self.post("/vendors", vendor, headers=kept).ok()["id"]
        self.post("/vendors", {**vendor, "address": number}, headers={"X-Net30-Strict": "true"})
        self.world.patch(
            f"/vendors/{vendor_id}", {"additionalInfo": {"taxId": self.keep("tax id", "675849302")}}
        ).ok()
        abroad = {
            "accountNumber": self.keep("account number", "918273645546"),
            "routingNumber": "HDFC0000123",
            "nameOnAccount": "Pune Strings",
            "type": "CHECKING",
            "ownerType": "BUSINESS",
            "paymentCurrency": "INR",
            "regulatoryFields": [{"name": "pan", "value": self.keep("regulatory field", "ZQXCV9182K")}],
        }
        payee = {"payeeName": "Pune Strings", "bankAccount": abroad}
        india = {"name": "Pune Strings", "address": INDIA, "billCurrency": "INR", "paymentInformation": payee}
        self.post("/vendors", india).ok()
        own = {
            **account,
            "accountNumber": self.keep("account number", "73645091827364509"),
            "bankName": "First Bank",
        }
        kept = {"X-Idempotent-Key": "5c3a6a0e-6c55-4a6c-93a1-0f3f1e0f8f02"}
        self.post("/funding-accounts/banks", own, headers=kept).ok()
        customer = {"name": "Town Hall", "email": "a@town.example", "billingAddress": US}
        path = f"/customers/{self.post('/customers', customer).ok()['id']}/bank-accounts"
        theirs = {**BANK, "accountNumber": self.keep("account number", "64509182736450918")}
        kept = {"X-Idempotent-Key": "5c3a6a0e-6c55-4a6c-93a1-0f3f1e0f8f03"}
        self.post(path, theirs, headers=kept).ok()
        self.post(path, {**theirs, "routingNumber": "1"})

    def invitation(self) -> None:
        roles = self.world.get("/roles", filters="type:eq:CLERK").ok()["results"]
        bob = {
            "firstName": "Bob",
            "lastName": "Clerk",
            "email": "bob@example.com",
            "roleId": roles[0]["id"],
            "acceptTermsOfService": True,
        }
        self.post("/users", bob).ok()
        body = self.world.control("GET", "/messages").ok()["results"][0]["body"]
        token = self.keep("invitation", body.rpartition("/")[2].strip())
        for password in ("short", self.new("password")):
            answer = {"password": password}
            self.api.call("POST", f"/invitations/{token}", answer)
        self.api.call("GET", f"/invitations/{token}")

    def accidents(self, folder: Path) -> None:
        """Requests that end in a mistake of the server's own, on a database that lost its tables."""
        broken = Database(f"sqlite:///{folder}/no-tables.db", 1)
        called = client(
            application(
                Server(broken, "sandbox", self.running.secrets, self.running.machine_now, self.running.files),
                log_requests=True,
            )
        )
        body = {"username": "ann", "password": self.used["password"], "devKey": self.used["developer key"]}
        answered = called.simulate_post(
            "/connect/v3/login", body=json.dumps({**body, "organizationId": "008"})
        )
        assert answered.status_code == 500
        broken.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, fresh_database: FreshDatabase) -> Iterator[Server]:
    parts = server(Settings(database=fresh_database(request.param), secret_key="a key of the tests"))
    migrate(parts.database)
    yield parts
    parts.database.close()


def stored_bytes(database: Database) -> bytes:
    """Everything that a copy of the database holds: SQLite's files as they are, PostgreSQL's rows as text."""
    if database.dialect == "sqlite":
        path = Path(str(database.engine.url.database))
        return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))
    with database.engine.connect() as connection:
        rows = (row for table in metadata.tables.values() for row in connection.execute(table.select()))
        return "\n".join(str(tuple(row)) for row in rows).encode()


def told(secret: str, text: str) -> bool:
    """Whether a text has a secret in it; a code of six digits is not seen in longer numbers."""
    if secret.isdigit():
        return re.search(rf"(?<![0-9]){secret}(?![0-9])", text) is not None
    return secret in text


def test_nothing_secret_is_stored_or_logged_in_plain(
    running: Server, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with caplog.at_level(logging.DEBUG):
        day = Day(running)
        day.signing_in()
        day.codes()
        day.vendors_and_banks()
        day.invitation()
        day.accidents(tmp_path)
    assert len(day.used) > 20
    logged = caplog.text
    assert "create_vendor" in logged
    assert "Traceback" in logged
    stored = stored_bytes(running.database).decode("latin-1")
    assert "Happy Music" in stored
    assert [what for what, secret in day.used.items() if told(secret, logged)] == []
    assert [what for what, secret in day.used.items() if told(secret, stored)] == []
