"""The requests and answers that the documentation pages show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api_spec.place import find_shipped


@dataclass(frozen=True)
class Fixture:
    """One documented exchange; the credentials in it are the page's placeholders."""

    operation_id: str
    page: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    request_body: Any
    """What the request carries; None for nothing."""
    status: int
    body: Any
    """What the answer carries."""


def load_fixtures() -> dict[str, Fixture]:
    """Every documented exchange, by ``operationId``."""
    fixtures = (_read(path.read_text(encoding="utf-8")) for path in sorted(find_shipped("fixtures").glob("*.json")))
    return {fixture.operation_id: fixture for fixture in fixtures}


def _read(text: str) -> Fixture:
    raw = json.loads(text)
    request, response = raw["request"], raw["response"]
    return Fixture(
        operation_id=raw["operation"],
        page=raw["page"],
        method=request["method"],
        path=request["path"],
        query=request["query"],
        headers=request["headers"],
        request_body=request.get("body"),
        status=response["status"],
        body=response["body"],
    )
