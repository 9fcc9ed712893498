"""Enrolling phones and answering challenges, as the person with the phone sees it."""

import dataclasses
import re
from typing import Any

import pytest
from access.clocks import MovedByHand
from clients import Answered, Api, World

from net30.access.users import find_user
from net30.kernel.context import Server, system_actor, writing
from net30.mfa.actions import reset_mfa

FIRST = "+14155550100"  # a world's administrator has this phone
SECOND = "+14155550177"
CODE = re.compile(r"\b\d{6}\b")


@pytest.fixture
def hands(running: Server) -> MovedByHand:
    return MovedByHand(running.machine_now())


@pytest.fixture
def timed(running: Server, hands: MovedByHand) -> World:
    """A world whose administrator is signed in, untrusted, on a machine whose time the test moves."""
    return World(Api(dataclasses.replace(running, machine_now=hands)), trusted=False)


def texts(world: World) -> list[tuple[str, str]]:
    """(number, code) of the texts in the mailbox, newest first."""
    found = []
    for message in world.control("GET", "/messages").ok()["results"]:
        if message["kind"] == "TEXT" and (code := CODE.search(message["body"])):
            found.append((message["recipient"], code[0]))
    return found


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def setup(world: World, phone: str = SECOND, **changed: Any) -> Answered:
    return world.post("/mfa/setup", {"phone": phone, "type": "TEXT", **changed})


def enrol(world: World, phone: str, *, type: str = "TEXT", **changed: Any) -> None:
    setup_id = setup(world, phone, type=type, **changed).ok()["setupId"]
    body = {"setupId": setup_id, "type": type, "token": texts(world)[0][1]}
    assert world.post("/mfa/setup/validate", body).ok() == {"status": "SUCCESS"}


def backups(world: World, *, kept: bool) -> None:
    world.control("PUT", "/settings", {"mfaBackupPhones": kept}).ok()


def ask(world: World, body: Any = None) -> tuple[str, str]:
    """A new challenge and its code."""
    challenge_id = world.post("/mfa/challenge", body).ok()["challengeId"]
    return challenge_id, texts(world)[0][1]


def answer(world: World, challenge_id: str, token: str, **more: Any) -> Answered:
    return world.post("/mfa/challenge/validate", {"challengeId": challenge_id, "token": token, **more})


def refusal(answered: Answered) -> tuple[int, str | None]:
    (code,) = answered.codes
    return answered.status, code


def status(world: World) -> str:
    return str(world.get("/login/session").ok()["mfaStatus"])


# ---- challenges -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [None, {}, {"useBackup": False}, {"useBackup": None}])
def test_a_code_makes_this_session_trusted(timed: World, body: Any) -> None:
    assert status(timed) == "CHALLENGE"
    challenge_id, code = ask(timed, body)
    assert texts(timed)[0] == (FIRST, code)
    assert answer(timed, challenge_id, code).ok()["rememberMeId"]
    assert status(timed) == "COMPLETE"


def test_a_remembered_device_is_trusted_for_thirty_days(timed: World, hands: MovedByHand) -> None:
    named = {"device": "a laptop", "machineName": "ci-1"}
    remember_me_id = answer(timed, *ask(timed), rememberMe=True, **named).ok()["rememberMeId"]
    timed.made["mfa"] = {"rememberMeId": remember_me_id, "device": "a laptop"}
    timed.sign_in(trusted=True)
    hands.pass_minutes(30 * 24 * 60 - 1)
    timed.sign_in(trusted=True)
    hands.pass_minutes(1)
    body = {name: timed.made[name] for name in ("username", "password", "organizationId", "devKey")}
    late = timed.api.call("POST", "/connect/v3/login", {**body, **timed.made["mfa"]}).ok()
    assert late["trusted"] is False


