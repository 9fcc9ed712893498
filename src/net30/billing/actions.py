"""Makes an organization's billing statements, month by month, by what its price plan charges.

A statement is made by a job on the organization's clock, which schedules the next one: a clock that is moved over
several months makes them all, one after another, each once.
"""

from datetime import date
from operator import attrgetter

import msgspec
from sqlalchemy import bindparam, select

from net30.billing import rules
from net30.billing.plans import CHARGED_AS, PLANS, Item
from net30.billing.tables import BillingStatement, BillingStatementLine, billing_statements
from net30.kernel import banking_days, ids, jobs
from net30.kernel.context import Context
from net30.kernel.entity import Entity
from net30.kernel.owned import Owned, Parts
from net30.kernel.tables import Job
from net30.organizations.actions import change_profile, require_profile
from net30.organizations.tables import PricePlan
from net30.payments.usage import used
from net30.store.statements import Statement

MAKE = "billing-statement.make"
PAY = "billing-statement.pay"

STATEMENT = Entity("BillingStatement", BillingStatement)
STATEMENTS = Owned(
    BillingStatement, "billing statement", "GET /v3/organizations/{organizationId}/billing-statements"
)
LINES = Parts(BillingStatementLine, "statement_id", "position")

_BETWEEN = Statement(
    select(billing_statements)
    .where(
        billing_statements.c.organization_id == bindparam("organization_id"),
        billing_statements.c.invoice_date >= bindparam("first"),
        billing_statements.c.invoice_date <= bindparam("last"),
    )
    .order_by(billing_statements.c.invoice_date)
)


def choose_price_plan(ctx: Context, plan: PricePlan) -> None:
    """Give the organization a price plan; with its first one, its statements begin."""
    old = require_profile(ctx)
    change_profile(ctx, old, msgspec.structs.replace(old, price_plan=plan))
    if old.price_plan is None:
        begin(ctx)


def begin(ctx: Context) -> None:
    """Have the month that runs billed, and all that follow."""
    _schedule(ctx, banking_days.local_date(ctx.now, ctx.organization.zone))


def require_statement(ctx: Context, id: str) -> tuple[BillingStatement, list[BillingStatementLine]]:
    """A statement and its lines in order; BDC_1205 when the organization has none with this id."""
    return STATEMENTS.require(ctx, id), LINES.of(ctx, id)


def between(ctx: Context, first: str, last: str) -> list[BillingStatement]:
    """The statements with an invoice date (yyyy-MM-dd) from the first to the last, in their order: one a month."""
    given = {"first": first, "last": last}
    return ctx.tx.records(BillingStatement, _BETWEEN, given)


@jobs.job(MAKE, awaited=False)
def make(ctx: Context, job: Job) -> None:
    """Bill the period that begins on the job's subject, a day, and have the next one billed."""
    start = date.fromisoformat(job.subject_id)
    invoiced = rules.invoice_date(start)
    plan = require_profile(ctx).price_plan
    assert plan is not None, "a plan that was chosen is never taken away"
    counted: dict[Item, int] = {}
    for service, count in used(ctx, start, rules.period_end(start)).items():
        counted[CHARGED_AS[service]] = counted.get(CHARGED_AS[service], 0) + count
    charged = rules.charges(PLANS[plan], counted)
    statement = BillingStatement(
        organization_id=ctx.organization_id,
        id=ids.new(ids.PREFIX["billing_statement"]),
        invoice_number=f"{start:%Y-%m}",
        invoice_date=invoiced.isoformat(),
        description=f"{PLANS[plan].name}, {start:%B %Y}",
        period_start=start.isoformat(),
        period_end=rules.period_end(start).isoformat(),
        payment_status="UNPAID",
        payment_date=None,
        amount=sum(map(attrgetter("amount"), charged)),
        created_time=ctx.now,
        updated_time=ctx.now,
    )
    STATEMENT.enter(ctx, statement)
    ctx.tx.insert(
        *(
            BillingStatementLine(
                ctx.organization_id,
                statement.id,
                position,
                one.type,
                one.description,
                one.quantity,
                one.amount,
            )
            for position, one in enumerate(charged)
        )
    )
    paid_on = rules.payment_date(invoiced)
    jobs.schedule(ctx, PAY, statement.id, banking_days.instant(paid_on, rules.RUN_AT, ctx.organization.zone))
    _schedule(ctx, invoiced)


@jobs.job(PAY, awaited=False)
def pay(ctx: Context, job: Job) -> None:
    """The statement counts as paid. No bank is debited, so nothing is posted to the books."""
    old = STATEMENTS.require(ctx, job.subject_id)
    new = msgspec.structs.replace(
        old,
        payment_status="PAID",
        payment_date=rules.payment_date(date.fromisoformat(old.invoice_date)).isoformat(),
    )
    STATEMENT.revise(ctx, old, new)


def _schedule(ctx: Context, start: date) -> None:
    jobs.schedule(ctx, MAKE, start.isoformat(), rules.made_at(start, ctx.organization.zone))
