"""The schema and its migrations (Alembic). Before the first release there is one migration: everything."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, column, inspect, select, table, text

from net30.store.database import Database
from net30.store.record import metadata

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
            config.attributes["metadata"] = metadata
            command.upgrade(config, "head")


def is_current(database: Database) -> bool:
    with database.engine.connect() as connection:
        return _version(connection) == HEAD


def require_current(database: Database) -> None:
    """SchemaIsOld for a database that lacks migrations, or that an earlier state of the only migration made."""
    if not is_current(database):
        raise SchemaIsOld("the database's schema is not this version's; run `net30 migrate` first")
    with database.engine.connect() as connection:
        if lacking := _lacking(connection):
            raise SchemaIsOld(
                f"the database was made by an older net30, before the first release, and lacks {lacking}: "
                "begin with a new one (--database names it)"
            )


def _lacking(connection: Connection) -> str:
    """A table, or a column of one, that is declared and not there; nothing when all are."""
    there = {
        name: {column["name"] for column in of}
        for (_, name), of in inspect(connection).get_multi_columns().items()
    }
    for declared in metadata.sorted_tables:
        if declared.name not in there:
            return f"the table {declared.name}"
        for own in declared.columns:
            if own.name not in there[declared.name]:
                return f"the column {declared.name}.{own.name}"
    return ""


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