def test_without_remember_me_the_trust_ends_with_the_session(timed: World) -> None:
    remember_me_id = answer(timed, *ask(timed), device="a laptop").ok()["rememberMeId"]
    remembered = {"rememberMeId": remember_me_id, "device": "a laptop"}
    first, timed.headers = timed.headers, timed.sign_in(trusted=False)
    assert timed.post("/mfa/step-up", remembered).ok() == {"trusted": True}
    timed.headers = first
    timed.post("/logout").ok()
    timed.headers = timed.sign_in(trusted=False)
    assert timed.post("/mfa/step-up", remembered).ok() == {"trusted": False}


def test_a_challenge_may_be_answered_in_another_session_of_the_user(timed: World) -> None:
    challenge_id, code = ask(timed)
    before, timed.headers = timed.headers, timed.sign_in(trusted=False)
    answer(timed, challenge_id, code).ok()
    assert status(timed) == "COMPLETE"
    timed.headers = before
    assert status(timed) == "CHALLENGE"


def test_nobody_answers_the_challenge_of_another_user(timed: World) -> None:
    stranger = World(timed.api, trusted=False)
    challenge_id, code = ask(stranger)
    assert refusal(answer(timed, challenge_id, code)) == (422, "BDC_1374")
    assert status(timed) == "CHALLENGE"


def test_a_code_is_good_for_one_answer(timed: World) -> None:
    challenge_id, code = ask(timed)
    answer(timed, challenge_id, f" {code[:3]} {code[3:]}").ok()
    assert refusal(answer(timed, challenge_id, code)) == (422, "BDC_1374")


def test_a_code_is_good_for_its_own_challenge(timed: World) -> None:
    challenge_id, _ = ask(timed)
    _, code = ask(timed)
    assert refusal(answer(timed, challenge_id, code)) == (422, "BDC_1356")


def test_a_code_is_good_for_five_minutes(timed: World, hands: MovedByHand) -> None:
    first, second = ask(timed), ask(timed)
    hands.pass_minutes(4.99)
    answer(timed, *first).ok()
    hands.pass_minutes(0.02)
    refused = answer(timed, *second)
    assert refusal(refused) == (422, "BDC_1356")
    assert refused.json[0]["message"] == "2-Step Verification token has expired"
    assert "5 minutes" in refused.json[0]["detail"]


def test_the_clock_of_the_business_does_not_age_a_code(world: World) -> None:
    challenge_id, code = ask(world)
    world.advance("P3D")
    answer(world, challenge_id, code).ok()


def test_five_wrong_codes_lock_for_ten_minutes(timed: World, hands: MovedByHand) -> None:
    challenge_id, code = ask(timed)
    for _ in range(5):
        assert refusal(answer(timed, challenge_id, another(code))) == (422, "BDC_1356")
    refused = answer(timed, challenge_id, code)
    assert refusal(refused) == (422, "BDC_1358")
    assert "the right code is refused as well" in refused.json[0]["help"]
    assert refusal(timed.post("/mfa/challenge")) == (422, "BDC_1358")
    hands.pass_minutes(9.9)
    assert refusal(answer(timed, challenge_id, code)) == (422, "BDC_1358")
    hands.pass_minutes(0.1)
    answer(timed, *ask(timed)).ok()


def test_the_right_code_makes_wrong_ones_forgotten(timed: World) -> None:
    for _ in range(2):
        challenge_id, code = ask(timed)
        for _ in range(4):
            assert refusal(answer(timed, challenge_id, another(code))) == (422, "BDC_1356")
        answer(timed, challenge_id, code).ok()


def test_five_texts_in_a_minute_and_no_more(timed: World, hands: MovedByHand) -> None:
    for _ in range(5):
        ask(timed)
        hands.pass_minutes(0.1)
    refused = timed.post("/mfa/challenge")
    assert refusal(refused) == (422, "BDC_1358")
    assert len(texts(timed)) == 5
    hands.pass_minutes(0.5)
    ask(timed)
    assert refusal(timed.post("/mfa/challenge")) == (422, "BDC_1358")


def test_a_world_may_allow_fewer_texts(timed: World) -> None:
    timed.control("PUT", "/limits", {"textsPerMinute": 1}).ok()
    ask(timed)
    assert refusal(timed.post("/mfa/challenge")) == (422, "BDC_1358")


