"""The verbs of all classifications, what a world begins with, and the check of ids that bills and payments name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

import msgspec
from sqlalchemy import Select, Table, bindparam, select

from net30.accounting import rules
from net30.accounting.kinds import ACCOUNT_ID, KINDS, Classification, Kind
from net30.accounting.rules import Change, Draft, Place
from net30.accounting.tables import AccountType, ChartOfAccount, Item, chart_of_accounts, items
from net30.kernel import ids
from net30.kernel.context import Context
from net30.kernel.refusal import FIELD, Refusal, Refusals, all_or_nothing
from net30.store.record import metadata
from net30.store.statements import Sized, Statement, by_key, one_of

# Name, number and type of the accounts that a new organization gets.
FIRST_ACCOUNTS: Sequence[tuple[str, str, AccountType]] = (
    ("Checking", "1000", "BANK"),
    ("Accounts Receivable", "1200", "ACCOUNTS_RECEIVABLE"),
    ("Accounts Payable", "2000", "ACCOUNTS_PAYABLE"),
    ("Sales", "4000", "INCOME"),
    ("Cost of Goods Sold", "5000", "COST_OF_GOODS_SOLD"),
    ("Office Supplies", "6000", "EXPENSE"),
    ("Rent", "6100", "EXPENSE"),
    ("Utilities", "6200", "EXPENSE"),
    ("Professional Services", "6300", "EXPENSE"),
    ("Travel", "6400", "EXPENSE"),
)

MOST_AT_ONCE = 1000

_ACCOUNT_TYPES = Sized(
    lambda count: select(chart_of_accounts.c.id, chart_of_accounts.c.account_type).where(
        chart_of_accounts.c.organization_id == bindparam("organization_id"),
        one_of(chart_of_accounts.c.id, "id", count),
    )
)
_TAXES = Statement(
    select(items)
    .where(
        by_key(items, ["organization_id", "parent_id"]), items.c.type == "SALES_TAX", items.c.archived == 0
    )
    .order_by(items.c.created_time, items.c.id)
    .limit(MOST_AT_ONCE)
)

Refuse = Callable[[int, Sequence[Refusal]], Exception]
"""Makes the answer of a request whose element at a position was refused."""


# ---- statements, one of each for every kind ---------------------------------------------------------------


@cache
def _by_id(table: Table) -> Sized:
    return Sized(
        lambda count: select(table).where(
            table.c.organization_id == bindparam("organization_id"), one_of(table.c.id, "id", count)
        )
    )


@cache
def _line_above(table: Table) -> Sized:
    """Those with the ids, their parents, the parents of these, and so on; each of them once."""
    columns = (table.c.id, table.c.parent_id, table.c.archived)
    own = table.c.organization_id == bindparam("organization_id")

    def build(count: int) -> Select[tuple[str, str | None, int]]:
        line = select(*columns).where(own, one_of(table.c.id, "id", count)).cte("line", recursive=True)
        line = line.union(select(*columns).where(own, table.c.id == line.c.parent_id))
        return select(line.c.id, line.c.parent_id, line.c.archived)

    return Sized(build)


@cache
def _in_use(table: Table, group: tuple[str, ...]) -> Sized:
    """The columns of a group, then the id, of active ones whose last column of the group has one of the texts."""
    columns = [table.c[name] for name in (*group, "id")]
    return Sized(
        lambda count: select(*columns).where(
            table.c.organization_id == bindparam("organization_id"),
            one_of(table.c[group[-1]], "text", count),
            table.c.archived == 0,
        )
    )


@cache
def _active(table: Table) -> Sized:
    return Sized(
        lambda count: select(table.c.id).where(
            table.c.organization_id == bindparam("organization_id"),
            one_of(table.c.id, "id", count),
            table.c.archived == 0,
        )
    )


# ---- the verbs ----------------------------------------------------------------------------------------------


def one_alone(_position: int, faults: Sequence[Refusal]) -> Refusals:
    """How a request about a single classification is refused."""
    return Refusals(faults)


def one_of_many(count: int) -> Refuse:
    """How a bulk request is refused: the fault of one element, and BDC_1246 for the others."""
    return lambda position, faults: all_or_nothing({position: Refusals(faults)}, count)


def require(
    ctx: Context, kind: Kind, wanted: Sequence[str], refuse: Refuse = one_alone
) -> list[Classification]:
    """Classifications by their ids, at most 1000, in the order asked; BDC_1205 for the first unknown id."""
    statement, parameters = _by_id(kind.table).of("id", wanted)
    found = ctx.tx.records(kind.record, statement, parameters)
    known = {one.id: one for one in found}
    for position, id_ in enumerate(wanted):
        if id_ not in known:
            raise refuse(position, [rules.unknown(kind, id_)])
    return [known[id_] for id_ in wanted]


def create(
    ctx: Context, kind: Kind, drafts: Sequence[Draft], refuse: Refuse = one_alone
) -> list[Classification]:
    """Enter classifications, all or none."""
    blank = {one.column: one.on_wire.default for one in kind.properties}
    changes: list[Change] = []
    for position, draft in enumerate(drafts):
        columns, faults = rules.settled(kind, {**blank, **draft.given}, draft.given)
        if found := [*draft.faults, *rules.text_faults(kind, draft.given), *faults]:
            raise refuse(position, found)
        fixed = {"organization_id": ctx.organization_id, "id": ids.new(kind.prefix), "archived": 0}
        times = {"created_time": ctx.now, "updated_time": ctx.now}
        changes.append(Change(None, msgspec.convert({**fixed, **columns, **times}, kind.record)))
    return _carry_out(ctx, kind, changes, refuse)


def update(
    ctx: Context, kind: Kind, ids: Sequence[str], drafts: Sequence[Draft], refuse: Refuse = one_alone
) -> list[Classification]:
    """Change classifications, all or none; what a draft does not give stays."""
    changes: list[Change] = []
    for position, (old, draft) in enumerate(zip(require(ctx, kind, ids, refuse), drafts, strict=True)):
        columns, faults = rules.settled(kind, {**msgspec.structs.asdict(old), **draft.given}, draft.given)
        if found := [*draft.faults, *rules.text_faults(kind, draft.given), *faults]:
            raise refuse(position, found)
        if old.id in ids[:position]:
            raise refuse(position, [Refusal(None, field="id", detail=f"{old.id} is named twice")])
        changes.append(Change(old, msgspec.convert(columns, kind.record)))
    return _carry_out(ctx, kind, changes, refuse)


def set_archived(
    ctx: Context, kind: Kind, ids: Sequence[str], archived: int, refuse: Refuse = one_alone
) -> list[Classification]:
    """Archive or restore classifications, all or none; those that already are so stay as they are."""
    changes = [
        Change(old, msgspec.structs.replace(old, archived=archived))
        for old in require(ctx, kind, ids, refuse)
    ]
    return _carry_out(ctx, kind, changes, refuse)


def _carry_out(ctx: Context, kind: Kind, changes: Sequence[Change], refuse: Refuse) -> list[Classification]:
    """Check all changes against what is stored and against each other, then store them and write the trail."""
    for position, faults in enumerate(_faults(ctx, kind, changes)):
        if faults:
            raise refuse(position, faults)
    kind.entity.enter(ctx, *(change.new for change in changes if change.old is None))
    return [
        change.new if change.old is None else kind.entity.revise(ctx, change.old, change.new)
        for change in changes
    ]


# ---- what the store says to a change --------------------------------------------------------------------------


def _faults(ctx: Context, kind: Kind, changes: Sequence[Change]) -> list[list[Refusal]]:
    """Why each of the changes cannot be, as far as other objects decide it."""
    faults: list[list[Refusal]] = [[] for _ in changes]
    places = _places(ctx, kind, changes)
    for position, change in enumerate(changes):
        if fault := rules.parent_fault(kind, change, places):
            faults[position].append(fault)
    for group in kind.unique:
        for position, by in _taken(ctx, kind, changes, group).items():
            faults[position].append(rules.taken(kind, changes[position], group, by))
    for position, path, id_ in _unknown_references(ctx, kind, changes):
        faults[position].append(_unknown(path, id_))
    return faults


def _places(ctx: Context, kind: Kind, changes: Sequence[Change]) -> dict[str, Place]:
    """All that stands above the parents that the changes give, as it will be."""
    parents = sorted({c.new.parent_id for c in changes if c.new.parent_id and c.gives("parent_id")})
    if not parents:
        return {}
    statement, parameters = _line_above(kind.table).of("id", parents)
    rows = ctx.tx.rows(statement, parameters)
    changed = {c.new.id: c.new.parent_id for c in changes if c.old}
    return {id_: Place(changed.get(id_, parent_id), bool(archived)) for id_, parent_id, archived in rows}


def _taken(ctx: Context, kind: Kind, changes: Sequence[Change], group: tuple[str, ...]) -> dict[int, str]:
    """Which changes would have what another active one has, and the other's id."""
    sought = {
        i: text for i, change in enumerate(changes) if (text := rules.sought(change, group)) is not None
    }
    if not sought:
        return {}
    statement, parameters = _in_use(kind.table, group).of("text", sorted(set(sought.values())))
    rows = ctx.tx.rows(statement, parameters)
    touched = {change.new.id for change in changes}
    # Those that the request itself changes count as they will be.
    users = {tuple(row[:-1]): row[-1] for row in rows if row[-1] not in touched}
    clashes: dict[int, str] = {}
    for position, change in enumerate(changes):
        held = tuple(getattr(change.new, column) for column in group)
        if change.new.archived or held[-1] is None:
            continue
        other = users.setdefault(held, change.new.id)
        if other != change.new.id:
            clashes[position] = other
    return clashes


