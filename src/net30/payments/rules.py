"""What may happen to a payment, and what that means for its bills and for the books.

A payment's life is data: `TRANSITIONS` says which action leads where, `STATES` what is true while a payment
is in a state. What a step does to bills and books is the difference between two states, so that undoing a
payment takes back exactly what it did, wherever it stood.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from net30.bills.rules import BillMove
from net30.bills.tables import Bill
from net30.kernel.refusal import Refusal
from net30.payments.tables import DisbursementStatus, DisbursementType, PaymentStatus, SingleStatus

Action = Literal[
    "cancel",
    "hold",
    "release",
    "make_ready",
    "start_funding",
    "hold_funding",
    "resume_funding",
    "fail_funding",
    "retry_funding",
    "give_up_funding",
    "collect",
    "hold_disbursement",
    "review_payer",
    "resume_disbursement",
    "send",
    "deliver",
    "clear",
    "fail_disbursement",
    "vendor_bank_rejects",
    "void",
]

# How a bill counts the money of a payment: (scheduled, in process, paid); in process is a part of scheduled.
Bills = Literal["open", "scheduled", "in process", "paid"]
BILL_SHARES: Mapping[Bills, tuple[int, int, int]] = {
    "open": (0, 0, 0),
    "scheduled": (1, 0, 0),
    "in process": (1, 1, 0),
    "paid": (0, 0, 1),
}

# What stands in the books for a payment: debits positive, credits negative.
Account = Literal["accounts_payable", "payments_clearing", "bank"]
Books = Literal["nothing", "released", "paid out"]
POSTED: Mapping[Books, Mapping[Account, int]] = {
    "nothing": {},
    "released": {"accounts_payable": 1, "payments_clearing": -1},
    "paid out": {"accounts_payable": 1, "bank": -1},
}


class State(NamedTuple):
    """What is true of a payment in a state; `meaning` is for people."""

    status: PaymentStatus
    disbursement: DisbursementStatus
    bills: Bills
    books: Books
    meaning: str


STATES: Mapping[SingleStatus, State] = {
    "SCHEDULED": State(
        "SCHEDULED", "SCHEDULE", "scheduled", "nothing", "waits for its process date; can be canceled"
    ),
    "READY_TO_FUND": State(
        "SCHEDULED",
        "SCHEDULE",
        "in process",
        "nothing",
        "about to be debited; the vendor's details are settled",
    ),
    "FUNDING_STARTED": State(
        "SCHEDULED", "SCHEDULE", "in process", "released", "the debit was sent to the payer's bank"
    ),
    # Nothing was collected in these two, so the books owe the vendor again while the bill still waits for the payer.
    "FUNDING_ON_HOLD": State(
        "SCHEDULED", "HOLD", "in process", "nothing", "a control did not hold or the debit is reviewed"
    ),
    "FUNDING_FAILED_ACTION_NEEDED": State(
        "SCHEDULED", "FAILED", "in process", "nothing", "the debit failed; the payer must act"
    ),
    "FUNDING_FAILED_VOIDED": State(
        "VOID", "FAILED", "open", "nothing", "the debit failed and the payment is void"
    ),
    "PROCESSED": State(
        "PAID", "SCHEDULE", "in process", "paid out", "the money was collected; the payout is being made"
    ),
    "DISBURSEMENT_ON_HOLD": State("PAID", "HOLD", "in process", "paid out", "the payout is held"),
    "DISBURSEMENT_ON_HOLD_PAYER_IN_REVIEW": State(
        "PAID", "HOLD", "in process", "paid out", "the payout is held while the payer is reviewed"
    ),
    "SENT": State("PAID", "DONE", "in process", "paid out", "the payout is on its way"),
    "DELIVERED": State("PAID", "DONE", "in process", "paid out", "the check arrived and is not cashed yet"),
    "CLEARED": State("PAID", "DONE", "paid", "paid out", "finished"),
    "DISBURSEMENT_FAILED_ACTION_NEEDED": State(
        "PAID", "FAILED", "in process", "paid out", "the payout failed; the payer must act"
    ),
    "DISBURSEMENT_FAILED_VENDOR_BANK_REJECTED": State(
        "PAID", "FAILED", "in process", "paid out", "the vendor's bank refused the payout"
    ),
    "CANCELED": State("CANCELLED", "VOID", "open", "nothing", "called off before it began"),
    "VOIDED": State("VOID", "VOID", "open", "nothing", "undone after it began"),
    "PAID_OFFLINE": State("PAID", "DONE", "paid", "paid out", "paid elsewhere and recorded here"),
}

TRANSITIONS: Mapping[tuple[SingleStatus, Action], SingleStatus] = {
    ("SCHEDULED", "cancel"): "CANCELED",
    ("SCHEDULED", "make_ready"): "READY_TO_FUND",
    ("SCHEDULED", "hold"): "FUNDING_ON_HOLD",
    ("READY_TO_FUND", "start_funding"): "FUNDING_STARTED",
    ("READY_TO_FUND", "fail_funding"): "FUNDING_FAILED_ACTION_NEEDED",
    ("READY_TO_FUND", "void"): "VOIDED",
    ("FUNDING_STARTED", "hold_funding"): "FUNDING_ON_HOLD",
    ("FUNDING_STARTED", "fail_funding"): "FUNDING_FAILED_ACTION_NEEDED",
    ("FUNDING_STARTED", "collect"): "PROCESSED",
    ("FUNDING_STARTED", "void"): "VOIDED",
    ("FUNDING_ON_HOLD", "release"): "READY_TO_FUND",
    ("FUNDING_ON_HOLD", "resume_funding"): "FUNDING_STARTED",
    ("FUNDING_ON_HOLD", "fail_funding"): "FUNDING_FAILED_ACTION_NEEDED",
    ("FUNDING_ON_HOLD", "void"): "VOIDED",
    ("FUNDING_FAILED_ACTION_NEEDED", "retry_funding"): "FUNDING_STARTED",
    ("FUNDING_FAILED_ACTION_NEEDED", "give_up_funding"): "FUNDING_FAILED_VOIDED",
    ("FUNDING_FAILED_ACTION_NEEDED", "void"): "VOIDED",
    ("PROCESSED", "hold_disbursement"): "DISBURSEMENT_ON_HOLD",
    ("PROCESSED", "review_payer"): "DISBURSEMENT_ON_HOLD_PAYER_IN_REVIEW",
    ("PROCESSED", "send"): "SENT",
    ("PROCESSED", "void"): "VOIDED",
    ("DISBURSEMENT_ON_HOLD", "resume_disbursement"): "PROCESSED",
    ("DISBURSEMENT_ON_HOLD", "void"): "VOIDED",
    ("DISBURSEMENT_ON_HOLD_PAYER_IN_REVIEW", "resume_disbursement"): "PROCESSED",
    ("DISBURSEMENT_ON_HOLD_PAYER_IN_REVIEW", "void"): "VOIDED",
    ("SENT", "deliver"): "DELIVERED",
    ("SENT", "clear"): "CLEARED",
    ("SENT", "fail_disbursement"): "DISBURSEMENT_FAILED_ACTION_NEEDED",
    ("SENT", "vendor_bank_rejects"): "DISBURSEMENT_FAILED_VENDOR_BANK_REJECTED",
    ("SENT", "void"): "VOIDED",
    ("DELIVERED", "clear"): "CLEARED",
    ("DELIVERED", "fail_disbursement"): "DISBURSEMENT_FAILED_ACTION_NEEDED",
    ("DELIVERED", "void"): "VOIDED",
    # An ACH payment counts as finished before the vendor's bank has had its say.
    ("CLEARED", "vendor_bank_rejects"): "DISBURSEMENT_FAILED_VENDOR_BANK_REJECTED",
    ("DISBURSEMENT_FAILED_ACTION_NEEDED", "void"): "VOIDED",
    ("DISBURSEMENT_FAILED_VENDOR_BANK_REJECTED", "void"): "VOIDED",
    ("PAID_OFFLINE", "void"): "VOIDED",
}

# Actions that only make sense for a payment that is disbursed in one way.
ONLY_FOR: Mapping[Action, DisbursementType] = {"deliver": "CHECK", "vendor_bank_rejects": "ACH"}

OPEN = tuple(status for status, state in STATES.items() if state.bills in ("scheduled", "in process"))
PAID = tuple(status for status, state in STATES.items() if state.bills == "paid")
FAILURES = frozenset(status for status, state in STATES.items() if state.disbursement == "FAILED")

_INSTEAD: Mapping[tuple[Action, SingleStatus], str] = {
    ("release", "SCHEDULED"): "nothing holds it: it waits for its process date",
    ("void", "SCHEDULED"): "cancel it instead: POST /v3/payments/{paymentId}/cancel",
    ("void", "CLEARED"): "the money has arrived: ask the vendor to give it back",
    ("void", "CANCELED"): "it was canceled already and moved no money",
    ("void", "VOIDED"): "it was voided already; nothing is left to do",
    ("cancel", "CANCELED"): "it was canceled already; nothing is left to do",
    ("cancel", "CLEARED"): "the money has arrived: ask the vendor to give it back",
    ("cancel", "VOIDED"): "it was voided already; nothing is left to do",
}


def may(action: Action, status: SingleStatus, method: DisbursementType) -> bool:
    """Whether a payment in a state, disbursed in a way, can take an action."""
    return (status, action) in TRANSITIONS and ONLY_FOR.get(action, method) == method


def require(action: Action, payment_id: str, status: SingleStatus, method: DisbursementType) -> SingleStatus:
    """The state that an action leads to; BDC_1119 (422) when the payment cannot take it."""
    if may(action, status, method):
        return TRANSITIONS[status, action]
    fallback = (
        "void it instead: POST /v3/payments/{paymentId}/void"
        if may("void", status, method)
        else "read the payment again: its singleStatus decides what can be done"
    )
    raise Refusal(
        "BDC_1119",
        field="single_status",
        value=status,
        id=payment_id,
        detail=f"payment {payment_id} is {status}, so it does not take the action {action}",
        help=_INSTEAD.get((action, status), fallback).replace("{paymentId}", payment_id),
    )


def bill_moves(
    before: SingleStatus | None, after: SingleStatus, shares: Sequence[tuple[str, int]]
) -> list[BillMove]:
    """What a step changes of the bills; `before` is None for a payment that is new.

    `shares` are (bill id, thousandths). Empty when the two states mean the same to a bill.
    """
    old = BILL_SHARES["open" if before is None else STATES[before].bills]
    new = BILL_SHARES[STATES[after].bills]
    if old == new:
        return []
    scheduled, in_process, paid = (n - o for o, n in zip(old, new, strict=True))
    return [
        BillMove(bill_id, scheduled=scheduled * amount, in_process=in_process * amount, paid=paid * amount)
        for bill_id, amount in shares
    ]


def usd_settled(bill: Bill, amount: int, settled: int, usd_settled: int) -> int:
    """The USD that a part of `amount` takes off a bill; `settled` of it is settled already, in USD `usd_settled`.

    It is the bill's USD for all that is settled then, to the nearest cent, less what was taken before: so the last part
    leaves nothing, and none has the other sign.
    """
    cents = (2 * bill.funding_amount * (settled + amount) + 10 * bill.amount) // (20 * bill.amount)
    return max(0, 10 * cents - usd_settled)


def postings(before: SingleStatus | None, after: SingleStatus) -> dict[Account, int]:
    """How often a step debits the amount to each account, credits negative and after the debits."""
    old = POSTED["nothing" if before is None else STATES[before].books]
    new = POSTED[STATES[after].books]
    changes = {account: new.get(account, 0) - old.get(account, 0) for account in (*new, *old)}
    return {account: change for account, change in sorted(changes.items(), key=lambda c: -c[1]) if change}
