"""What nobody may read from the database or the logs: the tests remember every secret that they send, or are shown.

At the end of each test process its databases, its logs and those of the servers that it started are searched for all
of them. Where a value goes in, or comes out, is told by the marks in the schemas (SECRET in net30/wire/types.py); what
comes by other ways (the console, the mailbox) is given to `remember`.
"""

import logging
import os
import re
import sqlite3
import subprocess
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from msgspec import inspect as mi
from sqlalchemy import make_url

import net30.rooms  # noqa: F401  (fills the table of operations)
from net30.log import WithoutRows
from net30.wire.decode import is_secret, type_of
from net30.wire.operation import OPERATIONS, Operation

LEAST = 6
LONG = 8
ID = re.compile("[0-9a-z]{3}0V[0-9A-Za-z]{15}")
CODE = re.compile(r"\d{6}")
# Of all codes a few: the more of six digits there are, the likelier one is some other number of a test's.
MOST_CODES = 10
CREDENTIALS = ("sessionId", "devKey", "appKey", "apiToken")

KNOWN: dict[str, str] = {}
"""Every secret of this test process that anybody was told, and what it is."""


def remember(value: object, what: str) -> None:
    """Nobody may read this from now on; values under six characters, and those that are masked, are left out."""
    if not isinstance(value, str) or len(value) < LEAST or "*" in value or "\n" in value:
        return
    if ID.fullmatch(value):
        # A generated request took an id that is known to all for its password.
        return
    if CODE.fullmatch(value) and sum(CODE.fullmatch(known) is not None for known in KNOWN) >= MOST_CODES:
        return
    KNOWN.setdefault(value, what)


def remember_call(
    key: str, path: Mapping[str, str], headers: Mapping[str, str], body: Any, status: int, answered: Any
) -> None:
    """Remember what was secret in a request, and in its answer."""
    operation = OPERATIONS[key]
    for name in CREDENTIALS:
        remember(headers.get(name), f"header {name}")
    untrusted = isinstance(answered, dict) and answered.get("trusted") is False
    if status < 300 and not untrusted:
        # What is refused, or earns no trust, may be anything: a wrong code is no secret.
        _walk(_request(operation), body, f"{key} ")
        for parameter in operation.in_path:
            if is_secret(type_of(parameter.type)):
                remember(path[parameter.name], f"{parameter.name} of {key}")
        _walk(_answer(operation), answered, f"answer of {key} ")
    if key == "GET /sandbox/v1/organizations/{id}/messages" and status < 300:
        for message in answered["results"]:
            remember_message(message["body"])


def remember_shown(answered: Any) -> None:
    """Remember what a command of the operator shows once."""
    if isinstance(answered, dict):
        for name in ("password", "secret", "devKey"):
            remember(answered.get(name), f"{name} that a command showed")


def remember_message(text: str) -> None:
    """A code, or the token at the end of a link, in what the server wrote to somebody."""
    for code in re.findall(r"(\d{6}) is your net30 code", text):
        remember(code, "code of a message")
    for token in re.findall(r"/invitations/([\w.~-]+)", text):
        remember(token, "token of an invitation")


# ---- where secrets are in a schema ----------------------------------------------------------------------


@cache
def _request(operation: Operation) -> mi.Type | None:
    wanted = operation.body
    return None if wanted in (None, bytes) else _worth_walking(type_of(wanted))


@cache
def _answer(operation: Operation) -> mi.Type | None:
    try:
        return _worth_walking(type_of(operation.result))
    except TypeError:
        return None


def _worth_walking(wanted: mi.Type) -> mi.Type | None:
    return wanted if _has_secrets(wanted, set()) else None


def _has_secrets(wanted: mi.Type, seen: set[type]) -> bool:
    match wanted:
        case mi.Metadata(type=inner):
            return is_secret(wanted) or _has_secrets(inner, seen)
        case mi.UnionType(types=choices):
            return any(_has_secrets(choice, seen) for choice in choices)
        case mi.ListType(item_type=inner) | mi.DictType(value_type=inner):
            return _has_secrets(inner, seen)
        case mi.StructType(cls=cls, fields=fields) if cls not in seen:
            seen.add(cls)
            return any(_has_secrets(field.type, seen) for field in fields)
    return False


