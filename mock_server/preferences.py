"""What a request prefers to be answered: a header as in RFC 7240, or twins of it in the query.

``Prefer: code=503, delay=0.5, example=documented`` and ``?__code=503&__delay=0.5&__example=documented`` say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from mock_server.environ import query
from mock_server.faults import MOST_SECONDS

TWIN = "__"
"""What a preference in the query begins with."""

KNOWN = "code=503 (any status code), example=documented (the name of an example), delay=0.5 (seconds)"

_WORD = r'(?:"(?:[^"\\]|\\.)*+"|[^\s=;,"]++)'
_PARAMETER = rf'(?:;\s*+(?:[^\s=;,"]++\s*+(?:=\s*+{_WORD}?+\s*+)?)?)'
_PREFERENCE = re.compile(rf'\s*+(?:(?P<name>[^\s=;,"]++)\s*+(?:=\s*+(?P<value>{_WORD}?+)\s*+)?{_PARAMETER}*+)?(?:,|$)')
"""An element of the list in the header, which may be empty; parameters after a semicolon have no meaning here."""


class PreferenceError(Exception):
    """A preference that cannot be honoured. Its text names those that can."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a request wants to be answered."""

    code: int | None = None
    example: str | None = None
    delay: float | None = None
    """Seconds, capped."""

    def applied(self) -> str:
        """The value of the header ``Preference-Applied``."""
        given = (
            ("code", self.code),
            ("example", self.example),
            ("delay", None if self.delay is None else f"{self.delay:g}"),
        )
        return ", ".join(f"{name}={value}" for name, value in given if value is not None)


NONE = Preferences()


def read_preferences(environ: Mapping[str, str]) -> Preferences:
    """The preferences of a request, those of the header first. Raises PreferenceError."""
    prefer = environ.get("HTTP_PREFER")
    if prefer is None and TWIN not in environ.get("QUERY_STRING", ""):
        return NONE
    given: dict[str, str] = {}
    for name, value in (*_in_header(prefer or ""), *_in_query(environ)):
        given.setdefault(name.lower(), value)  # of a repeated one the first counts (RFC 7240, section 2)
    for name in given:
        if name not in ("code", "example", "delay"):
            near = get_close_matches(name, ("code", "example", "delay"), n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise PreferenceError(f"Unknown preference {name!r}.{hint} Known: {KNOWN}.")
    return Preferences(_code(given.get("code")), given.get("example"), _delay(given.get("delay")))


def _in_header(prefer: str) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(prefer):
        found = _PREFERENCE.match(prefer, position)
        if not found:
            raise PreferenceError(f"The Prefer header cannot be read at {prefer[position:]!r}. Known: {KNOWN}.")
        if found["name"]:
            yield found["name"], _unquoted(found["value"] or "")
        position = found.end()


def _unquoted(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if word.startswith('"') else word


def _in_query(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in query(environ):
        if name.startswith(TWIN):
            yield name.removeprefix(TWIN), value


def _code(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"[2-5][0-9][0-9]", text):
        raise PreferenceError(f"code: expected a status code from 200 to 599, got {text!r}.")
    return int(text)


def _delay(text: str | None) -> float | None:
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]*)?|\.[0-9]+", text):
        raise PreferenceError(f"delay: expected seconds such as 0.5, got {text!r}.")
    return min(float(text), MOST_SECONDS)
