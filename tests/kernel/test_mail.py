"""Mail leaves by a real SMTP server, after the change, and is tried again when that server has a bad day."""

import dataclasses
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from clients import Api, World
from post_office import PostOffice, certificate_of_localhost, post_office

from net30.kernel import mail_delivery, mailbox, turns
from net30.kernel.context import Server, system_actor, writing
from net30.kernel.mail_delivery import MOST_ATTEMPTS, send_waiting
from net30.kernel.mail_server import MailServer, mail_server
from net30.kernel.secrets import Secrets
from net30.kernel.tables import Message
from net30.settings import settings

MINUTE_MS = 60_000


class Desk:
    """A server that sends mail, on a machine clock that is moved by hand, and one organization."""

    def __init__(self, running: Server, world: World, mail: MailServer | None) -> None:
        self.now = running.machine_now()
        self.world = world
        self.running = dataclasses.replace(running, mail=mail, machine_now=lambda: self.now)

    def write(
        self, recipient: str, subject: str = "Hello", *, secret: bool = False, reply_to: str | None = None
    ) -> None:
        body = "Dear Ann,\nall is well. ü"
        with writing(self.running, system_actor(self.world.id)) as ctx:
            mailbox.send(ctx, "EMAIL", recipient, subject, body, secret=secret, reply_to=reply_to)

    def send(self) -> None:
        while send_waiting(self.running):
            pass

    def arrived(self, office: PostOffice) -> list[EmailMessage]:
        """What the office received of this organization; the server has others, with mails of their own."""
        own = {message.id for message in self.messages()}
        return [mail for mail in office.received if mail["Message-ID"].lstrip("<").partition("@")[0] in own]

    def messages(self) -> list[Message]:
        with writing(self.running, system_actor(self.world.id)) as ctx:
            return mailbox.newest(ctx)


def reached(office: PostOffice, credentials: str = "", query: str = "") -> MailServer:
    found = mail_server(f"smtp://{credentials}127.0.0.1:{office.port}{query}", "net30 <billing@example.com>")
    assert found is not None
    return found


def test_a_mail_arrives_once_and_says_who_wrote_it(running: Server, world: World) -> None:
    with post_office() as office:
        desk = Desk(running, world, reached(office))
        desk.write("ann@example.com", "A bill\r\nBcc: eve@example.com", secret=True)
        assert not desk.arrived(office)
        desk.send()
        desk.send()
    (mail,) = desk.arrived(office)
    assert mail["To"] == "ann@example.com"
    assert mail["From"] == "net30 <billing@example.com>"
    assert mail["Subject"] == "A bill Bcc: eve@example.com"
    assert mail["Bcc"] is None
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@example.com>")
    assert mail.get_content() == "Dear Ann,\nall is well. ü\n"
    # Other tests' mail may have waited in the same database.
    assert [pair for pair in office.envelopes if pair[1] == "ann@example.com"] == [
        ("billing@example.com", "ann@example.com")
    ]
    (message,) = desk.messages()
    assert (message.attempts, message.sent_at, message.next_try_at) == (1, desk.now, None)


def test_an_answer_goes_to_who_sent_it(running: Server, world: World) -> None:
    with post_office() as office:
        desk = Desk(running, world, reached(office))
        desk.write("ann@example.com", "from Cleo", reply_to="cleo@example.com")
        desk.write("ann@example.com", "from nobody")
        desk.write("ann@example.com", "from afar", reply_to="cleo@example.com\r\nBcc: eve@example.com")
        desk.send()
    answers = {mail["Subject"]: (mail["Reply-To"], mail["Bcc"]) for mail in desk.arrived(office)}
    assert answers == {
        "from Cleo": ("cleo@example.com", None),
        "from nobody": (None, None),
        "from afar": (None, None),
    }


