"""What the deployment lists: groups, invoices, facilities and filter options."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from faults.exchange import Request
from faults.records import Facility, Invoice
from faults.refusal import Refused, invalid, read_choices, read_paging, read_uuid
from faults.tenant import Tenant
from faults.world import STATUSES, TYPES

Test = Callable[[Invoice], bool]

SUMMARY = (
    "id", "type", "status", "quantity", "unit_id", "start_date", "end_date", "invoice_id", "facility_id",
    "supplier_id", "co2e", "cups", "created_at", "updated_at",
)  # fmt: skip
"""The fields of an invoice in the listing, beside the energy."""
SORTS = ("start_date", "end_date", "created_at", "quantity", "invoice_id")
NO_INVOICES = ("process", "waste_water_treatment")
"""Types that have filter options, but no invoices."""


def list_groups(tenant: Tenant, request: Request) -> dict[str, Any]:
    """A page of groups; raises Refused."""
    facility_id = request.parameters.get("facility_id")
    wanted = None if facility_id is None else read_uuid(facility_id, "facility_id")
    page, size = read_paging(request, 50, 200)
    search = request.parameters.get("search", "").lower()
    matching = [
        group
        for group in tenant.groups
        if (wanted is None or group["facility_id"] == wanted) and search in group["cups"].lower()
    ]
    return cut(matching, page, size, "total_pages")


def cut(matching: Sequence[Any], page: int, size: int, pages: str = "pages") -> dict[str, Any]:
    """One page of what matches; an empty listing has one page."""
    return {
        "items": list(matching[(page - 1) * size : page * size]),
        "total": len(matching),
        "page": page,
        "size": size,
        pages: max(1, -(-len(matching) // size)),
    }


def list_invoices(tenant: Tenant, request: Request) -> dict[str, Any]:
    """A page of invoices; raises Refused."""
    tests = [*_value_tests(request), *_text_tests(request)]
    sort = request.parameters.get("sort")
    page, size = read_paging(request, 50, 100)
    matching = list(tenant.invoices.values())
    for test in tests:
        matching = list(filter(test, matching))
    if sort is not None:
        matching = _sorted(matching, sort, nulls_first=tenant.habits.nulls_first)
    answered = cut(matching, page, size)
    return answered | {"items": [summarize(invoice) for invoice in answered["items"]]}


def summarize(invoice: Invoice) -> dict[str, Any]:
    """An invoice as the listing shows it; water carries no energy (kWh)."""
    fields = invoice.fields
    energy = None if fields["type"] == "water" else fields["quantity"]
    return {name: fields[name] for name in SUMMARY} | {"total_energy_kwh": energy}


def _value_tests(request: Request) -> Iterable[Test]:
    """One test for each filter that takes several values."""
    types = read_choices(request.values("type[]"), "type[]", TYPES)
    statuses = read_choices(request.values("status[]"), "status[]", STATUSES)
    facilities = {read_uuid(text, "facility_id[]") for text in request.values("facility_id[]")}
    wanted = {"type": types, "status": statuses, "facility_id": facilities, "cups": set(request.values("cups[]"))}
    for field, values in wanted.items():
        if values:
            yield lambda invoice, field=field, values=values: invoice.fields[field] in values  # type: ignore[misc]


def _text_tests(request: Request) -> Iterable[Test]:
    """One test for each of the other filters. An invoice without dates is in no period."""
    given = request.parameters
    if "start_date" in given:
        first = _day(given["start_date"], "start_date")
        yield lambda invoice: (invoice.fields["start_date"] or "")[:10] >= first
    if "end_date" in given:
        last = _day(given["end_date"], "end_date")
        yield lambda invoice: "" < (invoice.fields["end_date"] or "")[:10] <= last
    if "co2e_status" in given:
        read_choices([given["co2e_status"]], "co2e_status", ("calculated", "not_calculated"))
        calculated = given["co2e_status"] == "calculated"
        yield lambda invoice: (invoice.fields["co2e"] is not None) == calculated
    if "invoice_id" in given:
        number = given["invoice_id"].lower()
        yield lambda invoice: number in (invoice.fields["invoice_id"] or "").lower()


def _day(text: str, name: str) -> str:
    try:
        read = date.fromisoformat(text).isoformat()
    except ValueError:
        read = ""
    if read != text:
        raise invalid(f"{name} is not a date as YYYY-MM-DD")
    return read


def _sorted(invoices: list[Invoice], sort: str, *, nulls_first: bool) -> list[Invoice]:
    field = sort.removeprefix("-")
    if sort not in (field, f"-{field}"):
        raise invalid("sort has one minus at most")
    read_choices([field], "sort", SORTS)
    nulls = [invoice for invoice in invoices if invoice.fields[field] is None]
    valued = [invoice for invoice in invoices if invoice.fields[field] is not None]
    valued.sort(key=lambda invoice: invoice.fields[field], reverse=sort.startswith("-"))
    return [*nulls, *valued] if nulls_first else [*valued, *nulls]


def list_options(tenant: Tenant, request: Request) -> dict[str, Any]:
    """What the invoices of one facility and type can be filtered by; raises Refused."""
    given = request.parameters
    for name in ("facility_id", "type"):
        if name not in given:
            raise invalid(f"{name} is missing")
    read_choices([given["type"]], "type", (*TYPES, *NO_INVOICES))
    facility = find_facility(tenant, given["facility_id"])
    found = [
        invoice
        for invoice in tenant.invoices.values()
        if invoice.fields["facility_id"] == facility.id and invoice.fields["type"] == given["type"]
    ]
    fuels = _options(tenant, found, "facility_fuel_id")
    contracts = dict.fromkeys(invoice.fields["cups"] for invoice in found if invoice.is_datadis)
    return {
        "cups": sorted({invoice.fields["cups"] for invoice in found if invoice.fields["cups"]}),
        "suppliers": _options(tenant, found, "supplier_id"),
        "uploaded_by": _options(tenant, found, "uploaded_by"),
        "sources": sorted({invoice.source or "manual" for invoice in found}),
        "stationary_fuels": fuels if given["type"] == "heat" else [],
        "facility_fuels": fuels,
        "supply_contracts": [{"id": f"contract-{code}", "name": code} for code in contracts],
    }


def _options(tenant: Tenant, invoices: Iterable[Invoice], field: str) -> list[dict[str, Any]]:
    ids = dict.fromkeys(invoice.fields[field] for invoice in invoices if invoice.fields[field])
    nameless = {"name": None, "first_name": None, "last_name": None, "email": None}
    return [tenant.options.get(one, {"id": one} | nameless) for one in ids]


def list_facilities(tenant: Tenant, request: Request) -> dict[str, Any]:
    """A page of facilities by name; raises Refused."""
    given = request.parameters
    statuses = read_choices(request.values("status[]"), "status[]", ("active", "archived"))
    page, size = read_paging(request, 10, 100)
    matching = [
        facility.fields
        for facility in tenant.facilities.values()
        if given.get("name", "").lower() in facility.name.lower()
        and given.get("country") in (None, facility.fields["country"])
        and given.get("type") in (None, facility.fields["type"])
        and (not statuses or facility.fields["status"] in statuses)
    ]
    return cut(sorted(matching, key=lambda fields: (fields["name"], fields["id"])), page, size)


def find_facility(tenant: Tenant, facility_id: str) -> Facility:
    """A facility of the organization; raises Refused."""
    found = tenant.facilities.get(read_uuid(facility_id, "facility_id"))
    if found:
        return found
    if facility_id.lower() in tenant.foreign_facilities:
        raise Refused(403, "Facility doesn't belong to organization", None)
    raise Refused(404, f"Facility with id=UUID('{facility_id.lower()}') not found", "NOT_FOUND")
