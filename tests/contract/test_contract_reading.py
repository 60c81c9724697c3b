"""Which bodies are JSON as RFC 8259 defines it, and which are not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_tests import reading
from contract_tests.reading import NotJson, Readings, read_json

JSON: dict[str, tuple[bytes, Any]] = {
    "an object": (b'{"a": 1}', {"a": 1}),
    "an empty object": (b"{}", {}),
    "a bare text": (b'"a"', "a"),
    "a bare null": (b"null", None),
    "blanks before and after": (b' \t\r\n{"a": 1} \t\r\n', {"a": 1}),
    "the same key in different objects": (b'{"a": {"a": 1}, "b": [{"a": 2}]}', {"a": {"a": 1}, "b": [{"a": 2}]}),
    "keys that differ in case": (b'{"a": 1, "A": 2}', {"a": 1, "A": 2}),
    "text in UTF-8": ('{"a": "ñ日👍"}'.encode(), {"a": "ñ日👍"}),
    "an escaped pair of surrogates": (rb'"\ud83d\udc4d"', "👍"),
    "an escaped lone surrogate, which the grammar allows": (rb'"\ud800"', "\ud800"),
    "an escaped NUL": (rb'"\u0000"', "\0"),
    "the word NaN as text": (b'"NaN"', "NaN"),
    "numbers in every form": (b"[0, -0.0, 1e2, 1E-2, 12.50]", [0, -0.0, 100.0, 0.01, 12.5]),
    "many levels": (b"[" * 100 + b"]" * 100, None),
}

NOT_JSON: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "blanks alone": (b" \r\n\t ", "empty"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "byte order mark"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
    "Latin-1": ('{"a": "ñ"}'.encode("latin-1"), "byte 7 is not UTF-8"),
    "an overlong form of UTF-8": (b'"\xc0\xaf"', "not UTF-8"),
    "a raw surrogate": (b'"\xed\xa0\x80"', "not UTF-8"),
    "NaN": (b'{"a": NaN}', "NaN is no JSON number"),
    "Infinity": (b'{"a": [Infinity]}', "Infinity is no JSON number"),
    "minus Infinity": (b"-Infinity", "-Infinity is no JSON number"),
    "the same key twice": (b'{"a": 1, "a": 1}', "the key 'a' stands twice"),
    "the same key twice, deep down": (b'{"b": [{"c": {"a": 1, "x": 2, "a": 3}}]}', "the key 'a' stands twice"),
    "the same key twice, once escaped": (rb'{"a": 1, "\u0061": 2}', "the key 'a' stands twice"),
    "the empty key twice": (b'{"": 1, "": 2}', "the key '' stands twice"),
    "something after the value": (b"{} x", "Extra data at line 1, column 4"),
    "two values": (b"{}\n{}", "Extra data at line 2, column 1"),
    "a NUL after the value": (b"{}\0", "Extra data"),
    "a form feed before the value": (b"\f{}", "Expecting value"),
    "a no-break space before the value": ("\u00a0{}".encode(), "Expecting value"),
    "a value cut short": (b'{"a": [1, 2', "at line 1, column 12"),
    "single quotes": (b"{'a': 1}", "at line 1, column 2"),
    "a comma after the last": (b"[1,]", "at line 1"),
    "a comment": (b"[1] // one", "Extra data"),
    "a raw line feed in text": (b'"a\nb"', "Invalid control character"),
    "a leading zero": (b"[01]", "at line 1"),
    "a plus sign": (b"[+1]", "at line 1"),
    "a number without digits after its point": (b"[1.]", "at line 1"),
    "Python's words": (b"[True, None]", "at line 1, column 2"),
    "HTML": (b"<html></html>", "Expecting value at line 1, column 1"),
    "more levels than can be read": (b"[" * 200_000, "nested too deeply"),
    "a number that is too long to read": (b"[" + b"9" * 5000 + b"]", "too long"),
}


@pytest.mark.parametrize(("body", "value"), JSON.values(), ids=JSON.keys())
def test_json_is_read(body: bytes, value: Any) -> None:
    assert read_json(body) == (json.loads(body) if value is None else value)


@pytest.mark.parametrize(("body", "reason"), NOT_JSON.values(), ids=NOT_JSON.keys())
def test_anything_else_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(NotJson) as caught:
        read_json(body)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_body_that_was_read_is_remembered() -> None:
    readings = Readings()
    assert readings.read(b'{"a": 1}') is readings.read(b'{"a": 1}')


def test_only_so_many_bytes_of_bodies_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "REMEMBERED", 20)
    readings = Readings()
    first, last = readings.read(b'["the first"]'), readings.read(b'["the last"]')
    assert readings.read(b'["the last"]') is last
    assert readings.read(b'["the first"]') is not first
