"""How payments are read: one, the parts of several, and requests to void them."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.payments.tables import (
    BillPayment,
    Payment,
    VoidRequest,
    bill_payments,
    payments,
    void_requests,
)
from net30.store.statements import Sized, Statement, by_key, one_of

_PAYMENT = Statement(select(payments).where(by_key(payments, ("organization_id", "id"))))
_STATUS = Statement(select(payments.c.single_status).where(by_key(payments, ("organization_id", "id"))))
_PARTS = Sized(
    lambda count: (
        select(bill_payments)
        .where(
            bill_payments.c.organization_id == bindparam("organization_id"),
            one_of(bill_payments.c.payment_id, "payment_id", count),
        )
        .order_by(bill_payments.c.payment_id, bill_payments.c.position)
    )
)
_VOIDS = Sized(
    lambda count: (
        select(void_requests)
        .where(
            void_requests.c.organization_id == bindparam("organization_id"),
            one_of(void_requests.c.payment_id, "payment_id", count),
        )
        .order_by(void_requests.c.payment_id, void_requests.c.id)
    )
)
_TAKEN = Sized(
    lambda count: select(payments.c.transaction_number).where(
        payments.c.organization_id == bindparam("organization_id"),
        one_of(payments.c.transaction_number, "number", count),
    )
)
_LAST_CHECK = Statement(
    select(payments.c.check_number)
    .where(
        payments.c.organization_id == bindparam("organization_id"),
        payments.c.check_number.is_not(None),
    )
    .order_by(payments.c.check_number.desc())
    .limit(1)
)


def _unknown(payment_id: str) -> Refusal:
    return Refusal(
        "BDC_1205",
        id=payment_id,
        detail=f"no payment has the id {payment_id}",
        help="take the id from the answer that made the payment, or from GET /v3/payments",
    )


def require_payment(ctx: Context, payment_id: str) -> Payment:
    """The payment; BDC_1205 (404) when the organization has none with this id."""
    payment = ctx.tx.record(Payment, _PAYMENT, {"organization_id": ctx.organization_id, "id": payment_id})
    if payment is None:
        raise _unknown(payment_id)
    return payment


def single_status(ctx: Context, payment_id: str) -> str:
    """Where a payment stands in its life; BDC_1205 (404) for an unknown id."""
    row = ctx.tx.row(_STATUS, {"organization_id": ctx.organization_id, "id": payment_id})
    if row is None:
        raise _unknown(payment_id)
    return str(row[0])


def parts_of(ctx: Context, wanted: Sequence[Payment]) -> dict[str, list[BillPayment]]:
    """What each of at most 1000 payments pays, by payment id and in order."""
    parts: dict[str, list[BillPayment]] = {payment.id: [] for payment in wanted}
    if parts:
        statement, parameters = _PARTS.of("payment_id", list(parts))
        for part in ctx.tx.records(
            BillPayment, statement, {"organization_id": ctx.organization_id, **parameters}
        ):
            parts[part.payment_id].append(part)
    return parts


def voids_of(ctx: Context, wanted: Sequence[Payment]) -> dict[str, list[VoidRequest]]:
    """Requests to void, by payment id, oldest first; the database is asked only when a payment is void."""
    voided = [payment.id for payment in wanted if payment.single_status == "VOIDED"]
    asked: dict[str, list[VoidRequest]] = {payment_id: [] for payment_id in voided}
    if voided:
        statement, parameters = _VOIDS.of("payment_id", voided)
        for request in ctx.tx.records(
            VoidRequest, statement, {"organization_id": ctx.organization_id, **parameters}
        ):
            asked[request.payment_id].append(request)
    return asked


def taken_transaction_numbers(ctx: Context, wanted: Sequence[str]) -> set[str]:
    """Those of the transaction numbers that payments of the organization have already."""
    statement, parameters = _TAKEN.of("number", wanted)
    rows = ctx.tx.rows(statement, {"organization_id": ctx.organization_id, **parameters})
    return {str(row[0]) for row in rows}


def last_check_number(ctx: Context) -> int | None:
    """The highest number that a check of the organization has."""
    row = ctx.tx.row(_LAST_CHECK, {"organization_id": ctx.organization_id})
    return None if row is None else int(row[0])
