"""What is wrong with the values of a request, in the shape that FastAPI gives it.

A finding has ``type``, ``loc``, ``msg``, ``input`` and, for a bound, ``ctx``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Finding = dict[str, Any]

BOUNDS: Mapping[str, tuple[str, str, str]] = {
    "minimum": ("greater_than_equal", "Input should be greater than or equal to {}", "ge"),
    "exclusiveMinimum": ("greater_than", "Input should be greater than {}", "gt"),
    "maximum": ("less_than_equal", "Input should be less than or equal to {}", "le"),
    "exclusiveMaximum": ("less_than", "Input should be less than {}", "lt"),
    "multipleOf": ("multiple_of", "Input should be a multiple of {}", "multiple_of"),
    "minLength": ("string_too_short", "String should have at least {} characters", "min_length"),
    "maxLength": ("string_too_long", "String should have at most {} characters", "max_length"),
    "pattern": ("string_pattern_mismatch", "String should match pattern '{}'", "pattern"),
    "minItems": ("too_short", "List should have at least {} items", "min_length"),
    "maxItems": ("too_long", "List should have at most {} items", "max_length"),
}
"""JSON Schema keyword: pydantic's error type, its wording and the name of the bound."""

TYPES: Mapping[str, tuple[str, str]] = {
    "string": ("string_type", "Input should be a valid string"),
    "integer": ("int_type", "Input should be a valid integer"),
    "number": ("float_type", "Input should be a valid number"),
    "boolean": ("bool_type", "Input should be a valid boolean"),
    "array": ("list_type", "Input should be a valid list"),
    "object": ("dict_type", "Input should be a valid dictionary"),
    "null": ("none_required", "Input should be None"),
}
"""JSON type: pydantic's error type for another one, and its wording."""


def finding(
    kind: str, place: Sequence[str | int], message: str, given: Any, context: Mapping[str, Any] | None = None
) -> Finding:
    """A finding; `place` leads from the part of the request to the value."""
    found: Finding = {"type": kind, "loc": list(place), "msg": message, "input": given}
    return found if context is None else {**found, "ctx": context}


def value_at(value: Any, path: Iterable[str | int]) -> Any:
    """The part of a value that a path leads to."""
    for step in path:
        value = value[step]
    return value


def schema_finding(error: Any, place: Sequence[str | int], given: Any) -> Finding:
    """The finding for an error of a compiled schema (`jsonschema_rs.ValidationError`)."""
    name, details = error.kind.name, error.kind.as_dict()
    if name == "enum":
        options = [repr(option) for option in details["options"]]
        expected = " or ".join(filter(None, (", ".join(options[:-1]), options[-1])))
        return finding("enum", place, f"Input should be {expected}", given, {"expected": expected})
    if name == "type":
        kind, message = TYPES[next(one for one in details["types"] if one != "null" or len(details["types"]) == 1)]
        return finding(kind, place, message, given)
    if name not in BOUNDS:
        return finding("value_error", place, f"Value error, {error.message}", given, {"error": error.message})
    kind, wording, bound_name = BOUNDS[name]
    bound = next(iter(details.values()))
    message = wording.format(bound)
    return finding(kind, place, message.removesuffix("s") if bound == 1 else message, given, {bound_name: bound})
