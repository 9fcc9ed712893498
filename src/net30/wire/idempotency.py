"""Keeps the answer of a POST that carried X-Idempotent-Key and gives it again to the same request of the same user.

The row is part of the operation's own transaction: an answer is kept if and only if its effects are.
"""

import hashlib
from collections.abc import Mapping
from uuid import UUID

import msgspec
from sqlalchemy import delete, select

from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.kernel.retention import ANSWERS_KEPT_MS
from net30.kernel.tables import IdempotencyKey, idempotency_keys
from net30.store.statements import Statement, by_key

HEADER = "X-Idempotent-Key"
# The name of the IETF's draft for the same header (draft-ietf-httpapi-idempotency-key-header).
OTHER_HEADER = "Idempotency-Key"
LONGEST_KEY = 255

_KEY = ("organization_id", "developer_key", "user_id", "operation", "key")
_FIND = Statement(select(idempotency_keys).where(by_key(idempotency_keys, _KEY)))
_FORGET = Statement(delete(idempotency_keys).where(by_key(idempotency_keys, _KEY)))


class Kept(msgspec.Struct, frozen=True):
    """An answer as it was first given."""

    status: int
    answer: bytes


def key_of(headers: Mapping[str, str]) -> str | None:
    """The key that a request carries under either name; 400 for one that is none, and for two that differ."""
    named = {headers.get(name.lower()) for name in (HEADER, OTHER_HEADER)} - {None}
    if not named:
        return None
    if len(named) > 1:
        raise Refusal(
            None, field=HEADER, detail=f"differs from {OTHER_HEADER}", help="send one of the two headers"
        )
    key = str(named.pop())
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise Refusal(
            None, field=HEADER, detail=f"must be 1 to {LONGEST_KEY} printable characters", help="send a UUID"
        )
    return key


def require_uuid4(key: str | None) -> None:
    """Where a key is needed it is a UUID (RFC 9562) of version 4; 400 otherwise."""
    try:
        version = None if key is None else UUID(key).version
    except ValueError:
        version = None
    if version != 4:
        detail = "the header is missing" if key is None else "must be a UUID of version 4"
        raise Refusal(None, field=HEADER, detail=detail, help="send a new UUID4 with each new request")


def identity(*parts: bytes) -> str:
    """What a key is held against: the request, as a hash. Big bodies take a while, so not inside a transaction."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.hexdigest()


def find(ctx: Context, operation: str, key: str, identity: str) -> Kept | None:
    """The kept answer, if any; 409 when the key came with another request. A key older than 24 hours is forgotten."""
    names = _names(ctx, operation, key)
    row = ctx.tx.record(IdempotencyKey, _FIND, names)
    if row is None:
        return None
    if row.kept_at + ANSWERS_KEPT_MS <= ctx.machine_now:
        ctx.tx.execute(_FORGET, names)
        return None
    if row.body_hash != identity:
        raise Refusal(
            None,
            status=409,
            field=HEADER,
            detail="this key was used with another request within the last 24 hours",
            help="use a new key for a new request",
        )
    return Kept(row.status, ctx.server.secrets.decrypt(row.answer_secret).encode())


def keep(ctx: Context, operation: str, key: str, identity: str, status: int, answer: bytes) -> None:
    """Store a success with the change it answers."""
    names = _names(ctx, operation, key)
    encrypted = ctx.server.secrets.encrypt(answer.decode())
    ctx.tx.insert(
        IdempotencyKey(
            **names, body_hash=identity, status=status, answer_secret=encrypted, kept_at=ctx.machine_now
        )
    )


def _names(ctx: Context, operation: str, key: str) -> dict[str, str]:
    values = (ctx.organization_id, ctx.actor.developer_key, ctx.actor.user_id, operation, key)
    return dict(zip(_KEY, values, strict=True))
