"""The OpenAPI 3.1 document, drawn from the table of operations. Nothing of an operation is written here again."""

import re
from typing import Any

import msgspec

import net30
from net30.wire.dispatch import Raw
from net30.wire.errors import BdcError
from net30.wire.operation import OPERATIONS, Operation, query_parameters

REF = "#/components/schemas/{name}"

HEADERS = {
    "none": (),
    "session": ("sessionId", "devKey"),
    "link": ("sessionId",),
    "control": ("devKey",),
    "key": ("devKey",),
    "partner": ("sessionId", "appKey"),
    "subscriber": ("sessionId", "devKey", "appKey", "apiToken"),
    "partner-organization": ("sessionId", "appKey", "organizationId"),
}


def build(*, sandbox: bool = True) -> dict[str, Any]:
    """The document as plain data; in production the sandbox's controls do not exist."""
    operations = [op for op in OPERATIONS.values() if sandbox or not op.path.startswith("/sandbox/")]
    wanted: list[Any] = [BdcError]
    for operation in operations:
        wanted += [t for t in (operation.body, operation.result) if t not in (None, type(None), bytes, Raw)]
        wanted += [parameter.type for parameter in (*operation.in_path, *query_parameters(operation))]
    drawn, components = msgspec.json.schema_components(wanted, ref_template=REF)
    requests = _reached([op.body for op in operations], wanted, drawn, components)
    schemas = {name: _tidy(schema, nullable=name in requests) for name, schema in sorted(components.items())}
    known = list(zip(wanted, (_tidy(schema, nullable=False) for schema in drawn), strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _entry(operation, known)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "net30",
            "version": net30.__version__,
            "summary": "Accounts-payable and accounts-receivable automation, compatible with the BILL v3 REST API.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _schema(wanted: Any, known: list[tuple[Any, dict[str, Any]]]) -> dict[str, Any]:
    return next(schema for type_, schema in known if type_ == wanted)


def _entry(operation: Operation, known: list[tuple[Any, dict[str, Any]]]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "operationId": camel_id(operation.name),
        "tags": [operation.area],
        "summary": operation.summary,
        "description": operation.description or operation.summary,
        "parameters": _parameters(operation, known),
        "responses": _responses(operation, known),
    }
    if operation.needs:
        entry["x-net30-permission"] = operation.needs
    if operation.raw_body:
        binary = {"schema": {"type": "string", "format": "binary"}}
        entry["requestBody"] = {"required": True, "content": {"application/octet-stream": binary}}
    elif operation.body is not None:
        content = {"application/json": {"schema": _schema(operation.body, known)}}
        entry["requestBody"] = {"required": operation.body_required, "content": content}
    return entry


def camel_id(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def _parameters(operation: Operation, known: list[tuple[Any, dict[str, Any]]]) -> list[dict[str, Any]]:
    headers = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
        for name in HEADERS[operation.credentials]
    ]
    if operation.credentials == "subscriber":
        # A partner sends its app key instead of the developer key.
        headers = [{**header, "required": header["name"] in ("sessionId", "devKey")} for header in headers]
    if operation.idempotent and operation.transactional:
        kind = {"format": "uuid"} if operation.key_needed else {"maxLength": 255}
        needed = {"required": True} if operation.key_needed else {}
        headers.append(
            {"name": "X-Idempotent-Key", "in": "header", **needed, "schema": {"type": "string", **kind}}
        )
    places = [("path", parameter) for parameter in operation.in_path]
    places += [("query", parameter) for parameter in query_parameters(operation)]
    return [
        {
            "name": parameter.name,
            "in": place,
            "required": place == "path" or parameter.required,
            "schema": _without_null(_schema(parameter.type, known)),
        }
        for place, parameter in places
    ] + headers


def _responses(operation: Operation, known: list[tuple[Any, dict[str, Any]]]) -> dict[str, Any]:
    success: dict[str, Any] = {"description": operation.summary}
    if operation.result is Raw:
        success["content"] = {"*/*": {}}
    elif operation.result is not type(None):
        success["content"] = {"application/json": {"schema": _schema(operation.result, known)}}
    errors = {"schema": {"type": "array", "minItems": 1, "items": _schema(BdcError, known)}}
    content: dict[str, Any] = {"application/json": errors}
    if operation.result is Raw:
        # What shows a page refuses with a page, too.
        content["text/html"] = {}
    refused = {"description": "What was refused and why", "content": content}
    return {str(operation.status): success, "4XX": refused, "5XX": refused}


def _reached(
    bodies: list[Any], wanted: list[Any], drawn: tuple[dict[str, Any], ...], components: dict[str, Any]
) -> set[str]:
    """Names of the schemas that requests use, in which null means absent."""
    reached: set[str] = set()
    queue: list[Any] = [schema for type_, schema in zip(wanted, drawn, strict=True) if type_ in bodies]
    while queue:
        for name in re.findall(r'"#/components/schemas/([^"]+)"', msgspec.json.encode(queue.pop()).decode()):
            if name not in reached:
                reached.add(name)
                queue.append(components[name])
    return reached


def _tidy(schema: Any, *, nullable: bool) -> Any:
    """Leave out what says nothing: null defaults, and null itself where it never stands."""
    if isinstance(schema, list):
        return [_tidy(part, nullable=nullable) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: value for key, value in schema.items() if not (key == "default" and value is None)}
    if "properties" in kept:
        said = (name for name, part in kept["properties"].items() if part.pop("x-net30-required", False))
        kept["required"] = required = [*kept.get("required", []), *said]
        properties = {
            name: _tidy(part if nullable or name in required else _without_null(part), nullable=nullable)
            for name, part in kept["properties"].items()
        }
        kept |= {"properties": properties}
        if not required:
            kept.pop("required", None)
        return kept
    return {key: _tidy(value, nullable=nullable) for key, value in kept.items()}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    choices = [choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}]
    if len(choices) == 1 and "anyOf" in schema:
        rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
        return {**choices[0], **rest}
    return schema
