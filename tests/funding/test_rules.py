"""Bank numbers, masks and the states of a bank account."""

from hypothesis import given
from hypothesis import strategies as st

from net30.funding import rules
from net30.funding.cards import rules as card_rules


def test_numbers_that_are_made_up_pass_the_checks() -> None:
    for _ in range(300):
        assert rules.routing_number_fault(rules.random_routing_number()) is None
        assert rules.account_number_fault(rules.random_account_number()) is None
        assert rules.random_deposit() in range(10, 1000, 10)


@given(st.text(alphabet="0123456789", min_size=4, max_size=17))
def test_a_mask_shows_four_digits_and_the_length(number: str) -> None:
    assert rules.account_number_fault(number) is None
    shown = rules.masked(number[-4:], len(number))
    assert len(shown) == len(number)
    assert shown.endswith(number[-4:])
    assert set(shown[:-4]) <= {"*"}


def test_account_numbers() -> None:
    for wrong in (None, "", "123", "1" * 18, "12a4", "١٢٣٤", "1234\n"):
        assert rules.account_number_fault(wrong) is not None


def test_what_is_over_stays_over() -> None:
    assert {before for before, _ in rules.STATUS_AFTER} == {"PENDING"}
    assert set(rules.STATUS_AFTER.values()) == {"VERIFIED", "BLOCKED", "EXPIRED"}


def test_a_purpose_of_one_grain_is_none_of_the_other() -> None:
    assert not card_rules.purposes("VISA") & card_rules.purposes("DISCOVER")
    assert card_rules.purposes("american express") == card_rules.purposes("Visa")
