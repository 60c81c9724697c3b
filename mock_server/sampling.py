"""Answers an operation that has no function of its own: with its example, else with a value made from its schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api_spec import Operation, Response
from mock_server.answers import Answer, to_json

FORMATS: Mapping[str, str] = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "date": "2024-01-31",
    "date-time": "2024-01-31T12:00:00Z",
    "date-time-local": "2024-01-31T12:00:00",
    "time": "12:00:00Z",
    "uri": "https://example.org/",
    "email": "someone@example.org",
}
"""A text of each format."""


def sample_answer(operation: Operation) -> Answer:
    """The success answer of an operation, always the same."""
    response = operation.success
    return sample_response(response, int(response.status))


def sample_response(response: Response, status: int, example: str | None = None) -> Answer:
    """A documented answer under a status code: one of its examples, the first unless named, else made of its schema.

    Raises KeyError when it has no example of that name.
    """
    if response.media_type is None:
        return Answer(status, b"", "")
    value = response.examples[example] if example else _example(response)
    if isinstance(value, str) and "json" not in response.media_type:
        return Answer(status, value.encode(), response.media_type)
    return Answer(status, to_json(value), response.media_type)


def _example(response: Response) -> Any:
    for value in response.examples.values():
        return value
    return sample(response.schema or {})


def sample(schema: Mapping[str, Any] | bool) -> Any:
    """A value that a schema allows: its own example if it names one, else the plainest."""
    if isinstance(schema, bool):
        return None
    for keyword in ("const", "example", "default"):
        if keyword in schema:
            return schema[keyword]
    for keyword in ("examples", "enum"):
        if schema.get(keyword):
            return schema[keyword][0]
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            return sample(schema[keyword][0])
    if "allOf" in schema:
        return _merged([sample(part) for part in schema["allOf"]])
    return _plainest(schema)


def _merged(values: list[Any]) -> Any:
    if all(isinstance(value, dict) for value in values):
        return {key: inner for value in values for key, inner in value.items()}
    return values[0]


def _plainest(schema: Mapping[str, Any]) -> Any:
    kinds = schema.get("type", "object" if "properties" in schema else "null")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if kind == "object":
        return {name: sample(inner) for name, inner in schema.get("properties", {}).items()}
    if kind == "array":
        length = max(min(1, schema.get("maxItems", 1)), schema.get("minItems", 0))
        return [sample(schema.get("items", True))] * length
    if kind == "string":
        return _text(schema)
    if kind in ("integer", "number"):
        return _number(schema)
    return False if kind == "boolean" else None


def _text(schema: Mapping[str, Any]) -> str:
    text = FORMATS.get(schema.get("format", ""), "text")
    return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]


def _number(schema: Mapping[str, Any]) -> float:
    least = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
    return max(least, 0) if schema.get("maximum", 0) >= 0 else float(schema["maximum"])
