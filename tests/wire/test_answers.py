"""Answers follow from records by their names, and what does not is told at once."""

from typing import Annotated

import pytest
from msgspec import Meta

from net30.store.record import Record
from net30.wire.answers import answering
from net30.wire.types import Amount, Timestamp, Wire


class Song(Record, frozen=True):
    id: str
    price: int
    fee: int | None
    tempo: str | None
    played: int
    archived: int
    written_at: int
    composer_name: str | None
    composer_born: str | None


class Composer(Wire):
    name: str | None = None
    born: str | None = None


class Told(Wire):
    id: str
    price: Amount
    fee: Amount | None = None
    tempo: Annotated[float, Meta(ge=0)] | None = None
    archived: bool
    written_at: Timestamp
    composer: Composer | None = None
    label: str


NAMES = {"composer_name": "composer.name", "composer_born": "composer.born"}
WHOLE = Song("s1", 1250, 990, "0.5", 3, 1, 1_780_000_000_127, "Clara", None)


def test_a_record_is_written_by_its_names() -> None:
    tell = answering(Told, Song, NAMES, more=["label"])
    assert tell(WHOLE, label="Own") == Told(
        id="s1",
        price=1.25,
        fee=0.99,
        tempo=0.5,
        archived=True,
        written_at="2026-05-28T20:26:40.127+00:00",
        composer=Composer(name="Clara"),
        label="Own",
    )


def test_what_is_null_is_absent() -> None:
    bare = Song("s1", 0, None, None, 0, 0, 1_780_000_000_000, None, None)
    told = answering(Told, Song, NAMES, more=["label"])(bare, label="Own")
    assert (told.fee, told.tempo, told.composer, told.archived) == (None, None, None, False)


class Needed(Wire):
    name: str
    born: str | None = None


class WithNeeded(Wire):
    composer: Needed | None = None


def test_an_object_is_absent_without_what_it_needs() -> None:
    tell = answering(WithNeeded, Song, NAMES)
    assert tell(WHOLE).composer == Needed(name="Clara")
    assert tell(Song("s1", 0, None, None, 0, 0, 0, None, "1819")).composer is None


class Unsaid(Wire):
    publisher: str | None = None


class Unfit(Wire):
    tempo: str


@pytest.mark.parametrize("answer", [Unsaid, Unfit])
def test_what_no_column_says_is_a_mistake(answer: type[Wire]) -> None:
    with pytest.raises(TypeError):
        answering(answer, Song, NAMES)


def test_what_is_never_there_is_said_to_be() -> None:
    assert answering(Unsaid, Song, absent=["publisher"])(WHOLE) == Unsaid()
