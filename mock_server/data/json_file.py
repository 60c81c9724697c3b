"""Data in JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from api_spec.document import Pointer
from mock_server.data.mistake import DataError
from mock_server.data.source import Source, check_characters, dotted

TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+')

DIGITS = 18
"""How long a whole number may be to be kept as it is."""


class _TwiceError(Exception):
    """A key is written twice."""


def read_json(path: Path, text: str) -> Source:
    """The source of a JSON text. Raises DataError when it is not JSON, or a key in it is written twice."""
    try:
        content = json.loads(text, object_pairs_hook=_mapping, parse_int=_whole, parse_constant=_refuse)
    except _TwiceError:
        raise DataError(_twice(path, text)) from None
    except json.JSONDecodeError as error:
        reason = f"is not JSON: {error.msg} (column {error.colno})"
        raise DataError.about(path, reason, error.lineno) from None
    except RecursionError:
        raise DataError.about(path, "is nested too deeply to read") from None
    except ValueError as error:
        raise DataError.about(path, f"is not JSON: {error}") from None
    check_characters(path, text, content)
    return Source(path, content, Lines(text), dotted)


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise _TwiceError
    return mapping


def _whole(digits: str) -> float:
    """A whole number; one beyond 64 bits loses its last digits, and is refused as too large later."""
    return int(digits) if len(digits) <= DIGITS else float(digits)


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")


def _twice(path: Path, text: str) -> Iterator[str]:
    seen: set[Pointer] = set()
    for pointer, offset in find_values(text):
        if pointer in seen:
            yield f"{path}:{_line(text, offset)}: {dotted(pointer)}: expected the key once, got it twice. Remove one."
        seen.add(pointer)


class Lines:
    """The line of each value of a JSON text; found when first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._offsets: dict[Pointer, int] = {}

    def __call__(self, pointer: Pointer) -> int:
        """The line (from 1) of a value, or of its nearest existing parent."""
        if not self._offsets:
            self._offsets = dict(find_values(self._text))
        while pointer and pointer not in self._offsets:
            pointer = pointer[:-1]
        return _line(self._text, self._offsets[pointer])


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def find_values(text: str) -> Iterator[tuple[Pointer, int]]:
    """Where each value of a well-formed JSON text begins, a member at its key; in the order of the text."""
    path: list[str | int] = []
    opened: list[str] = []
    previous = ""
    for token in TOKEN.finditer(text):
        mark = token[0]
        if mark in ("}", "]"):
            opened.pop()
            path.pop()
        elif mark not in (",", ":"):
            if not opened:
                yield (), token.start()
            elif opened[-1] == "[":
                path[-1] = int(path[-1]) + 1
                yield tuple(path), token.start()
            elif previous in ("{", ","):
                path[-1] = json.loads(mark)
                yield tuple(path), token.start()
            if mark in ("{", "["):
                opened.append(mark)
                path.append(-1)
        previous = mark
