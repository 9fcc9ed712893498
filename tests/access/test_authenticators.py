"""Authenticator apps: the codes of RFC 6238, each good for once."""

import base64
import dataclasses
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from access.clocks import MovedByHand
from access.test_mfa import answer, refusal, setup, status, texts
from clients import Api, World

from net30.access.users import find_user
from net30.kernel.context import Server, system_actor, writing
from net30.mfa.actions import enroll_totp
from net30.mfa.codes import totp

RFC_KEY = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("time_s", "code"),
    # RFC 6238, appendix B: the last six of the eight digits that stand there.
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(time_s: int, code: str) -> None:
    assert totp(RFC_KEY, time_s // 30) == code


@pytest.fixture
def hands(running: Server) -> MovedByHand:
    return MovedByHand(running.machine_now() // 30_000 * 30_000)


@pytest.fixture
def timed(running: Server, hands: MovedByHand) -> World:
    return World(Api(dataclasses.replace(running, machine_now=hands)), trusted=False)


@pytest.fixture
def key(timed: World) -> str:
    """The key of the app that the world's administrator has been given."""
    with writing(timed.api.running, system_actor(timed.id)) as ctx:
        user = find_user(ctx, timed.user_id)
        assert user is not None
        key, uri = enroll_totp(ctx, user)
    address = urlsplit(uri)
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path) == f"/net30:{timed.made['username']}"
    assert parse_qs(address.query) == {
        "secret": [key],
        "issuer": ["net30"],
        "digits": ["6"],
        "period": ["30"],
    }
    return key


def asked(world: World) -> str:
    return str(world.post("/mfa/challenge").ok()["challengeId"])


def code(key: str, hands: MovedByHand, steps: int = 0) -> str:
    return totp(key, hands.now // 30_000 + steps)


def test_the_code_of_the_app_makes_a_session_trusted(timed: World, key: str, hands: MovedByHand) -> None:
    assert status(timed) == "CHALLENGE"
    challenge_id = asked(timed)
    assert texts(timed) == []
    answer(timed, challenge_id, code(key, hands)).ok()
    assert status(timed) == "COMPLETE"


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_may_be_a_step_off(timed: World, key: str, hands: MovedByHand, steps: int) -> None:
    answer(timed, asked(timed), code(key, hands, steps)).ok()


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_clock_may_not_be_two_steps_off(timed: World, key: str, hands: MovedByHand, steps: int) -> None:
    assert refusal(answer(timed, asked(timed), code(key, hands, steps))) == (422, "BDC_1356")


def test_a_code_of_the_app_is_good_for_once(timed: World, key: str, hands: MovedByHand) -> None:
    answer(timed, asked(timed), code(key, hands)).ok()
    for steps in (0, -1):
        assert refusal(answer(timed, asked(timed), code(key, hands, steps))) == (422, "BDC_1356")
    hands.pass_minutes(0.5)
    answer(timed, asked(timed), code(key, hands)).ok()


def test_codes_of_the_app_are_guessed_five_times(timed: World, key: str, hands: MovedByHand) -> None:
    challenge_id = asked(timed)
    wrong = f"{(int(code(key, hands)) + 500_000) % 1_000_000:06d}"
    for _ in range(5):
        assert refusal(answer(timed, challenge_id, wrong)) == (422, "BDC_1356")
    assert refusal(answer(timed, challenge_id, code(key, hands))) == (422, "BDC_1358")


def test_who_has_an_app_enrols_a_phone_in_a_trusted_session_only(
    timed: World, key: str, hands: MovedByHand
) -> None:
    assert refusal(setup(timed)) == (403, "BDC_1361")
    answer(timed, asked(timed), code(key, hands)).ok()
    setup(timed).ok()


def test_another_app_takes_the_place_of_the_first(timed: World, key: str, hands: MovedByHand) -> None:
    with writing(timed.api.running, system_actor(timed.id)) as ctx:
        user = find_user(ctx, timed.user_id)
        assert user is not None
        newer, _ = enroll_totp(ctx, user)
    assert refusal(answer(timed, asked(timed), code(key, hands))) == (422, "BDC_1356")
    answer(timed, asked(timed), code(newer, hands)).ok()
