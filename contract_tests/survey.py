"""Looks at a deployment: its listings, its invoices and facilities, and which operations it serves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import Any

from contract_tests.conformance import same_uuid
from contract_tests.exchange import Exchange, Request
from contract_tests.findings import Blocked, Broken, NotExercised
from contract_tests.generated import Generated, generate
from contract_tests.inquiry import Inquiry
from contract_tests.known import varied
from contract_tests.listed import MOST_PAGES, Listed
from contract_tests.listings import FACILITIES, GROUPS, SUMMARIES, Item, Listing, facilities_of
from contract_tests.presence import prove_absence
from contract_tests.target import Known
from contract_tests.writing import Writing

GET, FACILITY, OPTIONS = "getInvoice", "getFacility", "getInvoiceFilterOptions"
UNSEEN = (Broken, Blocked, NotExercised)
"""What is raised where something cannot be looked at."""


class Survey(Inquiry):
    """One session with a deployment."""

    @cached_property
    def known(self) -> Known:
        """What the owner of the deployment knows, without expendable invoices that an earlier run has deleted."""
        known = self.target.known
        exported = sorted({*known.expendable} & {str(one.get("id")) for one in known.invoices})
        if not exported or not self.live or GET not in self.operations:
            return known
        asked = self.ask_all([self.invoice(one) for one in exported])
        gone = {one for one, exchange in zip(exported, asked, strict=True) if exchange.answer.status == 404}
        return replace(known, invoices=tuple(one for one in known.invoices if one.get("id") not in gone))

    # Listings

    @cached_property
    def groups(self) -> Listed:
        """The listing of CUPS groups."""
        return self._listed(GROUPS)

    @cached_property
    def summaries(self) -> Listed:
        """The listing of invoices, which shows fewer attributes of each than the invoice itself has."""
        return self._listed(SUMMARIES, self.profile.listed)

    @cached_property
    def facilities(self) -> Listed:
        """The listing of facilities."""
        return self._listed(FACILITIES)

    @property
    def listings(self) -> tuple[Listed, ...]:
        """The listings that are to be asked, and are served."""
        return tuple(
            one for one in (self.groups, self.summaries, self.facilities) if self.reads(one.listing.operation_id)
        )

    def _listed(self, listing: Listing, most_pages: int = MOST_PAGES) -> Listed:
        return Listed(self, listing, most_pages)

    # Single things

    def invoice(self, invoice_id: str) -> Request:
        """A question for an invoice."""
        return self.request(GET, {"invoice_id": invoice_id})

    def facility(self, facility_id: str) -> Request:
        """A question for a facility."""
        return self.request(FACILITY, {"facility_id": facility_id})

    def options(self, **query: str | None) -> Request:
        """A question for what invoices can be filtered by; parameters that are None are left out."""
        return self.request(OPTIONS, query=tuple((name, value) for name, value in query.items() if value is not None))

    def invoice_ids(self) -> tuple[str, ...]:
        """The ids to ask for: those given, and then a varied sample of those listed; raises NotExercised without any.

        There are no more of them than the profile allows.
        """
        ids = {same_uuid(one): one for one in (*self.known.invoice_ids, *self.sampled_ids)}
        if not ids:
            raise NotExercised("Name invoices with --invoice-id, of different types and statuses; none are listed.")
        return self._left(ids.values())[: self.profile.invoices]

    def _left(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Those that the run has not deleted."""
        return tuple(one for one in ids if same_uuid(one) not in self.writing.journal.deleted)

    @cached_property
    def sampled_ids(self) -> tuple[str, ...]:
        """Listed invoices, those first that differ most from each other; none where the listing cannot be used."""
        seen: dict[str, Item] = {}
        with suppress(*UNSEEN):
            seen = {item["id"]: item for item in self.summaries.whole().values()}
        with suppress(*UNSEEN):
            if seen and not self.summaries.is_complete:
                seen |= {item["id"]: item for item in self._rare_summaries()}
        well_formed = [one for one in seen.values() if isinstance(one.get("type"), str)]
        return tuple(one["id"] for one in varied(tuple(well_formed)))

    def _rare_summaries(self) -> Iterator[Item]:
        """Some invoices of every type and of every status, from a listing that is too long to walk."""
        for name in ("type[]", "status[]"):
            for value in self.summaries.parameter(name)["items"]["enum"]:
                yield from self.summaries.page(((name, value),), size=self.summaries.largest, page=1).items

    def invoices(self) -> list[tuple[Exchange, dict[str, Any]]]:
        """Every invoice to ask for that was answered with an object, with its exchange."""
        exchanges = self.ask_all([self.invoice(one) for one in self.invoice_ids()])
        found = []
        blocked: Blocked | None = None
        for exchange in exchanges:
            try:
                found.append((exchange, self.object_of(exchange)))
            except Blocked as error:
                blocked = error
        if blocked and not found:
            raise blocked
        return found

    def facility_ids(self) -> tuple[str, ...]:
        """The facilities that are listed, or are named by groups or invoices; none where nothing tells of any."""
        with suppress(*UNSEEN):
            if listed := [one["id"] for one in self.facilities.whole().values()]:
                return tuple(listed)
        for listing in (self.groups, self.summaries):
            with suppress(*UNSEEN):
                if named := facilities_of(listing.whole().values()):
                    return tuple(named)
        return tuple(facilities_of(self.known.invoices))

    @cached_property
    def foreign_facilities(self) -> tuple[str, ...]:
        """Facilities of the second organization that is known, as its own key sees them; none where it shows none."""
        other = self.known.other
        if other is None or not self.live:
            return ()
        for listing in (self.facilities, self.groups, self.summaries):
            with suppress(*UNSEEN):
                items = listing.page_of(self.ask(listing.request().at(other.credentials))).items
                ids = [item["id"] for item in items] if listing is self.facilities else facilities_of(items)
                if ids:
                    return tuple(ids)
        return ()

    @cached_property
    def occasions(self) -> tuple[tuple[str, str], ...]:
        """Facilities and types that invoices are known of, those with most invoices first."""
        items: list[Item] = list(self.known.invoices)
        with suppress(*UNSEEN):
            items = [*items, *self.summaries.whole().values()]
        with suppress(*UNSEEN):
            items += [{**group, "type": "electricity"} for group in self.groups.whole().values()]
        count: dict[tuple[str, str], int] = {}
        for item in items:
            if isinstance(item.get("facility_id"), str) and isinstance(item.get("type"), str):
                pair = (same_uuid(item["facility_id"]), item["type"])
                count[pair] = count.get(pair, 0) + 1
        return tuple(sorted(count, key=lambda pair: (-count[pair], pair)))

    # Writing

    @cached_property
    def writing(self) -> Writing:
        """What this run changes, where it may."""
        return Writing(self)

    def lack(self, exchange: Exchange) -> None:
        """Take note of an exchange that shows that its operation is not served."""
        self._absences[exchange.request.operation_id] = exchange

    # Operations

    def probes(self, operation_id: str) -> list[Request]:
        """Valid requests to an operation that reads, about things that exist, at most three; none where nothing is."""
        asked: dict[str, Callable[[], list[Request]]] = {
            GROUPS.operation_id: lambda: [self.groups.request()],
            SUMMARIES.operation_id: lambda: [self.summaries.request()],
            FACILITIES.operation_id: lambda: [self.facilities.request()],
            GET: lambda: [self.invoice(one) for one in self._left(self.sampled_ids or self.invoice_ids())[:3]],
            FACILITY: lambda: [self.facility(one) for one in self.facility_ids()[:3]],
            OPTIONS: lambda: [self.options(facility_id=one, type=kind) for one, kind in self.occasions[:3]],
        }
        if operation_id not in asked or operation_id not in self.operations:
            return []
        try:
            return asked[operation_id]()
        except NotExercised:
            return []

    def reads(self, operation_id: str) -> bool:
        """Whether an operation is to be asked, and is served."""
        return operation_id in self.operations and not self.absence_of(operation_id)

    def absence_of(self, operation_id: str) -> Exchange | None:
        """The exchange that shows that an operation is not served; None where it is, or where nothing shows it."""
        if operation_id not in self._absences:
            self._absences[operation_id] = None  # as the probes of one operation may come from another one
            probes = self.probes(operation_id)
            # Ids that a user gives may be wrong; those that a listing shows are not.
            certain = operation_id != GET or bool(self.sampled_ids)
            self._absences[operation_id] = prove_absence(self, probes, certain=certain)
        return self._absences[operation_id]

    @cached_property
    def _absences(self) -> dict[str, Exchange | None]:
        return {}

    def examples(self) -> dict[str, Request]:
        """One valid request for each operation that reads, is served, and has something to show."""
        found = {}
        for operation in self.spec.operations:
            probes = self.probes(operation.id)
            if probes and not self.absence_of(operation.id):
                found[operation.id] = probes[0]
        return found

    def generated(self, operation_id: str) -> list[Generated]:
        """The requests that Schemathesis makes up for an operation that reads, around live values."""
        operation = self.spec.operation(operation_id)
        if operation_id not in self._generated and operation.method == "GET":
            self._generated[operation_id] = generate(
                self.spec,
                operation,
                self.request(operation_id, _AnyValue()),
                self._live_values(operation_id),
                count=self.profile.generated,
                seed=self.seed,
            )
        return self._generated.get(operation_id, [])

    @cached_property
    def _generated(self) -> dict[str, list[Generated]]:
        return {}

    def _live_values(self, operation_id: str) -> dict[str, Any]:
        """Values of parameters that the deployment has data for."""
        found: dict[str, Any] = {}
        with suppress(*UNSEEN):
            if operation_id == GROUPS.operation_id:
                found = next(({"facility_id": two, "search": one} for one, two in self.groups.whole()), {})
            elif operation_id == SUMMARIES.operation_id:
                codes = [one for one in self.summaries.whole().values() if one.get("cups") and one.get("facility_id")]
                found = {name: [codes[0][name[:-2]]] for name in ("facility_id[]", "cups[]") if codes}
            elif operation_id == GET:
                found = {"invoice_id": self.invoice_ids()[0]}
            else:
                found = dict(zip(("facility_id", "type"), next(iter(self.occasions), ()), strict=False))
        return found


class _AnyValue(dict[str, str]):
    """A value for each parameter of a path, for a request whose path is replaced anyway."""

    def __missing__(self, name: str) -> str:
        return name
