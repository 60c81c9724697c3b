"""A utility's bill, and the invoices that it becomes: one for each facility that bears a part of it."""

from __future__ import annotations

from dataclasses import dataclass

from mock_server.world.catalogue import Supply
from mock_server.world.model import Invoice, InvoiceRecord
from mock_server.world.period import Period
from mock_server.world.stream import Stream

CALCULATED = ("active", "inactive", "review")
"""The statuses in which emissions are known."""

ENTERED = ("manual", "bulk_file", None)
"""Where a bill without a document may have come from."""


@dataclass(frozen=True)
class Share:
    """The part of a bill that falls to a facility, from 0 to 1."""

    facility_id: str | None
    percentage: float


@dataclass(frozen=True)
class CustomFactor:
    """An organization's own emission factor."""

    id: str
    ratio: float
    """How it compares with the usual factor."""
    biomass: float
    """The part of the emissions that comes from biomass, from 0 to 1."""


@dataclass(frozen=True)
class File:
    """The document that a bill was read from."""

    id: str
    url: str
    """Its address, or a path that the mock itself serves."""


@dataclass(frozen=True)
class Bill:
    """What a utility bills for one supply point and period."""

    organization_id: str
    supply: Supply
    shares: tuple[Share, ...]
    period: Period
    base_quantity: float
    """What was consumed, in the unit of the supply."""
    created_at: str
    updated_at: str
    status: str = "active"
    enabled: bool = True
    dated: bool = True
    """Whether the period has been read from the document yet."""
    cups: str | None = None
    number: str | None = None
    supplier_id: str | None = None
    fuel_id: str | None = None
    factor: CustomFactor | None = None
    file: File | None = None
    uploaded_by: str | None = None
    supply_contract_id: str | None = None

    def invoices(self, stream: Stream) -> list[InvoiceRecord]:
        """The invoices of the bill; the stream gives them their ids."""
        return [
            InvoiceRecord(
                self._invoice(share, stream.uuid()), self.organization_id, self.supply_contract_id, self._source()
            )
            for share in self.shares
        ]

    def _source(self) -> str | None:
        """Where the bill came from. Nothing is drawn for it: that would change all that is drawn afterwards."""
        if self.supply_contract_id:
            return "datadis"
        return "pdf" if self.file else ENTERED[int(self.updated_at[-3:-1]) % len(ENTERED)]

    def _invoice(self, share: Share, id: str) -> Invoice:
        quantity = allocate(self.base_quantity, share.percentage)
        co2e, co2e_biomass = emissions(self.supply, self.status, quantity, self.factor)
        return Invoice(
            id=id,
            type=self.supply.type,
            status=self.status,
            quantity=quantity,
            base_quantity=self.base_quantity,
            unit_id=self.supply.unit_id,
            start_date=self.period.start_text if self.dated else None,
            end_date=self.period.end_text if self.dated else None,
            invoice_id=self.number,
            facility_id=share.facility_id,
            facility_fuel_id=self.fuel_id,
            supplier_id=self.supplier_id,
            custom_emission_factor_id=self.factor.id if self.factor else None,
            co2e=co2e,
            co2e_biomass=co2e_biomass,
            cups=self.cups,
            file_id=self.file.id if self.file else None,
            file_url=self.file.url if self.file else None,
            uploaded_by=self.uploaded_by,
            percentage=share.percentage,
            enabled=self.enabled,
            created_at=self.created_at,
            updated_at=self.updated_at,
        )


def allocate(base_quantity: float, percentage: float) -> float:
    """The part of a quantity that falls to a facility; the share is from 0 to 1."""
    return round(base_quantity * percentage, 2)


def emissions(
    supply: Supply, status: str, quantity: float, factor: CustomFactor | None = None
) -> tuple[float | None, float | None]:
    """Emissions without and from biomass, in kg CO2e; None in a status in which they are not known."""
    if status not in CALCULATED:
        return None, None
    if factor is None:
        return round(quantity * supply.factor, 2), 0.0
    co2e = quantity * supply.factor * factor.ratio
    return round(co2e * (1 - factor.biomass), 2), round(co2e * factor.biomass, 2)
