"""What must hold of an organization's rows at all times, whatever was called, killed or raced."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import Table, bindparam, select

from net30.bills.tables import Bill, BillLine, bill_lines, bills
from net30.customers.tables import Customer, customers
from net30.invoices.tables import Invoice, InvoiceLine, invoice_lines, invoices
from net30.kernel import money
from net30.kernel.tables import (
    AuditEntry,
    Event,
    Job,
    JournalEntry,
    JournalPosting,
    audit_entries,
    events,
    jobs,
    journal_entries,
    journal_postings,
)
from net30.payments.rules import BILL_SHARES, POSTED, STATES
from net30.payments.tables import BillPayment, Payment, bill_payments, payments
from net30.store.database import Database, Transaction, group
from net30.store.record import Record
from net30.store.statements import Statement
from net30.vendors.tables import Vendor, vendors

R = TypeVar("R", bound=Record)


def _all(table: Table) -> Statement:
    return Statement(select(table).where(table.c.organization_id == bindparam("organization_id")))


_STATEMENTS: dict[type[Record], Statement] = {
    record: _all(table)
    for record, table in (
        (AuditEntry, audit_entries),
        (Bill, bills),
        (BillLine, bill_lines),
        (BillPayment, bill_payments),
        (Customer, customers),
        (Event, events),
        (Invoice, invoices),
        (InvoiceLine, invoice_lines),
        (Job, jobs),
        (JournalEntry, journal_entries),
        (JournalPosting, journal_postings),
        (Payment, payments),
        (Vendor, vendors),
    )
}

# Payments that wait for nobody: exactly one job takes each of them further.
MOVING = {"SCHEDULED", "READY_TO_FUND", "FUNDING_STARTED", "PROCESSED", "SENT", "DELIVERED"}


class Rows:
    """All that an organization has, as of one moment."""

    def __init__(self, database: Database, organization_id: str) -> None:
        with database.read() as tx:
            self.bills = _read(tx, Bill, organization_id)
            self.lines = _read(tx, BillLine, organization_id)
            self.payments = _read(tx, Payment, organization_id)
            self.parts = _read(tx, BillPayment, organization_id)
            self.customers = _read(tx, Customer, organization_id)
            self.invoices = _read(tx, Invoice, organization_id)
            self.invoice_lines = _read(tx, InvoiceLine, organization_id)
            self.vendors = _read(tx, Vendor, organization_id)
            self.entries = _read(tx, JournalEntry, organization_id)
            self.postings = _read(tx, JournalPosting, organization_id)
            self.jobs = _read(tx, Job, organization_id)
            self.trail = _read(tx, AuditEntry, organization_id)
            self.events = _read(tx, Event, organization_id)


def _read(tx: Transaction, record: type[R], organization_id: str) -> list[R]:
    return tx.records(record, _STATEMENTS[record], {"organization_id": organization_id})


def require_sound(database: Database, organization_id: str, *, numbers_repeat: bool = False) -> Rows:
    """The organization's rows; fails with the first faults of its books. Numbers of bills may be allowed to repeat."""
    rows = Rows(database, organization_id)
    checks = [_bills, _invoices, _payments, _journal, _balances, _customer_balances, _trail]
    checks += [] if numbers_repeat else [_numbers]
    faults = [fault for check in checks for fault in check(rows)]
    assert not faults, f"{len(faults)} faults: {faults[:10]}"
    return rows


def _bills(rows: Rows) -> Iterator[str]:
    """Every bill is whole, and its amounts are those of its payments."""
    lines = group(rows.lines, "bill_id")
    owed: Counter[tuple[str, str]] = Counter()
    states = {payment.id: STATES[payment.single_status] for payment in rows.payments}
    for part in rows.parts:
        scheduled, in_process, paid = BILL_SHARES[states[part.payment_id].bills]
        owed[part.bill_id, "scheduled"] += scheduled * part.amount
        owed[part.bill_id, "in process"] += in_process * part.amount
        owed[part.bill_id, "paid"] += paid * part.amount
    for bill in rows.bills:
        own = lines.get(bill.id, [])
        yield from _in_order(bill.id, own)
        if sum(line.amount for line in own) != bill.amount:
            yield f"the lines of {bill.id} are not its amount"
        if bill.amount != bill.due_amount + bill.scheduled_amount + bill.paid_amount:
            yield f"{bill.id} is not due + scheduled + paid"
        counted = (bill.scheduled_amount, bill.in_process_amount, bill.paid_amount)
        if counted != tuple(owed[bill.id, name] for name in ("scheduled", "in process", "paid")):
            yield f"{bill.id} counts {counted}, which its payments do not"
    for bill_id in lines.keys() - {bill.id for bill in rows.bills}:
        yield f"lines of {bill_id}, which is no bill"


