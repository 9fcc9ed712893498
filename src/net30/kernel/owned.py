"""Objects that an organization owns, found by their ids, and the parts they have.

The one place where an unknown id is refused, and where many are read at once.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Generic, TypeVar

from sqlalchemy import and_, bindparam, delete, select

from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.store.record import STORED, Record
from net30.store.statements import Sized, Statement, by_key, one_of

R = TypeVar("R", bound=Record)

_id_of = attrgetter("id")
_archived = attrgetter("archived")


class Owned(Generic[R]):
    """The objects of one kind, whose key is the organization and an id.

    `noun` is what a refusal calls one, `found_at` the operation that tells the ids. An id of another organization
    or of another kind of object is as unknown as one that never was.
    """

    def __init__(self, record: type[R], noun: str, found_at: str) -> None:
        stored = STORED[record].table
        self.record = record
        self.noun = noun
        self.found_at = found_at
        self.by_id = Statement(select(stored).where(by_key(stored, ("organization_id", "id"))))
        self.by_ids = Sized(
            lambda count: select(stored).where(
                stored.c.organization_id == bindparam("organization_id"), one_of(stored.c.id, "id", count)
            )
        )

    def find(self, ctx: Context, id: str) -> R | None:
        """The object with an id, archived or not."""
        return ctx.tx.record(self.record, self.by_id, {"id": id})

    def require(self, ctx: Context, id: str, *, field: str | None = None) -> R:
        """The object with an id, archived or not; BDC_1205 when there is none, naming the `field` that gave it."""
        found = self.find(ctx, id)
        if found is None:
            raise self.unknown(id, field=field)
        return found

    def find_all(self, ctx: Context, ids: Sequence[str]) -> dict[str, R]:
        """At most 1000 objects by their ids; those that there are not are left out."""
        if not ids:
            return {}
        statement, parameters = self.by_ids.of("id", ids)
        found = ctx.tx.records(self.record, statement, parameters)
        return {_id_of(record): record for record in found}

    def require_all(self, ctx: Context, ids: Sequence[str]) -> dict[str, R]:
        """At most 1000 objects by their ids; BDC_1205 for the first id that there is not."""
        known = self.find_all(ctx, ids)
        for id in ids:
            if id not in known:
                raise self.unknown(id)
        return known

    def require_active(self, found: R, *, field: str = "id") -> None:
        """Refuse an object that is archived, naming the `field` that gave it."""
        if _archived(found):
            raise self.archived(_id_of(found), field=field)

    def archived(self, id: str, *, field: str = "id") -> Refusal:
        """The refusal (422) of an object that is archived, where an active one is needed."""
        return Refusal(
            "BDC_1119",
            field=field,
            value=id,
            detail=f"{self.noun} {id} is archived",
            help=f"restore the {self.noun} first, or name another",
        )

    def unknown(self, id: str, *, field: str | None = None) -> Refusal:
        """The refusal of an id; 404 unless its code says otherwise."""
        return Refusal(
            "BDC_1205",
            field=field,
            id=id,
            detail=f"this organization has no {self.noun} with the id {id}",
            help=f"take an id from {self.found_at}",
        )


class Parts(Generic[R]):
    """The parts of objects of one kind: the lines of bills, the bills that payments pay.

    `parent` is the attribute of a part that holds its object's id, `order` by what its parts are ordered.
    """

    def __init__(self, record: type[R], parent: str, *order: str) -> None:
        stored = STORED[record].table
        self.record = record
        self.parent = parent
        self.of_parents = Sized(
            lambda count: (
                select(stored)
                .where(
                    stored.c.organization_id == bindparam("organization_id"),
                    one_of(stored.c[parent], "parent", count),
                )
                .order_by(stored.c[parent], *(stored.c[name] for name in order))
            )
        )
        own = and_(
            stored.c.organization_id == bindparam("organization_id"), stored.c[parent] == bindparam("parent")
        )
        self.dropping = Statement(delete(stored).where(own))

    def of(self, ctx: Context, parent: str) -> list[R]:
        """The parts of one object, in order."""
        return self.by_parent(ctx, [parent])[parent]

    def replace(self, ctx: Context, parent: str, parts: Sequence[R]) -> None:
        """Store these parts of an object in place of those that it has."""
        ctx.tx.execute(self.dropping, {"parent": parent})
        ctx.tx.insert(*parts)

    def by_parent(self, ctx: Context, parents: Iterable[str]) -> dict[str, list[R]]:
        """The parts of at most 1000 objects by the object's id; a list that may be empty for each of them."""
        parts: dict[str, list[R]] = {id: [] for id in parents}
        if parts:
            statement, parameters = self.of_parents.of("parent", list(parts))
            parent_of = attrgetter(self.parent)
            for part in ctx.tx.records(self.record, statement, parameters):
                parts[parent_of(part)].append(part)
        return parts
