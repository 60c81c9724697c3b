"""Other ways to refuse: the pages leave open with which 4xx, and in which shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from faults.edits import (
    Object,
    When,
    asking,
    change_answer,
    change_refusal,
    change_success,
    given,
    listing,
    valued,
)
from faults.exchange import Answer, Handler, Request, json_answer
from faults.fault import Variant
from faults.site import Edit, Site

Body = Callable[[int], object]
"""The body of a refusal with a status."""


def free(request: Request) -> bool:
    """No page names the refusals of what is asked for, their status or code."""
    return request.operation not in {"consolidateCups", "recalculateInvoices", "getFacility"}


about_invoice = asking("getInvoice", "updateInvoice", "deleteInvoice")


def refusals_as(body: Body, content_type: str = "application/json") -> Edit:
    def changed(answer: Answer) -> Answer:
        return answer.with_json(body(answer.status)).with_headers(content_type=content_type)

    return change_refusal(changed, free)


def problem(status: int) -> object:
    return {"type": "about:blank", "title": "Refused", "status": status, "detail": "The request was refused."}


def spring(status: int) -> object:
    return {"timestamp": "2026-01-01T10:00:00.123+00:00", "status": status, "error": "Refused", "path": "/v1/invoices"}


def fastapi(status: int) -> object:
    entry = {"type": "value_error", "loc": ["query", "value"], "msg": "Input should be valid", "input": "?"}
    return {"detail": [entry] if status == 422 else "Refused"}


def under_status(new: int, *old: int, when: When = free) -> Edit:
    """Refuse with another status."""
    return change_answer(lambda answer: replace(answer, status=new) if answer.status in old else answer, when)


def refuse(when: Callable[[Request], bool], status: int = 400) -> Edit:
    """Refuse some requests that could be served, if the credentials are good."""
    refused = json_answer(status, {"detail": "Refused", "code": "INVALID_PARAMETER"})
    return change_success(lambda answer: refused, when)


def refuse_page(where: Callable[[Object], bool], status: int) -> Edit:
    """Refuse listings by what they would answer."""
    refused = json_answer(status, {"detail": "Nothing here", "code": "NOT_FOUND"})
    return change_success(lambda answer: refused if where(answer.json) else answer, listing)


def no_such_facility(site: Site) -> Handler:
    """Refuse a facility that has no groups."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if not given("facility_id")(request) or answer.status != 200:
            return answer
        whole = site.answer(request.with_parameters(search=None, page="1"))
        refused = json_answer(404, {"detail": "Facility not found", "code": "NOT_FOUND"})
        return answer if whole.json["total"] else refused

    return handle


def beyond_last(page: Object) -> bool:
    return bool(page["page"] > max(1, page["total_pages"]))


text_refusals = change_refusal(
    lambda answer: Answer(answer.status, (("Content-Type", "text/plain"),), b"The request was refused.\n"), free
)

REFUSAL_VARIANTS = (
    Variant("refusals-problem-json", "Refusals are RFC 9457 problems.",
            refusals_as(problem, "application/problem+json")),
    Variant("refusals-text", "Refusals are plain text.", text_refusals),
    Variant("refusals-html", "Refusals are pages for people.", change_refusal(
        lambda answer: Answer(answer.status, (("Content-Type", "text/html"),), b"<!doctype html><h1>Refused</h1>"),
        free)),
    Variant("refusals-empty", "Refusals have no body.",
            change_refusal(lambda answer: Answer(answer.status, (), b""), free)),
    Variant("refusals-error-object", "Refusals hold an error object.",
            refusals_as(lambda status: {"error": {"code": status, "message": "Refused"}})),
    Variant("refusals-array", "Refusals hold a list of errors.",
            refusals_as(lambda status: {"errors": [{"status": str(status), "title": "Refused"}]})),
    Variant("parameters-422", "Bad parameters are refused with 422.", under_status(422, 400, when=listing)),
    Variant("parameters-404", "Bad parameters are refused with 404.", under_status(404, 400)),
    Variant("malformed-id-404", "A malformed invoice id is simply not found.",
            under_status(404, 400, when=about_invoice)),
    Variant("malformed-id-422", "A malformed invoice id is refused with 422.",
            under_status(422, 400, when=about_invoice)),
    Variant("unknown-invoice-410", "An unknown invoice is gone.", under_status(410, 404, when=about_invoice)),
    Variant("unknown-invoice-403", "An unknown invoice is forbidden.", under_status(403, 404, when=about_invoice)),
    Variant("key-403", "A wrong or missing key is refused with 403.", under_status(403, 401)),
    Variant("key-400", "A wrong or missing key is refused with 400.", under_status(400, 401)),
    Variant("organization-401", "A wrong organization is refused with 401.", under_status(401, 403)),
    Variant("organization-404", "A wrong organization is not found.", under_status(404, 403)),
    Variant("all-refusals-400", "Every refusal has status 400.", under_status(400, 401, 403, 404, 422)),
    Variant("unknown-facility-404", "A facility without groups is not found.", no_such_facility),
    Variant("beyond-last-404", "A page beyond the last is not found.", refuse_page(beyond_last, 404)),
    Variant("beyond-last-400", "A page beyond the last is refused.", refuse_page(beyond_last, 400)),
    Variant("large-page-refused", "A page number that no 32 bits hold is refused.",
            refuse(valued("page", lambda text: len(text) > 9))),
    Variant("odd-text-refused", "Search refuses NUL, text that is not UTF-8, and more than 100 characters.",
            refuse(valued("search", lambda text: len(text) > 100 or "\0" in text or "\ufffd" in text))),
    Variant("long-address-414", "An address of more than 512 characters is refused.",
            refuse(lambda request: len(request.query) > 512, 414)),
    Variant("unknown-parameter-refused", "Query parameters that are not documented are refused.", refuse(
        lambda request: request.is_listing and not request.parameters.keys() <= {
            "facility_id", "search", "page", "size"})),
)  # fmt: skip
