"""What crosses the wire of an audit trail."""

from net30.wire.types import Timestamp, Wire


class AuditTrailUser(Wire):
    """Who changed something; left out where the server itself did."""

    id: str
    name: str


class AuditTrailFieldValue(Wire):
    """A field before and after; what was empty is left out, and a secret is `***`."""

    previous: str | None = None
    current: str | None = None


class AuditTrailField(Wire):
    """What was changed, and how."""

    name: str
    value: AuditTrailFieldValue


class AuditTrailEntry(Wire):
    """That something came to be, or that one of its fields was changed."""

    source: str
    type: str
    created_time: Timestamp
    user: AuditTrailUser | None = None
    field: AuditTrailField | None = None
