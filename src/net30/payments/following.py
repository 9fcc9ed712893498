"""What follows when a payment comes to be or moves: its bills, the books, its vendor's balance, and what is told."""

from collections.abc import Sequence

import msgspec

from net30.bills.actions import move_amounts
from net30.funding.actions import BANK_ACCOUNTS
from net30.kernel import journal
from net30.kernel.banking_days import local_date
from net30.kernel.context import Context
from net30.kernel.entity import Composed, EntityWithParts, PartsTold
from net30.kernel.journal import Posting
from net30.payments import rules
from net30.payments.answers import tell
from net30.payments.reading import PARTS, parts_of
from net30.payments.tables import BillPayment, Payment, SingleStatus
from net30.vendors.actions import change_balance

Bills = tuple[Sequence[BillPayment]]


def _follow(ctx: Context, changes: Sequence[Composed[Payment, Bills]]) -> None:
    parts = {c.new.id: c.parts[0] for c in changes if c.parts is not None}
    parts |= parts_of(ctx, [c.new for c in changes if c.parts is None])
    moves = [
        move
        for change in changes
        for move in rules.bill_moves(
            _before(change),
            change.new.single_status,
            [(part.bill_id, part.amount) for part in parts[change.new.id]],
        )
    ]
    if moves:
        move_amounts(ctx, moves)
    accounts = BANK_ACCOUNTS.find_all(
        ctx, sorted({c.new.funding_account_id for c in changes if c.new.funding_account_id})
    )
    for change in changes:
        payment, paid = change.new, parts[change.new.id]
        _post(ctx, payment, sum(part.usd_amount for part in paid), _before(change))
        tell(ctx, payment, paid, accounts.get(payment.funding_account_id or ""))


def _before(change: Composed[Payment, Bills]) -> SingleStatus | None:
    return None if change.old is None else change.old.single_status


def _post(ctx: Context, payment: Payment, settled: int, before: SingleStatus | None) -> None:
    """Post a step; `settled` is the USD that the bills were entered at.

    Where rates moved until they were paid, the difference is gained or lost, and is nothing in the bills' currency.
    """
    sides = rules.postings(before, payment.single_status)
    postings = [_side(payment, settled, account, times) for account, times in sides.items()]
    gained = -sum(side.usd_amount for side in postings)
    journal.post(
        ctx,
        # What is recorded as paid elsewhere was paid on its own day; what moves here moves today.
        date=payment.process_date
        if before is None
        else local_date(ctx.now, ctx.organization.zone).isoformat(),
        source="Payment",
        source_id=payment.id,
        memo=f"Payment {payment.confirmation_number}",
        currency=payment.currency,
        postings=[*postings, Posting("fx_realized", 0, gained)],
    )
    if owed_less := sides.get("accounts_payable"):
        change_balance(ctx, payment.vendor_id, -owed_less * payment.amount)


def _side(payment: Payment, settled: int, account: rules.Account, times: int) -> Posting:
    return Posting(
        account,
        times * payment.amount,
        times * (settled if account == "accounts_payable" else payment.funding_amount),
        chart_of_account_id=payment.chart_of_account_id if account == "bank" else None,
        party_id=payment.vendor_id if account == "accounts_payable" else None,
    )


def _told(parts: Sequence[BillPayment]) -> str:
    return msgspec.json.encode([(part.bill_id, part.amount) for part in parts]).decode()


PAYMENT = EntityWithParts("Payment", Payment, [PartsTold("billPayments", PARTS, _told)], follow=_follow)
