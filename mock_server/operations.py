"""What each operation does: one function for each ``operationId``.

An operation of the contract that has no function here is answered with a sample (see `mock_server.sampling`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mock_server import refusals
from mock_server.answers import Answer, answer
from mock_server.store import Store


@dataclass(frozen=True, slots=True)
class Call:
    """A request that has passed every check."""

    organization_id: str
    parameters: Mapping[str, Any]
    """Typed values by name, defaults filled in; None for an absent one."""
    store: Store


Behaviour = Callable[[Call], Answer]


def list_cups_groups(call: Call) -> Answer:
    """One page of the organization's CUPS groups (page "List CUPS groups")."""
    page, size = call.parameters["page"], call.parameters["size"]
    groups = call.store.groups(call.organization_id, call.parameters["facility_id"], call.parameters["search"])
    start = (page - 1) * size
    content = {
        "items": groups[start : start + size],
        "total": len(groups),
        "page": page,
        "size": size,
        "total_pages": -(-len(groups) // max(size, 1)),
    }
    return answer(200, content)


def get_invoice(call: Call) -> Answer:
    """One invoice of the organization (page "Get invoice")."""
    invoice_id = call.parameters["invoice_id"]
    record = call.store.invoice(invoice_id)
    if record is None:
        return refusals.unknown_invoice(invoice_id)
    if record.organization_id != call.organization_id:
        return refusals.foreign_invoice()
    return answer(200, record.invoice)


BEHAVIOURS: Mapping[str, Behaviour] = {
    "listCupsGroups": list_cups_groups,
    "getInvoice": get_invoice,
}
