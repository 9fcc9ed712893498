"""How stored invoices are written on the wire."""

from collections.abc import Sequence

import msgspec

from net30.invoices.schemas import (
    LINE_NAMES,
    NAMES,
    InvoiceAnswer,
    InvoiceEvent,
    InvoiceLineAnswer,
)
from net30.invoices.tables import Invoice, InvoiceLine
from net30.kernel.money import on_wire
from net30.wire.answers import answering

_line = answering(InvoiceLineAnswer, InvoiceLine, LINE_NAMES)
_answer = answering(
    InvoiceAnswer,
    Invoice,
    NAMES,
    more=["invoice_line_items", "record_status", "sales_tax_total"],
    absent=["payments"],
)


def invoice_answer(invoice: Invoice, lines: Sequence[InvoiceLine]) -> InvoiceAnswer:
    """An invoice with its lines."""
    return _answer(
        invoice,
        record_status="INACTIVE" if invoice.archived else "ACTIVE",
        invoice_line_items=[_line(line) for line in lines],
        sales_tax_total=None if invoice.sales_tax_item_id is None else on_wire(invoice.sales_tax_total),
    )


def event_payload(invoice: Invoice) -> InvoiceEvent:
    """What subscribers are told of an invoice: some of what its answer says."""
    return msgspec.convert(invoice_answer(invoice, ()), InvoiceEvent, from_attributes=True)
