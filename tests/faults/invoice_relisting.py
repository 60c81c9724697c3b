"""A listing of invoices made anew from the deployment's own, with single steps of the making replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from faults.exchange import Answer, Handler, Request
from faults.operations import INVOICES_PATH
from faults.site import Site

Fields = dict[str, Any]
Items = list[Fields]
Passes = Callable[[list[str], Fields], bool]
"""Whether a filter with these values lets an invoice through."""


def has_text(texts: list[str], fields: Fields) -> bool:
    """Whether the number contains the text."""
    return texts[-1].lower() in (fields["invoice_id"] or "").lower()


FILTERS: Mapping[str, Passes] = {
    "type[]": lambda values, fields: fields["type"] in values,
    "status[]": lambda values, fields: fields["status"] in values,
    "facility_id[]": lambda values, fields: fields["facility_id"] in [value.lower() for value in values],
    "cups[]": lambda values, fields: fields["cups"] in values,
    "start_date": lambda values, fields: (fields["start_date"] or "")[:10] >= values[-1],
    "end_date": lambda values, fields: "" < (fields["end_date"] or "")[:10] <= values[-1],
    "co2e_status": lambda values, fields: (fields["co2e"] is not None) == (values[-1] == "calculated"),
    "invoice_id": has_text,
}
"""The filters, as they should be."""


@dataclass(frozen=True)
class Page:
    """What a valid request asks for, beside the filters."""

    number: int
    size: int
    sort: str
    filters: frozenset[str]
    """The names of the filters that are given."""

    def cut(self, items: Items) -> Items:
        """The items of the page."""
        return items[(self.number - 1) * self.size : self.number * self.size]


def as_listed(_: Page, items: Items) -> Items:
    """The invoices in the order of the deployment."""
    return items


def round_up(total: int, size: int) -> int:
    """The number of pages."""
    return max(1, -(-total // size))


@dataclass(frozen=True)
class InvoiceRelisting:
    """The steps from all invoices to one page; it is an edit."""

    filters: Mapping[str, Passes] = field(default_factory=dict)
    """The filters that are replaced."""
    combine: Callable[[list[bool]], bool] = all
    """How the filters that are given work together."""
    gather: Callable[[Items], Items] = list
    """From the deployment's invoices to those there are."""
    arrange: Callable[[Page, Items], Items] = as_listed
    """From the matching invoices to those that are paged."""
    cut: Callable[[Page, Items], Items] = Page.cut
    total: Callable[[Page, Items, Items], int] = lambda page, matching, everything: len(matching)
    """From the matching invoices and those there are."""
    pages: Callable[[int, int], int] = round_up
    """From total and size."""

    def __call__(self, site: Site) -> Handler:
        remembered: dict[tuple[str, str], Items] = {}

        def everything(request: Request) -> Items:
            sort, key = request.parameters.get("sort", ""), request.headers.get("x-api-key", "")
            if (sort, key) not in remembered:
                remembered[sort, key] = fetch_invoices(site, request, sort=sort or None)
            return self.gather(remembered[sort, key])

        def handle(request: Request) -> Answer:
            answer = site.answer(request)
            if request.is_write:
                remembered.clear()
            if request.operation != "listInvoices" or answer.status != 200:
                return answer
            return answer.with_json(self._page(request, answer.json, everything(request)))

        return handle

    def _page(self, request: Request, answered: Fields, everything: Items) -> Fields:
        filters = frozenset(FILTERS) & frozenset(request.parameters)
        page = Page(answered["page"], answered["size"], request.parameters.get("sort", ""), filters)
        matching = [fields for fields in everything if self._matches(request, filters, fields)]
        total = self.total(page, matching, everything)
        items = self.cut(page, self.arrange(page, matching))
        return {
            "items": items,
            "total": total,
            "page": page.number,
            "size": page.size,
            "pages": self.pages(total, page.size),
        }

    def _matches(self, request: Request, filters: frozenset[str], fields: Fields) -> bool:
        verdicts = [self.filters.get(name, FILTERS[name])(request.values(name), fields) for name in filters]
        return not verdicts or self.combine(verdicts)


def fetch_invoices(site: Site, request: Request, **query: str | None) -> Items:
    """Every invoice of the organization that a request speaks for, or those that a query leaves."""
    items: Items = []
    page, pages = 1, 1
    while page <= pages:
        asked = request.asking("GET", INVOICES_PATH).with_parameters(**query, page=str(page), size="100")
        answered = site.answer(asked).json
        items, page, pages = items + answered["items"], page + 1, answered["pages"]
    return items
