"""Faults of the filters and the order of the listing of invoices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from faults.edits import When, asking, change_request, retry_refused
from faults.exchange import Request
from faults.fault import Fault
from faults.invoice_relisting import FILTERS, Fields, InvoiceRelisting, Items, Page, Passes, has_text
from faults.site import Edit

listing = asking("listInvoices")


def _with(*names: str) -> When:
    return lambda request: listing(request) and all(name in request.parameters for name in names)


def _without(*names: str) -> Edit:
    """Ignore some parameters."""
    return change_request(lambda request: request.with_parameters(**dict.fromkeys(names)), listing)


def _one_value(name: str, which: int) -> Edit:
    """Let one of several values count: the first (0) or the last (-1)."""

    def change(request: Request) -> Request:
        return request.with_values(name, [request.values(name)[which]])

    return change_request(change, _with(name))


def _changed(name: str, change: Callable[[str], str]) -> Edit:
    """Let other values count."""
    return change_request(
        lambda request: request.with_values(name, [change(value) for value in request.values(name)]), _with(name)
    )


def _passing(name: str, passes: Passes) -> InvoiceRelisting:
    """Replace one filter."""
    return InvoiceRelisting(filters={name: passes})


def _code(passes: Callable[[str, str], bool]) -> InvoiceRelisting:
    """Compare codes in another way: the value (first) with the code of an invoice."""
    return _passing("cups[]", lambda values, fields: any(passes(value, fields["cups"] or "") for value in values))


def _number(passes: Callable[[str, str], bool]) -> InvoiceRelisting:
    """Compare numbers in another way: the text (first) with the number of an invoice."""
    return _passing("invoice_id", lambda values, fields: passes(values[-1], fields["invoice_id"] or ""))


def _every_value(field: str) -> Passes:
    """Let an invoice through that has all the values at once."""
    return lambda values, fields: all(value == fields[field] for value in values)


CHOICE_FAULTS = (
    Fault("type-filter-ignored", "invoices-type-filter", "The type[] is ignored.", _without("type[]")),
    Fault("type-filter-first", "invoices-type-filter", "Only the first type[] counts.", _one_value("type[]", 0)),
    Fault("type-filter-last", "invoices-type-filter", "Only the last type[] counts.", _one_value("type[]", -1)),
    Fault("type-filter-all-at-once", "invoices-type-filter", "An invoice must have all the types at once.",
          _passing("type[]", _every_value("type"))),
    Fault("type-filter-inverted", "invoices-type-filter", "The invoices of all other types are listed.",
          _passing("type[]", lambda values, fields: fields["type"] not in values)),
    Fault("type-filter-without-recharge", "invoices-type-filter", "Recharge invoices count as electricity.",
          _passing("type[]", lambda values, fields: {"recharge": "electricity"}.get(
              fields["type"], fields["type"]) in values)),
    Fault("status-filter-ignored", "invoices-status-filter", "The status[] is ignored.", _without("status[]")),
    Fault("status-filter-last", "invoices-status-filter", "Only the last status[] counts.",
          _one_value("status[]", -1)),
    Fault("status-filter-all-at-once", "invoices-status-filter", "An invoice must have all the statuses at once.",
          _passing("status[]", _every_value("status"))),
    Fault("status-filter-as-text", "invoices-status-filter", "Inactive invoices are found as active, as by LIKE.",
          _passing("status[]", lambda values, fields: any(value in fields["status"] for value in values))),
    Fault("status-filter-hides-errors", "invoices-status-filter", "Invoices in error are not found.",
          _passing("status[]", lambda values, fields: fields["status"] in values and fields["status"] != "error")),
    Fault("facility-filter-ignored", "invoices-facility-filter", "The facility_id[] is ignored.",
          _without("facility_id[]")),
    Fault("facility-filter-last", "invoices-facility-filter", "Only the last facility_id[] counts.",
          _one_value("facility_id[]", -1)),
    Fault("facility-filter-start", "invoices-facility-filter", "Facilities whose ids start alike are taken for one.",
          _passing("facility_id[]", lambda values, fields: any(
              (fields["facility_id"] or "").startswith(value[:8].lower()) for value in values))),
    Fault("facility-filter-and-none", "invoices-facility-filter", "Invoices without a facility are listed too.",
          _passing("facility_id[]", lambda values, fields: fields["facility_id"] in [None, *map(str.lower, values)])),
    Fault("cups-filter-ignored", "invoices-cups-filter", "The cups[] is ignored.", _without("cups[]")),
    Fault("cups-filter-last", "invoices-cups-filter", "Only the last cups[] counts.", _one_value("cups[]", -1)),
    Fault("cups-filter-substring", "invoices-cups-filter", "The cups[] finds what contains it.",
          _code(lambda value, code: value in code)),
    Fault("cups-filter-start", "invoices-cups-filter", "The cups[] finds what starts with it.",
          _code(lambda value, code: code.startswith(value))),
    Fault("cups-filter-electricity", "invoices-cups-filter", "Gas that has a code is not found by it.",
          _passing("cups[]", lambda values, fields: fields["cups"] in values and fields["type"] == "electricity")),
)  # fmt: skip


def _moved(text: str, days: int) -> str:
    try:
        return (date.fromisoformat(text) + timedelta(days=days)).isoformat()
    except ValueError:
        return text


def _day(fields: Fields, name: str) -> str:
    return (fields[name] or "")[:10]


PERIOD = "invoices-period-filter"

PERIOD_FAULTS = (
    Fault("period-start-ignored", PERIOD, "The start_date is ignored.", _without("start_date")),
    Fault("period-end-ignored", PERIOD, "The end_date is ignored.", _without("end_date")),
    Fault("period-start-exclusive", PERIOD, "What starts on start_date is left out.",
          _changed("start_date", lambda text: _moved(text, 1))),
    Fault("period-end-as-midnight", PERIOD, "What ends in the course of end_date is left out.",
          _passing("end_date", lambda values, fields: "" < (fields["end_date"] or "") <= values[-1])),
    Fault("period-start-day-early", PERIOD, "What starts on the day before start_date is listed too.",
          _changed("start_date", lambda text: _moved(text, -1))),
    Fault("period-end-day-late", PERIOD, "What ends on the day after end_date is listed too.",
          _changed("end_date", lambda text: _moved(text, 1))),
    Fault("period-overlaps", PERIOD, "What overlaps the period is listed, within or not.",
          InvoiceRelisting(filters={
              "start_date": lambda values, fields: _day(fields, "end_date") >= values[-1],
              "end_date": lambda values, fields: "" < _day(fields, "start_date") <= values[-1]})),
    Fault("period-by-start-alone", PERIOD, "The end_date looks at the start of an invoice.",
          _passing("end_date", lambda values, fields: "" < _day(fields, "start_date") <= values[-1])),
    Fault("period-by-creation", PERIOD, "The start_date looks at the creation of an invoice.",
          _passing("start_date", lambda values, fields: _day(fields, "created_at") >= values[-1])),
    Fault("period-by-month", PERIOD, "The end_date looks at the month.",
          _passing("end_date", lambda values, fields: "" < _day(fields, "end_date")[:7] <= values[-1][:7])),
)  # fmt: skip

TEXT_FAULTS = (
    Fault("co2e-filter-ignored", "invoices-co2e-filter", "The co2e_status is ignored.", _without("co2e_status")),
    Fault("co2e-filter-inverted", "invoices-co2e-filter", "The two values of co2e_status are swapped.",
          _passing("co2e_status", lambda values, fields: (fields["co2e"] is None) == (values[-1] == "calculated"))),
    Fault("co2e-filter-by-status", "invoices-co2e-filter", "Active invoices are taken for calculated.",
          _passing("co2e_status", lambda values, fields: (
              fields["status"] == "active") == (values[-1] == "calculated"))),
    Fault("number-filter-ignored", "invoices-number-filter", "The invoice_id is ignored.", _without("invoice_id")),
    Fault("number-filter-case", "invoices-number-filter", "The invoice_id minds upper and lower case.",
          _number(lambda text, number: text in number)),
    Fault("number-filter-exact", "invoices-number-filter", "The invoice_id finds whole numbers only.",
          _number(lambda text, number: text.lower() == number.lower())),
    Fault("number-filter-start", "invoices-number-filter", "The invoice_id finds what starts with it.",
          _number(lambda text, number: number.lower().startswith(text.lower()))),
    Fault("number-filter-other-fields", "invoices-number-filter", "The invoice_id is found in the code too.",
          _passing("invoice_id", lambda values, fields: has_text(values, fields) or has_text(
              values, {"invoice_id": fields["cups"]}))),
    Fault("filters-either", "invoices-filters-together", "What matches one of several filters is listed.",
          InvoiceRelisting(combine=any)),
    Fault("filters-type-alone", "invoices-filters-together", "With type[], no other filter counts.",
          change_request(lambda request: request.with_parameters(**dict.fromkeys([*FILTERS.keys() - {"type[]"}])),
                         _with("type[]"))),
    Fault("filters-facility-alone", "invoices-filters-together", "With facility_id[], type[] and status[] do nothing.",
          change_request(lambda request: request.with_parameters(**{"type[]": None, "status[]": None}),
                         _with("facility_id[]"))),
    Fault("filters-facility-or-code", "invoices-filters-together", "With cups[], facility_id[] does not count.",
          change_request(lambda request: request.with_parameters(**{"facility_id[]": None}), _with("cups[]"))),
)  # fmt: skip


def _sorting(key: Callable[[Fields, str], str | float]) -> InvoiceRelisting:
    """Sort by a key made of an invoice and the field asked for."""

    def arrange(page: Page, items: Items) -> Items:
        if not page.sort:
            return items
        field = page.sort.removeprefix("-")
        unsorted = sorted(items, key=lambda fields: str(fields["id"]))
        return sorted(unsorted, key=lambda fields: key(fields, field), reverse=page.sort.startswith("-"))

    return InvoiceRelisting(arrange=arrange)


def _sorted_on_page(page: Page, items: Items) -> Items:
    """Cut the page out of the unsorted listing first, and sort it then."""
    found = page.cut(sorted(items, key=lambda fields: str(fields["id"])))
    field = page.sort.removeprefix("-")
    return sorted(found, key=lambda fields: str(fields[field]), reverse=page.sort.startswith("-")) if field else found


def _by_other(field: str, other: str) -> Edit:
    """Sort by another field than the one asked for."""
    return _changed("sort", lambda sort: sort.replace(field, other) if sort.removeprefix("-") == field else sort)


SORT = "invoices-sort"

SORT_FAULTS = (
    Fault("sort-ignored", SORT, "The sort is ignored.", _without("sort")),
    Fault("sort-minus-ignored", SORT, "A minus before the field is ignored.",
          _changed("sort", lambda sort: sort.removeprefix("-"))),
    Fault("sort-always-down", SORT, "The order is always from the highest down.",
          _changed("sort", lambda sort: f"-{sort.removeprefix('-')}")),
    Fault("sort-inverted", SORT, "The minus sorts from the lowest up.",
          _changed("sort", lambda sort: sort[1:] if sort.startswith("-") else f"-{sort}")),
    Fault("sort-quantity-as-text", SORT, "Quantities are sorted as text.",
          _sorting(lambda fields, field: str(fields[field]))),
    Fault("sort-end-by-start", SORT, "With end_date, the order is that of start_date.",
          _by_other("end_date", "start_date")),
    Fault("sort-created-by-start", SORT, "With created_at, the order is that of start_date.",
          _by_other("created_at", "start_date")),
    Fault("sort-within-page", SORT, "Each page is sorted by itself.", InvoiceRelisting(cut=_sorted_on_page)),
    Fault("sort-created-by-month", SORT, "Of created_at the month is compared.",
          _sorting(lambda fields, field: str(fields[field] or "")[:7] if field == "created_at" else "")),
    Fault("sort-number-by-length", SORT, "Numbers are sorted by their length.",
          _sorting(lambda fields, field: len(str(fields[field] or "")) if field == "invoice_id" else 0)),
)  # fmt: skip


def _bad(name: str) -> When:
    """The listing is asked for with this parameter."""
    return _with(name)


def _ignored(name: str) -> Edit:
    """Ignore a parameter where its value is refused."""
    return retry_refused(lambda request: request.with_parameters(**{name: None}), _with(name))


def _ignored_fault(name: str) -> Fault:
    stem = name.removesuffix("[]").replace("_", "-")
    return Fault(f"values-{stem}-ignored", "invoices-parameter-values",
                 f"A {name} outside the documented values is ignored.",
                 _ignored(name))  # fmt: skip


CHECKED = ("type[]", "status[]", "facility_id[]", "co2e_status", "start_date", "end_date", "sort", "size")
VALUE_FAULTS = tuple(map(_ignored_fault, CHECKED))

INVOICE_FILTER_FAULTS = (*CHOICE_FAULTS, *PERIOD_FAULTS, *TEXT_FAULTS, *SORT_FAULTS, *VALUE_FAULTS)
