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


def send(
    ctx: Context,
    kind: str,
    recipient: str,
    subject: str,
    body: str,
    *,
    secret: bool = False,
    reply_to: str | None = None,
) -> None:
    """Put a message into the mailbox; `kind` is EMAIL or TEXT. A `secret` body is encrypted at rest.

    An answer to a mail goes to `reply_to`, where that is given.

    A mail also waits for the worker to send it: always in production, in the sandbox where it has a mail server.
    """
    is_sent = kind == "EMAIL" and (ctx.server.mail is not None or not ctx.server.sandbox)
    ctx.tx.insert(
        Message(
            organization_id=ctx.organization_id,
            id=ids.new("msg"),
            kind=kind,
            recipient=recipient,
            subject=subject,
            body="" if secret else body,
            created_time=ctx.now,
            body_secret=ctx.server.secrets.encrypt(body) if secret else None,
            next_try_at=ctx.machine_now if is_sent else None,
            reply_to=reply_to,
        )
    )


def newest(ctx: Context) -> list[Message]:
    """The organization's latest messages, newest first, at most 500."""
    stored = ctx.tx.records(Message, _NEWEST, {"organization_id": ctx.organization_id})
    return [_opened(ctx, message) for message in stored]


def _opened(ctx: Context, message: Message) -> Message:
    if message.body_secret is None:
        return message
    return msgspec.structs.replace(message, body=ctx.server.secrets.decrypt(message.body_secret))
