"""Makes the functions that write records on the wire, from the two types.

    bill_event = answering(BillEvent, Bill, NAMES, more=["vendor_name"])
    bill_event(bill, vendor_name="Happy Music Supplies")

A field of the answer is the column of its name, or the one that the room's names (wire/naming.py) have at its place; an
object inside the answer is made of columns in the same way, and where it may be absent it is when what it needs, or all
of it, is null. What no column says is named in `more` and given with each call, or in `absent` and never there.
Whatever is left over is a mistake that is told at import.

The function is written out as source once, as dataclasses and attrs do it, because lists live on it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from net30.kernel.clock import timestamp
from net30.store.record import Record
from net30.wire.naming import NO_NAMES, Names
from net30.wire.types import Wire

A = TypeVar("A", bound=Wire)


def answering(
    answer: type[A],
    record: type[Record],
    names: Names = NO_NAMES,
    *,
    more: Collection[str] = (),
    absent: Collection[str] = (),
) -> Callable[..., A]:
    """The function (record, **more) → answer; TypeError for a field that neither says.

    Whole numbers are thousandths where the answer has a number, ms of UTC where it has a time, 0 or 1 where it has a
    truth; decimal text is a number.
    """
    space: dict[str, Any] = {"timestamp": timestamp}
    columns = {path: column for column, path in names.items() if column in record.__struct_fields__}
    writer = _Writer(record, columns, space)
    made = writer.made(answer, "", more, absent)
    given = "".join(f", {name}" for name in more)
    source = f"def answer(r{', *' if more else ''}{given}):\n    return {made}\n"
    # Made of names of our own types alone.
    exec(compile(source, f"<{answer.__name__} of {record.__name__}>", "exec"), space)
    function: Callable[..., A] = space["answer"]
    return function


class _Writer:
    """Writes the expressions of one function; what they name goes into `space`."""

    def __init__(self, record: type[Record], columns: Mapping[str, str], space: dict[str, Any]) -> None:
        self.record = record
        self.stored = get_type_hints(record)
        self.columns = columns
        self.space = space

    def made(
        self,
        wanted: type[msgspec.Struct],
        place: str,
        more: Collection[str] = (),
        absent: Collection[str] = (),
        *,
        there: bool = False,
    ) -> str:
        """The expression of an object; `there` where it is only made when what it needs is not null."""
        self.space[wanted.__name__] = wanted
        hints = get_type_hints(wanted)
        said = [
            f"{field.name}={field.name if field.name in more else self.told(wanted, field.name, hint, place)}"
            for field in msgspec.structs.fields(wanted)
            if field.name not in absent
            for hint in [hints[field.name] | None if there and field.required else hints[field.name]]
        ]
        return f"{wanted.__name__}({', '.join(said)})"

    def told(self, wanted: type[msgspec.Struct], name: str, hint: Any, place: str) -> str:
        path = f"{place}{name}"
        column = self.columns.get(path) or (path if path not in self.columns.values() else "")
        if column in self.stored:
            return _written(f"r.{column}", self.stored[column], hint)
        kinds = list(_kinds(hint))
        parts = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Wire)), None)
        if parts is None:
            raise TypeError(f"{wanted.__name__}.{name} is said by no column of {self.record.__name__}")
        if NoneType not in kinds:
            return self.made(parts, f"{path}.")
        needed = [field.name for field in msgspec.structs.fields(parts) if field.required]
        made = self.made(parts, f"{path}.", there=True)
        absent = [f"r.{self.columns[f'{path}.{one}']} is None" for one in needed or parts.__struct_fields__]
        return f"None if {(' or ' if needed else ' and ').join(absent)} else {made}"


def _written(value: str, stored: Any, wanted: Any) -> str:
    """The expression of a column's value in its form on the wire."""
    has, wants = set(_kinds(stored)), set(_kinds(wanted))
    form = "{}"
    if int in has and float in wants:
        # Thousandths over 1000 are exact as a double (kernel/money.py).
        form = "{} / 1000"
    elif int in has and bool in wants:
        form = "{} == 1"
    elif int in has and str in wants:
        form = "timestamp({})"
    elif str in has and float in wants:
        form = "float({})"
    if not (has - {NoneType} <= wants or form != "{}") or (NoneType in has and NoneType not in wants):
        raise TypeError(f"{value} is {stored}, and {wanted} is wanted")
    told = form.format(value)
    return told if form == "{}" or NoneType not in has else f"None if {value} is None else {told}"


def _kinds(hint: Any) -> Iterator[Any]:
    """The plain types that a hint allows; the texts of a Literal are str."""
    origin = get_origin(hint)
    if origin is Annotated:
        yield from _kinds(get_args(hint)[0])
    elif origin in (Union, UnionType):
        for one in get_args(hint):
            yield from _kinds(one)
    elif origin is Literal:
        yield from {type(value) for value in get_args(hint)}
    else:
        yield hint
