"""Faults of the facilities, and of what their invoices can be filtered by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from faults.edits import (
    Change,
    Object,
    When,
    answer_with,
    asking,
    change_json,
    change_listed,
    change_request,
    convert,
    drop,
    put,
    retry_refused,
    serve_refused,
)
from faults.exchange import Answer, Handler, Request
from faults.fault import Fault
from faults.operations import FACILITIES_PATH
from faults.site import Edit, Site
from faults.write_edits import as_refusal, refused_as, under_code

listing = asking("listFacilities")
single = asking("getFacility")
options = asking("getInvoiceFilterOptions")

Items = list[Object]


def _with(*names: str) -> When:
    return lambda request: listing(request) and all(name in request.parameters for name in names)


def relisted(choose: Callable[[Request, Items], Items]) -> Edit:
    """List anew what is chosen from all facilities, whatever filters there are."""

    def edit(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            answer = site.answer(request)
            if not listing(request) or answer.status != 200:
                return answer
            page, size = answer.json["page"], answer.json["size"]
            found = choose(request, _everything(site, request))
            items = found[(page - 1) * size : page * size]
            content = {"items": items, "total": len(found), "page": page, "size": size}
            return answer.with_json(content | {"pages": max(1, -(-len(found) // size))})

        return handle

    return edit


def _everything(site: Site, request: Request) -> Items:
    return list(site.answer(request.asking("GET", FACILITIES_PATH, "size=100")).json["items"])


def _named(passes: Callable[[str, str], bool]) -> Edit:
    """Compare names in another way: the text (first) with the name of a facility; other filters are left out."""

    def choose(request: Request, items: Items) -> Items:
        text = request.parameters.get("name", "")
        return [fields for fields in items if passes(text, fields["name"])]

    return lambda site: (
        lambda request: relisted(choose)(site)(request) if _with("name")(request) else site.answer(request)
    )


def _cut(shift: Callable[[int, int], int]) -> Edit:
    """Start a page elsewhere, by page and size."""

    def edit(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            answer = site.answer(request)
            if not listing(request) or answer.status != 200 or request.parameters.keys() > {"page", "size"}:
                return answer
            page, size = answer.json["page"], answer.json["size"]
            start = max(0, (page - 1) * size + shift(page, size))
            return answer.with_json(answer.json | {"items": _everything(site, request)[start : start + size]})

        return handle

    return edit


def _ask(**parameters: str | None) -> Callable[[Request], Request]:
    return lambda request: request.with_parameters(**parameters)


def _ignored(name: str) -> Edit:
    return change_request(_ask(**{name: None}), _with(name))


def _items(change: Change, where: Callable[[Object], bool] = lambda item: True) -> Edit:
    return change_listed("listFacilities", change, where)


def each_facility(change: Change) -> Edit:
    """Change a facility wherever it is shown."""
    return lambda site: change_json(change, single)(replace(site, answer=_items(change)(site)))


PAGE = "facilities-page-schema"
VALUES = "facilities-value-filters"
PARTITION = "facilities-partition"
BOUNDS = "facilities-page-bounds"
DEFAULT = "facilities-page-default"

LISTING_FAULTS = (
    Fault("facilities-total-pages", PAGE, "The number of pages is named as in the listing of groups.",
          change_json(lambda page: {"total_pages" if name == "pages" else name: value
                                    for name, value in page.items()}, listing)),
    Fault("facilities-bare-list", PAGE, "The listing is a bare list.",
          change_json(lambda page: page["items"], listing)),
    Fault("facilities-without-dates", PAGE, "The times of facilities are not listed.",
          _items(drop("created_at", "updated_at"))),
    Fault("facilities-categories-text", PAGE, "The categories are one text.", _items(convert("categories", ", ".join))),
    Fault("facilities-status-boolean", PAGE, "The status is true or false.",
          _items(convert("status", lambda status: status == "active"))),
    Fault("facilities-factor-text", PAGE, "The logistic_factor is a text.", _items(convert("logistic_factor", str))),
    Fault("facilities-one-lost", ("facilities-complete",), "A facility with groups is not listed.",
          relisted(lambda request, items: [one for one in items if one["id"] != _first_with_codes(items)])),
    Fault("facilities-used-alone", ("facilities-complete",), "Facilities with more than 20 codes are not listed.",
          relisted(lambda request, items: [one for one in items if len(one["cups_list"] or []) <= 20])),
    Fault("facilities-in-capitals", ("facilities-complete",), "Their names are listed in capitals.",
          _items(convert("name", str.upper))),
    Fault("facilities-name-ignored", "facilities-name-filter", "The name is ignored.", _ignored("name")),
    Fault("facilities-name-case", "facilities-name-filter", "The name minds upper and lower case.",
          _named(lambda text, name: text in name)),
    Fault("facilities-name-exact", "facilities-name-filter", "The name finds whole names only.",
          _named(lambda text, name: text.lower() == name.lower())),
    Fault("facilities-name-start", "facilities-name-filter", "The name finds what starts with it.",
          _named(lambda text, name: name.lower().startswith(text.lower()))),
    Fault("facilities-country-ignored", VALUES, "The country is ignored.", _ignored("country")),
    Fault("facilities-type-ignored", VALUES, "The type is ignored.", _ignored("type")),
    Fault("facilities-status-ignored", VALUES, "The status[] is ignored.", _ignored("status[]")),
    Fault("facilities-archived-never", (VALUES, PARTITION), "Archived facilities are not even listed when asked for.",
          relisted(lambda request, items: [
              one for one in items if one["status"] == "active" and "status[]" not in request.parameters])),
    Fault("facilities-size-default-50", DEFAULT, "Without size a page has 50 facilities.",
          change_request(_ask(size="50"), lambda request: listing(request) and "size" not in request.parameters)),
    Fault("facilities-page-default-2", DEFAULT, "Without page the second page is answered.",
          change_request(_ask(page="2"), lambda request: listing(request) and "page" not in request.parameters)),
    Fault("facilities-size-capped", BOUNDS, "A size above 100 is served with 100.",
          retry_refused(_ask(size="100"), _with("size"))),
    Fault("facilities-size-100-refused", BOUNDS, "A size of 100 is refused.",
          answer_with(400, {"detail": "Too large", "code": "INVALID_PARAMETER"},
                      lambda request: _with("size")(request) and request.parameters["size"] == "100")),
    Fault("facilities-page-ignored", PARTITION, "Every page is the first.",
          _cut(lambda page, size: -(page - 1) * size)),
    Fault("facilities-repeated-at-edge", PARTITION, "The last facility of a page is the first of the next.",
          _cut(lambda page, size: -1 if page > 1 else 0)),
    Fault("facilities-total-of-page", PARTITION, "The total counts the page.",
          change_json(lambda page: page | {"total": len(page["items"])}, listing)),
    Fault("facilities-pages-rounded-down", PARTITION, "The pages are rounded down.",
          change_json(lambda page: page | {"pages": page["total"] // page["size"]}, listing)),
)  # fmt: skip


def _first_with_codes(items: Items) -> object:
    return next((one["id"] for one in items if one["cups_list"]), None)


def _foreign_facility(site: Site) -> Handler:
    """Find a facility whoever owns it."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if not single(request) or answer.status not in {403, 404}:
            return answer
        others = [account for account in site.accounts if account.api_key != request.headers.get("x-api-key")]
        asked = (request.with_headers(x_api_key=one.api_key, x_organization_id=one.organization_id) for one in others)
        return next((found for found in map(site.answer, asked) if found.status == 200), answer)

    return handle


