"""What bills, invoices and the like have in common: how a draft becomes rows, and which of its ids are new.

A paper's draft has the names of its columns, so a field that is stored as it was said needs no line here.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TypeVar

import msgspec

from net30.accounting.lines import Changed, Kept, Wanted, require_known
from net30.kernel import ids
from net30.store.record import Record
from net30.store.statements import Value

D = TypeVar("D", bound=msgspec.Struct)
R = TypeVar("R", bound=Record)
K = TypeVar("K", bound=Kept)
C = TypeVar("C", bound=Changed)


class Classified(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of the classifications that a bill and every line may have."""

    chart_of_account_id: str | None = None
    accounting_class_id: str | None = None
    department_id: str | None = None
    location_id: str | None = None
    item_id: str | None = None


class LineDraft(Classified, frozen=True, kw_only=True):
    """What any draft of a line has: the id of the line it continues, if any, and what it is told as."""

    id: str | None = None
    description: str | None = None


# A draft's column and the kind of object that it names, itself a column's name (accounting.actions.active_ids).
References = Mapping[str, str]


@cache
def _alike(one: type[msgspec.Struct], other: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(name for name in one.__struct_fields__ if name in other.__struct_fields__)


def columns(record: type[Record], draft: msgspec.Struct) -> dict[str, Value]:
    """What a draft, or a part of one, says of a record's columns; a truth is 0 or 1."""
    values = {name: getattr(draft, name) for name in _alike(record, type(draft))}
    return {name: int(value) if isinstance(value, bool) else value for name, value in values.items()}


def entered(record: type[R], *parts: msgspec.Struct, **more: Value) -> R:
    """A new record of what drafts say, the first of them first, and of its other columns."""
    said: dict[str, Value] = {}
    for part in reversed(parts):
        said |= columns(record, part)
    return msgspec.convert(said | more, record)


def as_draft(draft: type[D], stored: Record, **more: object) -> D:
    """What a record would be entered as; `more` is what the draft has in another form."""
    alike = {name: getattr(stored, name) for name in _alike(draft, type(stored)) if name not in more}
    # Not strict: a column's 0 or 1 is a truth of the draft.
    return msgspec.convert(alike | more, draft, strict=False)


def rows(
    record: type[R],
    lines: Sequence[LineDraft],
    priced: Sequence[msgspec.Struct],
    *,
    prefix: str,
    **paper: Value,
) -> list[R]:
    """A paper's lines as they are stored: what each comes to, then what its draft says. `paper` names the paper."""
    return [
        entered(record, price, line, **paper, position=position, id=line.id or ids.new(prefix))
        for position, (line, price) in enumerate(zip(lines, priced, strict=True))
    ]


def patched(noun: str, stored: Sequence[K], changes: Sequence[C]) -> Iterator[tuple[K, C | None]]:
    """Each stored line and what a PATCH says of it; Refusals for changes of lines that are not there."""
    require_known(noun, stored, changes)
    by_id = {change.id: change for change in changes}
    return ((line, by_id.get(line.id)) for line in stored)


def newly_named(
    head: msgspec.Struct,
    ids_of_head: References,
    lines: Sequence[Wanted],
    ids_of_lines: References,
    old: Record | None = None,
    old_lines: Sequence[K] = (),
) -> list[tuple[str, str, str]]:
    """The ids that a draft gives to a paper or to one of its lines: (field, kind, id).

    What a paper or the same line has already stays good, though it was archived meanwhile.
    """
    known = {line.id: line for line in old_lines}
    found = list(_given("", head, ids_of_head, old))
    for position, line in enumerate(lines):
        found += _given(f"lines[{position}].", line, ids_of_lines, known.get(line.id or ""))
    return found


def _given(place: str, said: object, names: References, old: object) -> Iterator[tuple[str, str, str]]:
    for name, kind in names.items():
        value = getattr(said, name)
        if value is not None and value != getattr(old, name, None):
            yield f"{place}{name}", kind, value
