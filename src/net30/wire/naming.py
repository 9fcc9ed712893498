"""What a dialect calls the fields of drafts: rules speak of fields, a body and its refusals of the wire's paths.

A room says once where a body has what its draft calls otherwise, as a path of attributes:

    NAMES = {"contact_first_name": "contact.first_name", "lines": "bill_line_items", "lines.item_id": "item.id"}

and both directions follow from it. A name that is not in it is the same on both sides; the wire writes it in camelCase.
"""

import datetime
from collections.abc import Mapping
from functools import cache
from typing import TypeVar, get_args, get_type_hints

import msgspec

from net30.kernel.refusal import FIELD, Refusal, Refusals
from net30.wire.types import Wire

Names = Mapping[str, str]
NO_NAMES: Names = {}
D = TypeVar("D", bound=msgspec.Struct)


def camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def path(field: str, names: Names) -> str:
    """Where the wire has a field of a draft: lines[2].item_id is billLineItems[2].item.id by the names above.

    A path that is the wire's already stays as it is. An element of a bulk body, as in [3].due_date, has its own names.
    """
    known = ""
    said: list[str] = []
    for segment in field.split("."):
        name, bracket, index = segment.partition("[")
        known = f"{known}.{name}".strip(".")
        attributes = names.get(known, name).split(".")
        said.append(".".join(camel(attribute) for attribute in attributes) + bracket + index)
    return ".".join(said)


def on_wire(cause: Refusal | Refusals, names: Names) -> Refusal | Refusals:
    """The refusals of a rule with the wire's paths for the fields that they name."""
    for refusal in cause.refusals if isinstance(cause, Refusals) else [cause]:
        if refusal.field is not None:
            refusal.field = path(refusal.field, names)
            refusal.detail = refusal.detail.replace(FIELD, refusal.field)
    return cause


def said(draft: type[msgspec.Struct], body: Wire, names: Names) -> dict[str, object]:
    """What a body says of a draft's fields, as the draft has it; what is absent or null in it is left out."""
    return {
        field: value
        for field, parts, attributes in _places(draft, _frozen(names))
        if (value := _told(_at(body, attributes), parts, names, field)) is not None
    }


def drafted(draft: type[D], body: Wire, names: Names = NO_NAMES) -> D:
    """The draft that a body says; a field that it does not say has its default."""
    return msgspec.convert(said(draft, body, names), draft, from_attributes=True)


def _told(value: object, parts: type[msgspec.Struct] | None, names: Names, field: str) -> object:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if parts is None:
        return value
    within = _within(field, _frozen(names))
    if isinstance(value, list):
        return [drafted(parts, one, within) for one in value]
    return drafted(parts, value, within) if isinstance(value, Wire) else value


def _frozen(names: Names) -> tuple[tuple[str, str], ...]:
    return tuple(names.items())


@cache
def _within(field: str, names: tuple[tuple[str, str], ...]) -> Names:
    """The names inside one field's parts: those that begin with it."""
    return {name.removeprefix(f"{field}."): told for name, told in names if name.startswith(f"{field}.")}


@cache
def _places(
    draft: type[msgspec.Struct], names: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, type[msgspec.Struct] | None, tuple[str, ...]], ...]:
    """Of each field of a draft: what its parts are, where it holds a sequence of them, and where a body has it."""
    told = dict(names)
    hints = get_type_hints(draft)
    return tuple(
        (field, _part_of(hints[field]), tuple(told.get(field, field).split(".")))
        for field in draft.__struct_fields__
    )


def _part_of(hint: object) -> type[msgspec.Struct] | None:
    """The draft that a field holds, or a sequence of; None where it holds none."""
    inside = get_args(hint)
    if isinstance(hint, type) and not inside and issubclass(hint, msgspec.Struct):
        return hint
    return next((part for one in inside if (part := _part_of(one)) is not None), None)


def _at(part: object, attributes: tuple[str, ...]) -> object:
    for attribute in attributes:
        part = getattr(part, attribute, None)
    return part
