"""Clients that write bills, payments and invoices until their server ends, and remember what they were answered."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from clients import Answered
from prove.served import Callee, Gone, Line, Served, ServedWorld, bill_body, invoice_body


@dataclass
class Sent:
    """A write and what was answered; None when the server ended before it answered."""

    kind: str
    method: str
    path: str
    body: Any
    key: str | None
    answer: Any = None

    @property
    def answered(self) -> bool:
        return self.answer is not None


@dataclass
class OwnBill:
    """A bill as its client knows it."""

    id: str
    number: str
    amount: float
    paid: float = 0
    description: str | None = None


@dataclass
class Client:
    """One thread's worth of load on one vendor and one customer. `name` begins the numbers of its bills."""

    world: ServedWorld
    vendor_id: str
    customer_id: str
    name: str
    random: Random
    bills: list[OwnBill] = field(default_factory=list)
    invoices: dict[str, float] = field(default_factory=dict)
    """What the customer's invoices come to, by their ids."""
    sent: list[Sent] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    _count: int = 0

    def run(self, served: Served, stop: threading.Event) -> None:
        """Send one write after the other until told to stop or until the server is gone."""
        with Line(served) as line:
            while not stop.is_set():
                wanted = self._next()
                self.sent.append(wanted)
                try:
                    answer = self.send(line, wanted)
                except Gone:
                    return
                if not 200 <= answer.status < 300:
                    self.refused.append(f"{wanted.method} {wanted.path} {answer.status} {answer.text}")
                    return
                wanted.answer = answer.json
                self._learn(wanted)

    def send(self, line: Callee, wanted: Sent) -> Answered:
        return self.world.call(line, wanted.method, wanted.path, wanted.body, wanted.key)

    def _next(self) -> Sent:
        self._count += 1
        dice = self.random.random()
        own = self.random.choice(self.bills) if self.bills else None
        key = f"{self.name}-{self._count}" if self.random.random() < 0.5 else None
        if own is not None and dice < 0.25 and own.amount - own.paid >= 1:
            part = round(self.random.uniform(0.01, own.amount - own.paid), 2)
            return Sent("pay", "POST", "/payments", self.world.payment_body(own.id, part), key)
        if own is not None and dice < 0.45:
            body = {"description": f"change {self._count}"}
            return Sent("change", "PATCH", f"/bills/{own.id}", body, None)
        if self.invoices and dice < 0.5:
            invoice_id = self.random.choice(list(self.invoices))
            return Sent("restate", "PUT", f"/invoices/{invoice_id}", self._invoice(), None)
        if dice < 0.6:
            return Sent("invoice", "POST", "/invoices", self._invoice(), key)
        if dice < 0.7:
            three = [self._bill(f"{part}") for part in "abc"]
            return Sent("enter three", "POST", "/bills/bulk", three, key)
        return Sent("enter", "POST", "/bills", self._bill(), key)

    def _bill(self, part: str = "") -> dict[str, Any]:
        return bill_body(self.vendor_id, f"{self.name}-{self._count}{part}", self._amounts())

    def _invoice(self) -> dict[str, Any]:
        return invoice_body(self.customer_id, self._amounts())

    def _amounts(self) -> list[float]:
        return [round(self.random.uniform(1, 500), 2) for _ in range(self.random.randint(1, 4))]

    def _learn(self, done: Sent) -> None:
        match done.kind:
            case "enter":
                self._own(done.answer)
            case "enter three":
                for bill in done.answer:
                    self._own(bill)
            case "change":
                self._of(done.path.removeprefix("/bills/")).description = done.body["description"]
            case "invoice" | "restate":
                self.invoices[done.answer["id"]] = done.answer["totalAmount"]
            case "pay":
                own = self._of(done.body["billId"])
                own.paid = round(own.paid + done.body["amount"], 2)

    def _own(self, bill: Any) -> None:
        self.bills.append(OwnBill(bill["id"], bill["invoice"]["invoiceNumber"], bill["amount"]))

    def _of(self, bill_id: str) -> OwnBill:
        return next(bill for bill in self.bills if bill.id == bill_id)

    def in_flight(self) -> Sent | None:
        """The write that nobody knows whether it was done."""
        return self.sent[-1] if self.sent and not self.sent[-1].answered else None


@contextmanager
def under_load(served: Served, clients: list[Client]) -> Iterator[None]:
    """All clients write at once while the block runs; afterwards they have stopped."""
    stop = threading.Event()
    threads = [threading.Thread(target=client.run, args=(served, stop)) for client in clients]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
