"""Attempts that are remembered, so that nobody guesses for long: wrong passwords, MFA codes, texts that were sent.

Attempts are counted and judged inside the organization's write transaction, where one follows another: however
many guesses arrive at once, no more of them than the limit allows learn anything. All times are machine time in ms.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec
from sqlalchemy import bindparam, delete, select

from net30.kernel import ids, mailbox
from net30.kernel.clock import timestamp
from net30.kernel.context import Context
from net30.kernel.limits import Limits
from net30.kernel.refusal import Refusal
from net30.kernel.secrets import fingerprint
from net30.organizations.settings import limits_of
from net30.store.database import Transaction
from net30.store.record import Record, table
from net30.store.statements import Statement, Value, by_key

Kind = Literal["LOGIN", "ORGANIZATION", "MFA", "TEXT"]

_MINUTE_MS = 60_000


class Limit(msgspec.Struct, frozen=True):
    """`most` attempts within a time; the last of them locks for `locked_ms`, or, where that is None, nothing does
    and a further attempt has to wait until the first of them is so long ago."""

    kind: Kind
    most: int
    within_ms: int
    locked_ms: int | None


LOGIN = Limit("LOGIN", 5, 15 * _MINUTE_MS, 15 * _MINUTE_MS)
ORGANIZATION = Limit("ORGANIZATION", 50, 10 * _MINUTE_MS, 10 * _MINUTE_MS)
MFA = Limit("MFA", 5, 10 * _MINUTE_MS, 10 * _MINUTE_MS)
TEXTS = Limit("TEXT", 5, _MINUTE_MS, None)


class Attempt(Record, frozen=True):
    """One attempt on a subject: a login, an organization, a user's MFA. It is dropped when it counts no more."""

    organization_id: str
    kind: Kind
    subject: str
    at: int
    id: str


class Watched(msgspec.Struct, frozen=True):
    """A subject, the limit it is under, and the code that says it is locked."""

    limit: Limit
    subject: str
    code: str


attempts = table(
    "attempt",
    Attempt,
    key=["organization_id", "kind", "subject", "at", "id"],
)

_subject = by_key(attempts, ["organization_id", "kind", "subject"])
_LATEST = Statement(
    select(attempts.c.at).where(_subject).order_by(attempts.c.at.desc()).limit(bindparam("most"))
)
_FORGET = Statement(delete(attempts).where(_subject))
_FORGET_OLD = Statement(
    delete(attempts).where(by_key(attempts, ["organization_id", "kind"]), attempts.c.at <= bindparam("until"))
)


def blocked_until(limit: Limit, latest: Sequence[int], now: int) -> int | None:
    """When the next attempt is free, given the times of the latest ones, newest first; None when it is now."""
    if len(latest) < limit.most:
        return None
    last, first = latest[0], latest[limit.most - 1]
    if last - first >= limit.within_ms:
        return None
    until = first + limit.within_ms if limit.locked_ms is None else last + limit.locked_ms
    return until if now < until else None


def blocked(tx: Transaction, organization_id: str, limit: Limit, subject: str, now: int) -> int | None:
    """When a further attempt on a subject is free; None when it is now."""
    key: dict[str, Value] = {"organization_id": organization_id, "kind": limit.kind, "subject": subject}
    return blocked_until(limit, [int(row[0]) for row in tx.rows(_LATEST, {**key, "most": limit.most})], now)


def count(ctx: Context, limit: Limit, subject: str) -> None:
    """Remember an attempt that is made now."""
    kept_ms = limit.within_ms + (limit.locked_ms or 0)
    kind: dict[str, Value] = {"kind": limit.kind}
    ctx.tx.execute(_FORGET_OLD, {**kind, "until": ctx.machine_now - kept_ms})
    ctx.tx.insert(Attempt(ctx.organization_id, limit.kind, subject, ctx.machine_now, ids.new("att")))


def forget(ctx: Context, limit: Limit, subject: str) -> None:
    """Begin anew, because the right answer was given."""
    ctx.tx.execute(_FORGET, {"kind": limit.kind, "subject": subject})


# ---- texts and mails ------------------------------------------------------------------------------------


def require_patience(ctx: Context, code: str, instead: str) -> None:
    """Count a text or mail that the user causes; refuse with a code the sixth within a minute, or as limits say.

    `instead` is what the refusal says to do, beside waiting.
    """
    if ctx.counted_mail:
        return
    most = limits_of(ctx.server, ctx.organization).texts_per_minute
    if most is None and not ctx.server.sandbox:
        return
    ctx.counted_mail = True
    limit = msgspec.structs.replace(TEXTS, most=most or TEXTS.most)
    until = blocked(ctx.tx, ctx.organization_id, limit, ctx.actor.user_id, ctx.machine_now)
    if until is not None:
        raise Refusal(
            code,
            detail=f"{limit.most} texts or mails were sent for this user within a minute",
            help=f"{instead}, or wait until {timestamp(until)}",
        )
    count(ctx, limit, ctx.actor.user_id)


def _count_mail(ctx: Context) -> None:
    """Whatever a user does that sends mails counts once. In a world without limits only what the API counts does."""
    if ctx.actor.user_id and limits_of(ctx.server, ctx.organization).texts_per_minute is not None:
        require_patience(ctx, "BDC_1144", "do it a few at a time")


mailbox.BEFORE.append(_count_mail)


# ---- wrong passwords ------------------------------------------------------------------------------------


def watched(limits: Limits, username_key: str) -> list[Watched]:
    """What a sign-in to an organization is counted on, where its limits say so.

    A name that is nobody's is counted like any other, so a lock does not tell who exists.
    """
    found: list[Watched] = []
    if limits.lock_organization:
        found.append(Watched(ORGANIZATION, "", "BDC_1107"))
    if limits.lock_logins:
        found.append(Watched(LOGIN, fingerprint(username_key), "BDC_1110"))
    return found


def locked(tx: Transaction, organization_id: str, subjects: Sequence[Watched], now: int) -> Refusal | None:
    """BDC_1107 while the organization, BDC_1110 while the login is locked: no password is looked at."""
    for one in subjects:
        until = blocked(tx, organization_id, one.limit, one.subject, now)
        if until is not None:
            what = "organization" if one.limit is ORGANIZATION else "login"
            return Refusal(
                one.code,
                detail=f"{one.limit.most} wrong passwords within {one.limit.within_ms // _MINUTE_MS} minutes "
                f"have locked this {what} until {timestamp(until)}",
                help="wait until then; the right password is refused as well before",
            )
    return None


def count_wrong(ctx: Context, subjects: Sequence[Watched]) -> None:
    """Remember a wrong password."""
    for one in subjects:
        count(ctx, one.limit, one.subject)


def forgive(ctx: Context, subjects: Sequence[Watched]) -> None:
    """Forget a login's wrong passwords after the right one; the organization's stay, they may be others'."""
    for one in subjects:
        if one.limit is LOGIN:
            forget(ctx, one.limit, one.subject)
