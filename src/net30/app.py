"""Settings become an application here. Granian calls `build` in each of its processes."""

import shlex
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import falcon
from sqlalchemy import select

import net30.rooms  # noqa: F401  (fills the table of operations)
from net30 import log
from net30.kernel import secrets
from net30.kernel.clock import machine_now_ms
from net30.kernel.context import Server
from net30.kernel.mail_server import mail_server
from net30.kernel.tables import ServerValue, server_values
from net30.lifeline import end_with_server, take_signals
from net30.partners.credentials import authenticate
from net30.settings import Settings, secret_keys, settings, threads
from net30.store.database import Database
from net30.store.files import Files
from net30.store.statements import Statement, by_key
from net30.wire import hosts
from net30.wire.dispatch import add_operations
from net30.wire.intake import SLOW_THREADS, Intake
from net30.wire.operation import slow

Application = falcon.App[falcon.Request, falcon.Response]

_VALUE = Statement(select(server_values).where(by_key(server_values, ["name"])))


def build() -> Intake:
    """The application as the NET30_… variables describe it, which takes requests in whole."""
    log.set_up()
    end_with_server()
    chosen = settings({})
    running = server(chosen)
    wsgi = application(running, log_requests=chosen.log_requests)
    return Intake(wsgi, threads=threads(chosen), apart=slow, now_ms=running.machine_now, ready=take_signals)


def server(chosen: Settings) -> Server:
    """The parts a process runs on. In the sandbox the secret key is made once and kept in the database."""
    keys = secret_keys(chosen)
    assert keys or chosen.environment == "sandbox", "production has keys of its own (startup.py)"
    database = Database(chosen.database, threads(chosen) + SLOW_THREADS)
    keys = keys or [_own_value(database, "secret_key", secrets.token)]
    return Server(
        database=database,
        environment=chosen.environment,
        secrets=secrets.Secrets(keys),
        machine_now=machine_now_ms,
        files=_files(chosen, database),
        strict=chosen.strict,
        public_url=(chosen.public_url or hosts.address(chosen.host, chosen.port)).rstrip("/"),
        hosts=hosts.known(chosen.host, chosen.public_url, chosen.hosts),
        scan_command=tuple(shlex.split(chosen.scan_command)),
        limits=chosen.limits,
        webhook_hosts=frozenset(part.strip() for part in chosen.webhook_hosts.split(",") if part.strip()),
        trust_for_people=chosen.trust_for_people and chosen.environment == "production",
        sms_command=tuple(shlex.split(chosen.sms_command)),
        mail=mail_server(chosen.smtp_url, chosen.mail_from),
    )


def application(running: Server, *, log_requests: bool = False) -> Application:
    """The WSGI application over a server's parts."""
    app: Application = falcon.App()
    app.add_middleware(hosts.Door(running))
    app.req_options.auto_parse_qs_csv = False
    app.req_options.keep_blank_qs_values = True
    # An answer without a body has no content type; Falcon takes None, its annotation does not.
    app.resp_options.default_media_type = None  # type: ignore[assignment]
    add_operations(app, running, authenticate, log_requests=log_requests)
    return app


def _files(chosen: Settings, database: Database) -> Files:
    """The uploaded files, in a part of the folder that is this database's alone."""
    file = database.engine.url.database
    beside = Path(file).parent if database.dialect == "sqlite" and file else Path()
    folder = Path(chosen.files) if chosen.files else beside / "net30-files"
    return Files(folder.absolute(), lambda: _own_value(database, "files", lambda: uuid4().hex))


def _own_value(database: Database, name: str, make: Callable[[], str]) -> str:
    """A value that the server made once for itself."""
    with database.read() as tx:
        known = tx.record(ServerValue, _VALUE, {"name": name})
    if known is not None:
        return known.value
    with database.write() as tx:
        known = tx.record(ServerValue, _VALUE, {"name": name})
        if known is None:
            known = ServerValue(name, make())
            tx.insert(known)
        return known.value
