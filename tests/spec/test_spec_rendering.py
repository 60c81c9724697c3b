"""The contract in other forms says what the file says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

from api_spec import DEFAULT_PATH, Spec, load_spec
from api_spec.rendering import render_spec, without_extensions

FORMS = [
    {"as_json": as_json, "dereferenced": dereferenced, "extensions": extensions}
    for as_json, dereferenced, extensions in product((False, True), repeat=3)
]


def keys_of(value: Any) -> Iterator[str]:
    """Every key of every mapping in a value."""
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys_of(inner)


def said_by(spec: Spec, extensions: bool) -> Any:
    """What matters to a generator: operations, parameters and answers."""
    clean = (lambda schema: schema) if extensions else without_extensions
    return [
        (
            operation.id,
            [(one.name, one.location, one.required, clean(one.schema), one.example) for one in operation.parameters],
            {status: (clean(one.schema), one.examples) for status, one in operation.responses.items()},
        )
        for operation in spec.operations
    ]


@pytest.mark.parametrize("form", FORMS, ids=repr)
def test_every_form_is_openapi_and_says_the_same(spec: Spec, tmp_path: Path, form: dict[str, bool]) -> None:
    text = render_spec(spec, **form)
    content = json.loads(text) if form["as_json"] else yaml.safe_load(text)
    validate(content)
    path = tmp_path / "contract.yaml"
    path.write_text(text, encoding="utf-8")
    again = load_spec(path)
    assert said_by(again, form["extensions"]) == said_by(spec, form["extensions"])
    assert bool(again.rules) == form["extensions"]
    assert ("$ref" in keys_of(content)) != form["dereferenced"]


def test_the_plain_form_is_the_file(spec: Spec) -> None:
    assert render_spec(spec) == DEFAULT_PATH.read_text(encoding="utf-8")


@pytest.mark.parametrize("dereferenced", [False, True])
def test_without_extensions_no_key_of_the_contract_is_one(spec: Spec, dereferenced: bool) -> None:
    content = yaml.safe_load(render_spec(spec, dereferenced=dereferenced, extensions=False))
    assert [key for key in keys_of(content) if key.startswith("x-")] == []


def test_a_dereferenced_contract_keeps_the_one_component_that_is_referred_to_by_name(spec: Spec) -> None:
    content = yaml.safe_load(render_spec(spec, dereferenced=True))
    assert content["components"] == {"securitySchemes": spec.document.content["components"]["securitySchemes"]}


def test_names_and_data_that_look_like_extensions_stay() -> None:
    schema = {
        "properties": {"x-kind": {"type": "string", "x-basis": "stated"}, "properties": {"x-unit": "kWh"}},
        "example": {"x-kind": "a"},
        "examples": [{"x-kind": "b"}],
        "x-note": 1,
    }
    media_type = {"schema": schema, "examples": {"x-first": {"value": {"x-kind": "c"}, "x-note": 2}}}
    answer = {"headers": {"x-request-id": {"x-basis": "shown"}}, "content": {"application/json": media_type}}
    assert without_extensions(answer) == {
        "headers": {"x-request-id": {}},
        "content": {
            "application/json": {
                "schema": {
                    "properties": {"x-kind": {"type": "string"}, "properties": {}},
                    "example": {"x-kind": "a"},
                    "examples": [{"x-kind": "b"}],
                },
                "examples": {"x-first": {"value": {"x-kind": "c"}}},
            },
        },
    }


def test_prose_stays_readable_in_yaml(spec: Spec) -> None:
    text = render_spec(spec, extensions=False)
    assert "  description: |\n    A machine-readable contract" in text
    assert "&id" not in text
