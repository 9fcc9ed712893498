"""How the house is built: what stands where, who may know whom, and what every table and operation has."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Table, bindparam, select
from sqlalchemy.sql.dml import UpdateBase

import net30
import net30.rooms
from net30.kernel.owned import Owned, Parts
from net30.store.record import STORED, TOLD, metadata
from net30.store.statements import Sized, Statement, unbound
from net30.wire.errors import CATALOGUE, SYSTEM_ERROR
from net30.wire.operation import OPERATIONS, Operation
from net30.wire.types import Wire

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src" / "net30").rglob("*.py"))
MOST_LINES = 500
# What rooms stand on; the lower ones know nothing of the higher ones.
FOUNDATIONS = ["store", "kernel", "wire"]
# Rooms by the floor they stand on, from the ground up; docs/architecture.md draws the same.
FLOORS: list[set[str]] = [
    set(FOUNDATIONS),
    {"organizations", "access", "mfa", "membership", "risk"},
    {"accounting", "files"},
    {"funding"},
    {"vendors", "customers", "bills", "invoices"},
    {"documents", "payments"},
    {"network", "billing", "reports", "exports"},
    {"onboarding", "partners"},
    {"webhooks"},
    {"sandbox", "console"},
]

# Tables of the whole server, and tables that say to which organization something belongs.
GLOBAL_TABLES = {
    "app_key": "is looked up before anyone knows which partner's it is",
    "organization": "is the organization",
    "exchange_rate": "is what a currency is worth, to everybody",
    "developer_key": "belongs to a program, which may work with several organizations",
    "hourly_count": "counts what a program does",
    "server_value": "belongs to the server",
    "session": "is looked up before anyone knows whose it is",
}
# Statements that cross organizations on purpose, by module and name; each says why in `crosses`.
CROSSING = {
    ("net30.kernel.mail_delivery", "_WAITING_IN"),
    ("net30.access.credentials", "_SESSION"),
    ("net30.access.keys", "_DROP_UNUSED_KEY"),
    ("net30.access.reachable", "_FORWARD"),
    ("net30.access.reachable", "_BACKWARD"),
    ("net30.mfa.texting", "_WAITING_IN"),
    ("net30.documents.processing", "_WAITING_IN"),
    ("net30.exports.writing", "_WAITING_IN"),
    ("net30.network.searching", "_NAMED"),
    ("net30.network.members", "_BY_NETWORK_ID"),
    ("net30.network.telling", "_UNTOLD"),
    ("net30.webhooks.delivery", "_WAITING_IN"),
    ("net30.webhooks.delivery", "_NEWS"),
    ("net30.partners.actions", "_MADE"),
    ("net30.partners.actions", "_MADE_BY"),
    ("net30.partners.actions", "_FORGET"),
    ("net30.console.keys", "_ALL"),
    ("net30.console.keys", "_COUNT"),
    ("net30.console.keys", "_GRANTED_ON"),
}
# Indexes by which an organization is found: by due work, a username, a developer key, and what waits to be sent
# or read.
CROSSING_INDEXES = {
    "organization_user_organization_id_idx",
    "developer_key_grant_organization_id_idx",
    "outgoing_text_organization_id_idx",
    "message_next_try_at_idx",
    "webhook_delivery_waiting_idx",
    "network_member_tell_at_idx",
    "network_word_word_idx",
    # What must be unique on the whole server, or among a partner's organizations.
    "api_token_value_secret_key",
    "network_member_network_id_key",
    "partner_organization_id_key",
    "partner_user_username_key_key",
    "partner_user_external_reference_id_key",
}


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imports(path: Path) -> Iterator[str]:
    """Every name of net30 that a file imports, as net30.room.module or net30.room.module.name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        yield from (name for name in names if name.startswith("net30."))


def part(module: str, position: int) -> str:
    parts = module.split(".")
    return parts[position] if len(parts) > position else ""


each_source = pytest.mark.parametrize("path", SOURCES, ids=module_of)
each_operation = pytest.mark.parametrize(
    "operation", OPERATIONS.values(), ids=lambda operation: operation.key
)


# ---- files ----------------------------------------------------------------------------------------------


def test_no_file_is_long() -> None:
    long = {module_of(path): n for path in SOURCES if (n := len(path.read_text().splitlines())) > MOST_LINES}
    assert not long


@each_source
def test_a_file_says_what_it_is(path: Path) -> None:
    if path.read_text():
        assert ast.get_docstring(tree(path))


@each_source
def test_imports_go_one_way(path: Path) -> None:
    module = module_of(path)
    layer, name = part(module, 1), module.rsplit(".", 1)[-1]
    if module.startswith("net30.store.migrations"):
        return
    for imported in imports(path):
        if layer in FOUNDATIONS:
            below = FOUNDATIONS[: FOUNDATIONS.index(layer) + 1]
            assert part(imported, 1) in below, f"{module} knows {imported}"
        forbidden = {
            "actions": {"operations"},
            "rules": {"actions", "operations"},
            "tables": {"actions", "operations", "answers"},
        }
        assert not forbidden.get(name, set()) & set(imported.split(".")), f"{module} knows {imported}"
        if "operations" in imported.split(".") and module != "net30.rooms":
            assert part(imported, 1) == layer, f"{module} knows the operations of another room: {imported}"


