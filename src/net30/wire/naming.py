"""What a dialect calls the fields of drafts: rules speak of fields, a body and its refusals of the wire's paths.

A room says once where a body has what its draft calls otherwise, as a path of attributes:

    NAMES = {"contact_first_name": "contact.first_name", "lines": "bill_line_items", "lines.item_id": "item.id"}

and both directions follow from it. A name that is not in it is the same on both sides; the wire writes it in camelCase.
"""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from net30.kernel.refusal import Refusal, Refusals
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
    return cause


def said(draft: type[msgspec.Struct], body: Wire, names: Names) -> dict[str, object]:
    """What a body says of a draft's fields; what is absent or null in it is left out."""
    values: dict[str, object] = {}
    for field in draft.__struct_fields__:
        value = _at(body, names.get(field, field))
        if value is not None:
            values[field] = value
    return values


def drafted(draft: type[D], body: Wire, names: Names = NO_NAMES) -> D:
    """The draft that a body says; a field that it does not say has its default."""
    return msgspec.convert(said(draft, body, names), draft, from_attributes=True)


def _at(part: object, attributes: str) -> object:
    for attribute in attributes.split("."):
        part = getattr(part, attribute, None)
    return part
