"""The one table of operations: a plain function, declared once, is everything net30 knows of an operation.

    @operation("POST /connect/v3/bills", status=201, needs="bills:create")
    def create_bill(ctx: Context, body: BillCreate) -> Bill: ...

The function's signature says the rest. Parameters named `ctx`, `server`, `actor` and `headers` are handed in by the
dispatcher; `body` is the decoded request; a name that stands in the path is a path parameter; `listing: ListRequest`
takes the four parameters of lists; every other one is a query parameter. A function that takes `ctx` runs inside one
transaction, read-only for GET; one that does not opens its own.

What must not be done inside a transaction and is needed by it, such as writing a file that was sent, is done by a
context manager, `before`: it is entered ahead of the transaction with the decoded arguments, hands on those that the
function gets, and is left when the transaction has been committed or rolled back.

A change that reaches other organizations names them by `reaches`, a function of a context that only reads and of the
decoded arguments. They are locked together with the caller's, and `ctx.inside` leads to each.
"""

import inspect
import re
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, Literal, TypeVar, get_type_hints

import msgspec

from net30.kernel.context import Context
from net30.wire.naming import NO_NAMES, Names, camel
from net30.wire.types import ListRequest

# A partner's operations are called with its app key; "partner-organization" are those on one of its organizations.
# A subscriber is either a session with its developer key, or a partner.
Credentials = Literal[
    "none", "session", "link", "control", "key", "partner", "partner-organization", "subscriber"
]
F = TypeVar("F", bound=Callable[..., object])
# Server, actor and decoded arguments; yields the arguments that the function gets.
Before = Callable[[Any, Any, dict[str, Any]], AbstractContextManager[dict[str, Any]]]

Reaches = Callable[[Context, dict[str, Any]], Collection[str]]

MOST_BYTES = 2_000_000
GIVEN = ("ctx", "server", "actor", "headers")

OPERATIONS: dict[str, "Operation"] = {}


class Parameter(msgspec.Struct, frozen=True):
    """A path or query parameter: its name on the wire, its Python name, its type and default."""

    name: str
    argument: str
    type: Any
    required: bool
    default: Any = None


class Operation(msgspec.Struct, frozen=True, eq=False):
    """One row of the table."""

    method: str
    path: str
    function: Callable[..., object]
    area: str
    status: int
    credentials: Credentials
    needs: str | None
    trusted: bool
    idempotent: bool
    key_needed: bool
    summary: str
    description: str
    given: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    in_path: tuple[Parameter, ...]
    body: Any
    body_required: bool
    raw_body: bool
    most_bytes: int
    before: Before | None
    reaches: Reaches | None
    names: Names
    result: Any

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    @property
    def transactional(self) -> bool:
        return "ctx" in self.given

    @property
    def slow(self) -> bool:
        """Whether it does what must not be done inside a transaction: hashes a password, keeps a file."""
        return self.writes and (not self.transactional or self.before is not None)

    @property
    def lists(self) -> bool:
        return any(parameter.argument == "listing" for parameter in self.parameters)


def operation(
    key: str,
    *,
    area: str,
    status: int = 200,
    needs: str | None = None,
    credentials: Credentials = "session",
    trusted: bool = False,
    idempotent: bool = True,
    key_needed: bool = False,
    most_bytes: int = MOST_BYTES,
    before: Before | None = None,
    reaches: Reaches | None = None,
    names: Names = NO_NAMES,
) -> Callable[[F], F]:
    """Enter a function into the table.

    `key` is "METHOD /path"; `needs` the permission ("bills:create") that the caller's role must hold; `trusted`
    whether the session must be MFA-trusted; `idempotent` whether a POST may carry X-Idempotent-Key, `key_needed`
    whether it must, and a UUID4 at that; `most_bytes`
    how long a body may be. `credentials` are none, a session with its developer key, a session whose developer key
    may be left out ("link"), a developer key granted on the organization in the path ("control"), or a developer key
    that the operation looks at itself ("key"). With `before`
    the body is taken as it comes, and the function gets what that made of it. `reaches` tells which other
    organizations a change is about; `names` where the body has what the room's draft calls otherwise (wire/naming.py).
    """
    method, path = key.split(" ")

    def enter(function: F) -> F:
        assert key not in OPERATIONS, f"{key} is declared twice"
        assert credentials != "session" or needs or not path.startswith("/connect/v3"), (
            f"{key} needs no permission"
        )
        OPERATIONS[key] = _describe(
            method=method,
            path=path,
            function=function,
            area=area,
            status=status,
            credentials=credentials,
            needs=needs,
            trusted=trusted,
            idempotent=idempotent and method == "POST",
            key_needed=key_needed,
            most_bytes=most_bytes,
            before=before,
            reaches=reaches,
            names=names,
        )
        return function

    return enter


def _describe(*, function: Callable[..., object], path: str, **declared: Any) -> Operation:
    hints = get_type_hints(function, include_extras=True)
    signature = inspect.signature(function).parameters
    in_path = re.findall(r"\{(\w+)\}", path)
    wire_names = {name: camel(name) for name in signature}
    summary, _, description = inspect.cleandoc(function.__doc__ or "").partition("\n\n")
    assert summary, f"{function.__name__} has no docstring"
    body = signature.get("body")
    wanted = bytes if declared["before"] is not None else hints.get("body")
    described = [
        Parameter(
            name=wire_names[name],
            argument=name,
            type=hints[name],
            required=parameter.default is inspect.Parameter.empty,
            default=None if parameter.default is inspect.Parameter.empty else parameter.default,
        )
        for name, parameter in signature.items()
        if name not in (*GIVEN, "body")
    ]
    assert {p.name for p in described} >= set(in_path), (
        f"{path} names a parameter that {function.__name__} lacks"
    )
    return Operation(
        function=function,
        path=path,
        summary=" ".join(summary.split()),
        description=description.strip(),
        given=tuple(name for name in signature if name in GIVEN),
        in_path=tuple(p for p in described if p.name in in_path),
        parameters=tuple(p for p in described if p.name not in in_path),
        body=wanted,
        body_required=body is not None and body.default is inspect.Parameter.empty,
        raw_body=wanted is bytes,
        result=hints["return"],
        **declared,
    )


def slow(method: str, path: str) -> bool:
    """Whether a request is one for an operation that is slow."""
    return method in _slow() and _slow()[method].fullmatch(path) is not None


@cache
def _slow() -> dict[str, re.Pattern[str]]:
    """By method: the paths of all operations that are slow."""
    paths: dict[str, list[str]] = {}
    for operation in OPERATIONS.values():
        if operation.slow:
            paths.setdefault(operation.method, []).append(re.sub(r"\{\w+\}", "[^/]+", operation.path))
    return {method: re.compile("|".join(some)) for method, some in paths.items()}


def query_parameters(operation: Operation) -> list[Parameter]:
    """The query parameters as the wire has them: a list's four are spelled out."""
    spelled: list[Parameter] = []
    for parameter in operation.parameters:
        if parameter.type is ListRequest:
            hints = get_type_hints(ListRequest, include_extras=True)
            spelled += [Parameter(name, name, hints[name], False) for name in ListRequest.__struct_fields__]
        else:
            spelled.append(parameter)
    return spelled
