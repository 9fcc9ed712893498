"""How payments are read: one, the parts of several, and requests to void them."""

from collections.abc import Sequence

from sqlalchemy import and_, bindparam, func, or_, select

from net30.kernel.context import Context
from net30.kernel.owned import Owned, Parts
from net30.payments.rules import OPEN, PAID
from net30.payments.tables import (
    BillPayment,
    Payment,
    VoidRequest,
    bill_payments,
    payments,
)
from net30.store.statements import Sized, Statement, by_key, one_of

PAYMENTS = Owned(Payment, "payment", "GET /v3/payments")
PARTS = Parts(BillPayment, "payment_id", "position")
VOIDS = Parts(VoidRequest, "payment_id", "id")

_STATUS = Statement(select(payments.c.single_status).where(by_key(payments, ("organization_id", "id"))))
_TAKEN = Sized(
    lambda count: select(payments.c.transaction_number).where(
        payments.c.organization_id == bindparam("organization_id"),
        one_of(payments.c.transaction_number, "number", count),
    )
)
_OPEN = Statement(
    select(payments.c.id)
    .where(
        by_key(payments, ("organization_id", "vendor_id")),
        or_(*(payments.c.single_status == one for one in OPEN)),
    )
    .limit(1)
)
_USD_PAID = Statement(
    select(func.coalesce(func.sum(bill_payments.c.usd_amount), 0))
    .join(
        payments,
        and_(
            payments.c.organization_id == bill_payments.c.organization_id,
            payments.c.id == bill_payments.c.payment_id,
        ),
    )
    .where(
        by_key(bill_payments, ("organization_id", "bill_id")),
        or_(*(payments.c.single_status == one for one in PAID)),
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


require_payment = PAYMENTS.require


def single_status(ctx: Context, payment_id: str) -> str:
    """Where a payment stands in its life; BDC_1205 (404) for an unknown id."""
    row = ctx.tx.row(_STATUS, {"id": payment_id})
    if row is None:
        raise PAYMENTS.unknown(payment_id)
    return str(row[0])


def parts_of(ctx: Context, wanted: Sequence[Payment]) -> dict[str, list[BillPayment]]:
    """What each of at most 1000 payments pays, by payment id and in order."""
    return PARTS.by_parent(ctx, [payment.id for payment in wanted])


def voids_of(ctx: Context, wanted: Sequence[Payment]) -> dict[str, list[VoidRequest]]:
    """Requests to void, by payment id, oldest first; the database is asked only when a payment is void."""
    return VOIDS.by_parent(ctx, [payment.id for payment in wanted if payment.single_status == "VOIDED"])


def taken_transaction_numbers(ctx: Context, wanted: Sequence[str]) -> set[str]:
    """Those of the transaction numbers that payments of the organization have already."""
    statement, parameters = _TAKEN.of("number", wanted)
    rows = ctx.tx.rows(statement, parameters)
    return {str(row[0]) for row in rows}


def has_open_payments(ctx: Context, vendor_id: str) -> bool:
    """Whether a payment to a vendor is scheduled or in process."""
    return ctx.tx.row(_OPEN, {"vendor_id": vendor_id}) is not None


def usd_paid(ctx: Context, bill_id: str) -> int:
    """What was taken off a bill, in thousandths of the USD that it was entered at, by all that is paid of it."""
    row = ctx.tx.row(_USD_PAID, {"bill_id": bill_id})
    return 0 if row is None else int(row[0])


def last_check_number(ctx: Context) -> int | None:
    """The highest number that a check of the organization has."""
    row = ctx.tx.row(_LAST_CHECK, {})
    return None if row is None else int(row[0])
