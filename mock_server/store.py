"""What the operations read: invoices by id, and the CUPS groups that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mock_server.world.model import Invoice, InvoiceRecord, World

VENDOR_STORAGE = "https://storage.dcycle.io"
"""Where the documentation shows a document. The mock serves that one under the same path of its own."""


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


def _files(records: Iterable[InvoiceRecord]) -> dict[str, InvoiceRecord]:
    """The first invoice of each document, by the path that the mock serves it under."""
    found: dict[str, InvoiceRecord] = {}
    for record in records:
        if record.invoice.file_url:
            found.setdefault(record.invoice.file_url.removeprefix(VENDOR_STORAGE), record)
    return found


@dataclass
class Store:
    """A world, indexed for the operations."""

    _invoices: dict[str, InvoiceRecord] = field(default_factory=dict)
    _groups: dict[str, list[CupsGroup]] = field(default_factory=dict)
    _files: dict[str, InvoiceRecord] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World) -> Store:
        """Index a world."""
        records: dict[str, list[InvoiceRecord]] = {organization.id: [] for organization in world.organizations}
        for record in world.invoices:
            records[record.organization_id].append(record)
        names = {facility.id: facility.name for facility in world.facilities}
        return cls(
            _invoices={record.invoice.id: record for record in world.invoices},
            _groups={owner: group_invoices(owned, names) for owner, owned in records.items()},
            _files=_files(world.invoices),
        )

    def file(self, path: str) -> InvoiceRecord | None:
        """The first invoice whose document is served under a path of the mock."""
        return self._files.get(path)

    def some_invoice(self, organization_id: str) -> str | None:
        """The id of an invoice of an organization, if it has any."""
        records = self._invoices.values()
        return next((record.invoice.id for record in records if record.organization_id == organization_id), None)

    def invoice_by_number(self, number: str, organization_id: str | None) -> str | None:
        """The id of the organization's invoice that has the number printed on it."""
        for record in self._invoices.values():
            if record.invoice.invoice_id == number and record.organization_id == organization_id:
                return record.invoice.id
        return None

    def records(self, organization_id: str) -> list[InvoiceRecord]:
        """The invoices of an organization, in the order of the world."""
        return [record for record in self._invoices.values() if record.organization_id == organization_id]

    def invoice(self, invoice_id: str) -> InvoiceRecord | None:
        """The invoice with this id (lower case, with hyphens), whoever it belongs to."""
        return self._invoices.get(invoice_id)

    def groups(
        self, organization_id: str, facility_id: str | None = None, search: str | None = None
    ) -> list[CupsGroup]:
        """The groups of an organization that match both filters, in the order of the listing."""
        found = self._groups.get(organization_id, [])
        if facility_id is not None:
            found = [group for group in found if group.facility_id == facility_id]
        if search:
            wanted = search.lower()
            found = [group for group in found if wanted in group.cups.lower()]
        return found