def test_a_server_that_is_away_is_tried_eight_times_ever_later(running: Server, world: World) -> None:
    with post_office() as office:
        office.closed = True
        desk = Desk(running, world, reached(office))
        desk.write("ann@example.com")
        waits: list[int] = []
        for _ in range(MOST_ATTEMPTS - 1):
            desk.send()
            (message,) = desk.messages()
            assert message.next_try_at is not None
            waits.append((message.next_try_at - desk.now) // MINUTE_MS)
            desk.now = message.next_try_at - 1
            desk.send()
            assert desk.messages() == [message]
            desk.now += 1
        assert waits == [1, 2, 4, 8, 16, 32, 64]
        desk.send()
        (message,) = desk.messages()
        assert (message.attempts, message.next_try_at, message.sent_at) == (8, None, None)
        assert message.error == "421 closed for today"


def test_it_arrives_when_the_server_is_back(running: Server, world: World) -> None:
    with post_office() as office:
        office.closed = True
        desk = Desk(running, world, reached(office))
        desk.write("ann@example.com")
        desk.send()
        office.closed = False
        desk.now += MINUTE_MS
        desk.send()
    assert len(desk.arrived(office)) == 1
    (message,) = desk.messages()
    assert (message.attempts, message.error, message.sent_at) == (2, None, desk.now)


def test_who_is_refused_does_not_hold_up_the_others(running: Server, world: World) -> None:
    with post_office() as office:
        office.refuses = {
            "gone@example.com": "550 no such mailbox",
            "full@example.com": "452 mailbox is full",
        }
        desk = Desk(running, world, reached(office))
        for name in ("gone@example.com", "full@example.com", "ann", "ann@example.com"):
            desk.write(name)
        desk.send()
        assert [mail["To"] for mail in desk.arrived(office)] == ["ann@example.com"]
    told = {
        message.recipient: (message.error, message.next_try_at is not None) for message in desk.messages()
    }
    assert told == {
        "gone@example.com": ("550 no such mailbox", False),
        "full@example.com": ("452 mailbox is full", True),
        "ann": ("the recipient is not an address", False),
        "ann@example.com": (None, False),
    }


def test_mails_that_take_long_do_not_hold_up_another_organizations(
    running: Server, world: World, other_world: World
) -> None:
    with post_office() as office:
        office.delays_s = {"slow@example.com": 0.3}
        slow, quick = (Desk(running, of, reached(office)) for of in (world, other_world))
        for _ in range(12):
            slow.write("slow@example.com")
        quick.write("quick@example.com")
        with turns.at_work(quick.running, mail_delivery.LANE):
            deadline = time.monotonic() + 30
            while not quick.arrived(office) and time.monotonic() < deadline:
                time.sleep(0.05)
            assert quick.arrived(office)
            assert len(slow.arrived(office)) < 10
        office.delays_s = {}
        slow.send()
        assert len(slow.arrived(office)) == 12


def test_a_worker_that_died_leaves_its_mails_to_the_others(running: Server, world: World) -> None:
    """It dies when the mail is in its hands, before the mail server has it."""
    with post_office() as office:
        desk = Desk(running, world, reached(office))
        desk.write("ann@example.com")
        moments = [desk.now, desk.now]
        send_waiting(dataclasses.replace(desk.running, machine_now=moments.pop))
        desk.send()
        assert not desk.arrived(office)
        desk.now += mail_delivery.LEASE_MS
        desk.send()
    assert len(desk.arrived(office)) == 1
    assert desk.messages()[0].attempts == 2


def test_a_mail_that_no_key_can_read_does_not_hold_up_the_others(running: Server, world: World) -> None:
    with post_office() as office:
        desk = Desk(running, world, reached(office))
        desk.write("bob@example.com", secret=True)
        desk.write("ann@example.com")
        desk.running = dataclasses.replace(desk.running, secrets=Secrets(["another key altogether"]))
        desk.send()
        desk.running = dataclasses.replace(desk.running, secrets=running.secrets)
    assert [mail["To"] for mail in desk.arrived(office)] == ["ann@example.com"]


def test_over_starttls_with_a_password(
    running: Server, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certificate_of_localhost(tmp_path)
    with post_office(password="p/w", certificate=certificate) as office:
        desk = Desk(running, world, reached(office, "ann:p%2Fw@", "?starttls=1"))
        desk.write("ann@example.com")
        desk.send()
        (message,) = desk.messages()
        assert not desk.arrived(office), "a certificate of nobody we know was taken"
        assert "CERTIFICATE_VERIFY_FAILED" in (message.error or "")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        desk.now += MINUTE_MS
        desk.send()
    assert len(desk.arrived(office)) == 1


def test_a_wrong_password_is_not_told(
    running: Server, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with post_office(password="right") as office:
        desk = Desk(running, world, reached(office, "ann:wrong@"))
        desk.write("ann@example.com")
        desk.send()
    assert desk.messages()[0].error == "535 the mail server refuses the user or the password"
    assert "PLAIN" not in caplog.text


def test_the_sandbox_sends_nothing_by_itself(running: Server, world: World) -> None:
    """What was written before there was a mail server is not sent afterwards."""
    Desk(running, world, None).write("ann@example.com")
    with post_office() as office:
        desk = Desk(running, world, reached(office))
        desk.send()
    assert not desk.arrived(office)


def test_in_production_mail_waits_for_the_worker(running: Server, world: World, api: Api) -> None:
    desk = Desk(dataclasses.replace(running, environment="production"), world, None)
    desk.write("ann@example.com")
    assert desk.messages()[0].next_try_at == desk.now


@pytest.mark.parametrize(
    ("url", "sender", "host", "port", "security", "from_"),
    [
        ("smtp://relay", "", "relay", 25, "PLAIN", "net30@relay"),
        ("smtp://relay:2525", "Ann <a@b.de>", "relay", 2525, "PLAIN", "Ann <a@b.de>"),
        ("smtp://ann%40b.de:p%40w@mail.b.de?starttls=1", "", "mail.b.de", 587, "STARTTLS", "ann@b.de"),
        ("smtps://ann:pw@mail.b.de", "", "mail.b.de", 465, "TLS", "net30@mail.b.de"),
    ],
)
def test_the_url_names_the_server(
    url: str, sender: str, host: str, port: int, security: str, from_: str
) -> None:
    mail = mail_server(url, sender)
    assert mail is not None
    assert (mail.host, mail.port, mail.security, mail.sender) == (host, port, security, from_)


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://relay", ""),
        ("smtp://", ""),
        ("smtp://ann:secret@relay:99999", ""),
        ("smtp://ann:secret@relay/path", ""),
        ("smtp://ann:secret@relay?tls=1", ""),
        ("smtp://ann:secret@relay", "nobody"),
    ],
)
def test_a_url_that_names_none_is_refused_without_its_password(url: str, sender: str) -> None:
    with pytest.raises(ValueError, match=r"SMTP URL|address") as refused:
        settings({}, {"NET30_SMTP_URL": url, "NET30_MAIL_FROM": sender})
    assert "secret" not in str(refused.value)
