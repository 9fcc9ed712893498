"""Turns what arrived into the types an operation declares.

msgspec decodes at once or says no at the first fault. Only then a second, slower walk over the parsed JSON finds every
bad field, so that one answer names them all by their dotted paths.
"""

import datetime
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect as mi

from net30.kernel.refusal import Refusal, Refusals
from net30.wire.operation import Operation, Parameter, query_parameters

MOST_BYTES = 2_000_000
MOST_REPORTED = 100
MOST_DEPTH = 64


@cache
def _decoder(wanted: Any) -> Callable[[bytes], Any]:
    return msgspec.json.Decoder(wanted).decode


def decode_body(operation: Operation, content: bytes, content_type: str | None, *, strict: bool) -> Any:
    """The request's body as the operation's type; Refusals that name every bad field."""
    if operation.raw_body:
        return content
    if not content.strip():
        if operation.body_required:
            raise Refusal(None, detail="the request has no body", help="send a JSON document")
        return None
    if content_type and not re.match(r"application/([\w.-]+\+)?json\s*(;|$)", content_type, re.IGNORECASE):
        raise Refusal(
            None,
            status=415,
            detail=f"the content type {content_type} is not JSON",
            help="send application/json",
        )
    if b"\\u0000" in content:
        return _again(operation.body, content, ValueError("no text holds a NUL character"))
    try:
        decoded = _decoder(operation.body)(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        return _again(operation.body, content, fault)
    if strict:
        unknown = list(_unknown(_type(operation.body), json.loads(content), ""))
        if unknown:
            raise Refusals(unknown[:MOST_REPORTED])
    return decoded


def _again(wanted: Any, content: bytes, fault: Exception) -> Any:
    """Nulls mean absent, and whatever else is wrong is reported whole."""
    try:
        parsed = json.loads(content, parse_constant=_no_constant)
        _bound_depth(parsed)
    except (ValueError, RecursionError) as malformed:
        raise Refusal(
            None, detail=f"the body is not a JSON document: {malformed}", help="send valid JSON in UTF-8"
        ) from None
    faults = list(_faults(_type(wanted), parsed, ""))
    if faults:
        raise Refusals(faults[:MOST_REPORTED])
    try:
        return msgspec.convert(_without_nulls(parsed), wanted)
    except msgspec.ValidationError:
        raise Refusal(None, detail=str(fault), help="correct the body and send it again") from None


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number in JSON")


def _bound_depth(value: object, depth: int = 0) -> None:
    if depth > MOST_DEPTH:
        raise ValueError(f"nested more than {MOST_DEPTH} deep")
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        _bound_depth(child, depth + 1)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_nulls(inner) for inner in value]
    return value


@cache
def _type(wanted: Any) -> mi.Type:
    return mi.type_info(wanted)


def _bad(path: str, message: str, help: str = "") -> Refusal:
    return Refusal(None, field=path or "body", detail=message, help=help)


def _faults(wanted: mi.Type, value: Any, path: str) -> Iterator[Refusal]:
    """Every way in which a parsed value is not what is wanted."""
    match wanted:
        case mi.Metadata(type=inner):
            yield from _faults(inner, value, path)
        case mi.UnionType(types=choices):
            if value is not None:
                for choice in choices:
                    if not isinstance(choice, mi.NoneType):
                        yield from _faults(choice, value, path)
        case _ if value is None:
            yield _bad(path, "must not be null")
        case mi.StructType():
            yield from _object_faults(wanted, value, path)
        case mi.ListType():
            yield from _array_faults(wanted, value, path)
        case _:
            yield from _scalar_faults(wanted, value, path)


def _object_faults(wanted: mi.StructType, value: Any, path: str) -> Iterator[Refusal]:
    if not isinstance(value, dict):
        yield _bad(path, f"must be an object, not {_kind(value)}")
        return
    for field in wanted.fields:
        inner = f"{path}.{field.encode_name}" if path else field.encode_name
        if value.get(field.encode_name) is None:
            if field.required:
                yield _bad(inner, "must not be null", "this property is required")
        else:
            yield from _faults(field.type, value[field.encode_name], inner)


def _array_faults(wanted: mi.ListType, value: Any, path: str) -> Iterator[Refusal]:
    if not isinstance(value, list):
        yield _bad(path, f"must be an array, not {_kind(value)}")
        return
    low, high = wanted.min_length or 0, wanted.max_length
    if len(value) < low or (high is not None and len(value) > high):
        yield _bad(path, f"size must be between {low} and {high if high is not None else 'any number'}")
    for position, element in enumerate(value):
        yield from _faults(wanted.item_type, element, f"{path}[{position}]")


def _scalar_faults(wanted: mi.Type, value: Any, path: str) -> Iterator[Refusal]:
    match wanted:
        case mi.StrType():
            yield from _text_faults(wanted, value, path)
        case mi.IntType() | mi.FloatType():
            yield from _number_faults(wanted, value, path)
        case mi.BoolType():
            if not isinstance(value, bool):
                yield _bad(path, f"must be true or false, not {_kind(value)}")
        case mi.LiteralType(values=values):
            if value not in values or isinstance(value, bool):
                few = ", ".join(map(str, values[:30])) + (", …" if len(values) > 30 else "")
                yield _bad(path, f"{_shown(value)} is not one of the values allowed", f"use one of {few}")
        case mi.DateType():
            if not isinstance(value, str) or _no_date(value):
                yield _bad(path, f"{_shown(value)} is not a date", "write it as yyyy-MM-dd")
        case _:
            try:
                msgspec.convert(value, _python_type(wanted))
            except msgspec.ValidationError as fault:
                yield _bad(path, str(fault))


