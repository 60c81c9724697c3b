"""Checks and types the parameters of a request by their schemas. All findings of a request are answered together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import jsonschema_rs

from api_spec import Operation, Parameter
from mock_server.environ import header, query
from mock_server.findings import Finding, finding, schema_finding, value_at
from mock_server.readings import READERS, MisreadError, Read, read_boolean, read_integer, read_uuid
from mock_server.request_body import BodyCheck


def reader_for(schema: Mapping[str, Any]) -> Read:
    """How the text of a parameter becomes its value; a schema without a type leaves it a text."""
    kinds = schema.get("type", "string")
    kind = kinds if isinstance(kinds, str) else next((one for one in kinds if one != "null"), "string")
    return READERS.get(schema.get("format", ""), READERS.get(kind, str))


def is_list(schema: Mapping[str, Any]) -> bool:
    """Whether a parameter takes all values sent under its name, not one."""
    return bool(schema.get("type") == "array")


@dataclass(frozen=True)
class Check:
    """One parameter, made ready to check requests by."""

    parameter: Parameter
    read: Read
    listed: bool
    exact: bool
    """Whether a value has one right spelling, though others are understood."""
    validator: Any = field(repr=False)

    @classmethod
    def of(cls, parameter: Parameter) -> Check:
        """Compile the check of a parameter."""
        schema = parameter.schema
        listed = is_list(schema)
        reader = reader_for(schema.get("items", {}) if listed else schema)
        exact = not listed and reader in (read_integer, read_uuid, read_boolean)
        return cls(parameter, reader, listed, exact, jsonschema_rs.validator_for(dict(schema), validate_formats=True))

    def value(self, sent: Sequence[str], findings: list[Finding]) -> Any:
        """The typed value of a parameter; what is wrong with it is added to the findings."""
        if not sent:
            if self.parameter.required:
                findings.append(finding("missing", self._place, "Field required", None))
            return self.parameter.default
        known = len(findings)
        if not self.listed:
            value = self._read(sent[-1], self._place, findings)
        else:
            value = [self._read(text, [*self._place, index], findings) for index, text in enumerate(sent)]
        if len(findings) == known and not self.validator.is_valid(value):
            findings += self._wrong(value, list(sent) if self.listed else sent[-1])
        return value

    def _read(self, text: str, place: list[str | int], findings: list[Finding]) -> Any:
        try:
            return self.read(text)
        except MisreadError as misread:
            findings.append(finding(misread.kind, place, misread.message, text, misread.context))
            return None

    def _wrong(self, value: Any, given: Any) -> Iterator[Finding]:
        """What the schema does not allow: of a list every mistake, else the first."""
        for error in islice(self.validator.iter_errors(value), None if self.listed else 1):
            path = error.instance_path
            yield schema_finding(error, [*self._place, *path], value_at(given, path))

    @property
    def _place(self) -> list[str | int]:
        return [self.parameter.location, self.parameter.name]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the parameters of a request hold."""

    values: dict[str, Any]
    """Typed values by name, defaults filled in; None for an absent one."""
    findings: list[Finding]
    """Everything that is wrong with them."""
    sent: dict[str, list[str]]
    """The texts of the query by name, those that the contract does not have among them."""
    loose: Sequence[tuple[Parameter, str]] = ()
    """Parameters whose text is understood, but is not written as documented, such as ``05``."""
    body: Any = None
    """What the request carries, read from JSON; None for nothing."""


@dataclass(frozen=True)
class Checks:
    """All parameters of one operation and its body, made ready to check requests by."""

    checks: tuple[Check, ...]
    body: BodyCheck | None = None

    @classmethod
    def of(cls, operation: Operation) -> Checks:
        """Compile the checks of an operation."""
        body = BodyCheck.of(operation.body) if operation.body else None
        return cls(tuple(Check.of(parameter) for parameter in operation.parameters), body)

    def run(
        self, environ: Mapping[str, str], in_path: Mapping[str, str], read_body: Callable[[], bytes] = bytes
    ) -> Checked:
        """Check a request.

        Parameters that the contract does not have are passed over. Of a repeated one the last counts. The body is read
        only where the contract has one.
        """
        in_query: dict[str, list[str]] = {}
        for name, text in query(environ):
            in_query.setdefault(name, []).append(text)
        values: dict[str, Any] = {}
        findings: list[Finding] = []
        loose: list[tuple[Parameter, str]] = []
        for check in self.checks:
            name, location = check.parameter.name, check.parameter.location
            if location == "query":
                sent: Sequence[str] = in_query.get(name, ())
            else:
                text_found = in_path.get(name) if location == "path" else header(environ, name)
                sent = () if text_found is None else (text_found,)
            value = values[name] = check.value(sent, findings)
            if check.exact and sent and value is not None and sent[-1].lower() != str(value).lower():
                loose.append((check.parameter, sent[-1]))
        body = self.body.value(read_body(), environ.get("CONTENT_TYPE", ""), findings) if self.body else None
        return Checked(values, findings, in_query, loose, body)
