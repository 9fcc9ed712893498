"""Families of operations: what is alike for several objects is written once, and made for each of them.

The types of such an operation are made at run time from the object's declaration, and its function is given name,
docstring and types there. From then on it is an operation like any other (see operation.py).
"""

import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from net30.wire.operation import operation
from net30.wire.types import Wire

Field = tuple[Any, ...]


def of(generic: Any, *inner: Any) -> Any:
    """`generic[inner]`, when what stands inside is a type that is made at run time."""
    return generic[inner if len(inner) > 1 else inner[0]]


def made(name: str, fields: Sequence[Field], base: type[Wire] = Wire, *, module: str) -> type[Wire]:
    """A type of the wire, as a class statement would make it.

    A field is (name, type), or (name, type, None) when it may be absent.
    """
    body = {
        "__module__": module,
        "__annotations__": {field[0]: field[1] for field in fields},
        **{field[0]: None for field in fields if len(field) > 2},
    }
    built: type[Wire] = types.new_class(name, (base,), {}, lambda namespace: namespace.update(body))
    return built


def enter(
    key: str,
    function: Callable[..., object],
    *,
    name: str,
    said: str,
    hints: Mapping[str, Any],
    **declared: Any,
) -> None:
    """Declare `function` as the operation `key`.

    `name` becomes its name, `said` its docstring (a summary, an empty line, a description), and `hints` gives the types
    of its parameters and of its answer ("return") that its signature leaves open; `declared` is what `operation` takes.
    """
    function.__name__ = function.__qualname__ = name
    function.__doc__ = said
    function.__annotations__ |= hints
    operation(key, **declared)(function)
