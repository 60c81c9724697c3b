"""Reads the text of a parameter as a value, the way the vendor's probable framework does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

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


def read_date(text: str) -> str:
    """A day such as ``2024-01-31``, as it stands."""
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text).isoformat()
        error = "input is too short" if len(text) < 10 else "expected YYYY-MM-DD"
    except ValueError:
        error = "year, month or day value is outside expected range"
    message = f"Input should be a valid date or datetime, {error}"
    raise MisreadError("date_from_datetime_parsing", message, {"error": error})


READERS: Mapping[str, Read] = {
    "integer": read_integer,
    "number": read_number,
    "boolean": read_boolean,
    "uuid": read_uuid,
    "date": read_date,
}
"""By format, or by type."""