def room_of(module: str) -> str:
    """The folder that a module stands in; a module beside the folders is a room of its own."""
    return part(module, 1)


def circle(knows: dict[str, set[str]]) -> list[str]:
    """One circle of a graph, from a node back to itself; nothing when there is none."""
    done: set[str] = set()

    def walk(node: str, way: list[str]) -> list[str]:
        if node in way:
            return [*way[way.index(node) :], node]
        if node in done:
            return []
        found = next((c for other in sorted(knows.get(node, ())) if (c := walk(other, [*way, node]))), [])
        done.add(node)
        return found

    return next((found for node in sorted(knows) if (found := walk(node, []))), [])


def who_knows_whom(name_of: Callable[[str], str]) -> dict[str, set[str]]:
    """Files, or the rooms that they stand in, and those that they import."""
    files = {module_of(path): path for path in SOURCES}
    knows: dict[str, set[str]] = {name_of(module): set() for module in files}
    for module, path in files.items():
        own = name_of(module)
        knows[own] |= {name_of(other) for other in imports(path) if other in files and name_of(other) != own}
    return knows


@pytest.mark.parametrize("name_of", [str, room_of], ids=["files", "rooms"])
def test_nobody_knows_who_knows_them(name_of: Callable[[str], str]) -> None:
    assert circle(who_knows_whom(name_of)) == []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


# What makes a room's answers, events and bodies, and what takes them apart.
ON_THE_WIRE = {"schemas", "operations", "user_operations", "sandbox_operations", "sandbox_schemas", "answers"}
# They read for an answer and decide nothing, or tell of an address, which is kept as it is answered.
READS_ANSWERS = {
    "net30.network.rules",
    "net30.reports.actions",
    "net30.reports.rules",
    "net30.payments.options",
    "net30.payments.reading",
}


@each_source
def test_rules_and_actions_take_drafts(path: Path) -> None:
    """Whoever decides knows no body of a dialect: another dialect has others."""
    module = module_of(path)
    room, name = room_of(module), module.rpartition(".")[2]
    if (
        module in READS_ANSWERS
        or room in (*FOUNDATIONS, "sandbox", "console")
        or name in ON_THE_WIRE
        or module.count(".") < 2
    ):
        return
    known = {
        name
        for name, value in vars(importlib.import_module(module)).items()
        if isinstance(value, type) and issubclass(value, Wire) and value.__module__ != module
    }
    taken = {
        argument.annotation.id
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef)
        for argument in (*function.args.args, *function.args.kwonlyargs)
        if isinstance(argument.annotation, ast.Name) and argument.annotation.id in known
    }
    assert not taken, f"{module} takes {taken}"


def test_rules_name_fields_and_no_path_of_the_wire() -> None:
    named = re.compile(r'\bfield=f?"[^"]*[a-z][A-Z]')
    wire = [
        f"{source.relative_to(ROOT)}: {line.strip()}"
        for source in SOURCES
        if source.parent.name != "wire"
        for line in source.read_text().splitlines()
        if named.search(line)
    ]
    assert not wire


def test_floors_stand_on_each_other() -> None:
    """A room knows rooms of its own floor and of those below; the doors also know what stands beside the rooms."""
    height = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
    rooms = {room_of(module_of(path)) for path in SOURCES if path.parent != ROOT / "src" / "net30"}
    assert height.keys() == rooms
    for room, known in who_knows_whom(room_of).items():
        if room in height and room not in FLOORS[-1]:
            above = sorted(other for other in known if height.get(other, len(FLOORS)) > height[room])
            assert not above, f"{room} knows {above} above it"


def test_every_room_is_named() -> None:
    """Importing net30.rooms is enough to have every operation."""
    files = {module_of(path): path for path in SOURCES}
    reached, queue = set(), ["net30.rooms"]
    while queue:
        if (module := queue.pop()) in files and module not in reached:
            reached.add(module)
            queue += imports(files[module])
    assert {module for module in files if module.endswith("operations")} <= reached


# ---- tables and statements ------------------------------------------------------------------------------


def test_every_table_is_the_organizations_first() -> None:
    first = {table.name: next(iter(table.primary_key.columns)).name for table in metadata.tables.values()}
    assert {name for name, column in first.items() if column != "organization_id"} == GLOBAL_TABLES.keys()


def test_every_index_is_the_organizations_first() -> None:
    """So that the rows of one organization lie together."""
    odd = {
        index.name
        for table in metadata.tables.values()
        if table.name not in GLOBAL_TABLES
        for index in table.indexes
        if next(iter(index.columns)).name != "organization_id"
    }
    assert odd == CROSSING_INDEXES


