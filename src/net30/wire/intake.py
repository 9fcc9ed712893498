"""Takes requests in whole, before any thread is given to them (docs/adr/0019).

Granian's loop reads the body of each request here, as long as its sender keeps to a least rate; only what has arrived
whole is handed to one of the threads that answer. So a sender who stalls holds a connection and nothing else.
"""

import asyncio
import logging
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from io import BytesIO
from queue import SimpleQueue
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Protocol

from granian.rsgi import Scope

from net30.kernel.refusal import Refusal
from net30.wire import errors

# A sender may take so long over a body, and a second more for each 4 KiB that have come.
PATIENCE_S = 15.0
LEAST_BYTES_A_S = 4096
# What is more of a body than this is on disk while the rest arrives.
MOST_IN_MEMORY = 65_536
# What is longer than any operation takes is read to here, because most clients look at an answer only once they
# have sent all; on whoever goes on the connection is closed.
MOST_TAKEN_IN = 10_000_000

NOTHING = BytesIO()
# They hash or write files, and need the interpreter for little of their time.
SLOW_THREADS = 4

log = logging.getLogger("net30.wire")

Headers = list[tuple[str, str]]
WSGI = Callable[[dict[str, Any], Callable[..., Callable[[bytes], object]]], Iterable[bytes]]


class Connection(Protocol):
    """What Granian offers to read a request's body and to answer it (the RSGI specification, version 1.6)."""

    async def __call__(self) -> bytes: ...
    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...
    def response_file(self, status: int, headers: Headers, file: str) -> None: ...


class _Named(Protocol):
    name: str

    def close(self) -> None: ...


class SentFile:
    """An answer's body that the server sends from disk by itself: the file wrapper of WSGI (PEP 3333)."""

    def __init__(self, file: _Named, _block_size: int = 0) -> None:
        self.path = file.name
        file.close()


_Request = tuple[dict[str, Any], Connection, asyncio.AbstractEventLoop, "asyncio.Future[None]"]


