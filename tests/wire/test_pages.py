"""Pages for people: harmless wherever they are shown, and each says where one is."""

import base64
import dataclasses
import hashlib
import re
from pathlib import Path

import pytest
from clients import Answered, Api, World

import net30
from net30.kernel.context import Server

HTML = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
SOURCES = Path(net30.__file__).parent


def hashes(text: str, tag: str) -> list[str]:
    found = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
    return [f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in found]


def policy(page: Answered) -> dict[str, list[str]]:
    directives = (one.split() for one in page.headers["content-security-policy"].split(";"))
    return {name: values for name, *values in directives}


def mailed_link(world: World) -> str:
    role = next(r["id"] for r in world.get("/roles").ok()["results"] if r["type"] == "CLERK")
    world.post(
        "/users",
        {
            "firstName": "<b>Cleo</b>",
            "lastName": "Clerk",
            "email": "cleo@example.com",
            "roleId": role,
            "acceptTermsOfService": True,
        },
    ).ok()
    body: str = world.control("GET", "/messages").ok()["results"][0]["body"]
    return "/invitations/" + body.rpartition("/invitations/")[2].strip()


@pytest.mark.parametrize("name", ["/", "/docs", "the invitation", "no invitation", "a weak password"])
def test_every_page_is_harmless(world: World, name: str) -> None:
    path = {"no invitation": "/invitations/008.unknown"}.get(name, name)
    if not path.startswith("/"):
        path = mailed_link(world)
    if name == "a weak password":
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        page = world.api.call("POST", path, headers=form, content="password=short")
    else:
        page = world.api.call("GET", path, headers=HTML)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    said = policy(page)
    assert said["default-src"] == ["'none'"]
    assert said["frame-ancestors"] == said["base-uri"] == ["'none'"]
    assert said["style-src"] == hashes(page.text, "style")
    assert said.get("script-src", []) == hashes(page.text, "script")
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert not re.search(r"<[^>]+\s(style|on\w+)=", page.text), "the policy would not let it"


def test_pages_are_made_in_one_place() -> None:
    # The OpenAPI document names the type of a refusal that is a page.
    makers = [path for path in SOURCES.rglob("*.py") if '"text/html; ' in path.read_text()]
    assert [path.relative_to(SOURCES).as_posix() for path in makers] == ["wire/pages.py"]


def test_what_is_hidden_on_the_invitations_page_is_hidden(world: World) -> None:
    text = world.api.call("GET", mailed_link(world)).text
    assert re.search(r'<input type="text" name="username"[^>]+ hidden ', text)
    # A rule for all inputs does not win against it: an attribute is more specific than a tag (CSS Selectors 4, 17).
    assert "\n[hidden] { display: none; }" in text
    assert "&lt;b&gt;Cleo&lt;/b&gt;" in text


def test_a_browser_is_told_where_it_is(api: Api) -> None:
    page = api.call("GET", "/", headers=HTML)
    assert page.status == 200
    assert f"net30 {net30.__version__}" in page.text
    assert "sandbox" in page.text
    for link in re.findall(r'href="([^"]+)"', page.text):
        assert api.call("GET", link).status == 200
    assert 'href="/docs"' in page.text


def test_production_does_not_speak_of_worlds(running: Server) -> None:
    production = Api(dataclasses.replace(running, environment="production"))
    page = production.call("GET", "/", headers=HTML)
    assert "production server" in page.text
    assert "/sandbox" not in page.text


@pytest.mark.parametrize("accept", ["application/json", "*/*", ""])
def test_to_a_program_there_is_nothing_at_the_root(api: Api, accept: str) -> None:
    answered = api.call("GET", "/", headers={"Accept": accept} if accept else {})
    assert (answered.status, answered.codes) == (404, ["BDC_1121"])
    assert answered.json[0]["help"].startswith("see /docs")
