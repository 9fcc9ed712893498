"""Filters, sort keys, page sizes and page tokens: what they mean and what is refused."""

import base64
from typing import Any

import msgspec
import pytest
from clients import Answered, World
from vendor_cases import ADDRESS, BERLIN

NAMES = ["Alto", 'Ba"ss, big', "Bass", "bass", "Cello\\", "Çelo", "Drum"]


@pytest.fixture(scope="module")
def band(shared: World) -> World:
    """Seven vendors with odd names, made an hour apart; the first is archived, the last is paid in euros."""
    for name in NAMES:
        more = {"billCurrency": "EUR", "address": BERLIN} if name == "Drum" else {}
        made = shared.post("/vendors", {"name": name, "address": ADDRESS, **more}).ok()
        if name == "Alto":
            shared.post(f"/vendors/{made['id']}/archive").ok()
        shared.advance("PT1H")
    return shared


def names(world: World, **query: Any) -> list[str]:
    return [vendor["name"] for vendor in world.get("/vendors", **query).ok()["results"]]


def refused(answered: Answered) -> list[str]:
    """What the elements of a refusal say, after the parameter's name."""
    assert (answered.status, set(answered.codes)) == (400, {None}), answered.text
    return [error["message"] for error in answered.json]


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ("", NAMES),
        ("name:eq:Bass", ["Bass"]),
        ('name:eq:"Bass"', ["Bass"]),
        ('name:eq:"Ba\\"ss, big"', ['Ba"ss, big']),
        ('name:eq:"Cello\\\\"', ["Cello\\"]),
        ("name:eq:Cello\\", ["Cello\\"]),
        ("name:eq:bas", []),
        ("name:sw:Ba", ['Ba"ss, big', "Bass"]),
        ("name:sw:", NAMES),
        ("name:sw:%", []),
        ("name:sw:_ass", []),
        ("name:sw:Ç", ["Çelo"]),
        ("archived:eq:true", ["Alto"]),
        ("archived:ne:true", NAMES[1:]),
        ("archived:eq:false,name:sw:A", []),
        ("billCurrency:ne:USD", ["Drum"]),
        ("billCurrency:in:EUR", ["Drum"]),
        ('billCurrency:in:"USD, EUR"', NAMES),
        ('billCurrency:nin:"USD,CAD"', ["Drum"]),
        ('createdTime:gt:"2026-03-03T18:00:00.000Z"', NAMES[2:]),
        ('createdTime:gte:"2026-03-03T18:00:00.000Z"', NAMES[1:]),
        ('createdTime:lt:"2026-03-03T18:00:00.000+00:00"', NAMES[:1]),
        ('createdTime:lte:"2026-03-03T10:00:00-08:00"', NAMES[:2]),
        ("createdTime:gte:2026-03-03", NAMES),
        ("createdTime:gte:2026-03-04", []),
        ("createdTime:gte:2026-03-03, name:eq:Bass", ["Bass"]),
        ('createdTime:gte:"2026-03-03T18:00",createdTime:lt:"2026-03-03T20:00Z"', NAMES[1:3]),
    ],
)
def test_filters(band: World, filters: str, wanted: list[str]) -> None:
    assert names(band, filters=filters) == wanted


def test_filters_and_sort_keys_may_be_repeated(band: World) -> None:
    query = "filters=name:sw:B&filters=archived:eq:false&sort=billCurrency:asc&sort=name:desc"
    answered = band.api.call("GET", f"/connect/v3/vendors?{query}", headers=band.headers).ok()
    wanted = names(band, filters="name:sw:B,archived:eq:false", sort="billCurrency:asc,name:desc")
    assert [vendor["name"] for vendor in answered["results"]] == wanted
    assert wanted == ["Bass", 'Ba"ss, big']


def test_filters_on_ids(band: World) -> None:
    ids = [vendor["id"] for vendor in band.get("/vendors").ok()["results"]]
    assert names(band, filters=f"id:eq:{ids[2]}") == ["Bass"]
    assert names(band, filters=f'id:in:"{ids[2]},{ids[0]},{ids[0]},x"') == ["Alto", "Bass"]
    assert names(band, filters=f"id:ne:{ids[0]}") == NAMES[1:]


