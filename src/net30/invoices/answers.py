"""How stored invoices are written on the wire."""

from collections.abc import Sequence

import msgspec

from net30.accounting.lines import held
from net30.invoices.rules import CLASSIFIED_BY, LINE_IDS
from net30.invoices.schemas import (
    ConvenienceFee,
    InvoiceAnswer,
    InvoiceClassifications,
    InvoiceEvent,
    InvoiceLineAnswer,
    InvoiceLineClassifications,
)
from net30.invoices.tables import Invoice, InvoiceLine
from net30.kernel.clock import timestamp
from net30.kernel.money import number, on_wire


def invoice_answer(invoice: Invoice, lines: Sequence[InvoiceLine]) -> InvoiceAnswer:
    """An invoice with its lines."""
    fee = number(invoice.convenience_fee_percentage)
    classified = held(invoice, CLASSIFIED_BY)
    return InvoiceAnswer(
        id=invoice.id,
        archived=bool(invoice.archived),
        record_status="INACTIVE" if invoice.archived else "ACTIVE",
        invoice_number=invoice.invoice_number,
        invoice_date=invoice.invoice_date,
        due_date=invoice.due_date,
        customer_id=invoice.customer_id,
        total_amount=on_wire(invoice.total_amount),
        due_amount=on_wire(invoice.due_amount),
        scheduled_amount=on_wire(invoice.scheduled_amount),
        credit_amount=on_wire(invoice.credit_amount),
        status=invoice.status,
        exchange_rate=number(invoice.exchange_rate),
        created_by=invoice.created_by,
        created_time=timestamp(invoice.created_time),
        updated_time=timestamp(invoice.updated_time),
        invoice_line_items=[_line(line) for line in lines],
        pay_to_chart_of_account_id=invoice.pay_to_chart_of_account_id,
        classifications=InvoiceClassifications(**classified) if classified else None,
        sales_tax_item_id=invoice.sales_tax_item_id,
        sales_tax_total=None if invoice.sales_tax_item_id is None else on_wire(invoice.sales_tax_total),
        sales_tax_percentage=number(invoice.sales_tax_percentage),
        enable_card_payment=bool(invoice.enable_card_payment),
        convenience_fee=None if fee is None else ConvenienceFee(percentage=fee),
        invoice_pdf_id=invoice.invoice_pdf_id,
    )


def event_payload(invoice: Invoice) -> InvoiceEvent:
    """What subscribers are told of an invoice: some of what its answer says."""
    return msgspec.convert(invoice_answer(invoice, ()), InvoiceEvent, from_attributes=True)


def _line(line: InvoiceLine) -> InvoiceLineAnswer:
    classified = held(line, LINE_IDS)
    return InvoiceLineAnswer(
        id=line.id,
        description=line.description,
        price=float(line.price),
        quantity=float(line.quantity),
        classifications=InvoiceLineClassifications(**classified) if classified else None,
    )
