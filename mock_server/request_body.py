"""Checks the JSON body of a request by its schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs
import orjson

from api_spec import RequestBody
from mock_server.findings import Finding, finding, schema_finding, value_at
from mock_server.readings import MisreadError, read_uuid

NO_OBJECT = "Input should be a valid dictionary or object to extract fields from"


@dataclass(frozen=True)
class BodyCheck:
    """The body of an operation, made ready to check requests by."""

    body: RequestBody
    validator: Any = field(repr=False)

    @classmethod
    def of(cls, body: RequestBody) -> BodyCheck:
        """Compile the check of a body."""
        formats = {"uuid": _is_uuid}
        return cls(body, jsonschema_rs.validator_for(dict(body.schema), validate_formats=True, formats=formats))

    def value(self, raw: bytes, content_type: str, findings: list[Finding]) -> Any:
        """The value that a body holds, None for none; what is wrong with it is added to the findings."""
        if not raw:
            if self.body.required:
                findings.append(finding("missing", ["body"], "Field required", None))
            return None
        if "json" not in content_type.lower():
            findings.append(finding("model_attributes_type", ["body"], NO_OBJECT, raw.decode("utf-8", "replace")))
            return None
        try:
            value = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            reason = str(error).partition(":")[0]
            findings.append(finding("json_invalid", ["body", error.pos], "JSON decode error", {}, {"error": reason}))
            return None
        if not self.validator.is_valid(value):
            findings += self._findings(value)
            return None
        return _plain(value, self.body.schema)

    def _findings(self, value: Any) -> Iterator[Finding]:
        errors = list(self.validator.iter_errors(value))
        of_another_type = [error.instance_path for error in errors if error.kind.name == "type"]
        for error in errors:
            path = list(error.instance_path)
            if error.kind.name != "type" and path in of_another_type:
                continue  # what is no text is none of the allowed ones, either
            given = value_at(value, path)
            match error.kind.name:
                case "required":
                    yield finding("missing", ["body", *path, error.kind.property], "Field required", given)
                case "additionalProperties":
                    for name in error.kind.unexpected:
                        place = ["body", *path, name]
                        yield finding("extra_forbidden", place, "Extra inputs are not permitted", given[name])
                case "type" if "object" in error.kind.types:
                    yield finding("model_attributes_type", ["body", *path], NO_OBJECT, given)
                case "format" if error.kind.format == "uuid" and (misread := _misread_uuid(given)):
                    yield finding(misread.kind, ["body", *path], misread.message, given, misread.context)
                case _:
                    yield schema_finding(error, ["body", *path], given)


def _is_uuid(text: str) -> bool:
    return _misread_uuid(text) is None


def _misread_uuid(text: str) -> MisreadError | None:
    try:
        read_uuid(text)
    except MisreadError as misread:
        return misread
    return None


def _plain(value: Any, schema: Mapping[str, Any]) -> Any:
    """A valid value with its UUIDs in lower case and with hyphens, as those of parameters are."""
    if isinstance(value, dict):
        known = schema.get("properties", {})
        return {name: _plain(inner, known[name]) if name in known else inner for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner, schema.get("items", {})) for inner in value]
    return read_uuid(value) if schema.get("format") == "uuid" and isinstance(value, str) else value
