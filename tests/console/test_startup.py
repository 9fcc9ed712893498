"""What `net30` says when it cannot begin, before it touches anything."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from net30.app import server
from net30.cli import main
from net30.sandbox.schemas import WorldCreate
from net30.sandbox.worlds import create_world
from net30.settings import CannotStart, Settings
from net30.startup import claim, opened, require_settings
from net30.store.database import Database
from net30.store.schema import migrate

KEY = "a-random-key-of-an-operator"


def refusal(arguments: Sequence[str]) -> str:
    """What a command that exits with 1 says."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert isinstance(ended.value.code, str), "sys.exit of a text exits with 1"
    return ended.value.code


def production(url: str) -> Settings:
    return Settings(environment="production", database=url, secret_key=KEY, smtp_url="smtp://relay")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/net30.db"


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_production_needs_a_key_and_mail(command: str, url: str) -> None:
    said = refusal([command, "--environment", "production", "--database", url])
    assert "NET30_SECRET_KEY" in said
    assert "NET30_SMTP_URL" in said
    assert "NET30_SECRET_KEY" not in refusal(
        [command, "--environment", "production", "--database", url, "--secret-key", KEY]
    )


def test_a_key_that_can_be_guessed_is_refused(url: str) -> None:
    flags = ["--environment", "production", "--database", url, "--smtp-url", "smtp://relay"]
    assert "can be guessed" in refusal(["serve", *flags, "--secret-key", f"{KEY},secret"])


def test_the_sandbox_needs_neither() -> None:
    require_settings(Settings(), mails=True)


def test_production_refuses_an_old_schema(url: str) -> None:
    flags = [
        "--environment",
        "production",
        "--database",
        url,
        "--secret-key",
        KEY,
        "--smtp-url",
        "smtp://relay",
    ]
    assert "net30 migrate" in refusal(["serve", *flags])
    assert "net30 migrate" in refusal(["worker", *flags])


def begin(chosen: Settings) -> None:
    with opened(chosen) as database:
        migrate(database)
        claim(database, chosen)


def test_production_refuses_what_a_sandbox_made_and_says_each(url: str) -> None:
    sandbox = Settings(database=url)
    begin(sandbox)
    running = server(sandbox)
    create_world(running, WorldCreate())
    create_world(running, WorldCreate())
    running.database.close()
    with pytest.raises(CannotStart) as refused:
        begin(production(url))
    worlds, key, keys = str(refused.value).splitlines()
    assert "2 of its worlds" in worlds
    assert "the secret key that a sandbox made for itself" in key
    assert "2 developer keys" in keys
    begin(sandbox)


def test_a_sandbox_with_a_key_of_its_own_is_still_no_production(url: str) -> None:
    begin(Settings(database=url, secret_key=KEY))
    with pytest.raises(CannotStart, match="belongs to a sandbox: give production"):
        begin(production(url))


def test_a_sandbox_never_stands_on_a_production_database(url: str) -> None:
    begin(production(url))
    begin(production(url))
    said = refusal(["serve", "--database", url])
    assert "belongs to a production server" in said


def test_a_database_without_an_owner_that_holds_something_is_a_sandboxs(url: str) -> None:
    """As the versions before databases had owners left them."""
    database = Database(url, 1)
    migrate(database)
    running = server(Settings(database=url, secret_key=KEY))
    create_world(running, WorldCreate())
    running.database.close()
    database.close()
    with pytest.raises(CannotStart, match="1 of its worlds"):
        begin(production(url))


def test_both_databases_know_their_owner(postgres_url: str) -> None:
    chosen = Settings(database=postgres_url)
    begin(chosen)
    with pytest.raises(CannotStart, match="belongs to a sandbox"):
        begin(production(postgres_url))


@pytest.mark.parametrize("command", ["serve", "worker", "migrate"])
def test_a_database_that_is_not_there_is_said_without_its_password(command: str) -> None:
    said = refusal([command, "--database", "postgresql://ann:secret@127.0.0.1:1/books"])
    assert said.startswith("net30 cannot reach the database postgresql://ann:***@127.0.0.1:1/books: ")
    assert "refused" in said
    assert "secret" not in said
    assert "\n" not in said


@pytest.mark.parametrize(
    "address", ["mysql://ann:secret@host/books", "books.db", "sqlite://", "postgresql://:"]
)
def test_what_is_no_address_of_a_database_is_said(address: str) -> None:
    said = refusal(["migrate", "--database", address])
    assert "sqlite:///FILE or postgresql://" in said
    assert "secret" not in said


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    said = refusal(["migrate", "--database", f"sqlite:///{tmp_path}/nowhere/net30.db"])
    assert "No such file or directory" in said


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ("DROP TABLE wallet", "the table wallet"),
        ("ALTER TABLE vendor DROP COLUMN tax_id_secret", "the column vendor.tax_id_secret"),
    ],
)
def test_a_database_of_an_older_state_is_said_in_a_sentence(url: str, change: str, lacks: str) -> None:
    with opened(Settings(database=url)) as database:
        migrate(database)
        with database.engine.begin() as connection:
            connection.exec_driver_sql(change)
        with pytest.raises(CannotStart, match=f"lacks {lacks}: begin with a new one"):
            claim(database, Settings(database=url))
