"""The command that an operator names to reach phones, and that codes and keys are nowhere in plain."""

import dataclasses
import logging
import sys
import time
from pathlib import Path

import pytest
from access.clocks import MovedByHand
from access.test_mfa import CODE, answer, ask, backups, refusal, setup, status
from clients import Api, World
from sqlalchemy import select

from net30.access.users import find_user
from net30.kernel import turns
from net30.kernel.context import Server, reading, system_actor, writing
from net30.kernel.mail_server import mail_server
from net30.kernel.mailbox import newest
from net30.mfa import texting
from net30.mfa.actions import enroll_totp, reset_mfa
from net30.store.record import metadata

# Writes its last argument, its input and what it sees of net30's variables to files, then ends as it is told.
SCRIPT = """
import os, pathlib, sys, time
folder, how, number = sys.argv[1:]
with open(pathlib.Path(folder, "sent"), "a") as sent:
    print(number, os.environ["NET30_MESSAGE_TYPE"], sys.stdin.read(), file=sent)
pathlib.Path(folder, "seen").write_text(" ".join(sorted(n for n in os.environ if n.startswith("NET30_"))))
print("a command that talks")
time.sleep(60 if how == "hangs" else 0)
sys.exit(how == "fails")
"""


@pytest.fixture
def hands(running: Server) -> MovedByHand:
    return MovedByHand(running.machine_now())


def production(world: World, hands: MovedByHand, tmp_path: Path, how: str = "works") -> Server:
    """The world's server as it is in production; the command writes into the folder."""
    command = (sys.executable, "-c", SCRIPT, str(tmp_path), how)
    server = dataclasses.replace(
        world.api.running, environment="production", machine_now=hands, sms_command=command
    )
    world.api = Api(server)
    return server


def sent(tmp_path: Path) -> list[str]:
    file = tmp_path / "sent"
    return file.read_text().splitlines() if file.exists() else []


