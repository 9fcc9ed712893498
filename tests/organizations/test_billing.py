"""Price plans, and the statements that they are billed by, month after month of the organization's clock."""

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any, get_args

import pytest
from clients import Api, World
from hypothesis import given
from hypothesis import strategies as st
from payments.desk import Desk
from pypdf import PdfReader

from net30.billing import rules
from net30.billing.actions import choose_price_plan
from net30.billing.plans import CHARGED_AS, PLANS, SAID, Item, Term
from net30.kernel.context import system_actor, writing
from net30.organizations.tables import PricePlan
from net30.payments.timetable import Service


def statements(world: World, **query: Any) -> list[Any]:
    found: list[Any] = world.get(f"/organizations/{world.id}/billing-statements", **query).ok()["results"]
    return found


def whole(world: World, id: str) -> Any:
    return world.get(f"/organizations/{world.id}/billing-statements/{id}").ok()


# ---- what a plan charges --------------------------------------------------------------------------------


def test_a_price_plan_is_read(world: World) -> None:
    plan = world.get(f"/organizations/{world.id}/price-plan").ok()
    assert (plan["name"], plan["monthlyPrice"], plan["allowTrial"]) == ("Starter", 30, False)
    assert plan["id"].startswith("ppl")
    assert len(plan["id"]) == 20
    assert {"type": "TRANSACTION", "name": "ePayment", "price": 0.6} in plan["planTerms"]


def test_only_administrators_read_the_price_plan_and_accountants_what_is_billed(world: World) -> None:
    for role, plan, billed in (("ACCOUNTANT", 403, 200), ("AUDITOR", 403, 200), ("CLERK", 403, 403)):
        headers = world.sign_in(person=world.hire(role))
        below = f"/organizations/{world.id}"
        assert world.call("GET", f"{below}/price-plan", headers=headers).status == plan
        assert world.call("GET", f"{below}/billing-statements", headers=headers).status == billed


def test_every_plan_charges_every_kind_of_payment_and_every_tier_once() -> None:
    assert PLANS.keys() == set(get_args(PricePlan))
    assert CHARGED_AS.keys() == set(get_args(Service))
    assert SAID.keys() == set(get_args(Item))
    for plan in PLANS.values():
        assert {term.item for term in plan.terms} == set(CHARGED_AS.values())
        for item in get_args(Item):
            tiers = [term.tier for term in plan.terms if term.item == item]
            assert tiers == [*range(1, len(tiers)), None], "numbered in order, and the rest last"


TERMS = st.lists(st.tuples(st.integers(1, 50), st.integers(0, 5_000)), max_size=5).flatmap(
    lambda tiers: st.tuples(
        st.permutations([Term("ePayment", n, *tier) for n, tier in enumerate(tiers, 1)]),
        st.none() | st.integers(0, 5_000).map(lambda price: Term("ePayment", None, None, price)),
    )
)


@given(st.integers(0, 300), TERMS)
def test_tiers_are_used_up_in_order_and_the_rest_is_covered(count: int, terms: Any) -> None:
    tiers, rest = terms
    charged = list(rules.tiered(count, [*([rest] if rest else []), *tiers]))
    covered = sum(term.quantity for term in tiers)
    assert sum(quantity for _, quantity in charged) == (count if rest else min(count, covered))
    assert all(quantity > 0 for _, quantity in charged)
    assert [term.tier for term, _ in charged] == sorted(
        (term.tier for term, _ in charged), key=lambda tier: (tier is None, tier)
    )
    # Nothing is charged by a tier before the one below it is full.
    assert all(quantity == term.quantity for term, quantity in charged[:-1])


def test_charges_by_hand() -> None:
    charged = rules.charges(PLANS["PricePlan3"], {"ePayment": 160, "check_US": 3, "fasterPayment_rtp": 2})
    assert [(one.description, one.quantity, one.amount) for one in charged] == [
        ("Standard, monthly price", 1, 90_000),
        ("ACH payments, tier 1", 50, 0),
        ("ACH payments, tier 2", 100, 50_000),
        ("ACH payments", 10, 4_000),
        ("Checks, tier 1", 3, 0),
        ("ACH payments, real-time", 2, 19_980),
    ]


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_period_ends_with_its_month_and_is_paid_a_business_day_after_the_first(start: date) -> None:
    end, invoiced = rules.period_end(start), rules.invoice_date(start)
    assert (end.year, end.month) == (start.year, start.month)
    assert invoiced.day == 1
    assert 1 <= (rules.payment_date(invoiced) - invoiced).days <= 5


