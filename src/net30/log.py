"""How net30's processes log: plain lines on standard error, and no contents of rows."""

import logging
from types import TracebackType

import psycopg

_Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _WithoutRows(logging.Formatter):
    """PostgreSQL repeats the row that it refuses; a log has no business with what people have stored."""

    def formatException(self, ei: _Caught) -> str:
        text = super().formatException(ei)
        error = ei[1]
        while error is not None:
            if isinstance(error, psycopg.Error) and error.diag.message_detail:
                text = text.replace(str(error), f"{error.diag.message_primary} (the row is not logged)")
            error = error.__cause__ or error.__context__
        return text


def set_up() -> None:
    """Log from INFO on, once in a process."""
    handler = logging.StreamHandler()
    handler.setFormatter(_WithoutRows("%(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
