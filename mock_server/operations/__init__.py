"""What each operation does: one function for each ``operationId``.

An operation of the contract that has no function here is answered with a sample (see `mock_server.sampling`).
"""

from __future__ import annotations

from collections.abc import Mapping

from mock_server.operations.call import Behaviour, Call
from mock_server.operations.cups import consolidate_cups, list_cups_groups
from mock_server.operations.facilities import get_facility, list_facilities
from mock_server.operations.filter_options import get_invoice_filter_options
from mock_server.operations.invoices import delete_invoice, get_invoice, list_invoices, update_invoice
from mock_server.operations.recalculation import recalculate_invoices

__all__ = ["BEHAVIOURS", "Behaviour", "Call"]

BEHAVIOURS: Mapping[str, Behaviour] = {
    "listInvoices": list_invoices,
    "listCupsGroups": list_cups_groups,
    "consolidateCups": consolidate_cups,
    "getInvoiceFilterOptions": get_invoice_filter_options,
    "recalculateInvoices": recalculate_invoices,
    "getInvoice": get_invoice,
    "updateInvoice": update_invoice,
    "deleteInvoice": delete_invoice,
    "listFacilities": list_facilities,
    "getFacility": get_facility,
}
