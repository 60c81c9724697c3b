"""Targets that stall, flood or lie end in a bounded time and memory, with a clear verdict."""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from faults.deployment import Deployment
from faults.exchange import Answer as Answered
from faults.exchange import Request as Asking
from faults.exchange import to_wsgi
from faults.records import Account, Invoice, World
from faults.server import served
from faults.world import build_world
from http_server import Asked, RecordingServer, Reply, http_server
from raw_server import RawAnswer, http, raw_server

from contract_tests import transport
from contract_tests.check import check
from contract_tests.exchange import Answer, Credentials, Request, Secret
from contract_tests.findings import Status
from contract_tests.session import opened
from contract_tests.settings import Settings
from contract_tests.transport import MAX_BODY, Transport, Unreachable

ORGANIZATION = "a8315ef3-dd50-43f8-b7ce-d839e68d51fa"
KEY = "dcy_Live-0a1B2c3D4e5F"
PLAIN = Request("listCupsGroups", "/v1/invoices/cups", Credentials(ORGANIZATION, Secret(KEY, "$DCYCLE_API_KEY")))
TIMEOUT = 0.1
SOON = 5.0
"""Seconds within which a few timeouts and a verdict fit on a busy machine."""


def sending(*pieces: bytes, again: bytes = b"", every: float = 0.02) -> Callable[[socket.socket], None]:
    """Sends some bytes, then others again and again, until the client hangs up."""

    def send(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)
        connection.settimeout(every)
        deadline = time.monotonic() + SOON
        while time.monotonic() < deadline:
            connection.sendall(again)
            with contextlib.suppress(TimeoutError):
                if not connection.recv(1):
                    return

    return send


