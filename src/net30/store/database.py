"""Opens the database and runs transactions on it, the same way on SQLite and on PostgreSQL.

SQLAlchemy owns connections, pool, schema and the SQL; statements themselves go straight to the driver.
"""

import os
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.pool import PoolProxiedConnection

from net30.store.record import STORED, TOLD, Record
from net30.store.statements import Parameters, Statement, Value, change, insertion

if sys.platform == "win32":
    # There SQLite's own waiting has to do.
    def _lock_file(descriptor: int, *, exclusive: bool) -> None: ...
else:
    import fcntl

    def _lock_file(descriptor: int, *, exclusive: bool) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX if exclusive else fcntl.LOCK_UN)


R = TypeVar("R", bound=Record)
Row = tuple[Any, ...]

BUSY_TIMEOUT_MS = 30_000
# How long a read of SQLite waits for its turn before it goes ahead beside a longer one.
TURN_WITHIN_S = 0.02
BEGIN = {
    ("sqlite", False): "BEGIN",
    ("sqlite", True): "BEGIN IMMEDIATE",
    ("postgresql", False): "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    ("postgresql", True): "BEGIN ISOLATION LEVEL READ COMMITTED",
}


class Transaction:
    """An open transaction: reads records, writes records, counts what it wrote."""

    __slots__ = ("_cursor", "dialect", "writable")

    def __init__(self, cursor: DBAPICursor, dialect: str, writable: bool) -> None:
        self._cursor = cursor
        self.dialect = dialect
        self.writable = writable

    def _run(self, statement: Statement, parameters: Parameters) -> DBAPICursor:
        text, constants = statement.text(self.dialect)
        self._cursor.execute(text, {**constants, **parameters} if constants else parameters)
        return self._cursor

    def rows(self, statement: Statement, parameters: Parameters) -> list[Row]:
        return list(self._run(statement, parameters).fetchall())

    def row(self, statement: Statement, parameters: Parameters) -> Row | None:
        return self._run(statement, parameters).fetchone()

    def records(self, record: type[R], statement: Statement, parameters: Parameters) -> list[R]:
        """All rows as records; the statement must select exactly the record's columns in order."""
        return [record(*row) for row in self._run(statement, parameters).fetchall()]

    def record(self, record: type[R], statement: Statement, parameters: Parameters) -> R | None:
        row = self._run(statement, parameters).fetchone()
        return None if row is None else record(*row)

    def execute(self, statement: Statement, parameters: Parameters) -> int:
        """Run a change; how many rows it touched."""
        assert self.writable, "a read transaction was asked to write"
        return int(self._run(statement, parameters).rowcount)

    def insert(self, *records: Record) -> None:
        """Insert records, all of one kind."""
        if not records:
            return
        assert self.writable, "a read transaction was asked to write"
        text = insertion(STORED[type(records[0])].table, self.dialect)
        if len(records) == 1:
            self._cursor.execute(text, msgspec.structs.astuple(records[0]))
        else:
            self._cursor.executemany(text, [msgspec.structs.astuple(record) for record in records])

    def update(self, old: Record, new: Record) -> dict[str, tuple[Value, Value]]:
        """Write what differs between two versions of a record; answers {column: (previous, new)}."""
        differing = changed(old, new)
        if differing:
            stored = STORED[type(old)]
            parameters: dict[str, Value] = {name: getattr(old, name) for name in stored.key}
            parameters |= {f"new_{name}": values[1] for name, values in differing.items()}
            touched = self.execute(change(stored.table, stored.key, tuple(differing)), parameters)
            assert touched == 1, f"{stored.table.name} {parameters} is gone"
        return differing

    def of(self, organization_id: str) -> "TenantTransaction":
        """The same open transaction, bound to one organization."""
        return TenantTransaction(self._cursor, self.dialect, self.writable, organization_id)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is written inside is undone, alone, when an exception leaves the block."""
        self._cursor.execute("SAVEPOINT inner_step")
        try:
            yield
        except BaseException:
            self._cursor.execute("ROLLBACK TO SAVEPOINT inner_step")
            self._cursor.execute("RELEASE SAVEPOINT inner_step")
            raise
        self._cursor.execute("RELEASE SAVEPOINT inner_step")


class TenantTransaction(Transaction):
    """An open transaction of one organization.

    Every statement is given the organization, and can reach no other one's rows; AssertionError for a record or for
    parameters of another one.
    """

    __slots__ = ("_organization_id",)

    def __init__(self, cursor: DBAPICursor, dialect: str, writable: bool, organization_id: str) -> None:
        super().__init__(cursor, dialect, writable)
        self._organization_id = organization_id

    def _run(self, statement: Statement, parameters: Parameters) -> DBAPICursor:
        text, constants = statement.text(self.dialect)
        bound = {**constants, "organization_id": self._organization_id, **parameters}
        assert bound["organization_id"] == self._organization_id, "a statement names another organization"
        self._cursor.execute(text, bound)
        return self._cursor

    def insert(self, *records: Record) -> None:
        """Insert records, all of one kind and of this organization, and of which no trail tells."""
        assert not records or type(records[0]) not in TOLD, "a record with a trail is entered as an entity"
        self.insert_told(*records)

    def insert_told(self, *records: Record) -> None:
        """Insert records, all of one kind and of this organization; whoever calls this sees to their trail."""
        own = self._organization_id
        assert all(getattr(record, "organization_id", own) == own for record in records), (
            "a record names another organization"
        )
        super().insert(*records)

    def update(self, old: Record, new: Record) -> dict[str, tuple[Value, Value]]:
        """Write what differs between two versions of a record of which no trail tells."""
        assert type(old) not in TOLD, "a record with a trail is revised as an entity"
        return self.update_told(old, new)

    def update_told(self, old: Record, new: Record) -> dict[str, tuple[Value, Value]]:
        """Write what differs between two versions of a record; whoever calls this sees to its trail."""
        return super().update(old, new)


def changed(old: Record, new: Record) -> dict[str, tuple[Value, Value]]:
    """{column: (previous, new)} of what differs; the two must be one kind of record."""
    assert type(old) is type(new)
    before, after = msgspec.structs.astuple(old), msgspec.structs.astuple(new)
    return {name: (a, b) for name, a, b in zip(old.__struct_fields__, before, after, strict=True) if a != b}


class Database:
    """A pool of connections to one database. Each process makes its own, after any fork."""

    def __init__(self, url: str, connections: int = 8) -> None:
        """`url` is an SQLAlchemy URL (sqlite:///net30.db, postgresql://…); `connections` bounds the pool."""
        self.url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        self.engine: Engine = create_engine(self.url, **_engine_arguments(self.url, connections))
        self.dialect = self.engine.dialect.name
        if self.dialect == "sqlite" and self.engine.url.database:
            _create_privately(self.engine.url.database)
        self._writer = _Writer(self.engine.url.database) if self.dialect == "sqlite" else None
        # Reads of SQLite take turns within a process (docs/adr/0011).
        self._turns = threading.Lock() if self.dialect == "sqlite" else None
        if self.dialect == "sqlite":
            event.listen(self.engine, "connect", _set_up_sqlite)

    def read(self) -> "_Opened":
        """A read-only transaction that sees one moment."""
        return _Opened(self, writable=False, writer=None, turns=self._turns)

    def write(self) -> "_Opened":
        """A transaction that commits when the block ends and rolls back when an exception leaves it."""
        return _Opened(self, writable=True, writer=self._writer, turns=None)

    def begin(self, begin: str) -> tuple[PoolProxiedConnection, DBAPICursor]:
        """A connection with an open transaction, a new one when the one from the pool has died."""
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(begin)
        except Exception:
            connection.invalidate()
            connection.close()
            if self.dialect == "sqlite":
                raise
            # A server that was restarted has hung up on all the others as well.
            self.engine.dispose()
            connection = self.engine.raw_connection()
            cursor = connection.cursor()
            cursor.execute(begin)
        return connection, cursor

    def close(self) -> None:
        self.engine.dispose()
        if self._writer is not None:
            self._writer.close()


class _Opened:
    """A transaction as a block of `with`. Written out, because every request opens one and generators cost more."""

    __slots__ = ("_connection", "_cursor", "_database", "_has_turn", "_turns", "_writable", "_writer")

    def __init__(
        self, database: Database, *, writable: bool, writer: "_Writer | None", turns: "threading.Lock | None"
    ) -> None:
        self._database = database
        self._writable = writable
        self._writer = writer
        self._turns = turns
        self._has_turn = False

    def __enter__(self) -> Transaction:
        if self._writer is not None:
            self._writer.acquire()
        if self._turns is not None:
            self._has_turn = self._turns.acquire(timeout=TURN_WITHIN_S)
        try:
            dialect = self._database.dialect
            self._connection, self._cursor = self._database.begin(BEGIN[dialect, self._writable])
        except BaseException:
            self._end_turn()
            raise
        return Transaction(self._cursor, dialect, self._writable)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            try:
                if kind is None:
                    self._commit()
                else:
                    self._roll_back()
            finally:
                self._connection.close()
        finally:
            # Whatever happened to the connection: others wait for their turn.
            self._end_turn()

    def _commit(self) -> None:
        try:
            self._cursor.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        try:
            self._cursor.execute("ROLLBACK")
        except Exception:
            # A connection whose state is in doubt is not given to the next request.
            self._connection.invalidate()

    def _end_turn(self) -> None:
        if self._writer is not None:
            self._writer.release()
        if self._turns is not None and self._has_turn:
            self._turns.release()


class _Writer:
    """The queue of SQLite's one writer: the threads of a process by a lock, processes by a lock on a file beside the
    database, which the kernel hands on at once where SQLite's own waiting would sleep and poll (docs/adr/0007).
    """

    def __init__(self, path: str | None) -> None:
        self._threads = threading.Lock()
        self._file = os.open(f"{path}.lock", os.O_CREAT | os.O_RDWR, 0o600)

    def acquire(self) -> None:
        self._threads.acquire()
        _lock_file(self._file, exclusive=True)

    def release(self) -> None:
        _lock_file(self._file, exclusive=False)
        self._threads.release()

    def close(self) -> None:
        os.close(self._file)


def _engine_arguments(url: str, connections: int) -> dict[str, Any]:
    pool = {"pool_size": connections, "max_overflow": 2, "pool_timeout": 30, "pool_reset_on_return": None}
    if url.startswith("sqlite"):
        arguments = {"isolation_level": None, "cached_statements": 512, "check_same_thread": False}
        return {**pool, "connect_args": {**arguments, "timeout": BUSY_TIMEOUT_MS / 1000}}
    return {**pool, "connect_args": {"autocommit": True}}


def _create_privately(path: str) -> None:
    """Make an empty database that nobody else on the machine reads, as SQLite would not; files beside it have its mode.

    One that exists is not even opened: closing it would drop the locks that SQLite holds on it in this process
    (fcntl(2); "How To Corrupt An SQLite Database File", 2.2).
    """
    # What cannot be made, SQLite will say in its own words.
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _set_up_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    # Each thread has a connection, and the system caches the file: 2 MB of pages in each are enough.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-2000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def group(records: Iterable[R], attribute: str) -> Mapping[str, Sequence[R]]:
    """Records gathered by the text in one attribute, in the order given."""
    gathered: dict[str, list[R]] = {}
    for record in records:
        gathered.setdefault(getattr(record, attribute), []).append(record)
    return gathered
