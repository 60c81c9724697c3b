"""Sends requests, politely, and reads answers whole and within bounds."""

from __future__ import annotations

import gzip
import re
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.client import BadStatusLine, RemoteDisconnected
from io import BytesIO
from urllib.parse import urlsplit

import urllib3
from urllib3.connectionpool import connection_from_url

from contract_tests.deadline import BoundedHTTPConnection, BoundedHTTPSConnection, Deadlines
from contract_tests.exchange import READ_ONLY, Answer, Request

REPEATABLE = (*READ_ONLY, "PATCH")
"""The methods whose requests may be sent again when it is not known whether they were carried out."""
MAX_BODY = 8 * 1024 * 1024
"""Bytes of one answer that are read, compressed or not. The largest page takes less than a hundredth."""
KEPT = 64 * 1024
"""Bytes that are kept of a body that cannot be read to its end."""
PATIENCE = 3
"""Timeouts that one answer may take as a whole, from the connection to its last byte."""
WASTE = 6
"""Timeouts that may be spent in vain, all requests together, before the server is given up."""
TRIES = 8
"""How often one question is asked of a server that is overloaded."""
CONNECTIONS = 3
"""How often a connection may break before the server counts as unreachable."""
NOISE = tuple(
    re.compile(pattern)
    for pattern in (
        r"^(Bounded)?HTTPS?Connection(Pool)?\(.*?\): ", r"Failed to establish a new connection: ", r"\[Errno -?\d+\] ",
        r" ?\(_ssl\.c:\d+\)", r" ?\(read timeout=.*?\)",
    )
)  # fmt: skip
"""What the texts of errors say that tells a reader nothing."""
LONGEST_WAIT = 20.0
"""Seconds waited at most before one retry, whatever Retry-After asks for."""
UNTOLD_WAIT = 4.0
"""Seconds waited at most where the server does not tell how long."""
STOPPED = "nothing more came"


class Unreachable(Exception):
    """Nothing that speaks HTTP answered, or nothing that comes to an end. Its text says where and why."""


class Stalled(OSError):
    """An answer was not there in time."""


STALLS = (Stalled, urllib3.exceptions.TimeoutError)
"""The errors of an answer that did not come in time."""
LASTING = (urllib3.exceptions.NewConnectionError, ssl.SSLCertVerificationError)
"""The errors that another try would bring again."""
OWN_AUTHORITY = "Where an authority of your own signs certificates, name the file that holds its own in SSL_CERT_FILE"


