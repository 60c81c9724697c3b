"""Which CUPS group an invoice belongs to, and how the invoices of a group are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract_tests.conformance import same_uuid
from contract_tests.listings import Filters, Key

Invoice = Mapping[str, Any]
"""An invoice, as it is answered, listed or exported."""


def key_of_invoice(invoice: Invoice) -> Key:
    """The group that an invoice belongs to."""
    return str(invoice.get("cups")), same_uuid(str(invoice.get("facility_id")))


def counts_surely(invoice: Invoice) -> bool:
    """Whether an invoice makes a group under every reading of the pages."""
    active = invoice.get("status") == "active" and invoice.get("enabled") is True
    return active and invoice.get("type") == "electricity" and bool(invoice.get("cups") and invoice.get("facility_id"))


def filters_of(key: Key) -> Filters:
    """What shows the invoices of a group in the listing of invoices."""
    return (("cups[]", key[0]), ("facility_id[]", key[1]))
