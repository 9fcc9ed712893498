"""Calls any operation, whatever it is: with ids, query and body made up from what the OpenAPI document says of it."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from clients import Answered, Api, World
from sqlalchemy import Table, bindparam, select

from net30.access import sessions, users
from net30.access.roles import ROLES, SYNC
from net30.access.tables import SessionKind
from net30.kernel import ids
from net30.kernel.context import system_actor, writing
from net30.kernel.secrets import fingerprint, token
from net30.samples import request, value
from net30.store.database import Row
from net30.store.record import metadata
from net30.store.statements import Statement
from net30.wire.openapi import build
from net30.wire.operation import OPERATIONS

DOCUMENT = build()
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
ENTRIES: dict[str, Any] = {
    f"{method.upper()} {path}": entry
    for path, methods in DOCUMENT["paths"].items()
    for method, entry in methods.items()
}
BY_SESSION = sorted(key for key, operation in OPERATIONS.items() if operation.credentials == "session")
BY_CONTROL = sorted(key for key, operation in OPERATIONS.items() if operation.credentials == "control")

IDS = Mapping[str, list[str]]
_ID = re.compile(r"[0-9A-Za-z]{3}0[0-9A-Za-z]{16}")


# ---- what is sent ---------------------------------------------------------------------------------------


def path_kinds(key: str) -> dict[str, str]:
    """What each parameter of a path is the id of: bankAccountId of a bank_account, jobs/{id} of a job."""
    return {
        name: _kind(before if name == "id" else name)
        for before, name in re.findall(r"([^/]+)/\{(\w+)\}", OPERATIONS[key].path)
    }


def _kind(name: str) -> str:
    singular = re.sub(r"(?<=ss)es$|s$", "", name) if name == name.lower() else name.removesuffix("Id")
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", singular).lower().replace("-", "_")


def nowhere(key: str) -> dict[str, str]:
    """Well-formed ids, for an operation's path, that nothing has."""
    return {name: ids.PREFIX.get(kind, "000") + "0" * 17 for name, kind in path_kinds(key).items()}


def candidates(have: IDS, kind: str) -> list[str]:
    """A few ids of a kind, by its prefix or else by its table."""
    some = have.get(ids.PREFIX[kind], []) if kind in ids.PREFIX else []
    some = some or [id for name in have if name.endswith(kind) for id in have[name]]
    return sorted({some[0], some[-1]}) if some else []


def call(api: Api, key: str, headers: Mapping[str, str], path: Mapping[str, str], known: IDS) -> Answered:
    """The operation with these ids in its path, and the ids that are known in its body."""
    entry = ENTRIES[key]
    method, target = key.split(" ")
    query = {
        p["name"]: value(p["schema"], SCHEMAS, p["name"])
        for p in entry["parameters"]
        if p["in"] == "query" and p["required"]
    }
    filled = re.sub(r"\{(\w+)\}", lambda match: path[match[1]], target)
    contents = entry.get("requestBody", {}).get("content", {})
    if contents and "application/json" not in contents:
        sent = {"Content-Type": "application/octet-stream", **headers}
        return api.call(method, filled, headers=sent, query=query, content=b"%PDF-1.4\n")
    body = naming(request(entry, SCHEMAS), known) if contents else None
    return api.call(method, filled, body, headers=headers, query=query)


def naming(sample: Any, known: IDS) -> Any:
    """A sample body in which made-up ids are replaced by known ones of their kind."""
    if isinstance(sample, dict):
        return {name: naming(part, known) for name, part in sample.items()}
    if isinstance(sample, list):
        return [naming(part, known) for part in sample]
    if isinstance(sample, str) and _ID.fullmatch(sample) and known.get(sample[:3]):
        return known[sample[:3]][0]
    return sample


# ---- who sends it ---------------------------------------------------------------------------------------


class Office:
    """An organization, and what its API can make by calling what there is."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.world = World(api, {"now": "2026-03-02T17:00:00Z", "frozen": True})
        self.id = self.world.id
        self.staff: dict[str, str] = {
            "ADMINISTRATOR": self.world.user_id,
            SYNC: str(self._rows_of("organization_user", "id", role=SYNC)[0][0]),
        }

    def hire(self) -> None:
        """A user of every role."""
        with writing(self.api.running, system_actor(self.id)) as ctx:
            for role in (role for role in ROLES if role not in self.staff):
                user = users.create_user(
                    ctx,
                    username=f"{role}@example.com",
                    password_hash=None,
                    role=role,
                    first_name="Robin",
                    last_name=role,
                )
                self.staff[role] = user.id

    def sessions(self, roles: Mapping[str, bool]) -> dict[str, dict[str, str]]:
        """Headers of a fresh session of each role; true for a trusted one."""
        opened = {role: token() for role in roles}
        dev_key = self.world.made["devKey"]
        with writing(self.api.running, system_actor(self.id)) as ctx:
            for role, trusted in roles.items():
                kind: SessionKind = "SYNC" if role == SYNC else "USER"
                sessions.open_session(
                    ctx, opened[role], self.staff[role], fingerprint(dev_key), kind, trusted=trusted
                )
        return {role: {"sessionId": opened[role], "devKey": dev_key} for role in roles}

    def session(self, *, trusted: bool = True, role: str = "ADMINISTRATOR") -> dict[str, str]:
        return self.sessions({role: trusted})[role]

    def furnish(self) -> None:
        """Call what makes something, until it has: some things are made of others."""
        makers = [key for key in OPERATIONS if _makes(key)]
        for _ in range(3):
            makers = [key for key in makers if not self._made(key)]

    def _made(self, key: str) -> bool:
        control = OPERATIONS[key].credentials == "control"
        headers = {"devKey": self.world.made["devKey"]} if control else self.session()
        answered = call(self.api, key, headers, {"id": self.id}, self.ids())
        return 200 <= answered.status < 300

    # ---- what it has ----

    def ids(self) -> dict[str, list[str]]:
        """Its ids by their prefixes, and by the tables they stand in, in the order in which they were made."""
        found: dict[str, list[str]] = {"008": [self.id]}
        for table in _tables():
            for (id,) in self._rows_of(table.name, "id") if "id" in table.c else ():
                found.setdefault(id[:3], []).append(id)
                found.setdefault(table.name, []).append(id)
        return {name: sorted(some) for name, some in found.items()}

    def rows(self) -> dict[str, list[Row]]:
        """Everything that is stored of it."""
        with self.api.running.database.read() as tx:
            return {
                name: sorted(tx.rows(statement, {"organization_id": self.id}), key=repr)
                for name, statement in _everything().items()
            }

    def _rows_of(self, name: str, column: str, **equal: str) -> list[Row]:
        table = metadata.tables[name]
        wanted = [table.c[key] == bindparam(key) for key in equal]
        statement = Statement(
            select(table.c[column]).where(table.c.organization_id == bindparam("organization_id"), *wanted)
        )
        with self.api.running.database.read() as tx:
            return tx.rows(statement, {"organization_id": self.id, **equal})


def _makes(key: str) -> bool:
    operation = OPERATIONS[key]
    if operation.method != "POST" or operation.status != 201:
        return False
    within_world = operation.credentials == "control" and len(operation.in_path) == 1
    return within_world or (operation.credentials == "session" and not operation.in_path)


def _tables() -> Iterator[Table]:
    """The tables that hold an organization's rows; sessions come and go."""
    return (t for t in metadata.sorted_tables if "organization_id" in t.c and t.name != "session")


@cache
def _everything() -> dict[str, Statement]:
    return {
        table.name: Statement(select(table).where(table.c.organization_id == bindparam("organization_id")))
        for table in _tables()
    }