def _walk(wanted: mi.Type | None, value: Any, where: str, *, secret: bool = False) -> None:
    match wanted:
        case mi.Metadata(type=inner):
            _walk(inner, value, where, secret=secret or is_secret(wanted))
        case mi.UnionType(types=choices):
            for choice in choices:
                _walk(choice, value, where, secret=secret)
        case mi.ListType(item_type=inner) if isinstance(value, list):
            for one in value:
                _walk(inner, one, where, secret=secret)
        case mi.StructType(fields=fields) if isinstance(value, dict):
            for field in fields:
                if field.encode_name in value:
                    _walk(field.type, value[field.encode_name], f"{where}.{field.encode_name}")
        case _ if secret:
            remember(value, where)


# ---- searching ------------------------------------------------------------------------------------------

AT_ONCE = 1000


def search(places: Iterable[tuple[str, Path]], known: Mapping[str, str] | None = None) -> None:
    """Fail with a sentence for each secret that can be read in a place, which is a file and what is said of it."""
    secrets = KNOWN if known is None else known
    named = {str(file): place for place, file in places}
    files = list(named)
    # Numbers and short words stand in others by chance: they must stand by themselves.
    alone = {value for value in secrets if value.isdigit() or len(value) < LONG}
    told = {
        f"{named[file]} holds in plain: {secrets[value]}, {value!r}"
        for start in range(0, len(files), AT_ONCE)
        for wanted, flags in ((secrets.keys() - alone, "-aoHF"), (alone, "-aoHwF"))
        for file, value in _grep(flags, wanted, files[start : start + AT_ONCE])
    }
    if told:
        pytest.fail("\n".join(sorted(told)), pytrace=False)


def _grep(flags: str, wanted: Collection[str], files: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The files in which a value stands, and the value."""
    if not wanted:
        return
    done = subprocess.run(
        ["grep", flags, "--null", "-f", "-", "--", *files],
        input="\n".join(wanted).encode(),
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
    )
    assert done.returncode < 2, done.stderr
    for line in done.stdout.splitlines():
        file, _, value = line.partition(b"\0")
        yield file.decode(), value.decode()


def stored(url: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """What a copy of a database holds: SQLite's files as they are, and the texts of each table, put into a folder."""
    if url.startswith("sqlite"):
        path = Path(url.partition(":///")[2])
        with closing(sqlite3.connect(path)) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (name,) in names:
                yield from _texts(name, connection.execute(f'SELECT * FROM "{name}"'), folder)
        # The last connection that is closed may take the write-ahead log with it.
        for file in sorted(path.parent.glob(f"{path.name}*")):
            yield f"the file {file.name}", file
    else:
        with psycopg.connect(url) as connected:
            named = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            for (name,) in connected.execute(named).fetchall():
                yield from _texts(name, connected.execute(f'SELECT * FROM "{name}"'.encode()), folder)


def stored_in_all_of(url: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """What all databases of a PostgreSQL server hold."""
    with psycopg.connect(url) as connected:
        names = connected.execute("SELECT datname FROM pg_database WHERE datallowconn").fetchall()
    for (name,) in names:
        own = make_url(url).set(database=name).render_as_string(hide_password=False)
        yield from ((f"{place} of the database {name}", file) for place, file in stored(own, folder))


def _texts(table: str, rows: Iterable[Sequence[object]], folder: Path) -> Iterator[tuple[str, Path]]:
    texts = [value for row in rows for value in row if isinstance(value, str)]
    if texts:
        file = folder / f"{len(list(folder.iterdir()))}.txt"
        file.write_text("\n".join(texts))
        yield f"the table {table}", file


@contextmanager
def logged(file: Path) -> Iterator[None]:
    """Write whatever is logged meanwhile into a file, in the form in which a server writes it."""
    handler = logging.FileHandler(file)
    handler.setFormatter(WithoutRows("%(message)s"))
    logger, level = logging.getLogger("net30"), logging.getLogger("net30").level
    logging.getLogger().addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.setLevel(level)
        logging.getLogger().removeHandler(handler)
        handler.close()


def left_in(folder: Path, texts: Path) -> Iterator[tuple[str, Path]]:
    """The logs and the databases below a folder; what their tables hold is put into the folder `texts`."""
    for file in sorted(folder.rglob("*.log")):
        yield f"the log {file.relative_to(folder)}", file
    for file in sorted(folder.rglob("*.db")):
        for place, part in stored(f"sqlite:///{file}", texts):
            yield f"{place} in {file.parent.name}", part
