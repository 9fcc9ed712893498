"""A process of its own that runs due jobs, deals with uploaded files, and sends mails and texts.

It holds no state: any number may run, and one may be killed at any time. Organizations take turns at each kind of work.
"""

import logging
import signal
import threading
from collections.abc import Iterator

from net30.app import server
from net30.documents import processing
from net30.exports import writing as exports
from net30.kernel import jobs, mail_delivery, retention, turns
from net30.kernel.context import Server
from net30.kernel.turns import Lane
from net30.lifeline import orphaned
from net30.log import set_up
from net30.mfa import texting
from net30.network import telling
from net30.settings import Settings
from net30.startup import claim, opened, require_settings
from net30.webhooks import delivery as webhooks

LOOK_EVERY_S = 0.5
SWEEP_EVERY_S = 3_600.0

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
    threading.Thread(target=_sweep, args=(running, stop), name="sweep", daemon=True).start()
    with turns.at_work(running, *lanes(running)):
        while not stop.wait(LOOK_EVERY_S) and not orphaned():
            pass
    running.database.close()


def lanes(running: Server) -> Iterator[Lane]:
    """What a worker of this server does."""
    yield jobs.LANE
    yield processing.LANE
    yield exports.LANE
    yield telling.LANE
    yield webhooks.LANE
    if running.sms_command:
        yield texting.LANE
    if running.mail is not None:
        yield mail_delivery.LANE


def _sweep(running: Server, stop: threading.Event) -> None:
    """Throw away what nobody needs, now and once an hour."""
    while True:
        for sweep in (processing.sweep, retention.go_round):
            try:
                sweep(running)
            except Exception:
                log.exception("what nobody needs could not be thrown away")
        if stop.wait(SWEEP_EVERY_S):
            return


def run_once(running: Server) -> bool:
    """Run a batch of jobs for every organization that has any; whether there were any."""
    return turns.round(running, jobs.LANE)
