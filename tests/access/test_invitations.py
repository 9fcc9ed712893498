"""The way from an invitation's mail to a first sign-in."""

import re
from typing import Any

import pytest
from clients import Answered, World

PASSWORD = "correct horse battery"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def invite(world: World, **more: Any) -> str:
    """Invite Cleo as a clerk; her user id."""
    role = world.get("/roles", filters="type:eq:CLERK").ok()["results"][0]["id"]
    body = {"firstName": "Cleo", "lastName": "Clerk", "email": "cleo@example.com", "roleId": role}
    id: str = world.post("/users", {**body, "acceptTermsOfService": True, **more}).ok()["id"]
    return id


def link(world: World) -> str:
    """The path of the link in the latest mail."""
    mail = world.control("GET", "/messages").ok()["results"][0]
    assert (mail["kind"], mail["recipient"]) == ("EMAIL", "cleo@example.com")
    found = re.search(r"^http://127\.0\.0\.1:8030(/invitations/\S+)$", mail["body"], re.MULTILINE)
    assert found, mail["body"]
    return found[1]


def sign_up(world: World, path: str, password: str = PASSWORD) -> Answered:
    return world.api.call("POST", path, {"password": password})


def sign_in(world: World, password: str = PASSWORD) -> Answered:
    body = {"username": "cleo@example.com", "password": password, "organizationId": world.id}
    return world.api.call("POST", "/connect/v3/login", {**body, "devKey": world.made["devKey"]})


def words(page: Answered) -> str:
    """What a page says."""
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    body = page.text.partition("</style>")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_a_person_signs_up_on_the_page(world: World) -> None:
    user_id = invite(world)
    path = link(world)
    assert sign_in(world).codes == ["BDC_1101"]

    page = world.api.call("GET", path)
    assert page.status == 200
    assert "Cleo Clerk, you are invited to work in Sandbox Company" in words(page)
    assert '<form method="post">' in page.text
    assert 'type="password" name="password"' in page.text

    weak = world.api.call("POST", path, headers=FORM, content="password=short")
    assert weak.status == 400
    assert "The password must have 10 to 200 characters." in words(weak)
    assert '<form method="post">' in weak.text

    done = world.api.call("POST", path, headers=FORM, content="password=correct+horse+b%C3%A4ttery")
    assert done.status == 200
    assert "You can sign in to Sandbox Company now, as cleo@example.com" in words(done)
    assert sign_in(world, "correct horse bättery").ok()["userId"] == user_id

    again = world.api.call("GET", path)
    assert again.status == 422
    assert "This invitation was used already: sign in with the password that was chosen." in words(again)
    assert world.api.call("POST", path, headers=FORM, content="password=another+password").status == 422
    assert sign_in(world, "another password").codes == ["BDC_1101"]


def test_a_program_signs_up(world: World) -> None:
    user_id = invite(world)
    signed_up = sign_up(world, link(world)).ok()
    assert signed_up == {"organizationId": world.id, "userId": user_id, "username": "cleo@example.com"}
    headers = {"sessionId": sign_in(world).ok()["sessionId"], "devKey": world.made["devKey"]}
    assert world.call("GET", "/vendors", headers=headers).status == 200
    assert world.call("GET", "/login/session", headers=headers).ok()["mfaStatus"] == "SETUP"
    again = sign_up(world, link(world))
    assert (again.status, again.codes) == (422, [None])
    assert again.json[0]["detail"] == "this invitation was used already"


@pytest.mark.parametrize(
    "password", ["nine char", "a" * 201, "aaaaaaaaaaaaa", "abababababab", "my cleopatra 1"]
)
def test_a_weak_password_is_refused(world: World, password: str) -> None:
    invite(world, email="cleopatra@example.com") if "cleo" in password else invite(world)
    mail = world.control("GET", "/messages").ok()["results"][0]["body"]
    path = mail.partition("http://127.0.0.1:8030")[2]
    answered = sign_up(world, path, password)
    assert (answered.status, answered.codes) == (400, [None])
    assert answered.json[0]["message"].startswith("password: must ")


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", '{"password": 1234567890123}', '{"password": "\\ud800' + "x" * 12 + '"}', "\xff"]
)
def test_a_body_that_is_none_is_refused(world: World, body: str) -> None:
    invite(world)
    for headers in ({}, FORM):
        answered = world.api.call("POST", link(world), headers=headers, content=body)
        assert answered.status == 400


def test_an_invitation_is_good_for_seven_days_of_the_organizations_clock(world: World) -> None:
    user_id = invite(world)
    early = link(world)
    world.advance("PT167H59M59S")
    assert world.api.call("GET", early).status == 200
    world.advance("PT1S")
    expired = world.api.call("GET", early)
    assert expired.status == 422
    assert "This invitation expired at 2026-03-10T17:00:00.000+00:00" in words(expired)
    assert sign_up(world, early).status == 422

    world.post(f"/users/{user_id}/archive").ok()
    withdrawn = world.api.call("GET", early)
    assert withdrawn.status == 422
    assert "This invitation was withdrawn" in words(withdrawn)

    world.post(f"/users/{user_id}/restore").ok()
    assert world.api.call("GET", early).status == 404
    assert sign_up(world, link(world)).status == 200
    assert sign_in(world).status == 200


def test_restoring_someone_who_signed_up_invites_nobody(world: World) -> None:
    user_id = invite(world)
    path = link(world)
    sign_up(world, path).ok()
    world.post(f"/users/{user_id}/archive").ok()
    world.post(f"/users/{user_id}/restore").ok()
    assert link(world) == path
    assert sign_in(world).status == 200


def test_links_that_are_none_open_nothing(world: World) -> None:
    invite(world)
    token = link(world).removeprefix("/invitations/")
    for odd in (
        "x",
        ".",
        f"{world.id}.",
        f"{world.id}.x",
        f"{token}x",
        token[1:],
        "00800000000000000000.x",
        "%EF%BF%BD.x",
    ):
        page = world.api.call("GET", f"/invitations/{odd}")
        assert page.status == 404, odd
        assert "No invitation has this link" in words(page)
        assert sign_up(world, f"/invitations/{odd}").codes == ["BDC_1205"]


def test_names_are_shown_as_text(world: World) -> None:
    invite(world, firstName="<script>alert(1)</script>", lastName='"&')
    page = world.api.call("GET", link(world))
    assert "<script>" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &quot;&amp;" in page.text
