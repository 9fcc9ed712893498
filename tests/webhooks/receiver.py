"""A receiver of webhooks on this machine, which answers as it is told and remembers what came."""

import json
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Arrived(NamedTuple):
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        return json.loads(self.body)

    @property
    def event_id(self) -> str:
        return str(self.told["metadata"]["eventId"])

    @property
    def type(self) -> str:
        return str(self.told["metadata"]["eventType"])


# Decides what is answered to a request: a status, or None to say nothing at all.
Answer = Callable[[Arrived], int | None]


class Receiver:
    """Answers 200 unless told otherwise; `arrived` is all that came, in order."""

    def __init__(self) -> None:
        self.arrived: list[Arrived] = []
        self.answer: Answer = lambda arrived: 200
        self.body = b"thanks"
        self.location: str | None = None
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                arrived = Arrived({name.lower(): value for name, value in self.headers.items()}, content)
                receiver.arrived.append(arrived)
                status = receiver.answer(arrived)
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.send_header("Content-Length", str(len(receiver.body)))
                self.end_headers()
                self.wfile.write(receiver.body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.request_queue_size = 128
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Silent:
    """Takes connections and says nothing, or a byte now and then."""

    def __init__(self, *, drips: bool = False) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/hook"
        self._drips = drips
        self.connections = 0
        self._kept: list[socket.socket] = []
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                taken, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._kept.append(taken)
            if self._drips:
                threading.Thread(target=self._drip, args=(taken,), daemon=True).start()

    def _drip(self, taken: socket.socket) -> None:
        try:
            for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 10_000:
                taken.sendall(bytes([byte]))
                time.sleep(0.5)
        except OSError:
            return

    def close(self) -> None:
        self._socket.close()
        for one in self._kept:
            one.close()