def _invoices(rows: Rows) -> Iterator[str]:
    """Every invoice is whole, with the tax of what is taxable. Nothing is paid of any."""
    lines = group(rows.invoice_lines, "invoice_id")
    for invoice in rows.invoices:
        own = lines.get(invoice.id, [])
        yield from _in_order(invoice.id, own)
        if sum(line.amount for line in own) + invoice.sales_tax_total != invoice.total_amount:
            yield f"the lines of {invoice.id} and its sales tax are not its amount"
        taxable = 0
        for line in own:
            if line.rate_percent is not None and line.rate_percent.startswith("-"):
                # A discount makes cheaper what is taxed above it, whatever its own item says.
                taxable += money.convert(taxable, Decimal(line.rate_percent).scaleb(-2), invoice.currency)
            elif line.taxable:
                taxable += line.amount
        percent = Decimal(invoice.sales_tax_percentage or 0).scaleb(-2)
        if money.convert(taxable, percent, invoice.currency) != invoice.sales_tax_total:
            yield f"the sales tax of {invoice.id} is not its percentage of {taxable}"
        parts = invoice.due_amount + invoice.scheduled_amount + invoice.paid_amount
        if parts != invoice.total_amount:
            yield f"{invoice.id} is not due + scheduled + paid"
        if (invoice.status, invoice.due_amount) != ("OPEN", invoice.total_amount):
            yield f"{invoice.id} is {invoice.status}, and nobody can pay it"
    for invoice_id in lines.keys() - {invoice.id for invoice in rows.invoices}:
        yield f"lines of {invoice_id}, which is no invoice"
    numbers = Counter(invoice.invoice_number for invoice in rows.invoices if not invoice.archived)
    yield from (
        f"{count} invoices have the number {number}" for number, count in numbers.items() if count > 1
    )


def _in_order(owner_id: str, lines: Sequence[BillLine | InvoiceLine]) -> Iterator[str]:
    positions = sorted(line.position for line in lines)
    if positions != list(range(len(lines))) or not lines:
        yield f"{owner_id} has the lines {positions}"


def _payments(rows: Rows) -> Iterator[str]:
    """Every payment is split over bills, and one job waits for it as long as it moves by itself."""
    parts = group(rows.parts, "payment_id")
    waiting = Counter(job.subject_id for job in rows.jobs if job.state == "WAITING")
    for payment in rows.payments:
        if sum(part.amount for part in parts.get(payment.id, [])) != payment.amount:
            yield f"the parts of {payment.id} are not its amount"
        wanted = int(payment.single_status in MOVING)
        if waiting[payment.id] != wanted:
            yield f"{waiting[payment.id]} jobs wait for {payment.id}, which is {payment.single_status}"
    yield from (f"{job.kind} {job.id} failed: {job.error}" for job in rows.jobs if job.error)


def _journal(rows: Rows) -> Iterator[str]:
    """Every entry balances in both currencies; bills and payments stand in the books for what they are."""
    by_entry = group(rows.postings, "entry_id")
    posted: Counter[tuple[str, str]] = Counter()
    for entry in rows.entries:
        sides = by_entry.get(entry.id, [])
        sums = (sum(side.amount for side in sides), sum(side.usd_amount for side in sides))
        if len(sides) < 2 or sums != (0, 0):
            yield f"entry {entry.id} of {entry.source} {entry.source_id} does not balance"
        for side in sides:
            posted[entry.source_id, side.account] += side.amount
    for entry_id in by_entry.keys() - {entry.id for entry in rows.entries}:
        yield f"postings of {entry_id}, which is no entry"
    for bill in rows.bills:
        amount = 0 if bill.archived else bill.amount
        if (posted[bill.id, "expense"], posted[bill.id, "accounts_payable"]) != (amount, -amount):
            yield f"the books have {bill.id} for something else"
    for invoice in rows.invoices:
        total, tax = (0, 0) if invoice.archived else (invoice.total_amount, invoice.sales_tax_total)
        wanted_sides = {"accounts_receivable": total, "income": tax - total, "sales_tax_payable": -tax}
        if any(posted[invoice.id, account] != amount for account, amount in wanted_sides.items()):
            yield f"the books have {invoice.id} for something else"
    for payment in rows.payments:
        wanted = POSTED[STATES[payment.single_status].books]
        for account in ("accounts_payable", "payments_clearing", "bank"):
            if posted[payment.id, account] != wanted.get(account, 0) * payment.amount:
                yield f"{payment.id} is {payment.single_status} with {posted[payment.id, account]} in {account}"


