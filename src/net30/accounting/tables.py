"""What is stored of the chart of accounts, as far as bills and payments need it."""

from net30.store.record import Record, table


class ChartOfAccount(Record, frozen=True):
    """An account of the general ledger, as the accounting system names it."""

    organization_id: str
    id: str
    name: str
    account_number: str | None
    account_type: str
    archived: int
    created_time: int
    updated_time: int


chart_of_accounts = table(
    "chart_of_account",
    ChartOfAccount,
    key=["organization_id", "id"],
    references=[(("organization_id",), ("organization.id",))],
)
