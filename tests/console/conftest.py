"""A production server's database, and its operator at a shell."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import msgspec
import pytest
from clients import Api, FreshDatabase
from secrecy import remember, remember_shown
from sqlalchemy import bindparam

from net30.app import server
from net30.cli import main
from net30.kernel.context import Server
from net30.kernel.tables import AuditEntry
from net30.settings import Settings
from net30.startup import claim
from net30.store.database import Database
from net30.store.record import STORED
from net30.store.schema import migrate
from net30.store.statements import Statement

FIRST_KEY = "the first key of an operator"
_ENTRIES = STORED[AuditEntry].table


@dataclass
class Shell:
    """Runs `net30 COMMAND` in this process, on one database."""

    database: str
    types: Callable[[str], None]
    reads: Callable[[], tuple[str, str]]
    keys: list[str] = field(default_factory=lambda: [FIRST_KEY])
    environment: str = "production"

    def run(self, *command: str, typed: str = "") -> str:
        """What a command prints; SystemExit when it is refused."""
        where = (
            "--database",
            self.database,
            "--environment",
            self.environment,
            "--secret-key",
            ",".join(self.keys),
        )
        verb = 1 if command[1].startswith("--") else 2
        for key in self.keys:
            remember(key, "key of the server")
        self.types(typed)
        remember(typed.strip(), "what the operator typed")
        main([*command[:verb], *where, *command[verb:]])
        printed, complained = self.reads()
        assert not complained
        return printed

    def does(self, *command: str, typed: str = "") -> Any:
        """What a command answers as JSON."""
        answered = msgspec.json.decode(self.run(*command, "--json", typed=typed))
        remember_shown(answered)
        return answered

    def refuses(self, *command: str, typed: str = "") -> str:
        """The sentence with which a command exits with 1; nothing was printed."""
        with pytest.raises(SystemExit) as ended:
            self.run(*command, typed=typed)
        assert isinstance(ended.value.code, str), "sys.exit of a text exits with 1"
        assert self.reads() == ("", "")
        return ended.value.code

    def trail(self, organization_id: str) -> list[AuditEntry]:
        """What the organization's trail says came by the console, in order."""
        database = Database(self.database, 1)
        mine = (
            _ENTRIES.select()
            .where(_ENTRIES.c.organization_id == bindparam("organization_id", organization_id))
            .order_by(_ENTRIES.c.id)
        )
        with database.read() as tx:
            entries = tx.records(AuditEntry, Statement(mine), {})
        database.close()
        return [entry for entry in entries if entry.via == "CONSOLE"]


class Company:
    """An organization that the operator made, with a developer key and an administrator."""

    def __init__(self, shell: Shell, api: Api) -> None:
        self.shell, self.api = shell, api
        self.id: str = shell.does("organization", "create", "--name", "Acme")["organizationId"]
        self.of = ("--organization", self.id)
        self.ann = (*self.of, "--username", "ann@example.com")
        key = shell.does("key", "create", *self.of, "--name", "Ledger")
        self.key_id: str = key["keyId"]
        self.dev_key: str = key["devKey"]
        self.password: str = shell.does("user", "create", *self.ann, "--role", "ADMINISTRATOR")["password"]

    def login(self, password: str | None = None, **more: str) -> Any:
        body = {
            "username": "ann@example.com",
            "password": password or self.password,
            "organizationId": self.id,
            "devKey": self.dev_key,
            **more,
        }
        return self.api.call("POST", "/connect/v3/login", body)

    def call(self, method: str, path: str, body: Any = None, **credentials: str) -> Any:
        session = self.login(**credentials).ok()["sessionId"]
        headers = {"sessionId": session, "devKey": self.dev_key}
        return self.api.call(method, f"/connect/v3{path}", body, headers=headers)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def production(request: pytest.FixtureRequest, fresh_database: FreshDatabase) -> Iterator[Server]:
    """A production server's parts over a database of its own."""
    chosen = Settings(
        database=fresh_database(request.param),
        environment="production",
        secret_key=FIRST_KEY,
        limit_lock_outs=True,
    )
    parts = server(chosen)
    migrate(parts.database)
    claim(parts.database, chosen)
    yield parts
    parts.database.close()


@pytest.fixture
def shell(production: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    url = production.database.url.replace("postgresql+psycopg://", "postgresql://")

    def types(text: str) -> None:
        monkeypatch.setattr("sys.stdin", StringIO(text))

    def reads() -> tuple[str, str]:
        said = capsys.readouterr()
        return said.out, said.err

    return Shell(url, types, reads)


@pytest.fixture
def company(shell: Shell, production: Server) -> Company:
    return Company(shell, Api(production))