def _balances(rows: Rows) -> Iterator[str]:
    """A vendor is owed its active bills less its released payments, and that is what the books say."""
    owed: Counter[str] = Counter()
    for bill in rows.bills:
        owed[bill.vendor_id] += 0 if bill.archived else bill.amount
    for payment in rows.payments:
        books = POSTED[STATES[payment.single_status].books]
        owed[payment.vendor_id] -= books.get("accounts_payable", 0) * payment.amount
    payable: Counter[str] = Counter()
    for posting in rows.postings:
        if posting.account == "accounts_payable" and posting.party_id is not None:
            payable[posting.party_id] -= posting.amount
    for vendor in rows.vendors:
        if not vendor.balance == owed[vendor.id] == payable[vendor.id]:
            told = (vendor.balance, owed[vendor.id], payable[vendor.id])
            yield f"{vendor.id} has the balances {told} by its row, its bills and the books"


def _customer_balances(rows: Rows) -> Iterator[str]:
    """A customer owes its active invoices, and that is what the books say."""
    owed: Counter[str] = Counter()
    for invoice in rows.invoices:
        owed[invoice.customer_id] += 0 if invoice.archived else invoice.total_amount
    receivable: Counter[str] = Counter()
    for posting in rows.postings:
        if posting.account == "accounts_receivable" and posting.party_id is not None:
            receivable[posting.party_id] += posting.amount
    for customer in rows.customers:
        if not customer.balance == owed[customer.id] == receivable[customer.id]:
            told = (customer.balance, owed[customer.id], receivable[customer.id])
            yield f"{customer.id} has the balances {told} by its row, its invoices and the books"


def _trail(rows: Rows) -> Iterator[str]:
    """Everything that came to be is in the trail once, and subscribers are told of it."""
    begun = Counter((one.entity, one.entity_id) for one in rows.trail if one.action == "CREATE")
    told = Counter((event.type, event.entity_id) for event in rows.events)
    kinds: dict[str, Sequence[Bill | Customer | Invoice | Payment | Vendor]] = {
        "Bill": rows.bills,
        "Customer": rows.customers,
        "Invoice": rows.invoices,
        "Payment": rows.payments,
        "Vendor": rows.vendors,
    }
    for entity, found in kinds.items():
        for one in found:
            if begun[entity, one.id] != 1:
                yield f"{entity} {one.id} is in the trail {begun[entity, one.id]} times"
    known = {one.id for found in kinds.values() for one in found}
    for entity, entity_id in begun:
        if entity in kinds and entity_id not in known:
            yield f"the trail tells of {entity} {entity_id}, which is not there"
    papers: list[tuple[str, str]] = [("bill.created", bill.id) for bill in rows.bills]
    papers += [("invoice.created", invoice.id) for invoice in rows.invoices]
    for event_type, paper_id in papers:
        if told[event_type, paper_id] != 1:
            yield f"{told[event_type, paper_id]} events tell that {paper_id} was created"
    heard = {event.entity_id for event in rows.events if event.type.startswith("payment.")}
    yield from (f"no event tells of {payment.id}" for payment in rows.payments if payment.id not in heard)


def _numbers(rows: Rows) -> Iterator[str]:
    """A vendor has no two active bills of one number."""
    seen: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for bill in rows.bills:
        if not bill.archived:
            seen[bill.vendor_id, bill.invoice_number].append(bill.id)
    yield from (f"bills {ids} have the number {key[1]}" for key, ids in seen.items() if len(ids) > 1)
