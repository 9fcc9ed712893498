"""The types of events that can be subscribed to, and what each one's object is told as, under which key."""

from net30.bills.schemas import BillEvent
from net30.funding.cards.schemas import CardAccount
from net30.funding.events import BankAccountPayload
from net30.invoices.schemas import InvoiceEvent
from net30.payments.schemas import PaymentEvent
from net30.risk.schemas import RiskVerificationPayload
from net30.vendors.answers import VendorPayload
from net30.wire.types import Wire

VERSION = "1"

# By the key, which is what stands before an event's dot.
PAYLOADS: dict[str, type[Wire]] = {
    "vendor": VendorPayload,
    "bill": BillEvent,
    "invoice": InvoiceEvent,
    "payment": PaymentEvent,
    "bank-account": BankAccountPayload,
    "card-account": CardAccount,
    "risk-verification": RiskVerificationPayload,
}

CATALOGUE: tuple[str, ...] = (
    "vendor.created",
    "vendor.updated",
    "vendor.archived",
    "vendor.restored",
    "bill.created",
    "bill.updated",
    "bill.archived",
    "bill.restored",
    "invoice.created",
    "invoice.updated",
    "invoice.archived",
    "invoice.restored",
    "payment.updated",
    "payment.failed",
    "bank-account.created",
    "bank-account.updated",
    "card-account.created",
    "card-account.updated",
    "risk-verification.updated",
)


def key_of(event_type: str) -> str:
    """Under which key of the envelope the object of an event stands."""
    return event_type.partition(".")[0]
