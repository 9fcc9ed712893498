"""Searches the audit trail of one organization and hands it on piece by piece, however long it is."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import cache
from io import StringIO
from typing import NamedTuple

import msgspec
from sqlalchemy import and_, bindparam, select

from net30.access.tables import users
from net30.console.commands import Audit
from net30.kernel import csv_cells
from net30.kernel.clock import day, milliseconds, timestamp
from net30.kernel.context import Context, Server, reading, system_actor
from net30.kernel.ids import LENGTH, PREFIX
from net30.kernel.refusal import Refusal
from net30.kernel.tables import AuditEntry, audit_entries
from net30.membership.actions import find_by_username
from net30.store.statements import Statement, Value

ROWS = 500

_DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)
_CONDITIONS = {
    "entity": audit_entries.c.entity == bindparam("entity"),
    "entity_id": audit_entries.c.entity_id == bindparam("entity_id"),
    "user_id": audit_entries.c.user_id == bindparam("user_id"),
    "action": audit_entries.c.action == bindparam("action"),
    "since": audit_entries.c.time >= bindparam("since"),
    "before": audit_entries.c.time < bindparam("before"),
}

_changes = msgspec.json.Decoder(dict[str, tuple[object, object]]).decode
_json = msgspec.json.Encoder().encode


class Found(NamedTuple):
    """An entry of the trail, the username of who acted (none for the server itself), and what it tells of."""

    entry: AuditEntry
    username: str
    changes: Mapping[str, tuple[object, object]]


def search(server: Server, asked: Audit) -> Iterator[str]:
    """What is found, oldest first, as lines of the format; read in pages of 500, each by keys and not by counting."""
    with reading(server, system_actor(asked.organization, "CONSOLE")) as ctx:
        wanted = _wanted(ctx, asked)
    return _lines(FORMATS[asked.format], _found(server, asked, wanted))


def _wanted(ctx: Context, asked: Audit) -> dict[str, Value]:
    """What an entry must have; 400 for a time that is none, 422 for a user whom the organization never had."""
    given = {
        "entity": asked.entity,
        "entity_id": asked.id,
        "user_id": _user_id(ctx, asked.user) if asked.user else "",
        "action": asked.action.upper(),
        "since": _moment("from", asked.since) if asked.since else "",
        "before": _end("to", asked.before) if asked.before else "",
    }
    return {name: value for name, value in given.items() if value != ""}


def _found(server: Server, asked: Audit, wanted: Mapping[str, Value]) -> Iterator[Found]:
    statement, after = _page(tuple(wanted)), ""
    while True:
        with reading(server, system_actor(asked.organization, "CONSOLE")) as ctx:
            rows = ctx.tx.rows(statement, {"organization_id": asked.organization, "after": after, **wanted})
        for row in rows:
            entry = AuditEntry(*row[:-1])
            changes = _changes(entry.changes)
            if asked.field:
                changes = {name: changes[name] for name in (asked.field,) if name in changes}
            if changes or not asked.field:
                yield Found(entry, row[-1] or "", changes)
        if len(rows) < ROWS:
            return
        after = AuditEntry(*rows[-1][:-1]).id


@cache
def _page(wanted: tuple[str, ...]) -> Statement:
    """The entries behind an id, which grow with time, and who made them."""
    who = and_(
        users.c.organization_id == audit_entries.c.organization_id, users.c.id == audit_entries.c.user_id
    )
    return Statement(
        select(audit_entries, users.c.username)
        .outerjoin(users, who)
        .where(
            audit_entries.c.organization_id == bindparam("organization_id"),
            audit_entries.c.id > bindparam("after"),
            *(_CONDITIONS[name] for name in wanted),
        )
        .order_by(audit_entries.c.id)
        .limit(ROWS)
    )


def _user_id(ctx: Context, user: str) -> str:
    """A user's id as it is, or that of a username."""
    if len(user) == LENGTH and user.startswith((PREFIX["user"], PREFIX["sync_token_user"])):
        return user
    found = find_by_username(ctx, user)
    if found is None:
        raise Refusal(None, field="user", detail=f"{user} is no user of this organization")
    return found.id


def _moment(flag: str, text: str) -> int:
    try:
        return milliseconds(text)
    except ValueError as fault:
        raise Refusal(None, field=flag, detail=str(fault)) from None


def _end(flag: str, text: str) -> int:
    """The first moment that is too late: of a day, its end (UTC)."""
    at = _moment(flag, text)
    try:
        return at + _DAY_MS if day(text) else at
    except ValueError:
        return at + 1


# ---- formats --------------------------------------------------------------------------------------------


def _lines(format: "Format", found: Iterator[Found]) -> Iterator[str]:
    if format.head:
        yield format.head
    for one in found:
        yield format.write(one)


def _as_text(found: Found) -> str:
    """A line for each field; whatever could move a terminal's cursor is written as JSON writes it."""
    entry = found.entry
    who = "".join(letter if letter.isprintable() else "?" for letter in found.username) or "-"
    line = f"{timestamp(entry.time)} {entry.via} {who} {entry.action} {entry.entity} {entry.entity_id}"
    told = [f"{line} {name}: {_value(old)} -> {_value(new)}" for name, (old, new) in found.changes.items()]
    return "".join(f"{one}\n" for one in told or [line])


def _as_csv(found: Found) -> str:
    """A row for each field."""
    entry, written = found.entry, StringIO()
    began = (
        timestamp(entry.time),
        entry.via,
        entry.user_id,
        found.username,
        entry.action,
        entry.entity,
        entry.entity_id,
    )
    rows = ((*began, name, *both) for name, both in (found.changes or {"": (None, None)}).items())
    csv_cells.write_rows(written, rows, line_end="\n")
    return written.getvalue()


def _as_json(found: Found) -> str:
    """An object on a line for each entry."""
    entry = found.entry
    told = {
        "time": timestamp(entry.time),
        "via": entry.via,
        "userId": entry.user_id,
        "username": found.username,
        "action": entry.action,
        "entity": entry.entity,
        "entityId": entry.entity_id,
        "changes": {name: {"previous": old, "current": new} for name, (old, new) in found.changes.items()},
    }
    return f"{_json(told).decode()}\n"


def _value(value: object) -> str:
    return "" if value is None else _json(value).decode()


class Format(NamedTuple):
    """How an entry is written, and what stands above all of them."""

    write: Callable[[Found], str]
    head: str = ""


FORMATS: Mapping[str, Format] = {
    "text": Format(_as_text),
    "csv": Format(_as_csv, "time,via,userId,username,action,entity,entityId,field,previous,current\n"),
    "json": Format(_as_json),
}