def _python_type(wanted: mi.Type) -> Any:
    return dict if isinstance(wanted, mi.DictType) else object


def _text_faults(wanted: mi.StrType, value: Any, path: str) -> Iterator[Refusal]:
    if not isinstance(value, str):
        yield _bad(path, f"must be a text, not {_kind(value)}")
        return
    low, high = wanted.min_length or 0, wanted.max_length
    if not _storable(value):
        yield _bad(path, "holds a character that no text may hold (NUL or half of a surrogate pair)")
    elif low == 1 and not value:
        yield _bad(path, "must not be blank")
    elif len(value) < low or (high is not None and len(value) > high):
        yield _bad(path, f"size must be between {low} and {high if high is not None else 'any number'}")
    elif wanted.pattern is not None and not re.search(wanted.pattern, value):
        yield _bad(path, f'must match "{wanted.pattern}"')


def _storable(value: str) -> bool:
    return "\x00" not in value and not any("\ud800" <= character <= "\udfff" for character in value)


def _number_faults(wanted: mi.IntType | mi.FloatType, value: Any, path: str) -> Iterator[Refusal]:
    whole = isinstance(wanted, mi.IntType)
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield _bad(path, f"must be a {'whole ' if whole else ''}number, not {_kind(value)}")
    elif math.isinf(value) or abs(value) >= 2**63:
        yield _bad(path, "is too large")
    elif whole and value != int(value):
        yield _bad(path, f"must be a whole number, not {value}")
    elif wanted.ge is not None and value < wanted.ge:
        yield _bad(path, f"must be greater than or equal to {wanted.ge}")
    elif wanted.le is not None and value > wanted.le:
        yield _bad(path, f"must be less than or equal to {wanted.le}")


def _no_date(value: str) -> bool:
    try:
        msgspec.convert(value, datetime.date)
    except msgspec.ValidationError:
        return True
    return False


def _kind(value: object) -> str:
    names = {dict: "an object", list: "an array", str: "a text", bool: "true or false", int: "a number"}
    return names.get(type(value), "a number")


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, str | int | float) and len(str(value)) <= 60 else _kind(value)


def _unknown(wanted: mi.Type, value: Any, path: str) -> Iterator[Refusal]:
    """Properties that the request carries and the operation does not know."""
    match wanted:
        case mi.Metadata(type=inner):
            yield from _unknown(inner, value, path)
        case mi.UnionType(types=choices):
            for choice in choices:
                yield from _unknown(choice, value, path)
        case mi.ListType(item_type=item) if isinstance(value, list):
            for position, element in enumerate(value):
                yield from _unknown(item, element, f"{path}[{position}]")
        case mi.StructType(fields=fields) if isinstance(value, dict):
            known = {field.encode_name: field.type for field in fields}
            for name, inner in value.items():
                where = f"{path}.{name}" if path else str(name)
                if name in known:
                    yield from _unknown(known[name], inner, where)
                else:
                    yield _bad(
                        where, "is not a property of this request", "leave it out, or leave strict mode"
                    )


def decode_parameters(
    operation: Operation, path: Mapping[str, str], query: Mapping[str, str], *, strict: bool
) -> dict[str, Any]:
    """Path and query parameters by their Python names."""
    faults: list[Refusal] = []
    arguments: dict[str, Any] = {}
    for parameter in operation.in_path:
        arguments[parameter.argument] = _parameter(parameter, path.get(parameter.name), faults)
    spelled = _query_parameters(operation)
    values = {p.argument: _parameter(p, query.get(p.name), faults) for p in spelled}
    if strict:
        known = {parameter.name for parameter in spelled}
        faults += [
            _bad(name, "is not a query parameter of this operation") for name in query if name not in known
        ]
    if faults:
        raise Refusals(faults)
    for parameter in operation.parameters:
        if parameter.argument == "listing":
            given = {
                name: values[name] for name in parameter.type.__struct_fields__ if values[name] is not None
            }
            arguments["listing"] = parameter.type(**given)
        else:
            arguments[parameter.argument] = values[parameter.argument]
    return arguments


_query_parameters = cache(query_parameters)


def _parameter(parameter: Parameter, text: str | None, faults: list[Refusal]) -> Any:
    if text is None:
        if parameter.required:
            faults.append(_bad(parameter.name, "must not be null", "this parameter is required"))
        return parameter.default
    if not _storable(text):
        faults.append(_bad(parameter.name, "holds a character that no text may hold"))
        return None
    try:
        return msgspec.convert(text, parameter.type, strict=False)
    except msgspec.ValidationError:
        found = list(_faults(_type(parameter.type), _scalar(parameter.type, text), parameter.name))
        faults += found or [_bad(parameter.name, f"{_shown(text)} is not valid")]
        return None


def _scalar(wanted: Any, text: str) -> Any:
    """A parameter's text as the number it may mean, so that its fault can be named."""
    for read in (int, float):
        try:
            return read(text) if _is_number(_type(wanted)) else text
        except ValueError:
            continue
    return text


def _is_number(wanted: mi.Type) -> bool:
    match wanted:
        case mi.UnionType(types=choices):
            return any(_is_number(choice) for choice in choices)
        case mi.Metadata(type=inner):
            return _is_number(inner)
    return isinstance(wanted, mi.IntType | mi.FloatType)
