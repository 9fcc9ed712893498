"""What a text must match is told in words."""

import json
import re

import pytest
from clients import World
from vendor_cases import ADDRESS

import net30.rooms  # noqa: F401  (declares every operation)
from net30.wire import openapi, patterns


def test_every_pattern_of_a_request_has_words() -> None:
    written = json.dumps(openapi.build())
    found = {json.loads(f'"{text}"') for text in re.findall(r'"pattern": "((?:[^"\\]|\\.)*)"', written)}
    assert len(found) > 5
    assert not [pattern for pattern in found if "must match" in patterns.said(pattern)]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"phone": "5" * 21}, "phone: must have at most 20 characters"),
        (
            {"paymentInformation": {"payeeName": "ab"}},
            "paymentInformation.payeeName: must have 3 to 100 characters",
        ),
    ],
)
def test_a_length_is_told_as_one(shared: World, more: dict[str, object], said: str) -> None:
    answered = shared.post("/vendors", {"name": "Bass", "address": ADDRESS, **more})
    assert (answered.status, answered.json[0]["message"]) == (400, said)


def test_an_id_is_told_by_its_form(shared: World) -> None:
    answered = shared.get("/bills/00nX")
    assert answered.json[0]["message"] == "billId: must be 00n and 17 letters or digits after it"
