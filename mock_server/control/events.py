"""The journal as server-sent events (HTML standard)."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from mock_server.backend import Backend
from mock_server.control.state import plain_state
from mock_server.journal import Exchange
from mock_server.journal_formats import plain

HEARTBEAT = 5.0
"""After how many seconds of silence a comment is sent, which finds out whether the client is still there."""


def follow(backend: Backend, after: int | None) -> Iterator[bytes]:
    """The state, then exchanges and changes as they come; those after an id that the client has seen come first.

    An id that this journal has not given yet is from a mock that ran before: everything is news then.
    """
    journal = backend.journal
    if after is None:
        after = journal.last_id
    elif after > journal.last_id:
        after = 0
    news_to_come = journal.follow(after, HEARTBEAT)  # from now on, so that nothing is missed while the state is sent
    yield _event("state", orjson.dumps(plain_state(backend)))
    for news in news_to_come:
        if isinstance(news, Exchange):
            yield _event("exchange", orjson.dumps(plain(news)), news.id)
        elif news:
            yield _event("state", orjson.dumps(plain_state(backend)))
        else:
            yield b":\n\n"


def _event(name: str, data: bytes, id: int | None = None) -> bytes:
    head = f"event: {name}\n" if id is None else f"event: {name}\nid: {id}\n"
    return head.encode() + b"data: " + data + b"\n\n"
