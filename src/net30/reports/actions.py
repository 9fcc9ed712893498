"""Reads the audit trail of a vendor, page by page."""

from collections.abc import Sequence

from sqlalchemy import BindParameter, bindparam, func, select

from net30.access.tables import User
from net30.access.users import USERS
from net30.kernel.clock import timestamp
from net30.kernel.context import Context
from net30.kernel.tables import AuditEntry, audit_entries
from net30.reports import rules
from net30.reports.schemas import AuditTrailEntry, AuditTrailUser
from net30.store.statements import Executable, Sized, Statement, one_of
from net30.vendors.tables import vendor_bank_accounts

# More bank accounts than these of one vendor are not told of: the oldest are left out.
MOST_ACCOUNTS = 999

_mine: BindParameter[str] = bindparam("organization_id")
_ACCOUNTS = Statement(
    select(vendor_bank_accounts.c.id)
    .where(
        vendor_bank_accounts.c.organization_id == _mine,
        vendor_bank_accounts.c.vendor_id == bindparam("vendor_id"),
        vendor_bank_accounts.c.archived <= bindparam("archived"),
    )
    .order_by(vendor_bank_accounts.c.id.desc())
    .limit(MOST_ACCOUNTS)
)
_order = (audit_entries.c.time, audit_entries.c.id)


def _page(count: int) -> Executable:
    """Rows of a page. Each is told where it ends, counted in entries of the wire: the database finds the page."""
    end = func.sum(audit_entries.c.counts).over(order_by=_order).label("end")
    counted = (
        select(audit_entries, end)
        .where(audit_entries.c.organization_id == _mine, one_of(audit_entries.c.entity_id, "entity", count))
        .subquery()
    )
    columns = counted.c
    return (
        select(counted)
        .where(columns.end > bindparam("start"), columns.end - columns.counts < bindparam("stop"))
        .order_by(columns.time, columns.id)
    )


_PAGE = Sized(_page)


def vendor_trail(
    ctx: Context, vendor_id: str, start: int, most: int, *, include_archived: bool
) -> list[AuditTrailEntry]:
    """The entries about a vendor and its bank accounts from the `start`-th on, at most `most`, oldest first.

    Archived bank accounts are told of only when they are asked for.
    """
    accounts = ctx.tx.rows(
        _ACCOUNTS,
        {
            "vendor_id": vendor_id,
            "archived": int(include_archived),
        },
    )
    statement, parameters = _PAGE.of("entity", [vendor_id, *(str(row[0]) for row in accounts)])
    found = ctx.tx.rows(
        statement,
        {**parameters, "start": start, "stop": start + most},
    )
    rows = [(AuditEntry(*row[:-1]), int(row[-1])) for row in found]
    people = USERS.find_all(ctx, sorted({entry.user_id for entry, _ in rows if entry.user_id}))
    told: list[AuditTrailEntry] = []
    for entry, end in rows:
        told += _told(entry, people.get(entry.user_id))[max(start - (end - entry.counts), 0) :]
    return told[:most]


def _told(entry: AuditEntry, user: User | None) -> Sequence[AuditTrailEntry]:
    return [
        AuditTrailEntry(
            source=rules.SOURCES.get(entry.via, entry.via),
            type=entry.action,
            created_time=timestamp(entry.time),
            user=None if user is None else AuditTrailUser(id=user.id, name=_name(user)),
            field=field,
        )
        for field in rules.edited_fields(entry)
    ]


def _name(user: User) -> str:
    return f"{user.first_name} {user.last_name}".strip() or user.username
