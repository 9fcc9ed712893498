"""The schema and its migrations (Alembic). Before the first release there is one migration: everything."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from net30.store.database import Database

MIGRATIONS = Path(__file__).with_name("migrations")


class SchemaIsOld(Exception):
    """The database lacks migrations; `net30 migrate` applies them."""


def migrate(database: Database) -> None:
    """Bring the schema up to date; does nothing when it is."""
    if is_current(database):
        return
    config = _config()
    with database.engine.begin() as connection:
        if database.dialect == "postgresql":
            # Several servers may start at once; the lock ends with the transaction.
            connection.execute(text("SELECT pg_advisory_xact_lock(3030)"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(database: Database) -> bool:
    with database.engine.connect() as connection:
        have = MigrationContext.configure(connection).get_current_revision()
    return have == ScriptDirectory.from_config(_config()).get_current_head()


def require_current(database: Database) -> None:
    if not is_current(database):
        raise SchemaIsOld("the database's schema is not this version's; run `net30 migrate` first")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
