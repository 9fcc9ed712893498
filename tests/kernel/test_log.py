"""A line of the log is one line, whatever somebody sent."""

import logging

import pytest

from net30.log import WithoutRows


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\nsecond line", r"a\nsecond line"),
        ("\x1b[2Jcleared", r"\x1b[2Jcleared"),
        ("a\rb\x85c\u2028d", r"a\rb\x85c\u2028d"),
        ("evil\u202eexe", r"evil\u202eexe"),
        ("Müller & Söhne", "Müller & Söhne"),
    ],
)
def test_controls_are_escaped(text: str, written: str) -> None:
    record = logging.LogRecord("net30", logging.INFO, __file__, 1, "path %s", (text,), None)
    assert WithoutRows("%(message)s").format(record) == f"path {written}"
