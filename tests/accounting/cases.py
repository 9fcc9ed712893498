"""Classifications to test with, made from their declarations: a kind is tested by being declared."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

import pytest
from clients import World

from net30.accounting.kinds import KINDS, Kind, Property

ALL_KINDS = [pytest.param(kind, id=path) for path, kind in KINDS.items()]
NAMED_APART = [pytest.param(kind, id=path) for path, kind in KINDS.items() if kind.unique]

UNKNOWN = "zzz0000000000000000z"


def address(kind: Kind) -> str:
    return f"/classifications/{kind.path}"


def key_in_bulk(kind: Kind) -> str:
    """The property in which a bulk answer holds its objects."""
    head, *rest = kind.path.split("-")
    return head + "".join(word.capitalize() for word in rest)


def required_texts(kind: Kind) -> list[Property]:
    return [one for one in kind.properties if not one.optional and one.given is str]


def account_id(world: World) -> str:
    """An account of the chart that the world began with."""
    return str(world.get("/classifications/chart-of-accounts", max=1).ok()["results"][0]["id"])


def least(kind: Kind, name: str) -> dict[str, Any]:
    """As little as can be given, and different from what another name gives."""
    return body(
        kind, {one.path: value(one, name) for one in kind.properties if not one.optional and not one.part}
    )


def most(kind: Kind, name: str, account: str) -> dict[str, Any]:
    """Everything that can be given but a parent."""
    given = {one.path: value(one, name, account) for one in kind.properties if one.column != "parent_id"}
    for one in kind.properties:
        if one.on_wire.only_for:
            column, allowing = one.on_wire.only_for
            given[next(other.path for other in kind.properties if other.column == column)] = min(allowing)
    return body(kind, given)


def value(one: Property, name: str, account: str = "") -> Any:
    plain = get_args(one.given)[0] if hasattr(one.given, "__metadata__") else one.given
    if one.on_wire.names:
        return account
    if get_origin(plain) is not None:
        return get_args(plain)[-1]
    return {str: f"{name} {one.name}", float: 12.25, bool: True}[plain]


def body(kind: Kind, given: dict[str, Any]) -> dict[str, Any]:
    """Values by dotted paths, as the object that a request holds."""
    whole: dict[str, Any] = {}
    for path, one in given.items():
        part, _, name = path.rpartition(".")
        (whole.setdefault(part, {}) if part else whole)[name] = one
    return whole


def create(world: World, kind: Kind, name: str = "First", **more: Any) -> Any:
    return world.post(address(kind), {**least(kind, name), **more}).ok()


def paths(given: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """(dotted path, value) of an answer."""
    for name, one in given.items():
        if isinstance(one, dict):
            yield from paths(one, f"{before}{name}.")
        else:
            yield f"{before}{name}", one
