"""What the operations read and change: one world, as one session sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from functools import cached_property
from typing import Any

import orjson
from sqlalchemy import Connection, Executable

from mock_server.state import changing, listing, reading, recalculation, sessions
from mock_server.state.change import Consolidation, NoSuchInvoice
from mock_server.state.contains import fold
from mock_server.state.database import Database, Row
from mock_server.state.emissions import MOVED, move_emissions
from mock_server.state.query import FacilityQuery, FilterOptions, Found, InvoiceQuery
from mock_server.world.model import Facility, InvoiceRecord, Organization, World


@dataclass(frozen=True)
class Store:
    """One world, as one session sees it. Each method is one transaction.

    Those that change something raise WorldReplaced when the world has gone meanwhile.
    """

    database: Database
    world_id: int
    session: str = sessions.SHARED
    most_sessions: int = sessions.MOST

    def of_session(self, name: str) -> Store:
        """The same world as a session sees it; asking for it counts as a use of the session."""
        store = replace(self, session=name)
        now = self.database.clock()
        for (used_at,) in self.database.rows(sessions.LAST_USE, store._where):
            if now - used_at > sessions.TOUCHED_SECONDS:
                with self.database.writing() as connection:
                    sessions.touch(connection, store._where, now)
        return store

    def invoice(self, invoice_id: str) -> InvoiceRecord | None:
        """The invoice with this id (lower case, with hyphens), whoever it belongs to."""
        found = self._rows(reading.INVOICE_OF_ID, id=invoice_id)
        if found and self._is_due(found[0][-1]):
            self._settle()
            found = self._rows(reading.INVOICE_OF_ID, id=invoice_id)
        return reading.to_record(found[0]) if found else None

    def invoices(self, organization_id: str, query: InvoiceQuery) -> Found[InvoiceRecord]:
        """The page of an organization's invoices that a query wants. Raises ValueError for an unknown order."""
        kind = listing.Kind.of(query)
        values = {"organization": organization_id, **listing.values_of(query)}
        if not self.database.can_hold(values.values()):
            return Found([], 0)
        found = self._rows(listing.page(kind), **values)
        total, next_due = (found or self._rows(listing.around(kind), **values))[0][-2:]
        if self._is_due(next_due):
            self._settle()
            return self.invoices(organization_id, query)
        return Found([reading.to_record(row) for row in found], total)

    def types(self, organization_id: str, invoice_ids: Sequence[str]) -> dict[str, str]:
        """The types of those of some invoices that are an organization's, by id, in the order of the ids."""
        values = {**self._where, "organization": organization_id}
        found: dict[str, str] = {}
        with self.database.reading() as connection:
            for some in reading.portions(invoice_ids):
                rows = connection.execute(reading.OWNED_TYPES, {**values, "ids": some})
                found.update((row.id, row.type) for row in rows)
        return {one: found[one] for one in invoice_ids if one in found}

    def records(self, organization_id: str) -> list[InvoiceRecord]:
        """The invoices of an organization, in the order of the world."""
        self._settle_due()
        return [reading.to_record(row) for row in self._rows(reading.INVOICES_OF, organization=organization_id)]

    def some_invoice(self, organization_id: str) -> str | None:
        """The id of an invoice of an organization, if it has any."""
        found: str | None = self._one(reading.SOME_INVOICE, organization=organization_id)
        return found

    def invoice_by_number(self, number: str, organization_id: str | None) -> str | None:
        """The id of the organization's invoice that has the number printed on it."""
        found: str | None = self._one(reading.INVOICE_OF_NUMBER, number=number, organization=organization_id)
        return found

    def file(self, path: str) -> InvoiceRecord | None:
        """The first invoice whose document is served under a path of the mock."""
        found = self._rows(reading.INVOICE_OF_FILE, path=path)
        return reading.to_record(found[0]) if found else None

    def groups(
        self,
        organization_id: str,
        facility_id: str | None = None,
        search: str | None = None,
        page: int = 1,
        size: int = 50,
    ) -> Found[orjson.Fragment]:
        """One page of the groups that match both filters, in the order of the listing: the JSON of each."""
        values: dict[str, Any] = {"organization": organization_id}
        if facility_id is not None:
            values["facility"] = facility_id
        if search:
            values["search"] = fold(search)
        kind = (facility_id is not None, bool(search))
        found = self._rows(reading.groups_page(*kind), **values, size=size, offset=reading.offset(page, size))
        if found:
            return Found([orjson.Fragment(row[0]) for row in found], found[0][1])
        return Found([], self._one(reading.all_groups(*kind), **values) or 0 if page > 1 else 0)

    def facility(self, facility_id: str) -> Facility | None:
        """The facility with this id (lower case, with hyphens), whoever it belongs to."""
        return next(iter(self._facilities(reading.FACILITY_OF_ID, id=facility_id)), None)

    def facilities(self, organization_id: str, query: FacilityQuery) -> Found[Facility]:
        """The page of an organization's facilities that a query wants, in the order of the world."""
        if not self.database.can_hold(astuple(query)):
            return Found([], 0)
        page, total = reading.facilities_page(organization_id, query)
        with self.database.reading() as connection:
            count = connection.execute(total, self._where).scalar_one()
        return Found(self._facilities(page), count)

    def filter_options(self, organization_id: str, facility_id: str, type: str) -> FilterOptions:
        """What the invoices of a facility and a type can be told apart by (page "Filter options")."""
        values = {"organization": organization_id, "facility": facility_id, "type": type}
        return reading.to_options(self._rows(reading.OPTIONS, **values))

    @cached_property
    def fingerprint(self) -> str:
        """What tells the world from others."""
        return str(self._one(reading.FINGERPRINT))

    @cached_property
    def organizations(self) -> tuple[Organization, ...]:
        """The organizations, in the order of the world; nothing changes them."""
        return tuple(Organization(*row) for row in self._rows(reading.ORGANIZATIONS))

    def all_facilities(self) -> tuple[Facility, ...]:
        """Every facility, in the order of the world."""
        return tuple(self._facilities(reading.FACILITIES))

    def world(self) -> World:
        """Everything, as it is now."""
        self._settle_due()
        records = tuple(reading.to_record(row) for row in self._rows(reading.ALL_INVOICES))
        return World(self.organizations, self.all_facilities(), records)

    def counts(self) -> tuple[int, int, int]:
        """How many organizations, facilities and invoices there are."""
        organizations, facilities, invoices = self._rows(reading.COUNTS)[0]
        return organizations, facilities, invoices

    def invoices_by_facility(self) -> dict[tuple[str, str | None], int]:
        """How many invoices there are, by organization and facility; those without a facility under None."""
        return {(owner, facility): count for owner, facility, count in self._rows(reading.INVOICES_BY_FACILITY)}

    def update_invoice(self, invoice_id: str, changes: Mapping[str, str | None], now: str) -> InvoiceRecord:
        """Change fields of an invoice; the invoice as it is then. `now` is in UTC. Raises NoSuchInvoice."""
        with self._changing() as connection:
            return changing.update_invoice(connection, self._where, invoice_id, changes, now)

    def delete_invoice(self, invoice_id: str) -> bool:
        """Delete an invoice; whether there was one."""
        try:
            with self._changing() as connection:
                changing.delete_invoice(connection, self._where, invoice_id)
        except NoSuchInvoice:
            return False
        return True

    def consolidate(
        self, organization_id: str, sources: Sequence[tuple[str, str]], target_cups: str, now: str
    ) -> Consolidation:
        """Give the electricity invoices of some pairs of code and facility one code (page "Consolidate CUPS").

        Raises ForeignFacility for a facility that is not the organization's, and LockedByDatadis for a pair with a
        supply contract behind an invoice; nothing is changed then.
        """
        with self._changing() as connection:
            return changing.consolidate(connection, self._where, organization_id, sources, target_cups, now)

    def schedule_recalculation(
        self,
        organization_id: str,
        invoice_ids: Sequence[str],
        categories: Sequence[str],
        now: str,
        delay_seconds: float,
    ) -> tuple[str, ...]:
        """Have the emissions of an organization's invoices calculated anew, once so many seconds have passed.

        The ids of the jobs, one for each category (page "Recalculate invoices").
        """
        due = self.database.clock() + delay_seconds
        done_at = recalculation.after(now, delay_seconds)
        with self._changing() as connection:
            owned = changing.owned(connection, self._where, organization_id, invoice_ids)
            return recalculation.schedule(connection, self._where, owned, categories, due, done_at)

    def _facilities(self, wanted: Executable, **values: str) -> list[Facility]:
        """Facilities as they were loaded, with the emissions that they have now."""
        self._settle_due()
        with self.database.reading() as connection:
            found = [reading.to_facility(row) for row in connection.execute(wanted, {**self._where, **values})]
        return move_emissions(found, self._rows(MOVED)) if found else []

    def reset(self) -> None:
        """Forget everything that the session changed."""
        with self.database.writing() as connection:
            sessions.lock_world(connection, self.world_id)
            sessions.forget_session(connection, self._where)

    @property
    def _where(self) -> dict[str, Any]:
        return {"world": self.world_id, "session": self.session}

    def _rows(self, statement: Executable, **values: Any) -> list[Row]:
        if not self.database.can_hold(values.values()):
            return []
        return self.database.rows(statement, {"world": self.world_id, "session": self.session, **values})

    def _one(self, statement: Executable, **values: Any) -> Any:
        found = self._rows(statement, **values)
        return found[0][0] if found else None

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        """A transaction in which nobody else changes the world, and all that is due is done."""
        now = self.database.clock()
        with self.database.writing() as connection:
            sessions.lock_world(connection, self.world_id)
            recalculation.settle(connection, self._where, now)
            yield connection
            sessions.mark_change(connection, self._where, now)
            sessions.forget_unused(connection, self.world_id, self.most_sessions)

    def _settle_due(self) -> None:
        if self._is_due(self._one(reading.NEXT_DUE)):
            self._settle()

    def _settle(self) -> None:
        with self._changing():
            pass

    def _is_due(self, next_due: float | None) -> bool:
        return next_due is not None and next_due <= self.database.clock()
