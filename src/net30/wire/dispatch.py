"""How a request becomes an answer. `answer` is the whole walk; read it from top to bottom.

credentials → permission → limits → decode → one transaction { kept answer?, the operation, keep the answer } → encode
"""

import logging
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import falcon
import msgspec

from net30.kernel.context import ANONYMOUS, Actor, Caller, Context, Server, context, untrusted, writing
from net30.kernel.refusal import Refusal, Refusals
from net30.store.database import Transaction
from net30.wire import errors, idempotency, limits
from net30.wire.decode import decode_body, decode_parameters, is_secret, type_of
from net30.wire.hosts import SANDBOX
from net30.wire.naming import on_wire
from net30.wire.operation import OPERATIONS, Operation

JSON = "application/json"

log = logging.getLogger("net30.wire")
request_log = logging.getLogger("net30.requests")

Authenticate = Callable[[Server, Transaction, Operation, Mapping[str, str], Mapping[str, str]], Caller]
encode = msgspec.json.Encoder().encode


class Arrived(msgspec.Struct, frozen=True):
    """A request, read whole. `headers` has lower-case names; `path` holds the values of the path's parameters."""

    headers: Mapping[str, str]
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


class Answer(msgspec.Struct, frozen=True):
    """What goes back."""

    status: int
    body: bytes
    headers: Mapping[str, str] = {}
    file: Path | None = None


class Raw(msgspec.Struct, frozen=True):
    """An answer that is not JSON, such as a page or a file; `status` overrides the operation's.

    A `file` takes the place of the body and is sent as it is read, however long it is.
    """

    body: bytes
    content_type: str
    status: int | None = None
    headers: Mapping[str, str] = {}
    file: Path | None = None


def answer(server: Server, authenticate: Authenticate, operation: Operation, arrived: Arrived) -> Answer:
    """Answer one request; raises Refusal or Refusals, having rolled everything back."""
    if operation.credentials in ("none", "key"):
        return _run(server, operation, arrived, ANONYMOUS, None, _decode(server, operation, arrived))
    caller: Caller | None = None
    reached: Collection[str] = ()
    admitted: limits.Admitted | None = None
    try:
        try:
            with server.database.read() as tx:
                caller = authenticate(server, tx, operation, arrived.headers, arrived.path)
                permit(operation, caller.actor)
                admitted = limits.admit(server, tx, caller)
                arguments = _decode(server, operation, arrived)
                if reads := operation.transactional and not operation.writes:
                    ctx = context(server, tx, caller.organization, caller.actor)
                    answered = _run(server, operation, arrived, caller.actor, ctx, arguments)
                elif operation.reaches is not None:
                    ctx = context(server, tx, caller.organization, caller.actor)
                    reached = _reached(operation, ctx, arguments)
        finally:
            # A call that is refused is a call: the session was used.
            if caller is not None and caller.touch is not None:
                caller.touch()
        if reads:
            return answered
        if operation.transactional:
            return _write(server, operation, arrived, caller.actor, arguments, reached)
        return _run(server, operation, arrived, caller.actor, None, arguments)
    finally:
        if admitted is not None:
            limits.leave(server, admitted)


def _reached(operation: Operation, ctx: Context, arguments: dict[str, Any]) -> Collection[str]:
    assert operation.reaches is not None
    try:
        return operation.reaches(ctx, arguments)
    except (Refusal, Refusals) as cause:
        raise on_wire(cause, operation.names) from None


def _write(
    server: Server,
    operation: Operation,
    arrived: Arrived,
    actor: Actor,
    arguments: dict[str, Any],
    reached: Collection[str],
) -> Answer:
    """Run a change in its one transaction, unless its answer is kept already."""
    key = idempotency.key_of(arrived.headers) if operation.idempotent else None
    if operation.key_needed:
        idempotency.require_uuid4(key)
    identity = "" if key is None else _identity(arrived)
    before = (
        nullcontext(arguments) if operation.before is None else operation.before(server, actor, arguments)
    )
    with before as given, writing(server, actor, reached) as ctx:
        if key is not None and (kept := idempotency.find(ctx, operation.key, key, identity)):
            return Answer(kept.status, kept.answer, {"Idempotency-Hit": "true"})
        answered = _run(server, operation, arrived, actor, ctx, given)
        if key is not None:
            idempotency.keep(ctx, operation.key, key, identity, answered.status, answered.body)
        return answered