UNKNOWN = "facility-unknown"
FOREIGN = "facility-foreign"
SCHEMA = "facility-schema"

SINGLE_FAULTS = (
    Fault("facility-wrapped", SCHEMA, "A facility is answered inside of an object.",
          change_json(lambda fields: {"facility": fields}, single)),
    Fault("facility-name-missing", SCHEMA, "The name of a facility is missing.", change_json(drop("name"), single)),
    Fault("facility-purpose-missing", SCHEMA, "The purpose of a facility is missing.",
          change_json(drop("facility_purpose_type"), single)),
    Fault("facility-codes-text", SCHEMA, "The cups_list is one text.",
          change_json(convert("cups_list", ";".join), single)),
    Fault("facility-created-no-time", SCHEMA, "The created_at is a day.",
          change_json(convert("created_at", lambda text: text[:10] + "?"), single)),
    Fault("facility-co2e-tonnes", "facility-agrees", "The co2e of a single facility is in tonnes.",
          change_json(convert("co2e", lambda mass: mass / 1000), single)),
    Fault("facility-name-of-address", "facility-agrees", "The name of a single facility is its address.",
          change_json(lambda fields: fields | {"name": fields["address"] or fields["name"]}, single)),
    Fault("facility-codes-empty", "facility-agrees", "A single facility has no codes.",
          change_json(put(cups_list=[]), single)),
    Fault("facility-type-other", "facility-agrees", "A single facility has a type of its own.",
          change_json(put(type="building"), single)),
    Fault("facility-unknown-without-code", UNKNOWN, "An unknown facility is refused without a code.",
          refused_as(under_code(None), 404, when=single)),
    Fault("facility-unknown-other-code", UNKNOWN, "An unknown facility is refused with a code of its own.",
          refused_as(under_code("FACILITY_NOT_FOUND"), 404, when=single)),
    Fault("facility-unknown-400", UNKNOWN, "An unknown facility is refused with 400.",
          refused_as(as_refusal(400, "NOT_FOUND"), 404, when=single)),
    Fault("facility-unknown-null", UNKNOWN, "An unknown facility is answered with null.",
          serve_refused(None, single, (404,))),
    Fault("facility-unknown-crashes", (UNKNOWN, "no-server-error"), "An unknown facility is a server error.",
          refused_as(as_refusal(500, "INTERNAL_ERROR"), 404, when=single)),
    Fault("facility-foreign-answered", (FOREIGN, "organization-scoped"), "Another organization's facility is answered.",
          _foreign_facility, needs="known"),
    Fault("facility-foreign-unknown", FOREIGN, "Another organization's facility is said to be unknown.",
          refused_as(as_refusal(404, "NOT_FOUND"), 403, when=single), needs="known"),
    Fault("facility-foreign-400", FOREIGN, "Another organization's facility is refused with 400.",
          refused_as(as_refusal(400, "FACILITY_NOT_BELONG_TO_ORGANIZATION"), 403, when=single), needs="known"),
)  # fmt: skip


