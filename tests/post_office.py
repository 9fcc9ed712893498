"""A mail server of the tests: real SMTP on a real socket, with a certificate of its own authority for TLS."""

import base64
import datetime
import email
import email.policy
import ipaddress
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass
class PostOffice:
    """What has arrived, and how the server behaves.

    `refuses` maps recipients to answers, `delays_s` to how long their answer takes; `password`, where there is one,
    must be given to hand mail in; `closed` answers every connection with 421.
    """

    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, str]] = field(default_factory=list)
    connections: int = 0
    refuses: dict[str, str] = field(default_factory=dict)
    delays_s: dict[str, float] = field(default_factory=dict)
    password: str | None = None
    closed: bool = False
    tls: ssl.SSLContext | None = None


@contextmanager
def post_office(*, password: str | None = None, certificate: Path | None = None) -> Iterator[PostOffice]:
    """A mail server on 127.0.0.1 while the block runs; with a certificate it offers STARTTLS."""
    office = PostOffice(password=password)
    if certificate is not None:
        office.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        office.tls.load_cert_chain(certificate)

    class Counter(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            office.connections += 1
            _serve(self, office)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Counter) as server:
        server.daemon_threads = True
        office.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield office
        server.shutdown()


def _serve(line: socketserver.StreamRequestHandler, office: PostOffice) -> None:
    def say(text: str) -> None:
        line.wfile.write(f"{text}\r\n".encode())
        line.wfile.flush()

    if office.closed:
        say("421 closed for today")
        return
    say("220 the post office")
    sender, recipients, known = "", [""], office.password is None
    while command := line.rfile.readline().decode().strip():
        word, _, rest = command.partition(" ")
        match word.upper():
            case "EHLO":
                say("250-the post office")
                if office.tls and not isinstance(line.connection, ssl.SSLSocket):
                    say("250-STARTTLS")
                say("250 AUTH PLAIN")
            case "STARTTLS":
                assert office.tls is not None
                say("220 go on")
                line.connection = office.tls.wrap_socket(line.connection, server_side=True)
                line.rfile, line.wfile = line.connection.makefile("rb"), line.connection.makefile("wb")
            case "AUTH":
                given = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")[2]
                known = given == office.password
                say("235 welcome" if known else f"535 not with {rest}")
            case "MAIL" if not known:
                say("530 who are you")
            case "MAIL":
                sender, recipients = rest.partition("<")[2].partition(">")[0], []
                say("250 ok")
            case "RCPT":
                recipient = rest.partition("<")[2].partition(">")[0]
                recipients.append(recipient)
                time.sleep(office.delays_s.get(recipient, 0))
                say(office.refuses.get(recipient, "250 ok"))
            case "DATA":
                say("354 go on")
                content = b"".join(iter(line.rfile.readline, b".\r\n")).replace(b"\r\n", b"\n")
                message = email.message_from_bytes(content, policy=email.policy.default)
                assert isinstance(message, EmailMessage)
                office.received.append(message)
                office.envelopes.append((sender, recipients[-1]))
                say("250 taken")
            case "QUIT":
                say("221 bye")
                return
            case _:
                say("250 ok")


def certificate_of_localhost(folder: Path) -> Path:
    """A file with a key and a certificate for 127.0.0.1 that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "the post office")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "post-office.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
