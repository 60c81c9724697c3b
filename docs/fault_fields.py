"""Which fields of the answers a deliberate fault changes, found by asking it beside the correct deployment."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from faults.deployment import CORRECT, known_facts
from faults.exchange import Answer, Handler, Request
from faults.fault import Fault
from faults.operations import (
    FACILITIES_PATH,
    FACILITIES_PREFIX,
    INVOICES_PATH,
    INVOICES_PREFIX,
    LISTING_PATH,
    OPTIONS_PATH,
)
from faults.server import as_site

GROUPS = (
    "", "page=2", "size=200", "page=2&size=7", "page=14&size=10", "search=ES&size=200", "search=zzzzzz",
    "facility_id={facility}", "facility_id={facility}&search=0",
)  # fmt: skip
INVOICES = (
    "",
    "page=2&size=7",
    "size=100",
    "facility_id[]={facility}",
    "type[]=water&sort=quantity",
    "invoice_id=zzzzzz",
)
FACILITIES = ("", "page=2&size=2", "name=zzzzzz")
OPTIONS = ("facility_id={facility}&type=electricity",)
QUERIES = {LISTING_PATH: GROUPS, INVOICES_PATH: INVOICES, FACILITIES_PATH: FACILITIES, OPTIONS_PATH: OPTIONS}
"""Questions that between them show what a fault of one page, one size or one filter does."""

PAGES = {
    "listCupsGroups": ("CupsGroupPage", "CupsGroup"),
    "listInvoices": ("InvoicePage", "InvoiceSummary"),
    "listFacilities": ("FacilityPage", "Facility"),
}
"""The schemas of a listing: its page, and what is listed."""
SINGLE = {"getInvoice": "Invoice", "getFacility": "Facility", "getInvoiceFilterOptions": "InvoiceFilterOptions"}


@cache
def changed_fields(fault: Fault) -> frozenset[str]:
    """The fields that are missing or different in some answer: `CupsGroup.cups`, `Invoice.id`."""
    faulty = fault.edit(as_site(CORRECT))
    return frozenset(
        field
        for request, correct in _correct_answers()
        for field in _differences(request, correct, _content(faulty(request)))
    )


@cache
def _correct_answers() -> list[tuple[Request, Any]]:
    answer: Handler = as_site(CORRECT).answer
    return [(request, _content(answer(request))) for request in _requests()]


def _requests() -> Iterator[Request]:
    facts = known_facts()
    own = facts["organization"]
    headers = {"x-organization-id": own["organization_id"], "x-api-key": own["api_key"]}
    facility = facts["unlocked_groups"][0]["facility_id"]
    for path, queries in QUERIES.items():
        for query in queries:
            yield Request("GET", path, query.format(facility=facility), headers)
    for invoice_id in facts["invoice_ids"]:
        yield Request("GET", INVOICES_PREFIX + invoice_id, "", headers)
    yield Request("GET", FACILITIES_PREFIX + facility, "", headers)


def _content(answer: Answer) -> Any:
    try:
        return answer.json
    except (json.JSONDecodeError, UnicodeDecodeError):
        return None


def _differences(request: Request, correct: Any, faulty: Any) -> Iterator[str]:
    if request.operation in SINGLE:
        yield from _changed(SINGLE[request.operation], correct, faulty)
        return
    page, item = PAGES[request.operation]
    items = faulty.get("items") if isinstance(faulty, dict) else None
    if not isinstance(items, list):
        yield from _changed(page, correct, faulty)
        return
    yield from _changed(page, correct | {"items": []}, faulty | {"items": []})
    for before, after in zip(correct["items"], items, strict=False):
        yield from _changed(item, before, after)


def _changed(schema: str, correct: Mapping[str, Any], faulty: Any) -> Iterator[str]:
    """Compared as text: 1 and 1.0 and true are three values."""
    if repr(faulty) == repr(correct):
        return
    for field, value in correct.items():
        if not isinstance(faulty, dict) or field not in faulty or repr(faulty[field]) != repr(value):
            yield f"{schema}.{field}"
