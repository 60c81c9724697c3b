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
    """A place where energy and water are consumed."""

    id: str
    organization_id: str
    name: str


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


@dataclass(frozen=True)
class World:
    """Everything that the mock knows."""

    organizations: tuple[Organization, ...]
    facilities: tuple[Facility, ...]
    invoices: tuple[InvoiceRecord, ...]
