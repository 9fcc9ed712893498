"""Sends codes to phones: into a world's mailbox, or by the command that the operator of a production server names.

The command is run by the worker after the change is committed and outside every transaction: the number is its last
argument, the words come on its standard input and NET30_MESSAGE_TYPE says TEXT or VOICE. It is not run by a shell
and sees none of the server's own variables. It must exit with 0 within ten seconds.
"""

import logging

import msgspec
from sqlalchemy import bindparam, delete

from net30.kernel import commands, ids, mailbox, turns
from net30.kernel.context import Context, Server, system_actor, writing
from net30.kernel.turns import Lane, organizations_waiting, waiting
from net30.mfa.schemas import SetupType
from net30.mfa.tables import OutgoingText, outgoing_texts
from net30.store.statements import Statement, Value, by_key

COMMAND_WITHIN_S = 10
MOST_ATTEMPTS = 3
RETRY_MS = 5_000
# A worker that died with texts in its hands leaves them to the others so long after it would have been done.
LEASE_MS = 20_000
KEPT_MS = 24 * 60 * 60_000
BATCH = 10

log = logging.getLogger("net30.texting")

_WAITING_IN = organizations_waiting(outgoing_texts.c.wake_at)
_WAITING = waiting(outgoing_texts.c.wake_at, BATCH)

_FORGET_OLD = Statement(
    delete(outgoing_texts).where(
        by_key(outgoing_texts, ["organization_id"]), outgoing_texts.c.expires_at <= bindparam("until")
    )
)


def can_send(server: Server) -> bool:
    return server.sandbox or bool(server.sms_command)


def send(ctx: Context, number: str, type: SetupType, words: str, expires_at: int) -> None:
    """Have a phone told some words, once this change is committed and until a machine time (ms)."""
    if ctx.server.sandbox:
        mailbox.send(ctx, "TEXT", number, "", words, secret=True)
        return
    old: dict[str, Value] = {"until": ctx.machine_now - KEPT_MS}
    ctx.tx.execute(_FORGET_OLD, old)
    sealed = ctx.server.secrets.encrypt(words)
    id = ids.new("txt")
    ctx.tx.insert(
        OutgoingText(ctx.organization_id, id, number, type, sealed, "WAITING", 0, ctx.machine_now, expires_at)
    )


def send_next(server: Server, organization_id: str) -> bool:
    """Run the command for the text of an organization that waits longest; whether there was one."""
    text = _taken(server, organization_id)
    if text is None:
        return False
    _store(server, text, sent=_told(server, text))
    return True


LANE = Lane("texts", _WAITING_IN, send_next, hands=4, most_s_a_minute=20)


def send_waiting(server: Server) -> bool:
    """A turn for each organization whose texts wait; whether there were any."""
    return turns.round(server, LANE)


def _taken(server: Server, organization_id: str) -> OutgoingText | None:
    """The next text, which is now this worker's for a while; those that are too late to be of use are given up."""
    with writing(server, system_actor(organization_id)) as ctx:
        key: dict[str, Value] = {"organization_id": organization_id, "machine_now": ctx.machine_now}
        for text in ctx.tx.records(OutgoingText, _WAITING, key):
            if text.expires_at > ctx.machine_now and text.attempts < MOST_ATTEMPTS:
                wake_at = ctx.machine_now + LEASE_MS + COMMAND_WITHIN_S * 1000
                new = msgspec.structs.replace(text, attempts=text.attempts + 1, wake_at=wake_at)
                ctx.tx.update(text, new)
                return new
            ctx.tx.update(
                text, msgspec.structs.replace(text, state="FAILED", wake_at=None, words_secret=None)
            )
    return None


def _told(server: Server, text: OutgoingText) -> bool:
    """Whether the command has taken a text. What it prints is not told on: it may hold the code."""
    assert text.words_secret is not None, "a waiting text has words"
    words = server.secrets.decrypt(text.words_secret).encode()
    try:
        ended = commands.run(
            [*server.sms_command, text.number],
            COMMAND_WITHIN_S,
            input=words,
            told={"NET30_MESSAGE_TYPE": text.type},
        )
    except commands.CommandFailed as fault:
        log.warning("the text %s was not sent: %s", text.id, fault)
        return False
    if ended.status != 0:
        log.warning("the text %s was not sent: the command exited with %d", text.id, ended.status)
    return ended.status == 0


def _store(server: Server, text: OutgoingText, *, sent: bool) -> None:
    if sent:
        new = msgspec.structs.replace(text, state="SENT", wake_at=None, words_secret=None)
    elif text.attempts >= MOST_ATTEMPTS:
        new = msgspec.structs.replace(text, state="FAILED", wake_at=None, words_secret=None)
    else:
        new = msgspec.structs.replace(text, wake_at=server.machine_now() + RETRY_MS)
    with writing(server, system_actor(text.organization_id)) as ctx:
        ctx.tx.update(text, new)
