"""Faults of how answers are sent: status, headers, encodings and the JSON text itself."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import count

from faults.edits import (
    When,
    answer_with,
    change_answer,
    change_body,
    change_headers,
    change_status,
    change_success,
    change_text,
    crash,
    given,
    listing,
    not_given,
    one_invoice,
    page_from,
)
from faults.exchange import Answer, Handler, Request
from faults.fault import Fault
from faults.site import Edit, Site


def _head(request: Request) -> bool:
    return request.method == "HEAD"


def _long(length: int) -> When:
    """The address is longer than this."""
    return lambda request: len(request.query) > length


def _empty_listings(change: Callable[[bytes], bytes]) -> Edit:
    """Change the bytes of listings that list nothing."""
    return change_body(lambda body: change(body) if b'"items": []' in body else body, listing)


def _now_and_then(every: int, edit: Edit) -> Edit:
    """Put an edit on one answer in so many."""

    def sometimes(site: Site) -> Handler:
        requests, edited = count(1), edit(site)
        return lambda request: edited(request) if next(requests) % every == 0 else site.answer(request)

    return sometimes


def _sub(pattern: bytes, text: bytes) -> Callable[[bytes], bytes]:
    return lambda body: re.sub(pattern, text, body, count=1)


def _false_length(by: int) -> Callable[[Answer], Answer]:
    """Declare a length that differs from the body's."""
    return lambda answer: answer.with_headers(content_length=str(len(answer.body) + by))


