"""Whether a file has the form of a data file, told so that a person knows what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jsonschema_rs

from api_spec.document import Pointer
from mock_server.data.formats import FORMATS
from mock_server.data.mistake import Mistake, describe, nearest
from mock_server.data.schema import VISIBLE

KINDS = {"object": "a mapping", "array": "a list", "number": "a number", "boolean": "true or false", "string": "a text"}
"""What the types of JSON Schema are called."""

WRITTEN = {"uuid": "a UUID", "date-time": "a moment with its zone", "uri-reference": "an address or a path"}
"""What texts of a format are called."""

COMMA = re.compile(r"(-?\d+)(?:\.\d{3})*,(\d+)")
"""A number as it is written where the comma is for decimals."""


def find_mistakes(content: Any, schema: Mapping[str, Any]) -> list[Mistake]:
    """Everything in a file that its schema does not allow; one mistake for each value, however often it is wrong."""
    validator = jsonschema_rs.validator_for(dict(schema), validate_formats=True, formats=dict(FORMATS))
    if validator.is_valid(content):
        return []
    found: dict[tuple[Pointer, str], Mistake] = {}
    for error in validator.iter_errors(content):
        pointer = tuple(error.instance_path)
        for mistake in _mistakes(pointer, error, content, _part(schema, pointer)):
            found.setdefault((mistake.pointer, mistake.expected), mistake)
    return list(found.values())


def _part(schema: Mapping[str, Any], pointer: Pointer) -> Mapping[str, Any]:
    """The schema of the value at a pointer."""
    for step in pointer:
        schema = schema["items"] if isinstance(step, int) else schema["properties"][step]
    return schema


def _value(content: Any, pointer: Pointer) -> Any:
    for step in pointer:
        content = content[step]
    return content


def _mistakes(pointer: Pointer, error: Any, content: Any, schema: Mapping[str, Any]) -> Iterator[Mistake]:
    match error.kind.name:
        case "additionalProperties":
            for key in error.kind.unexpected:
                yield _unknown_key((*pointer, key), schema)
        case "required":
            yield Mistake(pointer, f"the key {error.kind.property!r}", "none", "Add it.")
        case "anyOf" if schema.get("type") == "object":
            keys = " or ".join(key for option in schema["anyOf"] for key in option["required"])
            yield Mistake(pointer, f"the key {keys}", "neither", "Add one.")
        case _:
            yield _wrong_value(pointer, _value(content, pointer), schema)


def _unknown_key(pointer: Pointer, schema: Mapping[str, Any]) -> Mistake:
    key, known = str(pointer[-1]), schema["properties"]
    advice = nearest(key, known) or f"Known: {', '.join(known)}."
    return Mistake(pointer, "a known key", describe(key), advice)


def _wrong_value(pointer: Pointer, value: Any, schema: Mapping[str, Any]) -> Mistake:
    got = "a value that cannot be used" if pointer[-1:] == ("api_key",) else describe(value)
    return Mistake(pointer, expectation(schema), got, _advice(value, schema))


def expectation(schema: Mapping[str, Any]) -> str:
    """What a schema asks for, in words."""
    kinds = schema.get("type", ())
    nullable = " or null" if not isinstance(kinds, str) and "null" in kinds else ""
    example = f", such as {schema['examples'][0]}" if "examples" in schema else ""
    return _asked(schema, _kind(schema)) + nullable + example


def _kind(schema: Mapping[str, Any]) -> str:
    kinds = schema.get("type", "string")
    return str(kinds if isinstance(kinds, str) else kinds[0])


def _asked(schema: Mapping[str, Any], kind: str) -> str:
    if "enum" in schema:
        return f"one of {', '.join(_words(schema))}"
    if "minimum" in schema:
        return f"a number from {schema['minimum']} to {schema['maximum']}"
    if "minItems" in schema:
        return "a list that is not empty"
    if "anyOf" in schema and kind == "string":
        return "a date, or a date and time without zone"
    if schema.get("pattern") == VISIBLE:
        return "visible ASCII characters without blanks"
    return WRITTEN.get(schema.get("format", ""), KINDS[kind])


def _words(schema: Mapping[str, Any]) -> list[str]:
    """The values of an enumeration that are not null."""
    return [word for word in schema["enum"] if word is not None]


def _advice(value: Any, schema: Mapping[str, Any]) -> str:
    kind = _kind(schema)
    if "enum" in schema and isinstance(value, str):
        return nearest(value.lower(), _words(schema))
    if kind == "number" and isinstance(value, str):
        return _numeric_advice(value)
    if kind == "string" and isinstance(value, int | float):
        return "Put it in quotes."
    return ""


def _numeric_advice(text: str) -> str:
    comma = COMMA.fullmatch(text.strip())
    if comma:
        return f"Write decimals with a point: {text.strip().replace('.', '').replace(',', '.')}."
    return "Write it without quotes." if re.fullmatch(r"-?\d+(\.\d+)?", text) else ""


def broken_parts(mistakes: Sequence[Mistake]) -> set[Pointer]:
    """What has mistakes in its form: pointers to invoices, else to organizations, else to what holds them."""
    return {
        pointer[:4] if pointer[2:3] == ("invoices",) and len(pointer) > 3 else pointer[:2]
        for pointer in (mistake.pointer for mistake in mistakes)
    }
