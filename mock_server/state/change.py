"""What comes of a change, and why one is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Consolidation:
    """What was rewritten when codes became one (page "Consolidate CUPS")."""

    updated_count: int
    affected_facilities: tuple[str, ...]
    """The facilities with an invoice that was rewritten, in the order of the sources."""


class ForeignFacility(Exception):
    """A source names a facility that is not the organization's. Nothing was changed."""

    def __init__(self, facility_id: str) -> None:
        """Of a facility."""
        super().__init__(f"The facility {facility_id} is not the organization's.")
        self.facility_id = facility_id


class LockedByDatadis(Exception):
    """A source has an invoice with a Datadis supply contract behind it. Nothing was changed."""

    def __init__(self, cups: str, facility_id: str) -> None:
        """Of a pair of code and facility."""
        super().__init__(f"A Datadis supply contract is behind {cups!r} at the facility {facility_id}.")
        self.cups, self.facility_id = cups, facility_id


class NoSuchInvoice(LookupError):
    """The invoice to change is not there, or not any more."""