HEAD = b"HTTP/1.1 200 OK\r\n"
STALLING: dict[str, RawAnswer] = {
    "nothing": sending(),
    "a status line that trickles": sending(again=b"H"),
    "100 Continue for ever": sending(again=b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a header that trickles": sending(HEAD + b"X-A: ", again=b"a"),
    "a body that trickles": sending(HEAD + b"Content-Length: 100000\r\n\r\n", again=b" "),
    "a body of unknown length that trickles": sending(HEAD + b"\r\n", again=b" "),
    "a chunk that trickles": sending(HEAD + b"Transfer-Encoding: chunked\r\n\r\nffff\r\n", again=b" "),
    "chunk after chunk": sending(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", again=b"1\r\n \r\n"),
    "half a body": sending(HEAD + b"Content-Length: 10\r\n\r\n{"),
}


def settings(url: str, **more: object) -> Settings:
    """How the command is told of a deployment, to be judged quickly."""
    given = Settings(base_url=url, organization_id=ORGANIZATION, api_key=KEY, profile="quick", timeout=TIMEOUT)
    return replace(given, **more)


# Time


@pytest.mark.parametrize("answer", STALLING.values(), ids=STALLING.keys())
def test_a_server_that_stalls_is_given_up_after_a_few_answers(answer: RawAnswer) -> None:
    started = time.monotonic()
    with raw_server(answer) as server, contextlib.closing(Transport(server.url, timeout=TIMEOUT)) as one:
        with pytest.raises(Unreachable, match="does not answer: ") as caught:
            send_many(one, 100)
        assert len(server.requests) <= transport.WASTE
    assert "\n" not in str(caught.value)
    assert time.monotonic() - started < SOON


def send_many(one: Transport, count: int) -> list[Answer]:
    return [one.send(replace(PLAIN, query=(("page", str(number)),))) for number in range(count)]


@pytest.mark.parametrize("name", ["nothing", "100 Continue for ever"])
def test_a_run_against_a_server_that_stalls_ends_as_unreachable(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    started = time.monotonic()
    with raw_server(STALLING[name]) as server:
        url = server.url
        assert check(settings(url)) == 3
    last = capsys.readouterr().out.rstrip().splitlines()[-1]
    assert last.startswith(f"UNREACHABLE: {url} does not answer: ")
    assert time.monotonic() - started < 2 * SOON


@pytest.mark.parametrize("name", ["a body that trickles", "half a body"])
def test_a_run_against_a_server_whose_bodies_never_end_finds_the_contract_broken(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    started = time.monotonic()
    with raw_server(STALLING[name]) as server:
        url = server.url
        assert check(settings(url)) == 1
    told = capsys.readouterr().out
    last = told.rstrip().splitlines()[-1]
    assert "BROKEN: json-well-formed" in told
    assert last.startswith("BROKEN: the contract is broken. ")
    assert f"The run ended early: {url} does not answer: " in last
    assert time.monotonic() - started < 2 * SOON


def test_one_slow_answer_among_quick_ones_is_no_trouble() -> None:
    with (
        raw_server(STALLING["a body that trickles"], http(b"[1]")) as server,
        contextlib.closing(Transport(server.url, timeout=TIMEOUT)) as one,
    ):
        answers = [one.send(PLAIN) for _ in range(20)]
    # A server that is too busy to send on for a tenth of a second breaks off.
    assert answers[0].flaw in ("the body was not complete after 0.3 s", "the body breaks off: nothing more came")
    assert [answer.body for answer in answers[1:]] == [b"[1]"] * 19


def test_one_thread_watches_over_all_answers_and_ends_with_the_transport() -> None:
    before = set(threading.enumerate())
    with (
        http_server(lambda _: Reply({})) as server,
        contextlib.closing(Transport(server.url, timeout=60)) as one,
    ):
        assert [one.send(PLAIN).body for _ in range(3)] == [b"{}"] * 3
        (watch,) = (thread for thread in set(threading.enumerate()) - before if thread.name == "deadlines")
    watch.join(SOON)
    assert not watch.is_alive()


def test_a_server_that_is_always_busy_is_not_waited_for_again_and_again() -> None:
    naps: list[float] = []
    with http_server(lambda _: Reply({}, status=503)) as server:
        with contextlib.closing(Transport(server.url, timeout=10, sleep=naps.append)) as one:
            assert {one.send(PLAIN).status for _ in range(100)} == {503}
        assert len(server.asked) < 130
    assert sum(naps) < 80


# Memory


def peak(work: Callable[[], object]) -> int:
    """Bytes that some work takes at most, besides what is there already."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        work()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def flood(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Content-Type: application/json\r\n\r\n")
    with contextlib.suppress(OSError):
        for _ in range(1600):
            connection.sendall(b" " * 65536)


def bomb() -> bytes:
    """100 MB of blanks, packed twice over in one body."""
    return http(gzip.compress(b" " * 50_000_000) * 2, "Content-Encoding: gzip", "Content-Type: application/json")


@pytest.mark.parametrize("answer", [flood, bomb()], ids=["100 MB", "a gzip bomb"])
def test_a_huge_answer_takes_little_memory_and_less_is_kept(answer: RawAnswer) -> None:
    answers: list[Answer] = []
    with raw_server(answer) as server, contextlib.closing(Transport(server.url)) as one:
        assert peak(lambda: answers.append(one.send(PLAIN))) < 4 * MAX_BODY
    assert answers[0].flaw is not None
    assert answers[0].flaw.startswith("the body is longer than 8 MiB")
    assert len(answers[0].body) <= transport.KEPT


@pytest.mark.parametrize("answer", [flood, bomb()], ids=["100 MB", "a gzip bomb"])
def test_huge_answers_break_the_contract(answer: RawAnswer) -> None:
    with raw_server(answer) as server, opened(settings(server.url, timeout=10.0)) as run:
        outcome = run.judge(run.spec.rule("json-well-formed"))
    assert outcome.status is Status.BROKEN
    assert outcome.findings[0].got.startswith("the body is longer than 8 MiB")


def test_a_listing_of_mistakes_without_end_is_not_followed_to_its_end() -> None:
    items = b"[" + b",".join([b"{}"] * 200_000) + b"]"
    page = b'{"items":' + items + b',"total":1,"page":1,"size":50,"total_pages":1}'
    started = time.monotonic()
    with http_server(lambda _: Reply(page)) as server, opened(settings(server.url, timeout=10.0)) as run:
        outcome = run.judge(run.spec.rule("cups-page-schema"))
    assert outcome.status is Status.BROKEN
    assert time.monotonic() - started < 2 * SOON


# Redirects


def test_a_redirect_loop_is_a_finding_and_is_not_followed() -> None:
    def loop(asked: Asked) -> Reply:
        return Reply(b"", status=302, headers=(("Location", asked.target),))

    with http_server(loop) as server:
        with opened(settings(server.url, operations=("listCupsGroups",))) as run:
            outcome = run.judge(run.spec.rule("request-answered"))
        asked = [one.target for one in server.asked]
    assert outcome.status is Status.BROKEN
    assert outcome.findings[0].got == "302"
    assert len(asked) == len(set(asked))


# Certificates

PEM = Path(__file__).with_name("localhost.pem")
"""A certificate for the name localhost, signed by itself, and its key."""


@pytest.fixture
def secure() -> Iterator[RecordingServer]:
    """A server that says over TLS that it is localhost."""
    with http_server(lambda _: Reply({})) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(PEM)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        yield server


def test_a_certificate_that_nobody_vouches_for_is_told(
    secure: RecordingServer, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"https://localhost:{secure.server_port}"
    assert check(settings(url)) == 3
    last = capsys.readouterr().out.rstrip().splitlines()[-1]
    assert last.startswith(f"UNREACHABLE: {url} does not answer: its certificate cannot be trusted: self")
    assert "SSL_CERT_FILE" in last
    assert secure.asked == []


def test_a_certificate_for_another_name_is_told(
    secure: RecordingServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    assert check(settings(f"https://127.0.0.1:{secure.server_port}")) == 3
    last = capsys.readouterr().out.rstrip().splitlines()[-1]
    assert "its certificate cannot be trusted: IP address mismatch, certificate is not valid for '127.0.0.1'" in last
    assert secure.asked == []


def test_an_authority_of_ones_own_can_be_named(secure: RecordingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    with contextlib.closing(Transport(f"https://localhost:{secure.server_port}", timeout=5)) as one:
        assert [one.send(PLAIN).body for _ in range(2)] == [b"{}", b"{}"]


# Much data


def many_groups(count: int) -> Deployment:
    """A deployment with one group for each of many invoices, two of which share theirs."""
    main = build_world().organizations[0]
    pattern = next(one.fields for one in main.invoices if one.fields["type"] == "electricity" and one.pair)
    invoices = tuple(
        Invoice({**pattern, "id": str(UUID(int=number + 1)), "cups": f"ES0021{number:012d}AB"}, is_datadis=False)
        for number in range(count)
    )
    return Deployment(World((replace(main, account=Account(ORGANIZATION, KEY), invoices=invoices),)))


def test_a_fault_among_20000_groups_is_found() -> None:
    deployment = many_groups(20_000).open()

    def one_twice(request: Asking) -> Answered:
        answer = deployment(request)
        return replace(answer, body=answer.body.replace(b"ES0021000000017777AB", b"ES0021000000017776AB"))

    with served(to_wsgi(one_twice)) as url, opened(settings(url, timeout=10.0)) as run:
        unique = run.judge(run.spec.rule("cups-unique"))
    assert unique.status is Status.BROKEN
    assert "ES0021000000017776AB" in unique.findings[0].got
