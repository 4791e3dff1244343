# SPDX-License-Identifier: Apache-2.0
"""HTTP itself, down at the socket: reuse, pipelining, and peers that misbehave."""
import contextlib
import socket
import time

import pytest

from harness import otlp
from harness.otlp import PROTOBUF_TYPE

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: tracery\r\n\r\n"


@pytest.fixture
def connect(server):
    with contextlib.ExitStack() as stack:
        def opened():
            sock = stack.enter_context(socket.create_connection(server.host_port, timeout=60))
            return sock
        yield opened


def request_bytes(body, *headers, path="/v1/traces"):
    lines = [f"POST {path} HTTP/1.1", "Host: tracery", f"Content-Type: {PROTOBUF_TYPE}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def sized(body, *headers):
    return request_bytes(body, f"Content-Length: {len(body)}", *headers)


def span_body(dataset, how_many=1):
    return otlp.as_protobuf("traces", otlp.sample("traces", dataset, how_many))


def read_answers(sock, how_many):
    """Status codes of that many answers, which all state their length."""
    statuses, buffer = [], b""
    while len(statuses) < how_many:
        head, separator, rest = buffer.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if separator and len(rest) >= length:
            statuses.append(int(head.split()[1]))
            buffer = rest[length:]
            continue
        more = sock.recv(65536)
        if not more:
            break
        buffer += more
    return statuses


def is_closed(sock):
    try:
        return sock.recv(65536) == b""
    except (ConnectionResetError, BrokenPipeError):
        return True


def test_one_connection_carries_many_requests(connect, api, dataset):
    sock = connect()
    for _ in range(20):
        sock.sendall(sized(span_body(dataset)))
        assert read_answers(sock, 1) == [200]

    assert api.count(dataset) == 20


def test_pipelined_requests_are_answered_in_order(connect, api, dataset):
    sock = connect()

    sock.sendall(sized(span_body(dataset)) + sized(b"\xff\xff") + HEALTH +
                 sized(span_body(dataset, 2)))

    assert read_answers(sock, 4) == [200, 400, 200, 200]
    assert api.count(dataset) == 3


def test_bytes_that_come_one_by_one_are_a_request_all_the_same(connect, api, dataset):
    sock = connect()
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    for byte in sized(span_body(dataset)):
        sock.sendall(bytes([byte]))

    assert read_answers(sock, 1) == [200]
    assert api.count(dataset) == 1


def test_connection_close_is_honoured(connect, dataset):
    sock = connect()
    sock.sendall(sized(span_body(dataset), "Connection: close"))

    assert read_answers(sock, 1) == [200]
    assert is_closed(sock)


def test_http_1_0_is_answered_and_closed(connect):
    sock = connect()
    sock.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")

    assert read_answers(sock, 1) == [200]
    assert is_closed(sock)


def test_expect_continue_gets_its_go_ahead(connect, api, dataset):
    sock, body = connect(), span_body(dataset)
    sock.sendall(request_bytes(b"", f"Content-Length: {len(body)}", "Expect: 100-continue"))

    assert sock.recv(1024).startswith(b"HTTP/1.1 100")
    sock.sendall(body)

    assert read_answers(sock, 1) == [200]
    assert api.count(dataset) == 1


def test_a_client_that_closed_its_side_still_gets_the_answer(connect, api, dataset):
    sock = connect()
    sock.sendall(sized(span_body(dataset)))
    sock.shutdown(socket.SHUT_WR)

    assert read_answers(sock, 1) == [200]
    assert api.count(dataset) == 1


@pytest.mark.parametrize("header", ["Content-Length: 5000", "Transfer-Encoding: chunked"])
def test_a_request_that_breaks_off_stores_nothing(connect, api, dataset, header):
    sock, body = connect(), span_body(dataset)
    start = f"{len(body) + 100:x}\r\n".encode() if "chunked" in header else b""
    sock.sendall(request_bytes(start + body, header))
    sock.shutdown(socket.SHUT_WR)

    statuses = read_answers(sock, 1)

    assert statuses in ([], [400])
    assert api.count(dataset) == 0


@pytest.mark.parametrize("wire", [
    b"NONSENSE\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200,
    b"POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
    b"POST /v1/traces HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 1_000_000 + b"\r\n\r\n",
    b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
], ids=["noise", "tls", "negative length", "word as length", "bad chunk", "two lengths",
        "endless header", "endless path"])
def test_a_broken_request_ends_the_connection_and_nothing_else(connect, wire):
    sock = connect()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        sock.sendall(wire)

    with contextlib.suppress(ConnectionResetError):
        statuses = read_answers(sock, 1)
        assert all(400 <= status < 500 for status in statuses), statuses
    assert is_closed(sock)

    other = connect()
    other.sendall(HEALTH)
    assert read_answers(other, 1) == [200]


def test_slow_and_silent_peers_do_not_keep_others_waiting(connect, api, dataset):
    silent = [connect() for _ in range(100)]
    slow = [connect() for _ in range(100)]
    for sock in slow:
        sock.sendall(b"POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Le")

    answer = otlp.post(api, "traces", otlp.sample("traces", dataset, 1))

    assert answer.status_code == 200
    assert len(silent) + len(slow) == 200
    assert api.count(dataset) == 1


def test_a_slow_loris_is_dropped_in_the_end(connect):
    sock = connect()
    sock.settimeout(0.5)
    sock.sendall(b"POST /v1/traces HTTP/1.1\r\nHost: x\r\n")
    started, dropped = time.monotonic(), False

    # A header line every half second: each alone would keep an idle timer from firing.
    while not dropped and time.monotonic() - started < 150:
        try:
            sock.sendall(b"X-Slow: 1\r\n")
            dropped = sock.recv(1024) == b""
        except (ConnectionResetError, BrokenPipeError):
            dropped = True
        except TimeoutError:
            continue

    print(f"dropped after {time.monotonic() - started:.1f} s")
    assert dropped


def test_a_peer_that_never_reads_its_answers_does_not_grow_the_server(connect, server, api):
    before = server.resident_bytes()
    sock = connect()
    sock.setblocking(False)
    flood = HEALTH * 1000
    give_up = time.monotonic() + 5
    while time.monotonic() < give_up:
        try:
            sock.send(flood)
        except BlockingIOError:
            time.sleep(0.05)
        except OSError:
            break

    assert api.get("/healthz").status_code == 200
    assert server.resident_bytes() - before < 100_000_000
