"""Hands the mails of the mailbox to a mail server, after the change that wrote them is committed.

A message says itself when it is to be tried next (`next_try_at`, machine time), so any number of workers share the
work and a crash loses nothing. A worker that dies between handing a mail in and noting that leaves it to be handed
in again, under the same Message-ID.
"""

import logging
import smtplib
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.utils import formatdate

import msgspec

from net30.kernel import turns
from net30.kernel.context import Server, system_actor, writing
from net30.kernel.mail_server import MailServer, connected, is_address
from net30.kernel.secrets import Unreadable
from net30.kernel.tables import Message, messages
from net30.kernel.turns import Lane, organizations_waiting, waiting
from net30.store.statements import Value

MOST_ATTEMPTS = 8
FIRST_RETRY_MS = 60_000
BATCH = 10
# A worker that died with mails in its hands leaves them to the others after this: longer than a batch can take.
LEASE_MS = 15 * 60_000
LONGEST_ERROR = 200

log = logging.getLogger("net30.mail")

_WAITING_IN = organizations_waiting(messages.c.next_try_at)
_WAITING = waiting(messages.c.next_try_at, BATCH)


class Outcome(msgspec.Struct, frozen=True):
    """What came of a try: no `error` when the mail server took it; `final` when trying again is no use."""

    error: str | None = None
    final: bool = False


def send_some(server: Server, organization_id: str) -> bool:
    """Send what waits of an organization, at most ten mails; whether there was any."""
    assert server.mail is not None, "without a mail server nobody sends mails"
    taken = _taken(server, organization_id)
    if taken:
        for message, outcome in _handed_in(server, server.mail, taken):
            _store(server, message, outcome)
    return bool(taken)


LANE = Lane("mails", _WAITING_IN, send_some, hands=4, most_s_a_minute=20)


def send_waiting(server: Server) -> bool:
    """A turn for each organization whose mails wait; whether there were any. None is taken without a mail server."""
    return server.mail is not None and turns.round(server, LANE)


def retry_after_ms(attempts: int) -> int:
    """How long to wait after a number of tries that failed: one minute, and twice as long each time."""
    return FIRST_RETRY_MS << (attempts - 1)


def _taken(server: Server, organization_id: str) -> list[Message]:
    """Mails that are now this worker's for a while, one more try counted on each."""
    with writing(server, system_actor(organization_id)) as ctx:
        key: dict[str, Value] = {"organization_id": organization_id, "machine_now": ctx.machine_now}
        taken: list[Message] = []
        for message in ctx.tx.records(Message, _WAITING, key):
            if message.attempts >= MOST_ATTEMPTS:
                # The last worker that had it in its hands died.
                new = msgspec.structs.replace(message, next_try_at=None)
            else:
                until = ctx.machine_now + LEASE_MS
                new = msgspec.structs.replace(message, attempts=message.attempts + 1, next_try_at=until)
                taken.append(new)
            ctx.tx.update(message, new)
    return taken


def _handed_in(
    server: Server, mail: MailServer, batch: Sequence[Message]
) -> Iterator[tuple[Message, Outcome]]:
    """Each message with what came of it, over one connection; when that breaks, the others wait for the next."""
    left = list(batch)
    try:
        with connected(mail) as smtp:
            while left:
                outcome = _handed_in_one(server, mail, smtp, left[0])
                yield left.pop(0), outcome
    except (OSError, smtplib.SMTPException) as fault:
        for message in left:
            yield message, Outcome(_said(fault))


def _handed_in_one(server: Server, mail: MailServer, smtp: smtplib.SMTP, message: Message) -> Outcome:
    if not is_address(message.recipient):
        return Outcome("the recipient is not an address", final=True)
    try:
        made = written(server, mail, message)
    except Unreadable:
        return Outcome("none of the secret keys can read it")
    try:
        smtp.send_message(made)
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPRecipientsRefused as fault:
        code, text = next(iter(fault.recipients.values()))
        # 55x is about the mailbox and will not change (RFC 5321, 4.2.2 and 4.2.3).
        return Outcome(_clipped(f"{code} {text.decode(errors='replace')}"), final=550 <= code <= 559)
    except smtplib.SMTPException as fault:
        return Outcome(_said(fault))
    return Outcome()


def written(server: Server, mail: MailServer, message: Message) -> EmailMessage:
    """A message as it is handed in. It says that a machine wrote it (RFC 3834), so that nobody's machine answers."""
    made = EmailMessage()
    made["From"] = mail.sender
    made["To"] = message.recipient
    # Whoever wrote an address that no header can hold gets no answers; the mail is worth more.
    if message.reply_to is not None and message.reply_to.isascii() and is_address(message.reply_to):
        made["Reply-To"] = message.reply_to
    made["Subject"] = " ".join(message.subject.split())
    made["Date"] = formatdate(server.machine_now() / 1000)
    made["Message-ID"] = f"<{message.id}@{mail.domain}>"
    made["Auto-Submitted"] = "auto-generated"
    sealed = message.body_secret
    made.set_content(message.body if sealed is None else server.secrets.decrypt(sealed))
    return made


def _store(server: Server, message: Message, outcome: Outcome) -> None:
    now = server.machine_now()
    if outcome.error is None:
        new = msgspec.structs.replace(message, sent_at=now, next_try_at=None, error=None)
    elif outcome.final or message.attempts >= MOST_ATTEMPTS:
        new = msgspec.structs.replace(message, next_try_at=None, error=outcome.error)
        log.error("the mail %s is given up: %s", message.id, outcome.error)
    else:
        wait_ms = retry_after_ms(message.attempts)
        new = msgspec.structs.replace(message, next_try_at=now + wait_ms, error=outcome.error)
        log.warning("the mail %s waits %d minutes: %s", message.id, wait_ms // 60_000, outcome.error)
    with writing(server, system_actor(message.organization_id)) as ctx:
        ctx.tx.update(message, new)


def _said(fault: Exception) -> str:
    """A fault in a few words; of what a server says to a sign-in only the code, as it may repeat the credentials."""
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return f"{fault.smtp_code} the mail server refuses the user or the password"
    if isinstance(fault, smtplib.SMTPResponseException):
        text = fault.smtp_error
        said = text.decode(errors="replace") if isinstance(text, bytes) else text
        return _clipped(f"{fault.smtp_code} {said}")
    return _clipped(f"{type(fault).__name__}: {fault}")


def _clipped(text: str) -> str:
    return " ".join(text.split())[:LONGEST_ERROR]
