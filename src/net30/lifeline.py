"""Ends the processes of a server when they are told to, and when the server's main process is gone, however it went.

`serve` leaves its process id in the environment of what it starts. Comparing with that, rather than with the parent
that a process finds when it begins, also catches a server that died while its processes were still starting.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

VARIABLE = "NET30_SERVER_PID"
LOOK_EVERY_S = 0.5
GRACE_S = 5.0


def served() -> bool:
    """Whether a server started this process, and not someone by hand."""
    return VARIABLE in os.environ


def orphaned() -> bool:
    """Whether the server that started this process is gone."""
    return served() and os.getppid() != int(os.environ[VARIABLE])


@contextmanager
def without_interrupts() -> Iterator[None]:
    """A process started in the block never gets Ctrl-C: the server does, and tells it to stop."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def keep_signals_from_forks() -> None:
    """Have signals wait in the processes that this one forks until they are ready for them (`end_with_server`).

    A forked process begins with the server's handlers, which do nothing there: the signal would be lost.
    """
    if sys.platform != "win32":
        os.register_at_fork(after_in_child=_block_signals)


def _block_signals() -> None:
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT))


def end_with_server() -> None:
    """Have this process of a server end when its server is gone; for the main thread, before any other.

    Signals wait until `take_signals`. SIGINT always does: Ctrl-C reaches all processes at once, and it is the server's
    to act upon, which tells its own by SIGTERM.
    """
    if not served() or sys.platform == "win32":
        return
    _block_signals()
    threading.Thread(target=_await_orphanhood, name="lifeline", daemon=True).start()


def take_signals() -> None:
    """Have SIGTERM delivered from now on, and at once where it came before; for the main thread."""
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM,))


def _await_orphanhood() -> None:
    while not orphaned():
        time.sleep(LOOK_EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os._exit(1)
