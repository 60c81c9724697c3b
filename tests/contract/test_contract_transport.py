"""Sending requests and reading whatever comes back, with bounds on time and size."""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.utils import formatdate

import pytest
from raw_server import RawAnswer, http, raw_server

from contract_tests import transport
from contract_tests.exchange import Answer, Credentials, Request, Secret
from contract_tests.transport import CONNECTIONS, LONGEST_WAIT, TRIES, Pace, Transport, Unreachable

KEY = "dcy_Live-0a1B2c3D4e5F"
CREDENTIALS = Credentials("a8315ef3-dd50-43f8-b7ce-d839e68d51fa", Secret(KEY, "$DCYCLE_API_KEY"))
PLAIN = Request("listCupsGroups", "/v1/invoices/cups", CREDENTIALS, (("search", "a b"),))
GZIPPED = gzip.compress(b'{"a": 1}', mtime=0)


@pytest.fixture
def naps() -> list[float]:
    """How long the transport slept, in order."""
    return []


@pytest.fixture
def client(naps: list[float]) -> Iterator[Callable[..., Transport]]:
    """Make transports that count their naps instead of taking them."""
    made: list[Transport] = []

    def make(url: str, timeout: float = 5.0) -> Transport:
        made.append(Transport(url, timeout=timeout, sleep=naps.append))
        return made[-1]

    yield make
    for one in made:
        one.close()


Client = Callable[..., Transport]


def test_an_answer_is_read_whole_with_its_headers(client: Client) -> None:
    with raw_server(http(b'{"a": 1}', "Content-Type: application/json", "X-A: 1", "X-A: 2")) as server:
        answer = client(server.url).send(PLAIN)
    assert (answer.status, answer.body, answer.flaw) == (200, b'{"a": 1}', None)
    assert [value for name, value in answer.headers if name == "X-A"] == ["1", "2"]
    assert 0 < answer.seconds < 5


def test_a_request_carries_the_credentials_and_asks_for_json(client: Client) -> None:
    with raw_server(http()) as server:
        client(server.url).send(PLAIN)
        head = server.requests[0].decode().lower()
    assert head.startswith("get /v1/invoices/cups?search=a%20b http/1.1\r\n")
    assert f"x-api-key: {KEY.lower()}\r\n" in head
    assert "x-organization-id: a8315ef3-dd50-43f8-b7ce-d839e68d51fa\r\n" in head
    assert "accept: application/json\r\n" in head


# What may be sent


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "get", ""])
def test_a_method_that_may_change_something_is_never_sent(client: Client, method: str) -> None:
    with raw_server(http()) as server:
        with pytest.raises(ValueError, match="is not read-only"):
            client(server.url).send(replace(PLAIN, method=method))
        assert server.requests == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_method_that_only_reads_is_sent(client: Client, method: str) -> None:
    with raw_server(http(b"")) as server:
        client(server.url).send(replace(PLAIN, method=method))
        assert server.methods == [method]


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_an_answer_and_is_never_followed(client: Client, status: str) -> None:
    with raw_server(http()) as elsewhere, raw_server(http(b"", f"Location: {elsewhere.url}/", status=status)) as server:
        answer = client(server.url).send(PLAIN)
        assert answer.status == int(status[:3])
        assert len(server.requests) == 1
        assert elsewhere.requests == []


# Retries


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_an_overloaded_server_is_asked_again_until_it_answers(client: Client, naps: list[float], status: str) -> None:
    with raw_server(http(b"", "Retry-After: 3", status=status), http(b"[]")) as server:
        answer = client(server.url).send(PLAIN)
        assert server.requests[0] == server.requests[1]
    assert answer.body == b"[]"
    assert naps == [3.0]


@pytest.mark.parametrize(
    ("told", "waits"),
    [
        ("2", [2.0] * 7),
        ("0", [0.0] * 7),
        ("0.5", [0.5] * 7),
        ("100000", [LONGEST_WAIT] * 7),
        ("Mon, 01 Jan 2024 00:00:00 GMT", [0.0] * 7),
        ("Fri, 31 Dec 9999 23:59:59 GMT", [LONGEST_WAIT] * 7),
        ("-5", [0.5, 1.0, 2.0, 4.0, 4.0, 4.0, 4.0]),
        ("soon", [0.5, 1.0, 2.0, 4.0, 4.0, 4.0, 4.0]),
        ("²", [0.5, 1.0, 2.0, 4.0, 4.0, 4.0, 4.0]),
        ("1e9", [0.5, 1.0, 2.0, 4.0, 4.0, 4.0, 4.0]),
        ("Mon, 01 Jan 99999 00:00:00 GMT", [0.5, 1.0, 2.0, 4.0, 4.0, 4.0, 4.0]),
        (None, [0.5, 1.0, 2.0, 4.0, 4.0, 4.0, 4.0]),
    ],
)
def test_the_wait_is_what_the_server_tells_within_bounds(
    client: Client, naps: list[float], told: str | None, waits: list[float]
) -> None:
    headers = [f"Retry-After: {told}"] if told else []
    with raw_server(http(b"", *headers, status="429 Too Many Requests")) as server:
        answer = client(server.url).send(PLAIN)
        assert len(server.requests) == TRIES
    assert answer.status == 429
    assert naps == waits


