"""What stands in the files of each type of records: columns by the names that the wire has for them."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from net30.bills.tables import Bill
from net30.customers import rules as customer_rules
from net30.customers.actions import CUSTOMERS
from net30.customers.tables import Customer
from net30.exports.tables import RecordType
from net30.invoices.tables import Invoice
from net30.kernel.clock import timestamp
from net30.kernel.context import Context
from net30.kernel.money import on_wire
from net30.payments.tables import Payment
from net30.store.record import Record
from net30.vendors import rules as vendor_rules
from net30.vendors.actions import vendor_names
from net30.vendors.tables import Vendor
from net30.wire.naming import camel

Kind = Literal["text", "amount", "flag", "time"]
# What a column that is no attribute of the record holds, for some records at once.
Looked = Callable[[Context, Sequence[Any]], Sequence[object]]


class ExportColumn(NamedTuple):
    """A column under its name; `attribute` is the record's, in thousandths or milliseconds where it is an amount or a
    time."""

    name: str
    attribute: str
    kind: Kind = "text"


class Exported(NamedTuple):
    """The records of a type; `shown` makes of one what its readers see of it, `looked_up` are further columns."""

    record: type[Record]
    columns: tuple[ExportColumn, ...]
    shown: Callable[[Any], Any] | None = None
    looked_up: tuple[tuple[str, Looked], ...] = ()

    @property
    def names(self) -> list[str]:
        """All columns, in order."""
        return [column.name for column in self.columns] + [name for name, _ in self.looked_up]


_KINDS: dict[str, Kind] = {"": "text", "amount": "amount", "flag": "flag", "time": "time"}


def _columns(text: str, **named: str) -> tuple[ExportColumn, ...]:
    """Attributes in a row, each with its kind behind a colon, under their own names or those `named`."""
    found = (word.partition(":") for word in text.split())
    return tuple(
        ExportColumn(named.get(attribute, camel(attribute)), attribute, _KINDS[kind])
        for attribute, _, kind in found
    )


def _vendor_names(ctx: Context, records: Sequence[Bill]) -> list[object]:
    names = vendor_names(ctx, [one.vendor_id for one in records])
    return [names[one.vendor_id] for one in records]


def _customer_names(ctx: Context, records: Sequence[Invoice]) -> list[object]:
    known = CUSTOMERS.find_all(ctx, sorted({one.customer_id for one in records}))
    return [known[one.customer_id].name for one in records]


_ADDRESS = ("line1", "line2", "city", "state_or_province", "zip_or_postal_code", "country")
_CLASSIFICATIONS = "accounting_class_id department_id location_id"
_CLASSIFIED = {
    name: f"classifications.{camel(name)}"
    for name in ("chart_of_account_id", "accounting_class_id", "department_id", "location_id", "job_id")
}
_TRACKED = "archived:flag created_time:time updated_time:time"

EXPORTED: dict[RecordType, Exported] = {
    "VENDOR": Exported(
        Vendor,
        _columns(
            "id name short_name account_number account_type email phone "
            + " ".join(f"address_{part}" for part in _ADDRESS)
            + f" payee_name bill_currency balance:amount last_payment_date {_TRACKED}",
            payee_name="paymentInformation.payeeName",
            **{f"address_{part}": f"address.{camel(part)}" for part in _ADDRESS},
        ),
        shown=vendor_rules.as_connected,
    ),
    "CUSTOMER": Exported(
        Customer,
        _columns(
            "id name company_name contact_first_name contact_last_name email phone fax description account_type "
            f"account_number invoice_currency balance:amount {_TRACKED}",
            contact_first_name="contact.firstName",
            contact_last_name="contact.lastName",
        ),
        shown=customer_rules.as_connected,
    ),
    "BILL": Exported(
        Bill,
        _columns(
            "id vendor_id invoice_number invoice_date due_date currency amount:amount due_amount:amount "
            "scheduled_amount:amount paid_amount:amount credit_amount:amount funding_amount:amount exchange_rate "
            "description purchase_order_number pay_from_chart_of_account_id chart_of_account_id "
            f"{_CLASSIFICATIONS} payment_status approval_status created_by {_TRACKED}",
            invoice_number="invoice.invoiceNumber",
            invoice_date="invoice.invoiceDate",
            **_CLASSIFIED,
        ),
        looked_up=(("vendorName", _vendor_names),),
    ),
    "INVOICE": Exported(
        Invoice,
        _columns(
            "id customer_id invoice_number invoice_date due_date currency total_amount:amount due_amount:amount "
            "scheduled_amount:amount paid_amount:amount credit_amount:amount sales_tax_total:amount exchange_rate "
            f"pay_to_chart_of_account_id {_CLASSIFICATIONS} job_id status created_by {_TRACKED}",
            **_CLASSIFIED,
        ),
        looked_up=(("customerName", _customer_names),),
    ),
    "AP_PAYMENT": Exported(
        Payment,
        _columns(
            "id vendor_id vendor_name amount:amount currency funding_amount:amount exchange_rate description "
            "process_date transaction_number confirmation_number single_status status disbursement_status "
            "disbursement_type online:flag created_by created_time:time updated_time:time",
            online="onlinePayment",
        ),
    ),
}


def cells(ctx: Context, exported: Exported, names: Sequence[str], records: Sequence[Record]) -> Iterable[Any]:
    """A row of the named columns for each of the records."""
    seen = records if exported.shown is None else [exported.shown(one) for one in records]
    by_name = {column.name: column for column in exported.columns}
    found: list[Iterable[object]] = []
    for name in names:
        if (column := by_name.get(name)) is not None:
            written = _WRITTEN[column.kind]
            found.append(map(written, map(attrgetter(column.attribute), seen)))
        else:
            found.append(dict(exported.looked_up)[name](ctx, seen))
    return zip(*found, strict=True)


def _amount(thousandths: int) -> str:
    """At least two decimals; three where there are so many."""
    text = f"{on_wire(thousandths):.3f}"
    return text.removesuffix("0")


_WRITTEN: dict[Kind, Callable[[Any], object]] = {
    "text": lambda value: value,
    "amount": _amount,
    "flag": lambda value: "true" if value else "false",
    "time": timestamp,
}
