"""How a deployment's answers differ from what is documented without breaking it: for keeping the contract true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.conformance import brief


@dataclass(frozen=True)
class Drift:
    """What the answers to one operation hold beyond, and short of, what is documented."""

    operation_id: str
    answers: int
    """Different bodies that were looked at."""
    undocumented: Mapping[str, str]
    """Fields answered and not documented, with an example value, by path."""
    unseen: Mapping[str, tuple[str, ...]]
    """Documented values that no answer held, by path: values of an enumeration, and null."""

    def __bool__(self) -> bool:
        return bool(self.undocumented or self.unseen)


@dataclass
class _Seen:
    undocumented: dict[str, str] = field(default_factory=dict)
    values: dict[str, set[Any]] = field(default_factory=dict)
    items: set[tuple[str, str]] = field(default_factory=set)
    """Entries of lists that were looked at: the same ones stand on many pages."""


def drift(operation_id: str, schema: Mapping[str, Any], bodies: Iterable[Any]) -> Drift:
    """Compare the bodies of successful answers with their schema."""
    seen = _Seen()
    count = 0
    for body in bodies:
        count += 1
        _look(schema, body, "", seen)
    unseen = {}
    for path, documented in _documented(schema, ""):
        missing = [value for value in documented if value not in seen.values.get(path, set())]
        # A field that was never answered at all is the schema rule's to report.
        if missing and path in seen.values:
            unseen[path] = tuple("null" if value is None else str(value) for value in missing)
    return Drift(operation_id, count, seen.undocumented, unseen)


def _look(schema: Mapping[str, Any], value: Any, path: str, seen: _Seen) -> None:
    if isinstance(value, dict) and "properties" in schema:
        for name, one in value.items():
            here = f"{path}/{name}" if path else name
            if name in schema["properties"]:
                _look(schema["properties"][name], one, here, seen)
            else:
                seen.undocumented.setdefault(here, brief(one, 60))
    elif isinstance(value, list) and "items" in schema:
        for one in value:
            entry = (path, repr(one))
            if entry not in seen.items:
                seen.items.add(entry)
                _look(schema["items"], one, f"{path}/*", seen)
    elif value is None or isinstance(value, (str, int, float)):
        seen.values.setdefault(path, set()).add(value if value is None or "enum" in schema else "a value")


def _documented(schema: Mapping[str, Any], path: str) -> Iterator[tuple[str, list[Any]]]:
    for name, one in schema.get("properties", {}).items():
        here = f"{path}/{name}" if path else name
        values = list(one.get("enum", []))
        if "null" in one.get("type", ()) and isinstance(one.get("type"), list):
            values.append(None)
        if values:
            yield here, values
        yield from _documented(one, here)
        if isinstance(one.get("items"), Mapping):
            yield from _documented(one["items"], f"{here}/*")