def test_the_wait_lasts_until_the_date_that_the_server_tells(client: Client, naps: list[float]) -> None:
    date = formatdate(time.time() + 10, usegmt=True)
    with raw_server(http(b"", f"Retry-After: {date}", status="503 Busy"), http()) as server:
        client(server.url).send(PLAIN)
    assert 5 < naps[0] <= 10


@pytest.mark.parametrize("status", ["200 OK", "401 Unauthorized", "404 Not Found", "500 Oops", "502 Bad Gateway"])
def test_any_other_answer_is_not_asked_for_again(client: Client, naps: list[float], status: str) -> None:
    with raw_server(http(status=status)) as server:
        client(server.url).send(PLAIN)
        assert len(server.requests) == 1
    assert naps == []


def test_a_broken_connection_is_tried_again(client: Client, naps: list[float]) -> None:
    with raw_server(hang_up, http(b"[]")) as server:
        assert client(server.url).send(PLAIN).body == b"[]"
    assert len(naps) == 1


def test_a_connection_that_breaks_between_retries_is_tried_again(client: Client) -> None:
    busy = http(b"", "Retry-After: 0", status="429 Too Many Requests")
    with raw_server(busy, busy, busy, hang_up, busy, hang_up, http(b"[]")) as server:
        assert client(server.url).send(PLAIN).body == b"[]"


# Answers that are no answers


def hang_up(connection: socket.socket) -> None:
    connection.close()


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def silence(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.recv(1)


UNREACHABLE: dict[str, RawAnswer] = {
    "hangs up": hang_up,
    "resets the connection": reset,
    "says nothing": silence,
    "is no HTTP server": b"SSH-2.0-OpenSSH_9.6\r\n",
    "echoes the key as its status": f"{KEY}\r\n\r\n".encode(),
    "sends a status that is none": b"HTTP/1.1 abc OK\r\n\r\n",
    "sends a header without end": b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 70_000,
    "sends too many headers": b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 200 + b"\r\n",
}


@pytest.mark.parametrize("answer", UNREACHABLE.values(), ids=UNREACHABLE.keys())
def test_a_server_that_does_not_speak_http_is_unreachable(client: Client, answer: RawAnswer) -> None:
    with raw_server(answer) as server:
        with pytest.raises(Unreachable) as caught:
            client(server.url, timeout=0.2).send(PLAIN)
        assert_clear(str(caught.value), server.url)
        assert len(server.requests) == CONNECTIONS


def assert_clear(text: str, url: str) -> None:
    """One line for a reader: where, and why, without anything of the machinery."""
    assert text.startswith(f"{url} does not answer: ")
    reason = text.removeprefix(f"{url} does not answer: ")
    assert reason.strip()
    assert "\n" not in text
    assert KEY not in text
    for noise in ("0x", "object at", "urllib3", "HTTPConnection", "HTTPSConnection", "Pool(", "('", "Traceback"):
        assert noise not in text


def test_a_port_where_nothing_listens_is_unreachable_at_once(client: Client, naps: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(Unreachable) as caught:
        client(url).send(PLAIN)
    assert_clear(str(caught.value), url)
    assert naps == []


def test_a_host_without_address_is_unreachable(client: Client) -> None:
    url = "http://nowhere.invalid"
    with pytest.raises(Unreachable) as caught:
        client(url).send(PLAIN)
    assert_clear(str(caught.value), url)


def test_https_to_a_plain_port_is_unreachable(client: Client) -> None:
    with raw_server(http(status="400 Bad Request")) as server:
        url = server.url.replace("http:", "https:")
        with pytest.raises(Unreachable) as caught:
            client(url, timeout=0.3).send(PLAIN)
    assert_clear(str(caught.value), url)


# Bodies that cannot be read to their end

GZIP = "Content-Encoding: gzip"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

FLAWED: dict[str, tuple[bytes, str]] = {
    "shorter than its Content-Length": (http(b"{}", length=10), "the body breaks off"),
    "cut in a chunk": (CHUNKED + b"a\r\n{}", "the body breaks off"),
    "a chunk without a number": (CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n", "the body breaks off"),
    "without its last chunk": (CHUNKED + b"2\r\n{}\r\n", "the body breaks off"),
    "not gzip at all": (http(b"{}", GZIP), "the body is not the gzip that Content-Encoding declares"),
    "gzip with a wrong sum": (http(GZIPPED[:-8] + b"\0" * 8, GZIP), "the body is not the gzip"),
    "gzip cut short": (http(GZIPPED[:-4], GZIP), "the gzip body breaks off"),
    "gzip with something after it": (http(GZIPPED + b"junk", GZIP), "the body is not the gzip"),
    "an encoding that was not asked for": (http(b"{}", "Content-Encoding: br"), "'br' was not asked for"),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "flaw"), FLAWED.values(), ids=FLAWED.keys())
def test_a_body_that_cannot_be_read_has_a_flaw(client: Client, answer: bytes, flaw: str) -> None:
    with raw_server(answer) as server:
        got = client(server.url, timeout=1).send(PLAIN)
    assert got.status == 200
    assert got.flaw is not None
    assert flaw in got.flaw
    assert "\n" not in got.flaw
    assert "0x" not in got.flaw


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", GZIPPED),
        ("X-GZIP", GZIPPED),
        ("gzip", gzip.compress(b'{"a":', mtime=0) + gzip.compress(b" 1}", mtime=0)),
        ("deflate", zlib.compress(b'{"a": 1}')),
        ("identity", b'{"a": 1}'),
        ("", b'{"a": 1}'),
    ],
)
def test_a_body_is_decoded_as_its_headers_declare(client: Client, encoding: str, body: bytes) -> None:
    with raw_server(http(body, f"Content-Encoding: {encoding}")) as server:
        answer = client(server.url).send(PLAIN)
    assert (answer.body, answer.flaw) == (b'{"a": 1}', None)


