"""Rows of CSV files (RFC 4180) that no program runs as formulas.

A cell that begins with one of = + - @, a tab or a carriage return is a formula to a spreadsheet, whoever wrote it: such
a text gets an apostrophe before it, which spreadsheets take as the mark of a text (OWASP, "CSV Injection"). A number is
a number.
"""

import csv
import re
from collections.abc import Iterable
from typing import Protocol

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


class Written(Protocol):
    """A file of text."""

    def write(self, text: str, /) -> object: ...


def cell(value: object) -> object:
    """What stands in a cell; None is an empty one."""
    if isinstance(value, str) and value.startswith(_BEGINS_A_FORMULA) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def write_rows(file: Written, rows: Iterable[Iterable[object]], *, line_end: str = "\r\n") -> None:
    """Write rows to a file that was opened with newline=""."""
    csv.writer(file, lineterminator=line_end).writerows([cell(value) for value in row] for row in rows)
