"""The search for secrets finds what it is there to find, and nothing else."""

import logging
from pathlib import Path

import pytest
import secrecy
from clients import Api, World

ADDRESS = {"line1": "1 Main Street", "city": "Austin", "zipOrPostalCode": "78701", "country": "US"}
BANK = {"routingNumber": "021000021", "nameOnAccount": "Acme", "type": "CHECKING", "ownerType": "BUSINESS"}


def test_what_calls_say_and_answer_is_remembered(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrecy, "KNOWN", {})
    world = World(api)
    account = {**BANK, "accountNumber": "70615243807"}
    vendor = {
        "name": "Happy Music",
        "address": ADDRESS,
        "paymentInformation": {"payeeName": "Happy Music", "bankAccount": account},
        "additionalInfo": {"taxId": "706152438", "taxIdType": "EIN"},
    }
    world.post("/vendors", vendor).ok()
    world.post("/mfa/challenge", {}).ok()
    (message,) = world.control("GET", "/messages").ok()["results"]
    code = next(word for word in message["body"].replace(".", " ").split() if word.isdigit())
    made = world.made
    secrets = [
        made["password"],
        made["devKey"],
        made["apiToken"],
        made["syncToken"]["value"],
        made["mfa"]["rememberMeId"],
        world.headers["sessionId"],
        "70615243807",
        "706152438",
        code,
    ]
    assert [value for value in secrets if value not in secrecy.KNOWN] == []
    assert not {made["username"], made["organizationId"], "Happy Music", "021000021"} & secrecy.KNOWN.keys()


def test_a_secret_that_is_stored_is_found(world: World, tmp_path: Path) -> None:
    vendor = {
        "name": "Leak & Sons",
        "address": {**ADDRESS, "line2": "so-secret-9182"},
        "accountNumber": "918273",
    }
    world.post("/vendors", vendor).ok()
    known = {"so-secret-9182": "password", "918273": "code", "so-secret-9183": "another", "827364": "no code"}
    with pytest.raises(pytest.fail.Exception) as failed:
        secrecy.search(
            secrecy.stored(world.api.running.database.url.replace("+psycopg", ""), tmp_path), known
        )
    told = str(failed.value)
    assert "the table vendor holds in plain: code, '918273'" in told
    assert "the table vendor holds in plain: password, 'so-secret-9182'" in told
    if world.database.dialect == "sqlite":
        assert "the file net30.db-wal holds in plain: password" in told
    assert "another" not in told
    assert "no code" not in told


def test_a_secret_that_is_logged_is_found(tmp_path: Path) -> None:
    log = logging.getLogger("net30.wire")
    with secrecy.logged(tmp_path / "net30.log"):
        log.debug("somebody signed in by so-secret-918273")
        try:
            raise ValueError("code 645546 is wrong")
        except ValueError:
            log.exception("unexpected")
    known = {"so-secret-918273": "password", "645546": "code", "45546 i": "part of a code"}
    with pytest.raises(pytest.fail.Exception) as failed:
        secrecy.search(secrecy.left_in(tmp_path, tmp_path), known)
    assert str(failed.value).splitlines() == [
        "the log net30.log holds in plain: code, '645546'",
        "the log net30.log holds in plain: password, 'so-secret-918273'",
    ]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b'{"code":"123456"}', True),
        (b"9123456 1234567 a123456 123456b", False),
        (b"\0\xff\x01runs-into-nine-char\x07what follows", True),
        (b"nine-chor", False),
    ],
)
def test_a_number_is_seen_by_itself_alone_and_a_word_anywhere(
    tmp_path: Path, content: bytes, found: bool
) -> None:
    file = tmp_path / "content"
    file.write_bytes(content)
    known = {"123456": "code", "nine-char": "password"}
    if found:
        with pytest.raises(pytest.fail.Exception):
            secrecy.search([("it", file)], known)
    else:
        secrecy.search([("it", file)], known)


def test_short_and_masked_values_are_no_secrets() -> None:
    before = dict(secrecy.KNOWN)
    for value in ("12345", "*****6789", None, 0.5):
        secrecy.remember(value, "nothing")
    assert before == secrecy.KNOWN
