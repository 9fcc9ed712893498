"""Connects to receivers, and to nothing else: where a user's URL leads is looked at after its name is resolved, and
the address that was looked at is the one that is connected to, so that a name cannot change in between.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from net30.kernel.context import Server
from net30.webhooks.rules import ANSWER_WITHIN_S

MOST_OF_ANSWER = 4_096
LOOK_EVERY_S = 0.25

_tls = ssl.create_default_context()


class Answered(NamedTuple):
    """What came of a try: a status and the beginning of the answer, or what went wrong."""

    status: int | None
    answer: str
    error: str | None


class Forbidden(Exception):
    """A URL leads to where this server does not go."""


def allowed_address(text: str, *, sandbox: bool) -> bool:
    """Whether an address may be connected to: one of the public internet, and in the sandbox this machine's own.

    Forms of IPv6 that carry one of IPv4 are what they carry (RFC 4291, 2.5.5.2; RFC 6052; RFC 3056).
    """
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return allowed_address(str(inner), sandbox=sandbox)
    if address.is_loopback:
        return sandbox
    return address.is_global and not address.is_multicast


class Line:
    """A connection to one receiver, kept open between tries. Not for several threads at once."""

    def __init__(self, server: Server, url: str) -> None:
        self._server = server
        parts = urlsplit(url)
        self._secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if self._secure else 80)
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._open: http.client.HTTPConnection | None = None

    def post(self, body: bytes, headers: Mapping[str, str]) -> Answered:
        """One try, of at most 10 seconds. Redirects are not followed; of the answer 4 KB are read."""
        fresh = self._open is None
        try:
            return self._post(body, headers)
        except (OSError, http.client.HTTPException, Forbidden) as fault:
            self.close()
            if not fresh and isinstance(fault, http.client.RemoteDisconnected | ConnectionError):
                # The receiver had closed a connection that was kept: it never saw this request.
                return self.post(body, headers)
            return Answered(None, "", f"{type(fault).__name__}: {fault}"[:500])

    def _post(self, body: bytes, headers: Mapping[str, str]) -> Answered:
        with _within(ANSWER_WITHIN_S) as limit:
            if self._open is None:
                self._open = self._connected(limit)
            limit.watch(self._open.sock)
            self._open.request("POST", self._path, body, dict(headers))
            answer = self._open.getresponse()
            content = answer.read(MOST_OF_ANSWER)
            if not answer.isclosed():
                # There is more of it, which nobody wants.
                self.close()
            return Answered(answer.status, content.decode(errors="replace").replace("\x00", ""), None)

    def _connected(self, limit: "_Limit") -> http.client.HTTPConnection:
        host, port = self._host, self._port
        exempt = is_exempt(self._server.webhook_hosts, host, port)
        connection = http.client.HTTPConnection(host, port, timeout=ANSWER_WITHIN_S)
        for family, kind, protocol, _, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            if not (exempt or allowed_address(str(place[0]), sandbox=self._server.sandbox)):
                raise Forbidden(f"{host} is at {place[0]}, where this server delivers nothing")
            sock = socket.socket(family, kind, protocol)
            limit.watch(sock)
            sock.settimeout(ANSWER_WITHIN_S)
            try:
                sock.connect(place)
            except OSError:
                sock.close()
                continue
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sock = sock
            if self._secure:
                secured = _tls.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
                limit.watch(secured)
                secured.do_handshake()
                connection.sock = secured
            return connection
        raise ConnectionRefusedError(f"{host}:{port} takes no connection")

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def is_exempt(hosts: Collection[str], host: str, port: int) -> bool:
    """Whether the operator has named a receiver, as a host or as host:port."""
    return host in hosts or f"{host}:{port}" in hosts


class _Limit:
    """The socket that is used within a time; when that is over it is shut."""

    def __init__(self, until: float) -> None:
        self.until = until
        self._sock: socket.socket | None = None

    def watch(self, sock: socket.socket) -> None:
        self._sock = sock

    def shut(self) -> None:
        if self._sock is not None:
            with suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)


_limits: set[_Limit] = set()
_guard = threading.Lock()
_watching = threading.Event()


@contextmanager
def _within(seconds: float) -> Iterator[_Limit]:
    """A socket's own timeout begins anew with each byte; this one does not."""
    if not _watching.is_set():
        _watching.set()
        threading.Thread(target=_watch, name="webhook deadlines", daemon=True).start()
    limit = _Limit(time.monotonic() + seconds)
    with _guard:
        _limits.add(limit)
    try:
        yield limit
    finally:
        with _guard:
            _limits.discard(limit)


def _watch() -> None:
    while True:
        time.sleep(LOOK_EVERY_S)
        now = time.monotonic()
        with _guard:
            late = [limit for limit in _limits if limit.until <= now]
        for limit in late:
            limit.shut()
