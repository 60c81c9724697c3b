"""Ends an answer that takes too long as a whole, in whichever part of it: the handshake, the headers, the body."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from urllib3.connection import HTTPConnection, HTTPSConnection


class _Current(threading.local):
    deadline: Deadline | None = None


_CURRENT = _Current()


class Deadline:
    """Shuts the connection that its thread asks over, when the time is up before the block is left."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        """Whether the time was up."""
        self._held: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        _CURRENT.deadline = self
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        _CURRENT.deadline = None
        with self._lock:
            for held in self._held:
                held.close()
            self._held.clear()

    def hold(self, used: socket.socket) -> None:
        """Take note of a connection that is used."""
        # A copy stays valid while TLS takes the socket over, and when its owner lets go of it before the body is read.
        copy = socket.fromfd(used.fileno(), used.family, used.type)
        with self._lock:
            self._held.append(copy)
        if self.passed:
            self._shut()

    def _shut(self) -> None:
        with self._lock:
            self.passed = True
            for held in self._held:
                with suppress(OSError):
                    held.shutdown(socket.SHUT_RDWR)


def _hold(used: socket.socket) -> None:
    if _CURRENT.deadline is not None:
        _CURRENT.deadline.hold(used)


class BoundedHTTPConnection(HTTPConnection):
    """A connection that the deadline of its thread can end."""

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        _hold(made)
        return made

    def putrequest(self, *args: object, **options: object) -> None:
        """Begin a request, over the connection that is open if there is one."""
        if self.sock is not None:
            _hold(self.sock)
        super().putrequest(*args, **options)  # type: ignore[arg-type]


class BoundedHTTPSConnection(BoundedHTTPConnection, HTTPSConnection):
    """The same over TLS."""