def _unknown_references(ctx: Context, kind: Kind, changes: Sequence[Change]) -> list[tuple[int, str, str]]:
    named = [
        (position, one, id_)
        for one in kind.properties
        if one.on_wire.names
        for position, change in enumerate(changes)
        if (id_ := getattr(change.new, one.column)) is not None and change.gives(one.column)
    ]
    known = active_ids(ctx, [(one.on_wire.names or "", id_) for _, one, id_ in named])
    return [
        (position, one.path, id_) for position, one, id_ in named if (one.on_wire.names, id_) not in known
    ]


# ---- what other rooms ask -------------------------------------------------------------------------------------


def create_chart(ctx: Context) -> list[ChartOfAccount]:
    """Give an organization its first chart of accounts."""
    chart = [
        ChartOfAccount(
            organization_id=ctx.organization_id,
            id=ids.new("0ca"),
            parent_id=None,
            archived=0,
            created_time=ctx.now,
            updated_time=ctx.now,
            name=name,
            description=None,
            account_type=account_type,
            account_number=number,
        )
        for name, number, account_type in FIRST_ACCOUNTS
    ]
    KINDS["chart-of-accounts"].entity.enter(ctx, *chart)
    return chart


def taxes_below(ctx: Context, group_id: str) -> list[Item]:
    """The active sales taxes of a group of taxes, whose parent it is, oldest first; at most 1000 of them."""
    return ctx.tx.records(Item, _TAXES, {"parent_id": group_id})


