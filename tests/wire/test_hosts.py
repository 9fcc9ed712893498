"""Only requests that are for this server are answered, and no page of another's moves its sandbox."""

import dataclasses
from typing import Any

import falcon.testing
import pytest
from clients import Answered, Api, World

from net30.app import application, server
from net30.kernel.context import Server
from net30.settings import settings
from net30.wire import hosts

HEALTH = "/connect/v3/health"
WORLDS = "/sandbox/v1/organizations"


def ask(running: Server, path: str = HEALTH, method: str = "GET", **headers: str) -> Answered:
    return Api(running).call(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8030",
        "127.0.0.1",
        "127.1.2.3:80",
        "localhost",
        "LocalHost:9000",
        "localhost.",
        "net30.localhost:8030",
        "[::1]:8030",
        "[0:0:0:0:0:0:0:1]",
    ],
)
def test_loopback_is_answered_by_all_its_names(running: Server, host: str) -> None:
    assert ask(running, Host=host).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8030",
        "localhost.evil.example",
        "notlocalhost",
        "127.0.0.1.evil.example",
        "128.0.0.1",
        "0.0.0.0:8030",
        "[::2]:8030",
        "127.0.0.1, evil.example",
        "evil.example@127.0.0.1",
        "127.0.0.1/evil",
        'evil"><script>',
        ":8030",
        "[localhost]",
        "é.example",
    ],
)
@pytest.mark.parametrize("path", [HEALTH, "/docs", WORLDS, "/connect/v3/nothing", "/"])
def test_another_host_is_misdirected(running: Server, host: str, path: str) -> None:
    sent = host.encode().decode("latin-1")
    answered = falcon.testing.TestClient(application(running)).simulate_get(path, headers={"Host": sent})
    assert answered.status_code == 421
    (error,) = answered.json
    assert error["code"] is None
    assert error["message"].startswith("Host: this server does not answer for the host")
    assert "NET30_HOSTS" in error["help"]


def test_what_is_not_for_this_server_changes_nothing(running: Server, world: World) -> None:
    def said() -> Any:
        return world.get("/vendors").ok()["results"]

    before = said()
    body = {"name": "Bass", "address": {"line1": "1", "city": "A", "zipOrPostalCode": "1", "country": "US"}}
    headers = {**world.headers, "Host": "evil.example"}
    assert world.api.call("POST", "/connect/v3/vendors", body, headers=headers).status == 421
    assert said() == before


@pytest.mark.parametrize("said", [{}, {"HTTP_HOST": ""}], ids=["none", "empty"])
def test_a_request_of_http_1_0_names_no_host(running: Server, said: dict[str, str]) -> None:
    environ = falcon.testing.create_environ(HEALTH)
    del environ["HTTP_HOST"]
    environ |= said
    answered = falcon.testing.StartResponseMock()
    list(application(running)(environ, answered))
    assert answered.status is not None
    assert answered.status.startswith("200")


@pytest.mark.parametrize(
    ("given", "known", "unknown"),
    [
        ({"host": "10.1.2.3"}, ["10.1.2.3:8030", "localhost"], ["10.1.2.4"]),
        ({"host": "0.0.0.0"}, ["127.0.0.1"], ["10.1.2.3"]),
        (
            {"public_url": "https://AP.example.com:8443/"},
            ["ap.example.com", "AP.EXAMPLE.COM:8443"],
            ["example.com"],
        ),
        (
            {"hosts": "net30, ap.internal:80,[fd00::5],fd00::6"},
            ["net30:8030", "ap.internal", "[fd00::5]:1", "[FD00:0::6]"],
            ["net31"],
        ),
    ],
)
def test_hosts_of_the_settings_are_known(
    running: Server, given: dict[str, str], known: list[str], unknown: list[str], tmp_path: Any
) -> None:
    parts = server(
        settings(
            {"database": f"sqlite:///{tmp_path}/net30.db", "secret_key": "a key of the tests", **given}, {}
        )
    )
    settled = dataclasses.replace(running, hosts=parts.hosts, public_url=parts.public_url)
    parts.database.close()
    assert [ask(settled, Host=host).status for host in known] == [200] * len(known)
    assert [ask(settled, Host=host).status for host in unknown] == [421] * len(unknown)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8030"),
        ("0.0.0.0", "http://127.0.0.1:8030"),
        ("::", "http://[::1]:8030"),
        ("fd00::5", "http://[fd00::5]:8030"),
        ("net30", "http://net30:8030"),
    ],
)
def test_links_begin_with_an_address_that_leads_here(host: str, url: str) -> None:
    assert hosts.address(host, 8030) == url


def test_a_setting_that_names_no_host_is_told() -> None:
    assert hosts.faults("net30, http://ap.example.com, [::1]:80,") == []
    assert hosts.faults("net30,a b,https://") == ["a b", "https://"]


# ---- pages of others ------------------------------------------------------------------------------------

FOREIGN = [
    "https://evil.example",
    "http://evil.example:8030",
    "null",
    "http://localhost.evil.example",
    "file://",
    "",
]


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize("path", [WORLDS, "/sandbox/v1/partners", f"{WORLDS}/008/clock/advance"])
def test_a_page_of_anothers_cannot_call_the_sandbox(api: Api, origin: str, path: str) -> None:
    before = len(api.call("GET", WORLDS, query={"max": 1000}).ok()["results"])
    answered = api.call("POST", path, headers={"Origin": origin})
    assert (answered.status, answered.codes) == (403, [None])
    assert answered.json[0]["message"].startswith("Origin: pages of")
    assert len(api.call("GET", WORLDS, query={"max": 1000}).ok()["results"]) == before


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8030", "http://localhost:3000", "http://[::1]:5173"])
def test_a_page_of_this_machine_may(api: Api, origin: str) -> None:
    made = api.call("POST", WORLDS, headers={"Origin": origin})
    assert made.status == 201


def test_the_api_does_not_look_at_origins(world: World) -> None:
    """Its credentials stand in headers, which no page of another's can send."""
    assert world.call("GET", "/vendors", headers={"Origin": "https://evil.example"}).status == 200
