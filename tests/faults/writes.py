"""What changes the deployment: consolidation, update, deletion and recalculation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from faults.exchange import Answer, Request, json_answer
from faults.records import Invoice
from faults.refusal import UUID, Refused, invalid, read_choices, read_uuid
from faults.tenant import Tenant
from faults.world import STATUSES

CATEGORIES = {
    "stationary": "heat",
    "stationary_generation": "heat",
    "electricity": "electricity",
    "electricity_location_based": "electricity",
    "electricity_generation": "electricity",
    "electricity_transmission_and_distribution": "electricity",
    "recharge": "recharge",
    "energy": None,
}
"""The type of invoice that each category is for; energy is for every type."""


def find_invoice(tenant: Tenant, invoice_id: str) -> Invoice:
    """An invoice of the organization; raises Refused. Another organization's is unknown."""
    found = tenant.invoices.get(read_uuid(invoice_id, "The invoice id"))
    if found is None:
        raise Refused(404, "No such invoice", "NOT_FOUND")
    return found


def consolidate(tenant: Tenant, request: Request) -> Answer:
    """Rewrite the codes of some groups; raises Refused before anything is rewritten."""
    target, sources = _read_consolidation(request.json)
    if any(facility_id not in tenant.facilities for _, facility_id in sources):
        raise Refused(403, "Facility doesn't belong to organization", "FACILITY_NOT_BELONG_TO_ORGANIZATION")
    selected = [invoice for source in sources for invoice in _of_source(tenant, source)]
    for invoice in selected:
        if invoice.is_datadis:
            raise Refused(409, f"{invoice.fields['cups']} is backed by a contract", "CUPS_LOCKED_BY_DATADIS")
    if not tenant.habits.counts_unchanged:
        selected = [invoice for invoice in selected if invoice.fields["cups"] != target]
    rewrite = tenant.update if tenant.habits.consolidation_updates else tenant.change
    if tenant.habits.one_by_one:
        selected = []
        for source in sources:
            found = _of_source(tenant, source)
            for invoice in found:
                rewrite(invoice, cups=target)
            selected += found
    else:
        for invoice in selected:
            rewrite(invoice, cups=target)
    affected = dict.fromkeys(invoice.fields["facility_id"] for invoice in selected)
    return json_answer(200, {"updated_count": len(selected), "affected_facilities": list(affected)})


def _of_source(tenant: Tenant, source: tuple[str, str]) -> list[Invoice]:
    """The invoices that a source names."""
    return [one for one in tenant.invoices.values() if one.fields["type"] == "electricity" and one.pair == source]


def _read_consolidation(content: Any) -> tuple[str, list[tuple[str, str]]]:
    malformed = Refused(422, "Expected target_cups and sources, each with cups and facility_id", None)
    if not isinstance(content, dict) or not isinstance(content.get("sources"), list):
        raise malformed
    target, sources = content.get("target_cups"), content["sources"]
    if not isinstance(target, str) or not target or not all(map(_is_source, sources)):
        raise malformed
    return target, list(dict.fromkeys((source["cups"], source["facility_id"].lower()) for source in sources))


def _is_source(source: Any) -> bool:
    if not isinstance(source, dict):
        return False
    cups, facility_id = source.get("cups"), source.get("facility_id")
    return isinstance(cups, str) and isinstance(facility_id, str) and bool(UUID.fullmatch(facility_id))


def update(tenant: Tenant, request: Request) -> Answer:
    """Change the attributes that the body names; raises Refused. Unknown names are ignored."""
    invoice = find_invoice(tenant, request.last_segment)
    content = request.json
    if not isinstance(content, dict):
        raise invalid("The body is no object")
    changed = {name: _read_attribute(tenant, name, value) for name, value in content.items() if name in ATTRIBUTES}
    return json_answer(200, tenant.update(invoice, **changed).fields)


ATTRIBUTES = ("uploaded_by", "facility_id", "supplier_id", "status", "invoice_id", "cups")


def _read_attribute(tenant: Tenant, name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise invalid(f"{name} is not a text")
    if name == "status":
        read_choices([value], name, STATUSES)
    if name not in {"uploaded_by", "facility_id", "supplier_id"}:
        return value
    if name == "facility_id" and read_uuid(value, name) not in tenant.facilities:
        raise invalid("facility_id is no facility of the organization")
    return read_uuid(value, name)


def delete(tenant: Tenant, request: Request) -> Answer:
    """Forget an invoice; raises Refused."""
    tenant.remove(find_invoice(tenant, request.last_segment))
    return Answer(204, (), b"")


def recalculate(tenant: Tenant, request: Request) -> Answer:
    """Start a job for each category; raises Refused."""
    ids, categories = _read_recalculation(request.json)
    invoices = [tenant.invoices[one] for one in ids if one in tenant.invoices]
    _refuse_types({invoice.fields["type"] for invoice in invoices}, categories)
    if tenant.habits.recalculates:
        for invoice in invoices:
            tenant.update(invoice, co2e=round(invoice.fields["quantity"] * 0.1689, 4), co2e_biomass=0)
    found = [invoice.id for invoice in invoices]
    jobs = [str(uuid5(NAMESPACE_URL, f"{category} {found}")) for category in categories]
    return json_answer(202, {"invoice_ids": found, "count": len(found), "processing_job_ids": jobs})


def _read_recalculation(content: Any) -> tuple[list[str], list[str]]:
    """The ids and the categories, each once; raises Refused."""
    if not isinstance(content, dict):
        raise invalid("The body is no object")
    ids, categories = content.get("invoice_ids"), content.get("activity_categories")
    if not ids or not isinstance(ids, list) or not categories or not isinstance(categories, list):
        raise invalid("invoice_ids and activity_categories are lists with at least one entry")
    known = [category for category in categories if isinstance(category, str) and category in CATEGORIES]
    if len(known) < len(categories):
        raise invalid(f"activity_categories are among {', '.join(CATEGORIES)}")
    return list(dict.fromkeys(read_uuid(one, "invoice_ids") for one in ids)), list(dict.fromkeys(known))


def _refuse_types(types: set[str], categories: Iterable[str]) -> None:
    if len(types) > 1 and set(categories) != {"energy"}:
        raise Refused(400, "The invoices are of more than one type", "MIXED_INVOICE_TYPES")
    if "water" in types:
        raise Refused(400, "Water invoices have no emissions to recalculate", "UNSUPPORTED_INVOICE_TYPE")
    if any(CATEGORIES[category] not in {None, *types} for category in categories if types):
        raise Refused(400, "A category is not for this type", "ACTIVITY_CATEGORY_MISMATCH")
