"""However many guesses come at once, no more of them learn anything than the limit allows.

A slice by default, a thousand guesses each with NET30_PROVE=full.
"""

import dataclasses
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from access.clocks import MovedByHand
from access.test_mfa import another, answer, ask
from access.test_signing_in import sign_in
from clients import Answered, Api, World

from net30.access import attempts
from net30.kernel.context import Server
from net30.settings import Settings

FULL = os.environ.get("NET30_PROVE") == "full"
GUESSES = 1_000 if FULL else 40
AT_ONCE = 32 if FULL else 16


@pytest.fixture
def hands(running: Server) -> MovedByHand:
    return MovedByHand(running.machine_now())


@pytest.fixture
def timed(running: Server, hands: MovedByHand) -> World:
    """A world on a machine whose time the test moves; its locks are off, as they are in every new world."""
    return World(Api(dataclasses.replace(running, machine_now=hands)), trusted=False)


@pytest.fixture
def guarded(timed: World) -> World:
    timed.control("PUT", "/limits", {"lockLogins": True, "lockOrganization": True}).ok()
    return timed


def at_once(guess: Callable[[int], Answered], times: int = GUESSES) -> Counter[str]:
    """How many guesses were answered by each code, or by success."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(guess, range(times)))
    return Counter("success" if answered.status < 300 else str(answered.codes[0]) for answered in answers)


def codes(answers: Iterator[Answered]) -> Counter[str]:
    return Counter(f"{answered.status} {answered.codes[0]}" for answered in answers)


def test_wrong_passwords_at_once(guarded: World) -> None:
    found = at_once(lambda i: sign_in(guarded, password=f"guess {i}"))
    assert found == {"BDC_1101": 5, "BDC_1110": GUESSES - 5}
    assert sign_in(guarded).codes == ["BDC_1110"]


def test_the_right_password_among_wrong_ones_at_once(guarded: World) -> None:
    right = guarded.made["password"]
    for i in range(5):
        assert sign_in(guarded, password=f"guess {i}").codes == ["BDC_1101"]
    found = at_once(lambda i: sign_in(guarded, password=f"guess {i}" if i % 3 else right))
    assert found == {"BDC_1110": GUESSES}


def test_right_passwords_at_once_lock_nobody_out(guarded: World) -> None:
    assert at_once(lambda _: sign_in(guarded), 40) == {"success": 40}


def test_wrong_codes_at_once(timed: World) -> None:
    challenges = [ask(timed) for _ in range(3)]

    def guess(i: int) -> Answered:
        challenge_id, code = challenges[i % 3]
        return answer(timed, challenge_id, another(code))

    assert at_once(guess) == {"BDC_1356": 5, "BDC_1358": GUESSES - 5}
    assert answer(timed, *challenges[0]).codes == ["BDC_1358"]


def test_the_right_code_at_once_is_taken_once(timed: World) -> None:
    challenge = ask(timed)
    assert at_once(lambda _: answer(timed, *challenge)) == {"success": 1, "BDC_1374": GUESSES - 1}


def test_more_texts_than_allowed_at_once(timed: World) -> None:
    found = at_once(lambda _: timed.post("/mfa/challenge"))
    assert found == {"success": 5, "BDC_1358": GUESSES - 5}


def test_a_login_is_locked_for_fifteen_minutes(guarded: World, hands: MovedByHand) -> None:
    for _ in range(4):
        assert sign_in(guarded, password="wrong").codes == ["BDC_1101"]
        hands.pass_minutes(3)
    assert sign_in(guarded, password="wrong").codes == ["BDC_1101"]
    locked = sign_in(guarded)
    assert (locked.status, locked.codes) == (423, ["BDC_1110"])
    assert "the right password is refused as well" in locked.json[0]["help"]
    hands.pass_minutes(14.9)
    assert sign_in(guarded).codes == ["BDC_1110"]
    hands.pass_minutes(0.1)
    sign_in(guarded).ok()
    for _ in range(4):
        assert sign_in(guarded, password="wrong").codes == ["BDC_1101"]
    sign_in(guarded).ok()
    assert sign_in(guarded, password="wrong").codes == ["BDC_1101"]


def test_wrong_passwords_that_are_far_apart_lock_nothing(guarded: World, hands: MovedByHand) -> None:
    for _ in range(8):
        assert sign_in(guarded, password="wrong").codes == ["BDC_1101"]
        hands.pass_minutes(3.76)
    sign_in(guarded).ok()


def test_who_does_not_exist_is_locked_like_everybody(guarded: World) -> None:
    token = guarded.made["syncToken"]["name"]
    for name in ("nobody@sandbox.example", token, "n" * 999):
        answers = [sign_in(guarded, username=name, password="wrong") for _ in range(6)]
        assert codes(iter(answers)) == {"401 BDC_1101": 5, "423 BDC_1110": 1}
        locked = answers[-1].json[0]
        assert "wrong passwords within 15 minutes" in locked["detail"]
    sign_in(guarded).ok()


def test_fifty_wrong_passwords_lock_the_organization(guarded: World, hands: MovedByHand) -> None:
    other = World(guarded.api, {"devKey": guarded.made["devKey"]}, trusted=False)
    answers = [sign_in(guarded, username=f"user {i}", password="wrong") for i in range(51)]
    assert codes(iter(answers)) == {"401 BDC_1101": 50, "423 BDC_1107": 1}
    assert sign_in(guarded).codes == ["BDC_1107"]
    assert guarded.get("/login/session").status == 200
    sign_in(other).ok()
    hands.pass_minutes(10)
    sign_in(guarded).ok()


def test_in_a_new_world_nothing_is_locked(timed: World) -> None:
    for _ in range(7):
        assert sign_in(timed, password="wrong").codes == ["BDC_1101"]
    sign_in(timed).ok()


def test_in_production_logins_are_locked(timed: World, running: Server) -> None:
    production = dataclasses.replace(running, environment="production", limits=Settings().limits)
    timed.api = Api(production)
    answers = [sign_in(timed, password="wrong") for _ in range(6)]
    assert codes(iter(answers)) == {"401 BDC_1101": 5, "423 BDC_1110": 1}


def test_an_unknown_user_takes_as_long_as_a_wrong_password(guarded: World) -> None:
    def fastest(**wrong: str) -> float:
        taken = []
        for i in range(4):
            begun = time.perf_counter()
            sign_in(guarded, password=f"wrong {i}", **wrong)
            taken.append(time.perf_counter() - begun)
        return min(taken)

    known, unknown = fastest(), fastest(username="nobody@sandbox.example")
    assert 1 / 3 < known / unknown < 3


@pytest.mark.parametrize("limit", [attempts.LOGIN, attempts.ORGANIZATION, attempts.MFA, attempts.TEXTS])
def test_a_limit_never_lets_more_through(limit: attempts.Limit) -> None:
    """Somebody who tries every second, whenever that is free, gets the limit and no more within any such time."""
    made: list[int] = []
    for now in range(0, 3 * (limit.within_ms + (limit.locked_ms or 0)), 1_000):
        if attempts.blocked_until(limit, made[: -limit.most - 1 : -1], now) is None:
            made.append(now)
    assert len(made) > limit.most
    pairs = zip(made, made[limit.most :], strict=False)
    assert all(later - earlier >= limit.within_ms for earlier, later in pairs)
