"""Paths, methods and headers: what is an operation and what is none."""

import pytest
from clients import Api, World
from vendor_cases import ADDRESS


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/connect"),
        ("GET", "/connect/v3"),
        ("GET", "/connect/v3/nothing"),
        ("GET", "/v3/vendors"),
        ("GET", "/connect/v2/vendors"),
        ("GET", "/connect/v3/vendors/"),
        ("GET", "/connect/v3/bills/"),
        ("GET", "/connect/v3/Vendors"),
        ("GET", "/connect/V3/vendors"),
        ("POST", "/connect/v3/bills//archive"),
        ("POST", "/connect/v3/bills/00n/Archive"),
        ("GET", "/connect/v3/bills/00n/archive"),
        ("GET", "/connect/v3/bills/00n/lines/1"),
        ("GET", "/connect/v3/bills/%00"),
        ("GET", "/connect/v3/bills/a%2Fb"),
        ("PUT", "/connect/v3/vendors"),
        ("DELETE", "/connect/v3/bills"),
        ("PATCH", "/connect/v3/login"),
        ("GET", "/connect/v3/login"),
        ("OPTIONS", "/connect/v3/vendors"),
        ("TRACE", "/connect/v3/vendors"),
        ("GET", "/connect/v3/session"),
        ("GET", "/connect/v3/%E2%82%AC/%FF"),
    ],
)
def test_what_is_no_operation_is_not_supported(shared: World, method: str, path: str) -> None:
    answered = shared.api.call(method, path, headers=shared.headers)
    assert (answered.status, answered.codes) == (404, ["BDC_1121"])
    (error,) = answered.json
    assert error["message"] == "API not supported."
    assert [param["name"] for param in error["params"]] == ["path"]
    assert answered.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", ["/health", "/vendors", "/vendors/009"])
def test_head_answers_what_get_does_without_its_body(shared: World, path: str) -> None:
    asked, got = (shared.call(method, path) for method in ("HEAD", "GET"))
    assert (asked.status, asked.content) == (got.status, b"")
    assert asked.headers["content-type"] == got.headers["content-type"] == "application/json"
    assert asked.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize("path", ["/login", "/vendors/009/archive"])
def test_head_of_what_has_no_get_is_not_supported(shared: World, path: str) -> None:
    assert shared.call("HEAD", path).status == 404


@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
def test_a_method_nobody_heard_of_is_not_supported(shared: World) -> None:
    answered = shared.api.call("BREW", "/connect/v3/vendors", headers=shared.headers)
    assert (answered.status, answered.codes) == (404, ["BDC_1121"])


def test_head_has_no_answer_of_its_own(shared: World) -> None:
    answered = shared.api.call("HEAD", "/connect/v3/nothing", headers=shared.headers)
    assert (answered.status, answered.text) == (404, "")


@pytest.mark.parametrize("vendor_id", ["x", "00n00000000000000000", "009", "9" * 400, "'; --", "€", "null"])
def test_odd_ids_are_unknown(shared: World, vendor_id: str) -> None:
    answered = shared.get(f"/vendors/{vendor_id}")
    assert (answered.status, answered.codes) == (404, ["BDC_1205"])


def test_headers_go_by_their_names_in_any_case(shared: World) -> None:
    names = [
        ("sessionId", "devKey"),
        ("SESSIONID", "DEVKEY"),
        ("sessionid", "devkey"),
        ("Sessionid", "dEvKeY"),
    ]
    for session_id, dev_key in names:
        headers = {session_id: shared.headers["sessionId"], dev_key: shared.headers["devKey"]}
        assert shared.api.call("GET", "/connect/v3/vendors", headers=headers).status == 200


def test_a_call_without_credentials_is_told_which_is_missing(shared: World) -> None:
    session, key = shared.headers["sessionId"], shared.headers["devKey"]
    for headers, status, code, named in (
        ({}, 401, "BDC_1109", "sessionId"),
        ({"devKey": key}, 401, "BDC_1109", "sessionId"),
        ({"sessionId": "", "devKey": key}, 401, "BDC_1109", "sessionId"),
        ({"sessionId": session}, 400, "BDC_1178", "devKey"),
        ({"sessionId": session, "devKey": ""}, 400, "BDC_1178", "devKey"),
    ):
        answered = shared.api.call("GET", "/connect/v3/vendors", headers=headers)
        assert (answered.status, answered.codes) == (status, [code])
        assert named in answered.json[0]["detail"]


def test_who_calls_is_asked_before_what_is_sent(shared: World) -> None:
    answered = shared.api.call("POST", "/connect/v3/vendors", content="{")
    assert answered.codes == ["BDC_1109"]


def test_the_health_of_the_server_needs_no_credentials(api: Api) -> None:
    assert api.call("GET", "/connect/v3/health").ok()["appId"] == "net30"


def test_another_organizations_ids_mean_nothing(shared: World, other_world: World) -> None:
    vendor = shared.post("/vendors", {"name": "Bass", "address": ADDRESS}).ok()
    assert shared.get(f"/vendors/{vendor['id']}").status == 200
    assert other_world.get(f"/vendors/{vendor['id']}").codes == ["BDC_1205"]
    assert other_world.patch(f"/vendors/{vendor['id']}", {"name": "Alto"}).codes == ["BDC_1205"]


@pytest.mark.parametrize("address", ["/vendors?filters=name:eq:%c3%28", "/vendors?%ff=1"])
def test_bytes_that_are_no_text_are_told(shared: World, address: str) -> None:
    answered = shared.get(address)
    assert (answered.status, answered.codes) == (400, [None])
    assert "UTF-8" in answered.json[0]["message"]
