"""Comparing values with schemas: types as JSON writes them, formats as the calendar has them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from api_spec import Basis, load_fixtures, load_spec
from contract_tests.conformance import (
    Conformance,
    Violation,
    brief,
    is_date,
    is_date_time,
    is_url,
    is_uuid,
    same_uuid,
)

SPEC = load_spec()
FIXTURES = load_fixtures()
WRONG_VALUES: dict[str, Any] = {
    "string": "x", "integer": 45, "number": 45.5, "boolean": True, "array": [1], "object": {"a": 1}, "null": None,
}  # fmt: skip


def violations(schema: dict[str, Any], value: Any) -> list[Violation]:
    return list(Conformance(schema).violations(value))


@pytest.mark.parametrize(
    ("type_name", "right", "wrong"),
    [
        ("integer", [0, 45, -1, 10**30], [45.0, 45.5, True, False, "45", None]),
        ("number", [0, 45, 45.0, -0.5], [True, False, "45", None]),
        ("boolean", [True, False], [0, 1, 1.0, "true", None]),
        ("string", ["", "x"], [0, True, None, ["x"]]),
        ("null", [None], [0, "", False, [], {}]),
        ("array", [[], [1]], [{}, "[]", None]),
        ("object", [{}], [[], "{}", None]),
    ],
)
def test_types_are_those_that_json_writes(type_name: str, right: list[Any], wrong: list[Any]) -> None:
    schema = {"type": type_name}
    assert [value for value in right if violations(schema, value)] == []
    assert [value for value in wrong if not violations(schema, value)] == []


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        (
            is_uuid,
            ["550e8400-e29b-41d4-a716-446655440000", "550E8400-E29B-41D4-A716-446655440000",
             "00000000-0000-0000-0000-000000000000"],
            ["", "550e8400e29b41d4a716446655440000", "{550e8400-e29b-41d4-a716-446655440000}",
             "urn:uuid:550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-44665544000",
             "550e8400-e29b-41d4-a716-44665544000g", "550e8400-e29b-41d4-a716-446655440000\n",
             " 550e8400-e29b-41d4-a716-446655440000", "५50e8400-e29b-41d4-a716-446655440000"],
        ),
        (
            is_date,
            ["2024-01-01", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"],
            ["", "2024-1-1", "20240101", "2024-02-30", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10",
             "2024-01-01T00:00:00", "2024-01-01\n", "01/02/2024", "2024-W01-1", "2024-001", "२०२४-०१-०१"],
        ),
        (
            is_date_time,
            ["2024-01-01T00:00:00", "2024-01-01T23:59:59Z", "2024-01-01T00:00:00.1", "2024-01-01T00:00:00.123456789Z",
             "2024-02-29T12:00:00+02:00", "2024-01-01T00:00:00-00:00", "2024-01-01T00:00:00+14:00",
             "2024-01-01t00:00:00z"],
            ["", "2024-01-01", "2024-01-01 00:00:00", "2024-01-01T00:00", "2024-01-01T24:00:00", "2024-01-01T00:60:00",
             "2024-01-01T00:00:61", "2024-02-30T00:00:00", "2024-01-01T00:00:00+0200", "2024-01-01T00:00:00+02",
             "2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00+99:99", "2024-01-01T00:00:00+02:60",
             "2024-01-01T00:00:00.", "2024-01-01T00:00:00,5", "2024-01-01T00:00:00 Z", "2024-01-01T00:00:00Z\n",
             "2024-01-01T00:00:00.٣", "1704067200"],
        ),
        (
            is_url,
            ["https://storage.dcycle.io/a.pdf", "http://127.0.0.1:8000/a?b=c#d", "HTTPS://A.example/ñ"],
            ["", "storage.dcycle.io/a.pdf", "/a.pdf", "ftp://a.example/b", "javascript:alert(1)", "https://",
             "https:///a.pdf", "https://a b/", "https://a.example/\n", "http://[::1"],
        ),
    ],
    ids=["uuid", "date", "date-time", "url"],
)  # fmt: skip
def test_formats_follow_their_standard_and_the_calendar(check: Any, right: list[str], wrong: list[str]) -> None:
    assert [text for text in right if not check(text)] == []
    assert [text for text in wrong if check(text)] == []


@pytest.mark.parametrize(
    ("schema", "value", "expected", "got"),
    [
        ({"type": "integer"}, 45.0, "integer", "45.0"),
        ({"type": ["string", "null"]}, 5, "string or null", "5"),
        ({"enum": ["heat", "water"]}, "gas", "one of heat, water", '"gas"'),
        ({"type": "string", "format": "uuid"}, "x", "a UUID", '"x"'),
        ({"type": "string", "format": "date"}, "2024-02-30", "a date of the calendar as YYYY-MM-DD", '"2024-02-30"'),
        ({"minimum": 0}, -1, "at least 0", "-1"),
        ({"maximum": 1}, 1.5, "at most 1", "1.5"),
        ({"multipleOf": 2}, 3, "multipleOf 2", "3"),
    ],
)
def test_a_violation_says_what_was_expected_and_got(schema: Any, value: Any, expected: str, got: str) -> None:
    assert violations(schema, value) == [Violation((), expected, got)]


def test_every_missing_name_is_a_violation_at_its_own_place() -> None:
    schema = {"required": ["a", "ab", "c"], "properties": {"ab": {"x-basis": "stated"}}}
    assert violations(schema, {"c": 1}) == [
        Violation(("a",), "a value", "nothing"),
        Violation(("ab",), "a value", "nothing", Basis.STATED),
    ]


def test_an_unknown_key_is_named_and_no_value_is_repeated() -> None:
    schema = {"properties": {"a": {}, "b": {}}, "additionalProperties": False}
    (found,) = violations(schema, {"a": "a-secret", "z": "another-secret"})
    assert found == Violation(("z",), "one of a, b", "an unknown key")


def test_a_choice_of_keys_is_told_without_their_values() -> None:
    schema = {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}
    (found,) = violations(schema, {"a": "a-secret", "b": "another-secret"})
    assert found == Violation((), "exactly one of a, b", "a and b")


# Every field of both answers


def body_of(operation_id: str) -> Any:
    return copy.deepcopy(FIXTURES[operation_id].body)


def schema_of(operation_id: str) -> dict[str, Any]:
    return dict(SPEC.operation(operation_id).success.schema or {})


def fields() -> Iterator[tuple[str, tuple[str | int, ...], dict[str, Any]]]:
    """Every field of both answers: its operation, its path in the documented body, its schema."""
    page = schema_of("listCupsGroups")["properties"]
    yield from (("listCupsGroups", (name,), schema) for name, schema in page.items())
    group = page["items"]["items"]["properties"]
    yield from (("listCupsGroups", ("items", 0, name), schema) for name, schema in group.items())
    invoice = schema_of("getInvoice")["properties"]
    yield from (("getInvoice", (name,), schema) for name, schema in invoice.items())


FIELDS = list(fields())
FIELD_IDS = ["/".join(map(str, (operation_id, *path))) for operation_id, path, _ in FIELDS]


def types_of(schema: dict[str, Any]) -> list[str]:
    declared = schema["type"]
    return declared if isinstance(declared, list) else [declared]


def parent_of(body: Any, path: tuple[str | int, ...]) -> Any:
    for step in path[:-1]:
        body = body[step]
    return body


def paths_of(operation_id: str, body: Any) -> list[tuple[str | int, ...]]:
    return [found.path for found in violations(schema_of(operation_id), body)]


def test_there_are_five_page_fields_seven_group_fields_and_23_invoice_fields() -> None:
    assert len(FIELDS) == 5 + 7 + 23


@pytest.mark.parametrize("operation_id", ["listCupsGroups", "getInvoice"])
def test_the_documented_answer_has_no_violation(operation_id: str) -> None:
    assert paths_of(operation_id, body_of(operation_id)) == []


@pytest.mark.parametrize(("operation_id", "path", "schema"), FIELDS, ids=FIELD_IDS)
def test_a_missing_field_is_found_at_its_place(operation_id: str, path: tuple[str | int, ...], schema: Any) -> None:
    body = body_of(operation_id)
    del parent_of(body, path)[path[-1]]
    assert violations(schema_of(operation_id), body) == [
        Violation(path, "a value", "nothing", Basis(schema["x-basis"])),
    ]


@pytest.mark.parametrize(("operation_id", "path", "schema"), FIELDS, ids=FIELD_IDS)
def test_a_null_is_found_at_its_place_unless_it_is_allowed(
    operation_id: str, path: tuple[str | int, ...], schema: Any
) -> None:
    body = body_of(operation_id)
    parent_of(body, path)[path[-1]] = None
    found = paths_of(operation_id, body)
    # An enumeration that null is none of is a second violation at the same place.
    assert set(found) == (set() if "null" in types_of(schema) else {path})


@pytest.mark.parametrize(("operation_id", "path", "schema"), FIELDS, ids=FIELD_IDS)
def test_every_wrong_type_is_found_at_its_place(operation_id: str, path: tuple[str | int, ...], schema: Any) -> None:
    allowed = {*types_of(schema), *(["integer"] if "number" in types_of(schema) else [])}
    for type_name in sorted(WRONG_VALUES.keys() - allowed):
        body = body_of(operation_id)
        parent_of(body, path)[path[-1]] = WRONG_VALUES[type_name]
        assert set(paths_of(operation_id, body)) == {path}, type_name


FORMED = [
    (field, name)
    for field, name in zip(FIELDS, FIELD_IDS, strict=True)
    if {"enum", "minimum", "minLength"} & field[2].keys() or field[2].get("format", "double") != "double"
]


@pytest.mark.parametrize(
    ("operation_id", "path", "schema"), [field for field, _ in FORMED], ids=[name for _, name in FORMED]
)
def test_a_value_of_the_right_type_and_the_wrong_form_is_found(
    operation_id: str, path: tuple[str | int, ...], schema: Any
) -> None:
    wrong: Any = "" if "minLength" in schema else "x"
    if "minimum" in schema:
        wrong = schema["minimum"] - 1
    body = body_of(operation_id)
    parent_of(body, path)[path[-1]] = wrong
    assert paths_of(operation_id, body) == [path]


# Texts


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("ñ", '"ñ"'),
        (None, "null"),
        (True, "true"),
        ({"a": [1]}, '{"a": [1]}'),
        ("\x1b[2J", r'"\u001b[2J"'),
        ({1, }, "{1}"),
        ("x" * 200, '"' + "x" * 118 + "…"),
    ],
)  # fmt: skip
def test_a_value_is_told_as_json_of_a_readable_length(value: Any, text: str) -> None:
    assert brief(value) == text
    assert len(brief(value)) <= 120


def test_uuids_in_either_case_are_the_same_and_other_text_keeps_its_case() -> None:
    assert same_uuid("550E8400-E29B-41D4-A716-446655440000") == "550e8400-e29b-41d4-a716-446655440000"
    assert same_uuid("Facility 1") == "Facility 1"
