"""Every operation has an example, and the example works: it is called as the reference shows it, on both databases."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from string import Template
from typing import Any
from urllib.parse import parse_qsl

import pytest
from clients import Answered, Api, FreshDatabase
from docs.examples import EXAMPLES, Call
from docs.test_reference import samples
from documents.cases import pdf

import net30.rooms  # noqa: F401  (fills the table of operations)
from net30.app import server
from net30.documents.processing import run_waiting
from net30.exports import writing as exports
from net30.kernel import turns
from net30.reference import page
from net30.samples import document
from net30.settings import Settings
from net30.store.schema import migrate
from net30.wire.openapi import camel_id
from net30.wire.operation import OPERATIONS, Operation

SHOWN = samples(page(sandbox=True).body.decode())
SAMPLE_ID = re.compile(r"\b(\w{3})01ABCDEFGHIJKLMNO\b")
SAMPLE_CODE = '"123456"'


class Played:
    """The examples, called one after another; what was kept of their answers, and what went wrong with each."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.kept: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.faults: dict[str, str] = {}
        for one in EXAMPLES:
            try:
                self.play(one)
            except (AssertionError, LookupError) as fault:
                self.faults.setdefault(one.key, f"{type(fault).__name__}: {fault}")

    def play(self, one: Call) -> None:
        operation = OPERATIONS[one.key]
        variables = {**self.kept, "sessionId": self.kept.get(one.session, "")}
        answered = self.call(operation, SHOWN[camel_id(operation.name)], variables)
        assert answered.status == operation.status, f"answered {answered.status}: {answered.text}"
        for name, place in one.kept.items():
            self.kept[name] = found(answered.json, place)
            self.ids[self.kept[name][:3]] = self.kept[name]
        while run_waiting(self.api.running) or turns.round(self.api.running, exports.LANE):
            pass

    def call(self, operation: Operation, shown: list[str], variables: dict[str, str]) -> Answered:
        """Call what curl would call with these arguments."""
        target = next(one for one in shown if one.startswith("$NET30")).removeprefix("$NET30")
        path, _, query = Template(self.filled(target)).substitute(variables).partition("?")
        headers = dict(value.split(": ") for flag, value in pairs(shown) if flag == "-H")
        content: str | bytes | None = None
        for flag, value in pairs(shown):
            match flag:
                case "-d":
                    content = self.filled(value)
                case "--data-urlencode":
                    content, headers["Content-Type"] = (
                        value.replace(" ", "+"),
                        "application/x-www-form-urlencoded",
                    )
                case "--data-binary":
                    content, headers["Content-Type"] = pdf(1), "application/octet-stream"
        return self.api.call(
            operation.method,
            path,
            content=content,
            headers={name: Template(value).substitute(variables) for name, value in headers.items()},
            query=dict(parse_qsl(query)),
        )

    def filled(self, text: str) -> str:
        """What a sample stands for."""
        known = SAMPLE_ID.sub(lambda match: self.ids.get(match[1], match[0]), text)
        return known.replace(SAMPLE_CODE, f'"{self.kept["token"]}"') if "token" in self.kept else known


def pairs(shown: list[str]) -> Iterator[tuple[str, str]]:
    """Flags of curl and their values."""
    return pairwise(shown)


def found(answered: Any, place: str | re.Pattern[str]) -> str:
    """What stands in a place of an answer; see examples.py."""
    if isinstance(place, re.Pattern):
        text = answered["results"][0]["body"] if "results" in answered else str(answered)
        match = place.search(text)
        assert match, f"there is no {place.pattern}"
        return match[match.lastindex or 0]
    for part in place.split("."):
        if isinstance(answered, list):
            answered = answered[int(part)]
        else:
            answered = next(iter(answered.values())) if part == "*" else answered[part]
    assert isinstance(answered, str)
    return answered


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def played(request: pytest.FixtureRequest, fresh_database: FreshDatabase) -> Iterator[Played]:
    parts = server(Settings(database=fresh_database(request.param), secret_key="a key of the examples"))
    migrate(parts.database)
    yield Played(Api(parts))
    parts.database.close()


@pytest.mark.parametrize("key", OPERATIONS)
def test_every_operation_has_an_example(key: str) -> None:
    assert key in {one.key for one in EXAMPLES}, (
        f"{key} has no example: write does({key!r}) in tests/docs/examples.py, as its first lines say"
    )


@pytest.mark.parametrize("key", dict.fromkeys(one.key for one in EXAMPLES))
def test_the_example_works(played: Played, key: str) -> None:
    """It answers the status of success, and what the document says (tests/clients.py)."""
    assert key not in played.faults, played.faults[key]


@pytest.mark.parametrize("part", ["summary", "description"])
def test_every_operation_is_described_in_its_own_words(part: str) -> None:
    words: dict[str, list[str]] = {}
    for key, operation in OPERATIONS.items():
        words.setdefault(getattr(operation, part), []).append(key)
    same = [keys for keys in words.values() if len(keys) > 1]
    assert not same, f"operations with the same {part}; say in each what it is about"


def test_the_document_has_the_samples_of_the_reference() -> None:
    described = json.loads(document())["paths"]
    for operation in OPERATIONS.values():
        if operation.body is not None and not operation.raw_body:
            content = described[operation.path][operation.method.lower()]["requestBody"]["content"]
            shown = SHOWN[camel_id(operation.name)]
            assert content["application/json"]["example"] == json.loads(shown[shown.index("-d") + 1])
