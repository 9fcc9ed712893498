"""A partner: its own sign-in, the organizations and users it makes, and what is closed to it."""

from typing import Any

import pytest
from clients import Answered, Api, World
from payments.desk import Desk

ADDRESS = {
    "line1": "1 Main Street",
    "city": "Austin",
    "stateOrProvince": "TX",
    "zipOrPostalCode": "78701",
    "country": "US",
}
ORGANIZATION = {"name": "Happy Music", "address": ADDRESS}
USER = {"firstName": "Ann", "email": "ann@example.com", "username": "ann1", "acceptTermsOfService": True}
PHONE = {"phoneNumber": "4155550123", "phoneType": "MOBILE"}


class Partner:
    """A signed-in partner whose clock stands at a Tuesday morning in Los Angeles."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.made = api.call(
            "POST",
            "/sandbox/v1/partners",
            {"name": "Books & Co", "now": "2026-03-03T17:00:00Z", "frozen": True},
        ).ok()
        self.headers = {"appKey": self.made["appKey"], "sessionId": self.sign_in().ok()["sessionId"]}

    def sign_in(self, **changed: str) -> Answered:
        given = {name: self.made[name] for name in ("username", "password", "appKey")}
        return self.api.call("POST", "/connect/v3/partner/login", {**given, **changed})

    def call(
        self, method: str, path: str, body: Any = None, *, on: str | None = None, **query: Any
    ) -> Answered:
        headers = self.headers | ({"organizationId": on} if on else {})
        return self.api.call(method, f"/connect/v3/partner{path}", body, headers=headers, query=query)

    def organization(self, **changed: Any) -> str:
        return str(self.call("POST", "/organizations", {**ORGANIZATION, **changed}).ok()["id"])

    def user(self, organization_id: str, **changed: Any) -> str:
        return str(self.call("POST", "/users", {**USER, **changed}, on=organization_id).ok()["id"])

    def as_user(self, organization_id: str, user_id: str, **more: str) -> Answered:
        return self.call(
            "POST", "/login-as-user", {"organizationId": organization_id, "userId": user_id, **more}
        )


@pytest.fixture
def partner(api: Api) -> Partner:
    return Partner(api)


class Organization(World):
    """An organization that a partner made, seen by the user whom the partner signs in as."""

    def __init__(self, partner: Partner) -> None:
        self.api = partner.api
        self.id = partner.organization()
        self.user_id = partner.user(self.id)
        session = partner.as_user(self.id, self.user_id).ok()
        assert session["trusted"] is False
        self.made = partner.made
        self.headers = {"sessionId": session["sessionId"], "devKey": partner.made["devKey"]}


def test_who_signs_in_as_a_partner(partner: Partner) -> None:
    assert partner.sign_in(username=partner.made["username"].upper()).status == 200
    for changed, status, code in (
        ({"password": "wrong"}, 401, "BDC_1101"),
        ({"username": "nobody"}, 401, "BDC_1101"),
        ({"appKey": "unheard of"}, 400, "BDC_1102"),
        ({"appKey": partner.made["devKey"]}, 400, "BDC_1102"),
    ):
        answered = partner.sign_in(**changed)
        assert (answered.status, answered.codes) == (status, [code])


def test_an_organization_is_answered_as_it_was_given(partner: Partner) -> None:
    given = {
        **ORGANIZATION,
        "phone": "5125550100",
        "companyOwner": {"name": "Ann Owner", "dateOfBirth": "1980-02-29"},
        "taxId": "123456789",
        "taxIdType": "EIN",
        "industry": "Music",
        "businessCategory": "LLC",
        "accountType": "BUSINESS",
    }
    made = partner.call("POST", "/organizations", given).ok()
    address = {**ADDRESS, "countryName": "United States"}
    assert made == {
        **given,
        "id": made["id"],
        "archived": False,
        "address": made["address"],
        "mailingAddress": made["address"],
        "taxId": "*****6789",
        "processingOptions": {
            "mailingAddressSameAsPhysical": True,
            "individualTransferOut": False,
            "individualTransferIn": False,
        },
        "partnerName": "Books & Co",
        "createdTime": "2026-03-03T17:00:00.000+00:00",
        "updatedTime": "2026-03-03T17:00:00.000+00:00",
    }
    assert {**made["address"], "countryName": "United States"} == address
    assert made["id"].startswith("008")
    assert partner.call("GET", "/organizations").ok() == {"results": [made]}


def test_an_organization_needs_a_name_and_a_country(partner: Partner) -> None:
    assert partner.organization(address={"country": "US"})
    faults: list[dict[str, Any]] = [
        {"name": " "},
        {"name": ""},
        {"address": {}},
        {"taxId": "*****6789"},
        {"phone": "call me"},
    ]
    for wrong in faults:
        assert partner.call("POST", "/organizations", {**ORGANIZATION, **wrong}).codes == [None]


def test_organizations_are_listed_page_by_page(partner: Partner, api: Api) -> None:
    made = [partner.organization(name=f"Organization {number}") for number in range(3)]
    first = partner.call("GET", "/organizations", max=2).ok()
    rest = partner.call("GET", "/organizations", max=2, page=first["nextPage"]).ok()
    assert [one["id"] for one in (*first["results"], *rest["results"])] == made
    found = partner.call("GET", "/organizations", filters=f"id:eq:{made[1]}").ok()["results"]
    assert [one["name"] for one in found] == ["Organization 1"]
    assert Partner(api).call("GET", "/organizations").ok() == {"results": []}


def test_from_the_partner_to_a_verified_organization(partner: Partner) -> None:
    inside = Organization(partner)
    assert inside.get("/login/session").ok()["organizationId"] == inside.id
    bill = Desk(inside).bill(Desk(inside).vendor())
    assert inside.post("/risk-verifications").codes == ["BDC_1117"]
    phone = f"/risk-verifications/{inside.user_id}/phone"
    partner.call("POST", phone, PHONE, on=inside.id).ok()
    assert inside.get("/risk-verifications/phone").ok() == {"hasPhone": True}
    assert inside.post("/risk-verifications").ok()["decision"] == "IN_PROGRESS"
    inside.advance("PT2H")
    assert inside.get("/risk-verifications").ok()["decision"] == "APPROVE"
    assert inside.get(f"/bills/{bill}").ok()["dueAmount"] == 100
    (mail,) = inside.control("GET", "/messages").ok()["results"]
    assert mail["recipient"] == "ann@example.com"


def test_users_of_an_organization(partner: Partner) -> None:
    id = partner.organization()
    made = partner.call(
        "POST", "/users", {**USER, "lastName": "Clerk", "externalReferenceId": "A1"}, on=id
    ).ok()
    assert (made["role"]["type"], made["lastName"], made["email"]) == (
        "ADMINISTRATOR",
        "Clerk",
        "ann@example.com",
    )
    assert partner.call("GET", f"/users/{made['id']}", on=id).ok() == made
    assert partner.call("GET", "/users", on=id).ok() == {"results": [made]}
    roles = partner.call("GET", "/roles", on=id, filters="type:eq:CLERK").ok()["results"]
    assert partner.call("GET", f"/roles/{roles[0]['id']}", on=id).ok() == roles[0]
    clerk = partner.user(id, username="bob1", roleId=roles[0]["id"])
    changed = partner.call(
        "PATCH", f"/users/{clerk}", {"firstName": "Bob", "email": "bob@example.com"}, on=id
    )
    assert (changed.ok()["firstName"], changed.json["email"]) == ("Bob", "bob@example.com")
    assert partner.call("POST", f"/users/{clerk}/archive", on=id).ok()["archived"] is True
    assert partner.as_user(id, clerk).codes == ["BDC_1111"]
    assert partner.call("POST", f"/users/{clerk}/restore", on=id).ok()["archived"] is False
    assert partner.as_user(id, clerk).status == 200
    refused = partner.call("POST", f"/users/{made['id']}/archive", on=id)
    assert refused.codes == ["BDC_1119"], "the last administrator"


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"username": "ann@example.com"}, 400, None),
        ({"username": "ann one"}, 400, None),
        ({"username": "a" * 41}, 400, "BDC_1143"),
        ({"email": "ann"}, 400, None),
        ({"acceptTermsOfService": False}, 400, None),
        ({"firstName": " "}, 400, None),
        ({"externalReferenceId": "a-1"}, 400, None),
        ({"roleId": "0po00000000000000000"}, 404, "BDC_1205"),
    ],
)
def test_what_a_user_may_not_be(partner: Partner, changed: dict[str, Any], status: int, code: str) -> None:
    answered = partner.call("POST", "/users", {**USER, **changed}, on=partner.organization())
    assert (answered.status, answered.codes) == (status, [code])


def test_a_username_is_unique_in_all_organizations_of_a_partner(partner: Partner, api: Api) -> None:
    first, second = partner.organization(), partner.organization()
    partner.user(first, username="a" * 40, externalReferenceId="A1")
    for on, changed in (
        (first, {"username": "A" * 40}),
        (second, {"username": "A" * 40}),
        (second, {"username": "bob1", "externalReferenceId": "A1"}),
    ):
        answered = partner.call("POST", "/users", {**USER, **changed}, on=on)
        assert (answered.status, answered.codes) == (422, ["BDC_1119"])
    assert len(partner.call("GET", "/users", on=second).ok()["results"]) == 0
    other = Partner(api)
    other.user(other.organization(), username="a" * 40, externalReferenceId="A1")


def test_what_others_made_is_nobody_elses(partner: Partner, api: Api, world: World) -> None:
    inside = Organization(Partner(api))
    for id in (inside.id, world.id, partner.made["organizationId"], "00800000000000000000"):
        answered = partner.call("GET", "/users", on=id)
        assert (answered.status, answered.codes) == (404, ["BDC_1123"])
        assert partner.as_user(id, inside.user_id).codes == ["BDC_1123"]
        plan = {"pricePlanType": "PricePlan2"}
        assert partner.call("PATCH", f"/organizations/{id}/price-plan", plan).codes == ["BDC_1123"]
    assert partner.call("GET", "/users").codes == ["BDC_1108"]
    assert partner.as_user(partner.organization(), inside.user_id).codes == ["BDC_1111"]


def test_a_price_plan_is_chosen(partner: Partner) -> None:
    path = f"/organizations/{partner.organization()}/price-plan"
    for _ in range(2):
        assert partner.call("PATCH", path, {"pricePlanType": "PricePlan2"}).ok() == {"status": "SUCCESS"}
    assert partner.call("PATCH", path, {"pricePlanType": "PricePlan6"}).codes == [None]


def test_a_session_is_good_for_its_own_kind_of_call(partner: Partner, world: World) -> None:
    app_key, session = partner.made["appKey"], partner.headers["sessionId"]
    api = partner.api
    for headers in (
        {"sessionId": session, "devKey": app_key},
        {"sessionId": session, "devKey": partner.made["devKey"]},
    ):
        assert api.call("GET", "/connect/v3/bills", headers=headers).codes == ["BDC_1109"]
    for headers in (
        {"appKey": app_key},
        {"appKey": app_key, "sessionId": "unheard of"},
        {"appKey": partner.made["devKey"], "sessionId": session},
        {"appKey": world.made["devKey"], "sessionId": world.headers["sessionId"]},
    ):
        assert api.call("GET", "/connect/v3/partner/organizations", headers=headers).codes == ["BDC_1109"]
    alone = {"sessionId": session}
    assert api.call("GET", "/connect/v3/partner/organizations", headers=alone).codes == ["BDC_1178"]


def test_a_partner_signs_out(partner: Partner) -> None:
    partner.api.call("POST", "/connect/v3/logout", headers=partner.headers).ok()
    assert partner.call("GET", "/organizations").codes == ["BDC_1109"]


def test_a_remembered_device_makes_the_users_session_trusted(partner: Partner) -> None:
    id = partner.organization()
    user = partner.user(id)
    assert partner.as_user(id, user, rememberMeId="x", device="wrong").ok()["trusted"] is False
    assert partner.as_user(id, user, rememberMeId="x").codes == [None]
    assert partner.as_user(id, user, rememberMeId="x", device="d" * 49).codes == ["BDC_1143"]


def test_a_partner_and_what_it_made_are_removed(partner: Partner) -> None:
    first, second = Organization(partner), partner.organization()
    assert first.control("DELETE", "").status == 204
    assert [one["id"] for one in partner.call("GET", "/organizations").ok()["results"]] == [second]
    path = f"/sandbox/v1/organizations/{partner.made['organizationId']}"
    dev_key = {"devKey": partner.made["devKey"]}
    assert partner.api.call("DELETE", path, headers=dev_key).status == 204
    assert partner.sign_in().codes == ["BDC_1102"]


def test_credentials_may_be_given_and_are_taken_once(partner: Partner) -> None:
    again = partner.api.call("POST", "/sandbox/v1/partners", {"appKey": partner.made["appKey"]})
    assert (again.status, again.codes) == (422, [None])
    same = partner.api.call("POST", "/sandbox/v1/partners", {"appKey": "one", "devKey": "one"})
    assert same.codes == [None]


def test_a_partners_limits_are_its_own(partner: Partner) -> None:
    path = f"/sandbox/v1/organizations/{partner.made['organizationId']}/limits"
    dev_key = {"devKey": partner.made["devKey"]}
    partner.api.call("PUT", path, {"requestsPerHour": 2, "signInsPerHour": 1}, headers=dev_key).ok()
    assert [partner.call("GET", "/organizations").status for _ in range(3)] == [200, 200, 422]
    assert [partner.sign_in().status for _ in range(2)] == [200, 422]