@pytest.mark.parametrize(
    ("more", "code", "says"),
    [
        ({"device": "d" * 41}, "BDC_1143", "deviceId"),
        ({"machineName": "m" * 256}, "BDC_1143", "machineName"),
        ({"rememberMe": True}, None, "device: "),
        ({"rememberMe": True, "device": ""}, None, "device: "),
    ],
)
def test_how_a_device_is_named(timed: World, more: dict[str, Any], code: str | None, says: str) -> None:
    challenge_id, token = ask(timed)
    refused = answer(timed, challenge_id, token, **more)
    assert refusal(refused) == (400, code)
    assert says in refused.json[0]["message"]
    answer(timed, challenge_id, token, rememberMe=True, device="d" * 40).ok()


@pytest.mark.parametrize(
    "token",
    ["", "12345", "1234567", "\uff11\uff12\uff13\uff14\uff15\uff16", "abcdef", "\x00", "\ud800", "0" * 9000],
)
def test_what_is_no_code_is_refused(timed: World, token: str) -> None:
    challenge_id, _ = ask(timed)
    assert answer(timed, challenge_id, token).status in (400, 422)
    assert status(timed) == "CHALLENGE"


def test_an_unknown_challenge_is_stale(timed: World) -> None:
    assert refusal(answer(timed, "mfc00000000000000000", "123456")) == (422, "BDC_1374")


# ---- phones ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("primary", [{}, {"primary": True}, {"primary": None}])
def test_a_phone_is_the_only_one_and_nobody_need_say_so(world: World, primary: Any) -> None:
    enrol(world, SECOND, **primary)
    only = {"type": "MOBILE", "last4digits": "0177", "primary": True}
    assert world.get("/mfa/phones").ok() == {"results": [only]}


def test_a_backup_phone_is_neither_enrolled_nor_asked(world: World) -> None:
    refused = [setup(world, primary=False), world.post("/mfa/challenge", {"useBackup": True})]
    assert [refusal(one) for one in refused] == [(400, None)] * 2
    assert [one.json[0]["params"][0]["value"] for one in refused] == ["primary", "useBackup"]
    assert texts(world) == []
    backups(world, kept=True)
    enrol(world, SECOND, primary=False)
    backups(world, kept=False)
    assert refusal(world.post("/mfa/challenge", {"useBackup": True})) == (400, None)
    ask(world)
    assert texts(world)[0][0] == FIRST


def test_where_backups_are_kept_a_second_phone_becomes_one(world: World) -> None:
    backups(world, kept=True)
    enrol(world, "(415) 555-0177", primary=False, type="VOICE")
    assert world.get("/mfa/phones").ok() == {
        "results": [
            {"type": "MOBILE", "last4digits": "0100", "primary": True},
            {"type": "WORK", "last4digits": "0177", "primary": False},
        ]
    }
    ask(world, {"useBackup": True})
    assert texts(world)[0][0] == SECOND
    ask(world)
    assert texts(world)[0][0] == FIRST


def test_a_new_primary_phone_takes_the_place_of_the_old_one(world: World) -> None:
    enrol(world, SECOND)
    phones = world.get("/mfa/phones").ok()["results"]
    assert [phone["last4digits"] for phone in phones] == ["0177"]
    ask(world)
    assert texts(world)[0][0] == SECOND
    enrol(world, FIRST)


def test_without_a_backup_phone_there_is_no_backup(timed: World) -> None:
    backups(timed, kept=True)
    assert refusal(timed.post("/mfa/challenge", {"useBackup": True})) == (422, "BDC_1354")


def test_a_phone_is_enrolled_once(world: World) -> None:
    for phone in (FIRST, "415 555 0100", "1-415-555-0100"):
        assert refusal(setup(world, phone)) == (422, "BDC_5324")
    bodies = []
    for _ in range(2):
        setup_id = setup(world).ok()["setupId"]
        bodies.append({"setupId": setup_id, "type": "TEXT", "token": texts(world)[0][1]})
    world.post("/mfa/setup/validate", bodies[0]).ok()
    assert refusal(world.post("/mfa/setup/validate", bodies[1])) == (422, "BDC_5324")
    assert refusal(world.post("/mfa/setup/validate", bodies[0])) == (422, "BDC_1374")


