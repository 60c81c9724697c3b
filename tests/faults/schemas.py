"""Whether what a deployment answers has the shape that the contract gives the answer."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from faults.exchange import Answer, Request

FORMATS = FormatChecker(["uuid", "date"])

Validate = Callable[[Request, Answer], None]


@FORMATS.checks("date-time", ValueError)
def _is_zoned(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("date-time-local", ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or bool(datetime.fromisoformat(value))


@FORMATS.checks("uri")
def _is_address(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"https?://\S+", value) is not None


def answer_validation(contract: dict[str, Any]) -> Validate:
    """A function that fails unless an answer with success has the documented status and shape."""
    validators = dict(_validators(contract))
    valid: set[tuple[str, str]] = set()

    def check(request: Request, answer: Answer) -> None:
        validator = validators[request.operation, answer.status]
        body = gzip.decompress(answer.body) if answer.header("Content-Encoding") == "gzip" else answer.body
        if validator is None:
            assert body == b""
            return
        content = json.loads(body)
        if (request.operation, repr(content)) not in valid:
            validator.validate(content)
            valid.add((request.operation, repr(content)))

    return check


def _validators(contract: dict[str, Any]) -> Iterator[tuple[tuple[str, int], Draft202012Validator | None]]:
    """By operation and status; None for an answer without a body."""
    for path in contract["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if status.startswith("2"):
                    yield (operation["operationId"], int(status)), _validator(contract, response)


def _validator(contract: dict[str, Any], response: dict[str, Any]) -> Draft202012Validator | None:
    if "content" not in response:
        return None
    schema = response["content"]["application/json"]["schema"] | {"components": contract["components"]}
    return Draft202012Validator(schema, format_checker=FORMATS)
