"""Every operation, present and future: who is let through, who is not, and that nobody reaches another's data.

The operations are taken from the table of operations, their paths and bodies from the OpenAPI document, so a new one
is tried here as soon as it is declared. Rights do not depend on the database, so SQLite will do.
"""

from collections.abc import Iterator
from itertools import product

import pytest
from access.office import BY_CONTROL, BY_SESSION, IDS, Office, call, candidates, nowhere, path_kinds
from clients import Answered, Api

from net30.access.roles import ROLES, SYNC, permissions
from net30.app import server
from net30.settings import Settings
from net30.store.schema import migrate
from net30.wire.operation import OPERATIONS

NOTHING: IDS = {}

by_session = pytest.mark.parametrize("key", BY_SESSION)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    url = f"sqlite:///{tmp_path_factory.mktemp('rights')}/net30.db"
    parts = server(Settings(database=url, secret_key="a key of the tests"))
    migrate(parts.database)
    yield Api(parts)
    parts.database.close()


@pytest.fixture(scope="module")
def office(sandbox: Api) -> Office:
    """Where users of all roles try everything."""
    office = Office(sandbox)
    office.hire()
    return office


@pytest.fixture(scope="module")
def victim(sandbox: Api) -> Office:
    """An organization with one of everything, which others want to see."""
    victim = Office(sandbox)
    victim.furnish()
    return victim


@pytest.fixture(scope="module")
def intruder(sandbox: Api) -> Office:
    """An organization with one of everything, whose administrator looks elsewhere."""
    intruder = Office(sandbox)
    intruder.furnish()
    return intruder


def is_refused_for_its_role(answered: Answered) -> bool:
    """Refused by the dispatcher, and not by a rule of the operation itself."""
    return (
        answered.status == 403
        and answered.codes == ["BDC_1145"]
        and " lacks the permission " in answered.json[0]["detail"]
    )


def is_refused_for_its_trust(answered: Answered, key: str) -> bool:
    """Refused by the dispatcher, whatever was asked; some operations want trust for some requests only."""
    return (
        answered.status == 403
        and answered.codes == ["BDC_1361"]
        and answered.json[0]["detail"].startswith(f"{key} needs ")
    )


def test_every_operation_of_a_session_needs_a_permission() -> None:
    assert not [key for key in BY_SESSION if not OPERATIONS[key].needs]


@by_session
def test_without_a_session_nobody_gets_in(office: Office, victim: Office, key: str) -> None:
    ours, theirs = office.world.made["devKey"], victim.world.made["devKey"]
    session = office.session()["sessionId"]
    for headers in (
        {},
        {"devKey": ours},
        {"devKey": ours, "sessionId": "unheard of"},
        {"devKey": theirs, "sessionId": session},
    ):
        answered = call(office.api, key, headers, nowhere(key), NOTHING)
        assert (answered.status, answered.codes) == (401, ["BDC_1109"])


@by_session
def test_each_role_may_do_what_its_permissions_say(office: Office, key: str) -> None:
    needs = OPERATIONS[key].needs
    for role, headers in office.sessions(dict.fromkeys((*ROLES, SYNC), True)).items():
        answered = call(office.api, key, headers, nowhere(key), NOTHING)
        assert answered.status != 401, answered.text
        if role == SYNC and OPERATIONS[key].trusted:
            assert is_refused_for_its_trust(answered, key), answered.text
            continue
        assert is_refused_for_its_role(answered) is (needs not in permissions(role)), (
            f"{role}: {answered.text}"
        )
        if is_refused_for_its_role(answered):
            assert answered.json[0]["detail"] == f"the role {role} lacks the permission {needs}"


@by_session
def test_a_trusted_session_is_needed_where_the_operation_says_so(office: Office, key: str) -> None:
    for trusted in (False, True):
        answered = call(office.api, key, office.session(trusted=trusted), nowhere(key), NOTHING)
        wanted = OPERATIONS[key].trusted and not trusted
        assert is_refused_for_its_trust(answered, key) is wanted, answered.text
        assert not trusted or "BDC_1361" not in answered.text


@by_session
def test_nobody_reaches_another_organization(victim: Office, intruder: Office, key: str) -> None:
    """With the other's ids in the path, in the body, and in both."""
    theirs, ours = victim.ids(), intruder.ids()
    before = victim.rows()
    kinds = path_kinds(key)
    paths = {
        whose: [
            dict(zip(kinds, chosen, strict=True))
            for chosen in product(*(candidates(have, kind) for kind in kinds.values()))
        ]
        for whose, have in (("theirs", theirs), ("ours", ours))
    }
    if not paths["theirs"]:
        pytest.skip(f"there is no {' or '.join(kinds.values())} to reach")
    for path, known in [*product(paths["theirs"], (theirs, ours)), *product(paths["ours"], (theirs,))]:
        answered = call(intruder.api, key, intruder.session(), path, known)
        assert answered.status != 401, answered.text
        if kinds and path in paths["theirs"]:
            assert answered.status >= 400, f"{path}: {answered.text}"
        if answered.status < 400:
            assert not [id for some in theirs.values() for id in some if id in answered.text]
    assert victim.rows() == before


@pytest.mark.parametrize("key", BY_CONTROL)
def test_a_control_wants_a_key_of_its_world(victim: Office, intruder: Office, key: str) -> None:
    before = victim.rows()
    path = {**nowhere(key), "id": victim.id}
    keyless = call(victim.api, key, {}, path, NOTHING)
    assert (keyless.status, keyless.codes) == (400, ["BDC_1178"])
    foreign = call(victim.api, key, {"devKey": intruder.world.made["devKey"]}, path, NOTHING)
    assert (foreign.status, foreign.codes) == (404, ["BDC_1123"])
    assert victim.rows() == before


def test_one_of_everything_was_there_to_be_reached(victim: Office) -> None:
    have = victim.ids()
    for kind in ("009", "00n", "stp", "bac", "bau", "cat", "006", "0po", "0ca"):
        assert have.get(kind), f"no object whose id begins with {kind}"
