"""The records that the documentation pages show, and what makes them whole; in every world, whatever its seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from api_spec import load_fixtures
from mock_server.world.bill import Bill, File, Share
from mock_server.world.catalogue import ELECTRICITY
from mock_server.world.model import Facility, Invoice, InvoiceRecord
from mock_server.world.period import Period, slices
from mock_server.world.stream import Stream

ORGANIZATION_IDS = ("a8315ef3-dd50-43f8-b7ce-d839e68d51fa", "ff4adcc7-8172-45fe-9cf1-e90a6de53aa9")
"""The organizations that the pages name; the first one owns all the records here."""

VENDOR_STORAGE = "https://storage.dcycle.io"
"""Where the documentation shows a document. The mock serves that one under the same path of its own."""

CONSOLIDATED = (("ES0021000000000000001A", 20), ("ES0021000000000000001", 15))
"""The near-duplicates on the page "Consolidate CUPS", 35 invoices together."""

SMALLER = (
    ("ES0022000006089269MY1P", 12),
    ("ES0022000006089269MY", 6),
    ("ES00220000060B9269MY1P", 3),
    ("es0022000006089269my1p", 2),
    ("ES 0022 0000 0608 9269 MY 1P", 1),
    ("ES0022000007171638YH1P", 12),
    ("ES0022000007171683YH1P", 4),
)
"""What else the documented facility has: two codes from the pages, and mistakes made of them."""

LOCKED = "ES0022000007171638YH1P"
"""The code that the pages show as the name of a supply contract, which locks its group."""

ENTERED = "2023-11-24T10:30:00Z"
"""When the documented facilities were entered."""

YEAR = (date(2024, 1, 1), date(2024, 12, 31))


@cache
def _page() -> dict[str, Any]:
    body: dict[str, Any] = load_fixtures()["listCupsGroups"].body
    return body


@cache
def documented_invoice() -> Invoice:
    """The invoice on the page "Get invoice"."""
    return Invoice(**load_fixtures()["getInvoice"].body)


def documented_facilities() -> tuple[Facility, Facility]:
    """The facility of the documented group, and that of the documented invoice."""
    group, invoice = _page()["items"][0], documented_invoice()
    return (
        _facility(
            group["facility_id"], group["facility_name"], "Calle de Alcalá 45, Madrid",
            group["cups"], SMALLER[0][0], LOCKED, str(invoice.cups),
        ),
        _facility(str(invoice.facility_id), "Facility 2", "Calle Gran Vía 1, Madrid", str(invoice.cups)),
    )  # fmt: skip


def _facility(id: str, name: str, address: str, *codes: str) -> Facility:
    """A facility of the first organization, with the codes that its invoices should have."""
    return Facility(id, ORGANIZATION_IDS[0], name, address, cups_list=codes, created_at=ENTERED, updated_at=ENTERED)


def documented_records() -> Iterator[InvoiceRecord]:
    """The invoices of the documented facilities."""
    group = _page()["items"][0]
    for cups, count in ((group["cups"], group["invoice_count"]), *CONSOLIDATED, *SMALLER):
        yield from _supply_point(cups, count)
    yield from _shared_supply_point()


def _supply_point(cups: str, count: int) -> Iterator[InvoiceRecord]:
    stream = Stream("documented", cups)
    contract_id = stream.uuid() if cups == LOCKED else None
    for period in slices(*YEAR, count):
        shares = (Share(documented_facilities()[0].id, 1.0),)
        yield from _bill(period, shares, cups, stream, contract_id).invoices(stream)


def _shared_supply_point() -> Iterator[InvoiceRecord]:
    """The documented invoice, the other half of its bill, and the months that follow."""
    shown = documented_invoice()
    stream = Stream("documented", shown.cups)
    first, second = documented_facilities()
    for invoice in (shown, replace(shown, id=stream.uuid(), facility_id=first.id)):
        yield InvoiceRecord(invoice, ORGANIZATION_IDS[0], source="pdf")
    shares = (Share(second.id, shown.percentage), Share(first.id, 1 - shown.percentage))
    for period in slices(*YEAR, 12)[1:]:
        yield from _bill(period, shares, str(shown.cups), stream).invoices(stream)


def _bill(period: Period, shares: tuple[Share, ...], cups: str, stream: Stream, contract_id: str | None = None) -> Bill:
    shown = documented_invoice()
    days = (period.last - period.first).days + 1
    season = ELECTRICITY.seasons[period.first.month - 1]
    moment = period.later(stream.randrange(2, 20) * 24 * 3600 + 37800)
    file_id = stream.uuid()
    return Bill(
        organization_id=ORGANIZATION_IDS[0],
        supply=ELECTRICITY,
        shares=shares,
        period=period,
        base_quantity=round(shown.base_quantity / 31 * days * season * stream.uniform(0.9, 1.1), 2),
        created_at=moment,
        updated_at=moment,
        cups=cups,
        number=f"INV-2024-{stream.randrange(10**6):06d}",
        supplier_id=shown.supplier_id,
        file=None if contract_id else File(file_id, f"/invoices/invoice-{file_id[:8]}.pdf"),
        uploaded_by=None if contract_id else shown.uploaded_by,
        supply_contract_id=contract_id,
    )
