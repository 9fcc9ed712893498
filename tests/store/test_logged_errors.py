"""An error of the database is logged with its place and its kind, and without what was to be stored."""

import io
import logging
from collections.abc import Iterator

import pytest
from clients import World
from sqlalchemy import null

from net30.kernel.context import Server
from net30.kernel.tables import organizations
from net30.log import set_up
from net30.store.statements import Statement


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What a process that has just begun writes on its standard error."""
    stream = io.StringIO()
    root = logging.getLogger()
    before = root.handlers[:]
    root.handlers.clear()
    monkeypatch.setattr("sys.stderr", stream)
    set_up()
    yield stream
    root.handlers[:] = before


def test_the_row_that_was_refused_is_not_logged(running: Server, world: World, said: io.StringIO) -> None:
    with running.database.read() as tx:
        name = tx.rows(Statement(organizations.select().where(organizations.c.id == world.id)), {})[0][1]
    spoil = organizations.update().where(organizations.c.id == world.id).values(zone=null())
    try:
        with running.database.write() as tx:
            tx.execute(Statement(spoil), {})
    except Exception:
        logging.getLogger("net30").exception("unexpected")
    logged = said.getvalue()
    assert "Traceback" in logged
    assert "zone" in logged
    assert world.id not in logged
    assert name not in logged
