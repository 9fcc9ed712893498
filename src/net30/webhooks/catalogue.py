"""The types of events that can be subscribed to, and the key under which each one's object is told."""

VERSION = "1"

# The verb of an event is behind its last dot; what is before it decides the key.
KEYS = {
    "vendor": "vendor",
    "bill": "bill",
    "invoice": "invoice",
    "payment": "payment",
    "bank-account": "bank-account",
    "card-account": "card-account",
    "risk-verification": "risk-verification",
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
    return KEYS[event_type.partition(".")[0]]
