"""How many payments an organization has made in some days, by the service that it made use of."""

from datetime import date

from sqlalchemy import bindparam, func, select

from net30.kernel.context import Context
from net30.payments.tables import SingleStatus, payments
from net30.payments.timetable import Service, service
from net30.store.statements import Statement

# What has not begun to be processed cost nothing.
_NOT_BEGUN: tuple[SingleStatus, ...] = (
    "SCHEDULED",
    "WAITING_ON_APPROVAL",
    "CANCELLATION_IN_PROGRESS",
    "CANCELED",
)

_MADE = Statement(
    select(payments.c.method, payments.c.pay_faster, payments.c.check_delivery_type, func.count())
    .where(
        payments.c.organization_id == bindparam("organization_id"),
        payments.c.process_date >= bindparam("first"),
        payments.c.process_date <= bindparam("last"),
        payments.c.online == 1,
        *(payments.c.single_status != status for status in _NOT_BEGUN),
    )
    .group_by(payments.c.method, payments.c.pay_faster, payments.c.check_delivery_type)
)


def used(ctx: Context, first: date, last: date) -> dict[Service, int]:
    """Payments that began to be processed on these days, whatever became of them; recorded ones are none."""
    given = {
        "first": first.isoformat(),
        "last": last.isoformat(),
    }
    counted: dict[Service, int] = {}
    for method, pay_faster, delivery, count in ctx.tx.rows(_MADE, given):
        kind = service(method, pay_faster=bool(pay_faster), delivery=delivery)
        counted[kind] = counted.get(kind, 0) + int(count)
    return counted
