"""Customers through the API: what is created, changed, listed and archived, and what is refused."""

from typing import Any

import pytest
from clients import World
from receivables.cases import BILLING, customer
from vendor_cases import create, trail

from net30.customers.actions import change_balance
from net30.kernel.context import system_actor, writing

NOW = "2026-03-03T17:00:00.000+00:00"
SHOWN = {**BILLING, "countryName": "United States"}


def fields(answered: Any) -> list[str]:
    """The paths of the fields that an answer refuses."""
    assert answered.status == 400, answered.text
    assert set(answered.codes) == {None}, answered.text
    return [error["message"].split(":")[0] for error in answered.json]


def names(world: World, **query: Any) -> list[str]:
    return [one["name"] for one in world.get("/customers", **query).ok()["results"]]


def owes(world: World, customer_id: str, amount: int) -> None:
    """As when an invoice is entered; `amount` in thousandths."""
    with writing(world.api.running, system_actor(world.id)) as ctx:
        change_balance(ctx, customer_id, amount)


# ---- create and read ------------------------------------------------------------------------------------


def test_a_name_and_an_email_address_make_a_customer(world: World) -> None:
    answered = world.post("/customers", {"name": "Town Hall", "email": "accounts@town.example"})
    made = answered.ok()
    assert answered.status == 201
    assert made["id"].startswith("0cu")
    assert made == {
        "id": made["id"],
        "archived": False,
        "name": "Town Hall",
        "email": "accounts@town.example",
        "invoiceCurrency": "USD",
        "accountType": "NONE",
        "balance": {"amount": 0.0},
        "hasBankAccount": False,
        "authorizedToCharge": False,
        "createdTime": NOW,
        "updatedTime": NOW,
    }
    assert world.get(f"/customers/{made['id']}").ok() == made
    assert [action for action, _ in trail(world, made["id"])] == ["CREATE"]


def test_everything_that_is_said_of_a_customer_reads_back(world: World) -> None:
    said = {
        "name": "Müller & Söhne",
        "companyName": "Müller KG",
        "contact": {"firstName": "Klaus", "lastName": "Müller"},
        "email": "klaus@mueller.example",
        "phone": "+49 30 1234567",
        "fax": "+49 30 1234568",
        "description": "Pays late.\nAsk for Klaus.",
        "invoiceCurrency": "EUR",
        "accountType": "BUSINESS",
        "accountNumber": "K-1001",
    }
    addresses = {
        "billingAddress": {**BILLING, "line2": "Suite 200", "stateOrProvince": "TX"},
        "shippingAddress": {**BILLING, "country": "CA"},
    }
    made = world.post("/customers", {**said, **addresses}).ok()
    assert {name: made[name] for name in said} == said
    assert made["billingAddress"] == {**addresses["billingAddress"], "countryName": "United States"}
    assert made["shippingAddress"] == {**addresses["shippingAddress"], "countryName": "Canada"}
    assert world.get(f"/customers/{made['id']}").ok() == made


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": None}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"email": None}, "email"),
        ({"email": ""}, "email"),
        ({"email": "nobody"}, "email"),
        ({"email": "x" * 250 + "@a.example"}, "email"),
        ({"companyName": "x" * 251}, "companyName"),
        ({"contact": {"firstName": "x" * 101}}, "contact.firstName"),
        ({"contact": {"lastName": "a\tb"}}, "contact.lastName"),
        ({"phone": "1" * 21}, "phone"),
        ({"fax": "1" * 21}, "fax"),
        ({"description": "x" * 4001}, "description"),
        ({"accountNumber": "x" * 101}, "accountNumber"),
        ({"accountType": "COMPANY"}, "accountType"),
        ({"invoiceCurrency": "usd"}, "invoiceCurrency"),
        ({"billingAddress": {**BILLING, "city": " "}}, "billingAddress.city"),
        ({"billingAddress": {**BILLING, "line2": "a\nb"}}, "billingAddress.line2"),
        ({"shippingAddress": {**BILLING, "country": None}}, "shippingAddress.country"),
        ({"shippingAddress": {**BILLING, "zipOrPostalCode": ""}}, "shippingAddress.zipOrPostalCode"),
    ],
)
def test_a_bad_field_is_named(world: World, change: dict[str, Any], field: str) -> None:
    answered = world.post("/customers", {"name": "Town Hall", "email": "a@b.example", **change})
    assert fields(answered) == [field]
    assert names(world) == []


