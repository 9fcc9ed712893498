"""What moves the money. The sandbox's rail is a bank that only exists here; no other rail is built in."""

from net30.funding.actions import require_bank_account
from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.payments.rules import Action
from net30.payments.tables import Payment


def require_rail(ctx: Context) -> None:
    """Refuse to pay where nothing could move the money: BDC_1151 (422)."""
    if not ctx.server.sandbox:
        raise Refusal(
            "BDC_1151",
            detail="no production rail is configured, so nothing can move the money",
            help="record payments that you make elsewhere: POST /v3/bills/record-payment",
        )


def outcome(ctx: Context, payment: Payment, due: Action) -> Action:
    """What really comes of the action that is due: a debit of an account that was closed meanwhile fails."""
    if due == "start_funding" and payment.funding_account_id is not None:
        account = require_bank_account(ctx, payment.funding_account_id)
        if account.archived or account.status != "VERIFIED":
            return "fail_funding"
    return due
