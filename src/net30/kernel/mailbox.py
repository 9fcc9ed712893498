"""Mail and texts to people. Every message is stored with the change that caused it; a world's mailbox shows them."""

import msgspec
from sqlalchemy import bindparam, select

from net30.kernel import ids
from net30.kernel.context import Context
from net30.kernel.tables import Message, messages
from net30.store.statements import Statement

MOST_SHOWN = 500

_NEWEST = Statement(
    select(messages)
    .where(messages.c.organization_id == bindparam("organization_id"))
    .order_by(messages.c.created_time.desc(), messages.c.id.desc())
    .limit(MOST_SHOWN)
)


def send(ctx: Context, kind: str, recipient: str, subject: str, body: str, *, secret: bool = False) -> None:
    """Put a message into the mailbox; `kind` is EMAIL or TEXT. A `secret` body is encrypted at rest."""
    id = ids.new("msg")
    sealed = ctx.server.secrets.encrypt(body) if secret else None
    shown = "" if secret else body
    ctx.tx.insert(Message(ctx.organization_id, id, kind, recipient, subject, shown, ctx.now, sealed))


def newest(ctx: Context) -> list[Message]:
    """The organization's latest messages, newest first, at most 500."""
    stored = ctx.tx.records(Message, _NEWEST, {"organization_id": ctx.organization_id})
    return [_opened(ctx, message) for message in stored]


def _opened(ctx: Context, message: Message) -> Message:
    if message.body_secret is None:
        return message
    return msgspec.structs.replace(message, body=ctx.server.secrets.decrypt(message.body_secret))
