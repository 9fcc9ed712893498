"""`net30 serve` as a process of its own, started, called over HTTP and ended in every way a process can end."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import psutil
from clients import Answered, remember_secrets

START_WITHIN_S = 60.0


class Callee(Protocol):
    """What answers calls: a served net30, a connection to one, or the application in this process."""

    def call(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] = {}) -> Answered: ...


class Gone(Exception):
    """The server ended before it answered: nobody knows whether the request was done."""


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """A running server; `pid` is its main process, which leads a process group of its own."""

    def __init__(
        self, database: str, folder: Path, *, workers: int = 1, variables: Mapping[str, str] = {}
    ) -> None:
        """Start and wait for the ready line; `started_in_s` says how long that took."""
        self.port = free_port()
        self.said = folder / f"net30-{self.port}.log"
        flags = ["--port", str(self.port), "--workers", str(workers), "--database", database]
        begun = time.monotonic()
        with self.said.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "net30", "serve", *flags],
                stdout=subprocess.PIPE,
                stderr=output,
                start_new_session=True,
                env={
                    **plain_environment(),
                    "NET30_SECRET_KEY": "a key of the proofs",
                    "NET30_FILES": str(folder / "net30-files"),
                    **variables,
                },
            )
        self.pid = self._process.pid
        self._family = psutil.Process(self.pid)
        self.ready_line = self._first_line()
        self.started_in_s = time.monotonic() - begun

    def _first_line(self) -> str:
        assert self._process.stdout is not None
        timer = threading.Timer(START_WITHIN_S, self.kill)
        timer.start()
        line = self._process.stdout.readline().decode()
        timer.cancel()
        assert line, f"net30 did not start: {self.said.read_text()}"
        return line.rstrip("\n")

    def processes(self) -> list[psutil.Process]:
        """The main process and everything that it started; nothing when it has ended."""
        try:
            return [self._family, *self._family.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def worker(self) -> psutil.Process:
        """The process that runs due jobs."""
        (worker,) = [child for child in self._family.children() if "worker" in child.cmdline()]
        return worker

    def send(self, number: signal.Signals, *, whole_group: bool = False) -> None:
        with suppress(ProcessLookupError):
            (os.killpg if whole_group else os.kill)(self.pid, number)

    def kill(self) -> None:
        """End every process at once, in the midst of whatever they do; returns when they are gone."""
        family = self.processes()
        self.send(signal.SIGKILL, whole_group=True)
        self._process.wait()
        psutil.wait_procs(family, timeout=5)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def wait(self, timeout_s: float = 15) -> int:
        """The exit status of the main process."""
        return self._process.wait(timeout_s)

    def call(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] = {}) -> Answered:
        """One request on a connection of its own; Gone when the server ends meanwhile."""
        with Line(self) as line:
            return line.call(method, path, body, headers)


class Line:
    """A connection that stays open, for one thread."""

    def __init__(self, served: Served, timeout_s: float = 60) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=timeout_s)

    def call(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] = {}) -> Answered:
        """One request; Gone when the server ends before the whole answer has arrived."""
        sent = {"Content-Type": "application/json"} if body is not None else {}
        content = json.dumps(body).encode() if body is not None else None
        try:
            self._connection.request(method, path, content, {**sent, **headers})
            answer = self._connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as fault:
            self._connection.close()
            raise Gone(f"{type(fault).__name__}: {fault}") from fault
        named = {name.lower(): value for name, value in answer.getheaders()}
        answered = Answered(answer.status, json.loads(text) if text else None, named, text)
        remember_secrets(method, path.partition("?")[0], {**headers}, body, answered)
        return answered

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def plain_environment() -> dict[str, str]:
    """The environment without settings that would change what is proved."""
    return {name: value for name, value in os.environ.items() if not name.startswith("NET30_")}


@contextmanager
def serving(
    database: str, folder: Path, *, workers: int = 1, variables: Mapping[str, str] = {}
) -> Iterator[Served]:
    """A server that is gone when the block ends, whatever happened."""
    served = Served(database, folder, workers=workers, variables=variables)
    family = served.processes()
    try:
        yield served
    finally:
        served.kill()
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()


class ServedWorld:
    """A trusted administrator of a fresh organization of a served net30. Sessions outlive the server's processes."""

    def __init__(self, served: Callee, **wanted: Any) -> None:
        """`wanted` goes into the body that makes the world."""
        made = served.call("POST", "/sandbox/v1/organizations", wanted).ok()
        self.id: str = made["organizationId"]
        self.bank_account_id: str = made["bankAccountId"]
        self.key = {"devKey": str(made["devKey"])}
        sign_in = {name: made[name] for name in ("username", "password", "organizationId", "devKey")}
        session = served.call("POST", "/connect/v3/login", {**sign_in, **made["mfa"]}).ok()
        self.headers = {"sessionId": str(session["sessionId"]), **self.key}

    def call(
        self, line: Callee, method: str, path: str, body: Any = None, key: str | None = None
    ) -> Answered:
        """A call behind /connect/v3, with an idempotency key when there is one."""
        idempotency = {"X-Idempotent-Key": key} if key else {}
        return line.call(method, f"/connect/v3{path}", body, {**self.headers, **idempotency})

    def control(self, line: Callee, method: str, path: str, body: Any = None) -> Answered:
        return line.call(method, f"/sandbox/v1/organizations/{self.id}{path}", body, self.key)

    def vendor(self, line: Callee, name: str, *, ach: bool = False) -> str:
        """A new vendor's id; with `ach` it has a bank account."""
        body: dict[str, Any] = {"name": name, "address": ADDRESS}
        if ach:
            body["paymentInformation"] = {"payeeName": name, "bankAccount": BANK_ACCOUNT}
        return str(self.call(line, "POST", "/vendors", body).ok()["id"])

    def bill(self, line: Callee, vendor_id: str, number: str, amount: float = 100) -> str:
        """A new bill's id."""
        return str(self.call(line, "POST", "/bills", bill_body(vendor_id, number, [amount])).ok()["id"])

    def customer(self, line: Callee, name: str) -> str:
        """A new customer's id."""
        body = {"name": name, "email": "accounts@town.example"}
        return str(self.call(line, "POST", "/customers", body).ok()["id"])

    def payment_body(self, bill_id: str, amount: float) -> dict[str, Any]:
        funding = {"type": "BANK_ACCOUNT", "id": self.bank_account_id}
        return {"billId": bill_id, "amount": amount, "fundingAccount": funding, "processingOptions": {}}


ADDRESS = {"line1": "1 Main Street", "city": "Austin", "zipOrPostalCode": "78701", "country": "US"}
BANK_ACCOUNT = {
    "nameOnAccount": "Happy Music Supplies",
    "accountNumber": "123456789",
    "routingNumber": "021000021",
    "type": "CHECKING",
    "ownerType": "BUSINESS",
}


def bill_body(vendor_id: str, number: str, amounts: list[float]) -> dict[str, Any]:
    return {
        "vendorId": vendor_id,
        "dueDate": "2026-03-31",
        "invoice": {"invoiceNumber": number, "invoiceDate": "2026-03-01"},
        "billLineItems": [{"amount": amount} for amount in amounts],
    }


def invoice_body(customer_id: str, amounts: list[float]) -> dict[str, Any]:
    """An invoice whose number is generated."""
    lines = [{"quantity": 1, "price": amount} for amount in amounts]
    return {"customer": {"id": customer_id}, "invoiceLineItems": lines}
