"""An answer of the mock: a status, a JSON body, and how it is written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import orjson

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back, before HTTP."""

    status: int
    body: bytes
    media_type: str = JSON
    """Empty for an answer that has no body."""
    headers: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    """What the vendor's body has no room for: why, and the nearest right thing."""


def answer(status: int, content: Any, hint: str = "") -> Answer:
    """An answer with a JSON body made from plain values, dataclasses and ``orjson.Fragment``."""
    return Answer(status, to_json(content), hint=hint)


def to_json(content: Any) -> bytes:
    """The JSON text of a value, in UTF-8."""
    try:
        return orjson.dumps(content)
    except TypeError:  # orjson stops at 64 bits, yet a page number may be larger
        return json.dumps(content, default=_plain).encode()


def _plain(value: Any) -> Any:
    return orjson.loads(orjson.dumps(value))
