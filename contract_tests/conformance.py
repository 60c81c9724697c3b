"""Compares a JSON value with a schema, strictly in its types and leniently where the pages leave it open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import jsonschema
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from api_spec import Basis

Path = tuple[str | int, ...]


MOST_VIOLATIONS = 2000
"""Places in one value that are told. A page as large as documented has fewer, whatever is wrong in it."""


@dataclass(frozen=True)
class Violation:
    """One place where a value differs from its schema."""

    path: Path
    """Where in the value."""
    expected: str
    got: str
    basis: Basis | None = None
    """How sure the clause is that it breaks."""


UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
DATE_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?", re.ASCII | re.IGNORECASE
)
ZONED = re.compile(r"(Z|[+-]\d\d:\d\d)$", re.IGNORECASE)


def is_uuid(text: str) -> bool:
    """Whether it is a UUID with its hyphens, in either case."""
    return UUID.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Whether it is a day of the calendar, as YYYY-MM-DD."""
    return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None and _reads(date.fromisoformat, text)


def is_date_time(text: str) -> bool:
    """Whether it is a moment of the calendar in ISO 8601, with or without a fraction of the second and a zone."""
    match = DATE_TIME.fullmatch(text)
    return match is not None and _reads(datetime.fromisoformat, f"{match[1]}T{match[2]}")


def wall_time(value: Any) -> datetime | None:
    """What clock and calendar show at a moment, zone and fraction aside; None for what is no date and time."""
    if isinstance(value, str) and is_date_time(value):
        return datetime.fromisoformat(value[:19].upper())
    return None


def is_url(text: str) -> bool:
    """Whether it is an absolute http or https address."""
    if not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _reads(read: Callable[[str], Any], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


FORMATS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "uuid": (is_uuid, "a UUID"),
    "date": (is_date, "a date of the calendar as YYYY-MM-DD"),
    "date-time": (is_date_time, "a date and time of the calendar in ISO 8601"),
    "date-time-local": (is_date_time, "a date and time of the calendar in ISO 8601"),
    "uri": (is_url, "an http or https address"),
}
"""The formats that the contract uses: how to tell, and how to say it."""


def _strict_types() -> jsonschema.TypeChecker:
    """JSON's types as JSON writes them: 45.0 is no integer, and true is no number."""
    checker: jsonschema.TypeChecker = jsonschema.Draft202012Validator.TYPE_CHECKER
    return checker.redefine("integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool))


def _formats() -> jsonschema.FormatChecker:
    checker = jsonschema.FormatChecker(formats=())
    for name, (accepts, _) in FORMATS.items():
        checker.checks(name)(lambda value, accepts=accepts: not isinstance(value, str) or accepts(value))
    return checker


class Conformance:
    """A schema, ready to be compared with many values."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        """Take a schema without references."""
        validator = extend(  # type: ignore[no-untyped-call]
            jsonschema.Draft202012Validator, {"items": self._items}, type_checker=_strict_types()
        )
        self._validator: Validator = validator(schema, format_checker=_formats())
        self._conforming: set[tuple[int, str]] = set()

    def _items(self, validator: Any, items: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:  # noqa: ARG002
        """The keyword `items`; an item that conformed once, as the groups of many pages do, is not compared again."""
        for index, item in enumerate(instance if validator.is_type(instance, "array") else ()):
            known = (id(items), repr(item))
            if known in self._conforming:
                continue
            errors = list(validator.descend(item, items, path=index))
            if not errors:
                self._conforming.add(known)
            yield from errors

    def violations(self, value: Any) -> Iterator[Violation]:
        """The places where the value differs from the schema, one by one, up to MOST_VIOLATIONS."""
        for error in islice(self._validator.iter_errors(value), MOST_VIOLATIONS):
            yield _violation(error)


def _violation(error: ValidationError) -> Violation:
    path: Path = tuple(error.absolute_path)
    schema: Any = error.schema
    instance: Any = error.instance
    if error.validator == "required":
        # jsonschema reports each missing name as an error of its own, whose message starts with that name.
        names: Any = error.validator_value
        name = next(name for name in names if error.message.startswith(repr(name)))
        return Violation((*path, name), "a value", "nothing", _basis(schema.get("properties", {}).get(name, {})))
    if error.validator == "additionalProperties":
        known = schema["properties"]
        strange = [name for name in instance if name not in known]
        return Violation((*path, strange[0]), f"one of {', '.join(known)}", "an unknown key")
    if error.validator == "oneOf":
        choices = [name for choice in schema["oneOf"] for name in choice["required"]]
        # Names alone are told: a value beside them may be a secret.
        present = [name for name in choices if name in instance] or ["none of them"]
        return Violation(path, f"exactly one of {', '.join(choices)}", " and ".join(present))
    got = "a value that is not shown" if schema.get("writeOnly") else brief(instance)
    return Violation(path, _expected(error), got, _basis(schema))


def _basis(schema: Any) -> Basis | None:
    found = schema.get("x-basis") if isinstance(schema, Mapping) else None
    return Basis(found) if found else None


def _expected(error: ValidationError) -> str:
    value: Any = error.validator_value
    if error.validator == "type":
        return " or ".join(value if isinstance(value, list) else [value])
    if error.validator == "enum":
        return "one of " + ", ".join(map(str, value))
    if error.validator == "format":
        return FORMATS[value][1]
    if error.validator == "minimum":
        return f"at least {value}"
    if error.validator == "maximum":
        return f"at most {value}"
    if error.validator == "minLength":
        return f"at least {value} characters"
    return f"{error.validator} {value}"


def brief(value: Any, limit: int = 120) -> str:
    """A value as JSON, cut to a readable length."""
    import json

    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


@lru_cache(maxsize=65536)
def same_uuid(text: str) -> str:
    """A UUID in the form in which equal ones are equal text; other text as it is."""
    return text.lower() if is_uuid(text) else text
