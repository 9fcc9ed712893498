"""Objects for events that did not happen, with values that anybody sees are made up."""

from typing import Literal, TypeVar, get_args, get_origin, get_type_hints

from net30.kernel.clock import timestamp
from net30.wire.types import Wire

W = TypeVar("W", bound=Wire)


def made_up(wanted: type[W], given: W | None, now_ms: int) -> W:
    """What was given, and where nothing was, something of the right type."""
    hints = get_type_hints(wanted)
    values = {
        name: value
        if given is not None and (value := getattr(given, name)) is not None
        else _value(name, hints[name], now_ms)
        for name in wanted.__struct_fields__
    }
    return wanted(**values)


def _value(name: str, hint: object, now_ms: int) -> object:
    kinds = [one for one in (get_args(hint) or (hint,)) if one is not type(None)]
    kind = kinds[0]
    if isinstance(kind, type) and issubclass(kind, Wire):
        return made_up(kind, None, now_ms)
    if get_origin(hint) is Literal:
        return kind
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if get_origin(kind) is list or get_origin(hint) is list:
        inner = get_args(kind)[0] if get_origin(kind) is list else kind
        return [_value(name.removesuffix("s"), inner, now_ms)]
    if name.endswith("_time") or name == "last_updated_date":
        return timestamp(now_ms)
    if name.endswith("_date"):
        return timestamp(now_ms)[:10]
    made: dict[object, object] = {bool: False, int: 1, float: 100.0}
    return made.get(kind, f"test {name.replace('_', ' ')}")
