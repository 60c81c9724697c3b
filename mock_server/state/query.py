"""What the store is asked for, and what it gives back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """One page of what matches, and how many match altogether."""

    items: list[T]
    total: int

    def __iter__(self) -> Iterator[T]:
        """The items of the page."""
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class InvoiceQuery:
    """Which invoices of an organization are wanted, in which order, and which page of them (page "List invoices").

    Within a tuple any value fits; an empty one leaves the field open. Everything that is given has to fit.
    """

    types: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    facility_ids: tuple[str, ...] = ()
    cups: tuple[str, ...] = ()
    start_date: str | None = None
    """The first day, such as 2024-01-31, on which the billing period may start."""
    end_date: str | None = None
    """The last day on which it may end."""
    co2e_status: str | None = None
    """``calculated`` or ``not_calculated``."""
    invoice_number: str | None = None
    """A part of the number that the utility printed, in either case, without wildcards."""
    search: str | None = None
    """A part of the id, of the number or of the CUPS code, in either case, without wildcards."""
    sort: str | None = None
    """A name of `SORTABLE`, descending with a minus before it. None: the latest start first."""
    page: int = 1
    size: int = 50


SORTABLE = ("start_date", "end_date", "created_at", "quantity", "invoice_id")
"""The fields of an invoice that a listing can be sorted by. Equal ones come in the order of their ids, nulls last."""


@dataclass(frozen=True, slots=True)
class FacilityQuery:
    """Which facilities of an organization are wanted, and which page of them (page "List facilities")."""

    name: str | None = None
    """A part of the name, in either case, without wildcards."""
    country: str | None = None
    type: str | None = None
    statuses: tuple[str, ...] = ()
    page: int = 1
    size: int = 10


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """The distinct values of a facility's invoices of one type, each in the order of the text."""

    cups: tuple[str, ...]
    supplier_ids: tuple[str, ...]
    uploader_ids: tuple[str, ...]
    sources: tuple[str, ...]
    """``manual`` stands for invoices that have none (page "Filter options")."""
    facility_fuel_ids: tuple[str, ...]
    supply_contracts: tuple[tuple[str, str], ...]
    """Ids, each with the code that it is for, which is the name that people know it by."""
