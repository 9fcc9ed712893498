"""Numbers and booleans that a request has in quotes, as published samples of the API send them.

`"12.50"` is read where a number is wanted, as the number 12.50 of JSON is, and `"false"` where a boolean is. The
reverse, a number where a text is wanted, stays wrong.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from msgspec import inspect as mi

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


def unquoted(wanted: mi.Type, value: Any, read_integer: Callable[[str], int | float]) -> Any:
    """The parsed value with its texts read as what is wanted in their places; what cannot be read so stays a text.

    `read_integer` makes a number of an integer's digits, as it does for those that stand without quotes.
    """
    match wanted:
        case mi.Metadata(type=inner):
            return unquoted(inner, value, read_integer)
        case mi.UnionType(types=choices):
            if not (isinstance(value, str) and any(_takes_texts(choice) for choice in choices)):
                for choice in choices:
                    value = unquoted(choice, value, read_integer)
        case mi.StructType(fields=fields) if isinstance(value, dict):
            types = {field.encode_name: field.type for field in fields}
            return {
                name: unquoted(types[name], inner, read_integer) if name in types else inner
                for name, inner in value.items()
            }
        case mi.ListType(item_type=item) if isinstance(value, list):
            return [unquoted(item, element, read_integer) for element in value]
        case mi.DictType(value_type=inner) if isinstance(value, dict):
            return {name: unquoted(inner, one, read_integer) for name, one in value.items()}
        case mi.BoolType() if isinstance(value, str):
            return _BOOLEANS.get(value.lower(), value)
        case mi.IntType() | mi.FloatType() if isinstance(value, str) and _NUMBER.fullmatch(value):
            return json.loads(value, parse_int=read_integer)
    return value


def _takes_texts(wanted: mi.Type) -> bool:
    while isinstance(wanted, mi.Metadata):
        wanted = wanted.type
    return not isinstance(wanted, mi.NoneType | mi.BoolType | mi.IntType | mi.FloatType)