def statements() -> Iterator[tuple[str, str, Statement | Sized]]:
    """(module, name, statement) of every statement that stands at the top of a module."""
    for found in pkgutil.walk_packages(net30.__path__, "net30."):
        if "migrations" in found.name or found.name == "net30.__main__":
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            inside = vars(value).values() if isinstance(value, Owned | Parts) else [value]
            yield from ((found.name, name, one) for one in inside if isinstance(one, Statement | Sized))


def loose(one: Statement | Sized) -> set[str]:
    return unbound(one.expression if isinstance(one, Statement) else one.build(1))


def test_every_statement_binds_the_organization() -> None:
    """Those that are built in functions are held to it when they are compiled (store/statements.py)."""
    found = {f"{module}.{name}": loose(one) for module, name, one in statements() if not one.crosses}
    assert {name: tables for name, tables in found.items() if tables} == {}


def test_few_statements_cross_organizations() -> None:
    assert {(module, name) for module, name, one in statements() if one.crosses and loose(one)} == CROSSING
    assert {(module, name) for module, name, one in statements() if one.crosses} == CROSSING


def test_a_join_alone_binds_nothing() -> None:
    jobs, events = metadata.tables["job"], metadata.tables["event"]
    joined = select(jobs.c.id).join(events, events.c.organization_id == jobs.c.organization_id)
    assert unbound(joined) == {"job", "event"}
    assert unbound(joined.where(jobs.c.organization_id == bindparam("organization_id"))) == set()
    with pytest.raises(TypeError, match="event, job"):
        Statement(joined).text("sqlite")


# Where records with a trail are stored by other means than kernel/entity.py: the server's own bookkeeping, and the
# beginning of an organization, before which there is nobody to tell.
BESIDE_THE_TRAIL = {
    "net30.console.secrets": 1,
    "net30.kernel.entity": 5,
    "net30.kernel.jobs": 2,
    "net30.network.members": 2,
    "net30.network.telling": 1,
    "net30.onboarding.actions": 1,
    "net30.store.database": 4,
}
# Statements that write such a table without a record: balances, which follow from papers that have a trail of their
# own, clocks, and what goes with a world of the sandbox.
WRITTEN_UNTOLD = {
    ("net30.customers.actions", "_BALANCE"),
    ("net30.kernel.jobs", "_WAKE_AT"),
    ("net30.kernel.jobs", "_WAKE_BY"),
    ("net30.onboarding.actions", "_CREATE"),
    ("net30.partners.actions", "_FORGET"),
    ("net30.payments.reading", "VOIDS"),
    ("net30.sandbox.worlds", "_REMOVE"),
    ("net30.vendors.actions", "_BALANCE"),
    # A subscription is ended with all that waits for it.
    ("net30.webhooks.actions", "_DROP_IT"),
}


def test_what_has_a_trail_is_stored_as_an_entity() -> None:
    uses = {
        module_of(path): len(re.findall(r"(?:insert|update)_told\(", path.read_text())) for path in SOURCES
    }
    assert {module: count for module, count in uses.items() if count} == BESIDE_THE_TRAIL


def test_few_statements_write_past_the_trail() -> None:
    told = {STORED[record].table.name for record in TOLD}
    written = {
        (module, name)
        for module, name, one in statements()
        if isinstance(
            expression := one.expression if isinstance(one, Statement) else one.build(1), UpdateBase
        )
        and isinstance(expression.table, Table)
        and expression.table.name in told
    }
    assert written == WRITTEN_UNTOLD


# ---- operations -----------------------------------------------------------------------------------------


@each_operation
def test_an_operation_is_described(operation: Operation) -> None:
    assert operation.summary.endswith(".")
    assert operation.description
    assert operation.area


@each_operation
def test_a_permission_is_a_noun_and_a_verb(operation: Operation) -> None:
    assert operation.needs is None or re.fullmatch(r"[a-z-]+:[a-z-]+", operation.needs)


@each_operation
def test_reading_is_a_get(operation: Operation) -> None:
    """A role that may only read holds the :read permissions, so nothing else may hide behind one."""
    if operation.credentials == "session" and operation.needs is not None:
        assert (operation.method == "GET") is operation.needs.endswith(":read")


# ---- codes ----------------------------------------------------------------------------------------------


def raised() -> dict[str, str]:
    """Every code that stands in the source outside the catalogue, with one of the places."""
    return {
        node.value: module_of(path)
        for path in SOURCES
        if module_of(path) != "net30.wire.errors"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"BDC_\w+", node.value)
    }


def test_what_is_raised_is_in_the_catalogue_and_not_reserved() -> None:
    assert not {code: where for code, where in raised().items() if code not in CATALOGUE}
    assert not {code: where for code, where in raised().items() if CATALOGUE[code].reserved}


def test_what_is_not_reserved_is_raised() -> None:
    usable = {code for code, coded in CATALOGUE.items() if not coded.reserved}
    assert usable - {SYSTEM_ERROR} <= raised().keys()
