"""Turns what arrived into the types an operation declares.

msgspec decodes at once or says no at the first fault. Only then a second, slower walk over the parsed JSON finds
every bad field, so that one answer names them all by their dotted paths.
"""

import codecs
import datetime
import json
import math
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain, islice
from typing import Any

import msgspec
from msgspec import inspect as mi

from net30.kernel import texts
from net30.kernel.refusal import Refusal, Refusals
from net30.wire import patterns, tidying
from net30.wire.operation import Operation, Parameter, query_parameters
from net30.wire.quoted import unquoted
from net30.wire.types import is_marked

MOST_REPORTED = 100
MOST_DEPTH = 64
MOST_NAMED = 30
# Texts and arrays of a body that do not say themselves how long they may be.
LONGEST_TEXT = 10_000
MOST_ELEMENTS = 1_000
# A shorter body holds no longer text or array.
_SHORT = 2 * MOST_ELEMENTS
# Longer bodies are decoded one at a time: what they become may be many times as long, and the interpreter decodes
# one at a time anyway.
_LONG = 100_000
# No number is refused for its digits' sake below this; Python itself will not read more than 4300.
MOST_DIGITS = 400
LARGEST_INTEGER = 2**63 - 1

_JSON = re.compile(r"application/([\w.-]+\+)?json\s*(;|$)", re.IGNORECASE)
# What wraps a file up for a form, or is no file at all; curl says the second where nobody says anything.
_ENVELOPE = re.compile(
    r"multipart/|application/(x-www-form-urlencoded|([\w.-]+\+)?json)\s*(;|$)", re.IGNORECASE
)
# How the first part of a form begins, RFC 7578, section 4.
_FORM = re.compile(rb"--[^\r\n]{1,70}\r?\nContent-Disposition:\s*form-data\b", re.IGNORECASE)
_NUL = b"\\u0000"
_LONG_NUMBER = re.compile(rb"\d{19}")
# A text that begins like a date of no year from 1900 to 2200, or that spells digits by their code points.
_FAR_DATE = re.compile(rb'"(?:(?!19|2[01]|2200-)\d{4}-|[\d-]*\\u00[23])')
FIRST_YEAR, LAST_YEAR = 1900, 2200


class _Form(msgspec.Struct, frozen=True):
    """What a body is decoded by: the fast decoder, and the type for the walk that names faults."""

    wanted: Any
    type: mi.Type
    decode: Callable[[bytes], Any]
    has_integers: bool
    has_dates: bool
    is_tidy: Callable[[Any], bool] | None


@cache
def _form(wanted: Any) -> _Form:
    described = msgspec.json.encode(msgspec.json.schema(wanted))
    return _Form(
        wanted,
        type_of(wanted),
        msgspec.json.Decoder(wanted).decode,
        has_integers=b'"integer"' in described,
        has_dates=b'"format":"date"' in described,
        is_tidy=tidying.look(type_of(wanted)),
    )


def decode_body(operation: Operation, content: bytes, content_type: str | None, *, strict: bool) -> Any:
    """The request's body as the operation's type; Refusals that name every bad field.

    `strict` also refuses properties that the operation does not know, and texts for numbers and booleans.
    """
    if operation.raw_body:
        if operation.before is not None:
            _require_bare(content, content_type or "")
        return content
    if not content.strip():
        if operation.body_required:
            raise Refusal(None, detail="the request has no body", help="send a JSON document")
        return None
    if content_type and content_type != "application/json" and not _JSON.match(content_type):
        raise Refusal(
            None,
            status=415,
            detail=f"the content type {content_type} is not JSON",
            help="send application/json",
        )
    form = _form(operation.body)
    if len(content) <= _LONG:
        return _decoded(form, content, strict=strict)
    with _one_at_a_time:
        return _decoded(form, content, strict=strict)


_one_at_a_time = threading.Lock()


def _decoded(form: _Form, content: bytes, *, strict: bool) -> Any:
    if not content.isascii():
        content = _utf8(content)
    if not strict and not _is_suspicious(form, content):
        try:
            decoded = form.decode(content)
            tidy = form.is_tidy is None or form.is_tidy(decoded)
            if tidy and (len(content) <= _SHORT or not _is_long(decoded)):
                return decoded
            # It may be large, and is not wanted beside what comes next.
            del decoded
        except (msgspec.MsgspecError, ValueError, RecursionError):
            pass
    return _decode_carefully(form, content, strict=strict)