def test_all_bad_fields_are_named_together(world: World) -> None:
    blank = {"name": " ", "email": "a@b.example", "billingAddress": {**BILLING, "line1": " "}}
    assert sorted(fields(world.post("/customers", blank))) == ["billingAddress.line1", "name"]


def test_a_payment_term_that_does_not_exist_is_refused(world: World) -> None:
    said = {"name": "Town Hall", "email": "a@b.example", "paymentTermId": "00p1"}
    answered = world.post("/customers", said)
    assert (answered.status, answered.codes) == (404, ["BDC_1205"])


# ---- change ---------------------------------------------------------------------------------------------


def test_a_change_touches_only_what_it_names(world: World) -> None:
    before = customer(
        world, phone="1", contact={"firstName": "Ann"}, billingAddress=BILLING, companyName="City of Dallas"
    )
    world.advance("P1D")
    change = {
        "name": "City Hall",
        "email": None,
        "companyName": "",
        "contact": {"lastName": "Archer"},
        "billingAddress": {"city": "Fort Worth", "line2": "Room 3"},
    }
    after = world.patch(f"/customers/{before['id']}", change).ok()
    unchanged = {name: value for name, value in before.items() if name != "companyName"}
    assert after == {
        **unchanged,
        "name": "City Hall",
        "contact": {"firstName": "Ann", "lastName": "Archer"},
        "billingAddress": {**SHOWN, "city": "Fort Worth", "line2": "Room 3"},
        "updatedTime": "2026-03-04T17:00:00.000+00:00",
    }
    action, changes = trail(world, before["id"])[-1]
    assert action == "EDIT"
    assert changes.keys() == {"name", "company_name", "contact_last_name", "billing_address"}
    assert changes["name"] == ["Town Hall", "City Hall"]


@pytest.mark.parametrize(
    "same",
    [
        {},
        {"name": "Town Hall", "phone": "", "contact": {}},
        {"billingAddress": SHOWN, "shippingAddress": {}},
        {"billingAddress": {}},
    ],
)
def test_a_change_that_changes_nothing_leaves_no_trace(world: World, same: dict[str, Any]) -> None:
    before = customer(world, billingAddress=BILLING)
    world.advance("P1D")
    assert world.patch(f"/customers/{before['id']}", same).ok() == before
    assert len(trail(world, before["id"])) == 1


def test_a_first_address_is_given_whole(world: World) -> None:
    id = customer(world)["id"]
    assert fields(world.patch(f"/customers/{id}", {"billingAddress": {"city": "Dallas"}})) == [
        "billingAddress.country"
    ]
    partly = {"billingAddress": {"city": "Dallas", "country": "US"}}
    assert fields(world.patch(f"/customers/{id}", partly)) == [
        "billingAddress.line1",
        "billingAddress.zipOrPostalCode",
    ]
    assert world.patch(f"/customers/{id}", {"billingAddress": BILLING}).ok()["billingAddress"] == SHOWN


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": ""}, "email"),
        ({"email": "nobody"}, "email"),
        ({"billingAddress": {"line1": ""}}, "billingAddress.line1"),
        ({"billingAddress": {"country": "USA"}}, "billingAddress.country"),
    ],
)
def test_a_change_is_held_to_the_same_rules(world: World, change: dict[str, Any], field: str) -> None:
    before = customer(world, billingAddress=BILLING)
    assert fields(world.patch(f"/customers/{before['id']}", change)) == [field]
    assert world.get(f"/customers/{before['id']}").ok() == before


def test_a_balance_is_no_edit_and_settles_the_invoice_currency(world: World) -> None:
    before = customer(world, invoiceCurrency="EUR")
    id = before["id"]
    assert world.patch(f"/customers/{id}", {"invoiceCurrency": "USD"}).ok()["invoiceCurrency"] == "USD"
    world.advance("P1D")
    owes(world, id, 100_500)
    owes(world, id, -100_500)
    owes(world, id, 70_250)
    after = world.get(f"/customers/{id}").ok()
    assert after == {**before, "invoiceCurrency": "USD", "balance": {"amount": 70.25}}
    refused = world.patch(f"/customers/{id}", {"invoiceCurrency": "EUR"})
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    # Naming the currency that it has is no change.
    world.patch(f"/customers/{id}", {"invoiceCurrency": "USD", "phone": "1"}).ok()


