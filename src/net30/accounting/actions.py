"""The chart of accounts: what a world begins with, and the check of ids that bills and payments name."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from net30.accounting.tables import ChartOfAccount, chart_of_accounts
from net30.kernel import audit, ids
from net30.kernel.context import Context
from net30.kernel.refusal import Refusal, Refusals
from net30.store.statements import Sized, one_of

# Name, number and type of the accounts that a new organization gets.
FIRST_ACCOUNTS = (
    ("Checking", "1000", "BANK"),
    ("Accounts Receivable", "1200", "ACCOUNTS_RECEIVABLE"),
    ("Accounts Payable", "2000", "ACCOUNTS_PAYABLE"),
    ("Sales", "4000", "INCOME"),
    ("Cost of Goods Sold", "5000", "COST_OF_GOODS_SOLD"),
    ("Office Supplies", "6000", "EXPENSE"),
    ("Rent", "6100", "EXPENSE"),
    ("Utilities", "6200", "EXPENSE"),
    ("Professional Services", "6300", "EXPENSE"),
    ("Travel", "6400", "EXPENSE"),
)

_ACTIVE = Sized(
    lambda count: select(chart_of_accounts.c.id).where(
        chart_of_accounts.c.organization_id == bindparam("organization_id"),
        chart_of_accounts.c.archived == 0,
        one_of(chart_of_accounts.c.id, "id", count),
    )
)


def create_chart(ctx: Context) -> list[ChartOfAccount]:
    """Give an organization its first chart of accounts."""
    chart = [
        ChartOfAccount(ctx.organization_id, ids.new("0ca"), name, number, account_type, 0, ctx.now, ctx.now)
        for name, number, account_type in FIRST_ACCOUNTS
    ]
    ctx.tx.insert(*chart)
    for account in chart:
        audit.created(ctx, "ChartOfAccount", account, account.id)
    return chart


def require_classifications(ctx: Context, named: Iterable[tuple[str, str, str | None]]) -> None:
    """Refuse classification ids that are not active in the organization.

    `named` holds (dotted path, property, id): the property is the contract's name, such as chartOfAccountId. Only the
    chart of accounts exists yet, so an id of any other classification is unknown.
    """
    wanted = [(path, name, id_) for path, name, id_ in named if id_ is not None]
    if not wanted:
        return
    accounts = sorted({id_ for _, name, id_ in wanted if name == "chartOfAccountId"})
    known: set[str] = set()
    if accounts:
        statement, parameters = _ACTIVE.of("id", accounts[:1000])
        known = {
            str(row[0])
            for row in ctx.tx.rows(statement, {"organization_id": ctx.organization_id, **parameters})
        }
    unknown = [(path, id_) for path, _, id_ in wanted if id_ not in known]
    if unknown:
        raise Refusals(
            [
                Refusal(
                    "BDC_1205",
                    id=id_,
                    detail=f"{path} names {id_}, which is no active classification of this organization",
                    help="use the id of an active one, or leave the property out",
                )
                for path, id_ in unknown
            ]
        )
