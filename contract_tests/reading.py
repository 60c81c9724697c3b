"""Reads a body as RFC 8259 defines JSON, and says what in it is none."""

from __future__ import annotations

import json
from typing import Any

REMEMBERED = 32 * 1024 * 1024
"""Bytes of bodies whose values are remembered; the values take about ten times as much."""


class NotJson(ValueError):
    """The bytes are not one well-formed JSON value. Its text says why."""


def read_json(body: bytes) -> Any:
    """The one JSON value in a body.

    Raises NotJson for bytes that are not UTF-8, a byte order mark, NaN or Infinity, the same key twice in an object,
    anything before or after the value, and what is too deep or too long to read.
    """
    if body.startswith(b"\xef\xbb\xbf"):
        raise NotJson("it starts with a byte order mark")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotJson(f"byte {error.start} is not UTF-8") from None
    if not text.strip(" \t\r\n"):
        raise NotJson("it is empty")
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise NotJson("it is nested too deeply to read") from None
    except NotJson:
        raise
    except ValueError:
        raise NotJson("a number in it is too long to read") from None


def _refuse_constant(name: str) -> Any:
    raise NotJson(f"{name} is no JSON number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotJson(f"the key {twice!r} stands twice in one object")
    return found


class Readings:
    """Reads bodies, each once as long as the last REMEMBERED bytes of them hold it. Nobody may change the values."""

    def __init__(self) -> None:
        self._values: dict[bytes, Any] = {}
        self._size = 0

    def read(self, body: bytes) -> Any:
        """The one JSON value in a body; raises NotJson."""
        if body not in self._values:
            self._values[body] = read_json(body)
            self._size += len(body)
            self._forget()
        return self._values[body]

    def _forget(self) -> None:
        while self._size > REMEMBERED and len(self._values) > 1:
            oldest = next(iter(self._values))
            del self._values[oldest]
            self._size -= len(oldest)
