"""A desk at which tests pay: a world, and the few things that every story about payments does."""

from typing import Any

import msgspec
from clients import Answered, World
from sqlalchemy import bindparam, func, select

from net30.kernel.tables import Event, events, jobs, journal_entries, journal_postings
from net30.store.statements import Statement, Value

ADDRESS = {"line1": "1 Main Street", "city": "Austin", "zipOrPostalCode": "78701", "country": "US"}
BANK_ACCOUNT = {
    "nameOnAccount": "Happy Music Supplies",
    "accountNumber": "123456789",
    "routingNumber": "021000021",
    "type": "CHECKING",
    "ownerType": "BUSINESS",
}
# The clock stands at Tuesday 2026-03-03 09:00 in Los Angeles, so this is the earliest process date.
NEXT_DAY = "2026-03-04"

_BALANCES = Statement(
    select(journal_postings.c.account, journal_postings.c.party_id, func.sum(journal_postings.c.amount))
    .where(journal_postings.c.organization_id == bindparam("organization_id"))
    .group_by(journal_postings.c.account, journal_postings.c.party_id)
)
_DOLLARS = Statement(
    select(journal_postings.c.account, func.sum(journal_postings.c.usd_amount))
    .where(journal_postings.c.organization_id == bindparam("organization_id"))
    .group_by(journal_postings.c.account)
)
_POSTED = Statement(
    select(journal_entries.c.date, journal_postings.c.account, journal_postings.c.amount)
    .join(
        journal_postings,
        (journal_postings.c.organization_id == journal_entries.c.organization_id)
        & (journal_postings.c.entry_id == journal_entries.c.id),
    )
    .where(
        journal_entries.c.organization_id == bindparam("organization_id"),
        journal_entries.c.source_id == bindparam("source_id"),
    )
    .order_by(journal_entries.c.id, journal_postings.c.position)
)
_EVENTS = Statement(
    select(events)
    .where(
        events.c.organization_id == bindparam("organization_id"),
        events.c.entity_id == bindparam("entity_id"),
    )
    .order_by(events.c.created_time)
)
_WAITING = Statement(
    select(jobs.c.kind).where(
        jobs.c.organization_id == bindparam("organization_id"),
        jobs.c.subject_id == bindparam("subject_id"),
        jobs.c.state == "WAITING",
    )
)


