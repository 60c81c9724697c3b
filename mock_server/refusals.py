"""The refusals of the API, in the vendor's words and shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from mock_server.answers import Answer, answer


def no_such_operation(method: str, path: str, nearest: str | None) -> Answer:
    """404 for a path that the contract does not have."""
    hint = f"Nearest: {nearest}" if nearest else "See /openapi.yaml"
    return answer(404, {"detail": f"No operation at {method} {path}. {hint}", "code": "NOT_FOUND"})


def method_not_allowed(method: str, path: str, allowed: Sequence[str]) -> Answer:
    """405 for a path that the contract has under other methods."""
    detail = f"{method} is not allowed at {path}. Allowed: {', '.join(allowed)}"
    return answer(405, {"detail": detail, "code": "METHOD_NOT_ALLOWED"})


def invalid_key() -> Answer:
    """401, the same for a missing and for a wrong key (page "Delete vehicle")."""
    return answer(401, {"detail": "Invalid API key", "code": "INVALID_API_KEY"})


def invalid_parameters(findings: Sequence[dict[str, Any]]) -> Answer:
    """422 with one entry for each mistake, as FastAPI writes them."""
    return answer(422, {"detail": findings})


def foreign_organization() -> Answer:
    """403 for an organization that the key does not belong to."""
    return answer(403, {"detail": "API key doesn't belong to organization"})


def foreign_invoice() -> Answer:
    """403 for another organization's invoice, worded like that of a facility (page "Get facility")."""
    return answer(403, {"detail": "Invoice doesn't belong to organization"})


def unknown_invoice(invoice_id: str) -> Answer:
    """404 for an invoice that nobody has, worded like that of a facility (page "Get facility")."""
    return answer(404, {"detail": f"Invoice with id={UUID(invoice_id)!r} not found", "code": "NOT_FOUND"})


def http_error(status: int, name: str, description: str) -> Answer:
    """A refusal that the web framework raised, such as a body that is too large."""
    return answer(status, {"detail": description, "code": name.upper().replace(" ", "_")})


def internal_error() -> Answer:
    """500; what went wrong is on the server's stderr only (page "Delete vehicle")."""
    return answer(500, {"detail": "Internal server error", "code": "INTERNAL_ERROR"})
