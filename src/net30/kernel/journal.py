"""The books: double entry, balanced in the entry's currency and in USD, appended and never changed."""

from collections.abc import Sequence

import msgspec

from net30.kernel import ids
from net30.kernel.context import Context
from net30.kernel.tables import JournalEntry, JournalPosting


class Posting(msgspec.Struct, frozen=True):
    """One side of an entry, thousandths; a debit is positive, a credit negative."""

    account: str
    amount: int
    usd_amount: int
    chart_of_account_id: str | None = None
    party_id: str | None = None


def post(
    ctx: Context,
    *,
    date: str,
    source: str,
    source_id: str,
    memo: str,
    currency: str,
    postings: Sequence[Posting],
) -> None:
    """Append an entry dated `date` (yyyy-MM-dd). Sides of zero are left out; an entry without sides is not written."""
    sides = [posting for posting in postings if posting.amount or posting.usd_amount]
    assert sum(side.amount for side in sides) == 0, f"{source} {source_id} does not balance in {currency}"
    assert sum(side.usd_amount for side in sides) == 0, f"{source} {source_id} does not balance in USD"
    if not sides:
        return
    entry = JournalEntry(
        ctx.organization_id, ids.new("jou"), date, source, source_id, memo, currency, ctx.now
    )
    ctx.tx.insert(entry)
    ctx.tx.insert(
        *(
            JournalPosting(
                ctx.organization_id,
                entry.id,
                position,
                side.account,
                side.chart_of_account_id,
                side.party_id,
                side.amount,
                side.usd_amount,
            )
            for position, side in enumerate(sides)
        )
    )
