"""Advances a world's clock: by a duration, to a time, or until a payment has come to a status."""

from net30.kernel import ids, jobs
from net30.kernel.clock import timestamp
from net30.kernel.context import Actor, Context, Server
from net30.kernel.refusal import Refusal
from net30.payments.actions import single_status
from net30.sandbox.moments import DAY_MS, after, moment, require_near
from net30.sandbox.schemas import Advance, PaymentReached

PATIENCE_MS = 400 * DAY_MS


def advance(server: Server, actor: Actor, wanted: Advance) -> jobs.Ran:
    """Move the clock and run what becomes due.

    Refusals: 400 unless exactly one goal is given, it lies ahead and within ten years; 409 while another call
    advances the clock; 422 for a status that is not reached.
    """
    given = [goal for goal in (wanted.by, wanted.to, wanted.until) if goal is not None]
    if len(given) != 1:
        raise Refusal(
            None, field="by", detail="exactly one of by, to and until is wanted", help="give one of them"
        )
    owner = ids.new("adv")
    if wanted.until is not None:
        return _until(server, actor.organization_id, wanted.until, owner)

    def goal(ctx: Context) -> int:
        if wanted.by is not None:
            return after("by", wanted.by, ctx.now)
        return require_near("to", moment("to", wanted.to or ""), ctx.now)

    return jobs.advance(server, actor.organization_id, goal, owner, lambda ctx: False)


def _until(server: Server, organization_id: str, goal: PaymentReached, owner: str) -> jobs.Ran:
    status = ""
    limit = 0

    def patience(ctx: Context) -> int:
        nonlocal limit
        limit = ctx.now + PATIENCE_MS
        return limit

    def settled(ctx: Context) -> bool:
        """Whether the status is reached, or nothing that is due by the limit could still bring it."""
        nonlocal status
        status = single_status(ctx, goal.payment)
        due = jobs.next_awaited(ctx)
        return status == goal.single_status or due is None or due > limit

    ran = jobs.advance(server, organization_id, patience, owner, settled)
    if status != goal.single_status:
        raise Refusal(
            None,
            status=422,
            field="until",
            detail=f"payment {goal.payment} is {status} at {timestamp(ran.now)}, and nothing more is due",
            help="look at the payment: it may wait for approval, be finished, or never come to this status",
        )
    return ran
