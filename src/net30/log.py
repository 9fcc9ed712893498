"""How net30's processes log: plain lines on standard error, and no contents of rows."""

import logging
import re
from types import TracebackType

_Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


# What would begin a line of its own, move a terminal's cursor or turn its text around.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class WithoutRows(logging.Formatter):
    """PostgreSQL repeats the row that it refuses; a log has no business with what people have stored.

    A message is one line, whatever the texts in it: control characters are written as escapes.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:
        return _CONTROLS.sub(
            lambda found: found[0].encode("unicode_escape").decode(), super().formatMessage(record)
        )

    def formatException(self, ei: _Caught) -> str:
        text = super().formatException(ei)
        error = ei[1]
        while error is not None:
            # Only errors of psycopg have a diagnosis; a server on SQLite does without that driver's memory.
            diagnosis = getattr(error, "diag", None)
            if diagnosis is not None and diagnosis.message_detail:
                text = text.replace(str(error), f"{diagnosis.message_primary} (the row is not logged)")
            error = error.__cause__ or error.__context__
        return text


def set_up() -> None:
    """Log from INFO on, once in a process."""
    handler = logging.StreamHandler()
    handler.setFormatter(WithoutRows("%(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
