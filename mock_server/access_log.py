"""Writes one line for each request: time, method, path, status, milliseconds and operation."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, TextIO
from urllib.parse import quote

Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]


def log_requests(app: Wsgi, stream: TextIO, operation_key: str) -> Wsgi:
    """A WSGI application that does the same and logs each request to a stream.

    Neither headers nor the query are logged, so no key ever is. `operation_key` is where the environ names the
    operation.
    """

    def logged(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        began = time.perf_counter()
        status = "-"

        def start(line: str, *rest: Any) -> Any:
            nonlocal status
            status = line[:3]
            return start_response(line, *rest)

        body = app(environ, start)
        spent = (time.perf_counter() - began) * 1000
        operation = environ.get(operation_key, "-")
        method, path = environ["REQUEST_METHOD"], _printable(environ.get("PATH_INFO", ""))
        stream.write(f"{time.strftime('%H:%M:%S')} {method} {path} {status} {spent:.1f}ms {operation}\n")
        return body

    return logged


def _printable(path: str) -> str:
    """A path that stays on its line and cannot steer a terminal."""
    return path if path.isascii() and path.isprintable() else quote(path, encoding="latin-1")
