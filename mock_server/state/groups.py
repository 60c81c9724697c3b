"""The CUPS groups of some invoices, counted plainly. The database counts for itself, and has to come to the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mock_server.world.model import Invoice, InvoiceRecord


@dataclass(frozen=True, slots=True)
class CupsGroup:
    """One pair of CUPS code and facility, and what is known of its electricity invoices (page "List CUPS groups")."""

    cups: str
    facility_id: str
    facility_name: str
    invoice_count: int
    first_date: str
    last_date: str
    is_locked: bool


def group_invoices(records: Iterable[InvoiceRecord], facility_names: Mapping[str, str]) -> list[CupsGroup]:
    """The groups of some invoices, in the order of the listing: most invoices first, then by code, then by facility.

    Every electricity invoice with a code, a facility and a billing period counts, whatever its status. Two codes are
    the same only if every character is.
    """
    members: dict[tuple[str, str], list[InvoiceRecord]] = {}
    for record in records:
        invoice = record.invoice
        if _counts(invoice):
            members.setdefault((str(invoice.cups), str(invoice.facility_id)), []).append(record)
    groups = [_group(*key, found, facility_names[key[1]]) for key, found in members.items()]
    return sorted(groups, key=lambda group: (-group.invoice_count, group.cups, group.facility_id))


def _counts(invoice: Invoice) -> bool:
    complete = invoice.cups and invoice.facility_id and invoice.start_date and invoice.end_date
    return invoice.type == "electricity" and bool(complete)


def _group(cups: str, facility_id: str, records: Sequence[InvoiceRecord], facility_name: str) -> CupsGroup:
    return CupsGroup(
        cups=cups,
        facility_id=facility_id,
        facility_name=facility_name,
        invoice_count=len(records),
        first_date=min(record.invoice.start_date or "" for record in records)[:10],
        last_date=max(record.invoice.end_date or "" for record in records)[:10],
        is_locked=any(record.supply_contract_id for record in records),
    )
