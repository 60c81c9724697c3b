"""Sends requests, politely, and reads answers whole and within bounds."""

from __future__ import annotations

import gzip
import re
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.client import BadStatusLine, RemoteDisconnected
from io import BytesIO

import urllib3

from contract_tests.exchange import Answer, Request

READ_ONLY = ("GET", "HEAD", "OPTIONS")
MAX_BODY = 32 * 1024 * 1024
"""Bytes of one answer that are read, compressed or not."""
PATIENCE = 30.0
"""Seconds that one answer may take from its first byte to its last."""
TRIES = 6
"""How often one question is asked of a server that is overloaded."""
CONNECTIONS = 3
"""How often a connection may break before the server counts as unreachable."""
NOISE = tuple(
    re.compile(pattern)
    for pattern in (
        r"^HTTPS?Connection(Pool)?\(.*?\): ", r"Failed to establish a new connection: ", r"\[Errno -?\d+\] ",
        r" ?\(_ssl\.c:\d+\)", r" ?\(read timeout=.*?\)",
    )
)  # fmt: skip
"""What the texts of errors say that tells a reader nothing."""
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
        answer = self._reach(request)
        for attempt in range(1, TRIES):
            if answer.status not in (429, 503):
                break
            self._sleep(_wait(answer, attempt))
            answer = self._reach(request)
        return answer

    def _reach(self, request: Request) -> Answer:
        broken = 0
        while True:
            self._pace.wait()
            try:
                return self._once(request)
            except (urllib3.exceptions.HTTPError, OSError) as error:
                broken += 1
                if broken == CONNECTIONS or isinstance(error, urllib3.exceptions.NewConnectionError):
                    raise Unreachable(f"{self._base_url} does not answer: {_reason(error)}") from None
                self._sleep(0.1 * broken)

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
    try:
        plain = _inflated(body) if encoding == "deflate" else _gunzipped(body)
    except EOFError:
        return body, f"the {encoding} body breaks off"
    except (zlib.error, gzip.BadGzipFile):
        return body, f"the body is not the {encoding} that Content-Encoding declares"
    if len(plain) > MAX_BODY:
        return body, f"the body is longer than {MAX_BODY // 1024 // 1024} MiB when decompressed"
    return plain, None


def _gunzipped(body: bytes) -> bytes:
    with gzip.GzipFile(fileobj=BytesIO(body)) as packed:
        return packed.read(MAX_BODY + 1)


def _inflated(body: bytes) -> bytes:
    decoder = zlib.decompressobj()
    plain = decoder.decompress(body, MAX_BODY + 1)
    if decoder.unused_data:
        raise zlib.error("something stands after the body")
    if body and not decoder.eof and len(plain) <= MAX_BODY:
        raise EOFError
    return plain


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


def _reason(error: BaseException) -> str:
    """What went wrong, in one line for a reader. It repeats nothing that the server sent."""
    # urllib3 wraps what happened in errors of its own.
    while inner := next((one for one in error.args if isinstance(one, BaseException)), None):
        error = inner
    if isinstance(error, BadStatusLine) and not isinstance(error, RemoteDisconnected):
        return "what came back is not HTTP"
    if isinstance(error, urllib3.exceptions.InvalidChunkLength):
        return "a chunk has no length"
    text = " ".join(str(error).split())
    for noise in NOISE:
        text = noise.sub("", text)
    return text.rstrip(". ") or type(error).__name__
