"""What the world is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Organization:
    """A customer, and the key that its requests carry."""

    id: str
    name: str
    api_key: str


@dataclass(frozen=True, slots=True)
class Facility:
    """A place where energy and water are consumed (page "Get facility").

    Emissions are kg CO2e; created and updated are UTC.
    """

    id: str
    organization_id: str
    name: str
    address: str | None = None
    country: str = "ES"
    """Two letters."""
    type: str = "office"
    status: str = "active"
    """``active`` or ``archived``."""
    co2e: float | None = None
    co2e_biomass: float | None = None
    logistic_factor: float | None = 0.8
    """No page says what it is; 0.8 is the default on the page "Create facility"."""
    categories: tuple[str, ...] | None = None
    """What is consumed: types of invoices."""
    cups_list: tuple[str, ...] | None = None
    """The supply-point codes."""
    facility_purpose_type: str | None = "facilities"
    created_at: str | None = None
    updated_at: str | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice as the API answers it: these 23 fields in this order (page "Get invoice").

    Billing dates have no time zone; created and updated are UTC. Emissions are kg CO2e.
    """

    id: str
    type: str
    status: str
    quantity: float
    base_quantity: float
    unit_id: str | None
    start_date: str | None
    end_date: str | None
    invoice_id: str | None
    facility_id: str | None
    facility_fuel_id: str | None
    supplier_id: str | None
    custom_emission_factor_id: str | None
    co2e: float | None
    co2e_biomass: float | None
    cups: str | None
    file_id: str | None
    file_url: str | None
    uploaded_by: str | None
    percentage: float
    enabled: bool
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class InvoiceRecord:
    """An invoice with what the API keeps to itself."""

    invoice: Invoice
    organization_id: str
    supply_contract_id: str | None = None
    """The Datadis supply contract behind the invoice; it locks the invoice's group."""
    source: str | None = None
    """``manual``, ``pdf``, ``bulk_file`` or ``datadis``; None for an older invoice, which counts as ``manual``."""


@dataclass(frozen=True)
class World:
    """Everything that the mock knows."""

    organizations: tuple[Organization, ...]
    facilities: tuple[Facility, ...]
    invoices: tuple[InvoiceRecord, ...]
