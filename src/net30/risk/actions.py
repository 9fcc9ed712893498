"""The verbs of risk verification: leave a phone, ask, decide, and require the approval."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import select

from net30.access.users import find_user
from net30.kernel import events, ids, jobs, mailbox
from net30.kernel.context import Context
from net30.kernel.entity import Change, Entity
from net30.kernel.refusal import Refusal
from net30.kernel.tables import Job
from net30.risk import rules
from net30.risk.schemas import RiskVerificationPayload
from net30.risk.tables import (
    Decision,
    Outcome,
    PhoneType,
    RiskPhone,
    RiskVerification,
    risk_phones,
    risk_verifications,
)
from net30.store.statements import Statement, by_key

STEP = "risk-verification.step"
UPDATED = "risk-verification.updated"

_VERIFICATION = Statement(select(risk_verifications).where(by_key(risk_verifications, ["organization_id"])))
_PHONE = Statement(select(risk_phones).where(by_key(risk_phones, ["organization_id", "user_id"])))

_SAID: dict[Decision, str] = {
    "APPROVE": "Your business is verified. You can make and take payments now.",
    "REVIEW": "A person looks at what you told us of your business. You need not do anything.",
    "HOLD": "We need more information about your business. Complete it and ask for verification again.",
    "DECLINE": "Your business could not be verified, so you cannot make or take payments.",
}


def require_approved(ctx: Context) -> None:
    """Refuse with BDC_1151 (422) to move money for an organization whose risk verification is not approved."""
    found = find_verification(ctx)
    decision = None if found is None else found.decision
    if decision == "APPROVE":
        return
    if decision is None:
        why, help = "was not asked for", "ask for it with POST /v3/risk-verifications"
    else:
        why, help = f"stands at {decision}", "wait until GET /v3/risk-verifications says APPROVE"
    raise Refusal("BDC_1151", detail=f"the risk verification of this organization {why}", help=help)


def _tell(ctx: Context, changes: Sequence[Change[RiskVerification]]) -> None:
    for change in changes:
        if change.old is not None and change.new.decision not in (None, change.old.decision):
            payload = RiskVerificationPayload(decision=change.new.decision)
            events.emit(ctx, UPDATED, change.new.reference_id, payload)


PHONE = Entity("RiskPhone", RiskPhone, of="user_id")
VERIFICATION = Entity("RiskVerification", RiskVerification, of="reference_id", follow=_tell)


def find_verification(ctx: Context) -> RiskVerification | None:
    return ctx.tx.record(RiskVerification, _VERIFICATION, {})


def has_phone(ctx: Context, user_id: str) -> bool:
    """Whether a user has left a phone."""
    return _phone_of(ctx, user_id) is not None


def leave_phone(ctx: Context, user_id: str, number: str, type: PhoneType) -> None:
    """Keep a user's phone for the verification, in place of the one before."""
    old = _phone_of(ctx, user_id)
    if old is None:
        new = RiskPhone(ctx.organization_id, user_id, number, type, ctx.now, ctx.now)
        PHONE.enter(ctx, new)
    else:
        PHONE.revise(ctx, old, msgspec.structs.replace(old, phone_number=number, phone_type=type))


def ask(ctx: Context) -> RiskVerification:
    """Begin the verification, or begin it anew after HOLD; otherwise it is answered as it stands.

    BDC_1117 (422) when the user has not left a phone.
    """
    found = find_verification(ctx)
    if found is not None and found.decision not in (None, "HOLD"):
        return found
    if not has_phone(ctx, ctx.actor.user_id):
        raise Refusal(
            "BDC_1117",
            status=422,
            field="phone_number",
            detail="the signed-in user has no phone for the verification",
            help="add one with POST /v3/risk-verifications/phone",
        )
    return _become(ctx, found or _new(ctx), "IN_PROGRESS", asked_by=ctx.actor.user_id)


def decide(ctx: Context, outcome: Outcome) -> RiskVerification:
    """Set what the verification comes to; one that has ended, or is reviewed, comes to it at once."""
    found = find_verification(ctx) or _new(ctx)
    new = VERIFICATION.revise(ctx, found, msgspec.structs.replace(found, outcome=outcome))
    if found.decision in (None, "IN_PROGRESS", "PENDING", outcome):
        return new
    jobs.cancel(ctx, new.reference_id)
    return _become(ctx, new, outcome)


def approve_new(ctx: Context, user_id: str, phone: str) -> None:
    """Let a new organization begin as one that was verified long ago."""
    leave_phone(ctx, user_id, phone, "MOBILE")
    verification = msgspec.structs.replace(_made(ctx), decision="APPROVE", asked_by=user_id)
    VERIFICATION.enter(ctx, verification)


@jobs.job(STEP)
def _step(ctx: Context, job: Job) -> None:
    found = find_verification(ctx)
    assert found is not None, "the job was scheduled for a verification"
    assert found.decision is not None, "the job was scheduled for a verification that had begun"
    _become(ctx, found, rules.following(found.decision, found.outcome))


def _become(
    ctx: Context, old: RiskVerification, decision: Decision, *, asked_by: str | None = None
) -> RiskVerification:
    """Move to a decision, with all that follows: trail, event, mail and the next step."""
    wanted = msgspec.structs.replace(
        old,
        decision=decision,
        # What was wanted once does not hold for the next time.
        outcome=_usual(ctx) if decision == old.outcome else old.outcome,
        asked_by=asked_by or old.asked_by,
    )
    new = VERIFICATION.revise(ctx, old, wanted)
    _mail(ctx, new, decision)
    # In production nothing but a person ends a review.
    if decision in rules.WAITS_MS and (ctx.server.sandbox or decision != "REVIEW"):
        jobs.schedule(ctx, STEP, new.reference_id, ctx.now + rules.WAITS_MS[decision])
    return new


def _mail(ctx: Context, verification: RiskVerification, decision: Decision) -> None:
    asked_by = None if verification.asked_by is None else find_user(ctx, verification.asked_by)
    if decision in _SAID and asked_by is not None:
        mailbox.send(ctx, "EMAIL", asked_by.email, "Verification of your business", _SAID[decision])


def _usual(ctx: Context) -> Outcome:
    """In production net30 has nothing to check a business against, so it is for a person to decide."""
    return "APPROVE" if ctx.server.sandbox else "REVIEW"


def _made(ctx: Context) -> RiskVerification:
    return RiskVerification(ctx.organization_id, ids.uuid4_text(), None, _usual(ctx), None, ctx.now, ctx.now)


def _new(ctx: Context) -> RiskVerification:
    verification = _made(ctx)
    VERIFICATION.enter(ctx, verification)
    return verification


def _phone_of(ctx: Context, user_id: str) -> RiskPhone | None:
    return ctx.tx.record(RiskPhone, _PHONE, {"user_id": user_id})
