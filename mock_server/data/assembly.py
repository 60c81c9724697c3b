"""A world put together from the parts of a data file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from api_spec.document import Pointer
from mock_server.data.coherence import find_incoherence, find_untimely_update
from mock_server.data.defaults import complete, usual_source
from mock_server.data.facilities import Facilities
from mock_server.data.mistake import Mistake, describe
from mock_server.data.unique import Unique
from mock_server.world.api_key import make_api_key
from mock_server.world.documented import ORGANIZATION_IDS
from mock_server.world.model import Facility, InvoiceRecord, Organization, World
from mock_server.world.stream import Stream

Entry = tuple[Pointer, Mapping[str, Any]]
"""A part of the file, and where it stands."""


class Assembly:
    """Puts the sound parts of a file together, and collects what is wrong between and within them."""

    def __init__(self, content: Any, broken: Collection[Pointer]) -> None:
        """`broken` has the pointers of parts whose form is wrong; these are left out."""
        self.mistakes: list[Mistake] = []
        self._content = content
        self._broken = broken
        self._organization_ids = Unique("an id that no other organization has")
        self._keys = Unique("a key that no other organization has")
        self._facility_ids = Unique("an id that no other facility has")
        self._invoice_ids = Unique("an id that no other invoice has")

    def make_world(self) -> World:
        """The world of the parts; not to be used when there are mistakes."""
        whole = not {(), ("organizations",)} & set(self._broken)
        entries = self._entries((), self._content, "organizations") if whole else []
        for pointer, organization in entries:
            self._claim(pointer, organization)
        ids = self._ids([organization.get("id") for _, organization in entries])
        made = [
            self._organization(*entry, own_id, at) for at, (entry, own_id) in enumerate(zip(entries, ids, strict=True))
        ]
        return World(
            tuple(organization for organization, _, _ in made),
            tuple(facility for _, facilities, _ in made for facility in facilities),
            tuple(record for _, _, records in made for record in records),
        )

    def _entries(self, pointer: Pointer, owner: Mapping[str, Any], key: str) -> list[Entry]:
        """The sound parts in a list of an owner."""
        found = (((*pointer, key, index), part) for index, part in enumerate(owner.get(key, ())))
        return [(place, part) for place, part in found if place not in self._broken]

    def _claim(self, pointer: Pointer, organization: Mapping[str, Any]) -> None:
        """Note every id and the key that an organization gives."""
        if "api_key" in organization:
            self.mistakes += self._keys.claim(organization["api_key"], "the one", (*pointer, "api_key"))
        self._claim_id(self._organization_ids, pointer, organization)
        for place, facility in self._entries(pointer, organization, "facilities"):
            self._claim_id(self._facility_ids, place, facility)
        for place, invoice in self._entries(pointer, organization, "invoices"):
            self._claim_id(self._invoice_ids, place, invoice)

    def _claim_id(self, ids: Unique, pointer: Pointer, part: Mapping[str, Any]) -> None:
        if "id" in part:
            self.mistakes += ids.claim(part["id"].lower(), describe(part["id"]), (*pointer, "id"))

    def _ids(self, given: list[str | None]) -> Iterator[str]:
        """The ids of all organizations; for those without one, the documented ones that are free, then made ones."""
        taken = {one.lower() for one in given if one is not None}
        free = [one for one in ORGANIZATION_IDS if one not in taken]
        for position, own_id in enumerate(given):
            if own_id is not None:
                yield own_id.lower()
            elif free:
                yield free.pop(0)
            else:
                yield self._organization_ids.make(Stream("data", "organization", position))

    def _organization(
        self, pointer: Pointer, given: Mapping[str, Any], id: str, position: int
    ) -> tuple[Organization, list[Facility], list[InvoiceRecord]]:
        key = given.get("api_key") or self._keys.make(Stream("data", "api key", id), make_api_key)
        organization = Organization(id, given.get("name", f"Organization {position + 1}"), key)
        facilities = Facilities.of(given, id, self._facility_ids)
        for place, facility in self._entries(pointer, given, "facilities"):
            self.mistakes += find_untimely_update(facility.get("created_at"), facility.get("updated_at"), place)
        records = list(self._records(pointer, given, facilities))
        return organization, facilities.complete(records), records

    def _records(self, pointer: Pointer, given: Mapping[str, Any], facilities: Facilities) -> Iterator[InvoiceRecord]:
        for place, invoice in self._entries(pointer, given, "invoices"):
            facility = facilities.find(invoice, place)
            if isinstance(facility, Mistake):
                self.mistakes.append(facility)
                facility = None
            yield self._record(place, invoice, facilities.organization_id, facility.id if facility else None)

    def _record(
        self, pointer: Pointer, given: Mapping[str, Any], organization_id: str, facility_id: str | None
    ) -> InvoiceRecord:
        position = int(pointer[-1])
        own_id = given.get("id") or self._invoice_ids.make(Stream("data", organization_id, "invoice", position))
        invoice = complete(given, own_id.lower(), facility_id, position)
        self.mistakes += find_incoherence(invoice, given, pointer)
        contract_id = given.get("supply_contract_id")
        source = given["source"] if "source" in given else usual_source(invoice, contract_id)
        return InvoiceRecord(invoice, organization_id, contract_id.lower() if contract_id else None, source)
