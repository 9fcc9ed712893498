"""Decisions about classifications, without I/O: what may be said of one, where it may stand, what must differ."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from net30.accounting.kinds import Classification, Kind
from net30.kernel.refusal import FIELD, Refusal
from net30.store.statements import Value

MOST_IN_BULK = 50
# How deep a classification may stand when it is given its parent.
MOST_LEVELS = 50

# Accounts of these types sum up what vendors are owed and customers owe, or stand outside of the books.
UNPOSTABLE: frozenset[str] = frozenset({"ACCOUNTS_PAYABLE", "ACCOUNTS_RECEIVABLE", "NON_POSTING"})

Columns = Mapping[str, Value]


class Draft(msgspec.Struct, frozen=True):
    """The columns that somebody gives, and what is wrong with those that could not be read."""

    given: Mapping[str, Value]
    faults: Sequence[Refusal] = ()


class Change(msgspec.Struct, frozen=True):
    """A classification as it is, None when it is new, and as it should be."""

    old: Classification | None
    new: Classification

    def gives(self, column: str) -> bool:
        """Whether the column comes to hold what it did not hold."""
        return self.old is None or getattr(self.old, column) != getattr(self.new, column)


class Place(msgspec.Struct, frozen=True):
    """Where a classification stands."""

    parent_id: str | None
    archived: bool


def text_faults(kind: Kind, given: Columns) -> Iterator[Refusal]:
    """Texts that say nothing where something must be said, and those that are too long."""
    for one in kind.properties:
        text = given.get(one.column)
        if not isinstance(text, str):
            continue
        if not one.optional and not text.strip():
            yield Refusal(None, field=one.path, detail="must not be blank")
        elif len(text) > one.on_wire.longest:
            yield Refusal(
                "BDC_1143",
                field=one.path,
                max=one.on_wire.longest,
                detail=f"{one.path} has {len(text)} characters",
                help=f"use at most {one.on_wire.longest}",
            )


def settled(kind: Kind, wanted: Columns, given: Columns) -> tuple[Columns, list[Refusal]]:
    """The columns without those that the others do not allow; a Refusal for each of them that was given."""
    kept = dict(wanted)
    faults: list[Refusal] = []
    for one in kind.properties:
        if one.on_wire.only_for is None or wanted[one.column] is None:
            continue
        decisive, allowing = one.on_wire.only_for
        if wanted[decisive] in allowing:
            continue
        kept[one.column] = None
        if given.get(one.column) is not None:
            faults.append(
                Refusal(
                    None,
                    field=one.path,
                    detail=f"must not be given when {decisive} is {wanted[decisive]}",
                    help=f"leave it out, or use one of {', '.join(sorted(allowing))}",
                )
            )
    return kept, faults


def parent_fault(kind: Kind, change: Change, places: Mapping[str, Place]) -> Refusal | None:
    """Why the parent cannot be; `places` holds what stands above it, as it will be after the request."""
    id_, parent_id = change.new.id, change.new.parent_id
    if parent_id is None or not change.gives("parent_id"):
        return None
    if parent_id not in places:
        return unknown(kind, parent_id, "parentId")
    why = "is archived" if places[parent_id].archived else _misplaced(id_, parent_id, places)
    if why is None:
        return None
    return Refusal(
        "BDC_1119",
        field="parent_id",
        value=parent_id,
        detail=f"{kind.noun} {parent_id} {why}",
        help="name another parent, or an empty text for none",
    )


def _misplaced(id_: str, parent_id: str, places: Mapping[str, Place]) -> str | None:
    above = parent_id
    for _ in range(MOST_LEVELS - 1):
        if above == id_:
            return f"is {id_} itself or stands below it"
        place = places.get(above)
        if place is None or place.parent_id is None:
            return None
        above = place.parent_id
    return f"stands too deep: there are at most {MOST_LEVELS} levels"


def unknown(kind: Kind, id_: str, path: str = "id") -> Refusal:
    return Refusal(
        "BDC_1205",
        id=id_,
        detail=f"{path} names {id_}, which is no {kind.noun} of this organization",
        help=f"take the id from GET /v3/classifications/{kind.path}",
    )


def unpostable(path: str, id_: str, account_type: str) -> Refusal:
    """An account that nothing may be entered on by hand: what is posted there follows from bills and invoices."""
    return Refusal(
        "BDC_1119",
        field=path,
        value=id_,
        detail=f"{FIELD} names {id_}, an account of the type {account_type}, on which nothing is entered",
        help="name an account of another type, or leave the property out",
    )


def sought(change: Change, group: Sequence[str]) -> str | None:
    """The text that has to be free for the change: that of the group's last column, when it comes to be in use."""
    text: str | None = getattr(change.new, group[-1])
    comes = change.gives("archived") or any(change.gives(column) for column in group)
    return text if comes and not change.new.archived else None


def taken(kind: Kind, change: Change, group: Sequence[str], by: str) -> Refusal:
    """Another active classification, `by`, has what no two have alike."""
    paths = {one.column: one.path for one in kind.properties}
    where = " and the same parent" if "parent_id" in group else ""
    return Refusal(
        "BDC_1119",
        field=paths[group[-1]],
        value=getattr(change.new, group[-1]),
        detail=f"the active {kind.noun} {by} has the same {paths[group[-1]]}{where}",
        help="choose another, or archive that one",
    )