# ---- statements -----------------------------------------------------------------------------------------


def test_a_month_is_billed_on_the_first_and_paid_on_the_next_business_day(world: World) -> None:
    desk = Desk(world)
    desk.pay(desk.bill(desk.vendor(ach=True)))
    assert statements(world) == []
    world.advance("P28D")
    assert statements(world) == []
    world.control("POST", "/clock/advance", {"to": "2026-04-01T13:00:00Z"}).ok()
    (made,) = statements(world)
    assert made == {
        "id": made["id"],
        "invoiceNumber": "2026-03",
        "invoiceDate": "2026-04-01",
        "description": "Starter, March 2026",
        "billingPeriod": {"startDate": "2026-03-02", "endDate": "2026-03-31"},
        "paymentStatus": "UNPAID",
        "amount": 30.6,
    }
    assert made["id"].startswith("0S0")
    details = whole(world, made["id"])["statementDetails"]
    assert details == [
        {"quantity": 1, "description": "Starter, monthly price", "type": "SUBSCRIPTION", "amount": 30},
        {"quantity": 1, "description": "ACH payments", "type": "TRANSACTION", "amount": 0.6},
    ]
    world.advance("P1D")
    assert statements(world) == [{**made, "paymentStatus": "PAID", "paymentDate": "2026-04-02"}]


def test_each_kind_of_payment_is_charged_and_what_did_not_begin_is_not(world: World) -> None:
    desk = Desk(world)
    ach, check = desk.vendor(ach=True), desk.vendor()
    desk.pay(desk.bill(ach))
    desk.pay(desk.bill(check))
    desk.pay(desk.bill(ach), processingOptions={"requestPayFaster": True})
    canceled = desk.pay(desk.bill(ach))["id"]
    world.post(f"/payments/{canceled}/cancel").ok()
    desk.pay(desk.bill(ach), processDate="2026-04-10")
    world.control("POST", "/clock/advance", {"to": "2026-04-03T00:00:00Z"}).ok()
    (made,) = statements(world)
    charged = {
        one["description"]: (one["quantity"], one["amount"])
        for one in whole(world, made["id"])["statementDetails"]
    }
    assert charged == {
        "Starter, monthly price": (1, 30),
        "ACH payments": (1, 0.6),
        "ACH payments, faster": (1, 9.99),
        "Checks": (1, 2),
    }
    assert made["amount"] == 42.59


def test_a_clock_that_jumps_over_months_bills_each_of_them_once(world: World) -> None:
    world.control("PUT", "/clock", {"now": "2026-08-03T17:00:00Z"}).ok()
    assert statements(world) == [], "the work waits"
    world.advance("PT0S")
    world.advance("PT0S")
    billed = [(one["invoiceNumber"], one["paymentStatus"], one["paymentDate"]) for one in statements(world)]
    assert billed == [
        ("2026-03", "PAID", "2026-04-02"),
        ("2026-04", "PAID", "2026-05-04"),
        ("2026-05", "PAID", "2026-06-02"),
        ("2026-06", "PAID", "2026-07-02"),
        ("2026-07", "PAID", "2026-08-03"),
    ]


def test_years_go_by(world: World) -> None:
    world.advance("P1200D")
    all_of_it = statements(world, invoiceDateFrom="2026-01-01", invoiceDateTo="2040-01-01")
    assert len(all_of_it) == 39
    assert all_of_it[-1]["invoiceDate"] == "2029-06-01"
    first = world.get(f"/organizations/{world.id}/billing-statements").ok()
    assert len(first["results"]) == 20
    second = world.get(f"/organizations/{world.id}/billing-statements", page=first["nextPage"]).ok()
    assert first["results"] + second["results"] == all_of_it
    assert "nextPage" not in second


def test_waiting_for_a_payment_does_not_wait_for_statements(world: World) -> None:
    desk = Desk(world)
    payment = desk.pay(desk.bill(desk.vendor()))["id"]
    refused = world.control(
        "POST", "/clock/advance", {"until": {"payment": payment, "singleStatus": "VOIDED"}}
    )
    assert refused.status == 422
    assert world.control("GET", "/clock").ok()["now"] < "2026-04"


