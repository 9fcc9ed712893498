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
    """Have this process of a server end on SIGTERM, and when its server is gone; for the main thread, before any other.

    Ctrl-C and service managers signal all processes at once, and then the server signals its own: a second signal
    that interrupts Granian's handling of the first can leave it waiting for ever. So signals are kept from the main
    thread; another one waits for SIGTERM and hands it to the handler once. SIGINT is the server's to act upon.
    """
    if not served() or sys.platform == "win32":
        return
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _block_signals()
    threading.Thread(target=_await_signal, name="signals", daemon=True).start()
    threading.Thread(target=_await_orphanhood, name="lifeline", daemon=True).start()


def _await_signal() -> None:
    if sys.platform == "win32":
        return
    number = signal.sigwait((signal.SIGTERM,))
    handler = signal.getsignal(number)
    if callable(handler):
        handler(number, None)
    else:
        os._exit(0)


def _await_orphanhood() -> None:
    while not orphaned():
        time.sleep(LOOK_EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os._exit(1)
