"""What is stored of an organization's risk verification, and of the phones of those who ask for it."""

from typing import Literal

from net30.store.record import Record, table

Decision = Literal["APPROVE", "REVIEW", "HOLD", "DECLINE", "PENDING", "IN_PROGRESS"]
Outcome = Literal["APPROVE", "REVIEW", "HOLD", "DECLINE"]
PhoneType = Literal["MOBILE", "HOME"]


class RiskVerification(Record, frozen=True):
    """The one verification of an organization; `decision` is null before anybody asked for it.

    `outcome` is what the decision will be once the checks have run. `asked_by` is told of it by mail.
    """

    organization_id: str
    reference_id: str
    decision: Decision | None
    outcome: Outcome
    asked_by: str | None
    created_time: int
    updated_time: int


class RiskPhone(Record, frozen=True):
    """The phone under which a user can be reached about the verification."""

    organization_id: str
    user_id: str
    phone_number: str
    phone_type: PhoneType
    created_time: int
    updated_time: int


risk_verifications = table(
    "risk_verification",
    RiskVerification,
    key=["organization_id"],
)
risk_phones = table(
    "risk_phone", RiskPhone, key=["organization_id", "user_id"], references={"user_id": "organization_user"}
)
