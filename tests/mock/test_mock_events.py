"""The journal as server-sent events: nothing is missed, and nobody is kept waiting by those who listen."""

from __future__ import annotations

import json
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from in_process import CUPS, InProcess

from mock_server.control import events
from mock_server.control.events import HEARTBEAT, follow
from mock_server.serving import THREADS

Launch = Callable[..., Any]

Event = tuple[str | None, int | None, Any]
"""Name, id and data; no name for a heartbeat."""


def parse(chunk: bytes) -> Event:
    assert chunk.endswith(b"\n\n")
    fields = dict(line.split(": ", 1) for line in chunk.decode().strip().splitlines() if not line.startswith(":"))
    if not fields:
        return None, None, None
    return fields["event"], int(fields["id"]) if "id" in fields else None, json.loads(fields["data"])


def listen(mock: InProcess, after: int | None = None) -> Iterator[Event]:
    return map(parse, follow(mock.backend, after))


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT", 0.01)


def test_first_comes_the_state(mock: InProcess) -> None:
    assert next(listen(mock)) == ("state", None, mock.state())


def test_exchanges_come_as_the_journal_has_them(mock: InProcess) -> None:
    stream = listen(mock)
    next(stream)
    mock.ask()
    mock.ask(f"{CUPS}?colour=red")
    assert [next(stream) for _ in range(2)] == [("exchange", one["id"], one) for one in mock.journal()]


def test_what_comes_while_the_state_is_sent_is_not_missed(mock: InProcess) -> None:
    mock.ask()
    stream = listen(mock)
    assert next(stream)[0] == "state"
    mock.ask()
    mock.change({"strict": True})
    assert [next(stream)[:2] for _ in range(2)] == [("exchange", 2), ("state", None)]


@pytest.mark.parametrize(
    ("after", "wanted"), [(None, []), (0, [1, 2, 3]), (2, [3]), (3, []), (4, [1, 2, 3]), (10**15, [1, 2, 3])]
)
def test_whoever_comes_back_gets_what_was_missed(mock: InProcess, after: int | None, wanted: list[int]) -> None:
    """An id that this mock has not given is from one before it: everything is news then."""
    for _ in range(3):
        mock.ask()
    stream = listen(mock, after)
    next(stream)
    found = [next(stream) for _ in range(len(wanted) + 1)]
    assert [one for _, one, _ in found] == [*wanted, None]
    assert found[-1][0] is None, "a heartbeat"


@pytest.mark.parametrize(
    "change",
    [
        lambda mock: mock.change({"scenario": "empty"}),
        lambda mock: mock.change({"faults": {"latency": 0}}),
        lambda mock: mock.control("reset", "POST"),
        lambda mock: mock.control("journal", "DELETE"),
        lambda mock: mock.backend.reload(),
    ],
)
def test_a_change_is_told_with_the_state_after_it(mock: InProcess, change: Callable[[InProcess], Any]) -> None:
    mock.ask()
    stream = listen(mock)
    next(stream)
    change(mock)
    assert next(stream) == ("state", None, mock.state())


def test_a_change_that_was_refused_is_not_told(mock: InProcess) -> None:
    stream = listen(mock)
    next(stream)
    assert mock.change({"seed": -1}).status_code == 400
    assert next(stream) == (None, None, None)


def test_in_silence_there_is_a_heartbeat(mock: InProcess) -> None:
    stream = follow(mock.backend, None)
    next(stream)
    assert [next(stream) for _ in range(3)] == [b":\n\n"] * 3


@pytest.mark.parametrize(
    ("last_event_id", "first"), [("1", 2), ("", None), ("²", None), ("-1", None), ("x", None), ("9" * 5000, None)]
)
def test_the_stream_is_resumed_after_the_last_event_id(mock: InProcess, last_event_id: str, first: int | None) -> None:
    for _ in range(2):
        mock.ask()
    answered = mock.control("journal/events", headers={"Last-Event-ID": last_event_id}, buffered=False)
    assert (answered.status_code, answered.content_type) == (200, "text/event-stream; charset=utf-8")
    assert answered.headers["Cache-Control"] == "no-store"
    stream = (parse(chunk) for chunk in answered.iter_encoded())
    next(stream)
    assert next(stream)[1] == first
    answered.close()


def open_stream(port: int) -> socket.socket:
    """A client that has heard the first event."""
    client = socket.create_connection(("127.0.0.1", port), timeout=10)
    client.sendall(b"GET /_mock/journal/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    heard = b""
    while b"event: state" not in heard:
        heard += client.recv(65536)
    assert heard.startswith(b"HTTP/1.1 200")
    return client


def is_answered(port: int, seconds: float) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as client:
        client.sendall(b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try:
            return client.recv(100).startswith(b"HTTP/1.1 200")
        except TimeoutError:
            return False


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_open_streams_do_not_keep_the_mock_from_stopping(launch: Launch) -> None:
    running = launch("--json", "--quiet")
    with ExitStack() as clients:
        for _ in range(4):
            clients.enter_context(open_stream(running.port))
        began = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=5) == 0
        assert time.monotonic() - began < 2
    assert running.process.stderr.read() == ""


def test_listeners_that_went_away_leave_room_for_others(launch: Launch) -> None:
    running = launch("--json", "--quiet")
    with ExitStack() as clients:
        for _ in range(THREADS):
            clients.enter_context(open_stream(running.port))
    deadline = time.monotonic() + 3 * HEARTBEAT
    while not is_answered(running.port, 0.5):
        assert time.monotonic() < deadline, "the listeners still hold every thread"
