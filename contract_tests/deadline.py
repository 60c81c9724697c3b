"""Ends an answer that takes too long as a whole, in whichever part of it: the handshake, the headers, the body."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from urllib3.connection import HTTPConnection, HTTPSConnection


class _Current(threading.local):
    deadline: Deadline | None = None


_CURRENT = _Current()


class Deadline:
    """The end of the time for one answer."""

    def __init__(self, due: float) -> None:
        self.due = due
        """When the time is up, by the monotonic clock."""
        self.passed = False
        """Whether the time was up before the answer was there."""
        self._held: list[socket.socket] = []
        self._lock = threading.Lock()

    def hold(self, used: socket.socket) -> None:
        """Take note of a connection that is used."""
        # A copy stays valid while TLS takes the socket over, and when its owner lets go of it before the body is read.
        copy = socket.fromfd(used.fileno(), used.family, used.type)
        with self._lock:
            self._held.append(copy)
        if self.passed:
            self.shut()

    def shut(self) -> None:
        """End the connections that are used."""
        with self._lock:
            self.passed = True
            for held in self._held:
                with suppress(OSError):
                    held.shutdown(socket.SHUT_RDWR)

    def release(self) -> None:
        """Let go of the connections that were used."""
        with self._lock:
            for held in self._held:
                held.close()
            self._held.clear()


class Deadlines:
    """Shuts the connection over which an answer takes longer than so many seconds.

    One thread watches over all of them: as each has the same time, the one that began first is due first.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._running: dict[Deadline, None] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._watch: threading.Thread | None = None

    @contextmanager
    def deadline(self) -> Iterator[Deadline]:
        """The deadline of what the thread asks in the block."""
        one = Deadline(time.monotonic() + self.seconds)
        with self._lock:
            self._running[one] = None
            if self._watch is None:
                self._watch = threading.Thread(target=self._keep, name="deadlines", daemon=True)
                self._watch.start()
        _CURRENT.deadline = one
        try:
            yield one
        finally:
            _CURRENT.deadline = None
            with self._lock:
                self._running.pop(one, None)
            one.release()

    def close(self) -> None:
        """Watch no more."""
        self._closed.set()

    def _keep(self) -> None:
        # What begins while this sleeps is due later than what it sleeps for, so nothing needs to wake it.
        while not self._closed.wait(self._shut_those_due()):
            pass

    def _shut_those_due(self) -> float:
        """Seconds until the next one can be due."""
        while True:
            with self._lock:
                first = next(iter(self._running), None)
                left = self.seconds if first is None else first.due - time.monotonic()
                if first is None or left > 0:
                    return left
                del self._running[first]
            first.shut()


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
