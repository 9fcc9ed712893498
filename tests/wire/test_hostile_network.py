"""Strangers on the network: whatever they send, or leave unsent, others are served (docs/adr/0019)."""

import http.client
import json
import resource
import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest
from clients import FreshDatabase
from prove.served import Served, serving
from prove_size import FULL

from net30.serve import HEAD_WITHIN_MS
from net30.wire.intake import LEAST_BYTES_A_S, PATIENCE_S

HEALTH = "/connect/v3/health"
OF_EACH = 500 if FULL else 100
IDLE = 5_000 if FULL else 1_000
ANSWERED_WITHIN_S = 0.1
# A test machine has more to do than a server.
SLACK = 1 if FULL else 5
HEAD = b"%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(
    request: pytest.FixtureRequest, fresh_database: FreshDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with serving(fresh_database(request.param), tmp_path_factory.mktemp("served")) as running:
        yield running


def head(method: str, path: str, *lines: str) -> bytes:
    return (
        HEAD % (method.encode(), path.encode()) + "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"
    )


def connected(served: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", served.port), timeout=60)


def sent(served: Served, content: bytes) -> socket.socket:
    connection = connected(served)
    connection.sendall(content)
    return connection


def said(connection: socket.socket) -> bytes:
    """All that the server sends until it closes."""
    parts = []
    with suppress(ConnectionResetError):
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def slowest_health(served: Served, calls: int = 20) -> float:
    """Seconds; each call is a new client."""
    slowest = 0.0
    for _ in range(calls):
        began = time.monotonic()
        client = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
        client.request("GET", HEALTH)
        assert client.getresponse().status == 200
        client.close()
        slowest = max(slowest, time.monotonic() - began)
    return slowest


def require_served(served: Served) -> None:
    slowest = slowest_health(served)
    assert slowest < ANSWERED_WITHIN_S * SLACK, f"a stranger waited {slowest * 1000:.0f} ms"
    print(f"health within {slowest * 1000:.0f} ms")


def reset(connection: socket.socket) -> None:
    """Close without a farewell: RST, not FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def test_those_who_stall_hold_up_nobody_and_are_shown_out(served: Served) -> None:
    body = head("POST", "/connect/v3/login", "Content-Length: 1000")
    chunked = head("POST", "/sandbox/v1/organizations", "Transfer-Encoding: chunked")
    on_get = head("GET", HEALTH, "Content-Length: 10")
    with ExitStack() as stack:

        def keep(connection: socket.socket) -> socket.socket:
            return stack.enter_context(connection)

        heads = [keep(sent(served, b"GET /connect/v3/health HTTP/1.1\r\nHo")) for _ in range(OF_EACH)]
        bodies = [
            keep(sent(served, start))
            for _ in range(OF_EACH // 4)
            for start in (body, body + b'{"user', chunked + b"5\r\n[1,2,\r\n", on_get)
        ]
        began = time.monotonic()
        steady = stack.enter_context(ThreadPoolExecutor(1)).submit(send_steadily, served)
        idle = [keep(connected(served)) for _ in range(IDLE)]
        kept_alive = keep(sent(served, head("GET", HEALTH)))
        require_served(served)
        # A drop now and then is no reason to wait longer.
        while time.monotonic() < began + PATIENCE_S - 3:
            for connection in heads[:20]:
                with suppress(OSError):
                    connection.sendall(b"x")
            time.sleep(1)
            require_served(served)
        answers = [said(connection) for connection in bodies]
        assert {status(answer) for answer in answers} == {408}
        told, _, content = answers[0].partition(b"\r\n\r\n")
        assert b"connection: close" in told.lower()
        assert f"{PATIENCE_S:.0f} s" in json.loads(content)[0]["message"]
        assert all(said(connection) == b"" for connection in heads + idle)
        assert status(said(kept_alive)) == 200
        assert time.monotonic() - began < max(PATIENCE_S, HEAD_WITHIN_MS / 1000) * 2
        # It was read whole, and its sender told what the document lacks.
        assert status(steady.result()) == 400
        assert b"username" in steady.result()
    require_served(served)


def send_steadily(served: Served) -> bytes:
    """The answer to a body that takes longer than the patience, at twice the least rate."""
    content = json.dumps({"note": "x" * int(LEAST_BYTES_A_S * 2 * (PATIENCE_S + 3))}).encode()
    start = head("POST", "/connect/v3/login", f"Content-Length: {len(content)}", "Connection: close")
    with sent(served, start) as connection:
        for place in range(0, len(content), LEAST_BYTES_A_S):
            connection.sendall(content[place : place + LEAST_BYTES_A_S])
            time.sleep(0.5)
        return said(connection)


def test_resets_leave_no_trace(served: Served) -> None:
    starts = [
        b"",
        b"GET / HTTP/1.1\r\n",
        head("GET", HEALTH),
        head("POST", "/connect/v3/login", "Content-Length: 1000") + b"{",
        head("POST", "/connect/v3/login", "Transfer-Encoding: chunked") + b"3\r\nabc",
        # HTTP/2 by prior knowledge, and a stream that is opened and reset.
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0" + b"\0\0\4\3\0\0\0\0\1\0\0\0\x08",
    ]
    for number in range(OF_EACH * 2):
        reset(sent(served, starts[number % len(starts)]))
    require_served(served)


def test_http_2_is_not_spoken(served: Served) -> None:
    with sent(served, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") as connection:
        connection.shutdown(socket.SHUT_WR)
        assert b"HTTP/2" not in said(connection)


@pytest.mark.parametrize("end", ["no more", "reset"])
@pytest.mark.parametrize(
    ("lines", "part"),
    [
        (["Content-Length: 1000"], b"%s"),
        (["Transfer-Encoding: chunked"], b"3f\r\n%s"),
        (["Transfer-Encoding: chunked"], b"%%x\r\n%s\r\n"),
        (["Transfer-Encoding: chunked"], b"%%x\r\n%s\r\nnot a length\r\n\r\n"),
    ],
)
def test_a_body_that_is_cut_off_changes_nothing(
    served: Served, lines: list[str], part: bytes, end: str
) -> None:
    """Each body is a whole document that would make a world, though its sender announced more."""
    before = worlds(served)
    document = b'{"riskVerified": true}'
    content = part % document
    if b"%x" in content:
        content = content % len(document)
    with sent(served, head("POST", "/sandbox/v1/organizations", *lines) + content) as connection:
        if end == "reset":
            time.sleep(0.05)
            reset(connection)
        else:
            connection.shutdown(socket.SHUT_WR)
            answer = said(connection)
            assert status(answer) == 400, answer
            assert b"broke off before" in answer or answer.endswith(b"\r\n\r\n"), answer
    time.sleep(0.05)
    assert worlds(served) == before


def worlds(served: Served) -> int:
    client = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    client.request("GET", "/sandbox/v1/organizations")
    answer = client.getresponse()
    assert answer.status == 200
    return len(json.loads(answer.read())["results"])


def test_what_is_too_long_is_refused_wherever_it_ends(served: Served) -> None:
    for lines in (["Content-Length: 50000000"], ["Transfer-Encoding: chunked"]):
        with sent(served, head("POST", "/connect/v3/login", *lines)) as connection:
            piece = b"x" * 65_536
            if "chunked" in lines[0]:
                piece = b"10000\r\n" + piece + b"\r\n"
            with suppress(ConnectionError):
                for _ in range(50_000_000 // 65_536):
                    connection.sendall(piece)
            answer = said(connection)
            assert not answer or status(answer) == 413
    with sent(served, head("GET", HEALTH, "X-Long: " + "x" * 200_000)) as connection:
        assert status(said(connection)) == 431
    require_served(served)


def test_a_body_may_come_in_chunks(served: Served) -> None:
    before = worlds(served)
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (b'{"riskVer', b'ified": true', b"}"))
    made = head("POST", "/sandbox/v1/organizations", "Transfer-Encoding: chunked", "Connection: close")
    with sent(served, made + chunks + b"0\r\n\r\n") as connection:
        assert status(said(connection)) == 201
    assert worlds(served) == before + 1


@pytest.mark.parametrize("path", ["/connect/v3/vendors/009/archive", "/nothing", "/connect/v3/bills/"])
def test_a_body_that_nobody_wants_is_taken_in_so_that_the_connection_stays(served: Served, path: str) -> None:
    unwanted = head("POST", path, "Content-Length: 100000") + b" " * 100_000
    with sent(served, unwanted + head("GET", HEALTH, "Connection: close")) as connection:
        answers = said(connection)
    assert answers.count(b"HTTP/1.1 ") == 2
    assert b'"appId":"net30"' in answers


@pytest.mark.parametrize("length", ["many", "-1", "5, 6"])
def test_a_length_that_is_no_number_is_refused(served: Served, length: str) -> None:
    with sent(served, head("POST", "/connect/v3/login", f"Content-Length: {length}") + b"{}") as connection:
        assert status(said(connection)) == 400


def test_bytes_that_are_no_text_are_refused_in_an_address(served: Served) -> None:
    for path in (
        "/connect/v3/bills/%ff",
        "/connect/v3/bills?filters=%c3%28",
        "/connect/v3/bills?%ed%a0%80=1",
    ):
        with sent(served, head("GET", path, "Connection: close")) as connection:
            answer = said(connection)
        assert status(answer) == 400, (path, answer)
        assert b"UTF-8" in answer