def test_the_command_gets_number_and_code(
    world: World, hands: MovedByHand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NET30_SECRET_KEY", "not the command's business")
    server = production(world, hands, tmp_path)
    challenge_id = world.post("/mfa/challenge").ok()["challengeId"]
    assert sent(tmp_path) == []
    assert texting.send_waiting(server)
    (line,) = sent(tmp_path)
    assert line.startswith("+14155550100 TEXT ")
    assert (tmp_path / "seen").read_text() == "NET30_MESSAGE_TYPE"
    assert not texting.send_waiting(server)
    code = CODE.search(line)
    assert code is not None
    answer(world, challenge_id, code[0]).ok()


def test_a_command_that_fails_is_run_again_at_most_three_times(
    world: World, hands: MovedByHand, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = production(world, hands, tmp_path, "fails")
    world.post("/mfa/challenge").ok()
    for _ in range(5):
        texting.send_waiting(server)
        texting.send_waiting(server)
        hands.pass_minutes(0.1)
    assert len(sent(tmp_path)) == 3
    assert "exited with 1" in caplog.text
    assert not CODE.search(caplog.text)
    assert _stored(world).count("FAILED") == 1


def test_a_command_that_hangs_is_stopped(
    world: World, hands: MovedByHand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texting, "COMMAND_WITHIN_S", 1)
    server = production(world, hands, tmp_path, "hangs")
    world.post("/mfa/challenge").ok()
    assert texting.send_waiting(server)
    assert len(sent(tmp_path)) == 1


SLOW_FOR_ONE = """
import pathlib, sys, time
folder, slow, number = sys.argv[1:]
time.sleep(2 if number == slow else 0)
with open(pathlib.Path(folder, "sent"), "a") as sent:
    print(number, file=sent)
"""


def test_texts_that_take_long_do_not_hold_up_another_organizations(
    world: World, other_world: World, hands: MovedByHand, tmp_path: Path
) -> None:
    server = production(world, hands, tmp_path)
    slow, quick = "+14155550199", "+14155550100"
    command = (sys.executable, "-c", SLOW_FOR_ONE, str(tmp_path), slow)
    server = dataclasses.replace(server, sms_command=command)
    for number, of, count in ((slow, world, 5), (quick, other_world, 1)):
        with writing(server, system_actor(of.id)) as ctx:
            for _ in range(count):
                texting.send(ctx, number, "TEXT", "your code", ctx.machine_now + 60_000)
    with turns.at_work(server, texting.LANE):
        deadline = time.monotonic() + 30
        while quick not in sent(tmp_path) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert quick in sent(tmp_path)
        assert sent(tmp_path).count(slow) < 3


def test_a_code_that_is_too_old_is_not_sent(world: World, hands: MovedByHand, tmp_path: Path) -> None:
    server = production(world, hands, tmp_path)
    world.post("/mfa/challenge").ok()
    hands.pass_minutes(5)
    texting.send_waiting(server)
    assert sent(tmp_path) == []
    assert not texting.send_waiting(server)


def test_without_a_command_production_reaches_no_phone(
    world: World, hands: MovedByHand, tmp_path: Path
) -> None:
    server = production(world, hands, tmp_path)
    world.api = Api(dataclasses.replace(server, sms_command=()))
    assert refusal(world.post("/mfa/challenge")) == (422, "BDC_1354")
    refused = setup(world)
    assert refusal(refused) == (422, "BDC_5324")
    assert "NET30_SMS_COMMAND" in refused.json[0]["help"]


def test_who_has_neither_app_nor_phone_gets_the_code_by_mail(
    world: World, hands: MovedByHand, tmp_path: Path
) -> None:
    with writing(world.api.running, system_actor(world.id)) as ctx:
        user = find_user(ctx, world.user_id)
        assert user is not None
        reset_mfa(ctx, user)
    assert refusal(world.post("/mfa/challenge")) == (422, "BDC_1354")
    mail = mail_server("smtp://127.0.0.1:1", "net30@example.com")
    server = dataclasses.replace(production(world, hands, tmp_path), mail=mail)
    world.api = Api(server)
    assert status(world) == "CHALLENGE"
    assert refusal(setup(world)) == (403, "BDC_1361")
    challenge_id = world.post("/mfa/challenge").ok()["challengeId"]
    with reading(server, system_actor(world.id)) as ctx:
        message = newest(ctx)[0]
    assert (message.kind, message.recipient) == ("EMAIL", user.email)
    code = CODE.search(message.body)
    assert code is not None
    assert code[0] not in _stored(world)
    answer(world, challenge_id, code[0]).ok()
    assert status(world) == "COMPLETE"


def test_a_mailbox_does_not_stand_in_for_an_app(world: World, hands: MovedByHand, tmp_path: Path) -> None:
    with writing(world.api.running, system_actor(world.id)) as ctx:
        user = find_user(ctx, world.user_id)
        assert user is not None
        enroll_totp(ctx, user)
    backups(world, kept=True)
    mail = mail_server("smtp://127.0.0.1:1", "net30@example.com")
    server = dataclasses.replace(production(world, hands, tmp_path), mail=mail, sms_command=())
    world.api = Api(server)
    assert refusal(world.post("/mfa/challenge", {"useBackup": True})) == (422, "BDC_1354")


def test_no_code_and_no_key_is_stored_or_logged_in_plain(
    world: World, hands: MovedByHand, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    setup(world).ok()
    challenge_id, code = ask(world)
    answer(world, challenge_id, "000000")
    remember_me_id = answer(world, challenge_id, code, rememberMe=True, device="a laptop").ok()[
        "rememberMeId"
    ]
    with writing(world.api.running, system_actor(world.id)) as ctx:
        user = find_user(ctx, world.user_id)
        assert user is not None
        key, _ = enroll_totp(ctx, user)
    production(world, hands, tmp_path)
    world.post("/mfa/challenge", {"useBackup": False}).ok()
    secrets = (remember_me_id, world.made["mfa"]["rememberMeId"], key, world.headers["sessionId"])
    for where in (_stored(world), caplog.text):
        assert not [secret for secret in secrets if secret in where]
        assert "is your net30 code" not in where
        assert not [match for match in CODE.findall(where) if match == code]


def _stored(world: World) -> str:
    """Everything that the database has of a world."""
    with world.database.engine.connect() as connection:
        return "\n".join(
            str(tuple(row))
            for table in metadata.sorted_tables
            if "organization_id" in table.c
            for row in connection.execute(select(table).where(table.c.organization_id == world.id))
        )
