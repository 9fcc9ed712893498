"""The numbers of invoices, ours and our vendors': how long they are, and that no two active ones have the same."""

from collections.abc import Mapping

from sqlalchemy import Table, bindparam, select

from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.store.statements import Statement, by_key

LONGEST_INVOICE_NUMBER = 21


def require_short_number(invoice_number: str, path: str) -> None:
    """An invoice number has at most 21 characters, whatever the schema allows, and is not blank."""
    if not invoice_number.strip():
        raise Refusal(None, field=path, detail="must not be blank")
    if len(invoice_number) > LONGEST_INVOICE_NUMBER:
        raise Refusal(
            "BDC_1143",
            field="invoiceNumber",
            max=LONGEST_INVOICE_NUMBER,
            detail=f"the invoice number has {len(invoice_number)} characters",
            help=f"use at most {LONGEST_INVOICE_NUMBER}",
        )


def numbered(kept_in: Table, *columns: str) -> Statement:
    """What `require_free` asks: an active object but one, with these columns alike."""
    return Statement(
        select(kept_in.c.id)
        .where(by_key(kept_in, ("organization_id", *columns)), kept_in.c.archived == 0)
        .where(kept_in.c.id != bindparam("but_id"))
        .limit(1)
    )


def require_free(
    ctx: Context, statement: Statement, alike: Mapping[str, str], *, noun: str, but_id: str = ""
) -> None:
    """Refuse (422, BDC_1171) the `invoice_number` that another active object has."""
    parameters = {"but_id": but_id, **alike}
    taken = ctx.tx.row(statement, parameters)
    if taken is not None:
        raise Refusal(
            "BDC_1171",
            invoiceNumber=alike["invoice_number"],
            detail=f"{noun} {taken[0]} has the invoice number {alike['invoice_number']}",
            help=f"use another number, or archive that {noun}",
        )
