"""Other habits of the listings of invoices and facilities, and of the filter options."""

from __future__ import annotations

from dataclasses import replace

from faults.deployment import CORRECT
from faults.edits import (
    Object,
    asking,
    change_json,
    change_listed,
    change_request,
    drop,
    empty,
    put,
)
from faults.exchange import Answer, Handler, Request, json_answer
from faults.facility_faults import NO_OPTIONS, each_facility, relisted
from faults.fault import Variant
from faults.invoice_relisting import FILTERS, Fields, InvoiceRelisting, Items, Page
from faults.records import Facility, Organization, World
from faults.refusal_variants import refuse
from faults.site import Site, chain
from faults.tenant import Habits
from faults.write_edits import as_answer, as_refusal, refused_as

invoices = asking("listInvoices")
facilities = asking("listFacilities")
listings = asking("listInvoices", "listFacilities")
facility = asking("getFacility")
options = asking("getInvoiceFilterOptions")

PARAMETERS = {
    "listInvoices": {*FILTERS, "sort", "page", "size"},
    "listFacilities": {"name", "country", "type", "status[]", "page", "size"},
    "getInvoiceFilterOptions": {"facility_id", "type"},
}


def _in_order(page: Page, items: Items) -> Items:
    """By number from the last to the first, unless another order is asked for."""
    return items if page.sort else sorted(items, key=lambda fields: str(fields["invoice_id"]), reverse=True)


def _ties_turned(page: Page, items: Items) -> Items:
    """What is equal in the field that is sorted by, in the other order."""
    field = page.sort.removeprefix("-")
    if not field:
        return items
    places: dict[object, list[Fields]] = {}
    for fields in items:
        places.setdefault(fields[field], []).append(fields)
    return [fields for tied in places.values() for fields in reversed(tied)]


def _without_case(page: Page, items: Items) -> Items:
    """Numbers sorted as a person does, upper and lower case together."""
    if page.sort.removeprefix("-") != "invoice_id":
        return items
    numbered = [fields for fields in items if fields["invoice_id"] is not None]
    others = [fields for fields in items if fields["invoice_id"] is None]
    down = page.sort.startswith("-")
    return [*sorted(numbered, key=lambda fields: fields["invoice_id"].casefold(), reverse=down), *others]


def _beyond_last_refused(site: Site) -> Handler:
    """A page beyond the last of either listing is not found."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if not listings(request) or answer.status != 200 or answer.json["page"] <= max(1, answer.json["pages"]):
            return answer
        return json_answer(404, {"detail": "There is no such page", "code": "NOT_FOUND"})

    return handle


def _unknown_parameter(request: Request) -> bool:
    known = PARAMETERS.get(request.operation)
    return known is not None and not request.parameters.keys() <= known


def _empty_ignored(request: Request) -> Request:
    """The request without parameters whose value is empty."""
    kept = {name: [value for value in request.values(name) if value] for name in request.parameters}
    for name, values in kept.items():
        request = request.with_values(name, values)
    return request


def _refuse_strangers(site: Site) -> Handler:
    """Refuse the filter by a facility that no facility of the organization is."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if not invoices(request) or answer.status != 200:
            return answer
        singles = (
            site.answer(request.asking("GET", f"/v1/facilities/{one}")) for one in request.values("facility_id[]")
        )
        return next((single for single in singles if single.status != 200), answer)

    return handle


