"""Finds the texts of one line in what a request carries, and tidies them (kernel/texts.py)."""

from collections.abc import Callable
from typing import Any

from msgspec import inspect as mi

from net30.kernel import texts
from net30.wire.types import is_marked


def look(wanted: mi.Type) -> Callable[[Any], bool] | None:
    """A look at all texts of one line in a decoded value; None where the type holds none."""
    match wanted:
        case mi.Metadata(type=inner):
            return None if is_marked(wanted, "secret") or is_marked(wanted, "lines") else look(inner)
        case mi.UnionType(types=choices):
            looks = [one for choice in choices if (one := look(choice)) is not None]
            return None if not looks else lambda value: value is None or all(one(value) for one in looks)
        case mi.StrType():
            return lambda value: not isinstance(value, str) or texts.is_tidy(value)
        case mi.ListType(item_type=item):
            each = look(item)
            return (
                None if each is None else lambda value: not isinstance(value, list) or all(map(each, value))
            )
        case mi.StructType(cls=cls, fields=fields):
            inside = [(field.name, one) for field in fields if (one := look(field.type)) is not None]

            def look_inside(value: Any) -> bool:
                if not isinstance(value, cls):
                    return True
                return all((inner := getattr(value, name)) is None or one(inner) for name, one in inside)

            return look_inside if inside else None
    return None


def tidied(wanted: mi.Type, value: Any) -> Any:
    """A parsed value whose texts of one line are tidy."""
    match wanted:
        case mi.Metadata(type=inner):
            return (
                value if is_marked(wanted, "secret") or is_marked(wanted, "lines") else tidied(inner, value)
            )
        case mi.UnionType(types=choices):
            for choice in choices:
                value = tidied(choice, value)
        case mi.StrType() if isinstance(value, str) and texts.is_storable(value):
            return texts.tidy(value)
        case mi.ListType(item_type=item) if isinstance(value, list):
            return [tidied(item, element) for element in value]
        case mi.StructType(fields=fields) if isinstance(value, dict):
            types = {field.encode_name: field.type for field in fields}
            return {
                name: tidied(types[name], inner) if name in types else inner for name, inner in value.items()
            }
    return value
