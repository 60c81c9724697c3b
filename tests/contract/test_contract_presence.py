"""An operation that is not served is told as such, once, and costs no other operation its judgement."""

from __future__ import annotations

from typing import Any

import pytest
from faults.catalogue import FAULT_BY_NAME
from faults.deployment import CORRECT
from faults.edits import answer_with, asking, change_answer
from faults.exchange import Answer, Handler, Request, json_answer
from faults.site import Edit, Site, unchanged
from surveying import SPEC, findings, outcomes, surveyed

from contract_tests.findings import Status

INVOICES = tuple(CORRECT.known_ids)
READING = tuple(operation.id for operation in SPEC.operations if operation.method == "GET")
REFUSED = {"detail": "No", "code": "NO"}


def absent(edit: Edit, **known: Any) -> set[str]:
    """The operations that are found to be missing."""
    with surveyed(edit, **known) as survey:
        return {finding.where for finding in findings(survey, "operation-served")}


@pytest.mark.parametrize("operation_id", READING)
@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_path_or_method_that_is_unknown_is_one_finding(operation_id: str, status: int) -> None:
    assert absent(answer_with(status, REFUSED, asking(operation_id))) == {operation_id}


@pytest.mark.parametrize("operation_id", READING)
@pytest.mark.parametrize("status", [400, 401, 403, 422, 429, 500, 503])
def test_another_refusal_or_failure_is_not_taken_for_an_unknown_path(operation_id: str, status: int) -> None:
    body = REFUSED | {"detail": f"{status} for reasons of my own"}
    assert absent(answer_with(status, body, asking(operation_id))) == set()


def test_a_deployment_that_serves_everything_lacks_nothing() -> None:
    assert absent(unchanged) == set()


def test_ids_that_a_user_gives_may_be_wrong() -> None:
    def old(site: Site) -> Handler:
        """Neither lists invoices nor knows those that are asked for."""
        missing = answer_with(404, REFUSED, asking("getInvoice", "listInvoices"))
        return missing(site)

    assert absent(old, invoice_ids=INVOICES[:3]) == {"listInvoices"}


NOT_A_UUID = {"detail": [{"loc": ["path", "invoice_id"], "msg": "Input should be a valid UUID", "input": "{word}"}]}


def taken_for_id(path: str, status: int, body: dict[str, Any]) -> Edit:
    """Takes the last step of a path, and every other word there, for the id of an invoice."""

    def edit(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            if request.path == path or (request.path.startswith("/v1/invoices/") and not request.operation):
                return json_answer(status, body)
            return site.answer(request)

        return handle

    return edit


@pytest.mark.parametrize(
    ("path", "operation_id"),
    [
        ("/v1/invoices/filter-options", "getInvoiceFilterOptions"),
        ("/v1/invoices/cups", "listCupsGroups"),
    ],
)
@pytest.mark.parametrize(
    ("status", "body"),
    [(422, NOT_A_UUID), (400, {"message": "Bad request", "id": "8f2c"}), (404, {"detail": "Not found"})],
    ids=["naming the id", "refusing every word alike", "not found"],
)
def test_a_path_that_is_taken_for_an_id_is_missing(
    path: str, operation_id: str, status: int, body: dict[str, Any]
) -> None:
    assert operation_id in absent(taken_for_id(path, status, body), invoice_ids=INVOICES)


# The others go on


def test_the_rules_of_a_missing_operation_are_blocked_and_the_others_judged() -> None:
    rules = ("operation-served", "invoices-total", "cups-total", "invoice-allocation", "cups-invoice-count")
    with surveyed(FAULT_BY_NAME["missing-invoices"].edit, invoice_ids=INVOICES) as survey:
        found = outcomes(survey, *rules, "request-answered")
    assert [(one.status, one.reason) for one in found.values()] == [
        (Status.BROKEN, ""),
        (Status.BLOCKED, "operation-served"),
        (Status.KEPT, ""),
        (Status.KEPT, ""),
        (Status.KEPT, ""),
        (Status.KEPT, ""),
    ]
    assert len(found["operation-served"].findings) == 1


def test_without_a_listing_and_without_ids_the_rules_about_invoices_ask_for_some() -> None:
    with surveyed(FAULT_BY_NAME["missing-invoices"].edit) as survey:
        outcome = outcomes(survey, "invoice-allocation")["invoice-allocation"]
    assert outcome.status is Status.NOT_EXERCISED
    assert "--invoice-id" in outcome.reason


def test_facilities_are_known_by_their_groups_where_they_are_not_listed() -> None:
    with surveyed(FAULT_BY_NAME["missing-facilities"].edit) as survey:
        found = outcomes(survey, "facility-schema", "options-cups", "facilities-complete")
    assert [one.status for one in found.values()] == [Status.KEPT, Status.KEPT, Status.BLOCKED]


def test_a_missing_operation_shows_nothing_else() -> None:
    def html(site: Site) -> Handler:
        page = Answer(404, (("Content-Type", "text/html"),), b"<h1>Not Found</h1>")
        return change_answer(lambda _: page, asking("listFacilities", "getFacility"))(site)

    last = ("json-well-formed", "content-type-json", "refusal-shape", "no-server-error", "request-answered")
    with surveyed(html, invoice_ids=INVOICES) as survey:
        found = outcomes(survey, "cups-total", *last, "operation-served")
    broken = [rule_id for rule_id, one in found.items() if one.findings]
    assert broken == ["operation-served"]
