"""Invoices: listed, got, changed and deleted."""

from __future__ import annotations

from typing import Any

from mock_server import refusals
from mock_server.answers import Answer, answer, to_json
from mock_server.explanations import (
    explain_facility,
    explain_foreign_invoice,
    explain_no_change,
    explain_unknown_invoice,
)
from mock_server.operations.call import Call, now, page_of
from mock_server.operations.facilities import find_facility
from mock_server.state.change import NoSuchInvoice
from mock_server.state.query import InvoiceQuery
from mock_server.world.catalogue import KWH
from mock_server.world.documented import VENDOR_STORAGE
from mock_server.world.model import Invoice, InvoiceRecord

SUMMARY = (
    "id", "type", "status", "quantity", "unit_id", "total_energy_kwh", "start_date", "end_date", "invoice_id",
    "facility_id", "supplier_id", "co2e", "cups", "created_at", "updated_at",
)  # fmt: skip
"""What the listing shows of an invoice, in its order (page "List invoices")."""

CHANGEABLE = ("uploaded_by", "facility_id", "supplier_id", "status", "invoice_id", "cups")
"""What of an invoice can be changed (page "Update invoice")."""


def list_invoices(call: Call) -> Answer:
    """One page of the organization's invoices (page "List invoices")."""
    given = call.parameters
    query = InvoiceQuery(
        types=call.values("type[]"),
        statuses=call.values("status[]"),
        facility_ids=call.values("facility_id[]"),
        cups=call.values("cups[]"),
        start_date=given.get("start_date"),
        end_date=given.get("end_date"),
        co2e_status=given.get("co2e_status"),
        invoice_number=given.get("invoice_id"),
        sort=given.get("sort"),
        page=given["page"],
        size=given["size"],
    )
    found = call.store.invoices(call.organization_id, query)
    explained = query.facility_ids[:1] if not found.total else ()
    hint = " ".join(explain_facility(one, call.organization_id, call.store) for one in explained)
    return answer(200, page_of(call, [_summary(record.invoice) for record in found.items], found.total), hint)


def _summary(invoice: Invoice) -> dict[str, Any]:
    energy = invoice.quantity if invoice.unit_id == KWH else None
    return {name: energy if name == "total_energy_kwh" else getattr(invoice, name) for name in SUMMARY}


def get_invoice(call: Call) -> Answer:
    """One invoice of the organization (page "Get invoice")."""
    found = _find(call)
    return found if isinstance(found, Answer) else _whole(found, call)


def update_invoice(call: Call) -> Answer:
    """Change some attributes of an invoice; it is answered as it is then (page "Update invoice")."""
    found = _find(call)
    if isinstance(found, Answer):
        return found
    changes = {name: value for name, value in call.body.items() if name in CHANGEABLE}
    if not changes:
        return _whole(found, call, explain_no_change(CHANGEABLE))
    if changes.get("facility_id"):
        facility = find_facility(call, changes["facility_id"])
        if isinstance(facility, Answer):
            return facility
    try:
        return _whole(call.store.update_invoice(found.invoice.id, changes, now()), call)
    except NoSuchInvoice:
        return _unknown(call)


def delete_invoice(call: Call) -> Answer:
    """Delete an invoice for good (page "Delete invoice")."""
    found = _find(call)
    if isinstance(found, Answer):
        return found
    return Answer(204, b"", "") if call.store.delete_invoice(found.invoice.id) else _unknown(call)


def _find(call: Call) -> InvoiceRecord | Answer:
    """The organization's invoice that the path names, or the refusal."""
    record = call.store.invoice(call.parameters["invoice_id"])
    if record is None:
        return _unknown(call)
    if record.organization_id != call.organization_id:
        return refusals.foreign_invoice(explain_foreign_invoice(record.organization_id))
    return record


def _unknown(call: Call) -> Answer:
    hint = explain_unknown_invoice(call.organization_id, call.store)
    return refusals.unknown_invoice(call.parameters["invoice_id"], hint)


def _whole(record: InvoiceRecord, call: Call, hint: str = "") -> Answer:
    """The answer with every attribute of an invoice."""
    hints = (hint, _about_file(record.invoice, call.base_url))
    return Answer(200, invoice_json(record.invoice, call.base_url), hint=" ".join(filter(None, hints)))


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
