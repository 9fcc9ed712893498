"""Starts net30 and the baseline on one database, and fills it."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

import net30.rooms  # noqa: F401  (declares every table)
from net30.bills.tables import Bill, BillLine
from net30.kernel import ids
from net30.store.database import Database

NET30_PORT, BASELINE_PORT = 8931, 8932
# Of the baseline: what it is fastest with, among 1, 2, 4 and 8.
BASELINE_THREADS = {"sqlite": 1, "postgresql": 8}
BATCH = 5_000
START_MS = 1_780_000_000_000


@dataclass(frozen=True)
class Target:
    """A server under load."""

    name: str
    port: int
    process: psutil.Process

    def memory_mb(self) -> float:
        """Resident memory of the largest process that answers requests, in MB."""
        children = [child for child in self.process.children(recursive=True) if _answers(child)]
        return max(child.memory_info().rss for child in children) / 1e6


def _answers(child: psutil.Process) -> bool:
    """Neither the jobs' process nor Python's own tracker of shared memory."""
    command = " ".join(child.cmdline())
    return "net30 worker" not in command and "resource_tracker" not in command


@dataclass(frozen=True)
class Tenant:
    """A world, its session and one of its vendors."""

    organization_id: str
    user_id: str
    headers: dict[str, str]
    vendor_id: str


@contextmanager
def serving(name: str, url: str, workers: int = 1) -> Iterator[Target]:
    """Run one of the two servers until the block ends."""
    port = NET30_PORT if name == "net30" else BASELINE_PORT
    command = [
        *(sys.executable, "-m", "net30", "serve", "--port", str(port), "--database", url),
        *("--workers", str(workers)),
    ]
    if name == "baseline":
        command = [
            *(
                sys.executable,
                "-m",
                "granian",
                "benchmarks.baseline:build",
                "--factory",
                "--interface",
                "wsgi",
            ),
            *(
                "--port",
                str(port),
                "--workers",
                str(workers),
                "--blocking-threads",
                str(BASELINE_THREADS[url.partition(":")[0]]),
            ),
            *("--backlog", "2048", "--backpressure", "2048", "--no-ws", "--log-level", "warning"),
        ]
    environment = {**os.environ, "NET30_DATABASE": url}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _await(port)
            yield Target(name, port, psutil.Process(process.pid))
        finally:
            process.terminate()
            process.wait(timeout=30)


def _await(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/connect/v3/health", timeout=1).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nothing answers on port {port}")


def call(port: int, path: str, body: object, headers: dict[str, str] | None = None) -> dict[str, str]:
    """POST a JSON document; the parsed answer."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **(headers or {})},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        parsed: dict[str, str] = json.load(answer)
        return parsed


def make_tenant(target: Target) -> Tenant:
    """A fresh world with a session and a vendor, through the API."""
    world = call(target.port, "/sandbox/v1/organizations", {})
    login = {name: world[name] for name in ("username", "password", "organizationId", "devKey")}
    session = call(target.port, "/connect/v3/login", login)
    headers = {"sessionId": session["sessionId"], "devKey": world["devKey"]}
    address = {"line1": "1 Main Street", "city": "Austin", "zipOrPostalCode": "78701", "country": "US"}
    vendor = call(
        target.port, "/connect/v3/vendors", {"name": "Happy Music Supplies", "address": address}, headers
    )
    return Tenant(world["organizationId"], world["userId"], headers, vendor["id"])


def bill_body(tenant: Tenant, number: str) -> dict[str, object]:
    """A bill with 3 lines."""
    return {
        "vendorId": tenant.vendor_id,
        "dueDate": "2026-12-31",
        "invoice": {"invoiceNumber": number, "invoiceDate": "2026-12-01"},
        "billLineItems": [
            {"amount": 120.5, "description": "Strings"},
            {"amount": 79.5, "description": "Reeds"},
            {"amount": 300.25, "description": "Sheet music"},
        ],
    }


def seed(url: str, tenant: Tenant, start: int, end: int) -> str:
    """Insert bills number `start` to `end` with 3 lines each, as if they had been entered; the id of the last."""
    database = Database(url, 1)
    last = ""
    for first in range(start, end, BATCH):
        bills = [_bill(tenant, number) for number in range(first, min(first + BATCH, end))]
        lines = [line for bill in bills for line in _lines(bill)]
        with database.write() as tx:
            tx.insert(*bills)
            tx.insert(*lines)
        last = bills[-1].id
    if database.dialect == "postgresql":
        with database.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
    database.close()
    return last


def _bill(tenant: Tenant, number: int) -> Bill:
    return Bill(
        organization_id=tenant.organization_id,
        id=ids.new("00n"),
        vendor_id=tenant.vendor_id,
        currency="USD",
        amount=500_250,
        due_amount=500_250,
        scheduled_amount=0,
        in_process_amount=0,
        paid_amount=0,
        credit_amount=0,
        funding_amount=500_250,
        exchange_rate=None,
        description=None,
        due_date=f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}",
        invoice_number=f"S{number}",
        number_key=f"s{number}",
        invoice_date="2026-01-01",
        purchase_order_number=None,
        pay_from_chart_of_account_id=None,
        chart_of_account_id=None,
        accounting_class_id=None,
        department_id=None,
        location_id=None,
        item_id=None,
        payment_status="UNPAID",
        approval_status="UNASSIGNED",
        bill_approvals=0,
        archived=0,
        created_by=tenant.user_id,
        created_time=START_MS + number,
        updated_time=START_MS + number,
        parts_bytes=900,
    )


def _lines(bill: Bill) -> list[BillLine]:
    told = ((120_500, "Strings"), (79_500, "Reeds"), (300_250, "Sheet music"))
    return [
        BillLine(
            *(bill.organization_id, bill.id, position, ids.new("bli"), amount, None, None, description),
            *(None,) * 8,
        )
        for position, (amount, description) in enumerate(told)
    ]
