"""The file of an invoice: what stands on its page, whatever the invoice."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from reportlab.pdfbase.pdfmetrics import stringWidth

from mock_server.invoice_pdf import FOOTER, render_pdf
from mock_server.world.documented import documented_invoice
from mock_server.world.model import Facility, InvoiceRecord, Organization, World

ORGANIZATION = Organization("a8315ef3-dd50-43f8-b7ce-d839e68d51fa", "Marín & Asociados S.C.P", "demo-key")
FACILITY = Facility("660e8400-e29b-41d4-a716-446655440000", ORGANIZATION.id, "Almacén Cádiz")
WIDTH = 595.28
MARGIN = 62


def pdf_of(name: str = FACILITY.name, contract_id: str | None = None, **changes: Any) -> bytes:
    """The file of the documented invoice with some fields changed."""
    record = InvoiceRecord(replace(documented_invoice(), **changes), ORGANIZATION.id, contract_id)
    return render_pdf(record, replace(FACILITY, name=name), ORGANIZATION)


def lines_of(pdf: bytes) -> list[str]:
    """The texts on the only page, one a line."""
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    return page.extract_text().splitlines()


def test_the_documented_invoice_is_all_on_one_page() -> None:
    lines = lines_of(pdf_of(contract_id="aaaaaaaa-1111-4111-8111-111111111111"))
    shown = {
        "Electricity invoice", "INV-2024-001", "Marín & Asociados S.C.P", "Almacén Cádiz", "Iberdrola",
        "2024-01-01 to 2024-01-31", "3,000.00 kWh", "1,500.00 kWh", "50%", "245.50 kg CO2e", "0.00 kg CO2e",
        "ES0021000000000001XX", "active, enabled", "2024-02-01T10:30:00Z", "aaaaaaaa-1111-4111-8111-111111111111",
        "550e8400-e29b-41d4-a716-446655440000", "880e8400-e29b-41d4-a716-446655440000",
        "660e8400-e29b-41d4-a716-446655440000", "990e8400-e29b-41d4-a716-446655440000", ORGANIZATION.id, FOOTER,
    }  # fmt: skip
    assert shown <= set(lines)


def test_the_key_is_not_on_the_page() -> None:
    assert b"demo-key" not in pdf_of()
    assert not any("demo-key" in line for line in lines_of(pdf_of()))


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"type": "water", "unit_id": "69ab127e-469a-4095-a950-f86c061823c8"}, "1,500.00 m³"),
        ({"unit_id": None}, "1,500.00 units"),
        ({"unit_id": "00000000-1111-4111-8111-111111111111"}, "1,500.00 units"),
        ({"percentage": 1 / 3}, "33.3%"),
        ({"co2e": None}, "Not calculated yet"),
        ({"start_date": None}, "Not read yet"),
        ({"invoice_id": None}, "Without number"),
        ({"enabled": False, "status": "review"}, "review, disabled"),
        ({"facility_fuel_id": "137f614a-91bc-4766-ac3b-534a006689e7"}, "Diesel"),
        ({"supplier_id": "00000000-1111-4111-8111-111111111111"}, "00000000-1111-4111-8111-111111111111"),
        ({"custom_emission_factor_id": "00000000-1111-4111-8111-111111111111"}, "00000000-1111-4111-8111-111111111111"),
        ({"type": "steam"}, "Steam invoice"),
    ],
    ids=str,
)
def test_what_an_invoice_has_and_lacks_is_said_in_words(changes: dict[str, Any], shown: str) -> None:
    assert shown in lines_of(pdf_of(**changes))
    assert shown not in lines_of(pdf_of())


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ñandú, Àlaba & Gràcia €", "Ñandú, Àlaba & Gràcia €"),
        ("Dom (Kraków)\\", "Dom (Kraków)\\"),
        ("Żary 東京", "Zary ??"),
        ("two\n lines\t\x00", "two lines"),
    ],
)
def test_names_are_set_in_the_letters_that_there_are(name: str, shown: str) -> None:
    assert shown in lines_of(pdf_of(name))


def test_a_long_name_takes_two_lines_and_is_cut() -> None:
    lines = lines_of(pdf_of("Centro de distribución logística " * 9))
    first = next(index for index, line in enumerate(lines) if line.startswith("Centro"))
    assert lines[first + 1].endswith("…")


@given(text=st.text(max_size=400))
@settings(max_examples=60, deadline=None)
def test_no_text_runs_over_the_margin(text: str) -> None:
    pdf = pdf_of(text, cups=text, invoice_id=text, quantity=1e12, base_quantity=1e12, co2e=1e12)
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    ends: list[float] = []

    def visit(shown: str, _cm: Any, matrix: list[float], font: Any, size: float) -> None:
        if shown.strip() and font:
            ends.append(matrix[4] + stringWidth(shown.strip(), font["/BaseFont"][1:], size))

    page.extract_text(visitor_text=visit)
    assert max(ends) == pytest.approx(WIDTH - MARGIN, abs=0.1), "the amounts end right there"


def test_the_same_invoice_has_the_same_bytes() -> None:
    assert pdf_of() == pdf_of()
    assert pdf_of() != pdf_of(quantity=1)


def test_every_invoice_of_the_world_has_a_page(world: World) -> None:
    organizations = {organization.id: organization for organization in world.organizations}
    facilities = {facility.id: facility for facility in world.facilities}
    for record in world.invoices[::25]:
        facility = facilities.get(record.invoice.facility_id or "")
        assert render_pdf(record, facility, organizations[record.organization_id]).startswith(b"%PDF-")


def test_an_invoice_without_facility_says_so() -> None:
    record = InvoiceRecord(replace(documented_invoice(), facility_id=None), ORGANIZATION.id)
    assert "No facility yet" in lines_of(render_pdf(record, None, ORGANIZATION))
