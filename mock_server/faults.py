"""What goes wrong on purpose: latency, failing requests and a rate limit.

Every draw is made from the seed and the request itself, so the same run has the same faults, in whatever order its
requests arrive.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any

from mock_server.world.stream import Stream

MOST_SECONDS = 30.0
"""The longest delay that can be asked for."""

PERIODS: Mapping[str, int] = {"second": 1, "minute": 60, "hour": 3600}
"""Seconds by the name of a rate limit's period."""

REMEMBERED = 10_000
"""How many different requests are told apart before the count begins anew."""


@dataclass(frozen=True)
class Latency:
    """Seconds added to each answer, drawn between two bounds."""

    least: float
    most: float

    @classmethod
    def parse(cls, text: str) -> Latency:
        """Read ``0.5`` or ``0.2-0.8``; raises ValueError with what was expected."""
        bounds = [float(part) if re.fullmatch(r"\d+\.?\d*|\.\d+", part) else None for part in text.split("-")]
        least, most = bounds[0], bounds[-1]
        if len(bounds) > 2 or least is None or most is None or not least <= most <= MOST_SECONDS:
            raise ValueError(
                f"expected seconds such as 0.5, or a range such as 0.2-0.8, of at most {MOST_SECONDS:g} seconds"
            )
        return cls(least, most)

    def __str__(self) -> str:
        return f"{self.least:g}" if self.least == self.most else f"{self.least:g}-{self.most:g}"


@dataclass(frozen=True)
class RateLimit:
    """How many requests an organization may send in a period."""

    requests: int
    period: str
    """One of PERIODS."""

    @classmethod
    def parse(cls, text: str) -> RateLimit:
        """Read ``100/minute``; raises ValueError with what was expected."""
        found = re.fullmatch(rf"([1-9][0-9]{{0,8}})/({'|'.join(PERIODS)})", text)
        if not found:
            raise ValueError(f"expected a number of requests and a period ({', '.join(PERIODS)}), such as 100/minute")
        return cls(int(found[1]), found[2])

    def __str__(self) -> str:
        return f"{self.requests}/{self.period}"


def parse_rate(text: str) -> float:
    """Read a share from 0 to 1; raises ValueError with what was expected."""
    if not re.fullmatch(r"\d+\.?\d*|\.\d+", text) or not 0 <= float(text) <= 1:
        raise ValueError("expected a share from 0 to 1, such as 0.1")
    return float(text)


def parse_error_code(text: str) -> int:
    """Read a status code of an error; raises ValueError with what was expected."""
    if not re.fullmatch(r"[45]\d\d", text):
        raise ValueError("expected status codes from 400 to 599, such as 500 503")
    return int(text)


@dataclass(frozen=True)
class Faults:
    """What goes wrong on purpose."""

    latency: Latency | None = None
    error_rate: float = 0.0
    """The share of requests that fail, from 0 to 1."""
    error_codes: tuple[int, ...] = (500, 503)
    """The status codes that they fail with, each as often."""
    rate_limit: RateLimit | None = None

    @property
    def none(self) -> bool:
        """Whether nothing goes wrong."""
        return not (self.latency or self.error_rate or self.rate_limit)

    def changed(self, changes: Mapping[str, Any]) -> Faults:
        """The faults with some of them set anew, from plain values that fit the schema `Faults` of the control API.

        Raises ValueError with the name and what was expected.
        """
        return replace(self, **{name: _read(name, value) for name, value in changes.items()})

    def plain(self) -> dict[str, Any]:
        """The faults as plain values, in the form that `changed` reads."""
        return {
            "latency": str(self.latency) if self.latency else None,
            "error_rate": self.error_rate,
            "error_codes": list(self.error_codes),
            "rate_limit": str(self.rate_limit) if self.rate_limit else None,
        }


def _read(name: str, value: Any) -> Any:
    try:
        if name == "error_codes":
            return _read_error_codes(value)
        if name == "error_rate":
            return parse_rate("" if isinstance(value, str) else _text(value))
        kind = Latency if name == "latency" else RateLimit
        return None if value is None else kind.parse(_text(value))
    except ValueError as error:
        raise ValueError(f"{name}: {error}, got {json.dumps(value, default=str)}") from None


def _read_error_codes(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not value or not all(type(code) is int for code in value):
        raise ValueError("expected a list of status codes from 400 to 599, such as [500, 503]")
    return tuple(parse_error_code(str(code)) for code in value)


def _text(value: Any) -> str:
    """A plain value as it is written on a command line; a number without an exponent."""
    return f"{value:.9f}" if type(value) is float else str(value)


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one request."""

    delay: float = 0.0
    """Seconds to wait before the answer."""
    code: int | None = None
    """The status code to fail with."""
    retry_after: int | None = None
    """In how many seconds the rate limit lets requests through again, where it is what the request fails by."""

    def notes(self) -> list[str]:
        """What happens to the request, in words for a header."""
        delay = [f"latency={self.delay:.2f}"] if self.delay else []
        if self.retry_after:
            return [*delay, "rate-limit"]
        return [*delay, f"error={self.code}"] if self.code else delay


SPARED = Fate()


@dataclass
class FaultInjector:
    """Decides the fate of each request."""

    faults: Faults
    seed: int
    clock: Callable[[], float] = time.monotonic
    _seen: Counter[object] = field(default_factory=Counter)
    _windows: dict[str, tuple[float, int]] = field(default_factory=dict)
    """When each organization's period began, and how many requests came in it."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fate(self, organization_id: str, method: str, target: str) -> Fate:
        """What becomes of a request to a path and query (`target`)."""
        if self.faults.none:
            return SPARED
        with self._lock:
            retry_after = self._wait_for(organization_id)
            occurrence = self._count((organization_id, method, target))
        stream = Stream(self.seed, "fault", organization_id, method, target, occurrence)
        latency = self.faults.latency
        delay = stream.uniform(latency.least, latency.most) if latency else 0.0
        fails = stream.happens(self.faults.error_rate)
        if retry_after is not None:
            return Fate(delay, 429, retry_after)
        return Fate(delay, stream.choice(self.faults.error_codes) if fails else None)

    def _count(self, request: object) -> int:
        if len(self._seen) >= REMEMBERED:
            self._seen.clear()
        self._seen[request] += 1
        return self._seen[request]

    def _wait_for(self, organization_id: str) -> int | None:
        limit = self.faults.rate_limit
        if limit is None:
            return None
        if len(self._windows) >= REMEMBERED:
            self._windows.clear()
        now, length = self.clock(), PERIODS[limit.period]
        began, count = self._windows.get(organization_id, (now, 0))
        if now >= began + length:
            began, count = now, 0
        self._windows[organization_id] = (began, count + 1)
        return max(1, ceil(began + length - now)) if count >= limit.requests else None
