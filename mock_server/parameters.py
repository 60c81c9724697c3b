"""Checks and types the parameters of a request by their schemas.

Every mistake is a finding in the shape that FastAPI gives it: ``type``, ``loc``, ``msg``, ``input`` and, for a bound,
``ctx``. All findings of a request are answered together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from api_spec import Operation, Parameter
from mock_server.environ import header, query

Finding = dict[str, Any]
Read = Callable[[str], Any]


class MisreadError(Exception):
    """A text is not of the type asked for."""

    def __init__(self, kind: str, message: str, context: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.context = context


def read_integer(text: str) -> int:
    """A whole number, as pydantic reads it: blanks around it, a sign and ``.0`` are no mistake."""
    if not re.fullmatch(r"\s*[+-]?[0-9]+(\.0+)?\s*", text):
        raise MisreadError("int_parsing", "Input should be a valid integer, unable to parse string as an integer")
    try:
        return int(text.partition(".")[0])
    except ValueError:  # Python refuses to read thousands of digits
        raise MisreadError(
            "int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size"
        ) from None


def read_number(text: str) -> float:
    """A finite number."""
    if not re.fullmatch(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*", text):
        raise MisreadError("float_parsing", "Input should be a valid number, unable to parse string as a number")
    return float(text)


def read_boolean(text: str) -> bool:
    """True or false, in the spellings that pydantic knows."""
    if text.lower() in ("true", "1", "yes", "y", "on", "t"):
        return True
    if text.lower() in ("false", "0", "no", "n", "off", "f"):
        return False
    raise MisreadError("bool_parsing", "Input should be a valid boolean, unable to interpret input")


def read_uuid(text: str) -> str:
    """A UUID in lower case with hyphens, from one in any case, with or without hyphens."""
    digits = text.replace("-", "")
    wrong = re.search(r"[^0-9a-fA-F-]", text)
    if wrong:
        found = f"found `{wrong.group()}` at {wrong.start() + 1}"
        error = f"invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], {found}"
    elif len(digits) != 32:
        error = f"invalid length: expected length 32 for simple format, found {len(digits)}"
    else:
        parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
        plain = "-".join(parts)
        if text in (digits, plain):
            return plain.lower()
        error = "invalid group length: expected groups of 8, 4, 4, 4 and 12 digits"
    raise MisreadError("uuid_parsing", f"Input should be a valid UUID, {error}", {"error": error})


READERS: Mapping[str, Read] = {"integer": read_integer, "number": read_number, "boolean": read_boolean}

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


def reader_for(schema: Mapping[str, Any]) -> Read:
    """How the text of a parameter becomes its value; a schema without a type leaves it a text."""
    kinds = schema.get("type", "string")
    kind = kinds if isinstance(kinds, str) else next((one for one in kinds if one != "null"), "string")
    if schema.get("format") == "uuid":
        return read_uuid
    return READERS.get(kind, str)


def is_list(schema: Mapping[str, Any]) -> bool:
    """Whether a parameter takes all values sent under its name, not one."""
    return bool(schema.get("type") == "array")


@dataclass(frozen=True)
class Check:
    """One parameter, made ready to check requests by."""

    parameter: Parameter
    read: Read
    listed: bool
    validator: Any = field(repr=False)

    @classmethod
    def of(cls, parameter: Parameter) -> Check:
        """Compile the check of a parameter."""
        schema = parameter.schema
        listed = is_list(schema)
        reader = reader_for(schema.get("items", {}) if listed else schema)
        return cls(parameter, reader, listed, jsonschema_rs.validator_for(dict(schema), validate_formats=True))

    def value(self, sent: Sequence[str], findings: list[Finding]) -> Any:
        """The typed value of a parameter; what is wrong with it is added to the findings."""
        if not sent:
            if self.parameter.required:
                findings.append(self._finding("missing", "Field required", None))
            return self.parameter.default
        given = list(sent) if self.listed else sent[-1]
        try:
            value = [self.read(text) for text in given] if self.listed else self.read(sent[-1])
        except MisreadError as misread:
            findings.append(self._finding(misread.kind, misread.message, given, misread.context))
            return None
        if not self.validator.is_valid(value):
            findings.append(self._passed_bound(value, given))
        return value

    def _passed_bound(self, value: Any, given: Any) -> Finding:
        error = next(self.validator.iter_errors(value))
        details = error.kind.as_dict()
        if error.kind.name == "enum":
            options = [repr(option) for option in details["options"]]
            expected = " or ".join(filter(None, (", ".join(options[:-1]), options[-1])))
            return self._finding("enum", f"Input should be {expected}", given, {"expected": expected})
        if error.kind.name not in BOUNDS:
            return self._finding("value_error", f"Value error, {error.message}", given, {"error": error.message})
        kind, wording, name = BOUNDS[error.kind.name]
        bound = next(iter(details.values()))
        message = wording.format(bound)
        singular = message.removesuffix("s") if bound == 1 else message
        return self._finding(kind, singular, given, {name: bound})

    def _finding(self, kind: str, message: str, given: Any, context: Mapping[str, Any] | None = None) -> Finding:
        place = [self.parameter.location, self.parameter.name]
        finding: Finding = {"type": kind, "loc": place, "msg": message, "input": given}
        return finding if context is None else {**finding, "ctx": context}


@dataclass(frozen=True, slots=True)
class Checked:
    """What the parameters of a request hold."""

    values: dict[str, Any]
    """Typed values by name, defaults filled in; None for an absent one."""
    findings: list[Finding]
    """Everything that is wrong with them."""
    sent: dict[str, list[str]]
    """The texts of the query by name, those that the contract does not have among them."""


@dataclass(frozen=True)
class Checks:
    """All parameters of one operation, made ready to check requests by."""

    checks: tuple[Check, ...]

    @classmethod
    def of(cls, operation: Operation) -> Checks:
        """Compile the checks of an operation."""
        return cls(tuple(Check.of(parameter) for parameter in operation.parameters))

    def run(self, environ: Mapping[str, str], in_path: Mapping[str, str]) -> Checked:
        """Check a request.

        Parameters that the contract does not have are passed over. Of a repeated one the last counts.
        """
        in_query: dict[str, list[str]] = {}
        for name, text in query(environ):
            in_query.setdefault(name, []).append(text)
        values: dict[str, Any] = {}
        findings: list[Finding] = []
        for check in self.checks:
            name, location = check.parameter.name, check.parameter.location
            if location == "query":
                sent: Sequence[str] = in_query.get(name, ())
            else:
                text_found = in_path.get(name) if location == "path" else header(environ, name)
                sent = () if text_found is None else (text_found,)
            values[name] = check.value(sent, findings)
        return Checked(values, findings, in_query)
