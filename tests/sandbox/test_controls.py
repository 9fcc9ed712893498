"""The mailbox, the sessions and the settings of a world."""

from clients import World

from net30.kernel import mailbox
from net30.kernel.context import Server, system_actor, writing


def test_the_mailbox_shows_the_newest_message_first(world: World, running: Server) -> None:
    with writing(running, system_actor(world.id)) as ctx:
        mailbox.send(ctx, "EMAIL", "clerk@sandbox.example", "A bill", "Please approve it.")
        mailbox.send(ctx, "TEXT", "+14155550100", "", "Your code is 123456.")
    text, mail = world.control("GET", "/messages").ok()["results"][:2]
    assert (text["kind"], text["body"]) == ("TEXT", "Your code is 123456.")
    assert mail == {
        "id": mail["id"],
        "kind": "EMAIL",
        "recipient": "clerk@sandbox.example",
        "subject": "A bill",
        "body": "Please approve it.",
        "createdTime": "2026-03-03T17:00:00.000+00:00",
    }


def test_all_sessions_of_a_world_are_ended_and_those_of_others_are_not(
    world: World, other_world: World
) -> None:
    second = world.sign_in()
    assert world.control("POST", "/sessions/expire").status == 204
    assert world.get("/login/session").codes == ["BDC_1109"]
    assert world.call("GET", "/login/session", headers=second).codes == ["BDC_1109"]
    assert other_world.get("/login/session").status == 200
    world.headers = world.sign_in()
    assert world.get("/login/session").status == 200


def test_settings_are_changed_one_by_one(world: World) -> None:
    first = {
        "allowDuplicateBillNumbers": False,
        "administratorsPayUnapproved": True,
        "editAfterApproval": "REFUSED",
        "usesMfa": True,
        "mfaBackupPhones": False,
    }
    assert world.control("GET", "/settings").ok() == first
    changed = world.control("PUT", "/settings", {"allowDuplicateBillNumbers": True}).ok()
    assert changed == {**first, "allowDuplicateBillNumbers": True}
    world.control("PUT", "/settings", {"editAfterApproval": "RESTARTS_APPROVAL"}).ok()
    assert world.control("GET", "/settings").ok() == {**changed, "editAfterApproval": "RESTARTS_APPROVAL"}
    refused = world.control("PUT", "/settings", {"editAfterApproval": "SOMETIMES"})
    assert (refused.status, refused.codes) == (400, [None])
