"""The examples of the contract are the pages' own, and they are valid."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest

from api_spec import DEFAULT_PATH, Operation, Spec, load_fixtures, load_spec

FORMATS = jsonschema.FormatChecker()
LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?")


@FORMATS.checks("date-time-local", raises=ValueError)
def is_local_time(value: object) -> bool:
    return not isinstance(value, str) or bool(LOCAL_TIME.fullmatch(value) and datetime.fromisoformat(value))


@FORMATS.checks("uri", raises=ValueError)
def is_uri(value: object) -> bool:
    return not isinstance(value, str) or all(urlsplit(value)[:2])


@FORMATS.checks("double")
def is_number(value: object) -> bool:
    return not isinstance(value, str)


def errors(schema: Any, value: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema, format_checker=FORMATS)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def documented_bodies() -> Iterator[Any]:
    for operation in load_spec().operations:
        for status, response in operation.responses.items():
            for name, value in response.examples.items():
                yield pytest.param(response.schema, value, id=f"{operation.id}-{status}-{name}")
        if operation.body:
            for name, value in operation.body.examples.items():
                yield pytest.param(operation.body.schema, value, id=f"{operation.id}-body-{name}")


@pytest.mark.parametrize(("schema", "value"), list(documented_bodies()))
def test_every_example_body_is_valid(schema: Any, value: Any) -> None:
    assert errors(schema, value) == []


def test_every_example_parameter_is_valid(spec: Spec) -> None:
    parameters = [parameter for operation in spec.operations for parameter in operation.parameters]
    examples = [(one.name, one.schema, one.example) for one in parameters if one.example is not None]
    assert len(examples) > 20
    assert [(name, errors(schema, example)) for name, schema, example in examples if errors(schema, example)] == []


DOCUMENTED = [load_spec().operation(name) for name in load_fixtures()]


def test_the_exchanges_of_the_given_pages_and_of_the_workflow_are_fixtures() -> None:
    assert set(load_fixtures()) == {"listCupsGroups", "getInvoice", "listInvoices", "consolidateCups"}


@pytest.mark.parametrize("operation", DOCUMENTED, ids=lambda operation: operation.id)
def test_the_example_of_an_operation_is_the_documented_answer(operation: Operation) -> None:
    fixture = load_fixtures()[operation.id]
    assert fixture.status == int(operation.success.status)
    example = operation.success.examples["documented"]
    assert json.dumps(example) == json.dumps(fixture.body), "same values, same spelling, same order"


@pytest.mark.parametrize("operation", DOCUMENTED, ids=lambda operation: operation.id)
def test_the_documented_request_is_one_that_the_contract_knows(operation: Operation) -> None:
    fixture = load_fixtures()[operation.id]
    template = re.sub(r"{\w+}", "[^/]+", operation.path)
    assert (fixture.method, bool(re.fullmatch(template, fixture.path))) == (operation.method, True)
    assert set(fixture.query) <= {parameter.name for parameter in operation.parameters_in("query")}
    headers = {one.name for one in operation.parameters_in("header")} | {one.name for one in operation.security}
    assert set(fixture.headers) == headers
    assert fixture.request_body == (operation.body.examples["documented"] if operation.body else None)
    assert operation.page is not None
    assert fixture.page == operation.page.id


@pytest.mark.parametrize(
    ("format", "wrong"),
    [
        ("uuid", "550e8400"),
        ("date", "2024-13-01"),
        ("date-time", "2024-02-01T10:30:00"),
        ("date-time-local", "2024-02-01T10:30:00Z"),
        ("date-time-local", "2024-02-31T10:30:00"),
        ("uri", "invoice.pdf"),
        ("double", "1.5"),
    ],
)
def test_these_tests_would_notice_a_wrong_value(format: str, wrong: str) -> None:
    assert errors({"format": format}, wrong) != []


def test_every_format_of_the_contract_is_one_that_these_tests_check() -> None:
    written = set(re.findall(r"format: ([\w-]+)", DEFAULT_PATH.read_text(encoding="utf-8")))
    assert written == {"uuid", "date", "date-time", "date-time-local", "uri", "double"}
    assert written <= set(FORMATS.checkers)