@pytest.mark.parametrize(
    ("sort", "wanted"),
    [
        ("name", sorted(NAMES)),
        ("name:asc", sorted(NAMES)),
        ("name:desc", sorted(NAMES, reverse=True)),
        ("createdTime:desc", NAMES[::-1]),
        ("id:desc", NAMES[::-1]),
        ("billCurrency:asc,name:desc", ["Drum", *sorted(NAMES[:-1], reverse=True)]),
        (" billCurrency:desc , createdTime:asc ", NAMES),
        ("archived:desc,name:asc", sorted(NAMES)),
        ("name:asc,name:desc", sorted(NAMES)),
    ],
)
def test_sort_keys(band: World, sort: str, wanted: list[str]) -> None:
    """Text sorts bytewise, capitals before small letters, on every database."""
    assert names(band, sort=sort) == wanted
    assert names(band, sort=sort, max=2) == wanted[:2]


def test_all_that_is_wrong_with_a_query_is_told_at_once(band: World) -> None:
    answered = band.get(
        "/vendors",
        filters="planet:eq:Earth,name:gt:A,archived:eq:maybe,createdTime:lt:yesterday,accountType:eq:FIRM",
        sort="planet:asc,name:up,archived",
    )
    told = refused(answered)
    assert [sentence.split(" ")[0] for sentence in told] == ["filters:"] * 5 + ["sort:"] * 2
    for sentence, word in zip(
        told, ["planet", "gt", "maybe", "yesterday", "FIRM", "planet", "up"], strict=True
    ):
        assert word in sentence
    assert "archived, billCurrency, createdTime" in answered.json[0]["help"]


@pytest.mark.parametrize(
    "filters",
    [
        "name",
        "name:eq",
        "name;eq;Bass",
        ",",
        ":",
        "::",
        ",name:eq:Bass",
        'name:eq:"Bass',
        'name:eq:Ba"ss',
        'name:eq:"Bass"x',
        "name:like:B",
        "name:EQ:Bass",
        "Name:eq:Bass",
        "organizationId:eq:x",
        "archived:eq:1",
        "archived:eq:",
        "archived:gt:true",
        "createdTime:gt:",
        "createdTime:gt:2026-02-30",
        "createdTime:gt:20260303",
        'createdTime:gt:"2026-03-03T25:00:00Z"',
        "createdTime:eq:2026-03-03",
        "createdTime:gt:99999-01-01",
        "name:sw:x" + ",name:sw:x" * 20,
        'id:in:"' + "x," * 100 + 'x"',
        "name:eq:a\0b",
        'name:eq:"Ba\\ss"',
        'name:eq:"\\\\\\x"',
    ],
)
def test_bad_filters_are_refused(band: World, filters: str) -> None:
    assert all(
        sentence.startswith("filters: ") for sentence in refused(band.get("/vendors", filters=filters))
    )


@pytest.mark.parametrize(
    "sort", [":", ",", "name:", "name:asc:desc", "name:ASC", "address.city", "name,,", "-name"]
)
def test_bad_sort_keys_are_refused(band: World, sort: str) -> None:
    if sort == "name:":
        assert names(band, sort=sort) == sorted(NAMES)
        return
    assert all(sentence.startswith("sort: ") for sentence in refused(band.get("/vendors", sort=sort)))


def test_a_list_sorts_by_five_keys_at_most(band: World) -> None:
    five = "name,archived,billCurrency,accountType,createdTime"
    assert names(band, sort=five) == sorted(NAMES)
    assert refused(band.get("/vendors", sort=f"{five},id")) == ["sort: names more than 5 fields"]


@pytest.mark.parametrize(
    "most", ["0", "101", "-1", "abc", "", "1.5", "9" * 30, "9" * 5000, "null", "NaN", "٣"]
)
def test_a_page_has_1_to_100_rows(band: World, most: str) -> None:
    (sentence,) = refused(band.get("/vendors", max=most))
    assert sentence.startswith("max: ")


