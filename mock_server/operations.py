"""What each operation does: one function for each ``operationId``.

An operation of the contract that has no function here is answered with a sample (see `mock_server.sampling`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mock_server import refusals
from mock_server.answers import Answer, answer, to_json
from mock_server.explanations import explain_facility, explain_foreign_invoice, explain_unknown_invoice
from mock_server.scene import Scene
from mock_server.world.documented import VENDOR_STORAGE
from mock_server.world.model import Invoice


@dataclass(frozen=True, slots=True)
class Call:
    """A request that has passed every check."""

    organization_id: str
    parameters: Mapping[str, Any]
    """Typed values by name, defaults filled in; None for an absent one."""
    body: Any
    """What the request carries, read from JSON; None for nothing."""
    scene: Scene
    base_url: str
    """The address that the request was sent to, such as ``http://127.0.0.1:8000``."""


Behaviour = Callable[[Call], Answer]


def list_cups_groups(call: Call) -> Answer:
    """One page of the organization's CUPS groups (page "List CUPS groups")."""
    page, size, facility_id = (call.parameters[name] for name in ("page", "size", "facility_id"))
    store = call.scene.store
    found = store.groups(call.organization_id, facility_id, call.parameters["search"], page, size)
    content = {
        "items": found.items,
        "total": found.total,
        "page": page,
        "size": size,
        "total_pages": -(-found.total // max(size, 1)),
    }
    explained = not found.total and facility_id is not None
    return answer(200, content, explain_facility(facility_id, call.organization_id, store) if explained else "")


def get_invoice(call: Call) -> Answer:
    """One invoice of the organization (page "Get invoice")."""
    invoice_id, store = call.parameters["invoice_id"], call.scene.store
    record = store.invoice(invoice_id)
    if record is None:
        return refusals.unknown_invoice(invoice_id, explain_unknown_invoice(call.organization_id, store))
    if record.organization_id != call.organization_id:
        return refusals.foreign_invoice(explain_foreign_invoice(record.organization_id))
    return Answer(200, invoice_json(record.invoice, call.base_url), hint=_about_file(record.invoice, call.base_url))


def invoice_json(invoice: Invoice, base_url: str) -> bytes:
    """An invoice as JSON, with the whole address of its document where the mock serves that."""
    # A quote within a text is written with a backslash before it, so this is the beginning of that field alone.
    return to_json(invoice).replace(b'"file_url":"/', b'"file_url":' + to_json(f"{base_url}/")[:-1])


def _about_file(invoice: Invoice, base_url: str) -> str:
    """Where the document is that the documentation shows at the vendor's."""
    url = invoice.file_url
    if not url or not url.startswith(VENDOR_STORAGE):
        return ""
    return f"file_url is as documented; this mock serves the file at {base_url}{url.removeprefix(VENDOR_STORAGE)}"


BEHAVIOURS: Mapping[str, Behaviour] = {
    "listCupsGroups": list_cups_groups,
    "getInvoice": get_invoice,
}
