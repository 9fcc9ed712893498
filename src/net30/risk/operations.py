"""Operations of risk verification, and the sandbox's say in how it ends."""

from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.risk import actions
from net30.risk.schemas import (
    PhoneStatus,
    PhoneVerification,
    RiskControl,
    RiskState,
    RiskVerificationAnswer,
    shown,
)
from net30.risk.tables import RiskVerification
from net30.wire.operation import operation

AREA = "risk verifications"
CONTROL = "/sandbox/v1/organizations/{id}/risk-verification"


@operation("GET /connect/v3/risk-verifications", area=AREA, needs="risk-verifications:read")
def get_risk_verifications(ctx: Context) -> RiskVerificationAnswer:
    """Tell how far the organization's risk verification is.

    404 `BDC_1120` when nobody has asked for it yet.
    """
    return _shown(actions.find_verification(ctx))


@operation("POST /connect/v3/risk-verifications", area=AREA, needs="risk-verifications:create")
def initiate_risk_verifications(ctx: Context) -> RiskVerificationAnswer:
    """Ask for the risk verification of the organization.

    The signed-in administrator must have left a phone number before. The verification goes from IN_PROGRESS to
    PENDING after an hour and to its decision after another; a REVIEW takes a day more. Each decision is
    mailed to who asked. HOLD waits until it is asked for again. Asking while it runs, or after it was decided,
    changes nothing and answers how it stands.
    """
    return _shown(actions.ask(ctx))


@operation("GET /connect/v3/risk-verifications/phone", area=AREA, needs="risk-verifications:read")
def get_risk_verification_phone(ctx: Context) -> PhoneStatus:
    """Tell whether a phone was left for the risk verification.

    It is the signed-in user's own.
    """
    return PhoneStatus(has_phone=actions.has_phone(ctx, ctx.actor.user_id))


@operation("POST /connect/v3/risk-verifications/phone", area=AREA, needs="risk-verifications:update")
def create_risk_verification_phone(ctx: Context, body: PhoneVerification) -> None:
    """Leave the signed-in user's phone for the risk verification.

    A second one takes the place of the first. No code is sent to it.
    """
    actions.leave_phone(ctx, ctx.actor.user_id, body.phone_number, body.phone_type)


@operation(f"GET {CONTROL}", area="sandbox", credentials="control")
def read_risk_verification(ctx: Context, id: str) -> RiskState:
    """Read a world's risk verification.

    Where it stands, and what it will come to.
    """
    found = actions.find_verification(ctx)
    return RiskState(outcome="APPROVE") if found is None else _state(found)


@operation(f"PUT {CONTROL}", area="sandbox", credentials="control")
def decide_risk_verification(ctx: Context, id: str, body: RiskControl) -> RiskState:
    """Decide what a world's risk verification comes to.

    One that was not asked for yet, is IN_PROGRESS or PENDING comes to the decision when its time is there;
    one that is reviewed or has ended comes to it at once, with event and mail. It holds once: the
    verification after that is approved again.
    """
    return _state(actions.decide(ctx, body.decision))


def _state(verification: RiskVerification) -> RiskState:
    return RiskState(outcome=verification.outcome, decision=verification.decision)


def _shown(verification: RiskVerification | None) -> RiskVerificationAnswer:
    if verification is None or verification.decision is None:
        raise Refusal(
            "BDC_1120",
            detail="nobody has asked for the risk verification of this organization yet",
            help="ask for it with POST /v3/risk-verifications",
        )
    return shown(verification, verification.decision)
