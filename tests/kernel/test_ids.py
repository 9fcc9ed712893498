import multiprocessing
import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from net30.kernel import ids


def moment_ms(id: str) -> int:
    number = 0
    for digit in id[3:11]:
        number = number * 62 + ids.DIGITS.index(digit)
    return number


def test_an_id_says_what_it_is_and_when_it_was_made() -> None:
    before = time.time_ns() // 1_000_000
    id = ids.new(ids.PREFIX["bill"])
    assert len(id) == ids.LENGTH
    assert id.startswith("00n")
    assert set(id) <= set(ids.DIGITS)
    assert before <= moment_ms(id) <= time.time_ns() // 1_000_000
    assert ids.has_prefix(id, "bill")
    assert not ids.has_prefix(id, "vendor")


def test_ids_sort_bytewise_by_the_order_they_were_made_in() -> None:
    made = [ids.new("bli") for _ in range(20_000)]
    assert made == sorted(set(made))
    assert sorted(ids.DIGITS) == list(ids.DIGITS)


def test_ids_increase_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = ids.new("bli")
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert ids.new("bli") > before


def test_threads_never_share_an_id() -> None:
    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda _: [ids.new("stp") for _ in range(2_000)], range(8)))
    assert all(run == sorted(run) for run in runs)
    assert len({id for run in runs for id in run}) == 16_000


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_forked_processes_draw_their_own_randomness() -> None:
    if not hasattr(os, "fork"):
        pytest.skip("this system does not fork")
    ids.new("stp")
    with multiprocessing.get_context("fork").Pool(2) as pool:
        children = pool.map(_random_parts, range(2), chunksize=1)
    assert len({*children[0], *children[1], *_random_parts(0)}) == 3_000


def _random_parts(_: int) -> list[str]:
    return [ids.new("stp")[11:] for _ in range(1_000)]


def test_prefixes_are_three_characters_and_name_one_kind_each() -> None:
    assert all(len(prefix) == 3 for prefix in ids.PREFIX.values())
    assert len(set(ids.PREFIX.values())) == len(ids.PREFIX)


def test_uuids_are_random_ones() -> None:
    assert ids.uuid4_text()[14] == "4"
    assert ids.uuid4_text() != ids.uuid4_text()
