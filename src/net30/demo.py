"""`net30 demo`: a vendor is paid from end to end, on a server of its own that is gone afterwards."""

import http.client
import io
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import bindparam, select

from net30.kernel.money import text as money_text
from net30.kernel.tables import journal_entries, journal_postings
from net30.payments.rules import STATES
from net30.payments.tables import SingleStatus
from net30.settings import Settings
from net30.store.database import Database
from net30.store.statements import Statement

HOST = "127.0.0.1"
READY_WITHIN_S = 30
STOP_WITHIN_S = 10
MOST_STEPS = 60
STEP = "PT6H"
WIDTH_OF_A_LOG = 110
# How long a step of the clock stays on a screen.
PAUSE_S = 0.2
ZONE = ZoneInfo("America/Los_Angeles")

NOW = "2026-03-02T17:00:00Z"
VENDOR = {
    "name": "Happy Music Supplies",
    "address": {"line1": "1 Main Street", "city": "Austin", "zipOrPostalCode": "78701", "country": "US"},
    "paymentInformation": {
        "payeeName": "Happy Music Supplies",
        "bankAccount": {
            "nameOnAccount": "Happy Music Supplies",
            "accountNumber": "123456789",
            "routingNumber": "021000021",
            "type": "CHECKING",
            "ownerType": "BUSINESS",
        },
    },
}
BILL = {
    "dueDate": "2026-03-31",
    "invoice": {"invoiceNumber": "INV-1", "invoiceDate": "2026-03-01"},
    "billLineItems": [{"description": "Guitar strings", "quantity": 12, "price": 10.5}],
}

_BOOKS = Statement(
    select(
        journal_entries.c.date,
        journal_entries.c.memo,
        journal_postings.c.account,
        journal_postings.c.amount,
        journal_entries.c.currency,
    )
    .join(
        journal_postings,
        (journal_postings.c.organization_id == journal_entries.c.organization_id)
        & (journal_postings.c.entry_id == journal_entries.c.id),
    )
    .where(journal_entries.c.organization_id == bindparam("organization_id"))
    .order_by(journal_entries.c.created_time, journal_entries.c.id, journal_postings.c.position)
)


class Failed(Exception):
    """The demo cannot go on; the text says why."""


def demo(_chosen: Settings) -> None:
    """Show it all; exits 1 with a sentence when something does not work."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal without arrows shows question marks.
        sys.stdout.reconfigure(errors="replace")
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDTH_OF_A_LOG
    try:
        with TemporaryDirectory(prefix="net30-demo-") as directory, _server(Path(directory)) as port:
            _tell(console, port, Path(directory))
    except (Failed, OSError, http.client.HTTPException) as fault:
        Console(stderr=True, highlight=False).print(f"The demo stopped: {escape(str(fault))}", soft_wrap=True)
        sys.exit(1)


def _tell(console: Console, port: int, directory: Path) -> None:
    api = Api(console, port)
    console.print(f"net30 serves on http://{HOST}:{port} for this demo, on a database of its own.")

    api.chapter("A world: an organization that is ready to use, on a clock that stands still")
    world = api.call(
        "POST", "/sandbox/v1/organizations", {"now": NOW, "frozen": True}, show=("organizationId",)
    )

    api.chapter("Sign in, with a remembered device, so that the session may pay")
    who = {name: world[name] for name in ("username", "password", "organizationId", "devKey")}
    session = api.call("POST", "/connect/v3/login", {**who, **world["mfa"]}, show=("userId", "trusted"))
    api.headers = {"devKey": world["devKey"], "sessionId": session["sessionId"]}

    api.chapter("A vendor with a bank account, and a bill")
    vendor = api.call("POST", "/connect/v3/vendors", VENDOR, show=("id", "name"))
    bill = api.call(
        "POST",
        "/connect/v3/bills",
        {"vendorId": vendor["id"], **BILL},
        show=("id", "amount", "paymentStatus"),
    )
    _say_owed(api, vendor["id"])

    api.chapter("What can pay it, and when would the money arrive?")
    asked = f"/connect/v3/payments/options?vendorId={vendor['id']}&amount={bill['amount']}"
    (bank,) = api.call("GET", asked)["fundingOptions"]["banks"]
    api.say({name: bank[name] for name in ("available", "processDate", "deliveryDate")})

    api.chapter("Pay it")
    order = {
        "billId": bill["id"],
        "amount": bill["amount"],
        "fundingAccount": {"type": "BANK_ACCOUNT", "id": world["bankAccountId"]},
        "processingOptions": {},
    }
    payment = api.call(
        "POST", "/connect/v3/payments", order, show=("id", "disbursementType", "processDate", "singleStatus")
    )

    api.chapter("Move the clock, six hours at a time, until the payment has cleared")
    _watch(api, world["organizationId"], payment["id"])

    api.chapter("What is left")
    api.call(
        "GET", f"/connect/v3/bills/{bill['id']}", show=("paymentStatus", "amount", "paidAmount", "dueAmount")
    )
    _say_owed(api, vendor["id"])
    api.chapter("And the journal, which balances")
    console.print(_books(directory, world["organizationId"]))
    console.print("make serve starts a server of your own; its reference is at http://127.0.0.1:8030/docs.")


def _say_owed(api: "Api", vendor_id: str) -> None:
    vendor = api.call("GET", f"/connect/v3/vendors/{vendor_id}")
    api.say({"name": vendor["name"], "balance": vendor["balance"]["amount"]})


# ---- the clock ------------------------------------------------------------------------------------------


def _watch(api: "Api", organization_id: str, payment_id: str) -> None:
    """Step through the payment's life; on a screen the clock ticks below it."""
    clock = f"/sandbox/v1/organizations/{organization_id}/clock/advance"
    _say_reached(api.console, NOW, "SCHEDULED")
    with api.console.status("") as ticking:
        for _ in range(MOST_STEPS):
            advanced = api.call("POST", clock, {"by": STEP}, quietly=True)
            status = api.call("GET", f"/connect/v3/payments/{payment_id}", quietly=True)["singleStatus"]
            for job in advanced["jobs"]:
                _say_reached(api.console, job["runAt"], status)
            if status == "CLEARED":
                return
            if api.console.is_terminal:
                ticking.update(_local(advanced["now"]))
                time.sleep(PAUSE_S)
    raise Failed(f"payment {payment_id} is still {status} at {advanced['now']}")


