"""Faults of one invoice: which one is answered, and whether its attributes agree with each other and with the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from uuid import NAMESPACE_URL, uuid5

from faults.edits import (
    Object,
    both,
    change_answer,
    change_invoice,
    change_request,
    convert,
    copy,
    crash,
    filled,
    having,
    put,
    serve_refused,
    swap,
)
from faults.exchange import Answer, Handler, Request
from faults.fault import Fault
from faults.refusal import UUID
from faults.site import Edit, Site

ELSEWHERE = "7d1b8f52-4f0c-4d7e-8a63-2c9e5b1f0d84"
"""An id of nothing in particular."""


def _malformed(request: Request) -> bool:
    return request.is_invoice and not UUID.fullmatch(request.invoice_id)


def _well_formed(request: Request) -> bool:
    return request.is_invoice and not _malformed(request)


def _first_invoice(site: Site) -> Handler:
    """Answer an unknown id with the first invoice that was ever found."""
    found: list[Answer] = []

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if not _well_formed(request):
            return answer
        if answer.status == 200:
            found.append(answer)
        return found[0] if found and answer.status in {403, 404} else answer

    return handle


def _previous_invoice(site: Site) -> Handler:
    """Answer every third request for an invoice with the answer before."""
    answers: list[Answer] = []

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if not request.is_invoice or answer.status != 200:
            return answer
        answers.append(answer)
        return answers[-2] if len(answers) % 3 == 0 else answer

    return handle


def _complete_ids(site: Site) -> Handler:
    """Find an invoice by the start of its id, 8 characters or more."""

    def complete(request: Request) -> Request:
        start = request.invoice_id
        found = [invoice_id for invoice_id in site.invoice_ids if invoice_id.startswith(start)]
        return request.with_invoice_id(found[0]) if found else request

    return change_request(complete, lambda request: request.is_invoice and 8 <= len(request.invoice_id) < 36)(site)


def _previous_content(site: Site) -> Handler:
    """Answer under the right id what the invoice before holds."""
    contents: list[Object] = [{}]

    def remember(fields: Object) -> Object:
        contents.append(fields)
        return fields | contents[-2] | {"id": fields["id"]}

    return change_invoice(remember)(site)


def _each_time(change: Callable[[Object, int], Object]) -> Edit:
    """Change invoices by how many answers went before."""

    def edit(site: Site) -> Handler:
        answers = count()
        return change_invoice(lambda fields: change(fields, next(answers)))(site)

    return edit


def _moved(text: str, **by: float) -> str:
    zone = "Z" if text.endswith("Z") else ""
    return (datetime.fromisoformat(text.removesuffix("Z")) + timedelta(**by)).isoformat() + zone


def _is_shared(fields: Object) -> bool:
    return bool(fields["percentage"] < 1)


def _of_types(*types: str) -> Callable[[Object], bool]:
    return having("type", *types)


IDENTITY_FAULTS = (
    Fault("id-of-file", "invoice-id-answered", "The id is that of the linked file.",
          change_invoice(copy("file_id", "id"), filled("file_id"))),
    Fault("id-new-each-time", "invoice-id-answered", "The id is a new one each time.",
          _each_time(lambda fields, number: fields | {"id": str(uuid5(NAMESPACE_URL, str(number)))})),
    Fault("id-other-invoice", "invoice-id-answered", "Every third answer is the invoice asked for before.",
          _previous_invoice),
    Fault("id-of-source-when-shared", "invoice-id-answered", "A shared invoice has the id of another one.",
          change_invoice(convert("id", lambda text: str(uuid5(NAMESPACE_URL, text))), _is_shared)),
    Fault("id-wrong-for-water", "invoice-id-answered", "The id of water invoices is another one.",
          change_invoice(put(id=ELSEWHERE), _of_types("water"))),
    Fault("unknown-answers-null", "invoice-unknown", "The id of no invoice is answered 200 with null.",
          serve_refused(None, _well_formed, (403, 404))),
    Fault("unknown-answers-empty", "invoice-unknown", "The id of no invoice is answered 200 with an empty object.",
          serve_refused({}, _well_formed, (403, 404))),
    Fault("unknown-answers-error-200", "invoice-unknown", "The id of no invoice is answered 200 with an error in it.",
          serve_refused({"detail": "Invoice not found", "code": "NOT_FOUND"}, _well_formed, (403, 404))),
    Fault("unknown-answers-first", ("invoice-unknown", "invoice-id-answered"),
          "The id of no invoice is answered with the first invoice.", _first_invoice),
    Fault("unknown-crashes", ("no-server-error", "invoice-unknown"), "The id of no invoice is a server error.",
          change_answer(lambda answer: replace(answer, status=500) if answer.status == 404 else answer, _well_formed)),
    Fault("unknown-no-content", "invoice-unknown", "The id of no invoice is answered 204.",
          change_answer(lambda answer: Answer(204, (), b"") if answer.status == 404 else answer, _well_formed)),
    Fault("unknown-redirects", "invoice-unknown", "The id of no invoice is sent elsewhere with 302.",
          change_answer(lambda answer: Answer(302, (("Location", "/v1/invoices/cups"),), b"")
                        if answer.status == 404 else answer, _well_formed)),
    Fault("malformed-answers-empty", "invoice-malformed", "An id that is no UUID is answered 200 with an empty object.",
          serve_refused({}, _malformed)),
    Fault("malformed-answers-null", "invoice-malformed", "An id that is no UUID is answered 200 with null.",
          serve_refused(None, _malformed)),
    Fault("malformed-number-answers", "invoice-malformed", "An id of digits alone is answered 200.",
          serve_refused({"id": None}, lambda request: request.is_invoice and request.invoice_id.isdigit())),
    Fault("malformed-crashes", ("no-server-error", "invoice-malformed"), "An id that is no UUID is a server error.",
          crash(_malformed)),
    Fault("malformed-tail-ignored", "invoice-malformed", "What follows the UUID in an id is ignored.",
          change_request(lambda request: request.with_invoice_id(request.invoice_id[:36]),
                         lambda request: request.is_invoice and len(request.invoice_id) > 36)),
    Fault("malformed-cut-found", "invoice-malformed", "An invoice is found by the start of its id.", _complete_ids),
)  # fmt: skip


SENSE_FAULTS = (
    Fault("allocation-not-done", "invoice-allocation", "The quantity of a shared invoice is its base_quantity.",
          change_invoice(copy("base_quantity", "quantity"))),
    Fault("allocation-swapped", "invoice-allocation", "The quantity and base_quantity are swapped.",
          change_invoice(swap("quantity", "base_quantity"))),
    Fault("allocation-twice", "invoice-allocation", "The percentage is applied twice.",
          change_invoice(lambda fields: fields | {"quantity": fields["quantity"] * fields["percentage"]})),
    Fault("allocation-of-the-rest", "invoice-allocation", "The quantity is what falls to the others.",
          change_invoice(lambda fields: fields | {"quantity": fields["base_quantity"] - fields["quantity"]},
                         _is_shared)),
    Fault("allocation-percentage-1", "invoice-allocation", "The percentage is always 1.",
          change_invoice(put(percentage=1.0))),
    Fault("allocation-percentage-0", "invoice-allocation", "The percentage of disabled invoices is 0.",
          change_invoice(put(percentage=0.0), having("enabled", False))),
    Fault("allocation-base-is-quantity", "invoice-allocation", "The base_quantity is the quantity.",
          change_invoice(copy("quantity", "base_quantity"))),
    Fault("allocation-off-by-tenth", "invoice-allocation", "The quantity of heat is a tenth too high.",
          change_invoice(convert("quantity", lambda number: number * 1.1), _of_types("heat"))),
    Fault("allocation-in-megawatt-hours", "invoice-allocation", "The quantity is a thousandth of what it should be.",
          change_invoice(convert("quantity", lambda number: number / 1000))),
    Fault("allocation-zero-for-recharge", "invoice-allocation", "The quantity of recharge invoices is 0.",
          change_invoice(put(quantity=0), _of_types("recharge"))),
    Fault("period-swapped", "invoice-period", "The start_date and end_date are swapped.",
          change_invoice(swap("start_date", "end_date"))),
    Fault("period-swapped-for-water", "invoice-period", "They are swapped on water invoices.",
          change_invoice(swap("start_date", "end_date"), _of_types("water"))),
    Fault("period-swapped-in-review", "invoice-period", "They are swapped on invoices in review.",
          change_invoice(swap("start_date", "end_date"), having("status", "review"))),
    Fault("period-ends-year-before", "invoice-period", "The end_date is in the year before.",
          change_invoice(convert("end_date", lambda text: _moved(text, days=-365)))),
    Fault("updated-first", "invoice-updated-after-created", "The updated_at is before created_at.",
          change_invoice(lambda fields: fields | {"updated_at": _moved(fields["created_at"], hours=-1)})),
    Fault("updated-swapped", "invoice-updated-after-created", "The created_at and updated_at are swapped.",
          change_invoice(swap("created_at", "updated_at"))),
    Fault("updated-zero-when-never", "invoice-updated-after-created",
          "The updated_at is 1970 where nothing was updated.",
          change_invoice(put(updated_at="1970-01-01T00:00:00Z"),
                         lambda fields: fields["created_at"] == fields["updated_at"])),
    Fault("fuel-on-electricity", "invoice-fuel", "Electricity invoices name a fuel.",
          change_invoice(put(facility_fuel_id=ELSEWHERE), _of_types("electricity"))),
    Fault("fuel-on-water", "invoice-fuel", "Water invoices name a fuel.",
          change_invoice(put(facility_fuel_id=ELSEWHERE), _of_types("water"))),
    Fault("file-without-address", "invoice-file", "An invoice with a file has no file_url.",
          change_invoice(put(file_url=None))),
    Fault("file-address-empty", ("invoice-file", "invoice-schema"), "The file_url is an empty text.",
          change_invoice(put(file_url=""), filled("file_id"))),
    Fault("file-without-address-shared", "invoice-file", "A shared invoice with a file has no file_url.",
          change_invoice(put(file_url=None), _is_shared)),
    Fault("complete-unit-null", "invoice-complete", "The unit_id of active invoices is null.",
          change_invoice(put(unit_id=None), having("status", "active"))),
    Fault("complete-unit-null-for-water", "invoice-complete", "The unit_id of water invoices is null.",
          change_invoice(put(unit_id=None), _of_types("water"))),
    Fault("complete-start-null", "invoice-complete", "The start_date of active invoices is null.",
          change_invoice(put(start_date=None), having("status", "active"))),
    Fault("complete-end-null", "invoice-complete", "The end_date is always null.",
          change_invoice(put(end_date=None))),
    Fault("zone-missing-created", "invoice-timestamps-zoned", "The created_at names no zone.",
          change_invoice(convert("created_at", lambda text: text.removesuffix("Z")))),
    Fault("zone-missing-updated", "invoice-timestamps-zoned", "The updated_at names no zone.",
          change_invoice(convert("updated_at", lambda text: text.removesuffix("Z")))),
    Fault("amounts-negative-co2e", "invoice-amounts", "The co2e is negative.",
          change_invoice(convert("co2e", lambda number: -number))),
    Fault("amounts-negative-both", "invoice-amounts", "Both quantities of heat are negative.",
          change_invoice(lambda fields: fields | {name: -fields[name] for name in ("quantity", "base_quantity")},
                         _of_types("heat"))),
    Fault("amounts-negative-biomass", "invoice-amounts", "The co2e_biomass is -1 where it is none.",
          change_invoice(put(co2e_biomass=-1), having("co2e_biomass", 0))),
)  # fmt: skip

ATTRIBUTE_FAULTS = (
    Fault("stable-quantity-grows", ("invoice-stable", "invoice-allocation"), "The quantities grow with every answer.",
          _each_time(lambda fields, number: fields | {
              "quantity": fields["quantity"] + number * fields["percentage"],
              "base_quantity": fields["base_quantity"] + number})),
    Fault("stable-co2e-drifts", "invoice-stable", "The co2e differs a little each time.",
          _each_time(lambda fields, number: convert("co2e", lambda mass: mass + number / 10)(fields))),
    Fault("stable-updated-now", "invoice-stable", "The updated_at is the moment of the answer.",
          _each_time(lambda fields, number: fields | {"updated_at": _moved("2026-01-01T00:00:00Z", seconds=number)})),
    Fault("stable-enabled-flips", "invoice-stable", "The enabled flips with every answer.",
          _each_time(lambda fields, number: fields | {"enabled": bool(number % 2)})),
    Fault("stable-supplier-lost", "invoice-stable", "The supplier_id is null in every second answer.",
          _each_time(lambda fields, number: fields | ({"supplier_id": None} if number % 2 else {}))),
    Fault("attributes-of-another", ("invoice-attributes", "invoice-stable"),
          "Under the right id stands what the invoice before holds.",
          _previous_content),
    Fault("attributes-type", "invoice-attributes", "Recharge invoices are said to be for electricity.",
          change_invoice(put(type="electricity"), _of_types("recharge")), needs="known"),
    Fault("attributes-status", "invoice-attributes", "Every invoice is said to be active.",
          change_invoice(put(status="active"), both(filled("unit_id"), filled("start_date"), filled("end_date"))),
          needs="known"),
    Fault("attributes-enabled", "invoice-attributes", "Every invoice is said to be enabled.",
          change_invoice(put(enabled=True)), needs="known"),
    Fault("attributes-code", ("invoice-attributes", "cups-invoice-listed"), "The cups has two characters swapped.",
          change_invoice(convert("cups", lambda code: code[:6] + code[7:6:-1] + code[6] + code[8:]))),
    Fault("attributes-code-cut", ("invoice-attributes", "cups-invoice-listed"), "The cups is cut to 16 characters.",
          change_invoice(convert("cups", lambda code: code[:16]))),
    Fault("attributes-code-null", "invoice-attributes", "The cups is always null.",
          change_invoice(put(cups=None)), needs="known"),
    Fault("attributes-number", "invoice-attributes", "The invoice_id is the id.",
          change_invoice(copy("id", "invoice_id")), needs="known"),
    Fault("attributes-supplier", "invoice-attributes", "The supplier_id is that of the facility.",
          change_invoice(copy("facility_id", "supplier_id")), needs="known"),
    Fault("attributes-facility", ("invoice-attributes", "cups-invoice-listed"),
          "The facility_id is that of the supplier, so that the group of the pair is missing.",
          change_invoice(copy("supplier_id", "facility_id"))),
    Fault("attributes-tonnes", "invoice-attributes", "The emissions are in tonnes.",
          change_invoice(convert("co2e", lambda number: number / 1000)), needs="known"),
    Fault("attributes-biomass", "invoice-attributes", "The co2e_biomass is the co2e.",
          change_invoice(copy("co2e", "co2e_biomass")), needs="known"),
    Fault("attributes-co2e-zero", "invoice-attributes", "The co2e that is not calculated yet is 0.",
          change_invoice(put(co2e=0), having("co2e", None)), needs="known"),
    Fault("attributes-uploader", "invoice-attributes", "Every invoice is uploaded by the same user.",
          change_invoice(put(uploaded_by=ELSEWHERE)), needs="known"),
    Fault("attributes-file", "invoice-attributes", "The file_id is the id of the invoice.",
          change_invoice(copy("id", "file_id"), filled("file_id")), needs="known"),
    Fault("attributes-end-of-day", "invoice-attributes", "The end_date is the first moment of the next day.",
          change_invoice(convert("end_date", lambda text: _moved(text, seconds=1))), needs="known"),
    Fault("attributes-years-apart", ("invoice-attributes", "cups-date-range"),
          "The billing period is a year later, so that it lies outside of its group's dates.",
          change_invoice(lambda fields: fields | {
              name: fields[name] and _moved(fields[name], days=366) for name in ("start_date", "end_date")})),
    Fault("attributes-created", "invoice-attributes", "The created_at is an hour late, as local time called UTC.",
          change_invoice(lambda fields: fields | {
              name: _moved(fields[name], hours=1) for name in ("created_at", "updated_at")}), needs="known"),
    Fault("attributes-doubled", "invoice-attributes", "Both quantities are doubled.",
          change_invoice(lambda fields: fields | {
              name: fields[name] * 2 for name in ("quantity", "base_quantity")}), needs="known"),
)  # fmt: skip

INVOICE_FAULTS = (*IDENTITY_FAULTS, *SENSE_FAULTS, *ATTRIBUTE_FAULTS)