# ---- archive and lists ----------------------------------------------------------------------------------


def test_a_customer_is_archived_and_restored(world: World) -> None:
    before = customer(world)
    path = f"/customers/{before['id']}"
    assert world.post(f"{path}/archive").ok() == {**before, "archived": True}
    assert world.post(f"{path}/archive").ok() == {**before, "archived": True}
    assert world.post(f"{path}/restore").ok() == before
    assert world.post(f"{path}/restore").ok() == before
    assert [action for action, _ in trail(world, before["id"])] == ["CREATE", "EDIT", "EDIT"]


@pytest.fixture
def four(world: World) -> list[Any]:
    """Cello, Alto, Bass and Drum, made a day apart, of which Bass is archived."""
    made = []
    for name, more in (
        ("Cello", {"accountType": "BUSINESS", "billingAddress": BILLING}),
        ("Alto", {"accountType": "PERSON"}),
        ("Bass", {"invoiceCurrency": "EUR"}),
        ("Drum", {"invoiceCurrency": "CAD"}),
    ):
        made.append(customer(world, name, **more))
        world.advance("P1D")
    world.post(f"/customers/{made[2]['id']}/archive").ok()
    return made


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, "Cello Alto Bass Drum"),
        ({"sort": "name:asc"}, "Alto Bass Cello Drum"),
        ({"sort": "accountType:asc,name:desc"}, "Cello Drum Bass Alto"),
        ({"filters": "name:sw:C"}, "Cello"),
        ({"filters": "archived:eq:true"}, "Bass"),
        ({"filters": 'invoiceCurrency:in:"EUR,CAD"'}, "Bass Drum"),
        ({"filters": "accountType:ne:NONE,archived:eq:false"}, "Cello Alto"),
        ({"filters": 'createdTime:gte:"2026-03-05T00:00:00.000Z"'}, "Bass Drum"),
    ],
)
def test_customers_are_filtered_and_sorted(
    world: World, four: list[Any], query: dict[str, str], wanted: str
) -> None:
    assert names(world, **query) == wanted.split()


def test_a_list_is_paged_and_shows_what_reading_each_shows(world: World, four: list[Any]) -> None:
    first = world.get("/customers", max=3).ok()
    last = world.get("/customers", max=3, page=first["nextPage"]).ok()
    listed = [*first["results"], *last["results"]]
    assert listed == [world.get(f"/customers/{one['id']}").ok() for one in four]
    assert "nextPage" not in last


@pytest.mark.parametrize("filters", ["phone:eq:1", "name:gt:A", "paymentStatus:eq:PAID"])
def test_a_filter_that_means_nothing_is_refused(world: World, filters: str) -> None:
    assert world.get("/customers", filters=filters).status == 400


# ---- other organizations, and bills ---------------------------------------------------------------------


def test_another_organizations_customers_mean_nothing(world: World, other_world: World) -> None:
    theirs = f"/customers/{customer(other_world)['id']}"
    for answered in (
        world.get(theirs),
        world.patch(theirs, {"name": "Mine"}),
        world.post(f"{theirs}/archive"),
        world.post(f"{theirs}/restore"),
        world.get(f"/customers/{create(world)['id']}"),
    ):
        assert (answered.status, answered.codes) == (404, ["BDC_1205"])
    assert names(world) == []
    assert names(world, filters=f"id:eq:{theirs.rpartition('/')[2]}") == []


def test_a_line_of_a_bill_names_an_active_customer(world: World, other_world: World) -> None:
    mine, theirs, gone = customer(world)["id"], customer(other_world)["id"], customer(world)["id"]
    world.post(f"/customers/{gone}/archive").ok()

    def bill(number: str, customer_id: str) -> Any:
        line = {"amount": 10, "classifications": {"customerId": customer_id}}
        invoice = {"invoiceNumber": number, "invoiceDate": "2026-03-01"}
        said = {"dueDate": "2026-03-31", "invoice": invoice, "billLineItems": [line]}
        return world.post("/bills", {"vendorId": vendor_id, **said})

    vendor_id = create(world)["id"]
    entered = bill("1", mine).ok()
    assert entered["billLineItems"][0]["classifications"]["customerId"] == mine
    for unknown in (theirs, gone):
        refused = bill("2", unknown)
        assert (refused.status, refused.codes) == (404, ["BDC_1205"])
