"""The control API's own OpenAPI document, and the checks that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from api_spec import Basis, Parameter
from api_spec.document import Document
from mock_server.parameters import Check, Checks

PATH = Path(__file__).parent / "openapi.yaml"


@cache
def document() -> Document:
    """The document, read once, when it is first needed."""
    return Document.read(PATH)


@cache
def checks_of(method: str, path: str) -> Checks:
    """The checks of the parameters that the document gives a route."""
    operation = document().content["paths"][path][method.lower()]
    return Checks(tuple(Check.of(_parameter(one)) for one in operation.get("parameters", ())))


def _parameter(described: Mapping[str, Any]) -> Parameter:
    resolved = described
    if "$ref" in described:
        resolved = document().content["components"]["parameters"][described["$ref"].rpartition("/")[2]]
    return Parameter(
        name=resolved["name"],
        location=resolved["in"],
        required=bool(resolved.get("required")),
        schema=resolved["schema"],
        basis=Basis.STATED,
        description=resolved.get("description", ""),
        example=None,
        pointer=(),
    )
