"""How a risk verification goes on: IN_PROGRESS, PENDING, and then its outcome. Times are business milliseconds."""

from collections.abc import Mapping
from typing import Literal

from net30.risk.tables import Decision, Outcome

HOUR_MS = 3_600_000

WAITS_MS: Mapping[Decision, int] = {
    "IN_PROGRESS": HOUR_MS,
    "PENDING": HOUR_MS,
    "REVIEW": 24 * HOUR_MS,
}
"""How long each takes; what is not here waits for nothing but a new question or decision."""


def following(decision: Decision, outcome: Outcome) -> Decision:
    """What a decision that waits is followed by; a review ends with a decision, at the latest with APPROVE."""
    if decision == "IN_PROGRESS":
        return "PENDING"
    if decision == "REVIEW" and outcome == "REVIEW":
        return "APPROVE"
    return outcome


def processing_status(decision: Decision) -> Literal["IN_PROGRESS", "COMPLETED"]:
    """COMPLETED once it is decided for good; HOLD waits for whoever asked."""
    return "COMPLETED" if decision in ("APPROVE", "DECLINE") else "IN_PROGRESS"