class Intake:
    """The RSGI application over a WSGI one.

    With one thread, quick requests are answered on the loop itself: a thread beside it would have to fight it for the
    interpreter at each statement. Those of which `apart` says that they take long have threads of their own.
    """

    def __init__(
        self,
        application: WSGI,
        *,
        threads: int,
        apart: Callable[[str, str], bool],
        now_ms: Callable[[], int],
        ready: Callable[[], None],
    ) -> None:
        self._application = application
        self._apart = apart
        self._now_ms = now_ms
        self._ready = ready
        self._slow = self._threads("slow", SLOW_THREADS)
        self._quick = self._threads("quick", threads) if threads > 1 else None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Once the loop runs, it hears signals."""
        loop.call_soon(self._ready)

    async def __rsgi__(self, scope: Scope, connection: Connection) -> None:
        """Read a request, and have it answered."""
        environ = _environ(scope)
        try:
            if "CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ:
                size, environ["wsgi.input"] = await _take_in(connection, environ.get("CONTENT_LENGTH"))
                environ["CONTENT_LENGTH"] = str(size)
        except Refusal as refusal:
            # What is left of the request is not read, so no other can follow on its connection.
            _send(connection, *errors.body([refusal], self._now_ms()), ("connection", "close"))
            return
        waiting = self._slow if self._apart(scope.method, scope.path) else self._quick
        if waiting is None:
            self._answer(environ, connection)
            return
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[None] = loop.create_future()
        waiting.put((environ, connection, loop, answered))
        await answered

    def _threads(self, name: str, number: int) -> "SimpleQueue[_Request]":
        """Threads that answer what is put into a queue."""
        waiting: SimpleQueue[_Request] = SimpleQueue()
        for _ in range(number):
            threading.Thread(target=self._answer_all, args=(waiting,), name=name, daemon=True).start()
        return waiting

    def _answer_all(self, waiting: "SimpleQueue[_Request]") -> None:
        while True:
            environ, connection, loop, answered = waiting.get()
            self._answer(environ, connection)
            loop.call_soon_threadsafe(answered.set_result, None)

    def _answer(self, environ: dict[str, Any], connection: Connection) -> None:
        """Call the application, and send what it answers."""
        begun: list[tuple[str, Headers]] = []

        def start_response(status: str, headers: Headers, _fault: object = None) -> Callable[[bytes], object]:
            begun.append((status, headers))
            return _write

        try:
            parts = self._application(environ, start_response)
            status, headers = int(begun[-1][0][:3]), begun[-1][1]
            if isinstance(parts, SentFile):
                connection.response_file(status, headers, parts.path)
            else:
                connection.response_bytes(status, headers, b"".join(parts))
        except Exception:
            log.exception("a request could not be answered")
            _send(connection, *errors.unexpected(self._now_ms()))


async def _take_in(connection: Connection, declared: str | None) -> tuple[int, IO[bytes]]:
    """A request's whole body: how many bytes, and a file of them at its start.

    Refusals: 408 when they come too slowly, 413 when they do not end, 400 when they end before all that were
    announced have come, or within a chunk.
    """
    try:
        async with asyncio.timeout(PATIENCE_S) as patience:
            if declared is None or int(declared) > MOST_IN_MEMORY:
                return await _spool(connection, declared, patience)
            content = await connection()
            return len(content), BytesIO(content)
    except TimeoutError:
        raise Refusal(
            None,
            status=408,
            detail=f"the body did not come within {PATIENCE_S:.0f} s and a second for each {LEAST_BYTES_A_S} bytes",
            help="send the request again",
        ) from None
    except RuntimeError as fault:
        # Granian's RSGIProtocolError: fewer bytes came than were announced.
        raise _broken_off() from fault


async def _spool(
    connection: Connection, declared: str | None, patience: asyncio.Timeout
) -> tuple[int, IO[bytes]]:
    """A long body, or one of unknown length, that goes to disk."""
    began, size, ends = asyncio.get_running_loop().time(), 0, 0
    body = SpooledTemporaryFile(MOST_IN_MEMORY)  # noqa: SIM115  (closed with the request it belongs to)
    async for part in connection:
        size += len(part)
        if size > MOST_TAKEN_IN:
            raise Refusal(
                None, status=413, detail=f"the body is over {MOST_TAKEN_IN} bytes", help="send less at once"
            )
        body.write(part)
        patience.reschedule(began + PATIENCE_S + size / LEAST_BYTES_A_S)
        # Granian gives an empty part at the end, and one more when the connection or a chunk broke off.
        ends += not part
    if ends > 1 or (declared is not None and int(declared) != size):
        raise _broken_off()
    body.seek(0)
    return size, body


def _broken_off() -> Refusal:
    return Refusal(
        None,
        detail="the body broke off before its end",
        help="send the request again; nothing of it was kept",
    )


def _environ(scope: Scope) -> dict[str, Any]:
    """The request as WSGI has it (PEP 3333): bytes of the path as Latin-1, a header that comes twice as one."""
    name, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": name,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": NOTHING,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": SentFile,
    }
    for wire, value in scope.headers.items():
        variable = wire.upper().replace("-", "_")
        if variable not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            variable = f"HTTP_{variable}"
        environ[variable] = f"{environ[variable]},{value}" if variable in environ else value
    if "\ufffd" in scope.path:
        # Granian has put it in the place of bytes that are no UTF-8, which are to be refused.
        environ["PATH_INFO"] = (
            scope.path.replace("\ufffd", "\xff").encode("latin-1", "replace").decode("latin-1")
        )
    if scope.authority is not None:
        # An address in the request's first line counts before the header (RFC 9112, 3.2.2).
        environ["HTTP_HOST"] = scope.authority
    return environ


def _send(connection: Connection, status: int, body: bytes, *more: tuple[str, str]) -> None:
    connection.response_bytes(status, [("content-type", "application/json"), *more], body)


def _write(_content: bytes) -> None:
    raise NotImplementedError("answers are returned, not written")
