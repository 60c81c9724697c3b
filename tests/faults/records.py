"""The values that the deployment is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Facility:
    """A place of an organization."""

    fields: dict[str, Any]
    """The 14 documented fields."""

    @property
    def id(self) -> str:
        return str(self.fields["id"])

    @property
    def name(self) -> str:
        return str(self.fields["name"])


@dataclass(frozen=True)
class Account:
    """An organization and the key that opens it."""

    organization_id: str
    api_key: str


@dataclass(frozen=True)
class Invoice:
    """One invoice, with what the answers show and what only its owner knows."""

    fields: dict[str, Any]
    """The 23 documented fields."""
    is_datadis: bool = False
    """Whether a Datadis supply contract stands behind it."""
    source: str | None = None
    """Where it came from, where that is on record."""

    @property
    def id(self) -> str:
        return str(self.fields["id"])

    @property
    def pair(self) -> tuple[str, str] | None:
        """CUPS code and facility, when the invoice has both."""
        cups, facility = self.fields["cups"], self.fields["facility_id"]
        return (cups, facility) if cups and facility else None

    def with_fields(self, **changed: Any) -> Invoice:
        """The invoice with some fields changed."""
        return Invoice(self.fields | changed, self.is_datadis, self.source)


@dataclass(frozen=True)
class Organization:
    """One tenant with everything it owns."""

    account: Account
    facilities: tuple[Facility, ...]
    invoices: tuple[Invoice, ...]
    options: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    """Suppliers, users and fuels by id, as the filter options show them."""

    @cached_property
    def invoices_by_id(self) -> dict[str, Invoice]:
        return {invoice.id: invoice for invoice in self.invoices}


@dataclass(frozen=True)
class World:
    """All the data of a deployment; the first organization is the one under test."""

    organizations: tuple[Organization, ...]
