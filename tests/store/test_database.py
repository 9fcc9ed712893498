"""Transactions are the same on both databases: what is read, written, undone and waited for."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import bindparam, delete, func, select, text
from stock import NOON_MS, blank, organization

from net30.kernel import ids
from net30.kernel.context import Server, reading, system_actor, writing
from net30.kernel.tables import AuditEntry, Message, Organization, messages, organizations
from net30.store.database import Database, Transaction, changed, group
from net30.store.record import STORED, Record, table
from net30.store.statements import Sized, Statement, one_of

_MINE = messages.c.organization_id == bindparam("organization_id")
_ALL = Statement(select(messages).where(_MINE).order_by(messages.c.id))
_COUNT = Statement(select(func.count()).select_from(messages).where(_MINE))
_FORGET = Statement(delete(messages).where(_MINE))
_OF = Sized(
    lambda count: select(messages).where(_MINE, one_of(messages.c.id, "id", count)).order_by(messages.c.id)
)
_ORGANIZATION = Statement(select(organizations).where(organizations.c.id == bindparam("id")))


@pytest.fixture
def owner(running: Server) -> Organization:
    return organization(running)


@pytest.fixture
def database(running: Server) -> Database:
    return running.database


def message(owner: Organization, **values: Any) -> Message:
    return blank(Message, **{"organization_id": owner.id, "id": ids.new("msg"), **values})


def stored(database: Database, owner: Organization) -> list[Message]:
    with database.read() as tx:
        return tx.records(Message, _ALL, {"organization_id": owner.id})


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50)


@given(subject=texts, body=texts, created_time=st.integers(-(2**63), 2**63 - 1))
def test_what_is_stored_is_read_as_it_was(
    running: Server, subject: str, body: str, created_time: int
) -> None:
    owner = organization(running, name=body)
    written = message(owner, subject=subject, body=body, created_time=created_time)
    with running.database.write() as tx:
        tx.insert(written)
    assert stored(running.database, owner) == [written]


def test_many_records_are_written_at_once(database: Database, owner: Organization) -> None:
    written = [message(owner, subject=f"{i}") for i in range(1_000)]
    with database.write() as tx:
        tx.insert(*written)
        tx.insert()
    assert stored(database, owner) == written


def test_what_goes_wrong_leaves_nothing_behind(database: Database, owner: Organization) -> None:
    with pytest.raises(KeyError):
        write_and_fail(database, message(owner))
    assert stored(database, owner) == []


def write_and_fail(database: Database, record: Record) -> None:
    with database.write() as tx:
        tx.insert(record)
        raise KeyError("out of paper")


def step_and_fail(tx: Transaction, outer: Record, inner: Record) -> None:
    with tx.savepoint():
        tx.insert(outer)
        with tx.savepoint():
            tx.insert(inner)
        raise KeyError("out of paper")


def test_a_step_is_undone_alone(database: Database, owner: Organization) -> None:
    first, second, third = (message(owner, subject=subject) for subject in ("first", "second", "third"))
    with database.write() as tx:
        tx.insert(first)
        with pytest.raises(KeyError):
            step_and_fail(tx, second, message(owner))
        # A step that the database itself refuses is undone too, and the transaction goes on.
        with pytest.raises(Exception, match=r"(?i)unique"), tx.savepoint():
            tx.insert(first)
        with tx.savepoint():
            tx.insert(third)
    assert stored(database, owner) == [first, third]


def test_a_change_writes_what_differs(database: Database, owner: Organization) -> None:
    old = message(owner, subject="old", body="kept")
    new = msgspec.structs.replace(old, subject="new")
    with database.write() as tx:
        tx.insert(old)
        assert tx.update(old, old) == {}
        assert tx.update(old, new) == {"subject": ("old", "new")} == changed(old, new)
        # What somebody else wrote into the other columns stays.
        assert (
            tx.update(msgspec.structs.replace(new, body="stale"), msgspec.structs.replace(new, body="stale"))
            == {}
        )
    assert stored(database, owner) == [new]
    with database.write() as tx:
        assert tx.execute(_FORGET, {"organization_id": owner.id}) == 1
        with pytest.raises(AssertionError, match="is gone"):
            tx.update(old, new)


def test_who_reads_does_not_write(database: Database, owner: Organization) -> None:
    with database.read() as tx:
        with pytest.raises(AssertionError, match="asked to write"):
            tx.insert(message(owner))
        with pytest.raises(AssertionError, match="asked to write"):
            tx.execute(_FORGET, {"organization_id": owner.id})


def test_a_read_sees_one_moment(database: Database, owner: Organization) -> None:
    parameters = {"organization_id": owner.id}
    with database.read() as reader:
        assert reader.row(_COUNT, parameters) == (0,)
        with database.write() as writer:
            writer.insert(message(owner))
            assert writer.row(_COUNT, parameters) == (1,)
        assert reader.row(_COUNT, parameters) == (0,)
        assert reader.records(Message, _ALL, parameters) == []
    with database.read() as reader:
        assert reader.row(_COUNT, parameters) == (1,)


def test_a_long_read_holds_up_no_other(database: Database, owner: Organization) -> None:
    with ThreadPoolExecutor(1) as others, database.read():
        assert others.submit(stored, database, owner).result(timeout=5) == []


def test_reads_at_once_all_end(database: Database, owner: Organization) -> None:
    with ThreadPoolExecutor(8) as readers:
        ended = [readers.submit(stored, database, owner) for _ in range(400)]
        assert [one.result(timeout=30) for one in ended] == [[]] * 400
    # Nobody has kept a turn: a read that follows has it at once, and gives it back.
    for _ in range(2):
        assert stored(database, owner) == []


def test_changes_of_one_organization_wait_for_each_other(running: Server, owner: Organization) -> None:
    together = Barrier(4)

    def count_up(_: int) -> None:
        together.wait()
        for _i in range(20):
            with writing(running, system_actor(owner.id)) as ctx:
                old = ctx.organization
                ctx.tx.update_told(old, msgspec.structs.replace(old, updated_time=old.updated_time + 1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count_up, range(4)))
    with reading(running, system_actor(owner.id)) as ctx:
        assert ctx.organization.updated_time == 80


def test_lists_of_any_length_are_asked_for(database: Database, owner: Organization) -> None:
    written = [message(owner) for _ in range(130)]
    with database.write() as tx:
        tx.insert(*written)
    for count in (1, 2, 10, 11, 130):
        statement, parameters = _OF.of("id", [one.id for one in written[:count]])
        with database.read() as tx:
            found = tx.records(Message, statement, {"organization_id": owner.id, **parameters})
        assert found == written[:count]


def test_records_are_gathered_in_the_order_given() -> None:
    rows = [blank(Message, id=f"{i}", kind=kind) for i, kind in enumerate(["a", "b", "a", "c", "b"])]
    assert {kind: [row.id for row in some] for kind, some in group(rows, "kind").items()} == {
        "a": ["0", "2"],
        "b": ["1", "4"],
        "c": ["3"],
    }


# ---- connections ----------------------------------------------------------------------------------------


@pytest.fixture
def pool(running: Server) -> Iterator[Database]:
    """A pool of three connections of its own."""
    own = Database(running.database.url, 3)
    yield own
    own.close()


def test_connections_that_died_are_replaced(pool: Database, running: Server, owner: Organization) -> None:
    if pool.dialect == "sqlite":
        pytest.skip("a file does not hang up")
    opened = Barrier(3)
    backend = Statement(select(func.pg_backend_pid()))

    def use(_: int) -> int:
        with pool.read() as tx:
            opened.wait()
            row = tx.row(backend, {})
            assert row is not None
            return int(row[0])

    with ThreadPoolExecutor(3) as threads:
        backends = set(threads.map(use, range(3)))
    assert len(backends) == 3
    with running.database.engine.begin() as connection:
        for pid in backends:
            connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    # The next request and all after it notice nothing.
    with pool.write() as tx:
        tx.insert(message(owner))
    for _ in range(5):
        assert len(stored(pool, owner)) == 1


def test_a_pool_gives_back_what_it_lent(pool: Database, owner: Organization) -> None:
    for _ in range(20):
        with pytest.raises(KeyError):
            write_and_fail(pool, message(owner))
        with pytest.raises(Exception, match=r"(?i)foreign key"), pool.write() as tx:
            tx.insert(blank(AuditEntry, organization_id="008 that is not there", id=ids.new("aud")))
        assert stored(pool, owner) == []


# ---- declarations ---------------------------------------------------------------------------------------


def test_a_column_holds_text_or_an_integer() -> None:
    class Odd(Record, frozen=True):
        id: str
        price: float

    with pytest.raises(TypeError, match="text or an integer"):
        table("odd", Odd, key=["id"])
    assert Odd not in STORED


def test_the_clock_of_a_bare_organization_stands(running: Server, owner: Organization) -> None:
    with running.database.read() as tx:
        assert tx.record(Organization, _ORGANIZATION, {"id": owner.id}) == owner
        assert tx.record(Organization, _ORGANIZATION, {"id": "008"}) is None
    with reading(running, system_actor(owner.id)) as ctx:
        assert ctx.now == NOON_MS


def test_nobody_else_on_the_machine_reads_a_file_of_sqlite(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/own.db", 1)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE one (id INTEGER)")
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    database.close()
    assert "own.db" in modes
    assert set(modes.values()) == {0o600}, modes