def _require_bare(content: bytes, content_type: str) -> None:
    """A file is sent as it is: what wraps it up would be kept as if it belonged to it."""
    if _ENVELOPE.match(content_type):
        what = f"the content type {content_type[:100]} is not that of a file"
    elif _FORM.match(content):
        what = "the body is a form with a file in it"
    else:
        return
    raise Refusal(
        None,
        status=415,
        detail=what,
        help="send the file's bytes as the body, with the content type application/octet-stream",
    )


def _is_suspicious(form: _Form, content: bytes) -> bool:
    """It may hold what msgspec lets pass: a NUL, an integer of more than 64 bits, a date of another age."""
    return (
        _NUL in content
        or (form.has_integers and _LONG_NUMBER.search(content) is not None)
        or (form.has_dates and _FAR_DATE.search(content) is not None)
    )


def _is_long(value: Any) -> bool:
    """It holds a text or an array that is longer than those may be that do not say so themselves."""
    if isinstance(value, str):
        return len(value) > LONGEST_TEXT
    if isinstance(value, msgspec.Struct):
        return any(_is_long(inner) for inner in msgspec.structs.astuple(value) if inner is not None)
    if isinstance(value, list | dict):
        inside = value.values() if isinstance(value, dict) else value
        return len(value) > MOST_ELEMENTS or any(_is_long(inner) for inner in inside)
    return False


def _utf8(content: bytes) -> bytes:
    """The content without its byte order mark; a Refusal when it is not UTF-8."""
    try:
        content.decode()
    except UnicodeDecodeError as fault:
        raise _malformed(f"byte {fault.start} is not UTF-8") from None
    return content.removeprefix(codecs.BOM_UTF8)


def _decode_carefully(form: _Form, content: bytes, *, strict: bool) -> Any:
    """Nulls mean absent, numbers and booleans may stand in quotes, and whatever is wrong is reported whole."""
    try:
        parsed = json.loads(content.decode(), parse_constant=_no_constant, parse_int=_integer)
        _bound_depth(parsed)
    except RecursionError:
        raise _malformed(_TOO_DEEP) from None
    except ValueError as fault:
        raise _malformed(str(fault)) from None
    if not strict:
        parsed = unquoted(form.type, parsed, _integer)
    parsed = tidying.tidied(form.type, parsed)
    faults = _faults(form.type, parsed, "")
    if strict:
        faults = chain(faults, _unknown(form.type, parsed, ""))
    if found := list(islice(faults, MOST_REPORTED)):
        raise Refusals(found)
    try:
        # Not strict: 1.0 is a whole number. That a text is no number was seen to above.
        return msgspec.convert(_without_nulls(parsed), form.wanted, strict=False)
    except msgspec.ValidationError as fault:
        raise Refusal(None, detail=str(fault), help="correct the body and send it again") from None


def _malformed(why: str) -> Refusal:
    return Refusal(
        None, detail=f"the body is not a JSON document: {why}", help="send a valid JSON document in UTF-8"
    )


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= MOST_DIGITS else float(digits)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number in JSON")


_TOO_DEEP = f"nested more than {MOST_DEPTH} deep"


def _bound_depth(value: object, depth: int = 0) -> None:
    if depth > MOST_DEPTH:
        raise ValueError(_TOO_DEEP)
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        _bound_depth(child, depth + 1)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        # No property has a name that cannot be written, so that one is as unknown as any other.
        return {
            key: _without_nulls(inner)
            for key, inner in value.items()
            if inner is not None and texts.is_storable(key)
        }
    if isinstance(value, list):
        return [_without_nulls(inner) for inner in value]
    return value


@cache
def type_of(wanted: Any) -> mi.Type:
    return mi.type_info(wanted)


def _bad(path: str, message: str, help: str = "") -> Refusal:
    return Refusal(None, field=path or "body", detail=message, help=help)


