"""Mail and texts to people. Every message is stored with the change that caused it; a world's mailbox shows them."""

from collections.abc import Callable

import msgspec
from sqlalchemy import bindparam, func, select

from net30.kernel import ids
from net30.kernel.context import Context
from net30.kernel.tables import Message, messages
from net30.store.statements import Statement

MOST_SHOWN = 500
# Characters in the bodies of all that is shown together; the message that passes it is the last.
MOST_TEXT = 2_000_000

_some = (
    select(messages)
    .where(messages.c.organization_id == bindparam("organization_id"))
    .order_by(messages.c.created_time.desc(), messages.c.id.desc())
    .limit(MOST_SHOWN)
    .subquery()
)
_newest_first = (_some.c.created_time.desc(), _some.c.id.desc())
_length = func.length(_some.c.body)
_told = select(_some, (func.sum(_length).over(order_by=_newest_first) - _length).label("before")).subquery()
_NEWEST = Statement(
    select(*(_told.c[name] for name in Message.__struct_fields__))
    .where(_told.c.before < MOST_TEXT)
    .order_by(_told.c.created_time.desc(), _told.c.id.desc())
)


# Called ahead of a message; what counts those of a user enters itself here (access/attempts.py).
BEFORE: list[Callable[[Context], None]] = []


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
    for look in BEFORE:
        look(ctx.origin or ctx)
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
    """The organization's latest messages, newest first, at most 500, and at most some 2,000,000 characters."""
    stored = ctx.tx.records(Message, _NEWEST, {})
    return [_opened(ctx, message) for message in stored]


def _opened(ctx: Context, message: Message) -> Message:
    if message.body_secret is None:
        return message
    return msgspec.structs.replace(message, body=ctx.server.secrets.decrypt(message.body_secret))
