"""What crosses the wire of an audit trail."""

from typing import Annotated

from msgspec import Meta

from net30.wire.types import Wire


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
    created_time: Annotated[str, Meta(description="UTC, milliseconds: 2026-12-25T00:00:00.127+00:00")]
    user: AuditTrailUser | None = None
    field: AuditTrailField | None = None