def is_secret(wanted: mi.Type) -> bool:
    """Whether a type is marked SECRET."""
    return is_marked(wanted, "secret")


def _faults(wanted: mi.Type, value: Any, path: str, *, secret: bool = False) -> Iterator[Refusal]:
    """Every way in which a parsed value is not what is wanted. What is `secret` is not repeated."""
    match wanted:
        case mi.Metadata(type=mi.StrType() as inner) if is_marked(wanted, "lines"):
            yield from _text_faults(inner, value, path)
        case mi.Metadata(type=mi.StrType() as inner) if not secret and not is_secret(wanted):
            yield from _text_faults(inner, value, path, one_line=True)
        case mi.StrType() if not secret:
            yield from _text_faults(wanted, value, path, one_line=True)
        case mi.Metadata(type=inner):
            yield from _faults(inner, value, path, secret=secret or is_secret(wanted))
        case mi.UnionType(types=choices):
            if value is not None:
                # What one of the choices takes is right; the faults of the first one are told.
                real = [choice for choice in choices if not isinstance(choice, mi.NoneType)]
                found = [list(_faults(c, value, path, secret=secret)) for c in real]
                yield from found[0] if all(found) else ()
        case _ if value is None:
            yield _bad(path, "must not be null")
        case mi.StructType():
            yield from _object_faults(wanted, value, path, secret)
        case mi.ListType():
            yield from _array_faults(wanted, value, path, secret)
        case mi.DictType():
            yield from _map_faults(wanted, value, path, secret)
        case _:
            yield from _scalar_faults(wanted, value, path, secret)


def _object_faults(wanted: mi.StructType, value: Any, path: str, secret: bool) -> Iterator[Refusal]:
    if not isinstance(value, dict):
        yield _bad(path, f"must be an object, not {_kind(value)}")
        return
    for field in wanted.fields:
        inner = f"{path}.{field.encode_name}" if path else field.encode_name
        if value.get(field.encode_name) is None:
            if field.required:
                yield _bad(inner, _said_of_absence(field.type), "this property is required")
        else:
            yield from _faults(field.type, value[field.encode_name], inner, secret=secret)


def _said_of_absence(wanted: mi.Type) -> str:
    marked = wanted.extra if isinstance(wanted, mi.Metadata) else None
    return str((marked or {}).get("absent", "must not be null"))


def _array_faults(wanted: mi.ListType, value: Any, path: str, secret: bool) -> Iterator[Refusal]:
    if not isinstance(value, list):
        yield _bad(path, f"must be an array, not {_kind(value)}")
        return
    low, high = wanted.min_length or 0, wanted.max_length or MOST_ELEMENTS
    if not low <= len(value) <= high:
        yield _bad(path, f"size must be between {low} and {high}")
    for position, element in enumerate(value[:high]):
        yield from _faults(wanted.item_type, element, f"{path}[{position}]", secret=secret)


def _map_faults(wanted: mi.DictType, value: Any, path: str, secret: bool) -> Iterator[Refusal]:
    if not isinstance(value, dict):
        yield _bad(path, f"must be an object, not {_kind(value)}")
        return
    if len(value) > MOST_ELEMENTS:
        yield _bad(path, f"size must be between 0 and {MOST_ELEMENTS}")
    for name, inner in islice(value.items(), MOST_ELEMENTS):
        where = f"{path}.{name}" if path else name
        if not texts.is_storable(name):
            yield _bad(path, "has a name with a character that no text may hold")
        elif inner is not None:
            yield from _faults(wanted.value_type, inner, where, secret=secret)


def _scalar_faults(wanted: mi.Type, value: Any, path: str, secret: bool) -> Iterator[Refusal]:
    match wanted:
        case mi.StrType():
            yield from _text_faults(wanted, value, path)
        case mi.IntType() | mi.FloatType():
            yield from _number_faults(wanted, value, path, secret)
        case mi.BoolType():
            if not isinstance(value, bool):
                yield _bad(path, f"must be true or false, not {_kind(value)}")
        case mi.LiteralType(values=values):
            if value not in values or isinstance(value, bool):
                few = ", ".join(map(str, values[:30])) + (", …" if len(values) > 30 else "")
                yield _bad(
                    path, f"{_shown(value, secret)} is not one of the values allowed", f"use one of {few}"
                )
        case mi.DateType():
            if not isinstance(value, str) or _no_date(value):
                yield _bad(path, f"{_shown(value, secret)} is not a date", "write it as yyyy-MM-dd")
            elif not FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
                years = f"{FIRST_YEAR} to {LAST_YEAR}"
                yield _bad(path, f"{_shown(value, secret)} is not in the years {years}", "correct the year")


