"""The one write: what people look up in the trail comes to be and changes here, and nowhere else.

A room declares each kind of its objects once: what the trail calls it, what belongs to it, and what follows from a
change (events, books). Its verbs then hand over records. A verb cannot forget the trail, the event or the books:
`TenantTransaction` refuses to store a declared record in any other way.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Generic, Literal, NamedTuple, TypeVar

import msgspec

from net30.kernel import audit
from net30.kernel.context import Context
from net30.kernel.owned import Parts
from net30.store.database import changed
from net30.store.record import TOLD, Record
from net30.store.statements import Value

R = TypeVar("R", bound=Record)
W = TypeVar("W", bound=tuple[Sequence[Record], ...])

Verb = Literal["created", "updated", "archived", "restored"]


class Change(msgspec.Struct, Generic[R], frozen=True):
    """What happened to one object; `old` is None when it came to be."""

    old: R | None
    new: R

    @property
    def verb(self) -> Verb:
        """What happened, in the words of events."""
        if self.old is None:
            return "created"
        before, after = getattr(self.old, "archived", 0), getattr(self.new, "archived", 0)
        return "updated" if before == after else "archived" if after else "restored"


Follow = Callable[[Context, Sequence[Change[R]]], None]


def _nothing(ctx: Context, changes: Sequence[Change[R]]) -> None: ...


class Entity(Generic[R]):
    """Objects of one kind that have a trail.

    `name` is theirs in the trail, `of` the attribute that holds the id under which it is looked up. `follow` is called
    once for all objects of a write, when they are stored: it emits the events and posts to the books.
    """

    def __init__(self, name: str, record: type[R], *, of: str = "id", follow: Follow[R] = _nothing) -> None:
        self.name = name
        self.follow = follow
        self.id_of: Callable[[R], str] = attrgetter(of)
        self._stamped = "updated_time" in record.__struct_fields__
        TOLD.add(record)

    def enter(self, ctx: Context, *new: R, with_them: Callable[[], object] | None = None) -> None:
        """Store objects that are new. `with_them` enters what comes to be as a part of what is told of them."""
        ctx.tx.insert_told(*new)
        for record in new:
            audit.created(ctx, self.name, record, self.id_of(record))
        if with_them is not None:
            with_them()
        self.follow(ctx, [Change(None, record) for record in new])

    def revise(self, ctx: Context, old: R, new: R) -> R:
        """Store another version of an object, with the time of the change; the object as it is then.

        That is `old` itself, and nothing is written or told, when nothing differs.
        """
        return self.revise_all(ctx, [(old, new)])[0]

    def revise_all(self, ctx: Context, versions: Sequence[tuple[R, R]]) -> list[R]:
        """`revise` for several objects, each of them once."""
        revised = [self._revised(ctx, old, new) for old, new in versions]
        self.follow(
            ctx, [Change(old, new) for (old, _), new in zip(versions, revised, strict=True) if new is not old]
        )
        return revised

    def touch(self, ctx: Context, old: R) -> R:
        """Something that belongs to an object changed, and has its own trail: the object as it is told now."""
        assert self._stamped, "only what has an updated time can be touched"
        new = msgspec.structs.replace(old, updated_time=ctx.now)
        ctx.tx.update_told(old, new)
        self.follow(ctx, [Change(old, new)])
        return new

    def _revised(self, ctx: Context, old: R, new: R) -> R:
        if new == old:
            return old
        if self._stamped:
            new = msgspec.structs.replace(new, updated_time=ctx.now)
        ctx.tx.update_told(old, new)
        audit.edited(ctx, self.name, self.id_of(old), changed(old, new))
        return new


class Composed(msgspec.Struct, Generic[R, W], frozen=True):
    """What happened to an object that has parts; `old` is None when it came to be, `parts` when they stay as they are.

    `old_parts` are those before, None when there were none.
    """

    old: R | None
    new: R
    old_parts: W | None
    parts: W | None

    @property
    def verb(self) -> Verb:
        """What happened, in the words of events."""
        return Change(self.old, self.new).verb


class PartsTold(NamedTuple):
    """Parts that have no trail of their own: their object's tells of them under `name`, as `told` writes the list."""

    name: str
    parts: Parts[Any]
    told: Callable[[Sequence[Any]], Value]


class EntityWithParts(Generic[R, W]):
    """As `Entity`, for objects that have parts: the lines of a bill, the bills that a payment pays.

    `W` is the type of all parts of one object, a tuple of lists in the order of `parts`.
    """

    def __init__(
        self,
        name: str,
        record: type[R],
        parts: Sequence[PartsTold],
        *,
        follow: Callable[[Context, Sequence[Composed[R, W]]], None],
    ) -> None:
        self.name = name
        self.parts = parts
        self.follow = follow
        self.id_of: Callable[[R], str] = attrgetter("id")
        TOLD.add(record)

    def enter(self, ctx: Context, *new: tuple[R, W]) -> None:
        """Store objects that are new, each with its parts."""
        ctx.tx.insert_told(*(record for record, _ in new))
        for index in range(len(self.parts)):
            ctx.tx.insert(*(part for _, parts in new for part in parts[index]))
        for record, parts in new:
            began = {
                kind.name: (None, kind.told(own)) for kind, own in zip(self.parts, parts, strict=True) if own
            }
            audit.created(ctx, self.name, record, self.id_of(record), began)
        self.follow(ctx, [Composed(None, record, None, parts) for record, parts in new])

    def revise(self, ctx: Context, old: R, new: R, parts: tuple[W, W] | None = None) -> R:
        """Store another version of an object, with the time of the change; the object as it is then.

        `parts` are (those it has, those it shall have), None for no change. The answer is `old` itself, and nothing is
        written or told, when nothing differs.
        """
        return self.revise_all(ctx, [(old, new, parts)])[0]

    def revise_all(self, ctx: Context, versions: Sequence[tuple[R, R, tuple[W, W] | None]]) -> list[R]:
        """`revise` for several objects, each of them once."""
        done: list[R] = []
        changes: list[Composed[R, W]] = []
        for old, new, parts in versions:
            differing = {} if parts is None else self._replaced(ctx, self.id_of(old), *parts)
            if new == old and not differing:
                done.append(old)
                continue
            new = msgspec.structs.replace(new, updated_time=ctx.now)
            ctx.tx.update_told(old, new)
            audit.edited(ctx, self.name, self.id_of(old), {**changed(old, new), **differing})
            done.append(new)
            before, after = parts or (None, None)
            changes.append(Composed(old, new, before, after))
        self.follow(ctx, changes)
        return done

    def _replaced(self, ctx: Context, id: str, before: W, after: W) -> dict[str, tuple[Value, Value]]:
        """Store the parts that differ; what the trail tells of them."""
        differing: dict[str, tuple[Value, Value]] = {}
        for kind, old, new in zip(self.parts, before, after, strict=True):
            if list(old) != list(new):
                kind.parts.replace(ctx, id, new)
                differing[kind.name] = (kind.told(old), kind.told(new))
        return differing