class Desk:
    """A trusted administrator with a verified bank account, who enters bills and pays them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._bills = 0

    def vendor(self, name: str = "Happy Music Supplies", *, ach: bool = False, **more: Any) -> str:
        """A vendor's id; with `ach` it has a bank account."""
        account = {"paymentInformation": {"payeeName": name, "bankAccount": BANK_ACCOUNT}} if ach else {}
        body = {"name": name, "address": ADDRESS, **account, **more}
        return str(self.world.post("/vendors", body).ok()["id"])

    def bill(self, vendor_id: str, amount: float = 100) -> str:
        """A bill's id."""
        self._bills += 1
        body = {
            "vendorId": vendor_id,
            "dueDate": "2026-03-31",
            "invoice": {"invoiceNumber": f"INV-{self._bills}", "invoiceDate": "2026-03-01"},
            "billLineItems": [{"amount": amount}],
        }
        return str(self.world.post("/bills", body).ok()["id"])

    def order(self, bill_id: str | None, amount: float, **more: Any) -> dict[str, Any]:
        """The body of a payment."""
        named = {} if bill_id is None else {"billId": bill_id}
        return {"amount": amount, "fundingAccount": self.funding, "processingOptions": {}, **named, **more}

    @property
    def funding(self) -> dict[str, str]:
        return {"type": "BANK_ACCOUNT", "id": self.world.bank_account_id}

    def ask(self, bill_id: str | None, amount: float = 100, **more: Any) -> Answered:
        return self.world.post("/payments", self.order(bill_id, amount, **more))

    def pay(self, bill_id: str | None, amount: float = 100, **more: Any) -> Any:
        return self.ask(bill_id, amount, **more).ok()

    def bulk(self, shares: list[tuple[str, float]], **more: Any) -> Answered:
        wanted = [{"billId": bill_id, "amount": amount} for bill_id, amount in shares]
        return self.world.post("/payments/bulk", {"fundingAccount": self.funding, "payments": wanted, **more})

    def record(self, vendor_id: str, bill_id: str, amount: float, **more: Any) -> Answered:
        body = {
            "vendorId": vendor_id,
            "processDate": "2026-03-02",
            "toPrintCheck": False,
            "payments": [{"billId": bill_id, "amount": amount}],
        }
        return self.world.post("/bills/record-payment", {**body, **more})

    def void(self, payment_id: str, type: str = "VOID_AND_CREDIT") -> Answered:
        return self.world.post(f"/payments/{payment_id}/void", {"type": type, "reason": "lost in the mail"})

    def read(self, payment_id: str) -> Any:
        return self.world.get(f"/payments/{payment_id}").ok()

    def status(self, payment_id: str) -> str:
        return str(self.read(payment_id)["singleStatus"])

    def until(self, payment_id: str, status: str) -> Any:
        """Move the clock until the payment is so; the payment."""
        goal = {"until": {"payment": payment_id, "singleStatus": status}}
        self.world.control("POST", "/clock/advance", goal).ok()
        return self.read(payment_id)

    def amounts(self, bill_id: str) -> tuple[float, float, float, str]:
        """(due, scheduled, paid, paymentStatus) of a bill, which add up."""
        bill = self.world.get(f"/bills/{bill_id}").ok()
        due, scheduled, paid = bill["dueAmount"], bill["scheduledAmount"], bill["paidAmount"]
        assert round(due + scheduled + paid, 3) == bill["amount"]
        return due, scheduled, paid, bill["paymentStatus"]

    def owed(self, vendor_id: str) -> float:
        """What the vendor is owed, which is what the books say."""
        balance = float(self.world.get(f"/vendors/{vendor_id}").ok()["balance"]["amount"])
        assert balance == -self.books().get(("accounts_payable", vendor_id), 0)
        return balance

    def books(self) -> dict[tuple[str, str | None], float]:
        """The balance of each account and party: debits positive. All of them come to nothing."""
        rows = self._rows(_BALANCES)
        assert sum(int(row[2]) for row in rows) == 0
        return {(row[0], row[1]): int(row[2]) / 1000 for row in rows if row[2]}

    def dollars(self) -> dict[str, float]:
        """The balance of each account in US dollars: debits positive. All of them come to nothing."""
        rows = self._rows(_DOLLARS)
        assert sum(int(row[1]) for row in rows) == 0
        return {row[0]: int(row[1]) / 1000 for row in rows if row[1]}

    def balance(self, account: str) -> float:
        return sum(amount for (name, _), amount in self.books().items() if name == account)

    def posted(self, payment_id: str) -> list[tuple[str, str, float]]:
        """(date, account, amount) of what a payment posted, in order."""
        return [
            (date, account, amount / 1000)
            for date, account, amount in self._rows(_POSTED, source_id=payment_id)
        ]

    def told(self, entity_id: str) -> list[tuple[str, Any]]:
        """(event type, payload) of what subscribers were told of an object, in order of time."""
        with self.world.database.read() as tx:
            found = tx.records(Event, _EVENTS, {"organization_id": self.world.id, "entity_id": entity_id})
        return [(event.type, msgspec.json.decode(event.payload)) for event in found]

    def waiting(self, payment_id: str) -> int:
        """How many jobs wait for a payment."""
        return len(self._rows(_WAITING, subject_id=payment_id))

    def _rows(self, statement: Statement, **parameters: Value) -> list[Any]:
        with self.world.database.read() as tx:
            return tx.rows(statement, {"organization_id": self.world.id, **parameters})
