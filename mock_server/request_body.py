"""Checks the JSON body of a request by its schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs
import orjson

from api_spec import RequestBody
from mock_server.findings import Finding, finding, schema_finding
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
        return cls(body, jsonschema_rs.validator_for(dict(body.schema), validate_formats=True))

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
        return value

    def _findings(self, value: Any) -> Iterator[Finding]:
        for error in self.validator.iter_errors(value):
            path = list(error.instance_path)
            given = _at(value, path)
            match error.kind.name:
                case "required":
                    yield finding("missing", ["body", *path, error.kind.property], "Field required", given)
                case "additionalProperties":
                    for name in error.kind.unexpected:
                        place = ["body", *path, name]
                        yield finding("extra_forbidden", place, "Extra inputs are not permitted", given[name])
                case "type" if "object" in error.kind.types:
                    yield finding("model_attributes_type", ["body", *path], NO_OBJECT, given)
                case "format" if error.kind.format == "uuid":
                    yield _misread_uuid(["body", *path], given)
                case _:
                    yield schema_finding(error, ["body", *path], given)


def _at(value: Any, path: list[str | int]) -> Any:
    for step in path:
        value = value[step]
    return value


def _misread_uuid(place: list[str | int], text: str) -> Finding:
    try:
        read_uuid(text)
    except MisreadError as misread:
        return finding(misread.kind, place, misread.message, text, misread.context)
    return finding("uuid_parsing", place, "Input should be a valid UUID, written with hyphens", text)
