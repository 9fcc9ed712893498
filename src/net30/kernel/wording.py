"""Texts that a request carries: what they set of a record, and what is wrong with them."""

import re
from collections.abc import Collection, Mapping

from net30.store.statements import Value

# Line breaks and other control characters (C0, DEL, C1), and halves of surrogate pairs: a check shows none of
# them, and the latter have no UTF-8.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]+")

ONE_LINE = "must not hold line breaks or other control characters"
BLANK = "must not be blank"


def given(part: object, columns: Mapping[str, str], never_empty: Collection[str] = ()) -> dict[str, Value]:
    """The columns that a draft or a part of a request sets, by {its field: column}.

    What is absent is left out. An empty text clears a column, but for those that are never empty; a truth is
    0 or 1.
    """
    values = {column: getattr(part, name, None) for name, column in columns.items()}
    return {
        column: int(value)
        if isinstance(value, bool)
        else None
        if value == "" and column not in never_empty
        else value
        for column, value in values.items()
        if value is not None
    }


def is_unprintable(text: str) -> bool:
    """Whether the text holds anything that does not belong in one line of print."""
    return _UNPRINTABLE.search(text) is not None


def line_fault(text: str, *, needed: bool = False, email: bool = False) -> str | None:
    """What is wrong with a text of one line, which may have to be there or to be an address of mail; else None."""
    if needed and not text.strip():
        return BLANK
    if is_unprintable(text):
        return ONE_LINE
    if email and not _EMAIL.fullmatch(text):
        return "must be an e-mail address"
    return None