JSON_FAULTS = (
    Fault("json-bom", "json-well-formed", "The body starts with a byte order mark.",
          change_body(lambda body: b"\xef\xbb\xbf" + body)),
    Fault("json-bom-on-invoice", "json-well-formed", "The body of an invoice starts with a byte order mark.",
          change_body(lambda body: b"\xef\xbb\xbf" + body, one_invoice)),
    Fault("json-duplicate-key", "json-well-formed", "An invoice has its status twice.",
          change_body(_sub(rb'"status"', b'"status": "active", "status"'), one_invoice)),
    Fault("json-duplicate-key-same", "json-well-formed", "A page has its total twice, with the same value.",
          change_body(_sub(rb'("total": \d+)', rb"\1, \1"), listing)),
    Fault("json-duplicate-key-in-group", "json-well-formed", "A group has its cups twice, when searched.",
          change_body(_sub(rb'("cups": "[^"\\]*")', rb"\1, \1"), given("search"))),
    Fault("json-nan", "json-well-formed", "The co2e_biomass is NaN where it is none.",
          change_text('"co2e_biomass": 0,', '"co2e_biomass": NaN,', one_invoice)),
    Fault("json-infinity", "json-well-formed", "The co2e is Infinity where it is not calculated yet.",
          change_text('"co2e": null', '"co2e": Infinity', one_invoice)),
    Fault("json-trailing-comma", "json-well-formed", "The items end in a comma.",
          change_text("}]", "},]", listing)),
    Fault("json-single-quotes", "json-well-formed", "Strings stand between single quotes.",
          change_text('"', "'", one_invoice)),
    Fault("json-python-literals", "json-well-formed", "The is_locked is True or False, as Python writes it.",
          change_body(lambda body: body.replace(b": true", b": True").replace(b": false", b": False"), listing)),
    Fault("json-comment", "json-well-formed", "A comment stands before the body.",
          change_body(lambda body: b"/* invoices */" + body)),
    Fault("json-trailing-garbage", "json-well-formed", "A word follows the body.",
          change_body(lambda body: body + b"\nOK")),
    Fault("json-two-values", "json-well-formed", "The body holds the answer twice.",
          change_body(lambda body: body + b"\n" + body, one_invoice)),
    Fault("json-two-values-on-page-2", "json-well-formed", "From the second page on, the answer is there twice.",
          change_body(lambda body: body + body, page_from(2))),
    Fault("json-latin-1", "json-well-formed", "The body of a listing is in Latin-1.",
          change_body(lambda body: body.decode().encode("latin-1", "replace"), listing)),
    Fault("json-utf-16", "json-well-formed", "The body is in UTF-16.",
          change_body(lambda body: body.decode().encode("utf-16"))),
    Fault("json-guarded", "json-well-formed", "The body starts with )]}', against script inclusion.",
          change_body(lambda body: b")]}',\n" + body)),
    Fault("json-callback", "json-well-formed", "The body is a call of a script function.",
          change_body(lambda body: b"callback(" + body + b")")),
    Fault("json-control-character", "json-well-formed", "The facility_name has a raw tab in it.",
          change_body(_sub(rb'("facility_name": "\w+) ', b"\\1\t"), listing)),
    Fault("json-leading-zero", "json-well-formed", "The page number has a leading zero.",
          change_body(_sub(rb'("page": )(\d)', rb"\g<1>0\2"), listing)),
    Fault("json-truncated", "json-well-formed", "The body of a long page stops in the middle.",
          change_body(lambda body: body[: len(body) // 2] if len(body) > 4000 else body, listing)),
    Fault("json-empty", ("json-well-formed", "request-answered"), "The body of an empty listing is empty.",
          _empty_listings(lambda body: b"")),
    Fault("json-in-a-string", ("json-well-formed", "request-answered", "cups-page-schema"),
          "The JSON text is itself sent as a JSON string.",
          change_success(lambda answer: answer.with_json(answer.body.decode()))),
    Fault("json-now-and-then", "json-well-formed", "One body in ten is not closed.",
          _now_and_then(10, change_body(lambda body: body[:-1]))),
)  # fmt: skip

HEADER_FAULTS = (
    Fault("type-text", "content-type-json", "The Content-Type is text/plain.",
          change_headers(content_type="text/plain")),
    Fault("type-html", "content-type-json", "The Content-Type of an invoice is text/html.",
          change_headers(one_invoice, content_type="text/html; charset=utf-8")),
    Fault("type-missing", "content-type-json", "There is no Content-Type.", change_headers(content_type=None)),
    Fault("type-octets-with-search", "content-type-json", "When searched, the Content-Type names bytes.",
          change_headers(given("search"), content_type="application/octet-stream")),
    Fault("type-csv-on-page-2", "content-type-json", "From the second page on, the Content-Type is text/csv.",
          change_headers(page_from(2), content_type="text/csv")),
    Fault("type-javascript", "content-type-json", "The Content-Type is application/javascript.",
          change_headers(content_type="application/javascript")),
    Fault("gzip-declared-only", ("json-well-formed", "request-answered"), "The body is declared gzip and is not.",
          change_success(lambda answer: answer.with_headers(content_encoding="gzip"))),
    Fault("gzip-undeclared", "json-well-formed", "The body is compressed and does not say so.",
          change_body(gzip.compress)),
    Fault("gzip-cut", ("json-well-formed", "request-answered"), "The compressed body lacks its end.",
          change_success(lambda answer: replace(answer, body=gzip.compress(answer.body)[:-12])
                         .with_headers(content_encoding="gzip"))),
    Fault("length-too-long", ("request-answered", "json-well-formed"),
          "The Content-Length is ten more than the body, and the connection closes.",
          change_success(_false_length(10))),
    Fault("length-too-short", ("json-well-formed", "request-answered"), "The Content-Length is ten less than the body.",
          change_success(_false_length(-10))),
    Fault("length-too-long-on-invoice", ("request-answered", "json-well-formed"),
          "The Content-Length of an invoice is one more than the body.", change_success(_false_length(1), one_invoice)),
    Fault("status-201", "request-answered", "A listing is answered with 201.", change_status(201, listing)),
    Fault("status-202-on-invoice", "request-answered", "An invoice is answered with 202.",
          change_status(202, one_invoice)),
    Fault("status-203", "request-answered", "Every answer has status 203.", change_status(203)),
    Fault("status-206", "request-answered", "A page that is not the only one is answered with 206.",
          change_answer(lambda answer: replace(answer, status=206)
                        if answer.status == 200 and answer.json["total_pages"] > 1 else answer, listing)),
    Fault("status-204-when-empty", "request-answered", "A listing of nothing is answered with 204 and no body.",
          change_success(lambda answer: Answer(204, (), b"") if not answer.json["items"] else answer, listing)),
    Fault("status-404-when-empty", ("request-answered", "cups-search"), "A search that finds nothing is answered 404.",
          change_success(lambda answer: replace(answer, status=404) if not answer.json["items"] else answer,
                         given("search"))),
    Fault("status-302", "request-answered", "An invoice is answered with a way to another address.",
          change_success(lambda answer: Answer(302, (("Location", "/v2/invoices/moved"),), b""), one_invoice)),
    Fault("status-304-unasked", "request-answered", "An invoice is answered 304 though nobody asked for that.",
          change_success(lambda answer: Answer(304, (), b""), one_invoice)),
    Fault("status-404-listing", "operation-served", "The listing is taken for an invoice with the id cups.",
          answer_with(404, {"detail": "No such invoice", "code": "NOT_FOUND"}, listing)),
    Fault("asks-for-facility", "request-answered", "The listing is refused without a facility_id.",
          answer_with(422, {"detail": [{"type": "missing", "loc": ["query", "facility_id"], "msg": "Field required"}]},
                      not_given("facility_id"))),
    Fault("asks-for-page-and-size", "request-answered", "The listing is refused without page or size.",
          answer_with(400, {"detail": "page and size are needed", "code": "INVALID_PARAMETER"},
                      lambda request: request.is_listing and not {"page", "size"} <= request.parameters.keys())),
    Fault("head-finds-nothing-missing", "head-like-get", "HEAD answers 200 where GET refuses.",
          change_answer(lambda answer: replace(answer, status=200), _head)),
    Fault("head-no-content", "head-like-get", "HEAD answers 204 where GET answers 200.", change_status(204, _head)),
    Fault("head-crashes", "no-server-error", "HEAD is a server error.", crash(_head)),
    Fault("crash-on-long-query", ("no-server-error", "cups-search-literal"),
          "A query of more than a thousand characters crashes.", crash(_long(1000))),
    Fault("crash-on-capital-uuid", ("no-server-error", "invoice-id-answered"), "An id in capitals crashes.",
          crash(lambda request: request.is_invoice and request.invoice_id != request.invoice_id.lower())),
    Fault("crash-on-bad-encoding", "no-server-error", "A query that is not UTF-8 crashes.",
          crash(lambda request: "\ufffd" in "".join(request.parameters.values()))),
    Fault("crash-on-error-invoices", ("request-answered", "no-server-error"), "Invoices with status error crash.",
          change_answer(lambda answer: replace(answer, status=500) if b'"status": "error"' in answer.body else answer,
                        one_invoice)),
    Fault("crash-on-largest-size", ("request-answered", "no-server-error"), "A page of 200 takes too long: 504.",
          answer_with(504, {"detail": "Gateway timeout", "code": "TIMEOUT"},
                      lambda request: request.is_listing and request.parameters.get("size") == "200")),
)  # fmt: skip

TRANSPORT_FAULTS = (*JSON_FAULTS, *HEADER_FAULTS)