def test_chunks_are_put_together(client: Client) -> None:
    with raw_server(CHUNKED + b'4\r\n{"a"\r\n4;x=y\r\n: 1}\r\n0\r\nX-T: 1\r\n\r\n') as server:
        answer = client(server.url).send(PLAIN)
    assert (answer.body, answer.flaw) == (b'{"a": 1}', None)


def test_a_body_longer_than_its_content_length_does_not_spoil_the_next_answer(client: Client) -> None:
    with raw_server(http(b"{}garbage", length=2), http(b"[]")) as server:
        one = client(server.url)
        assert [one.send(PLAIN).body, one.send(PLAIN).body] == [b"{}", b"[]"]


def test_a_head_answer_has_no_body_to_decode(client: Client) -> None:
    with raw_server(http(b"", GZIP, length=100)) as server:
        answer = client(server.url).send(replace(PLAIN, method="HEAD"))
    assert (answer.body, answer.flaw) == (b"", None)


def trickle(connection: socket.socket) -> None:
    """Send bytes one by one, for as long as anybody reads them."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    paced(connection, b"x", every=0.02)


def endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    paced(connection, b"x" * 65536, every=0)


def paced(connection: socket.socket, piece: bytes, every: float) -> None:
    started = time.monotonic()
    connection.settimeout(every or 5)
    while time.monotonic() < started + 5:
        connection.sendall(piece)
        if every:
            with contextlib.suppress(TimeoutError):
                if not connection.recv(1):
                    return


def test_a_body_that_trickles_is_given_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "PATIENCE", 0.2)
    with raw_server(trickle) as server:
        answer = client(server.url, timeout=1).send(PLAIN)
    assert answer.flaw is not None
    assert "not complete after" in answer.flaw
    assert answer.seconds < 2


def test_a_body_without_end_is_given_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_BODY", 2 * 1024 * 1024)
    with raw_server(endless) as server:
        answer = client(server.url).send(PLAIN)
    assert answer.flaw == "the body is longer than 2 MiB"
    assert len(answer.body) < 3 * 1024 * 1024


def test_a_small_body_that_unpacks_to_a_huge_one_is_given_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_BODY", 1024 * 1024)
    with raw_server(http(gzip.compress(b" " * 8 * 1024 * 1024, mtime=0), GZIP)) as server:
        answer = client(server.url).send(PLAIN)
    assert answer.flaw == "the body is longer than 1 MiB when decompressed"


def test_an_answer_that_stops_halfway_has_a_flaw(client: Client) -> None:
    def stop(connection: socket.socket) -> None:
        connection.sendall(http(b"{", length=2))
        silence(connection)

    with raw_server(stop) as server:
        answer: Answer = client(server.url, timeout=0.2).send(PLAIN)
    assert answer.flaw is not None
    assert "breaks off" in answer.flaw


# Pace


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_a_pace_spaces_requests_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(transport, "time", clock)
    pace = Pace(rate=4)
    starts = []
    for _ in range(5):
        pace.wait()
        starts.append(clock.now)
    assert starts == [100.0, 100.25, 100.5, 100.75, 101.0]


def test_a_pause_earns_no_burst(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(transport, "time", clock)
    pace = Pace(rate=4)
    pace.wait()
    clock.now += 60
    pace.wait()
    pace.wait()
    assert clock.now == 160.25


def test_without_a_rate_nothing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(transport, "time", clock)
    Pace().wait()
    assert clock.now == 100.0
