"""The page of the fields: what every field and parameter means, how sure that is, and what it looks like."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from api_spec import Operation, Parameter, Spec
from handbook.differences import takes_anything
from handbook.page import Page, cell
from handbook.samples import Seen, example_values, sample_values

INTRODUCTION = """\
Every field of every object and every parameter. How sure a field is stands beside it: a page says it in words
(`stated`), an example shows it (`shown`), or it was concluded (`inferred`). The same goes for null. Examples are those
of the contract, and the last column has values that the mock makes.
"""

FORMATS = {
    "uuid": "UUID", "date": "day, `YYYY-MM-DD`", "date-time": "moment with time zone",
    "date-time-local": "moment without time zone", "uri": "address", "double": "number",
}  # fmt: skip
TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "object",
}

ANY = "any"
"""What stands for a type that is not said."""

MOST_SHOWN = 80
"""Characters of all values of the mock that are shown for a field."""

HEAD = "| Field | Meaning | Type | Null | Basis | Example | In the mock |\n|---|---|---|---|---|---|---|"
PARAMETER_HEAD = "| Parameter | Meaning | Type | Required | Basis | Example |\n|---|---|---|---|---|---|"


def fields_page(spec: Spec) -> Page:
    """Every schema of the contract and the parameters of every operation."""
    examples, samples = example_values(spec), sample_values(spec)
    schemas: Mapping[str, Any] = spec.document.content["components"]["schemas"]
    lines = [INTRODUCTION]
    for name, schema in schemas.items():
        lines += [f"## {name}\n", f"{schema.get('description', '')}\n", HEAD]
        lines += [*_rows(name, schema, examples, samples), ""]
    for operation in spec.operations:
        lines += [f"## Parameters of {operation.id}\n", f"`{operation.method} {operation.path}`\n"]
        lines += parameter_table(operation, spec)
    summary = "What every field and parameter means: unit, null, how sure that is, an example, and values of the mock."
    return Page("fields", "Fields", summary, "Contract", "\n".join(lines))


def parameter_table(operation: Operation, spec: Spec) -> Iterator[str]:
    """The parameters of an operation, its credentials among them."""
    yield PARAMETER_HEAD
    yield from (_parameter(operation, one) for one in operation.parameters)
    yield from _credentials(operation, spec)
    yield ""


def _rows(name: str, schema: Mapping[str, Any], examples: Seen, samples: Seen) -> Iterator[str]:
    for field, about in schema.get("properties", {}).items():
        full = f"{name}.{field}"
        cells = (
            f'<a id="{full}"></a>`{field}`' + ("" if field in schema.get("required", ()) else " (may be absent)"),
            _meaning(about),
            type_of(about),
            f"may be null: `{about.get('x-null-basis', 'inferred')}`" if _nullable(about) else "never",
            f"`{about.get('x-basis', 'inferred')}`",
            _codes(examples.get(full, [])[:1]),
            _codes(_few(samples.get(full, []))),
        )
        yield "| " + " | ".join(map(cell, cells)) + " |"
        yield from _nested(full, about, examples, samples)


def _nested(name: str, about: Mapping[str, Any], examples: Seen, samples: Seen) -> Iterator[str]:
    """The fields of an object that is written out in its place, and not named."""
    for inner in (about, about.get("items", {})):
        if "properties" in inner:
            yield from _rows(name, inner, examples, samples)


def _meaning(about: Mapping[str, Any]) -> str:
    """What a field means, and its unit, where the description does not name that."""
    unit, text = about.get("x-unit"), about.get("description", "")
    return text if not unit or unit in text else f"{text} Unit: `{unit}`."


def type_of(schema: Mapping[str, Any]) -> str:
    """The type of a schema in words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](fields.md#{name.lower()})"
    for key in ("oneOf", "anyOf", "allOf"):
        if key in schema:
            parts = [part for part in schema[key] if _kinds(part) != ["null"]]
            kinds = [kind for kind in map(type_of, parts) if key != "allOf" or kind != ANY]
            return (" and " if key == "allOf" else " or ").join(kinds)
    if "enum" in schema:
        return "one of " + ", ".join(f"`{value}`" for value in schema["enum"] if value is not None)
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    named = [kind for kind in _kinds(schema) if kind != "null"]
    if named == ["array"]:
        return f"list of {type_of(schema.get('items', {}))}{_bounds(schema)}"
    words = FORMATS.get(schema.get("format", "")) or " or ".join(TYPES.get(kind, kind) for kind in named)
    return f"{words or ANY}{_bounds(schema)}"


def _kinds(schema: Mapping[str, Any]) -> list[str]:
    kinds = schema.get("type", [])
    return [kinds] if isinstance(kinds, str) else list(kinds)


def _nullable(schema: Mapping[str, Any]) -> bool:
    parts = (*schema.get("oneOf", ()), *schema.get("anyOf", ()))
    return (
        takes_anything(schema)
        or "null" in _kinds(schema)
        or None in schema.get("enum", ())
        or any(map(_nullable, parts))
    )


BOUNDS = (
    ("minimum", "at least {}"), ("maximum", "at most {}"), ("minLength", "at least {} long"),
    ("maxLength", "at most {} long"), ("minItems", "{} or more entries"), ("maxItems", "{} or fewer entries"),
    ("pattern", "like `{}`"), ("default", "default {}"),
)  # fmt: skip


def _bounds(schema: Mapping[str, Any]) -> str:
    return "".join(", " + words.format(schema[key]) for key, words in BOUNDS if key in schema)


def _parameter(operation: Operation, parameter: Parameter) -> str:
    example = parameter.example if parameter.example is not None else parameter.default
    shown = _codes([json.dumps(example, ensure_ascii=False)] if example is not None else [])
    required = "yes" if parameter.required else "no"
    anchor = f'<a id="{operation.id}.{parameter.name}"></a>'
    name = f"{anchor}`{parameter.name}` in the {parameter.location}"
    cells = (name, parameter.description, type_of(parameter.schema))
    return "| " + " | ".join(map(cell, (*cells, required, f"`{parameter.basis}`", shown))) + " |"


def _credentials(operation: Operation, spec: Spec) -> Iterator[str]:
    schemes = spec.document.content["components"].get("securitySchemes", {})
    for one in operation.security:
        about = schemes[one.scheme]
        basis = f"`{about.get('x-basis', 'inferred')}`"
        yield f"| `{one.name}` in the header | {cell(about.get('description', ''))} | text | yes | {basis} |  |"


def _few(values: list[str]) -> list[str]:
    """The first values, as many as fit into two or three lines."""
    return [one for index, one in enumerate(values) if sum(map(len, values[: index + 1])) <= MOST_SHOWN or not index]


def _codes(values: list[str]) -> str:
    return ", ".join(f"`{value}`" for value in values)
