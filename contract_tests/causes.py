"""Which broken rule is a mere consequence of another broken one."""

from __future__ import annotations

from collections.abc import Collection

EXPLAINS: dict[str, tuple[str, ...]] = {
    "request-answered": ("content-type-json", "cups-size-bounds", "head-like-get"),
    "key-required": ("key-checked", "organization-scoped"),
    "organization-checked": ("organization-scoped", "organization-required"),
    "cups-page-schema": (
        "cups-facility-name", "cups-date-range", "cups-echo", "cups-total-pages", "cups-invoice-count", "cups-locked",
        "cups-stable",
    ),
    "cups-unique": ("cups-partition", "cups-page-full", "cups-total", "cups-stable", "cups-total-pages"),
    "cups-search": ("cups-search-literal", "cups-filters-together", "cups-total"),
    "cups-search-literal": ("cups-filters-together",),
    "cups-facility-filter": ("cups-filters-together", "cups-total"),
    "cups-partition": ("cups-page-full", "cups-total", "cups-beyond-last", "cups-page-default"),
    "cups-page-full": ("cups-beyond-last",),
    "cups-total": ("cups-total-pages", "cups-page-full", "cups-beyond-last"),
    "invoices-page-schema": ("invoices-agree", "invoices-total", "invoices-pages", "options-cups"),
    "invoices-type-filter": ("invoices-filters-together", "invoices-total"),
    "invoices-status-filter": ("invoices-filters-together", "invoices-total"),
    "invoices-facility-filter": ("invoices-filters-together", "invoices-total"),
    "invoices-cups-filter": ("invoices-filters-together", "invoices-total"),
    "invoices-period-filter": ("invoices-filters-together", "invoices-total"),
    "invoices-number-filter": ("invoices-filters-together", "invoices-total"),
    "invoices-partition": ("invoices-total", "invoices-page-default", "invoices-sort"),
    "invoices-total": ("invoices-pages", "invoices-co2e-filter"),
    "facilities-page-schema": ("facilities-partition", "facility-agrees"),
    "facilities-name-filter": ("facilities-partition",),
    "facility-schema": ("facility-agrees",),
    "options-schema": ("options-cups",),
    "invoice-schema": (
        "invoice-allocation", "invoice-attributes", "invoice-complete", "invoice-file", "invoice-fuel",
        "invoice-amounts",
    ),
    "invoice-id-answered": ("invoice-attributes", "cups-invoice-listed"),
    "invoice-allocation": ("invoice-attributes",),
    "invoice-period": ("invoice-attributes", "cups-date-range"),
}  # fmt: skip
"""For a rule, those whose break it accounts for when it is broken itself."""


def cause_of(rule_id: str, broken: Collection[str]) -> str | None:
    """The broken rule that accounts for this one's break, followed to its own cause; None when there is none."""
    cause = next((one for one, explained in EXPLAINS.items() if one in broken and rule_id in explained), None)
    if cause is None:
        return None
    others = [one for one in broken if one != rule_id]
    return cause_of(cause, others) or cause
