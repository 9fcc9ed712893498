"""Where mail is handed in: the server that NET30_SMTP_URL names, and one connection to it."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

Security = Literal["PLAIN", "STARTTLS", "TLS"]

TIMEOUT_S = 20
# RFC 8314 for submission over TLS, RFC 6409 for submission, RFC 5321 for a relay in one's own network.
PORTS: dict[Security, int] = {"TLS": 465, "STARTTLS": 587, "PLAIN": 25}


class MailServer(msgspec.Struct, frozen=True):
    """Host, port and credentials of an SMTP server, and the sender of what is handed in there."""

    host: str
    port: int
    security: Security
    username: str
    password: str
    sender: str

    @property
    def domain(self) -> str:
        """The sender's domain, in which messages get their ids."""
        return parseaddr(self.sender)[1].rpartition("@")[2]


def mail_server(url: str, sender: str) -> MailServer | None:
    """Read smtp://user:password@host:port, with ?starttls=1, or smtps://…; None for an empty url.

    Without a sender it is the user, where that is an address, or else net30 at the server's host. ValueError says
    what is wrong, without repeating a password.
    """
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/"):
        raise ValueError("the SMTP URL must be smtp://user:password@host:port or smtps://…")
    query = parse_qs(parts.query, keep_blank_values=True)
    if query.keys() - {"starttls"} or query.get("starttls", ["1"])[-1] not in ("0", "1"):
        raise ValueError("the SMTP URL takes nothing behind its question mark but starttls=1")
    wants_starttls = query.get("starttls") == ["1"]
    security: Security = "TLS" if parts.scheme == "smtps" else "STARTTLS" if wants_starttls else "PLAIN"
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    try:
        port = parts.port or PORTS[security]
    except ValueError:
        raise ValueError("the SMTP URL's port is not a number up to 65535") from None
    own = username if is_address(username) else f"net30@{parts.hostname}"
    if not is_address(parseaddr(sender or own)[1]):
        raise ValueError("mail must be from an address such as billing@example.com")
    return MailServer(parts.hostname, port, security, username, password, sender or own)


def is_address(text: str) -> bool:
    """Whether mail can be addressed to a text (RFC 5322, addr-spec)."""
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError, MessageError):
        return False
    return bool(address.username and address.domain) and "\n" not in text and "\r" not in text


@contextmanager
def connected(mail: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection that is encrypted and signed in as the URL says; OSError or SMTPException when it fails."""
    # Its own guess at a full name would ask the network.
    name = socket.gethostname()
    if mail.security == "TLS":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            mail.host, mail.port, name, timeout=TIMEOUT_S, context=ssl.create_default_context()
        )
    else:
        smtp = smtplib.SMTP(mail.host, mail.port, name, timeout=TIMEOUT_S)
    with smtp:
        if mail.security == "STARTTLS":
            smtp.starttls(context=ssl.create_default_context())
        if mail.username:
            smtp.login(mail.username, mail.password)
        yield smtp
