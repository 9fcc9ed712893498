"""What exists is in the docs, and what the docs name exists."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from docs.tables import PARTS, ROOT, written

from net30.console.commands import CONSOLE
from net30.kernel.entity import Verb
from net30.sandbox.schemas import SettingsChange
from net30.store.record import STORED
from net30.wire.naming import camel
from net30.wire.operation import OPERATIONS

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
EVENT = re.compile(r"[a-z-]+\.(created|updated|archived|restored|deleted|failed)")


def text(name: str) -> str:
    return (ROOT / name).read_text()


@pytest.mark.parametrize("name", PARTS)
def test_tables_are_current(name: str) -> None:
    assert text(name) == written(text(name), PARTS[name]), "run: .venv/bin/python tests/docs/tables.py"


def test_every_area_is_in_the_readme() -> None:
    rows = re.findall(r"^\| ([\w ,:]+) \|", text("README.md"), re.MULTILINE)
    told = {area for row in rows for area in row.split(", ")}
    assert {operation.area for operation in OPERATIONS.values()} <= told


def test_every_control_is_in_the_guide_of_the_sandbox() -> None:
    told = set(re.findall(r"`(\w+ /sandbox/[^`]+)`", text("docs/sandbox.md")))
    assert told == {key for key, operation in OPERATIONS.items() if operation.area == "sandbox"}


def test_every_setting_of_a_world_is_in_the_guide() -> None:
    told = re.findall(r"^\| `(\w+)` \| \w+ \|", text("docs/sandbox.md"), re.MULTILINE)
    assert told == [camel(name) for name in SettingsChange.__struct_fields__]


def test_every_command_of_the_operator_is_in_the_guide_of_production() -> None:
    told = re.findall(r"^\| `net30 ([^`]+)` \|", text("docs/production.md"), re.MULTILINE)
    assert set(told) == {*CONSOLE, "secrets new-key"}


def events_in_code() -> set[str]:
    """Texts of the source that are the names of events, and those that end in what happened (f"bill.{change.verb}")."""
    found: set[str] = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Constant(value=str(text)) if EVENT.fullmatch(text):
                    found.add(text)
                case ast.JoinedStr(
                    values=[
                        ast.Constant(value=str(noun)),
                        ast.FormattedValue(value=ast.Attribute(attr="verb")),
                    ]
                ):
                    found |= {noun + verb for verb in get_args(Verb)}
    return found


def test_every_event_is_in_the_docs() -> None:
    told = text("docs/events.md").partition("<!-- payloads -->")[0]
    assert set(re.findall(r"`([\w-]+\.\w+)`", told)) == events_in_code()


def test_every_list_says_what_it_takes() -> None:
    assert any(stored.listed for stored in STORED.values())
    # A partner lists the users and roles of an organization as the organization does.
    lists = {repr(operation.result) for operation in OPERATIONS.values() if operation.lists}
    assert len(lists) <= text("docs/what-differs.md").count("| property | value | operators |")


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """The files and anchors that a page points at."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if not re.match(r"\w+:", target):
            path, _, anchor = target.partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    dead = [
        f"{path.name}#{anchor}"
        for path, anchor in links(page)
        if not path.exists() or (anchor and anchor not in anchors(path))
    ]
    assert not dead


def test_every_code_that_the_docs_name_is_in_the_catalogue() -> None:
    catalogue = set(re.findall(r"^\| (BDC_\d+) \|", text("docs/errors.md"), re.MULTILINE))
    named = {code for page in PAGES for code in re.findall(r"BDC_\d+", page.read_text())}
    assert named <= catalogue
