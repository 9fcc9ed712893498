"""The whole API under generated requests: nothing undocumented is answered, and the books are sound afterwards.

Schemathesis generates every request from the OpenAPI document and holds every answer against it. Half of the requests
are ones that should succeed, in which up to two properties are generated ones; of the others, three in five keep to
the document and two in five do not. Without values that exist, nearly all of them would end at the first look-up.
"""

import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from unittest import SkipTest

import pytest
import schemathesis
from clients import Api, FreshDatabase
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from prove.books import require_sound
from prove.fuzz_world import AnyCase, FuzzWorld, Pick, operation_id
from prove_size import FULL
from schemathesis import APIOperation, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import derive_operation_seed
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from net30.app import application, server
from net30.documents import processing
from net30.settings import Settings
from net30.store.schema import migrate
from net30.wire.operation import OPERATIONS

SEED = 1702
KEY_NEEDED = {key for key, operation in OPERATIONS.items() if operation.key_needed}
DATABASES = ("sqlite", "postgresql")
CASES = 10_000 if FULL else 100
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
KINDS = ["sound"] * 5 + ["documented"] * 3 + ["negative"] * 2


class Fuzzer:
    """Sends generated requests and keeps count."""

    def __init__(self, api: Api) -> None:
        self.world = FuzzWorld(api)
        self.schema = schemathesis.openapi.from_wsgi("/openapi.json", application(api.running))
        self.seed = SEED + list(DATABASES).index(api.running.database.dialect)
        self.random = Random(self.seed)
        self.statuses: Counter[int] = Counter()
        self.asked: Counter[str] = Counter()
        self.succeeded: Counter[str] = Counter()
        self.faults: dict[tuple[str, str], str] = {}

    def requests(self, count: int) -> list[tuple[str, AnyCase]]:
        """So many requests of all operations, each with its kind, in no order."""
        operations = [found.ok() for found in self.schema.get_all_operations() if isinstance(found, Ok)]
        # The seven classifications are alike; one of them is asked as often as another operation.
        weights = [1 if "/classifications/" in operation.path else 4 for operation in operations]
        drawn = Counter(self.random.choices(range(len(operations)), weights, k=count))
        kinds = [(position, self.random.choice(KINDS)) for position in drawn.elements()]
        made: list[tuple[str, AnyCase]] = []
        for (position, kind), wanted in Counter(kinds).items():
            cases = generated(operations[position], kind, wanted, self.seed)
            made += [(kind, case) for case in cases]
        self.random.shuffle(made)
        return made

    def send(self, kind: str, case: AnyCase) -> None:
        """Give a request what it needs, send it and judge the answer."""
        signed_in = self._prepare(case, kind, self.random.choice)
        response = case.call()
        name = operation_id(case)
        self.asked[name] += 1
        self.statuses[response.status_code] += 1
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
        if sound and case.operation.label in KEY_NEEDED:
            case.headers["X-Idempotent-Key"] = str(uuid.uuid4())
        elif sound or pick([True, True, True, False]):
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


def generated(
    operation: APIOperation[Any, Any, Any, Any], kind: str, count: int, number: int
) -> list[AnyCase]:
    """So many requests to an operation; where there are not so many different ones, some come again."""
    mode = GenerationMode.NEGATIVE if kind == "negative" else GenerationMode.POSITIVE
    made: list[AnyCase] = []

    @seed(derive_operation_seed(number, f"{operation.label} {kind}"))
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def collect(case: AnyCase) -> None:
        made.append(case)

    try:
        collect()
    except (Unsatisfiable, SkipTest):
        # There is no way to get the request wrong.
        return generated(operation, "documented", count, number) if kind == "negative" else []
    return [made[i] if i < len(made) else made[i % len(made)].derive() for i in range(count)]


@pytest.fixture(params=DATABASES)
def api(request: pytest.FixtureRequest, fresh_database: FreshDatabase, tmp_path: Path) -> Iterator[Api]:
    chosen = Settings(
        database=fresh_database(request.param), secret_key="a key of the tests", files=str(tmp_path)
    )
    running = server(chosen)
    migrate(running.database)
    yield Api(running)
    running.database.close()


def test_every_answer_is_documented(api: Api) -> None:
    fuzzer = Fuzzer(api)
    begun = time.monotonic()
    for number, (kind, case) in enumerate(fuzzer.requests(CASES)):
        fuzzer.send(kind, case)
        if number % 100 == 0:
            # The worker's part: uploaded files become documents.
            processing.run_waiting(api.running)
    cases = sum(fuzzer.statuses.values())
    succeeded = sum(fuzzer.succeeded.values())
    never = sorted(fuzzer.asked.keys() - fuzzer.succeeded.keys())
    print(
        f"\n{cases} requests to {len(fuzzer.asked)} operations on {api.running.database.dialect}, seed {fuzzer.seed}, "
        f"{time.monotonic() - begun:.0f} s: {succeeded / cases:.0%} succeeded, by status "
        f"{dict(sorted(fuzzer.statuses.items()))}; sessions lost: {fuzzer.world.lost_sessions}; "
        f"never succeeded: {len(never)} {never if FULL else ''}"
    )
    told = [f"{name}: {text}" for (name, _), text in fuzzer.faults.items()]
    assert not told, f"{len(told)} faults\n\n" + "\n\n".join(told[:10])
    assert cases == CASES
    assert succeeded >= 0.3 * cases
    require_sound(api.running.database, fuzzer.world.main.id)