def test_the_size_of_pages(band: World) -> None:
    assert len(names(band, max=1)) == 1
    assert len(names(band, max=100)) == len(NAMES)
    assert "nextPage" not in band.get("/vendors", max=len(NAMES)).ok()


# ---- page tokens ----------------------------------------------------------------------------------------


@pytest.fixture
def token(band: World) -> str:
    return str(band.get("/vendors", max=2, sort="name:asc").ok()["nextPage"])


def test_a_token_goes_on_where_its_page_ended(band: World, token: str) -> None:
    assert names(band, sort="name:asc", page=token) == sorted(NAMES)[2:]
    # The size of the page may change on the way, and the session and the developer key do not matter.
    assert names(band, sort="name:asc", page=token, max=1) == sorted(NAMES)[2:3]


def test_a_token_alone_goes_on_with_its_sort_and_filters(band: World) -> None:
    query = {"sort": "name:desc", "filters": "archived:eq:false"}
    first = band.get("/vendors", max=2, **query).ok()
    second = band.get("/vendors", max=2, page=first["nextPage"]).ok()
    assert [vendor["name"] for vendor in second["results"]] == sorted(NAMES, reverse=True)[2:4]
    # What follows is the same list, whichever way it is walked and whether or not the query is repeated.
    assert names(band, page=second["prevPage"], max=2) == sorted(NAMES, reverse=True)[:2]
    assert names(band, page=second["prevPage"], max=2, **query) == sorted(NAMES, reverse=True)[:2]


@pytest.mark.parametrize(
    "other",
    [
        {"sort": "name:desc"},
        {"sort": "name"},
        {"filters": "archived:eq:false"},
        {"sort": "name:asc", "filters": "archived:eq:false"},
        {"sort": "createdTime:asc"},
    ],
)
def test_a_token_of_another_query_is_refused(band: World, token: str, other: dict[str, str]) -> None:
    (sentence,) = refused(band.get("/vendors", page=token, **other))
    assert sentence == "page: is not a page token of this list"


def test_a_token_of_another_list_is_refused(band: World) -> None:
    token = band.get("/vendors", max=2).ok()["nextPage"]
    assert refused(band.get("/bills", page=token)) == ["page: is not a page token of this list"]


def test_a_token_of_another_organization_is_refused(band: World, token: str, other_world: World) -> None:
    assert refused(other_world.get("/vendors", sort="name:asc", page=token)) == [
        "page: is not a page token of this list"
    ]


def changed_at(token: str, position: int) -> str:
    """The token with one of its bytes another."""
    content = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    content[position] ^= 1
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def test_a_token_that_was_touched_is_refused(band: World, token: str) -> None:
    length = len(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    touched = [changed_at(token, position) for position in range(length)]
    touched += [
        token[:-1],
        token[1:],
        token[: len(token) // 2],
        token + "AAAA",
        token[:20],
        "x",
        "=",
        "A" * 22,
    ]
    touched += ["€", "nextPage", "null", "\0", token + "\n", "a" * 10_000]
    for one in touched:
        (sentence,) = refused(band.get("/vendors", sort="name:asc", page=one))
        assert sentence.startswith("page: ")


def test_an_empty_token_is_the_first_page(band: World) -> None:
    assert names(band, page="", max=2) == NAMES[:2]


def test_what_we_signed_for_another_purpose_is_refused(band: World) -> None:
    content = msgspec.msgpack.encode([False, band.user_id, band.id])
    signed = base64.urlsafe_b64encode(band.api.running.secrets.sign(content) + content).decode().rstrip("=")
    assert band.get("/login/organizations", page=signed).status == 200
    assert refused(band.get("/vendors", page=signed)) == ["page: is not a page token of this list"]
    listed = band.get("/vendors", max=2).ok()["nextPage"]
    assert refused(band.get("/login/organizations", page=listed)) == [
        "page: is not a page token of this list"
    ]