def test_dates_come_together_and_without_pages(world: World) -> None:
    world.advance("P100D")
    among = statements(world, invoiceDateFrom="2026-05-01", invoiceDateTo="2026-06-01")
    assert [one["invoiceDate"] for one in among] == ["2026-05-01", "2026-06-01"]
    both = {"invoiceDateFrom": "2026-05-01", "invoiceDateTo": "2026-06-01"}
    for query in (
        {"invoiceDateFrom": "2026-05-01"},
        {"invoiceDateTo": "2026-05-01"},
        {**both, "max": 5},
        {**both, "page": "x"},
        {**both, "invoiceDateTo": "20260601"},
        {**both, "invoiceDateFrom": "May"},
        {"max": 0},
        {"max": 101},
    ):
        answered = world.get(f"/organizations/{world.id}/billing-statements", **query)
        assert (answered.status, answered.codes) == (400, [None]), query


def test_a_statement_is_fetched_as_a_file(world: World) -> None:
    world.call("PATCH", f"/organizations/{world.id}", {"name": "Söhne & Co (Austin)"}).ok()
    world.advance("P30D")
    (made,) = statements(world)
    links = whole(world, made["id"])["downloadLink"]
    session = {"sessionId": world.headers["sessionId"]}
    fetched = {
        kind: world.api.call("GET", link[link.index("/files") :], headers=session)
        for kind, link in links.items()
    }
    assert fetched["csv"].headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(StringIO(fetched["csv"].text)))
    assert rows == [
        ["type", "description", "quantity", "amount"],
        ["SUBSCRIPTION", "Starter, monthly price", "1", "30.00"],
        ["TOTAL", "Starter, March 2026", "", "30.00"],
    ]
    (page,) = PdfReader(BytesIO(fetched["pdf"].content), strict=True).pages
    printed = page.extract_text()
    assert "Söhne & Co (Austin)" in printed
    assert "30.00 USD" in printed
    refused = world.api.call("GET", links["pdf"][links["pdf"].index("/files") :])
    assert refused.status == 401


def test_what_is_not_there_is_unknown(world: World, other_world: World) -> None:
    other_world.advance("P30D")
    (theirs,) = statements(other_world)
    for path in (
        f"/organizations/{other_world.id}/billing-statements",
        f"/organizations/{other_world.id}/price-plan",
        f"/organizations/{other_world.id}/billing-statements/{theirs['id']}",
        f"/organizations/{world.id}/billing-statements/{theirs['id']}",
    ):
        answered = world.get(path)
        assert (answered.status, answered.codes) == (404, ["BDC_1205"])


def test_who_has_no_plan_is_not_billed(api: Api) -> None:
    made = api.call("POST", "/sandbox/v1/partners", {"now": "2026-03-03T17:00:00Z", "frozen": True}).ok()
    session = api.call(
        "POST",
        "/connect/v3/partner/login",
        {name: made[name] for name in ("username", "password", "appKey")},
    ).ok()["sessionId"]
    headers = {"appKey": made["appKey"], "sessionId": session}
    organization = api.call(
        "POST",
        "/connect/v3/partner/organizations",
        {"name": "Happy Music", "address": {"country": "US"}},
        headers=headers,
    ).ok()["id"]
    inside = World.__new__(World)
    inside.api, inside.id = api, organization
    inside.made = {"organizationId": organization, "devKey": made["devKey"]}
    person = inside.hire("ADMINISTRATOR")
    inside.headers = inside.sign_in(person=person)
    assert inside.get(f"/organizations/{organization}/price-plan").ok() == {
        "name": "No plan",
        "monthlyPrice": 0,
        "allowTrial": False,
        "priceVariesPerUser": False,
        "planTerms": [],
    }
    inside.advance("P60D")
    assert statements(inside) == []
    for plan in ("PricePlan2", "PricePlan5"):
        api.call(
            "PATCH",
            f"/connect/v3/partner/organizations/{organization}/price-plan",
            {"pricePlanType": plan},
            headers=headers,
        ).ok()
    inside.advance("P31D")
    assert [(one["invoiceNumber"], one["amount"]) for one in statements(inside)] == [("2026-05", 400)]


@pytest.mark.parametrize("plan", PLANS)
def test_every_plan_is_answered(world: World, plan: PricePlan) -> None:
    with writing(world.api.running, system_actor(world.id)) as ctx:
        choose_price_plan(ctx, plan)
    assert world.get(f"/organizations/{world.id}/price-plan").ok()["name"] == PLANS[plan].name