def _decode(server: Server, operation: Operation, arrived: Arrived) -> dict[str, Any]:
    asked = arrived.headers.get("x-net30-strict", "").lower() == "true"
    # The sandbox's controls are ours: no program written for the API sends them what they do not know.
    strict = server.strict or asked or operation.path.startswith(SANDBOX)
    arguments = decode_parameters(operation, arrived.path, arrived.query, strict=strict)
    if operation.body is not None:
        content_type = arrived.headers.get("content-type")
        arguments["body"] = decode_body(operation, arrived.body, content_type, strict=strict)
    return arguments


def permit(operation: Operation, actor: Actor) -> None:
    """A protected operation wants a trusted session, and the role must hold the permission."""
    if operation.trusted and not actor.trusted:
        raise untrusted(f"{operation.method} {operation.path}")
    if operation.needs is not None and operation.needs not in actor.permissions:
        raise Refusal(
            "BDC_1145",
            detail=f"the role {actor.role} lacks the permission {operation.needs}",
            help="sign in as a user whose role has it",
        )


def _run(
    server: Server,
    operation: Operation,
    arrived: Arrived,
    actor: Actor,
    ctx: Context | None,
    arguments: dict[str, Any],
) -> Answer:
    """Call the operation's function with what it asks for."""
    offered = {"ctx": ctx, "server": server, "actor": actor, "headers": arrived.headers}
    given = {name: offered[name] for name in operation.given}
    try:
        result = operation.function(**given, **arguments)
    except (Refusal, Refusals) as cause:
        raise on_wire(cause, operation.names) from None
    return _encoded(operation, result)


def _identity(arrived: Arrived) -> str:
    """What makes two requests of one operation the same: the path's ids, the query and the body, as a hash."""
    return idempotency.identity(encode([arrived.path, sorted(arrived.query.items())]), arrived.body)


def _encoded(operation: Operation, result: object) -> Answer:
    if result is None:
        return Answer(operation.status, b"")
    if isinstance(result, Raw):
        status = result.status or operation.status
        headers = {"Content-Type": result.content_type, **result.headers}
        return Answer(status, result.body, headers, result.file)
    return Answer(operation.status, encode(result))


# ---- between Falcon and `answer` ------------------------------------------------------------------------


def add_operations(
    app: falcon.App[Any, Any], server: Server, authenticate: Authenticate, *, log_requests: bool
) -> None:
    """Route every operation of the table, and answer everything else with the wire's error list.

    In production the sandbox's controls do not exist.
    """
    responders: dict[str, dict[str, Callable[..., None]]] = {}
    for operation in OPERATIONS.values():
        if operation.path.startswith(SANDBOX) and not server.sandbox:
            continue
        name = f"on_{operation.method.lower()}"
        responder = _responder(server, authenticate, operation, log_requests=log_requests)
        responders.setdefault(operation.path, {})[name] = responder
    for path, named in responders.items():
        named["on_options"] = _no_operation
        if "on_get" in named:
            # What GET answers, without the body: that is what monitors and download programs ask for.
            named["on_head"] = named["on_get"]
        app.add_route(path, type("Resource", (), {n: staticmethod(r) for n, r in named.items()})())
    # Falcon has handlers of its own for its errors; ours answers them too.
    for kind in (Exception, falcon.HTTPError):
        app.add_error_handler(kind, lambda req, resp, error, params: _misrouted(server, req, resp, error))


def _no_operation(req: falcon.Request, resp: falcon.Response, **path: str) -> None:
    """Stands where Falcon would answer OPTIONS by itself."""
    raise falcon.HTTPNotFound


def _misrouted(server: Server, req: falcon.Request, resp: falcon.Response, error: Exception) -> None:
    """What Falcon itself complains of, before a responder runs, is a path or a method that no operation has."""
    _refused(server, resp, _unknown(req) if isinstance(error, falcon.HTTPError) else error)


def _unknown(req: falcon.Request) -> Refusal:
    return Refusal(
        "BDC_1121", detail="no operation has this method and path", help="see /docs", path=req.path
    )