def test_a_program_that_sets_up_at_each_sign_in_is_told_that_it_is_done(world: World) -> None:
    world.headers = world.sign_in(trusted=False)
    assert refusal(setup(world, FIRST)) == (422, "BDC_5324")


def test_a_stolen_password_enrols_no_phone(timed: World) -> None:
    refused = setup(timed)
    assert refusal(refused) == (403, "BDC_1361")
    assert texts(timed) == []


@pytest.mark.parametrize(
    "phone", ["", "12345", "+0123456789", "555-0100", "+1415555010x", "٤١٥٥٥٥٠١٠٠", "+1" * 99]
)
def test_what_is_no_phone_number_is_refused(world: World, phone: str) -> None:
    refused = setup(world, phone)
    assert refusal(refused) == (400, None)
    assert refused.json[0]["message"].startswith("phone: ")


def test_a_setup_is_no_challenge_and_a_challenge_no_setup(world: World) -> None:
    setup_id = setup(world).ok()["setupId"]
    assert refusal(answer(world, setup_id, texts(world)[0][1])) == (422, "BDC_1374")
    challenge_id, code = ask(world)
    body = {"setupId": challenge_id, "type": "TEXT", "token": code}
    assert refusal(world.post("/mfa/setup/validate", body)) == (422, "BDC_1374")


def test_a_wrong_code_enrols_nothing(world: World) -> None:
    setup_id = setup(world).ok()["setupId"]
    body = {"setupId": setup_id, "type": "TEXT", "token": another(texts(world)[0][1])}
    assert refusal(world.post("/mfa/setup/validate", body)) == (422, "BDC_1356")
    assert len(world.get("/mfa/phones").ok()["results"]) == 1


def test_a_world_without_a_phone_is_where_mfa_is_set_up(api: Api) -> None:
    """What a program does for a user who is new: enrol a phone in the session it has, then answer a challenge."""
    world = World(api, {"mfaPhone": False}, trusted=False)
    for person in (None, world.control("POST", "/users", {"role": "PAYER", "mfaPhone": False}).ok()):
        world.headers = world.sign_in(trusted=False, person=person)
        assert status(world) == "SETUP"
        assert refusal(world.post("/mfa/challenge")) == (422, "BDC_1354")
        enrol(world, SECOND)
        assert status(world) == "CHALLENGE"
        answer(world, *ask(world)).ok()
        assert status(world) == "COMPLETE"


def test_after_a_reset_a_user_enrols_anew(world: World, running: Server) -> None:
    with writing(running, system_actor(world.id)) as ctx:
        user = find_user(ctx, world.user_id)
        assert user is not None
        reset_mfa(ctx, user)
    assert status(world) == "SETUP"
    assert world.get("/mfa/phones").ok() == {"results": []}
    assert world.post("/mfa/step-up", world.made["mfa"]).ok() == {"trusted": False}
    assert refusal(world.post("/mfa/challenge")) == (422, "BDC_1354")
    enrol(world, FIRST)
    assert status(world) == "CHALLENGE"
    answer(world, *ask(world)).ok()
    assert status(world) == "COMPLETE"


def test_an_organization_may_do_without_mfa(timed: World) -> None:
    timed.control("PUT", "/settings", {"usesMfa": False}).ok()
    assert status(timed) == "DISABLED"
    timed.sign_in(trusted=True)
    setup(timed).ok()


def test_a_sync_token_never_has_a_phone(timed: World) -> None:
    token = timed.made["syncToken"]
    body = {
        "username": token["name"],
        "password": token["value"],
        "organizationId": timed.id,
        "devKey": timed.made["devKey"],
    }
    timed.headers["sessionId"] = timed.api.call("POST", "/connect/v3/login", body).ok()["sessionId"]
    assert refusal(setup(timed)) == (403, "BDC_1145")
    assert refusal(timed.post("/mfa/challenge")) == (403, "BDC_1145")
