"""Operations that a deployment does not have."""

from __future__ import annotations

from faults.edits import When, answer_with, asking
from faults.exchange import Answer, Handler, Request, json_answer
from faults.fault import Fault
from faults.operations import methods_at
from faults.site import Edit, Site

RULE = "operation-served"


def _not_found(operation: str, detail: str = "Not Found") -> Edit:
    return answer_with(404, {"detail": detail}, asking(operation))


def _not_allowed(operation: str, *methods: str) -> Edit:
    """Answer that the path has other methods."""
    refused = json_answer(405, {"detail": "Method Not Allowed"}, (("Allow", ", ".join(methods)),))
    return lambda site: lambda request: refused if request.operation == operation else site.answer(request)


def _taken_for_id(path: When, status: int, content: object) -> Edit:
    """Take the last part of a path for the id of an invoice, whatever the method."""

    def edit(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            if not path(request):
                return site.answer(request)
            if request.method in {"GET", "HEAD"}:
                return json_answer(status, content)
            return json_answer(405, {"detail": "Method Not Allowed"}, (("Allow", "GET, PATCH, DELETE"),))

        return handle

    return edit


_no_uuid = {"detail": [{"type": "uuid_parsing", "loc": ["path", "invoice_id"], "msg": "Input should be a valid UUID"}]}


def _no_facilities(site: Site) -> Handler:
    """Know no path under /v1/facilities."""

    def handle(request: Request) -> Answer:
        known = methods_at(request.path) and not request.path.startswith("/v1/facilities")
        return site.answer(request) if known else json_answer(404, {"detail": "Not Found"})

    return handle


MISSING_FAULTS = (
    Fault("missing-invoices", RULE, "There is no listing of invoices.", _not_found("listInvoices")),
    Fault("missing-invoices-501", RULE, "The listing of invoices is not implemented.",
          answer_with(501, {"detail": "Not implemented"}, asking("listInvoices"))),
    Fault("missing-groups", RULE, "There is no listing of groups.", _not_found("listCupsGroups")),
    Fault("missing-invoice", RULE, "One invoice cannot be asked for.",
          _not_allowed("getInvoice", "PATCH", "DELETE")),
    Fault("missing-options", RULE, "There are no filter options.", _not_found("getInvoiceFilterOptions")),
    Fault("missing-options-taken-for-id", RULE, "The filter options are taken for the id of an invoice.",
          _taken_for_id(asking("getInvoiceFilterOptions"), 422, _no_uuid)),
    Fault("missing-consolidation", RULE, "Groups cannot be consolidated.", _not_found("consolidateCups")),
    Fault("missing-consolidation-taken-for-id", RULE, "The path to consolidate is taken for that of an invoice.",
          _taken_for_id(asking("consolidateCups"), 422, _no_uuid)),
    Fault("missing-recalculation", RULE, "Invoices cannot be recalculated.",
          _not_allowed("recalculateInvoices", "GET")),
    Fault("missing-update", RULE, "Invoices cannot be changed.", _not_allowed("updateInvoice", "GET", "DELETE")),
    Fault("missing-update-501", RULE, "The change of invoices is not implemented.",
          answer_with(501, {"detail": "Not implemented", "code": "NOT_IMPLEMENTED"}, asking("updateInvoice"))),
    Fault("missing-deletion", RULE, "Invoices cannot be deleted.", _not_allowed("deleteInvoice", "GET", "PATCH"),
          needs="known"),
    Fault("missing-facilities", RULE, "There is no listing of facilities.", _not_found("listFacilities")),
    Fault("missing-facility", RULE, "One facility cannot be asked for.", _not_found("getFacility")),
    Fault("missing-all-facilities", RULE, "Nothing is known of facilities.", _no_facilities),
)  # fmt: skip
