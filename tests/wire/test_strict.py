"""Strict mode: what the wire passes over by itself is refused by its name."""

import dataclasses
from typing import Any

import pytest
from clients import Api, World
from vendor_cases import ADDRESS

from net30.kernel.context import Server

VENDOR = {"name": "Bass", "address": ADDRESS}
STRICT = {"X-Net30-Strict": "true"}


@pytest.fixture(scope="module")
def on_strict_server(running: Server) -> World:
    return World(Api(dataclasses.replace(running, strict=True)))


def unknown(answered: Any) -> list[str]:
    assert (answered.status, set(answered.codes)) == (400, {None}), answered.text
    return [error["params"][0]["value"] for error in answered.json]


def test_unknown_properties_are_refused_by_name(shared: World) -> None:
    body = {**VENDOR, "nickname": 1, "address": {**ADDRESS, "planet": "Earth"}, "a": {"b": [1]}}
    assert shared.post("/vendors", body).status == 201
    assert unknown(shared.post("/vendors", body, headers=STRICT)) == ["address.planet", "nickname", "a"]


def test_unknown_properties_are_told_with_what_else_is_wrong(shared: World) -> None:
    body = [VENDOR, {**VENDOR, "nickname": None, "name": ""}]
    assert unknown(shared.post("/vendors/bulk", body, headers=STRICT)) == ["[1].name", "[1].nickname"]


def test_a_name_that_is_no_text_is_told_too(shared: World) -> None:
    answered = shared.call("POST", "/vendors", content=b'{"\\ud800": 1}', headers=STRICT)
    assert "\\ud800" in unknown(answered)


def test_names_are_told_apart_by_case(shared: World) -> None:
    assert unknown(shared.post("/vendors", {**VENDOR, "Name": "x"}, headers=STRICT)) == ["Name"]


def test_unknown_query_parameters_are_refused_by_name(shared: World) -> None:
    assert shared.get("/vendors", Max=3, sorted="name").status == 200
    answered = shared.call("GET", "/vendors", query={"Max": 3, "sorted": "name", "max": 3}, headers=STRICT)
    assert unknown(answered) == ["Max", "sorted"]


@pytest.mark.parametrize("said", ["true", "TRUE", "True"])
def test_strict_is_said_in_any_case(shared: World, said: str) -> None:
    answered = shared.post("/vendors", {**VENDOR, "nickname": 1}, headers={"x-net30-STRICT": said})
    assert unknown(answered) == ["nickname"]


@pytest.mark.parametrize("said", ["false", "", "1", "yes"])
def test_only_true_is_strict(shared: World, said: str) -> None:
    answered = shared.post("/vendors", {**VENDOR, "nickname": 1}, headers={"X-Net30-Strict": said})
    assert answered.status == 201


def test_a_strict_server_needs_no_header(on_strict_server: World) -> None:
    answered = on_strict_server.post(
        "/vendors", {**VENDOR, "nickname": 1}, headers={"X-Net30-Strict": "false"}
    )
    assert unknown(answered) == ["nickname"]
    assert unknown(on_strict_server.get("/vendors", nothing=1)) == ["nothing"]


def test_what_is_right_is_right_when_strict(shared: World) -> None:
    body = {**VENDOR, "shortName": None, "additionalInfo": {"track1099": None, "leadTimeInDays": 3}}
    loose, strict = shared.post("/vendors", body).ok(), shared.post("/vendors", body, headers=STRICT).ok()
    for vendor in (loose, strict):
        for name in ("id", "createdTime", "updatedTime", "balance"):
            vendor.pop(name)
    assert loose == strict