def active_ids(ctx: Context, named: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of (kind, id) that name something active; the kind by the name of a column, such as department_id."""
    wanted: dict[str, set[str]] = {}
    for name, id_ in named:
        wanted.setdefault(name, set()).add(id_)
    known: set[tuple[str, str]] = set()
    for name, ids_ in wanted.items():
        table = _named_tables().get(name)
        ordered = sorted(ids_) if table is not None else []
        for start in range(0, len(ordered), MOST_AT_ONCE):
            statement, parameters = _active(table).of("id", ordered[start : start + MOST_AT_ONCE])
            rows = ctx.tx.rows(statement, parameters)
            known |= {(name, row[0]) for row in rows}
    return known


@cache
def _named_tables() -> Mapping[str, Table]:
    """The tables of what lines may name, by the columns that do. Customers are known once their room is there."""
    tables = {kind.id_column: kind.table for kind in KINDS.values()}
    return tables | ({"customer_id": metadata.tables["customer"]} if "customer" in metadata.tables else {})


def require_classifications(ctx: Context, named: Iterable[tuple[str, str, str | None]]) -> None:
    """Refuse classification ids that are not active in the organization, and accounts that take no entries.

    `named` holds (field, kind, id): the kind by the name of a column that names one, such as chart_of_account_id.
    """
    wanted = [(path, name, id_) for path, name, id_ in named if id_ is not None]
    known = active_ids(ctx, [(name, id_) for _, name, id_ in wanted])
    if unknown := [_unknown(path, id_) for path, name, id_ in wanted if (name, id_) not in known]:
        raise Refusals(unknown)
    accounts = [(path, id_) for path, name, id_ in wanted if name == ACCOUNT_ID.names]
    types = _account_types(ctx, {id_ for _, id_ in accounts})
    if wrong := [
        rules.unpostable(path, id_, types[id_]) for path, id_ in accounts if types[id_] in rules.UNPOSTABLE
    ]:
        raise Refusals(wrong)


def _account_types(ctx: Context, wanted: set[str]) -> dict[str, str]:
    ordered = sorted(wanted)
    types: dict[str, str] = {}
    for start in range(0, len(ordered), MOST_AT_ONCE):
        statement, parameters = _ACCOUNT_TYPES.of("id", ordered[start : start + MOST_AT_ONCE])
        types |= dict(ctx.tx.rows(statement, parameters))
    return types


def _unknown(path: str, id_: str) -> Refusal:
    return Refusal(
        "BDC_1205",
        field=path,
        id=id_,
        detail=f"{FIELD} names {id_}, which is no active classification of this organization",
        help="use the id of an active one, or leave the property out",
    )


def unknown_payment_term(path: str, payment_term_id: str) -> Refusal:
    """The refusal of a payment term that the property at `path` names: no operation makes any yet."""
    return Refusal(
        "BDC_1205",
        field=path,
        id=payment_term_id,
        detail=f"{FIELD} names {payment_term_id}, which this organization does not have",
        help="use the id of a payment term of this organization, or leave the property out",
    )
