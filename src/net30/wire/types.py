"""The types of the wire: how a value is written in JSON and described in the OpenAPI document."""

import datetime
from typing import Annotated, Any, dataclass_transform

import msgspec
from msgspec import Meta
from msgspec import inspect as mi

from net30.kernel.clock import timestamp as timestamp


class _KeywordsOnly(msgspec.StructMeta):
    """msgspec does not hand kw_only on to subclasses; on the wire every struct has it."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> Any:
        return super().__new__(cls, name, bases, namespace, **{"kw_only": True, **options})


@dataclass_transform(kw_only_default=True)
class Wire(msgspec.Struct, metaclass=_KeywordsOnly, rename="camel", omit_defaults=True):
    """What crosses the wire: camelCase names, and values that are absent are left out.

    In a request a null means the same as an absent property.
    """


Amount = Annotated[float, Meta(description="An amount of money: a finite JSON number, never a text.")]
"""Decoded as a float and turned into exact thousandths at once (kernel/money.py); never summed."""

Timestamp = Annotated[
    str,
    Meta(
        extra_json_schema={"format": "date-time"},
        description="UTC, milliseconds: 2026-12-25T00:00:00.127+00:00",
    ),
]

DateText = Annotated[str, Meta(extra_json_schema={"format": "date"})]
"""A date in an answer (yyyy-MM-dd), kept as the text it is stored as."""

Date = datetime.date
"""A date in a request."""


SECRET = Meta(extra={"secret": True})
"""Marks what a request carries, or an answer shows its caller, and nobody else may read: no refusal repeats its value,
no log shows it, and no copy of the database has it in plain."""


LINES = Meta(extra={"lines": True})
"""Marks a text of a request that may have several lines. All others have one, and are kept tidy (kernel/texts.py)."""


def is_marked(wanted: mi.Type, mark: str) -> bool:
    """Whether a type bears a mark: "secret" or "lines"."""
    return isinstance(wanted, mi.Metadata) and bool((wanted.extra or {}).get(mark))


def said_if_absent(sentence: str) -> Meta:
    """Marks what a request must carry with what the API says when it is not there."""
    return Meta(extra={"absent": sentence})


DOCUMENTED_AS_REQUIRED = Meta(extra_json_schema={"x-net30-required": True})
"""Marks what a request need not carry any more: the document goes on naming it as required, as the contract does, so
that programs made from it work with older servers too."""


class ListRequest(Wire):
    """The query of every list: page size, a page token of an earlier answer, sort keys and filters."""

    max: Annotated[int, Meta(ge=1, le=100)] = 20
    page: str | None = None
    sort: str | None = None
    filters: str | None = None
