"""Sends requests, politely, and reads answers whole and within bounds."""

from __future__ import annotations

import re
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import urllib3

from contract_tests.exchange import Answer, Request

READ_ONLY = ("GET", "HEAD", "OPTIONS")
MAX_BODY = 32 * 1024 * 1024
"""Bytes of one answer that are read, compressed or not."""
PATIENCE = 30.0
"""Seconds that one answer may take from its first byte to its last."""
TRIES = 6
LONGEST_WAIT = 20.0
"""Seconds waited at most before one retry, whatever Retry-After asks for."""


class Unreachable(Exception):
    """Nothing that speaks HTTP answered. Its text says where and why."""


@dataclass
class Pace:
    """Spaces requests out, so that no more than `rate` are sent in a second."""

    rate: float | None = None
    _next: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self) -> None:
        """Return when the next request may go out."""
        if self.rate is None:
            return
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next)
            self._next = start + 1 / self.rate
        time.sleep(max(0.0, start - now))


class Transport:
    """An HTTP client for one origin. It follows no redirect, so no key ever leaves for another one."""

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float = 10.0,
        rate: float | None = None,
        connections: int = 4,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Timeout: seconds to wait for a connection and between two pieces of an answer. Rate: requests per second."""
        self._base_url = base_url
        self._pace = Pace(rate)
        self._sleep = sleep
        self._pool = urllib3.PoolManager(
            maxsize=connections, block=True, retries=False, timeout=urllib3.Timeout(connect=timeout, read=timeout)
        )

    def send(self, request: Request) -> Answer:
        """Send a request and read its answer, again after a 429, a 503 or a broken connection.

        Raises Unreachable when no answer came, and ValueError for a method that may change something.
        """
        if request.method not in READ_ONLY:
            raise ValueError(f"{request.method} is not read-only")
        for attempt in range(1, TRIES + 1):
            self._pace.wait()
            try:
                answer = self._once(request)
            except (urllib3.exceptions.HTTPError, OSError) as error:
                if attempt >= 3 or isinstance(error, urllib3.exceptions.NewConnectionError):
                    raise Unreachable(f"{self._base_url} does not answer: {_reason(error)}") from None
                self._sleep(0.1 * attempt)
                continue
            if answer.status not in (429, 503) or attempt == TRIES:
                return answer
            self._sleep(_wait(answer, attempt))
        raise AssertionError("unreachable")  # pragma: no cover

    def _once(self, request: Request) -> Answer:
        started = time.monotonic()
        response = self._pool.request(
            request.method,
            self._base_url + request.target,
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "gzip, deflate",
                "User-Agent": "dcycle-contract",
                **request.credentials.headers(),
            },
            preload_content=False,
            decode_content=False,
            redirect=False,
        )
        body, flaw = _read(response, started + PATIENCE)
        if flaw is None and request.method != "HEAD":
            body, flaw = _decode(body, (response.headers.get("content-encoding") or "").strip().lower())
        return Answer(
            status=response.status,
            headers=tuple(response.headers.items()),
            body=body,
            flaw=flaw,
            seconds=time.monotonic() - started,
        )

    def close(self) -> None:
        """Let go of every connection."""
        self._pool.clear()


def _read(response: urllib3.BaseHTTPResponse, deadline: float) -> tuple[bytes, str | None]:
    chunks: list[bytes] = []
    size = 0
    flaw = None
    try:
        while chunk := response.read1(65536):
            chunks.append(chunk)
            size += len(chunk)
            if size > MAX_BODY:
                flaw = f"the body is longer than {MAX_BODY // 1024 // 1024} MiB"
                break
            if time.monotonic() > deadline:
                flaw = f"the body was not complete after {PATIENCE:.0f} s"
                break
    except (urllib3.exceptions.HTTPError, OSError) as error:
        flaw = f"the body breaks off: {_reason(error)}"
    if flaw is None:
        response.release_conn()
    else:
        response.close()
    return b"".join(chunks), flaw


def _decode(body: bytes, encoding: str) -> tuple[bytes, str | None]:
    if encoding in ("", "identity"):
        return body, None
    if encoding not in ("gzip", "x-gzip", "deflate"):
        return body, f"Content-Encoding {encoding!r} was not asked for"
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        plain = decoder.decompress(body, MAX_BODY)
    except zlib.error:
        return body, f"the body is not the {encoding} that Content-Encoding declares"
    if decoder.unconsumed_tail:
        return body, f"the body is longer than {MAX_BODY // 1024 // 1024} MiB when decompressed"
    if not decoder.eof and body:
        return plain, f"the {encoding} body breaks off"
    return plain, None


def _wait(answer: Answer, attempt: int) -> float:
    """Seconds to wait as Retry-After tells, in seconds or as a date."""
    told = (answer.header("retry-after") or "").strip()
    seconds = 0.25 * float(2**attempt)
    if re.fullmatch(r"\d+(\.\d*)?", told, re.ASCII):
        seconds = float(told)
    elif told:
        with suppress(ValueError, OverflowError):
            seconds = parsedate_to_datetime(told).timestamp() - time.time()
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _reason(error: Any) -> str:
    text = str(getattr(error, "reason", None) or error)
    for noise in ("Failed to establish a new connection: ",):
        text = text.replace(noise, "")
    return text.split("object at 0x")[-1].split(">: ")[-1].rstrip(".") or type(error).__name__
