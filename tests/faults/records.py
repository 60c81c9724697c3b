"""The values that the deployment is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Facility:
    """A place of an organization."""

    id: str
    name: str


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

    @property
    def id(self) -> str:
        return str(self.fields["id"])

    @property
    def pair(self) -> tuple[str, str] | None:
        """CUPS code and facility, when the invoice has both."""
        cups, facility = self.fields["cups"], self.fields["facility_id"]
        return (cups, facility) if cups and facility else None


@dataclass(frozen=True)
class Organization:
    """One tenant with everything it owns."""

    account: Account
    facilities: tuple[Facility, ...]
    invoices: tuple[Invoice, ...]


@dataclass(frozen=True)
class World:
    """All the data of a deployment; the first organization is the one under test."""

    organizations: tuple[Organization, ...]
