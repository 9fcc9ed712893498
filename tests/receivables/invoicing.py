"""What tests of invoices begin with: a customer, lines, items, and what the books say."""

from collections import Counter
from typing import Any

from clients import World
from sqlalchemy import bindparam, select

from net30.kernel.tables import journal_entries, journal_postings
from net30.store.statements import Statement

LINES = [
    {"description": "Concert", "quantity": 2, "price": 100},
    {"description": "Strings", "quantity": 3, "price": 33.333},
]

_OF_SOURCE = (
    select(journal_postings.c.account, journal_postings.c.amount, journal_postings.c.usd_amount)
    .join(
        journal_entries,
        (journal_entries.c.organization_id == journal_postings.c.organization_id)
        & (journal_entries.c.id == journal_postings.c.entry_id),
    )
    .where(
        journal_postings.c.organization_id == bindparam("organization_id"),
        journal_entries.c.source_id == bindparam("source_id"),
    )
)
_POSTINGS = Statement(_OF_SOURCE)
_TAXED = Statement(
    _OF_SOURCE.with_only_columns(
        journal_postings.c.chart_of_account_id, journal_postings.c.amount, maintain_column_froms=True
    ).where(journal_postings.c.account == "sales_tax_payable")
)


def invoice_body(customer_id: str, **more: Any) -> dict[str, Any]:
    return {"customer": {"id": customer_id}, "invoiceLineItems": LINES, **more}


def enter(world: World, customer_id: str, **more: Any) -> Any:
    return world.post("/invoices", invoice_body(customer_id, **more)).ok()


def item(world: World, **body: Any) -> str:
    return str(world.post("/classifications/items", body).ok()["id"])


def chart_account(world: World, name: str, type: str) -> str:
    """The id of a new account of the ledger."""
    body = {"name": name, "account": {"type": type}}
    return str(world.post("/classifications/chart-of-accounts", body).ok()["id"])


def balance(world: World, customer_id: str) -> float:
    return float(world.get(f"/customers/{customer_id}").ok()["balance"]["amount"])


def taxed(world: World, invoice: Any) -> dict[str | None, float]:
    """What the books have of an invoice's sales taxes, by the ledger's account."""
    amounts: Counter[str | None] = Counter()
    with world.database.read() as tx:
        rows = tx.rows(_TAXED, {"organization_id": world.id, "source_id": invoice["id"]})
    for ledger, amount in rows:
        amounts[ledger] += amount
    return {ledger: amount / 1000 for ledger, amount in amounts.items()}


def posted(world: World, invoice: Any) -> dict[str, tuple[float, float]]:
    """What the books have of an invoice, by account: in its currency and in US dollars. Zeros are left out."""
    amounts: Counter[str] = Counter()
    dollars: Counter[str] = Counter()
    with world.database.read() as tx:
        rows = tx.rows(_POSTINGS, {"organization_id": world.id, "source_id": invoice["id"]})
    for account, amount, usd_amount in rows:
        amounts[account] += amount
        dollars[account] += usd_amount
    return {name: (amounts[name] / 1000, dollars[name] / 1000) for name in amounts if amounts[name]}
