"""The numbers of invoices, ours and our vendors': how long they are, and that no two active ones look alike."""

from collections.abc import Mapping

from sqlalchemy import Table, bindparam, select

from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.kernel.texts import folded
from net30.store.statements import Statement, by_key

LONGEST_INVOICE_NUMBER = 21


def require_short_number(invoice_number: str) -> None:
    """An invoice number has at most 21 characters, whatever the schema allows."""
    if len(invoice_number) > LONGEST_INVOICE_NUMBER:
        raise Refusal(
            "BDC_1143",
            field="number",
            max=LONGEST_INVOICE_NUMBER,
            detail=f"the invoice number has {len(invoice_number)} characters",
            help=f"use at most {LONGEST_INVOICE_NUMBER}",
        )


def number_key(invoice_number: str) -> str:
    """What numbers have in common that are one number to a reader: INV-77, inv-77, INV with another dash and 77."""
    return folded(invoice_number)


def numbered(kept_in: Table, *columns: str) -> Statement:
    """What `require_free` asks: an active object but one, with these columns and its number alike."""
    return Statement(
        select(kept_in.c.id)
        .where(by_key(kept_in, ("organization_id", *columns, "number_key")), kept_in.c.archived == 0)
        .where(kept_in.c.id != bindparam("but_id"))
        .limit(1)
    )


def require_free(
    ctx: Context,
    statement: Statement,
    invoice_number: str,
    alike: Mapping[str, str] = {},
    *,
    noun: str,
    but_id: str = "",
) -> None:
    """Refuse (422, BDC_1171) the number that another active object has, or one that looks like it."""
    parameters = {"but_id": but_id, "number_key": number_key(invoice_number), **alike}
    found = ctx.tx.row(statement, parameters)
    if found is not None:
        raise taken(invoice_number, f"{noun} {found[0]}", noun)


def taken(invoice_number: str, whose: str, noun: str) -> Refusal:
    return Refusal(
        "BDC_1171",
        invoiceNumber=invoice_number,
        detail=f"{whose} has the invoice number {invoice_number}, or one that looks like it",
        help=f"use another number, or archive that {noun}",
    )
