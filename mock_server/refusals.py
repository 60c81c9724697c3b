"""The refusals of the API, in the vendor's words and shapes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from mock_server.answers import Answer, answer

FOREIGN_FACILITY = "Facility doesn't belong to organization"


def about_no_such_operation(method: str, path: str, nearest: str | None) -> str:
    """What to say of a path that the contract does not have."""
    hint = f"Nearest: {nearest}" if nearest else "See /openapi.yaml"
    return f"No operation at {method} {path}. {hint}"


def no_such_operation(detail: str) -> Answer:
    """404 for a path that the contract does not have."""
    return answer(404, {"detail": detail, "code": "NOT_FOUND"})


def method_not_allowed(detail: str) -> Answer:
    """405 for a path that the contract has under other methods."""
    return answer(405, {"detail": detail, "code": "METHOD_NOT_ALLOWED"})


def invalid_key(hint: str = "") -> Answer:
    """401, the same for a missing and for a wrong key (page "Delete vehicle")."""
    return answer(401, {"detail": "Invalid API key", "code": "INVALID_API_KEY"}, hint)


def invalid_parameters(findings: Sequence[dict[str, Any]], hint: str = "") -> Answer:
    """422 with one entry for each mistake, as FastAPI writes them."""
    return answer(422, {"detail": findings}, hint)


def foreign_organization(hint: str = "") -> Answer:
    """403 for an organization that the key does not belong to."""
    return answer(403, {"detail": "API key doesn't belong to organization"}, hint)


def foreign_invoice(hint: str = "") -> Answer:
    """403 for another organization's invoice, worded like that of a facility (page "Get facility")."""
    return answer(403, {"detail": "Invoice doesn't belong to organization"}, hint)


def unknown_invoice(invoice_id: str, hint: str = "") -> Answer:
    """404 for an invoice that nobody has, worded like that of a facility (page "Get facility")."""
    return answer(404, {"detail": f"Invoice with id={UUID(invoice_id)!r} not found", "code": "NOT_FOUND"}, hint)


def foreign_facility(hint: str = "") -> Answer:
    """403 for another organization's facility (page "Get facility")."""
    return answer(403, {"detail": FOREIGN_FACILITY}, hint)


def unknown_facility(facility_id: str, hint: str = "") -> Answer:
    """404 for a facility that nobody has (page "Get facility")."""
    return answer(404, {"detail": f"Facility with id={UUID(facility_id)!r} not found", "code": "NOT_FOUND"}, hint)


def foreign_source(hint: str = "") -> Answer:
    """403 for groups of a facility that is not the organization's; the page "Consolidate CUPS" shows no words."""
    return answer(403, {"detail": FOREIGN_FACILITY, "code": "FACILITY_NOT_BELONG_TO_ORGANIZATION"}, hint)


def locked_source(cups: str, hint: str = "") -> Answer:
    """409 for a group with a supply contract behind it; the page "Consolidate CUPS" shows no words."""
    detail = f"CUPS {cups} is backed by a Datadis supply contract"
    return answer(409, {"detail": detail, "code": "CUPS_LOCKED_BY_DATADIS"}, hint)


def mixed_types(hint: str = "") -> Answer:
    """400 for invoices of several types; the page "Recalculate invoices" shows no words."""
    return answer(400, {"detail": "Invoices must share one type", "code": "MIXED_INVOICE_TYPES"}, hint)


def unsupported_type(type: str, hint: str = "") -> Answer:
    """400 for a type that has no calculation; the page "Recalculate invoices" shows no words."""
    detail = f"Invoices of type {type} cannot be recalculated"
    return answer(400, {"detail": detail, "code": "UNSUPPORTED_INVOICE_TYPE"}, hint)


def category_mismatch(category: str, type: str, hint: str = "") -> Answer:
    """400 for a category that is not of the invoices' type; the page "Recalculate invoices" shows no words."""
    detail = f"Category {category} does not fit invoices of type {type}"
    return answer(400, {"detail": detail, "code": "ACTIVITY_CATEGORY_MISMATCH"}, hint)


def http_error(status: int, name: str, description: str) -> Answer:
    """A refusal that the web framework raised, such as a body that is too large."""
    return answer(status, {"detail": description, "code": re.sub(r"[^A-Z0-9]+", "_", name.upper().replace("'", ""))})


def internal_error() -> Answer:
    """500; what went wrong is on the server's stderr only (page "Delete vehicle")."""
    return answer(500, {"detail": "Internal server error", "code": "INTERNAL_ERROR"})
