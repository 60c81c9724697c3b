"""How the text of a parameter becomes a value, and how a mistake in it is told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api_spec import Basis, Parameter
from mock_server.parameters import Check
from mock_server.readings import MisreadError, read_boolean, read_date, read_integer, read_number, read_uuid

ID = "550e8400-e29b-41d4-a716-446655440000"


def check(schema: dict[str, Any], *sent: str, required: bool = False) -> tuple[Any, list[dict[str, Any]]]:
    parameter = Parameter("p", "query", required, schema, Basis.STATED, "", None, ())
    findings: list[dict[str, Any]] = []
    return Check.of(parameter).value(sent, findings), findings


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("0", 0), ("-3", -3), ("+7", 7), (" 7 ", 7), ("007", 7), ("2.0", 2), ("1" * 40, int("1" * 40))],
)
def test_a_whole_number_is_read(text: str, value: int) -> None:
    assert read_integer(text) == value


@pytest.mark.parametrize("text", ["", " ", "abc", "1.5", "1e3", "0x10", "1,000", "١", "null", "true", "--1", "1_0"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(MisreadError) as refused:
        read_integer(text)
    assert refused.value.kind == "int_parsing"


def test_a_number_of_thousands_of_digits_is_refused_as_too_large() -> None:
    with pytest.raises(MisreadError) as refused:
        read_integer("9" * 5000)
    assert refused.value.kind == "int_parsing_size"


@pytest.mark.parametrize(("text", "value"), [("1", 1.0), ("-2.5", -2.5), (".5", 0.5), ("3.", 3.0), ("1e3", 1000.0)])
def test_a_number_is_read(text: str, value: float) -> None:
    assert read_number(text) == value


@pytest.mark.parametrize("text", ["", "abc", "nan", "inf", "1..2", "0x1"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(MisreadError):
        read_number(text)


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("1", True), ("Yes", True), ("false", False), ("off", False)]
)
def test_a_boolean_is_read(text: str, value: bool) -> None:
    assert read_boolean(text) is value


def test_what_is_no_boolean_is_refused() -> None:
    with pytest.raises(MisreadError):
        read_boolean("maybe")


@given(st.uuids(), st.booleans(), st.booleans())
def test_a_uuid_is_read_in_any_case_and_without_hyphens(given_id: Any, upper: bool, plain: bool) -> None:
    text = given_id.hex if plain else str(given_id)
    assert read_uuid(text.upper() if upper else text) == str(given_id)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "invalid length: expected length 32 for simple format, found 0"),
        (ID[:-1], "invalid length: expected length 32 for simple format, found 31"),
        (ID + "0", "invalid length: expected length 32 for simple format, found 33"),
        ("550e8400e-29b-41d4-a716-446655440000", "invalid group length: expected groups of 8, 4, 4, 4 and 12 digits"),
        (
            "x" + ID[1:],
            "invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `x` at 1",
        ),
        (
            ID + "\n",
            "invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `\n` at 37",
        ),
    ],
)
def test_what_is_no_uuid_is_refused_with_the_reason(text: str, error: str) -> None:
    with pytest.raises(MisreadError) as refused:
        read_uuid(text)
    assert (refused.value.kind, refused.value.context) == ("uuid_parsing", {"error": error})


@pytest.mark.parametrize(
    ("schema", "sent", "kind", "message", "context"),
    [
        ({"type": "integer", "minimum": 1}, "0", "greater_than_equal", "greater than or equal to 1", {"ge": 1}),
        ({"type": "integer", "maximum": 9}, "10", "less_than_equal", "less than or equal to 9", {"le": 9}),
        ({"type": "number", "exclusiveMinimum": 0}, "0", "greater_than", "greater than 0", {"gt": 0}),
        ({"type": "number", "exclusiveMaximum": 1}, "1", "less_than", "less than 1", {"lt": 1}),
        ({"type": "integer", "multipleOf": 5}, "7", "multiple_of", "multiple of 5", {"multiple_of": 5}),
        ({"type": "string", "minLength": 1}, "", "string_too_short", "at least 1 character", {"min_length": 1}),
        ({"type": "string", "maxLength": 2}, "abc", "string_too_long", "at most 2 characters", {"max_length": 2}),
        ({"type": "string", "pattern": "^a$"}, "b", "string_pattern_mismatch", "pattern '^a$'", {"pattern": "^a$"}),
        ({"enum": ["a", "b", "c"]}, "d", "enum", "'a', 'b' or 'c'", {"expected": "'a', 'b' or 'c'"}),
        (
            {"type": "string", "format": "date"},
            "x",
            "date_from_datetime_parsing",
            "date or datetime, input is too short",
            {"error": "input is too short"},
        ),
    ],
)
def test_a_passed_bound_is_told_as_fastapi_tells_it(
    schema: dict[str, Any], sent: str, kind: str, message: str, context: dict[str, Any]
) -> None:
    _, (finding,) = check(schema, sent)
    assert finding["msg"].endswith(message)
    assert {**finding, "msg": ""} == {"type": kind, "loc": ["query", "p"], "msg": "", "input": sent, "ctx": context}


def test_an_absent_parameter_has_its_default() -> None:
    assert check({"type": "integer", "default": 50}) == (50, [])


def test_an_absent_optional_parameter_is_none() -> None:
    assert check({"type": "string"}) == (None, [])


def test_an_absent_required_parameter_is_a_finding() -> None:
    expected = {"type": "missing", "loc": ["query", "p"], "msg": "Field required", "input": None}
    assert check({"type": "string"}, required=True)[1] == [expected]


def test_of_a_repeated_parameter_the_last_counts() -> None:
    assert check({"type": "integer"}, "oops", "2") == (2, [])
    _, (finding,) = check({"type": "integer"}, "2", "oops")
    assert finding["input"] == "oops"


def test_a_list_parameter_takes_every_value() -> None:
    assert check({"type": "array", "items": {"type": "integer"}}, "1", "2") == ([1, 2], [])


@pytest.mark.parametrize(
    ("items", "sent", "kinds"),
    [
        ({"type": "integer"}, ["1", "two", "3"], {1: "int_parsing"}),
        ({"type": "string", "format": "uuid"}, ["x", ID, "y"], {0: "uuid_parsing", 2: "uuid_parsing"}),
        ({"type": "string", "enum": ["a", "b"]}, ["a", "c", "b", ""], {1: "enum", 3: "enum"}),
    ],
)
def test_a_wrong_value_in_a_list_is_named_by_its_place(
    items: dict[str, Any], sent: list[str], kinds: dict[int, str]
) -> None:
    _, findings = check({"type": "array", "items": items}, *sent)
    assert {finding["loc"][2]: finding["type"] for finding in findings} == kinds
    assert all(
        finding["loc"] == ["query", "p", at] and finding["input"] == sent[at]
        for finding, at in zip(findings, kinds, strict=True)
    )


@pytest.mark.parametrize("text", ["2024-01-31", "2024-02-29", "0001-01-01"])
def test_a_day_is_read_as_it_stands(text: str) -> None:
    assert read_date(text) == text


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("2024", "input is too short"),
        ("", "input is too short"),
        ("31/01/2024", "expected YYYY-MM-DD"),
        ("2024-01-31T00:00:00", "expected YYYY-MM-DD"),
        ("2024-13-01", "year, month or day value is outside expected range"),
        ("2023-02-29", "year, month or day value is outside expected range"),
        ("0000-01-01", "year, month or day value is outside expected range"),
    ],
)
def test_what_is_no_day_is_refused_with_the_reason(text: str, error: str) -> None:
    with pytest.raises(MisreadError) as refused:
        read_date(text)
    assert (refused.value.kind, refused.value.context) == ("date_from_datetime_parsing", {"error": error})


def test_a_nullable_type_is_read_as_the_other_type() -> None:
    assert check({"type": ["null", "integer"]}, "5") == (5, [])
