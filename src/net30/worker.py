"""A process of its own that runs due jobs. It holds no state: any number may run, and one may be killed at any time."""

import logging
import signal
import threading

from net30.access.mfa.texting import keep_sending
from net30.app import server
from net30.kernel import jobs
from net30.kernel.context import Server
from net30.lifeline import orphaned
from net30.settings import Settings

IDLE_S = 0.5

log = logging.getLogger("net30.worker")


def work(chosen: Settings) -> None:
    """Run due jobs until SIGTERM or SIGINT, or until the server that started this process is gone."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    stop = threading.Event()
    for caught in (signal.SIGTERM, signal.SIGINT):
        signal.signal(caught, lambda _number, _frame: stop.set())
    running = server(chosen)
    if running.sms_command:
        threading.Thread(target=keep_sending, args=(running, stop), daemon=True).start()
    while not stop.is_set() and not orphaned():
        try:
            busy = run_once(running)
        except Exception:
            # The database may be restarting; the next round tries again.
            log.exception("the worker's round failed")
            busy = False
        if not busy:
            stop.wait(IDLE_S)
    running.database.close()


def run_once(running: Server) -> bool:
    """Run a batch for every organization that has work; whether there was any.

    An organization whose batch cannot be run does not hold up the others.
    """
    busy = False
    for organization_id in jobs.awake(running):
        try:
            busy = bool(jobs.run_due(running, organization_id)) or busy
        except Exception:
            log.exception("the jobs of %s could not be run", organization_id)
    return busy
