"""The contract as the renderer of the API reference gets it: for readers, with a server that may be tried."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from api_spec import Spec
from api_spec.rendering import without_extensions

SHARED = "rules.html#every-operation"
"""The rules that are about every operation."""


def reference_script(spec: Spec, server: str, key: str | None = None) -> bytes:
    """The script that hands a contract to the page: the base URL to try it at, and the key to fill in, if any."""
    given = {"contract": as_reference(spec, server), "key": key}
    return f"window.reference = {json.dumps(given, ensure_ascii=False)};\n".encode()


def as_reference(spec: Spec, server: str) -> dict[str, Any]:
    """The contract with what its extensions say put into its descriptions.

    It has one server, the mock. A page that sends requests at a press of a button must not send them to production.
    """
    told = _told(spec.document.content, spec)
    told["servers"] = [{"url": server, "description": "The mock."}]
    content: dict[str, Any] = without_extensions(told)
    return content


def _told(value: Any, spec: Spec) -> Any:
    if isinstance(value, list):
        return [_told(entry, spec) for entry in value]
    if not isinstance(value, dict):
        return value
    found = {key: _told(inner, spec) for key, inner in value.items()}
    before, after = " ".join(_basis(value, spec)), _rules(value, spec)
    if before or after:
        found["description"] = f"{before} {value.get('description', '')}\n\n{after}".strip()
    return found


def _rules(value: Mapping[str, Any], spec: Spec) -> str:
    """The rules of an operation, and nothing for what is none."""
    if "operationId" not in value or "responses" not in value:
        return ""
    rules = [rule.id for rule in spec.rules if rule.operation_id == value["operationId"]]
    links = [*(f"[{one}](rules.html#{one})" for one in rules), f"[those of every operation]({SHARED})"]
    return f"**Rules** that no schema can say: {', '.join(links)}."


def _basis(value: Mapping[str, Any], spec: Spec) -> Iterator[str]:
    """How sure an object is, before its description: where a description is cut off, it is still there."""
    if not isinstance(value.get("x-basis"), str):
        return
    yield f"`{value['x-basis']}`"
    if isinstance(value.get("x-null-basis"), str):
        yield f"`null: {value['x-null-basis']}`"
    page = spec.pages.get(str(value.get("x-page")))
    if page:
        yield f"(from {page.title})"
