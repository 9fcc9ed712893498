"""What crosses the wire of a classification, made from its declaration."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from net30.accounting.kinds import Classification, Kind, Property
from net30.accounting.rules import Draft
from net30.kernel import money
from net30.kernel.refusal import Refusal
from net30.store.statements import Value
from net30.wire.family import Field, made, of
from net30.wire.listing import ListAnswer
from net30.wire.types import Timestamp, Wire, timestamp

# What a property is in one kind of request or answer: its type, and the default None when it may be absent.
Shape = Callable[[Property], Field]


class Forms(msgspec.Struct, frozen=True):
    """The types of a kind's requests and answers.

    `amend` is `update` with the id, as in bulk; `parts` are the types of the objects inside of `answer`.
    """

    create: type[Wire]
    update: type[Wire]
    amend: type[Wire]
    answer: Callable[..., Wire]
    parts: Mapping[str, Callable[..., Wire]]
    answers: Callable[..., Wire]
    listed: Any


def forms(kind: Kind) -> Forms:
    """Make a kind's types; they are named after it in the OpenAPI document."""
    parts = _parts(kind, "Answer", _answered)
    update = _struct(kind, "Update", _changed, _parts(kind, "Update", _changed))
    answer = _struct(
        kind,
        "Answer",
        _answered,
        parts,
        [("id", str)],
        [("archived", bool), ("created_time", Timestamp), ("updated_time", Timestamp)],
    )
    return Forms(
        create=_struct(kind, "Create", _given, _parts(kind, "Create", _given)),
        update=update,
        amend=_made(f"{kind.entity.name}Amend", [("id", str)], update),
        answer=answer,
        parts=parts,
        answers=_made(f"{kind.entity.name}Answers", [(kind.path.replace("-", "_"), of(list, answer))]),
        listed=of(ListAnswer, answer),
    )


def _given(property: Property) -> Field:
    if property.optional:
        return property.given | None, None
    # A text that must be there must say something, too.
    return (Annotated[str, Meta(min_length=1)] if property.given is str else property.given,)


def _changed(property: Property) -> Field:
    return property.given | None, None


def _answered(property: Property) -> Field:
    return (property.answered | None, None) if property.optional else (property.answered,)


def _parts(kind: Kind, suffix: str, field: Shape) -> dict[str, type[Wire]]:
    """The types of the objects in which some of the kind's properties stand."""
    return {
        part: _made(
            f"{kind.entity.name}{part.capitalize()}{suffix}",
            [(p.name, *field(p)) for p in kind.properties if p.part == part],
        )
        for part in kind.parts
    }


def _struct(
    kind: Kind,
    suffix: str,
    field: Shape,
    parts: Mapping[str, type[Wire]],
    before: Sequence[Field] = (),
    behind: Sequence[Field] = (),
) -> type[Wire]:
    """A type with a field for each of the kind's properties, those of a part in an object of their own."""
    own = [(p.column, *field(p)) for p in kind.properties if p.part is None]
    inner = [(part, type_ | None, None) for part, type_ in parts.items()]
    return _made(f"{kind.entity.name}{suffix}", [*before, *own, *inner, *behind])


def _made(name: str, fields: Sequence[Field], base: type[Wire] = Wire) -> type[Wire]:
    return made(name, fields, base, module=__name__)


# ---- between the wire and the columns ---------------------------------------------------------------------


def draft(kind: Kind, body: Wire) -> Draft:
    """What a request gives: absent properties are left out, and an empty text clears one that may be absent."""
    given: dict[str, Value] = {}
    faults: list[Refusal] = []
    for property in kind.properties:
        holder = getattr(body, property.part) if property.part else body
        value = getattr(holder, property.name) if holder is not None else None
        if value is None:
            continue
        try:
            given[property.column] = _stored(property, value)
        except money.MoneyError as fault:
            faults.append(Refusal(None, field=property.path, detail=str(fault)))
    return Draft(given, faults)


def _stored(property: Property, value: str | float | bool) -> Value:
    if isinstance(value, str):
        return None if property.optional and not value else value
    return int(value) if property.on_wire.type is bool else money.decimal_text(value)


def answer(form: Forms, kind: Kind, record: Classification) -> Wire:
    """A record as clients read it."""
    parts: dict[str, dict[str, object]] = {part: {} for part in kind.parts}
    own: dict[str, object] = {}
    for property in kind.properties:
        value = getattr(record, property.column)
        holder = parts[property.part] if property.part else own
        holder[property.name] = value if value is None else property.on_wire.type(value)
    return form.answer(
        id=record.id,
        **own,
        **{part: form.parts[part](**held) for part, held in parts.items()},
        archived=bool(record.archived),
        created_time=timestamp(record.created_time),
        updated_time=timestamp(record.updated_time),
    )
