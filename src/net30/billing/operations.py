"""The operations of price plans and billing statements."""

from typing import Annotated

import msgspec
from msgspec import Meta

from net30.billing import actions, printing
from net30.billing.plans import PLANS, Plan
from net30.billing.rules import TRANSACTION
from net30.billing.schemas import (
    BillingPeriod,
    BillingStatementAnswer,
    BillingStatementWhole,
    PlanTerm,
    PricePlanAnswer,
    StatementDetail,
    StatementLinks,
)
from net30.billing.tables import BillingStatement
from net30.files import links
from net30.kernel import money
from net30.kernel.clock import day
from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.organizations.actions import require_own, require_profile
from net30.wire.dispatch import Raw
from net30.wire.listing import ListAnswer
from net30.wire.listing import page as page_of
from net30.wire.operation import operation
from net30.wire.types import ListRequest

AREA = "organizations"
ORGANIZATION = "/connect/v3/organizations/{organizationId}"
STATEMENTS = f"{ORGANIZATION}/billing-statements"
FILES = "/files/v1/billing-statements"

Given = Annotated[str, Meta(min_length=1)]
PageSize = Annotated[int, Meta(ge=1, le=100)]


@operation(f"GET {ORGANIZATION}/price-plan", area=AREA, needs="price-plan:read")
def get_price_plan(ctx: Context, organization_id: Given) -> PricePlanAnswer:
    """Read the price plan of the organization.

    `planTerms` are what it charges beside the monthly price. Of each name, the tiers are used up in their order, so
    many units as `quantity` says at their `price`, and the term without a tier covers the rest. Where no plan was
    chosen, nothing is charged.
    """
    require_own(ctx, organization_id)
    chosen = require_profile(ctx).price_plan
    return _plan(Plan("", "No plan", 0, ()) if chosen is None else PLANS[chosen])


@operation(f"GET {STATEMENTS}", area=AREA, needs="billing-statements:read")
def list_billing_statements(
    ctx: Context,
    organization_id: Given,
    max: PageSize | None = None,
    invoice_date_from: str | None = None,
    invoice_date_to: str | None = None,
    page: str | None = None,
) -> ListAnswer[BillingStatementAnswer]:
    """List the billing statements of the organization, a month each.

    In the order in which they were made, 20 on a page unless `max` says otherwise. `invoiceDateFrom` and
    `invoiceDateTo` (yyyy-MM-dd) come together and in place of `max` and `page`: all statements from the one day to
    the other are listed.
    """
    require_own(ctx, organization_id)
    if invoice_date_from is None and invoice_date_to is None:
        found = page_of(ctx, BillingStatement, ListRequest(max=max or 20, page=page))
        return found.of([_shown(one) for one in found.rows])
    for name, given in (("max", max), ("page", page)):
        if given is not None:
            raise Refusal(
                None, field=name, detail="does not go with dates", help="leave it out, or the dates"
            )
    first = _day("invoiceDateFrom", invoice_date_from)
    last = _day("invoiceDateTo", invoice_date_to)
    return ListAnswer(results=[_shown(one) for one in actions.between(ctx, first, last)])


@operation(f"GET {STATEMENTS}/{{billingStatementId}}", area=AREA, needs="billing-statements:read")
def get_billing_statement_detail(
    ctx: Context, organization_id: Given, billing_statement_id: Given
) -> BillingStatementWhole:
    """Read a billing statement and what it charges for.

    `downloadLink` has the same as a PDF and as CSV, fetched with the header `sessionId`.
    """
    require_own(ctx, organization_id)
    statement, lines = actions.require_statement(ctx, billing_statement_id)
    details = [
        StatementDetail(
            quantity=one.quantity,
            description=one.description,
            type=one.type,
            amount=money.on_wire(one.amount),
        )
        for one in lines
    ]
    below = f"{FILES}/{statement.id}"
    fetched = StatementLinks(
        csv=links.link(ctx.server, f"{below}/csv"),
        pdf=links.link(ctx.server, f"{below}/pdf"),
    )
    told = msgspec.structs.asdict(_shown(statement))
    return BillingStatementWhole(**told, statement_details=details, download_link=fetched)


@operation(
    f"GET {FILES}/{{billingStatementId}}/csv", area=AREA, credentials="link", needs="billing-statements:read"
)
def download_billing_statement_csv(ctx: Context, billing_statement_id: Given) -> Raw:
    """Fetch a billing statement as CSV.

    A row for each thing charged, and the total as the last one. Needs the header `sessionId`; `devKey` may be left out.
    """
    statement, lines = actions.require_statement(ctx, billing_statement_id)
    return _file(statement, "csv", "text/csv", printing.as_csv(statement, lines))


@operation(
    f"GET {FILES}/{{billingStatementId}}/pdf", area=AREA, credentials="link", needs="billing-statements:read"
)
def download_billing_statement_pdf(ctx: Context, billing_statement_id: Given) -> Raw:
    """Fetch a billing statement as a PDF.

    Needs the header `sessionId`; `devKey` may be left out.
    """
    statement, lines = actions.require_statement(ctx, billing_statement_id)
    printed = printing.as_pdf(statement, lines, ctx.organization.name)
    return _file(statement, "pdf", "application/pdf", printed)


def _plan(plan: Plan) -> PricePlanAnswer:
    return PricePlanAnswer(
        id=plan.id or None,
        name=plan.name,
        monthly_price=money.on_wire(plan.monthly_price),
        allow_trial=False,
        price_varies_per_user=False,
        plan_terms=[
            PlanTerm(
                type=TRANSACTION,
                name=term.item,
                tier=term.tier,
                quantity=term.quantity,
                price=money.on_wire(term.price),
            )
            for term in plan.terms
        ],
    )


def _shown(statement: BillingStatement) -> BillingStatementAnswer:
    return BillingStatementAnswer(
        id=statement.id,
        invoice_number=statement.invoice_number,
        invoice_date=statement.invoice_date,
        description=statement.description,
        billing_period=BillingPeriod(start_date=statement.period_start, end_date=statement.period_end),
        payment_status=statement.payment_status,
        payment_date=statement.payment_date,
        amount=money.on_wire(statement.amount),
    )


def _file(statement: BillingStatement, extension: str, media_type: str, content: bytes) -> Raw:
    name = f"billing-statement-{statement.invoice_number}.{extension}"
    return links.saved(content, media_type, name)


def _day(field: str, text: str | None) -> str:
    """A date of the query as it is; 400 when it is none, or missing beside the other."""
    if text is None:
        raise Refusal(None, field=field, detail="must not be null", help="both dates are given, or none")
    try:
        return day(text)
    except ValueError:
        raise Refusal(
            None, field=field, detail="must be a date, yyyy-MM-dd", help="write 2026-03-31"
        ) from None