INVOICE_LISTING_VARIANTS = (
    Variant("invoices-other-order", "Invoices are listed by number, from the last.",
            InvoiceRelisting(arrange=_in_order)),
    Variant("invoices-ties-turned", "Invoices that are equal in the sorted field come in the other order.",
            InvoiceRelisting(arrange=_ties_turned)),
    Variant("invoices-numbers-without-case", "Numbers are sorted without regard to upper and lower case.",
            InvoiceRelisting(arrange=_without_case)),
    Variant("invoices-nulls-first", "What has no value comes first when sorted.",
            deployment=replace(CORRECT, habits=Habits(nulls_first=True))),
    Variant("invoices-no-energy", "The listing has no total_energy_kwh, as in the older copy of the page.",
            change_listed("listInvoices", drop("total_energy_kwh"))),
    Variant("invoices-energy-null", "The total_energy_kwh is null.",
            change_listed("listInvoices", put(total_energy_kwh=None))),
    Variant("invoices-more-fields", "The listing has all the fields of an invoice, and more of a page.", chain(
        change_listed("listInvoices", put(percentage=1.0, enabled=True, source="manual", facility={"name": "x"})),
        change_json(lambda page: page | {"total_pages": page["pages"], "next": None}, invoices))),
    Variant("invoices-no-page-when-empty", "An empty listing of invoices or facilities has no pages.",
            change_json(put(pages=0), listings, empty)),
    Variant("invoices-undated-listed", "An invoice without dates is in every period.", InvoiceRelisting(filters={
        name: lambda values, fields, name=name: fields[name] is None or FILTERS[name](values, fields)  # type: ignore[misc]
        for name in ("start_date", "end_date")})),
    Variant("invoices-codes-without-case", "The cups[] does not mind upper and lower case.", InvoiceRelisting(filters={
        "cups[]": lambda values, fields: (fields["cups"] or "").lower() in [value.lower() for value in values]})),
    Variant("invoices-zero-not-calculated", "A co2e of 0 counts as not calculated.", InvoiceRelisting(filters={
        "co2e_status": lambda values, fields: bool(fields["co2e"]) == (values[-1] == "calculated")})),
    Variant("invoices-strange-facility-refused", "A facility_id[] that is not the organization's is refused.",
            _refuse_strangers),
    Variant("invoices-beyond-last-404", "A page beyond the last is not found.", _beyond_last_refused),
    Variant("invoices-empty-values-ignored", "A filter with an empty value is as good as none.",
            change_request(_empty_ignored, listings)),
    Variant("invoices-empty-values-refused", "A parameter with an empty value is refused.",
            refuse(lambda request: listings(request) and not all(value for _, value in request.pairs))),
    Variant("invoices-unknown-parameter-refused", "Query parameters that are not documented are refused.",
            refuse(_unknown_parameter)),
)  # fmt: skip


def _sparse(fields: Object) -> Object:
    """A facility without what may be missing."""
    kept = ("id", "name", "country", "type", "status")
    return {name: value if name in kept else None for name, value in fields.items()}


def _archived_on_demand(request: Request, items: list[Object]) -> list[Object]:
    """Archived facilities only for whoever asks for a status."""
    return items if request.values("status[]") else [one for one in items if one["status"] == "active"]


def _partly_archived(main: Organization) -> Organization:
    archived = (Facility(one.fields | {"status": "archived"}) for one in main.facilities[4:6])
    return replace(main, facilities=(*main.facilities[:4], *archived, *main.facilities[6:]))


def _options(site: Site) -> Handler:
    """List options from the last to the first, with users and fuels that have no name."""

    def nameless(entries: list[Object]) -> list[Object]:
        return [{name: value if name == "id" else None for name, value in entry.items()} for entry in entries[::-1]]

    def change(content: Object) -> Object:
        named = ("suppliers", "uploaded_by", "stationary_fuels", "facility_fuels", "supply_contracts")
        turned = {name: nameless(content[name]) for name in named}
        return content | turned | {"cups": content["cups"][::-1], "total": 7}

    return change_json(change, options)(site)


FACILITY_VARIANTS = (
    Variant("facilities-other-order", "Facilities are listed by id.",
            relisted(lambda request, items: sorted(items, key=lambda one: str(one["id"])))),
    Variant("facilities-sparse", "Facilities have what may not be null alone.", each_facility(_sparse)),
    Variant("facilities-more-fields", "Facilities have more fields.",
            each_facility(put(organization_id=None, enabled=True, latitude=40.4))),
    Variant("facilities-archived-on-demand", "Archived facilities are listed for whoever asks for a status.",
            relisted(_archived_on_demand)),
    Variant("facilities-archived-with-groups", "Two facilities with groups are archived.",
            deployment=replace(CORRECT, world=World((
                _partly_archived(CORRECT.world.organizations[0]), *CORRECT.world.organizations[1:])))),
    Variant("facility-refused-in-other-words", "The refusals of a facility have other words, and more of them.", chain(
        refused_as(as_answer(404, {"detail": "No existe", "code": "NOT_FOUND", "id": 1}), 404, when=facility),
        refused_as(as_answer(403, {"detail": "Prohibido", "code": "FORBIDDEN"}), 403, when=facility))),
    Variant("options-nameless", "Options come from the last to the first, and have no names.", _options),
    Variant("options-unknown-facility-empty", "A facility that is unknown has no options.",
            refused_as(as_answer(200, NO_OPTIONS), 403, 404, when=options)),
    Variant("options-foreign-facility-404", "The options of a foreign facility are not found.",
            refused_as(as_refusal(404, "NOT_FOUND"), 403, when=options)),
    Variant("options-types-of-invoices", "The options know the types that invoices have.",
            refuse(lambda request: options(request) and request.parameters.get("type") in {
                "process", "waste_water_treatment"})),
)  # fmt: skip