def _say_reached(console: Console, at: str, status: SingleStatus) -> None:
    console.print(f"  {_local(at)}  [bold]{status:<16}[/bold] {STATES[status].meaning}")


def _local(time_text: str) -> str:
    """The organization's day and time of day."""
    return f"{datetime.fromisoformat(time_text).astimezone(ZONE):%a %Y-%m-%d %H:%M}"


# ---- the books ------------------------------------------------------------------------------------------


def _books(directory: Path, organization_id: str) -> Table:
    """The journal: every posting, in order."""
    database = Database(_url(directory), 1)
    try:
        with database.read() as tx:
            rows = tx.rows(_BOOKS, {"organization_id": organization_id})
    finally:
        database.close()
    books = Table("date", "entry", "account", box=box.SIMPLE, show_footer=True)
    books.add_column("debit", justify="right", footer=_total(rows, 1))
    books.add_column("credit", justify="right", footer=_total(rows, -1))
    for date, memo, account, amount, currency in rows:
        shown = money_text(abs(amount), currency)
        sides = (shown, "") if amount > 0 else ("", shown)
        books.add_row(date, memo, account.replace("_", " "), *sides)
    return books


def _total(rows: list[tuple[Any, ...]], sign: int) -> str:
    return money_text(sum(abs(amount) for *_, amount, _currency in rows if amount * sign > 0), "USD")


# ---- calling --------------------------------------------------------------------------------------------


class Api:
    """Calls the server and shows what is asked and answered, in short."""

    def __init__(self, console: Console, port: int) -> None:
        self.console = console
        self.headers: dict[str, str] = {}
        self._connection = http.client.HTTPConnection(HOST, port, timeout=30)

    def chapter(self, title: str) -> None:
        self.console.print(f"\n[bold]{escape(title)}[/bold]")

    def say(self, answer: Mapping[str, Any]) -> None:
        told = "  ".join(f"{name} {_short(value)}" for name, value in answer.items())
        self.console.print(f"  [green]←[/green] {escape(told)}")

    def call(
        self, method: str, path: str, body: Any = None, *, show: tuple[str, ...] = (), quietly: bool = False
    ) -> Any:
        """The answer's JSON; `show` names what of it is printed. Failed when it is a refusal."""
        if not quietly:
            asked = "" if body is None else " " + json.dumps(body)
            line = f"  [cyan]→[/cyan] [bold]{method}[/bold] {escape(path + asked)}"
            self.console.print(line, no_wrap=True, overflow="ellipsis")
        content = None if body is None else json.dumps(body)
        self._connection.request(method, path, content, {"Content-Type": "application/json", **self.headers})
        answered = self._connection.getresponse()
        told = json.loads(answered.read() or b"null")
        if answered.status >= 400:
            cause = f"{told[0]['code']} {told[0]['detail']}" if told[0]["code"] else told[0]["message"]
            raise Failed(f"{method} {path} answered {answered.status}: {cause}")
        if show:
            self.say({name: told[name] for name in show})
        return told


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


# ---- the server -----------------------------------------------------------------------------------------


@contextmanager
def _server(directory: Path) -> Iterator[int]:
    """The port of a server on a database in `directory`; it is stopped when the block ends."""
    port = _free_port()
    command = [sys.executable, "-m", "net30", "serve", "--port", str(port), "--database", _url(directory)]
    # The demo is the same whatever the caller's own server is set up to be.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NET30_")}
    with (directory / "log").open("w+") as log:
        served = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _await(served, port, log.name)
            yield port
        finally:
            served.terminate()
            try:
                served.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                served.kill()
                served.wait()


def _await(served: "subprocess.Popen[bytes]", port: int, log: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while served.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    last = Path(log).read_text().strip().splitlines()[-1:] or ["it said nothing"]
    raise Failed(f"the server did not start: {last[0]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _url(directory: Path) -> str:
    return f"sqlite:///{directory}/net30.db"