def _responder(
    server: Server, authenticate: Authenticate, operation: Operation, *, log_requests: bool
) -> Callable[..., None]:
    has_body = operation.body is not None
    hidden = {parameter.name: "***" for parameter in operation.in_path if is_secret(type_of(parameter.type))}

    def respond(req: falcon.Request, resp: falcon.Response, **path: str) -> None:
        started = time.perf_counter()
        try:
            _require_text(req)
            body = _read_body(req, operation.most_bytes) if has_body else b""
            # A slash too many (/bills/ is not the bill without an id), or a character that no id has.
            if "" in path.values() or "\x00" in req.path:
                raise _unknown(req)
            arrived = Arrived(_headers(req.env), path, _query(req), body)
            _fill(resp, answer(server, authenticate, operation, arrived))
        except Exception as error:
            _refused(server, resp, error)
        if log_requests:
            elapsed_ms = (time.perf_counter() - started) * 1000
            shown = operation.path.format_map(path | hidden) if hidden else req.path
            request_log.info("%s %s %s %.1f ms", operation.name, resp.status, shown, elapsed_ms)

    return respond


def _query(req: falcon.Request) -> dict[str, str]:
    """Query parameters. Of a repeated name the first one counts, unless commas stand between its values anyway."""
    return {
        name: value if isinstance(value, str) else _one(name, value) for name, value in req.params.items()
    }


def _one(name: str, values: list[str]) -> str:
    return ",".join(values) if name in ("filters", "sort", "ids") else values[0]


def _headers(env: Mapping[str, Any]) -> dict[str, str]:
    """The headers that operations read, by lower-case names."""
    return {wire: env[key] for key, wire in _HEADERS if key in env}


_HEADERS = tuple(
    (
        wire.upper().replace("-", "_")
        if wire == "content-type"
        else "HTTP_" + wire.upper().replace("-", "_"),
        wire,
    )
    for wire in (
        "sessionid",
        "devkey",
        "content-type",
        "accept",
        "x-idempotent-key",
        "idempotency-key",
        "x-net30-strict",
        "appkey",
        "organizationid",
        "apitoken",
    )
)


def _read_body(req: falcon.Request, most_bytes: int) -> bytes:
    """The body, which has arrived whole (wire/intake.py)."""
    length = req.content_length or 0
    if not length:
        return b""
    encoding = req.env.get("HTTP_CONTENT_ENCODING", "")
    if encoding.lower() not in ("", "identity"):
        raise Refusal(
            None,
            status=415,
            detail=f"the body has the content encoding {encoding[:60]}",
            help="send it as it is, without compressing it",
        )
    if length > most_bytes:
        raise Refusal(
            None, status=413, detail=f"the body is over {most_bytes} bytes", help="send less at once"
        )
    content: bytes = req.stream.read(length)
    return content


def _require_text(req: falcon.Request) -> None:
    """Percent-encoded bytes of an address are UTF-8 (RFC 3986, 2.5), or they would be other ones inside."""
    try:
        if "%" in req.query_string:
            unquote_to_bytes(req.query_string).decode()
        if not req.path.isascii():
            req.env["PATH_INFO"].encode("latin-1").decode()
    except UnicodeDecodeError:
        raise Refusal(
            None,
            detail="the address holds percent-encoded bytes that are no UTF-8",
            help="encode the text as UTF-8",
        ) from None


def _fill(resp: falcon.Response, answered: Answer) -> None:
    resp.status = str(answered.status)
    if answered.file is not None:
        resp.set_stream(answered.file.open("rb"), answered.file.stat().st_size)
    else:
        resp.data = answered.body
        if answered.body:
            resp.content_type = JSON
    for name, value in answered.headers.items():
        resp.set_header(name, value)


def _refused(server: Server, resp: falcon.Response, error: Exception) -> None:
    """The one place where anything that went wrong becomes the wire's error list."""
    now = server.machine_now()
    match error:
        case Refusal():
            status, body = errors.body([error], now)
        case Refusals(refusals=refusals):
            status, body = errors.body(refusals, now)
        case falcon.HTTPError() if 400 <= error.status_code < 500:
            refusal = Refusal(
                None, status=error.status_code, detail=error.description or error.title or "bad request"
            )
            status, body = errors.body([refusal], now)
        case _:
            log.error("unexpected", exc_info=error)
            status, body = errors.unexpected(now)
    _fill(resp, Answer(status, body))
