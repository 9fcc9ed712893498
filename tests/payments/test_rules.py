"""The rules alone: any way through the states keeps bills and books right, and the docs show these rules."""

from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net30.kernel import banking_days
from net30.kernel.refusal import Refusal
from net30.payments import drawing, rules, timetable
from net30.payments.rules import STATES, TRANSITIONS, Action
from net30.payments.tables import DisbursementType, SingleStatus

ACTIONS: tuple[Action, ...] = get_args(Action)
STARTS: tuple[SingleStatus, ...] = ("SCHEDULED", "PAID_OFFLINE")
FINAL = {"CANCELED", "VOIDED", "FUNDING_FAILED_VOIDED", "CLEARED"}
SHARES = [("00n1", 60_000), ("00n2", 1)]
DOCS = Path(__file__).parents[2] / "docs" / "payments.md"

starts = st.sampled_from(STARTS)
methods: st.SearchStrategy[DisbursementType] = st.sampled_from(["ACH", "CHECK"])
process_dates = st.dates(date(2020, 1, 1), date(2099, 12, 31)).map(banking_days.roll_forward)
services = st.sampled_from(sorted(timetable.TIMETABLES))
zones = st.sampled_from(["America/Los_Angeles", "America/New_York", "Europe/Berlin", "Pacific/Kiritimati"])


def walk(
    start: SingleStatus, method: DisbursementType, actions: list[Action]
) -> list[tuple[SingleStatus | None, SingleStatus]]:
    """The steps of a payment that is offered some actions and takes those it can."""
    steps: list[tuple[SingleStatus | None, SingleStatus]] = [(None, start)]
    for action in actions:
        status = steps[-1][1]
        if rules.may(action, status, method):
            steps.append((status, rules.require(action, "stp", status, method)))
        else:
            with pytest.raises(Refusal) as refused:
                rules.require(action, "stp", status, method)
            assert refused.value.code == "BDC_1119"
            assert status in refused.value.detail
    return steps


@given(starts, methods, st.lists(st.sampled_from(ACTIONS), max_size=40))
def test_bills_follow_the_state_whatever_way_led_there(
    start: SingleStatus, method: DisbursementType, actions: list[Action]
) -> None:
    totals = {bill_id: [0, 0, 0] for bill_id, _ in SHARES}
    for before, after in walk(start, method, actions):
        for move in rules.bill_moves(before, after, SHARES):
            total = totals[move.bill_id]
            total[0] += move.scheduled
            total[1] += move.in_process
            total[2] += move.paid
        expected = rules.BILL_SHARES[STATES[after].bills]
        for bill_id, amount in SHARES:
            assert totals[bill_id] == [part * amount for part in expected]
            scheduled, in_process, paid = totals[bill_id]
            # Never more than once: what is promised and what is paid together are the share or nothing.
            assert scheduled + paid in (0, amount)
            assert 0 <= in_process <= scheduled


@given(starts, methods, st.lists(st.sampled_from(ACTIONS), max_size=40))
def test_books_balance_and_follow_the_state(
    start: SingleStatus, method: DisbursementType, actions: list[Action]
) -> None:
    balances: dict[str, int] = {}
    for before, after in walk(start, method, actions):
        posted = rules.postings(before, after)
        assert sum(posted.values()) == 0
        for account, times in posted.items():
            balances[account] = balances.get(account, 0) + times
        standing = {account: times for account, times in balances.items() if times}
        assert standing == dict(rules.POSTED[STATES[after].books])


def test_nothing_is_posted_or_owed_where_a_bill_is_open() -> None:
    for state in STATES.values():
        if state.bills in ("open", "scheduled"):
            assert state.books == "nothing"
        if state.bills == "paid":
            assert state.books == "paid out"


def test_every_state_is_reached_and_left_unless_it_is_final() -> None:
    reached = {*STARTS, *TRANSITIONS.values()}
    assert reached == set(STATES)
    assert {state for state, _ in TRANSITIONS} == (set(STATES) - FINAL) | {"CLEARED"}
    assert {action for _, action in TRANSITIONS} == set(ACTIONS)


def test_only_a_scheduled_payment_is_canceled_and_it_is_not_voided() -> None:
    assert [state for state, action in TRANSITIONS if action == "cancel"] == ["SCHEDULED"]
    both: tuple[DisbursementType, ...] = ("ACH", "CHECK")
    for method in both:
        voidable = {state for state in STATES if rules.may("void", state, method)}
        assert voidable == set(STATES) - FINAL - {"SCHEDULED"}


@given(services, process_dates, zones)
def test_a_timetable_leads_from_scheduled_to_cleared_in_order(
    service: timetable.Service, process_date: date, zone: str
) -> None:
    method: DisbursementType = "ACH" if service.startswith("ACH") else "CHECK"
    status: SingleStatus = "SCHEDULED"
    passed: list[SingleStatus] = []
    instants: list[int] = []
    while (step := timetable.next_step(service, status, method)) is not None:
        instants.append(timetable.due(step, process_date, zone))
        status = rules.require(step.action, "stp", status, method)
        passed.append(status)
    way = ["READY_TO_FUND", "FUNDING_STARTED", "PROCESSED", "SENT", "DELIVERED", "CLEARED"]
    assert passed == [one for one in way if one != "DELIVERED" or method == "CHECK"]
    assert instants == sorted(set(instants))
    assert banking_days.local_date(instants[0], zone) == process_date


@given(process_dates)
def test_money_arrives_in_the_time_that_is_promised(process_date: date) -> None:
    def business_days(service: timetable.Service) -> int:
        arrives = timetable.arrives_by(service, process_date)
        assert banking_days.is_business_day(arrives)
        days = (process_date + timedelta(days=n) for n in range(1, (arrives - process_date).days + 1))
        return sum(banking_days.is_business_day(day) for day in days)

    assert 2 <= business_days("ACH") <= 4
    assert 7 <= business_days("check") <= 10
    assert business_days("ACH, faster") < business_days("ACH")
    assert business_days("check, UPS 3 days") < business_days("check, faster") < business_days("check")


def test_a_delivery_that_a_method_lacks_counts_as_standard() -> None:
    assert timetable.service("CHECK", pay_faster=True, delivery="RTP_DELIVERY") == "check, faster"
    assert timetable.service("ACH", pay_faster=True, delivery="UPS_2DAY") == "ACH, faster"
    assert timetable.service("ACH", pay_faster=False, delivery=None) == "ACH"


def test_the_docs_show_these_rules() -> None:
    page = DOCS.read_text()
    assert page == drawing.drawn(page), "run: python -m net30.payments.drawing docs/payments.md"
