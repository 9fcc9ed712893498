"""The whole API under generated requests: nothing undocumented is answered, and the books are sound afterwards.

Schemathesis generates every request from the OpenAPI document and holds every answer against it. Half of the requests
are ones that should succeed, in which up to two properties are generated ones; of the others, three in five keep to
the document and two in five do not. Without values that exist, nearly all of them would end at the first look-up.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import schemathesis
from clients import Api
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from prove.books import require_sound
from prove.conftest import FreshDatabase
from prove.fuzz_world import AnyCase, FuzzWorld, Pick, operation_id
from prove_size import FULL
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from net30.app import application, server
from net30.settings import Settings
from net30.store.schema import migrate

SEED = 1702
CASES = 10_000 if FULL else 150
ROUND = 500
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
KINDS = ["sound"] * 5 + ["documented"] * 3 + ["negative"] * 2


class Fuzzer:
    """Generates requests, sends them and keeps count."""

    def __init__(self, api: Api) -> None:
        self.world = FuzzWorld(api)
        schema = schemathesis.openapi.from_wsgi("/openapi.json", application(api.running))
        operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
        # The seven classifications are alike; one of them draws as often as another operation.
        operations = [one for one in operations for _ in range(1 if "/classifications/" in one.path else 4)]
        self.strategies = {
            mode: [operation.as_strategy(generation_mode=mode) for operation in operations]
            for mode in GenerationMode
        }
        self.names = {str(operation.definition.raw["operationId"]) for operation in operations}
        self.statuses: Counter[int] = Counter()
        self.succeeded: Counter[str] = Counter()
        self.faults: dict[tuple[str, str], str] = {}

    def send(self, data: st.DataObject) -> None:
        """Draw a request, give it what it needs, send it and judge the answer."""

        def pick(values: Sequence[Any]) -> Any:
            return data.draw(st.sampled_from(values))

        kind = data.draw(st.sampled_from(KINDS))
        mode = GenerationMode.NEGATIVE if kind == "negative" else GenerationMode.POSITIVE
        case = data.draw(data.draw(st.sampled_from(self.strategies[mode])))
        signed_in = self._prepare(case, kind, pick)
        response = case.call()
        self.statuses[response.status_code] += 1
        name = operation_id(case)
        if 200 <= response.status_code < 300:
            self.succeeded[name] += 1
            is_json = response.headers.get("content-type", [""])[0].startswith("application/json")
            self.world.learn(case, response.json() if is_json else None)
        elif response.status_code == 401 and signed_in:
            self.world.sign_in_again()
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as failures:
            for fault in failures.exceptions:
                self.faults.setdefault((name, type(fault).__name__), f"{fault}\n{case.as_curl_command()}")

    def _prepare(self, case: AnyCase, kind: str, pick: Pick) -> bool:
        """Whether the request carries good credentials."""
        sound = kind == "sound"
        signed_in = self.world.give_credentials(case, pick, sound=sound)
        if kind == "negative":
            return False
        if sound or pick([True, True, True, False]):
            case.headers.pop("X-Idempotent-Key", None)
        else:
            case.headers["X-Idempotent-Key"] = pick(["one", "two", "three"])
        self.world.give_path(case, pick, sound=sound)
        if sound or pick([True, False]):
            self.world.give_query(case, pick)
        if case.operation.body:
            if sound:
                self.world.give_body(case, pick)
            else:
                self.world.give_ids(case, case.body, pick)
        return signed_in


@pytest.fixture(params=["sqlite", "postgresql"])
def api(request: pytest.FixtureRequest, fresh_database: FreshDatabase) -> Iterator[Api]:
    running = server(Settings(database=fresh_database(request.param), secret_key="a key of the tests"))
    migrate(running.database)
    yield Api(running)
    running.database.close()


def test_every_answer_is_documented(api: Api) -> None:
    fuzzer = Fuzzer(api)
    begun = time.monotonic()
    for number in range(-(-CASES // ROUND)):
        _round(fuzzer, min(ROUND, CASES - number * ROUND), SEED + number)
    cases = sum(fuzzer.statuses.values())
    succeeded = sum(count for status, count in fuzzer.statuses.items() if 200 <= status < 300)
    print(
        f"\n{cases} requests to {len(fuzzer.names)} operations on {api.running.database.dialect}, seed {SEED}, "
        f"{time.monotonic() - begun:.0f} s: {succeeded / cases:.0%} succeeded, by status "
        f"{dict(sorted(fuzzer.statuses.items()))}; sessions lost: {fuzzer.world.lost_sessions}; "
        f"never succeeded: {sorted(fuzzer.names - fuzzer.succeeded.keys())}"
    )
    assert not fuzzer.faults, "\n\n".join(
        f"{name}: {text}" for (name, _), text in list(fuzzer.faults.items())[:10]
    )
    assert succeeded >= 0.3 * cases
    require_sound(api.running.database, fuzzer.world.main.id)


def _round(fuzzer: Fuzzer, count: int, number: int) -> None:
    """So many requests of one seed. Hypothesis shrinks nothing: a request's answer depends on those before it."""
    sent = 0

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def send(data: st.DataObject) -> None:
        nonlocal sent
        fuzzer.send(data)
        sent += 1

    send()
    assert sent >= count
