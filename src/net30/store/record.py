"""Declares what is stored: one msgspec Struct per table, from which the SQLAlchemy table and its indexes follow.

Columns hold text or integers only (flags are 0 or 1, money integer thousandths, times milliseconds), so a row read
from either driver is already the record's positional arguments.
"""

import types
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Double,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Table,
    Text,
    cast,
    func,
    literal_column,
)

# PostgreSQL must compare text bytewise, as SQLite does by default.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
INTEGER = BigInteger()

M = TypeVar("M")

Kind = Literal["text", "words", "id", "flag", "date", "time", "amount", "number", "decimal"]
# No index takes a text of any length.
BEGINNING = 100
RANGE = ("gt", "gte", "lt", "lte")
EQUALITY = ("eq", "ne", "in", "nin")

metadata = MetaData()


class Record(msgspec.Struct, frozen=True):
    """A stored row; fields stand in column order."""


class Listed(msgspec.Struct, frozen=True):
    """Marks a column as filterable and sortable on the wire, under one or more names.

    `kind` says how a filter's value is read and how rows are sorted, `operators` what may be asked (nothing of a column
    that a list can only be sorted by); `values` limits an enumerated text.
    """

    names: tuple[str, ...]
    kind: Kind
    operators: tuple[str, ...]
    values: tuple[str, ...] = ()


def in_order(column: ColumnElement[Any], kind: Kind) -> ColumnElement[Any]:
    """What a sort by a column compares: of `words` the beginning, of `decimal` text the number."""
    match kind:
        case "words":
            return func.substr(column, literal_column("1"), literal_column(str(BEGINNING)), type_=column.type)
        case "decimal":
            return cast(column, Double())
    return column


def compared(value: str | int | None, kind: Kind) -> str | float | None:
    """A column's value as `in_order` makes it."""
    if isinstance(value, str):
        return value[:BEGINNING] if kind == "words" else float(value) if kind == "decimal" else value
    return value


class Secrecy(msgspec.Struct, frozen=True):
    """Marks a column whose name ends in _secret: how a copy of the database is kept from telling it."""

    kept: Literal["ENCRYPTED", "HASHED"]


ENCRYPTED = Secrecy("ENCRYPTED")
"""Text of kernel/secrets.py's `encrypt`; `net30 secrets rotate` encrypts it anew."""

HASHED = Secrecy("HASHED")
"""A hash or a fingerprint, from which the secret cannot be had back."""


class ListedColumn(msgspec.Struct, frozen=True):
    """A listed column resolved to its table."""

    column: Column[Any]
    attribute: str
    kind: Kind
    operators: tuple[str, ...]
    values: tuple[str, ...]
    nullable: bool


class Stored(msgspec.Struct, frozen=True):
    """What the store knows of a record: its table, its key's attributes, the columns that lists may use and those
    that are encrypted."""

    table: Table
    key: tuple[str, ...]
    listed: dict[str, ListedColumn]
    encrypted: tuple[str, ...]


STORED: dict[type[Record], Stored] = {}

TOLD: set[type[Record]] = set()
"""Records of which the trail tells: an organization's own are stored by kernel/entity.py alone."""


def listed(
    *names: str, kind: Kind = "text", operators: Sequence[str] = EQUALITY, values: Sequence[str] = ()
) -> Listed:
    return Listed(names, kind, tuple(operators), tuple(values))


Archived = Annotated[int, listed("archived", kind="flag", operators=("eq", "ne"))]
CreatedTime = Annotated[int, listed("createdTime", kind="time", operators=RANGE)]
UpdatedTime = Annotated[int, listed("updatedTime", kind="time", operators=RANGE)]
"""What every list can be filtered and sorted by."""


def _is_optional(annotation: object) -> bool:
    if get_origin(annotation) is Annotated:
        return _is_optional(get_args(annotation)[0])
    return get_origin(annotation) in (Union, types.UnionType) and type(None) in get_args(annotation)


def _mark_of(annotation: object, kind: type[M]) -> M | None:
    if get_origin(annotation) is Annotated:
        return next((mark for mark in get_args(annotation)[1:] if isinstance(mark, kind)), None)
    if _is_optional(annotation):
        return next((mark for part in get_args(annotation) if (mark := _mark_of(part, kind))), None)
    return None


