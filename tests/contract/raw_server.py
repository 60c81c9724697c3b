"""A server on loopback that answers with whatever bytes it is told to, well formed or not."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

RawAnswer = bytes | Callable[[socket.socket], None]
"""Bytes to send, or what to do with the connection."""


def http(body: bytes = b"{}", *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """An answer as HTTP writes it; its Content-Length may be wrong on purpose."""
    told = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", "Connection: close"]
    return "\r\n".join([*told, *headers, "", ""]).encode("latin-1") + body


@dataclass
class RawServer:
    """Gives the n-th request the n-th answer, and every later one the last, each on a connection of its own."""

    answers: list[RawAnswer]
    requests: list[bytes] = field(default_factory=list)
    """The head of every request that came in."""

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def methods(self) -> list[str]:
        return [request.split(b" ")[0].decode() for request in self.requests]

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with connection:
                    self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        head = b""
        # A client that gives up in the middle is part of what is tried.
        with contextlib.suppress(OSError):
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65536)
                if not piece:
                    return
                head += piece
            self.requests.append(head)
            answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
            if callable(answer):
                answer(connection)
            else:
                connection.sendall(answer)

    def close(self) -> None:
        # A listener that is only closed may leave its thread in accept.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


@contextlib.contextmanager
def raw_server(*answers: RawAnswer) -> Iterator[RawServer]:
    """A raw server for as long as the block runs."""
    server = RawServer(list(answers))
    try:
        yield server
    finally:
        server.close()
