"""The page of the control API: every endpoint of ``mock_server/control/openapi.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from handbook.fields import type_of
from handbook.page import Page, cell
from mock_server.control.document import document

Content = Mapping[str, Any]


def control_page() -> Page:
    """Every endpoint, and the objects that they take and answer."""
    content: Content = document().content
    lines = [content["info"]["description"], "## Endpoints\n"]
    for path, methods in content["paths"].items():
        for method, operation in methods.items():
            lines += _endpoint(method.upper(), path, operation)
    lines += ["## Objects\n"]
    for name, schema in content["components"]["schemas"].items():
        lines += _object(name, schema)
    summary = "How programs steer and watch a running mock: every endpoint under /_mock/."
    return Page("control", "The control API", summary, "Tools", "\n".join(lines))


def _endpoint(method: str, path: str, operation: Content) -> Iterator[str]:
    yield f"### {method} {path}\n"
    yield f"{operation['summary']}. {' '.join(operation.get('description', '').split())}\n"
    parameters = [document().resolve(one, ())[0] for one in operation.get("parameters", ())]
    if parameters:
        yield "| Parameter | Meaning | Type |\n|---|---|---|"
        for one in parameters:
            yield f"| `{one['name']}` | {cell(one.get('description', ''))} | {cell(_type(one['schema']))} |"
        yield ""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body:
        yield f"Takes {_type(body['schema'])}.\n"
    told: dict[str, list[str]] = {}
    for status, one in operation["responses"].items():
        told.setdefault(_answer(one), []).append(status)
    yield "- " + "\n- ".join(f"**{', '.join(statuses)}** {text}" for text, statuses in told.items()) + "\n"


def _answer(response: Content) -> str:
    found, _ = document().resolve(response, ())
    schema: Content = next((media["schema"] for media in found.get("content", {}).values()), {})
    named = f" ({_type(schema)})" if "$ref" in schema else ""
    return f"{found['description']}{named}"


def _object(name: str, schema: Content) -> Iterator[str]:
    yield f"### {name}\n"
    if "description" in schema:
        yield f"{schema['description']}\n"
    yield "| Field | Meaning | Type |\n|---|---|---|"
    for field, about in schema["properties"].items():
        yield f"| `{field}` | {cell(about.get('description', ''))} | {cell(_type(about))} |"
    yield ""


def _type(schema: Content) -> str:
    return type_of(schema).replace("fields.md#", "#")
