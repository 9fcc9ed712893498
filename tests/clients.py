"""The clients that tests speak through. Every answer they receive is held against the OpenAPI document."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import falcon.testing
import jsonschema_rs
from secrecy import remember_call

from net30.app import application
from net30.kernel.context import Server
from net30.store.database import Database
from net30.wire.openapi import build

FreshDatabase = Callable[[str], str]


@dataclass(frozen=True)
class Answered:
    """An answer: status, parsed JSON (None without a body), headers by lower-case name."""

    status: int
    json: Any
    headers: Mapping[str, str]
    text: str
    content: bytes = b""

    @property
    def codes(self) -> list[str | None]:
        """The codes of a refusal, in order."""
        return [error["code"] for error in self.json]

    def ok(self) -> Any:
        """The JSON of a success; fails the test with the answer's text otherwise."""
        assert 200 <= self.status < 300, f"{self.status}: {self.text}"
        return self.json


def _typed(app: Any) -> Any:
    """The application as wsgiref's validator wants it: with a content type even where there is no content."""

    def respond(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            untyped = not any(name.lower() == "content-type" for name, _ in headers)
            added = [("content-type", "")] if untyped and not status.startswith("204") else []
            return start_response(status, headers + added, *exc_info)

        return app(environ, start)

    return respond


def client(app: Any, headers: Mapping[str, str] | None = None) -> falcon.testing.TestClient:
    """Calls an application as a program on this machine does."""
    return falcon.testing.TestClient(app, headers={"Host": "127.0.0.1:8030", **(headers or {})})


class Api:
    """Calls the real WSGI application in this process."""

    def __init__(self, running: Server, *, log_requests: bool = True) -> None:
        self.running = running
        self._client = client(_typed(application(running, log_requests=log_requests)))

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        content: bytes | str | None = None,
    ) -> Answered:
        sent = {"Content-Type": "application/json"} if body is not None or content is not None else {}
        result = self._client.simulate_request(
            method,
            path,
            params={k: str(v).lower() if isinstance(v, bool) else str(v) for k, v in (query or {}).items()},
            headers={**sent, **(headers or {})},
            body=content if content is not None else (json.dumps(body) if body is not None else None),
        )
        is_json = "json" in (result.headers.get("content-type") or "")
        text = result.content.decode(errors="replace")
        parsed = json.loads(text) if text and is_json else None
        named = {k.lower(): v for k, v in result.headers.items()}
        answered = Answered(result.status_code, parsed, named, text, result.content)
        check_against_document(method, path, answered)
        remember_secrets(method, path, headers or {}, body, answered)
        return answered


