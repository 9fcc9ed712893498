"""What bills, invoices and the like have in common in their lines; decisions only, without I/O."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Protocol, TypeVar

import msgspec
from msgspec.structs import fields

from net30.kernel import money
from net30.kernel.refusal import FIELD, Refusal, Refusals
from net30.store.statements import Value

MOST_LINES = 1000
# Characters in the descriptions of a paper's lines together: a hundred of the longest, or 400 in each of 1000.
MOST_TEXT = 400_000
# About how many bytes a line has in an answer beside its description, when it has all that a line may have.
LINE_BYTES = 300


class Wanted(Protocol):
    """A line as someone wants it; `id` is that of the line it continues, if any."""

    @property
    def id(self) -> str | None: ...


class Kept(Protocol):
    """A line that is stored. Its amount is in thousandths."""

    @property
    def id(self) -> str: ...
    @property
    def amount(self) -> int: ...
    @property
    def description(self) -> str | None: ...


class Described(Protocol):
    """A line as far as its words go."""

    @property
    def description(self) -> str | None: ...


class Priced(Protocol):
    """What a line comes to. Its amount is in thousandths."""

    @property
    def amount(self) -> int: ...


class Changed(Protocol):
    """What a PATCH says of the line with this id."""

    @property
    def id(self) -> str: ...


D = TypeVar("D", bound=msgspec.Struct)
L = TypeVar("L", bound=Described)
P = TypeVar("P", bound=Priced)


def priced(lines: Sequence[L], price: Callable[[L], P], rate: str | None) -> list[P]:
    """What `price` makes of each line; Refusals name every line at which it raises MoneyError.

    A line that is more than 10^12 in USD, at `rate` units of its currency for a dollar, is refused as well.
    """
    require_few(lines)
    made: list[P] = []
    faults: list[Refusal] = []
    for position, line in enumerate(lines):
        try:
            one = price(line)
            money.in_dollars(one.amount, rate)
            made.append(one)
        except money.MoneyError as fault:
            faults.append(Refusal(None, field=f"lines[{position}]", detail=str(fault)))
    if faults:
        raise Refusals(faults)
    return made


def require_few(lines: Sequence[Described]) -> None:
    """There are at most 1000 lines, and at most 400,000 characters in their descriptions."""
    if len(lines) > MOST_LINES:
        raise Refusal(None, field="lines", detail=f"size must be between 1 and {MOST_LINES}")
    if (length := sum(len(line.description or "") for line in lines)) > MOST_TEXT:
        raise Refusal(
            None,
            field="lines",
            detail=f"the descriptions have {length} characters together, and may have {MOST_TEXT}",
            help="shorten them, and send what is long as a document",
        )


def bytes_of(lines: Sequence[Described]) -> int:
    """About how many bytes the lines have in an answer; nearly always less."""
    return sum(LINE_BYTES + len(msgspec.json.encode(line.description)) for line in lines)


def total_in_dollars(total: int, currency: str, rate: str | None, noun: str) -> int:
    """What the lines come to in USD; refused unless it is between 0 and 10^12 in their currency and in USD."""
    said = f"the lines come to {money.text(total, currency)}"
    try:
        dollars = money.in_dollars(total, rate)
    except money.MoneyError as fault:
        said, dollars = str(fault).rstrip("."), -1
    if dollars < 0 or not 0 <= total <= money.MAX_THOUSANDTHS:
        raise Refusal(
            None,
            field="lines",
            detail=f"{said}; {noun}'s total is between 0 and 10^12, in its currency and in USD",
            help="correct the amounts of the lines",
        )
    return dollars


def held(record: object, names: Iterable[str]) -> dict[str, str]:
    """The ids that a stored record has, by the columns among `names`."""
    return {name: str(value) for name in names if (value := getattr(record, name)) is not None}


def without_blanks(draft: D) -> D:
    """The draft without the empty texts in it, wherever a property may be absent."""
    if "" not in msgspec.structs.astuple(draft):
        return draft
    blank = {name: None for name in _may_be_absent(type(draft)) if getattr(draft, name) == ""}
    return msgspec.structs.replace(draft, **blank)


@cache
def _may_be_absent(draft: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(draft) if field.default is None)


def require_own(noun: str, wanted: Sequence[Wanted], stored: Sequence[Kept]) -> None:
    """Lines with an id continue a line of the same paper, each of them one."""
    own = {line.id for line in stored}
    seen: set[str] = set()
    for position, line in enumerate(wanted):
        if line.id is None:
            continue
        if line.id not in own or line.id in seen:
            raise Refusal(
                "BDC_1205",
                field=f"lines[{position}].id",
                id=line.id,
                detail=f"{FIELD} names no other line of this {noun}",
                help=f"use an id of the {noun}'s lines once, or leave it out to add a line",
            )
        seen.add(line.id)


def require_known(noun: str, stored: Sequence[Kept], changes: Sequence[Changed]) -> None:
    """What a PATCH changes are lines of the paper."""
    known = {line.id for line in stored}
    unknown = [
        Refusal(
            "BDC_1205",
            field=f"lines[{position}].id",
            id=change.id,
            detail=f"{FIELD} names no line of this {noun}",
            help="PATCH changes lines by their ids; PUT adds and removes lines",
        )
        for position, change in enumerate(changes)
        if change.id not in known
    ]
    if unknown:
        raise Refusals(unknown)


def told(lines: Sequence[Kept]) -> Value:
    """Lines as the audit trail tells them."""
    return msgspec.json.encode([(line.id, line.amount, line.description) for line in lines]).decode()