def _with_more(field: str, other: Callable[[Site, Request], list[Request]]) -> Edit:
    """Add to one of the options what other requests have there."""

    def edit(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            answer = site.answer(request)
            if not options(request) or answer.status != 200:
                return answer
            found = list(answer.json[field])
            for asked in other(site, request):
                more = site.answer(asked)
                found += [one for one in more.json[field] if one not in found] if more.status == 200 else []
            return answer.with_json(answer.json | {field: found})

        return handle

    return edit


def _of_all_facilities(site: Site, request: Request) -> list[Request]:
    return [request.with_parameters(facility_id=one["id"]) for one in _everything(site, request)]


def _of_all_types(site: Site, request: Request) -> list[Request]:
    return [request.with_parameters(type=kind) for kind in ("heat", "electricity", "water", "recharge")]


def _options(change: Change) -> Edit:
    return change_json(change, options)


def _doubled(field: str) -> Change:
    return lambda content: content | {field: [one for one in content[field] for _ in range(2)]}


NO_OPTIONS: Object = {name: [] for name in ("cups", "suppliers", "uploaded_by", "sources", "stationary_fuels",
                                    "facility_fuels", "supply_contracts")}  # fmt: skip
OPTIONS_SCHEMA = "options-schema"
REQUIRED = "options-required"


def _lacking(name: str) -> When:
    return lambda request: options(request) and name not in request.parameters


OPTION_FAULTS = (
    Fault("options-without-contracts", OPTIONS_SCHEMA, "The supply_contracts are missing.",
          _options(drop("supply_contracts"))),
    Fault("options-null-when-none", OPTIONS_SCHEMA, "Empty options are null.",
          _options(lambda content: {name: value or None for name, value in content.items()})),
    Fault("options-suppliers-names", OPTIONS_SCHEMA, "The suppliers are names alone.",
          _options(convert("suppliers", lambda found: [one["name"] for one in found]))),
    Fault("options-users-by-name", OPTIONS_SCHEMA, "The users have one name.",
          _options(convert("uploaded_by", lambda found: [
              {"id": one["id"], "name": one["first_name"]} for one in found]))),
    Fault("options-codes-as-objects", OPTIONS_SCHEMA, "The cups are objects.",
          _options(convert("cups", lambda found: [{"id": code, "name": code} for code in found]))),
    Fault("options-cups-of-all-facilities", "options-cups", "The cups are those of all facilities.",
          _with_more("cups", _of_all_facilities)),
    Fault("options-cups-of-all-types", "options-cups", "The cups are those of invoices of every type.",
          _with_more("cups", _of_all_types)),
    Fault("options-cups-doubled", "options-cups", "A code stands there for each of its invoices.",
          _options(_doubled("cups"))),
    Fault("options-cups-at-most-10", "options-cups", "There are 10 cups at most.",
          _options(convert("cups", lambda found: found[:10]))),
    Fault("options-cups-in-capitals", "options-cups", "The cups are in capitals, and equal ones are one.",
          _options(convert("cups", lambda found: sorted({code.upper() for code in found})))),
    Fault("options-cups-well-formed", "options-cups", "Codes of another length than 20 and 22 are left out.",
          _options(convert("cups", lambda found: [code for code in found if len(code) in {20, 22}]))),
    Fault("options-suppliers-of-all-types", "options-suppliers", "The suppliers are those of invoices of every type.",
          _with_more("suppliers", _of_all_types)),
    Fault("options-suppliers-of-all-facilities", "options-suppliers", "The suppliers are those of all facilities.",
          _with_more("suppliers", _of_all_facilities)),
    Fault("options-suppliers-doubled", "options-suppliers", "A supplier stands there more than once.",
          _options(_doubled("suppliers"))),
    Fault("options-suppliers-one", "options-suppliers", "There is one supplier at most.",
          _options(convert("suppliers", lambda found: found[:1]))),
    Fault("options-facility-not-required", REQUIRED, "Without facility_id there are no options.",
          answer_with(200, NO_OPTIONS, _lacking("facility_id"))),
    Fault("options-type-not-required", REQUIRED, "Without type the options are those of electricity.",
          change_request(_ask(type="electricity"), _lacking("type"))),
    Fault("options-type-unchecked", REQUIRED, "A type that is no documented one has no options.",
          serve_refused(NO_OPTIONS, lambda request: options(request) and "type" in request.parameters, (400, 422))),
    Fault("options-facility-unchecked", REQUIRED, "A facility_id that is no UUID has no options.",
          serve_refused(NO_OPTIONS, lambda request: options(request) and "facility_id" in request.parameters,
                        (400, 422))),
)  # fmt: skip

FACILITY_AND_OPTION_FAULTS = (*LISTING_FAULTS, *SINGLE_FAULTS, *OPTION_FAULTS)
