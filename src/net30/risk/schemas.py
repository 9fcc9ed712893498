"""What crosses the wire of risk verifications."""

from typing import Annotated, Literal

from msgspec import Meta

from net30.risk import rules
from net30.risk.tables import Decision, Outcome, PhoneType, RiskVerification
from net30.wire.types import Wire


class RiskVerificationAnswer(Wire):
    """How far the verification is. Online payments can be made once `decision` is APPROVE."""

    processing_status: Literal["IN_PROGRESS", "COMPLETED"]
    decision: Decision
    reference_id: str


class PhoneVerification(Wire):
    """A phone number that ends in 10 digits, and where it rings."""

    phone_number: Annotated[str, Meta(pattern=r"(\d{10}$)")]
    phone_type: PhoneType


class PhoneStatus(Wire):
    """Whether the signed-in user has a phone for the verification."""

    has_phone: bool


class RiskControl(Wire):
    """What a verification that has not ended shall come to, or what one that has ended shall be from now on."""

    decision: Outcome


class RiskState(Wire):
    """Where a world's verification stands, if one was asked for, and what it comes to."""

    outcome: Outcome
    decision: Decision | None = None


class RiskVerificationPayload(Wire):
    """What risk-verification.updated carries."""

    decision: Decision


def shown(verification: RiskVerification, decision: Decision) -> RiskVerificationAnswer:
    return RiskVerificationAnswer(
        processing_status=rules.processing_status(decision),
        decision=decision,
        reference_id=verification.reference_id,
    )
