"""Turns what a command asks into flags, and the flags' texts into what it asks."""

import argparse
from collections.abc import Mapping

import msgspec
from msgspec import inspect as mi

from net30.console.commands import Asked


def add_flags(parser: argparse.ArgumentParser, asked: type[Asked]) -> None:
    """One flag for each field."""
    described = mi.type_info(asked)
    assert isinstance(described, mi.StructType)
    for field in described.fields:
        flag = f"--{field.encode_name.replace('_', '-')}"
        wanted, help = _read(field.type)
        if isinstance(wanted, mi.BoolType):
            parser.add_argument(flag, dest=field.name, action="store_true", default=None, help=help)
        else:
            choices = list(wanted.values) if isinstance(wanted, mi.LiteralType) else None
            given = "" if field.required or not field.default else f"{help and '; '}default: {field.default}"
            parser.add_argument(
                flag,
                dest=field.name,
                required=field.required,
                choices=choices,
                metavar=None if choices else field.encode_name.upper(),
                help=f"{help}{given}",
            )


def read(asked: type[Asked], given: Mapping[str, object]) -> Asked:
    """What a command was asked; ValueError says which flag is wrong."""
    named = zip(asked.__struct_fields__, asked.__struct_encode_fields__, strict=True)
    values = {flag: given[name] for name, flag in named if given.get(name) is not None}
    try:
        return msgspec.convert(values, asked)
    except msgspec.ValidationError as fault:
        raise ValueError(_said(asked, str(fault))) from None


def _said(asked: type[Asked], fault: str) -> str:
    """A fault in words that name the flag and say what it takes: msgspec writes "what - at `$.field`"."""
    what, _, path = fault.partition(" - at `$.")
    described = mi.type_info(asked)
    assert isinstance(described, mi.StructType)
    for field in described.fields:
        if field.name == path.rstrip("`"):
            help = _read(field.type)[1]
            return f"--{field.name.replace('_', '-')}: {what}{help and f'; give {help}'}"
    return fault


def _read(wanted: mi.Type) -> tuple[mi.Type, str]:
    """A field's type and what it says of itself."""
    if isinstance(wanted, mi.Metadata):
        return wanted.type, str((wanted.extra_json_schema or {}).get("description", ""))
    return wanted, ""
