"""The journal: the last exchanges, and what in them broke the contract."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mock_server.violations import Violation

MOST_BYTES = 16 * 1024 * 1024
"""How many bytes are kept, whatever the number of exchanges."""


@dataclass(slots=True)
class Exchange:
    """A request and its answer, as they were.

    What is shown of it is made by `mock_server.journal_formats`, which takes the credentials out.
    """

    operation_id: str | None
    environ: Mapping[str, str]
    """The texts of the request's WSGI environ."""
    request_body: bytes
    status: int
    headers: Iterable[tuple[str, str]]
    """Those of the answer."""
    response_body: bytes
    """Before compression."""
    milliseconds: float
    credentials: Collection[str] = ()
    """The headers that carry credentials under the contract, in lower case."""
    violations: Sequence[Violation] = ()
    hints: Sequence[str] = ()
    faults: Sequence[str] = ()
    time: float = field(default_factory=time.time)
    """When the answer was ready, in seconds since 1970."""
    id: int = 0
    """Given by the journal."""
    size: int = field(init=False)
    """About how many bytes it takes."""

    def __post_init__(self) -> None:
        """Add up the size, which is asked for when it comes and when it goes."""
        self.size = sum(map(len, self.environ.values())) + len(self.request_body) + len(self.response_body)


@dataclass
class Journal:
    """The last exchanges, oldest first; safe to use from many threads."""

    most: int = 500
    """How many exchanges are kept; with 0, none."""
    _exchanges: deque[Exchange] = field(default_factory=deque)
    _bytes: int = 0
    _last_id: int = 0
    _dropped: int = 0
    _changes: int = 0
    """How often what is in force changed."""
    _news: threading.Condition = field(default_factory=threading.Condition)

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange, and give it its id."""
        with self._news:
            self._last_id += 1
            exchange.id = self._last_id
            self._exchanges.append(exchange)
            self._bytes += exchange.size
            while len(self._exchanges) > self.most or self._bytes > MOST_BYTES:
                self._bytes -= self._exchanges.popleft().size
                self._dropped += 1
            self._news.notify_all()

    def clear(self) -> None:
        """Forget every exchange; ids go on."""
        with self._news:
            self._exchanges.clear()
            self._bytes = self._dropped = 0

    def announce_change(self) -> None:
        """Tell the followers that what is in force has changed."""
        with self._news:
            self._changes += 1
            self._news.notify_all()

    @property
    def last_id(self) -> int:
        """The id of the latest exchange; 0 before the first."""
        return self._last_id

    @property
    def dropped(self) -> int:
        """How many exchanges are no longer kept."""
        return self._dropped

    def exchanges(
        self, violations: bool | None = None, operation_id: str | None = None, after: int = 0
    ) -> list[Exchange]:
        """The exchanges that are kept, oldest first, or some of them."""
        with self._news:
            kept = list(self._exchanges)
        return [
            exchange
            for exchange in kept
            if exchange.id > after
            and (violations is None or bool(exchange.violations) == violations)
            and (operation_id is None or exchange.operation_id == operation_id)
        ]

    def follow(self, after: int, heartbeat: float) -> Iterator[Exchange | bool]:
        """Exchanges as they come, True for a change of what is in force, and False every `heartbeat` seconds.

        It begins with the exchanges after an id, and with the changes after this call; it never ends.
        """
        return self._follow(after, heartbeat, self._changes)

    def _follow(self, after: int, heartbeat: float, changes: int) -> Iterator[Exchange | bool]:
        while True:
            last_id, changes, changed = self._wait(after, changes, heartbeat)
            news = self.exchanges(after=after)
            yield from news
            after = max(after, last_id)
            if changed:
                yield True
            elif not news:
                yield False

    def _wait(self, after: int, changes: int, seconds: float) -> tuple[int, int, bool]:
        """Wait for an exchange after an id, or a change: the last id, how many changes, and whether there was one."""
        with self._news:
            self._news.wait_for(lambda: self._last_id > after or self._changes != changes, seconds)
            return self._last_id, self._changes, self._changes != changes
