"""Writes into the docs what the code says already: `.venv/bin/python tests/docs/tables.py` brings them up to date.

A part stands between `<!-- name -->` and `<!-- end of name -->`; the test beside this file fails when one is stale.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import get_args

import msgspec

import net30.rooms  # noqa: F401  (declares every record and operation)
from net30.access.roles import ROLES, permissions
from net30.settings import DESCRIBED, Settings
from net30.store.record import BEGINNING, EQUALITY, RANGE, STORED, ListedColumn
from net30.webhooks import catalogue as webhook_catalogue
from net30.wire.errors import CATALOGUE
from net30.wire.types import Wire

ROOT = Path(__file__).resolve().parents[2]

# Lists of what belongs to one object; they take neither filters nor a sort.
ONLY_PAGED = {"document", "attachment", "billing_statement"}

KIND_OF_VALUE = {
    "text": "text",
    "words": f"text, sorted by its first {BEGINNING} characters",
    "id": "id",
    "flag": "true or false",
    "date": "date",
    "time": "date-time",
    "amount": "amount",
    "number": "whole number",
    "decimal": "number",
}


def settings_table() -> str:
    """Every flag of `net30 serve`."""
    rows = [
        (
            f"`--{'no-' * (default is True)}{name.replace('_', '-')}`",
            f"`NET30_{name.upper()}`",
            _shown(default),
            DESCRIBED[name],
        )
        for name, default in zip(Settings.__struct_fields__, Settings.__struct_defaults__, strict=True)
    ]
    return _table(("flag", "variable", "default", "what it sets"), rows)


def codes_table() -> str:
    """Every code of the catalogue."""
    rows = [
        (code, str(coded.status), _message(coded.message), "reserved" if coded.reserved else "")
        for code, coded in CATALOGUE.items()
    ]
    return _table(("code", "HTTP", "message", "note"), rows)


def roles_table() -> str:
    """Every role that a person can have."""
    return _table(("role", "what it is for"), ((name, role.description) for name, role in ROLES.items()))


def permissions_table() -> str:
    """Which role holds which permission, apart from those that everyone holds."""
    everyone = permissions("NO_ACCESS")
    told = [name for name in ROLES if permissions(name) - everyone]
    rows = [
        (f"`{one}`", *("yes" if one in permissions(name) else "" for name in told))
        for one in sorted(permissions("ADMINISTRATOR") - everyone)
    ]
    return _table(("permission", *(name.replace("_", " ") for name in told)), rows)


def lists_tables() -> str:
    """Per list, what it can be filtered and sorted by."""
    sections = (
        f"### {title}\n\n{_table(('property', 'value', 'operators'), _listed(listed))}"
        for title, listed in sorted(_lists())
    )
    return "\n\n".join(sections)


def payloads_table() -> str:
    """What the objects inside events have, from the types that are written."""
    rows = [
        (f"`{key}`", ", ".join(f"`{name}`" for name in _names(payload)))
        for key, payload in webhook_catalogue.PAYLOADS.items()
    ]
    return _table(("key", "what stands under it"), rows)


def _names(payload: type[Wire], before: str = "") -> Iterator[str]:
    """Properties by their dotted paths."""
    for field in msgspec.structs.fields(payload):
        inner = [one for one in (field.type, *get_args(field.type)) if isinstance(one, type)]
        parts = next((one for one in inner if issubclass(one, Wire)), None)
        name = f"{before}{field.encode_name}"
        if parts is None:
            yield name
        else:
            yield from _names(parts, f"{name}.")


PARTS: dict[str, dict[str, Callable[[], str]]] = {
    "README.md": {"settings": settings_table},
    "docs/errors.md": {"codes": codes_table},
    "docs/events.md": {"payloads": payloads_table},
    "docs/roles.md": {"roles": roles_table, "permissions": permissions_table},
    "docs/what-differs.md": {"lists": lists_tables},
}


def written(page: str, parts: dict[str, Callable[[], str]]) -> str:
    """The page with its parts as they are today."""
    for name, write in parts.items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        before, begun, rest = page.partition(begin)
        _, ended, after = rest.partition(end)
        assert begun, f"the page has no place for the {name}"
        assert ended, f"the place for the {name} has no end"
        page = f"{before}{begin}\n\n{write()}\n\n{end}{after}"
    return page


def _lists() -> Iterator[tuple[str, dict[str, ListedColumn]]]:
    for stored in STORED.values():
        if stored.listed and stored.table.name not in ONLY_PAGED:
            name = stored.table.name.removeprefix("organization_").replace("_", " ")
            yield name.capitalize() + ("es" if name.endswith("s") else "s"), stored.listed


def _listed(listed: dict[str, ListedColumn]) -> Iterator[tuple[str, str, str]]:
    for name, column in listed.items():
        value = " ".join(f"`{value}`" for value in column.values) or KIND_OF_VALUE[column.kind]
        operators = " ".join(f"`{one}`" for one in _ordered(column.operators))
        yield f"`{name}`", value, operators or "none: for `sort` only"


def _ordered(operators: Iterable[str]) -> list[str]:
    return sorted(operators, key=(*EQUALITY, *RANGE, "sw").index)


def _message(template: str) -> str:
    """A message with its parameters in braces; the brackets around what may be absent say nothing to a reader."""
    return re.sub(r"[][]", "", template).replace("{", "*{").replace("}", "}*")


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return "on" if default else "off"
    return f"`{default}`" if default not in ("", None) else ""


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(heads)]
    lines += [["---"] * len(lines[0]), *(list(row) for row in rows)]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def main() -> None:
    for name, parts in PARTS.items():
        path = ROOT / name
        path.write_text(written(path.read_text(), parts))


if __name__ == "__main__":
    main()
