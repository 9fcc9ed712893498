"""The schema and its migrations (Alembic). Before the first release there is one migration: everything."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, column, inspect, select, table, text

from net30.store.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).with_name("migrations")

# The newest migration. Alembic, which knows it too, is slow to import and needed only when there is one to apply.
HEAD = "0001"

_VERSION = table("alembic_version", column("version_num"))


class SchemaIsOld(Exception):
    """The database lacks migrations; `net30 migrate` applies them."""


def migrate(database: Database) -> None:
    """Bring the schema up to date; does nothing when it is."""
    if is_current(database):
        return
    from alembic import command

    config = alembic_config()
    with database.engine.begin() as connection:
        if database.dialect == "postgresql":
            # Several servers may start at once; the lock ends with the transaction.
            connection.execute(text("SELECT pg_advisory_xact_lock(3030)"))
        if _version(connection) != HEAD:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def is_current(database: Database) -> bool:
    with database.engine.connect() as connection:
        return _version(connection) == HEAD


def require_current(database: Database) -> None:
    if not is_current(database):
        raise SchemaIsOld("the database's schema is not this version's; run `net30 migrate` first")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSION.name):
        return None
    version: str | None = connection.execute(select(_VERSION.c.version_num)).scalar()
    return version


def alembic_config() -> "Config":
    """Alembic's view of the migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
