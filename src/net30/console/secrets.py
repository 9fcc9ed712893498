"""Encrypts every secret anew by the first key, so that a key can be changed without losing anything.

Columns are found by their mark (store/record.py). An organization is locked for one batch at a time, so that its work
goes on; a command that is interrupted is simply run again.
"""

from functools import cache

import msgspec
from sqlalchemy import and_, bindparam, or_, select, true

from net30.console.answers import Rotated
from net30.console.commands import SecretsRotate
from net30.kernel import audit
from net30.kernel.context import Server, system_actor, writing
from net30.kernel.refusal import Refusal
from net30.kernel.secrets import Unreadable
from net30.kernel.tables import organizations
from net30.store.database import TenantTransaction
from net30.store.record import STORED, Record, Stored
from net30.store.statements import Statement, Value

BATCH = 200

_ORGANIZATIONS = Statement(select(organizations.c.id).order_by(organizations.c.id))


class Counted(msgspec.Struct):
    """Values that were encrypted anew, and those that the first key had encrypted before."""

    anew: int = 0
    before: int = 0


def rotate(server: Server, asked: SecretsRotate) -> Rotated:
    """Go through every encrypted column of every organization, in batches of 200 rows."""
    with server.database.read() as tx:
        ids = [str(row[0]) for row in tx.rows(_ORGANIZATIONS, {})]
    counted = Counted()
    for organization_id in ids:
        before = counted.anew
        for record, stored in _encrypted():
            _rotate_table(server, record, stored, organization_id, counted)
        if counted.anew > before:
            with writing(server, system_actor(organization_id, "CONSOLE")) as ctx:
                changed = {"values": (None, counted.anew - before)}
                audit.record_change(ctx, "Organization", organization_id, "ROTATE_SECRETS", changed)
    return Rotated(encrypted_anew=counted.anew, already_by_first_key=counted.before)


def _encrypted() -> list[tuple[type[Record], Stored]]:
    """Records with encrypted columns; each of them is an organization's (a test says so)."""
    return [(record, stored) for record, stored in STORED.items() if stored.encrypted]


def _rotate_table(
    server: Server, record: type[Record], stored: Stored, organization_id: str, counted: Counted
) -> None:
    after: dict[str, Value] = dict.fromkeys(stored.key[1:], "")
    while True:
        with writing(server, system_actor(organization_id, "CONSOLE")) as ctx:
            parameters: dict[str, Value] = {"organization_id": organization_id, **after}
            rows = ctx.tx.records(record, _page(record), parameters)
            for row in rows:
                _renew(server, ctx.tx, row, stored, counted)
        if len(rows) < BATCH:
            return
        after = {name: getattr(rows[-1], name) for name in stored.key[1:]}


def _renew(server: Server, tx: TenantTransaction, row: Record, stored: Stored, counted: Counted) -> None:
    renewed: dict[str, str] = {}
    for column in stored.encrypted:
        text = getattr(row, column)
        if text is None:
            continue
        try:
            new = server.secrets.renewed(text)
        except Unreadable:
            where = ", ".join(str(getattr(row, name)) for name in stored.key)
            raise Refusal(
                None,
                detail=f"no key of NET30_SECRET_KEY reads {column} of {stored.table.name} ({where})",
                help="add the key that it was encrypted by; what was done so far stays",
            ) from None
        if new == text:
            counted.before += 1
        else:
            renewed[column] = new
    counted.anew += len(renewed)
    # Encrypted anew it says the same: no trail tells of it.
    tx.update_told(row, msgspec.structs.replace(row, **renewed))


@cache
def _page(record: type[Record]) -> Statement:
    """The next rows of an organization in the order of their keys, after the key given."""
    stored = STORED[record]
    columns = [stored.table.c[name] for name in stored.key[1:]]
    steps = [
        and_(
            *(earlier == bindparam(earlier.name) for earlier in columns[:place]),
            column > bindparam(column.name),
        )
        for place, column in enumerate(columns)
    ]
    # What has one row for an organization is read in one page.
    beyond = or_(*steps) if steps else true()
    table = stored.table
    mine = table.c.organization_id == bindparam("organization_id")
    return Statement(select(table).where(mine, beyond).order_by(*columns).limit(BATCH))
