"""Secret keys: what one encrypted is read by all, and changing keys takes two steps and no more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net30.kernel.secrets import Secrets, Unreadable

OLD, NEW = "the key of last year", "the key of this year"


@given(st.text())
def test_a_renewed_secret_is_read_without_the_old_key(text: str) -> None:
    both = Secrets([NEW, OLD])
    renewed = both.renewed(Secrets([OLD]).encrypt(text))
    assert Secrets([NEW]).decrypt(renewed) == text
    assert both.renewed(renewed) == renewed


def test_what_no_key_reads_is_said_to_be_unreadable() -> None:
    with pytest.raises(Unreadable):
        Secrets([NEW]).renewed(Secrets([OLD]).encrypt("text"))


def test_signatures_of_the_old_key_are_ours_until_it_is_dropped() -> None:
    signature = Secrets([OLD]).sign(b"page 2")
    assert Secrets([NEW, OLD]).signed_by_us(b"page 2", signature)
    assert not Secrets([NEW]).signed_by_us(b"page 2", signature)
