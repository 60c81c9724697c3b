"""What the invoices of a facility say of it: what it consumes, under which codes, and with which emissions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from stdnum.es import cups as standard

from mock_server.world.catalogue import SUPPLIES
from mock_server.world.model import InvoiceRecord


@dataclass
class Consumption:
    """What a facility consumes, added up from its invoices."""

    types: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    """Those on the invoices, near-duplicates among them."""
    co2e: float = 0.0
    """Emissions of the active, enabled invoices in kg CO2e."""
    co2e_biomass: float = 0.0

    def add(self, record: InvoiceRecord) -> None:
        """Add an invoice."""
        invoice = record.invoice
        self.types.add(invoice.type)
        if invoice.cups:
            self.codes.add(invoice.cups)
        if invoice.status == "active" and invoice.enabled:
            self.co2e += invoice.co2e or 0.0
            self.co2e_biomass += invoice.co2e_biomass or 0.0

    def as_fields(self) -> dict[str, Any]:
        """The fields of a facility that follow. Of the codes, those that are valid and usually written."""
        return {
            "co2e": round(self.co2e, 2),
            "co2e_biomass": round(self.co2e_biomass, 2),
            "categories": tuple(kind for kind in SUPPLIES if kind in self.types),
            "cups_list": tuple(sorted(code for code in self.codes if _is_right(code))),
        }


def find_consumption(records: Iterable[InvoiceRecord]) -> defaultdict[str | None, Consumption]:
    """What is consumed, by the id of the facility."""
    found: defaultdict[str | None, Consumption] = defaultdict(Consumption)
    for record in records:
        found[record.invoice.facility_id].add(record)
    return found


def _is_right(code: str) -> bool:
    return standard.is_valid(code) and standard.compact(code) == code
