"""What a bill or an invoice posts to the books while it stands, and how that follows it when it changes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from net30.kernel import journal, money
from net30.kernel.banking_days import local_date
from net30.kernel.context import Context
from net30.kernel.journal import Posting


class Side(NamedTuple):
    """A debit, thousandths of a paper's currency, of an account and, within it, of the ledger's own account."""

    account: str
    amount: int
    ledger: str | None = None


class Accrual(msgspec.Struct, frozen=True):
    """What one paper posts on its own date: who owes or is owed its `amount`, thousandths of its currency, and the
    sides of it."""

    source: str
    source_id: str
    date: str
    memo: str
    currency: str
    party_id: str
    amount: int
    postings: Sequence[Posting]


def sides(account: str, by_ledger: Mapping[str | None, int]) -> list[Side]:
    """Debits of an account, one for each of the ledger's accounts."""
    return [Side(account, amount, ledger) for ledger, amount in by_ledger.items()]


def valued(parts: Sequence[Side], rate: str | None, party_id: str) -> list[Posting]:
    """The sides of one paper in its currency and in USD, which add up to the USD of their sum.

    `rate` is units per dollar, None for USD; money.dollars_of_parts says how near each of them is.
    """
    dollars = money.dollars_of_parts([part.amount for part in parts], rate)
    return [
        Posting(part.account, part.amount, usd, part.ledger, party_id)
        for part, usd in zip(parts, dollars, strict=True)
    ]


def reversed_sides(postings: Sequence[Posting]) -> list[Posting]:
    """The same sides the other way round."""
    return [
        msgspec.structs.replace(side, amount=-side.amount, usd_amount=-side.usd_amount) for side in postings
    ]


def today(ctx: Context) -> str:
    """The organization's date."""
    return local_date(ctx.now, ctx.organization.zone).isoformat()


def restate(ctx: Context, old: Accrual | None, new: Accrual | None) -> dict[str, int]:
    """Take back what was posted and post anew when the two differ; what each party's balance moves by, if at all.

    None is a paper that does not stand: not yet, or archived. Each accrual is dated as its paper was or is, so the
    books as of any day show the papers of that day as they are now.
    """
    if old == new:
        return {}
    moved: dict[str, int] = {}
    if old is not None:
        _post(ctx, old, reversed_sides(old.postings))
        moved[old.party_id] = -old.amount
    if new is not None:
        _post(ctx, new, new.postings)
        moved[new.party_id] = moved.get(new.party_id, 0) + new.amount
    # A paper over nothing still begins its party's balance; a correction that moves nothing does not touch it.
    return {party: by for party, by in moved.items() if by or old is None or new is None}


def _post(ctx: Context, accrual: Accrual, sides: Sequence[Posting]) -> None:
    journal.post(
        ctx,
        date=accrual.date,
        source=accrual.source,
        source_id=accrual.source_id,
        memo=accrual.memo,
        currency=accrual.currency,
        postings=sides,
    )
