"""The API reference as Markdown. As HTML, the renderer draws it from the contract itself."""

from __future__ import annotations

import json
from collections.abc import Iterator

from api_spec import Operation, Response, Spec
from handbook.fields import parameter_table
from handbook.page import Page, cell

NAME = "reference"


def reference_page(spec: Spec) -> Page:
    """Every operation: parameters, body, and answers with their examples."""
    lines = [str(spec.document.content["info"].get("description", ""))]
    for operation in spec.operations:
        lines += _operation(operation, spec)
    summary = "Every operation of the API, with samples of code and a form to try it against the mock."
    return Page(NAME, "API reference", summary, "Contract", "\n".join(lines))


def _operation(operation: Operation, spec: Spec) -> Iterator[str]:
    raw = spec.document.content["paths"][operation.path][operation.method.lower()]
    yield f"## {operation.id}\n"
    yield f"`{operation.method} {operation.path}` {operation.summary}.\n"
    if "description" in raw:
        yield f"{raw['description']}\n"
    yield from parameter_table(operation, spec)
    if operation.body:
        yield f"### Body of {operation.id}\n"
        yield f"{operation.body.description} `{operation.body.media_type}`, `{operation.body.basis}`.\n"
        yield from map(_example, operation.body.examples.values())
    for response in operation.responses.values():
        yield from _response(response, operation)


def _response(response: Response, operation: Operation) -> Iterator[str]:
    yield f"### {response.status} of {operation.id}\n"
    yield f"{cell(response.description)} `{response.basis}`\n"
    yield from map(_example, list(response.examples.values())[:1])


def _example(example: object) -> str:
    return f"```json\n{json.dumps(example, ensure_ascii=False, indent=2)}\n```\n"
