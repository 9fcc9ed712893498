"""What a classification is, so that each of them is declared once, as the record that is stored of it.

From the declaration follow its table, what crosses the wire, its ten operations, its rules and its tests.
"""

import re
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta
from sqlalchemy import Table

from net30.kernel import ids
from net30.kernel.entity import Entity
from net30.store.record import Archived, CreatedTime, Record, UpdatedTime, listed, table
from net30.store.statements import Value
from net30.wire.naming import camel

LONGEST_TEXT = 255
LONGEST_DESCRIPTION = 4000

SIBLINGS = ("parent_id", "name")


class OnWire(msgspec.Struct, frozen=True):
    """Says of a column what its type leaves open.

    `type` is what clients read and write: bool for a flag, float for a decimal text. `names` says whose id it holds,
    by a column (chart_of_account_id); `longest` counts characters; `default` is stored when nothing was given;
    `only_for` is another column and the values of it that allow this one.
    """

    type: type = str
    names: str | None = None
    longest: int = LONGEST_TEXT
    default: Value = None
    only_for: tuple[str, frozenset[str]] | None = None


FLAG = OnWire(bool)
DECIMAL = OnWire(float)
DESCRIPTION = OnWire(longest=LONGEST_DESCRIPTION)
ACCOUNT_ID = OnWire(names="chart_of_account_id")


class Classification(Record, frozen=True):
    """What all of them have: a place below a parent of the same kind, or at the top."""

    organization_id: str
    id: Annotated[str, listed("id", kind="id", operators=("eq", "ne", "in"))]
    parent_id: Annotated[str | None, listed("parentId", kind="id", operators=("eq", "in"))]
    archived: Archived
    created_time: CreatedTime
    updated_time: UpdatedTime


class Property(msgspec.Struct, frozen=True):
    """A column that clients give, as `part.name` or `name` on the wire.

    `given` is its type in requests, `answered` in answers, without the None of an `optional` one.
    """

    column: str
    part: str | None
    name: str
    optional: bool
    given: Any
    answered: Any
    on_wire: OnWire

    @property
    def path(self) -> str:
        return f"{self.part}.{camel(self.name)}" if self.part else camel(self.name)


class Kind(msgspec.Struct, frozen=True):
    """One of the classifications. `unique` holds groups of columns that no two active ones have alike."""

    entity: Entity[Classification]
    record: type[Classification]
    table: Table
    prefix: str
    path: str
    noun: str
    plural: str
    note: str
    properties: tuple[Property, ...]
    parts: tuple[str, ...]
    unique: tuple[tuple[str, ...], ...]

    @property
    def id_column(self) -> str:
        """What other objects call an id of it, such as department_id."""
        return f"{snake(self.entity.name)}_id"


KINDS: dict[str, Kind] = {}
"""By their paths."""


def classification(
    record: type[Classification],
    path: str,
    *,
    table_name: str = "",
    noun: str = "",
    plural: str = "",
    note: str = "",
    parts: tuple[str, ...] = (),
    unique: tuple[tuple[str, ...], ...] = (SIBLINGS,),
) -> Table:
    """Declare a kind: its table, and with it everything else.

    `path` is the last part of its address. Columns that begin with one of `parts` and "_" stand in an object of that
    name. `note` is told with its operations.
    """
    name = snake(record.__name__)
    built = table(
        table_name or name,
        record,
        key=["organization_id", "id"],
    )
    hints = get_type_hints(record, include_extras=True)
    own = [column for column in record.__struct_fields__ if column not in Classification.__struct_fields__]
    KINDS[path] = Kind(
        entity=Entity(record.__name__, record),
        record=record,
        table=built,
        prefix=ids.PREFIX[name],
        path=path,
        noun=noun or name.replace("_", " "),
        plural=plural or path.replace("-", " "),
        note=note,
        properties=tuple(
            _property(c, hints[c], parts, optional=bool(built.c[c].nullable)) for c in (*own, "parent_id")
        ),
        parts=parts,
        unique=unique,
    )
    return built


def _property(column: str, hint: Any, parts: tuple[str, ...], *, optional: bool) -> Property:
    marks = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    stored = get_args(hint)[0] if marks else hint
    on_wire = next((mark for mark in marks if isinstance(mark, OnWire)), OnWire())
    given: Any = on_wire.type
    answered: Any = on_wire.type
    if get_origin(stored) is Literal:
        given, answered = stored, Literal["UNDEFINED", stored]
    if described := [mark for mark in marks if isinstance(mark, Meta)]:
        given, answered = Annotated[given, *described], Annotated[answered, *described]
    part = next((part for part in parts if column.startswith(f"{part}_")), None)
    name = column.removeprefix(f"{part}_")
    return Property(column, part, name, optional, given, answered, on_wire)


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
