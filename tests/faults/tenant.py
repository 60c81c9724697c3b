"""One organization while it is served: what it owns now, and the CUPS groups of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from faults.records import Facility, Invoice, Organization

Group = dict[str, Any]
Counts = Callable[[Invoice], bool]
Clock = Callable[[datetime], datetime]
"""From the last update of an invoice to the moment of the next."""
Happens = Callable[["Tenant", int], None]
"""What happens to an organization before an answer, by the number of answers that went before."""


def every(_: Invoice) -> bool:
    """Counts every electricity invoice, whatever its status."""
    return True


def nothing(_: Tenant, __: int) -> None:
    """Only what is asked for happens."""


def never_twice(last: datetime) -> datetime:
    """The present, in whole seconds; a second later than before where that is later."""
    return max(datetime.now(UTC).replace(microsecond=0), last + timedelta(seconds=1))


@dataclass(frozen=True)
class Habits:
    """What a deployment does where the pages leave a choice."""

    counts: Counts = every
    """Which electricity invoices stand in a group."""
    clock: Clock = never_twice
    nulls_first: bool = False
    """Where the listing of invoices puts nulls when it is sorted."""
    consolidation_updates: bool = True
    """Whether a consolidation moves updated_at."""
    counts_unchanged: bool = False
    """Whether a consolidation counts invoices that had the target code before."""
    one_by_one: bool = False
    """Whether a consolidation rewrites source after source, and adds up what each has by then."""
    recalculates: bool = False
    """Whether a recalculation is done at once, rather than after the tests."""
    happens: Happens = nothing


DEFAULT = Habits()


def group_invoices(facilities: Iterable[Facility], invoices: Iterable[Invoice], counts: Counts = every) -> list[Group]:
    """The CUPS groups of an organization, by facility name and code."""
    names = {facility.id: facility.name for facility in facilities}
    pairs: dict[tuple[str, str], list[Invoice]] = {}
    for invoice in invoices:
        if invoice.fields["type"] == "electricity" and invoice.pair and counts(invoice):
            pairs.setdefault(invoice.pair, []).append(invoice)
    groups = [_group(cups, facility, names[facility], members) for (cups, facility), members in pairs.items()]
    return sorted(groups, key=lambda group: (group["facility_name"], group["facility_id"], group["cups"]))


def _group(cups: str, facility_id: str, facility_name: str, members: list[Invoice]) -> Group:
    return {
        "cups": cups,
        "facility_id": facility_id,
        "facility_name": facility_name,
        "invoice_count": len(members),
        "first_date": min(_days(members, "start_date")),
        "last_date": max(_days(members, "end_date")),
        "is_locked": any(invoice.is_datadis for invoice in members),
    }


def _days(members: Iterable[Invoice], field: str) -> list[str]:
    return [invoice.fields[field][:10] for invoice in members if invoice.fields[field]]


class Tenant:
    """An organization that remembers what is written; the one it starts from stays as it is."""

    def __init__(
        self, organization: Organization, groups: list[Group], habits: Habits, foreign_facilities: Collection[str]
    ) -> None:
        """Take the organization with its groups, which are made anew only after a write."""
        self.account = organization.account
        self.options: Mapping[str, dict[str, Any]] = organization.options
        self.facilities = {facility.id: facility for facility in organization.facilities}
        self.invoices = organization.invoices_by_id.copy()
        self.habits = habits
        self.foreign_facilities = foreign_facilities
        self._groups: list[Group] | None = groups

    @property
    def groups(self) -> list[Group]:
        """The groups as they are now."""
        if self._groups is None:
            self._groups = group_invoices(self.facilities.values(), self.invoices.values(), self.habits.counts)
        return self._groups

    def change(self, invoice: Invoice, **fields: Any) -> Invoice:
        """Change fields of an invoice, and give it as it is now."""
        self.invoices[invoice.id] = changed = invoice.with_fields(**fields)
        self._groups = None
        return changed

    def update(self, invoice: Invoice, **fields: Any) -> Invoice:
        """Change fields of an invoice and its time of update, and give it as it is now."""
        last = datetime.fromisoformat(invoice.fields["updated_at"])
        stamp = self.habits.clock(last).isoformat().replace("+00:00", "Z")
        return self.change(invoice, **fields, updated_at=stamp)

    def add(self, invoice: Invoice) -> None:
        """Take an invoice that is new."""
        self.invoices[invoice.id] = invoice
        self._groups = None

    def remove(self, invoice: Invoice) -> None:
        """Forget an invoice."""
        del self.invoices[invoice.id]
        self._groups = None
