"""What only the mock has to say, as problem details (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from mock_server.answers import Answer, to_json

PROBLEM = "application/problem+json"


def problem(status: int, detail: str, **more: Any) -> Answer:
    """A refusal of the mock's own, which the vendor would never send."""
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return Answer(status, to_json(content), PROBLEM)
