"""What a bill or an invoice posts to the books while it stands, and how that follows it when it changes."""

from collections.abc import Mapping, Sequence

import msgspec

from net30.kernel import journal, money
from net30.kernel.banking_days import local_date
from net30.kernel.context import Context
from net30.kernel.journal import Posting


class Accrual(msgspec.Struct, frozen=True):
    """What one paper posts: who owes or is owed its `amount`, thousandths of its currency, and the sides of it."""

    source: str
    source_id: str
    memo: str
    currency: str
    party_id: str
    amount: int
    postings: Sequence[Posting]


def split(
    account: str, by_ledger: Mapping[str | None, int], rate: str | None, usd_amount: int, party_id: str
) -> list[Posting]:
    """Sides of an account, one for each of the ledger's accounts; `rate` is units per dollar, None for USD.

    Their dollars are rounded each, and the last side takes what rounding left over of `usd_amount`.
    """
    dollars = [money.in_dollars(amount, rate) for amount in by_ledger.values()]
    dollars[-1] += usd_amount - sum(dollars)
    return [
        Posting(account, amount, usd, ledger, party_id)
        for (ledger, amount), usd in zip(by_ledger.items(), dollars, strict=True)
    ]


def reversed_sides(postings: Sequence[Posting]) -> list[Posting]:
    """The same sides the other way round."""
    return [
        msgspec.structs.replace(side, amount=-side.amount, usd_amount=-side.usd_amount) for side in postings
    ]


def today(ctx: Context) -> str:
    """The organization's date."""
    return local_date(ctx.now, ctx.organization.zone).isoformat()


def post(ctx: Context, accrual: Accrual, *, date: str, taken_back: bool = False) -> None:
    """Post what stands from `date` on, or take it back."""
    journal.post(
        ctx,
        date=date,
        source=accrual.source,
        source_id=accrual.source_id,
        memo=accrual.memo,
        currency=accrual.currency,
        postings=reversed_sides(accrual.postings) if taken_back else accrual.postings,
    )


def restate(ctx: Context, old: Accrual, new: Accrual) -> dict[str, int]:
    """Take back what was posted and post anew, today, when the two differ; what each party's balance moves by."""
    if old.postings == new.postings and old.currency == new.currency:
        return {}
    post(ctx, old, date=today(ctx), taken_back=True)
    post(ctx, new, date=today(ctx))
    if old.party_id == new.party_id:
        return {new.party_id: new.amount - old.amount}
    return {old.party_id: -old.amount, new.party_id: new.amount}
