"""The schema: what a server finds in a database, and what it makes of it."""

import re
from pathlib import Path
from typing import Annotated

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from net30.bills.actions import _NUMBERED as BILL_NUMBERED
from net30.invoices.actions import _LAST_SERIAL as LAST_SERIAL
from net30.invoices.actions import _NUMBERED as INVOICE_NUMBERED
from net30.kernel.context import Server
from net30.store import schema
from net30.store.database import Database
from net30.store.record import ENCRYPTED, Record, metadata, table
from net30.store.statements import Statement


def test_the_newest_migration_is_the_one_the_code_expects() -> None:
    assert ScriptDirectory.from_config(schema.alembic_config()).get_current_head() == schema.HEAD


def test_an_empty_database_is_old_and_migrating_it_twice_does_no_harm(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/empty.db", 1)
    with pytest.raises(schema.SchemaIsOld):
        schema.require_current(database)
    schema.migrate(database)
    schema.migrate(database)
    schema.require_current(database)
    database.close()


def test_the_migrated_schema_is_what_the_rooms_declare(running: Server) -> None:
    with running.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def test_a_secret_column_says_how_it_is_kept() -> None:
    class Plain(Record, frozen=True):
        organization_id: str
        number_secret: str

    class Marked(Record, frozen=True):
        organization_id: str
        number: Annotated[str, ENCRYPTED]

    for record in (Plain, Marked):
        with pytest.raises(TypeError, match="ENCRYPTED or HASHED"):
            table(f"test_{record.__name__.lower()}", record, key=["organization_id"])
        metadata.remove(metadata.tables[f"test_{record.__name__.lower()}"])


@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        (
            BILL_NUMBERED,
            "bill_vendor_id_number_key_idx (organization_id=? AND vendor_id=? AND number_key=?)",
        ),
        (INVOICE_NUMBERED, "invoice_number_key_idx (organization_id=? AND number_key=?)"),
        (LAST_SERIAL, "invoice_serial_idx (organization_id=? AND serial<?)"),
    ],
)
def test_a_number_is_looked_up_and_not_searched_for(
    tmp_path: Path, statement: Statement, wanted: str
) -> None:
    """Without statistics, SQLite would walk all bills of the organization along the primary key."""
    database = Database(f"sqlite:///{tmp_path}/new.db", 1)
    schema.migrate(database)
    text, _ = statement.text("sqlite")
    with database.engine.connect() as connection:
        values = dict.fromkeys(re.findall(r":(\w+)", text), "x")
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values).all())
    database.close()
    assert wanted in plan
    assert "TEMP B-TREE" not in plan