class World:
    """A signed-in, trusted administrator of a fresh sandbox organization; paths are those behind /connect/v3."""

    def __init__(
        self,
        api: Api,
        body: Mapping[str, Any] | None = None,
        *,
        trusted: bool = True,
        frozen_at: str | None = None,
    ) -> None:
        self.api = api
        begun = {"now": frozen_at[:11] + "00:00:00Z"} if frozen_at else {}
        self.made = api.call("POST", "/sandbox/v1/organizations", {**begun, **(body or {})}).ok()
        self.id: str = self.made["organizationId"]
        self.bank_account_id: str = self.made["bankAccountId"]
        self.user_id: str = self.made["userId"]
        self.headers = self.sign_in(trusted=trusted)
        if frozen_at:
            self.control("PUT", "/clock", {"now": frozen_at, "frozen": True}).ok()

    @property
    def database(self) -> Database:
        """For what the API does not show: the journal, the trail, the outbox."""
        return self.api.running.database

    def sign_in(self, *, trusted: bool = True, person: Mapping[str, Any] | None = None) -> dict[str, str]:
        """Headers of a new session, of the administrator or of a `person` that the sandbox made."""
        who = self.made if person is None else person
        body = {
            "username": who["username"],
            "password": who["password"],
            "organizationId": self.made["organizationId"],
            "devKey": self.made["devKey"],
        }
        if trusted:
            body |= who["mfa"]
        session = self.api.call("POST", "/connect/v3/login", body).ok()
        assert session["trusted"] is trusted
        return {"sessionId": session["sessionId"], "devKey": self.made["devKey"]}

    def hire(self, role: str, **given: Any) -> Any:
        """A new user of a role, ready to sign in."""
        return self.control("POST", "/users", {"role": role, **given}).ok()

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> Answered:
        headers = {**self.headers, **more.pop("headers", {})}
        return self.api.call(method, f"/connect/v3{path}", body, headers=headers, **more)

    def get(self, path: str, **query: Any) -> Answered:
        return self.call("GET", path, query=query)

    def post(self, path: str, body: Any = None, **more: Any) -> Answered:
        return self.call("POST", path, body, **more)

    def put(self, path: str, body: Any = None) -> Answered:
        return self.call("PUT", path, body)

    def patch(self, path: str, body: Any = None) -> Answered:
        return self.call("PATCH", path, body)

    def delete(self, path: str) -> Answered:
        return self.call("DELETE", path)

    def control(self, method: str, path: str, body: Any = None) -> Answered:
        """A call of the sandbox's controls on this organization."""
        headers = {"devKey": self.made["devKey"]}
        return self.api.call(method, f"/sandbox/v1/organizations/{self.id}{path}", body, headers=headers)

    def advance(self, by: str) -> Any:
        """Move the clock by an ISO 8601 duration, running what becomes due."""
        return self.control("POST", "/clock/advance", {"by": by}).ok()


@cache
def _document() -> dict[str, Any]:
    return build()


@cache
def _routes() -> list[tuple[str, re.Pattern[str], str]]:
    """(method, pattern, path) of every operation, paths without parameters first."""
    paths = sorted(_document()["paths"].items(), key=lambda item: item[0].count("{"))
    return [
        (method.upper(), re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), path)
        for path, operations in paths
        for method in operations
    ]


@cache
def _is_page(method: str, path: str) -> bool:
    """Whether an operation answers people, and so refuses in words."""
    return any(
        "*/*" in answer.get("content", {})
        for answer in _document()["paths"][path][method.lower()]["responses"].values()
    )


@cache
def _validator(method: str, path: str, status: str) -> Any:
    responses = _document()["paths"][path][method.lower()]["responses"]
    declared = responses.get(status) or responses.get(f"{status[0]}XX")
    assert declared is not None, f"{method} {path} answered {status}, which its document does not know"
    schema = declared.get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        return None
    return jsonschema_rs.validator_for(
        {**schema, "components": _document()["components"]}, validate_formats=True
    )


def _route(method: str, path: str) -> tuple[str | None, Mapping[str, str]]:
    """The path of the operation that answers, and the values of its parameters."""
    for own, pattern, declared in _routes():
        if own == method and (match := pattern.fullmatch(path)):
            return declared, match.groupdict()
    return None, {}


def remember_secrets(
    method: str, path: str, headers: Mapping[str, str], body: Any, answered: Answered
) -> None:
    """From now on nobody may read what was secret in a call (secrecy.py)."""
    matched, given = _route(method, path)
    if matched is not None:
        remember_call(f"{method} {matched}", given, headers, body, answered.status, answered.json)


def check_against_document(method: str, path: str, answered: Answered) -> None:
    """Fail when an answer is not what the OpenAPI document says of its operation."""
    matched, _ = _route(method, path.partition("?")[0])
    if method == "HEAD":
        # It stands for GET and is described there.
        return
    if matched is None:
        assert answered.status == 404, f"{method} {path} is no operation and answered {answered.status}"
        return
    assert answered.status != 500, answered.text
    validator = _validator(method, matched, str(answered.status))
    if validator is not None and not (_is_page(method, matched) and answered.json is None):
        faults = [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(answered.json)]
        assert not faults, f"{method} {path} {answered.status}: {faults[:5]} in {answered.text[:500]}"
