"""Whom a search of the network finds, and what it tells of them."""

from typing import Any

from clients import Api, World
from network.office import network_id, organization, own_word
from stock import organization as bare

from net30.kernel.context import Server
from net30.network.members import join
from net30.organizations.actions import blank_profile


def search(world: World, name: str, **query: Any) -> list[Any]:
    found: list[Any] = world.get("/network", name=name, **query).ok()["results"]
    return found


def names(world: World, name: str, **query: Any) -> list[str]:
    return [one["name"] for one in search(world, name, **query)]


def test_an_organization_is_found_by_its_words_and_tells_no_more_than_its_address(
    api: Api, world: World
) -> None:
    word = own_word("cello")
    other = organization(api, f"{word.title()} & Sons Music")
    assert search(world, f"music {word.upper()}", scope="BILL") == [
        {
            "id": network_id(other),
            "name": f"{word.title()} & Sons Music",
            "type": "BUSINESS",
            "addresses": [
                {
                    "line1": "1 Main Street",
                    "city": "San Jose",
                    "stateOrProvince": "CA",
                    "zipOrPostalCode": "95113",
                    "country": "US",
                }
            ],
        }
    ]


def test_words_are_whole_and_all_of_them_are_there(api: Api, world: World) -> None:
    word = own_word("viola")
    name = f"The {word} of Oz"
    organization(api, name)
    assert names(world, word) == [name]
    assert names(world, f"of {word}") == [name]
    assert names(world, word[:-1]) == []
    assert names(world, f"{word} unheard") == []


def test_a_zip_code_narrows_the_search(api: Api, world: World) -> None:
    word = own_word("oboe")
    name = f"{word} House"
    organization(api, name)
    assert names(world, word, zipOrPostalCode="95113") == [name]
    assert names(world, word, zipOrPostalCode="95114") == []


def test_a_name_without_a_word_of_three_letters(world: World) -> None:
    refused = world.get("/network", name="of a", scope="BILL")
    assert refused.status == 400
    assert "at least 3 letters" in refused.json[0]["detail"]
    assert search(world, "@#", scope="ALL") == []
    assert world.get("/network").status == 400
    assert world.get("/network", name="music", scope="OTHER").status == 400


def test_nobody_finds_itself_nor_those_who_are_not_listed(api: Api, world: World) -> None:
    word = own_word("tuba")
    own, hidden = organization(api, f"{word} One"), organization(api, f"{word} Two", listed=False)
    assert names(own, word) == []
    assert names(hidden, word) == [f"{word} One"]
    hidden.control("PUT", "/network", {"listed": True}).ok()
    assert names(world, word) == [f"{word} One", f"{word} Two"]


def test_a_new_name_and_a_new_zip_are_found_and_the_old_ones_no_more(api: Api, world: World) -> None:
    word, newer = own_word("lute"), own_word("lyre")
    other = organization(api, f"{word} Makers")
    body = {"name": f"{newer} Makers", "address": {"zipOrPostalCode": "10001-1234"}}
    other.patch(f"/organizations/{other.id}", body).ok()
    assert names(world, word) == []
    assert names(world, newer, zipOrPostalCode="100011234") == [f"{newer} Makers"]


def test_at_most_25_organizations_are_answered(api: Api, world: World, running: Server) -> None:
    word = own_word("drum")
    for _ in range(27):
        made = bare(running, name=f"{word} Corps")
        with running.database.write() as tx:
            profile = blank_profile(made.id, 0)
            tx.insert(profile)
            join(tx.of(made.id), made, profile)
    assert names(world, word) == [f"{word} Corps"] * 25


def test_national_vendors_are_found_by_parts(world: World) -> None:
    found = search(world, "lodestar el", scope="RPPS")
    assert [(one["name"], one["type"], one["id"][:3]) for one in found] == [
        ("Lodestar Electric Light", "RPPS", "0rv")
    ]
    assert names(world, "LODE", scope="RPPS", zipOrPostalCode="741") == ["Lodestar Natural Gas"]
    assert names(world, "lode", scope="ALL") == ["Lodestar Electric Light", "Lodestar Natural Gas"]
    assert names(world, "lode", scope="BILL") == []
    assert names(world, "copper", scope="RPPS", accountNumber="7001234567") == ["Copperline Telephone"]
    assert names(world, "copper", scope="RPPS", accountNumber="123") == []
