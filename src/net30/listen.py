"""`net30 listen`: subscribes an organization's events to this terminal, for as long as it runs."""

import json
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Annotated, Any
from uuid import uuid4

from msgspec import Meta

from net30.console.commands import Asked

ROOT = "/connect-events/v3"
FORWARD_WITHIN_S = 9.0
# What belongs to one connection and not to the request.
HOP_BY_HOP = frozenset({"host", "connection", "content-length", "transfer-encoding"})


class Listen(Asked, frozen=True, kw_only=True):
    """Print an organization's events as they come, and hand them on."""

    session_id: Annotated[str, Meta(description="a session of the organization")]
    dev_key: Annotated[str, Meta(description="the developer key of the session")]
    server: Annotated[str, Meta(description="the server's address")] = "http://127.0.0.1:8030"
    events: Annotated[str, Meta(description="types of events, comma-separated; all unless given")] = ""
    forward: Annotated[
        str, Meta(description="address of a receiver that is handed each event as it came")
    ] = ""


def listen(wanted: Listen) -> None:
    """Subscribe, print each event as it comes, hand it on, and end the subscription on Ctrl-C or SIGTERM.

    An event is answered as the receiver behind `forward` answers it, or with 200 where there is none; 502 tells that
    the receiver cannot be reached. SystemExit says why the server does not take the subscription.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(wanted))
    server.daemon_threads = True
    address = f"http://127.0.0.1:{server.server_port}/"
    types = [one for one in wanted.events.split(",") if one] or _catalog(wanted)
    body = {
        "name": "net30 listen",
        "status": {"enabled": True},
        "events": [{"type": type, "version": "1"} for type in types],
        "notificationUrl": address,
    }
    made = _call(wanted, "POST", "/subscriptions", body)
    print(f"listening to {len(types)} types of events; the key is {made['securityKey']}", flush=True)
    try:
        server.serve_forever()
    finally:
        _call(wanted, "DELETE", f"/subscriptions/{made['id']}")
        print("the subscription is ended", flush=True)


def _catalog(wanted: Listen) -> list[str]:
    return [str(entry["type"]) for entry in _call(wanted, "GET", "/events/catalog")]


def _call(wanted: Listen, method: str, path: str, body: object = None) -> Any:
    request = urllib.request.Request(
        wanted.server.rstrip("/") + ROOT + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "sessionId": wanted.session_id,
            "devKey": wanted.dev_key,
            "Content-Type": "application/json",
            "X-Idempotent-Key": str(uuid4()),
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as refused:
        sys.exit(f"{wanted.server} refuses: {refused.read().decode(errors='replace')}")
    except OSError as fault:
        sys.exit(f"{wanted.server} does not answer: {fault}")


def _handler(wanted: Listen) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status = (
                _forwarded(wanted.forward, content, dict(self.headers.items())) if wanted.forward else 200
            )
            _print(content, status if wanted.forward else None)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _forwarded(address: str, content: bytes, headers: Mapping[str, str]) -> int:
    """What the receiver answers; 502 where nobody does."""
    kept = {name: value for name, value in headers.items() if name.lower() not in HOP_BY_HOP}
    request = urllib.request.Request(address, data=content, headers=kept, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=FORWARD_WITHIN_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return int(refused.code)
    except OSError:
        return 502


def _print(content: bytes, forwarded: int | None) -> None:
    told = json.loads(content)
    metadata = told.pop("metadata")
    beside = "" if forwarded is None else f"  → {forwarded}"
    print(f"{metadata['eventType']}  {metadata['eventId']}{beside}", flush=True)
    print(json.dumps(told, ensure_ascii=False), flush=True)
