"""The operations that the pages document, by path and method."""

from __future__ import annotations

from collections.abc import Mapping

INVOICES_PATH = "/v1/invoices"
INVOICES_PREFIX = "/v1/invoices/"
LISTING_PATH = "/v1/invoices/cups"
CONSOLIDATION_PATH = "/v1/invoices/consolidate-cups"
OPTIONS_PATH = "/v1/invoices/filter-options"
RECALCULATION_PATH = "/v1/invoices/recalculate"
FACILITIES_PATH = "/v1/facilities"
FACILITIES_PREFIX = "/v1/facilities/"

Methods = Mapping[str, str]
"""Methods and the operations that they ask for."""

_NAMED: Mapping[str, Methods] = {
    INVOICES_PATH: {"GET": "listInvoices"},
    LISTING_PATH: {"GET": "listCupsGroups"},
    CONSOLIDATION_PATH: {"POST": "consolidateCups"},
    OPTIONS_PATH: {"GET": "getInvoiceFilterOptions"},
    RECALCULATION_PATH: {"POST": "recalculateInvoices"},
    FACILITIES_PATH: {"GET": "listFacilities"},
}
_SINGLE: Mapping[str, Methods] = {
    INVOICES_PREFIX: {"GET": "getInvoice", "PATCH": "updateInvoice", "DELETE": "deleteInvoice"},
    FACILITIES_PREFIX: {"GET": "getFacility"},
}
OPERATIONS = tuple(operation for methods in (*_NAMED.values(), *_SINGLE.values()) for operation in methods.values())
"""Every operation."""


def methods_at(path: str) -> Methods:
    """What can be asked for at a path; nothing where no page names the path."""
    start, slash, _ = path.rpartition("/")
    return _NAMED.get(path) or _SINGLE.get(start + slash, {})


def operation_at(method: str, path: str) -> str:
    """The operation that a request asks for, or an empty text. HEAD asks as GET does."""
    return methods_at(path).get("GET" if method == "HEAD" else method, "")
