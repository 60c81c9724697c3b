"""The facilities of an organization in a data file, and which of them an invoice names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from api_spec.document import Pointer
from mock_server.data.mistake import Mistake, describe, nearest
from mock_server.data.unique import Unique
from mock_server.world.consumption import Consumption, find_consumption
from mock_server.world.model import Facility, InvoiceRecord
from mock_server.world.stream import Stream

LISTS = ("categories", "cups_list")


@dataclass
class Facilities:
    """The facilities of one organization, in order."""

    organization_id: str
    all: list[Facility] = field(default_factory=list)
    by_id: dict[str, Facility] = field(default_factory=dict)
    by_name: dict[str, list[Facility]] = field(default_factory=dict)
    given: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """What a person wrote of each, by its id."""

    @classmethod
    def of(cls, organization: Mapping[str, Any], organization_id: str, ids: Unique) -> Facilities:
        """The facilities that are listed, or, where there is no list, those that invoices name."""
        found = cls(organization_id)
        listed = organization.get("facilities")
        if listed is None:
            found._add_named(organization.get("invoices", ()), ids)
        else:
            for one in listed:
                found._add(one, ids)
        return found

    def _add(self, given: Mapping[str, Any], ids: Unique) -> None:
        position = len(self.all)
        own_id = given.get("id") or ids.make(Stream("data", self.organization_id, "facility", position))
        facility = Facility(own_id.lower(), self.organization_id, given.get("name") or f"Facility {position + 1}")
        self.all.append(facility)
        self.given[facility.id] = given
        self.by_id[facility.id] = facility
        self.by_name.setdefault(facility.name, []).append(facility)

    def _add_named(self, invoices: Sequence[Any], ids: Unique) -> None:
        """Add the facilities of invoices in their order; an id has the first name that stands beside it."""
        pairs = [_named(invoice) for invoice in invoices]
        names = {facility_id: name for facility_id, name in reversed(pairs) if facility_id and name}
        with_id = set(names.values())
        for facility_id, name in pairs:
            if facility_id and facility_id not in self.by_id:
                self._add({"id": facility_id, "name": names.get(facility_id)}, ids)
            elif not facility_id and name and name not in self.by_name and name not in with_id:
                self._add({"name": name}, ids)

    def find(self, given: Mapping[str, Any], pointer: Pointer) -> Facility | Mistake | None:
        """The facility that an invoice names by id, by name, by both or not at all; or the mistake in that."""
        facility_id, name = _named(given)
        if facility_id:
            return self._by_id(facility_id, name, pointer)
        return self._by_name(name, (*pointer, "facility_name")) if name else None

    def _by_id(self, id: str, name: str | None, pointer: Pointer) -> Facility | Mistake:
        facility = self.by_id.get(id)
        if facility is None:
            advice = nearest(id, self.by_id) or "Add it to the organization's facilities."
            return Mistake((*pointer, "facility_id"), "a facility of the organization", describe(id), advice)
        if name and name != facility.name:
            expected = f"{describe(facility.name)}, the name of the facility with this id"
            return Mistake((*pointer, "facility_name"), expected, describe(name), "Give one of them alone.")
        return facility

    def _by_name(self, name: str, pointer: Pointer) -> Facility | Mistake:
        found = self.by_name.get(name, [])
        if len(found) == 1:
            return found[0]
        if found:
            return Mistake(pointer, "the name of one facility", f"that of {len(found)}", "Give facility_id instead.")
        advice = nearest(name, self.by_name) or "Add it to the organization's facilities."
        return Mistake(pointer, "the name of a facility of the organization", describe(name), advice)

    def complete(self, records: Iterable[InvoiceRecord]) -> list[Facility]:
        """The facilities with all that was written of them, and what their invoices say of the rest."""
        consumption = find_consumption(records)
        return [replace(one, **_fields(self.given[one.id], consumption[one.id])) for one in self.all]


def _fields(given: Mapping[str, Any], consumption: Consumption) -> dict[str, Any]:
    written = {name: value for name, value in given.items() if name not in ("id", "name")}
    for name in LISTS:
        if written.get(name) is not None:
            written[name] = tuple(written[name])
    return {**consumption.as_fields(), **written}


def _named(invoice: Any) -> tuple[str | None, str | None]:
    """The id and the name of the facility that an invoice gives; None for what is absent or has not the form."""
    given = invoice if isinstance(invoice, dict) else {}
    facility_id, name = given.get("facility_id"), given.get("facility_name")
    return (
        facility_id.lower() if isinstance(facility_id, str) else None,
        name if isinstance(name, str) else None,
    )
