"""What somebody owes or is owed, kept in their own row: columns `balance` and `balance_updated_time`."""

from sqlalchemy import Table, bindparam, update

from net30.kernel.context import Context
from net30.store.statements import Statement, by_key


def adding_to(kept_in: Table) -> Statement:
    """The statement by which `add` changes balances of a table, whose key is the organization and an id."""
    return Statement(
        update(kept_in)
        .where(by_key(kept_in, ["organization_id", "id"]))
        .values(balance=kept_in.c.balance + bindparam("by"), balance_updated_time=bindparam("now"))
    )


def add(ctx: Context, statement: Statement, id: str, by: int) -> None:
    """Add `by` thousandths to the balance of an object that is there, and remember when."""
    key = {"id": id}
    touched = ctx.tx.execute(statement, {**key, "by": by, "now": ctx.now})
    assert touched == 1, f"{id} is gone"
