"""A process of its own that runs due jobs and deals with uploaded files.

It holds no state: any number may run, and one may be killed at any time.
"""

import logging
import signal
import threading
from collections.abc import Callable

from net30.app import server
from net30.documents import processing
from net30.kernel import jobs, mail_delivery, retention
from net30.kernel.context import Server
from net30.lifeline import orphaned
from net30.log import set_up
from net30.mfa import texting
from net30.network import telling
from net30.settings import Settings
from net30.startup import claim, opened, require_settings

IDLE_S = 0.5

log = logging.getLogger("net30.worker")


def work(chosen: Settings) -> None:
    """Run due jobs until SIGTERM or SIGINT, or until the server that started this process is gone."""
    set_up()
    stop = threading.Event()
    for caught in (signal.SIGTERM, signal.SIGINT):
        signal.signal(caught, lambda _number, _frame: stop.set())
    require_settings(chosen, mails=True)
    with opened(chosen) as database:
        claim(database, chosen)
    running = server(chosen)
    # What waits for others' servers and commands does not hold up the jobs.
    for wanted, beside in (
        (running.sms_command, texting.send_waiting),
        (running.mail, mail_delivery.send_waiting),
        (True, processing.rounds()),
        (True, telling.tell_waiting),
        (True, retention.rounds()),
    ):
        if wanted:
            threading.Thread(target=_keep, args=(beside, running, stop), daemon=True).start()
    _keep(run_once, running, stop)
    running.database.close()


def _keep(round: Callable[[Server], bool], running: Server, stop: threading.Event) -> None:
    """Do one kind of work, round after round, with a pause after each that found nothing to do."""
    while not stop.is_set() and not orphaned():
        try:
            busy = round(running)
        except Exception:
            # The database may be restarting; the next round tries again.
            log.exception("the worker's round failed")
            busy = False
        if not busy:
            stop.wait(IDLE_S)


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