def _encrypted(record: type[Record], hints: dict[str, Any]) -> tuple[str, ...]:
    """The encrypted columns. TypeError for a secret that does not say how it is kept, or a mark on what is none."""
    found: list[str] = []
    for field in record.__struct_fields__:
        mark = _mark_of(hints[field], Secrecy)
        if field.endswith("_secret") != (mark is not None):
            raise TypeError(
                f"{record.__name__}.{field}: a column *_secret, and no other, is ENCRYPTED or HASHED"
            )
        if mark is ENCRYPTED:
            found.append(field)
    return tuple(found)


def _column_type(annotation: object) -> Text | BigInteger:
    if get_origin(annotation) is Annotated:
        return _column_type(get_args(annotation)[0])
    if _is_optional(annotation):
        return next(_column_type(part) for part in get_args(annotation) if part is not type(None))
    if get_origin(annotation) is Literal or annotation is str:
        return TEXT
    if annotation is int:
        return INTEGER
    raise TypeError(f"a column holds text or an integer, not {annotation}")


def table(
    name: str,
    record: type[Record],
    *,
    key: Sequence[str],
    unique: Sequence[Sequence[str]] = (),
    indexes: Sequence[Sequence[str]] = (),
    references: Mapping[str, str] = MappingProxyType({}),
    owned: bool = True,
) -> Table:
    """Make the table of a record.

    `key`, `unique` and `indexes` name attributes; `references` says whose id a column
    holds: of which table of the same organization, or, as "table.column", of which column of all. What references
    nothing of its organization references the organization itself, unless it is not `owned`.
    Each listed column gets the index (organization, column, created_time, key) that serves an equality filter in the
    default order as well as a sort on the column; a nullable one leaves its nulls out of the index.
    """
    hints = get_type_hints(record, include_extras=True)
    columns = {
        field: Column(field, _column_type(hint), nullable=_is_optional(hint), primary_key=field in key)
        for field, hint in ((f, hints[f]) for f in record.__struct_fields__)
    }
    built = Table(
        name,
        metadata,
        *columns.values(),
        *_foreign_keys(columns, references, owned=owned and name != "organization"),
        # Rows are found by their key: a clustered key saves SQLite one tree per table.
        sqlite_with_rowid=False,
    )
    resolved: dict[str, ListedColumn] = {}
    for field, hint in hints.items():
        if field not in columns or (mark := _mark_of(hint, Listed)) is None:
            continue
        column = columns[field]
        resolved |= {
            wire: ListedColumn(column, field, mark.kind, mark.operators, mark.values, bool(column.nullable))
            for wire in mark.names
        }
        # A key of one id alone is an index already.
        if [*key[1:]] != [field]:
            _index_listed(built, column, mark.kind, key)
    for names in indexes:
        Index(f"{name}_{'_'.join(names[1:])}_idx", *(columns[n] for n in names))
    for names in unique:
        Index(f"{name}_{'_'.join(names[1:] or names)}_key", *(columns[n] for n in names), unique=True)
    STORED[record] = Stored(built, tuple(key), resolved, _encrypted(record, hints))
    return built


def _foreign_keys(
    columns: Mapping[str, Column[Any]], references: Mapping[str, str], *, owned: bool
) -> Iterator[ForeignKeyConstraint]:
    within = {own: of for own, of in references.items() if "." not in of}
    if owned and not within and "organization_id" in columns:
        yield ForeignKeyConstraint(["organization_id"], ["organization.id"])
    for own, of in references.items():
        if own in within:
            yield ForeignKeyConstraint(["organization_id", own], [f"{of}.organization_id", f"{of}.id"])
        else:
            yield ForeignKeyConstraint([own], [of])


def _index_listed(built: Table, column: Column[Any], kind: Kind, key: Sequence[str]) -> None:
    tail = [built.c[n] for n in ("created_time", *key[1:]) if n in built.c and n != column.name]
    present = column.is_not(None) if column.nullable else None
    Index(
        f"{built.name}_{column.name}_list",
        built.c.organization_id,
        in_order(column, kind),
        *tail,
        sqlite_where=present,
        postgresql_where=present,
    )