def _text_faults(wanted: mi.StrType, value: Any, path: str, *, one_line: bool = False) -> Iterator[Refusal]:
    if value is None:
        yield _bad(path, "must not be null")
        return
    if not isinstance(value, str):
        yield _bad(path, f"must be a text, not {_kind(value)}")
        return
    low, high = wanted.min_length or 0, wanted.max_length or LONGEST_TEXT
    if not texts.is_storable(value):
        yield _bad(path, "holds a character that no text may hold (NUL or half of a surrogate pair)")
    elif low == 1 and not value:
        yield _bad(path, "must not be blank")
    elif not low <= len(value) <= high:
        yield _bad(path, f"size must be between {low} and {high}")
    elif one_line and (hidden := texts.fault(value)) is not None:
        yield _bad(path, hidden, "write it without that character")
    elif wanted.pattern is not None and not re.search(wanted.pattern, value):
        yield _bad(path, patterns.said(wanted.pattern))


def _number_faults(
    wanted: mi.IntType | mi.FloatType, value: Any, path: str, secret: bool
) -> Iterator[Refusal]:
    whole = isinstance(wanted, mi.IntType)
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield _bad(path, f"must be a {'whole ' if whole else ''}number, not {_kind(value)}")
    elif math.isnan(value):
        yield _bad(path, "is not a number")
    elif abs(value) > (LARGEST_INTEGER if whole else sys.float_info.max):
        yield _bad(path, "is too large")
    elif whole and value != int(value):
        yield _bad(path, "must be a whole number" if secret else f"must be a whole number, not {value}")
    elif wanted.ge is not None and value < wanted.ge:
        yield _bad(path, f"must be greater than or equal to {wanted.ge}")
    elif wanted.le is not None and value > wanted.le:
        yield _bad(path, f"must be less than or equal to {wanted.le}")


def _no_date(value: str) -> bool:
    try:
        msgspec.convert(value, datetime.date)
    except (msgspec.ValidationError, UnicodeEncodeError):
        return True
    return False


def _kind(value: object) -> str:
    names = {dict: "an object", list: "an array", str: "a text", bool: "true or false", int: "a number"}
    return names.get(type(value), "a number")


def _shown(value: object, secret: bool) -> str:
    if secret:
        return "the value"
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
                # Half a surrogate pair could not even be answered with.
                said = name.encode(errors="backslashreplace").decode()
                where = f"{path}.{said}" if path else said
                if name in known:
                    yield from _unknown(known[name], inner, where)
                else:
                    yield _bad(where, "is not a property of this request", _leave_out(known))


def _leave_out(known: Mapping[str, object]) -> str:
    return f"leave it out; the properties here are {', '.join(list(known)[:MOST_NAMED])}" + (
        ", …" if len(known) > MOST_NAMED else ""
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
    if not texts.is_storable(text):
        faults.append(_bad(parameter.name, "holds a character that no text may hold"))
        return None
    try:
        value = msgspec.convert(text, parameter.type, strict=False)
        # msgspec reads integers of any length, and "nan".
        if not isinstance(value, int | float) or abs(value) <= LARGEST_INTEGER:
            return value
    except msgspec.ValidationError:
        pass
    wanted = type_of(parameter.type)
    found = list(_faults(wanted, _scalar(parameter.type, text), parameter.name))
    faults += found or [_bad(parameter.name, f"{_shown(text, is_secret(wanted))} is not valid")]
    return None


def _scalar(wanted: Any, text: str) -> Any:
    """A parameter's text as the number it may mean, so that its fault can be named."""
    for read in (int, float):
        try:
            return read(text) if _is_number(type_of(wanted)) else text
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