@dataclass
class Waste:
    """Counts the seconds that were spent in vain."""

    allowed: float
    seconds: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, seconds: float) -> None:
        """Count some more, from any thread."""
        with self._lock:
            self.seconds += seconds

    @property
    def too_much(self) -> bool:
        """Whether it is time to give up."""
        return self.seconds >= self.allowed


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
        writes: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Timeout: seconds to wait for a connection and between two pieces of an answer. Rate: requests per second.

        Without `writes`, only methods that read are sent.
        """
        self._writes = writes
        self._timeout = timeout
        self._base_url = base_url
        self._prefix = urlsplit(base_url).path
        self._deadlines = Deadlines(PATIENCE * timeout)
        self.renew()
        self._pace = Pace(rate)
        self._sleep = sleep
        self._pool = connection_from_url(
            base_url,
            maxsize=connections,
            block=True,
            retries=False,
            timeout=urllib3.Timeout(connect=timeout, read=timeout),
        )
        secure = isinstance(self._pool, urllib3.HTTPSConnectionPool)
        self._pool.ConnectionCls = BoundedHTTPSConnection if secure else BoundedHTTPConnection

    def renew(self) -> None:
        """Forget what was spent in vain: a server that was given up is tried anew."""
        self._stalls, self._retries = Waste(WASTE * self._timeout), Waste(WASTE * self._timeout)

    def send(self, request: Request) -> Answer:
        """Send a request and read its answer, again after a 429, a 503 or a broken connection.

        Raises Unreachable when no answer came or too many stalled, and ValueError for a method that may change
        something where that is not allowed.
        """
        if request.writes and not self._writes:
            raise ValueError(f"{request.method} is not read-only, and writing is not allowed")
        answer, waited = self._reach(request), 0.0
        for attempt in range(1, TRIES):
            if answer.status not in (429, 503) or self._retries.too_much:
                return answer
            wait = _wait(answer, attempt)
            self._sleep(wait)
            waited += wait
            answer = self._reach(request)
        if answer.status in (429, 503):
            self._retries.add(waited)
        return answer

    def _reach(self, request: Request) -> Answer:
        broken = 0
        while True:
            if self._stalls.too_much:
                raise self._unreachable(f"answers that do not come to an end cost {self._stalls.seconds:.0f} s")
            self._pace.wait()
            started = time.monotonic()
            try:
                return self._once(request, started)
            except (urllib3.exceptions.HTTPError, OSError) as error:
                broken += 1
                lasting = isinstance(_innermost(error), LASTING) or request.method not in REPEATABLE
                if broken == CONNECTIONS or lasting:
                    raise self._unreachable(_reason(error)) from None
                if isinstance(error, STALLS):
                    self._stalls.add(time.monotonic() - started)
                self._sleep(0.1 * broken)

    def _unreachable(self, reason: str) -> Unreachable:
        return Unreachable(f"{self._base_url} does not answer: {reason}")

    def _once(self, request: Request, started: float) -> Answer:
        with self._deadlines.deadline() as deadline:
            try:
                response = self._ask(request)
            except (urllib3.exceptions.HTTPError, OSError):
                if deadline.passed:
                    raise Stalled(f"nothing but a part of an answer after {self._deadlines.seconds:g} s") from None
                raise
            body, flaw = _read(response)
            if deadline.passed:
                flaw = f"the body was not complete after {self._deadlines.seconds:g} s"
            stalled = deadline.passed or (flaw or "").endswith(STOPPED)
        seconds = time.monotonic() - started
        if stalled:
            self._stalls.add(seconds)
        if flaw is None and request.method != "HEAD":
            body, flaw = _decode(body, (response.headers.get("content-encoding") or "").strip().lower())
        return Answer(
            status=response.status,
            headers=tuple(response.headers.items()),
            body=body if flaw is None else body[:KEPT],
            flaw=flaw,
            seconds=seconds,
        )

    def _ask(self, request: Request) -> urllib3.BaseHTTPResponse:
        return self._pool.request(
            request.method,
            self._prefix + request.target,
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "gzip, deflate",
                "User-Agent": "dcycle-contract",
                **request.credentials.headers(),
                **({"Content-Type": "application/json"} if request.body is not None else {}),
            },
            body=request.payload,
            preload_content=False,
            decode_content=False,
            redirect=False,
        )

    def close(self) -> None:
        """Let go of every connection."""
        self._pool.close()
        self._deadlines.close()


def _read(response: urllib3.BaseHTTPResponse) -> tuple[bytes, str | None]:
    body = bytearray()
    flaw = None
    try:
        while chunk := response.read1(65536):
            body += chunk
            if len(body) > MAX_BODY:
                flaw = f"the body is longer than {MAX_BODY // 1024 // 1024} MiB"
                break
    except urllib3.exceptions.ReadTimeoutError:
        flaw = f"the body breaks off: {STOPPED}"
    except (urllib3.exceptions.HTTPError, OSError) as error:
        flaw = f"the body breaks off: {_reason(error)}"
    if flaw is not None:
        response.close()
    response.release_conn()  # a closed connection, too: its place in the pool would be lost otherwise
    return bytes(body), flaw


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
    seconds = min(0.25 * float(2**attempt), UNTOLD_WAIT)
    if re.fullmatch(r"\d+(\.\d*)?", told, re.ASCII):
        seconds = float(told)
    elif told:
        with suppress(ValueError, OverflowError):
            seconds = parsedate_to_datetime(told).timestamp() - time.time()
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _innermost(error: BaseException) -> BaseException:
    """What happened, which urllib3 wraps in errors of its own."""
    while inner := next((one for one in error.args if isinstance(one, BaseException)), None):
        error = inner
    return error


def _reason(error: BaseException) -> str:
    """What went wrong, in one line for a reader. It repeats nothing that the server sent."""
    error = _innermost(error)
    if isinstance(error, BadStatusLine) and not isinstance(error, RemoteDisconnected):
        return "what came back is not HTTP"
    if isinstance(error, urllib3.exceptions.InvalidChunkLength):
        return "a chunk has no length"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate cannot be trusted: {error.verify_message.rstrip('.')}. {OWN_AUTHORITY}"
    text = " ".join(str(error).split())
    for noise in NOISE:
        text = noise.sub("", text)
    return text.rstrip(". ") or type(error).__name__
