"""Values made from a schema."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from mock_server.sampling import sample

SCHEMAS: list[Any] = [
    True,
    {},
    {"type": "string"},
    {"type": "string", "minLength": 9},
    {"type": "string", "maxLength": 2},
    {"type": "string", "format": "uuid"},
    {"type": "string", "format": "date"},
    {"type": ["string", "null"], "format": "date-time"},
    {"type": "integer"},
    {"type": "integer", "minimum": 5},
    {"type": "integer", "maximum": -5},
    {"type": "integer", "minimum": -9, "maximum": -5},
    {"type": "number", "exclusiveMinimum": 2},
    {"type": "number", "minimum": 0.25, "maximum": 0.75},
    {"type": "boolean"},
    {"type": "null"},
    {"type": "array", "items": {"type": "integer"}},
    {"type": "array", "items": {"type": "integer"}, "minItems": 3},
    {"type": "array"},
    {"type": "array", "maxItems": 0},
    {"enum": ["a", "b"]},
    {"const": 7},
    {"type": "integer", "default": 3, "minimum": 2},
    {"type": "string", "examples": ["x1"], "pattern": "^x"},
    {"oneOf": [{"type": "integer"}, {"type": "string"}]},
    {"anyOf": [{"type": "null"}, {"type": "string"}]},
    {
        "allOf": [
            {"properties": {"a": {"type": "integer"}}, "required": ["a"]},
            {"properties": {"b": {"const": 1}}, "required": ["b"]},
        ]
    },
    {
        "properties": {"id": {"type": "string"}, "many": {"type": "array", "items": {"type": "boolean"}}},
        "required": ["id", "many"],
    },
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=repr)
def test_a_sample_is_valid(schema: Any) -> None:
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(sample(schema))


@pytest.mark.parametrize("schema", SCHEMAS, ids=repr)
def test_a_sample_is_always_the_same(schema: Any) -> None:
    assert sample(schema) == sample(schema)
