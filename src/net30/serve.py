"""`net30 serve`: the schema, a worker process for jobs, and Granian with its processes for requests."""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

import net30.rooms  # noqa: F401  (declares every table)
from net30 import lifeline
from net30.settings import Settings, to_environment
from net30.startup import claim, opened, require_settings
from net30.store.schema import migrate

if sys.platform != "win32":
    import resource

READY_WITHIN_S = 60.0
WORKER_PAUSE_S = 1.0
STOP_WITHIN_S = 10
BACKLOG = 2048
# How long a connection may take over the head of a request, the first one or the next.
HEAD_WITHIN_MS = 15_000
# Of a request's head, in bytes.
LONGEST_HEAD = 65_536
MOST_CONNECTIONS = 20_000


def serve(chosen: Settings) -> None:
    """Serve until stopped by SIGINT or SIGTERM; exits 1 when the port is taken.

    CannotStart says that the database cannot be reached or is not this server's, or that production lacks a setting.
    """
    require_settings(chosen, mails=True)
    _require_free(chosen)
    with opened(chosen) as database:
        if chosen.environment == "sandbox":
            migrate(database)
        claim(database, chosen)
    os.environ |= {**to_environment(chosen), lifeline.VARIABLE: str(os.getpid())}
    threading.Thread(target=_announce, args=(chosen,), daemon=True).start()
    lifeline.keep_signals_from_forks()
    with _worker_beside():
        granian = Granian(
            "net30.app:build",
            factory=True,
            address=chosen.host,
            port=chosen.port,
            interface=Interfaces.RSGI,
            workers=chosen.workers,
            backlog=BACKLOG,
            backpressure=_most_connections(),
            # HTTP/2 is off: its streams have no deadlines (docs/adr/0019).
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(
                header_read_timeout=HEAD_WITHIN_MS, max_buffer_size=LONGEST_HEAD, keep_alive=True
            ),
            websockets=False,
            log_level=LogLevels.error,
            respawn_failed_workers=True,
            workers_kill_timeout=STOP_WITHIN_S,
        )
        try:
            granian.serve()
        except SystemExit:
            # A signal to all processes may end those for requests before the server tells them to: that is no failure.
            if not granian.interrupt_signal:
                raise


@contextmanager
def _worker_beside() -> Iterator[None]:
    """A worker process while the block runs; one that dies is replaced."""
    stopping = threading.Event()
    started = [_start_worker()]

    def replace() -> None:
        while True:
            started[0].wait()
            if stopping.wait(WORKER_PAUSE_S):
                return
            print("net30's worker has ended; starting another", file=sys.stderr, flush=True)
            started[0] = _start_worker()

    threading.Thread(target=replace, daemon=True).start()
    try:
        yield
    finally:
        stopping.set()
        started[0].terminate()
        started[0].wait(timeout=STOP_WITHIN_S)


def _start_worker() -> subprocess.Popen[bytes]:
    with lifeline.without_interrupts():
        return subprocess.Popen([sys.executable, "-m", "net30", "worker"])


def _most_connections() -> int:
    """How many a process takes at once: as many as the system lets it have files, some set aside for its own."""
    if sys.platform == "win32":
        return MOST_CONNECTIONS
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return min(MOST_CONNECTIONS, most * 3 // 4)


def _require_free(chosen: Settings) -> None:
    """A taken port is said at once and plainly, before anything starts."""
    with socket.socket(socket.AF_INET6 if ":" in chosen.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((chosen.host, chosen.port))
        except OSError as fault:
            sys.exit(
                f"net30 cannot listen on {chosen.host}:{chosen.port}: {fault.strerror}; choose another --port"
            )


def _announce(chosen: Settings) -> None:
    """Print the one ready line when the server answers."""
    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    # A server that listens everywhere answers on loopback.
    reach = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host)
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://{reach}:{chosen.port}/connect/v3/health", timeout=1):
                print(f"net30 ready on http://{host}:{chosen.port}", flush=True)
                return
        except OSError:
            time.sleep(0.02)
    print("net30 does not answer; see the messages above", file=sys.stderr, flush=True)
