"""Mail and texts to people. Every message is stored with the change that caused it; a world's mailbox shows them."""

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


def send(ctx: Context, kind: str, recipient: str, subject: str, body: str) -> None:
    """Put a message into the mailbox; `kind` is EMAIL or TEXT."""
    ctx.tx.insert(Message(ctx.organization_id, ids.new("msg"), kind, recipient, subject, body, ctx.now))


def newest(ctx: Context) -> list[Message]:
    """The organization's latest messages, newest first, at most 500."""
    return ctx.tx.records(Message, _NEWEST, {"organization_id": ctx.organization_id})
