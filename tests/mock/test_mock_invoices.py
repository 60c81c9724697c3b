"""Invoices: listed, changed and deleted."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from in_process import CUPS, DOCUMENTED, InProcess

from api_spec import Spec
from mock_server.operations.invoices import SUMMARY
from mock_server.world.catalogue import KWH
from mock_server.world.model import Invoice

INVOICES = "/v1/invoices"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
FACILITY_1 = "da59c96f-995a-4ec3-88bd-465dcbabf63d"
FACILITY_2 = "660e8400-e29b-41d4-a716-446655440000"


def listed(mock: InProcess, **query: Any) -> list[dict[str, Any]]:
    """The whole listing, page by page."""
    items: list[dict[str, Any]] = []
    while True:
        answered = mock.ask(INVOICES, query_string={**query, "size": 100, "page": len(items) // 100 + 1})
        assert answered.status_code == 200, answered.json
        body: Any = answered.json
        items += body["items"]
        if len(items) >= body["total"]:
            return items


def test_the_documented_invoice_is_listed_as_the_page_shows_it(large: InProcess, spec: Spec) -> None:
    shown = spec.operation("listInvoices").success.examples["documented"]
    number = shown["items"][0]["invoice_id"]
    body: Any = large.ask(INVOICES, query_string={"invoice_id": number, "facility_id[]": FACILITY_2, "size": 20}).json
    assert body == shown
    assert list(body["items"][0].items()) == list(shown["items"][0].items())


def test_without_parameters_the_first_fifty_of_all_invoices_are_answered(large: InProcess) -> None:
    body: Any = large.ask(INVOICES).json
    total = len(large.owned())
    assert (body["page"], body["size"], len(body["items"])) == (1, 50, 50)
    assert (body["total"], body["pages"]) == (total, -(-total // 50))
    assert list(body) == ["items", "total", "page", "size", "pages"]


def test_every_invoice_of_the_organization_is_listed_once_and_nobody_elses(small: InProcess) -> None:
    ids = [one["id"] for one in listed(small)]
    assert len(ids) == len(set(ids))
    assert set(ids) == {record.invoice.id for record in small.owned()}


def test_a_listed_invoice_has_the_attributes_that_it_has_alone(small: InProcess) -> None:
    by_id = {record.invoice.id: record.invoice for record in small.owned()}
    for item in listed(small):
        whole = by_id[item["id"]]
        assert tuple(item) == SUMMARY
        assert all(item[name] == getattr(whole, name) for name in SUMMARY if name != "total_energy_kwh")
        assert item["total_energy_kwh"] == (whole.quantity if whole.unit_id == KWH else None)


Fits = Callable[[Invoice], bool]

FILTERS: list[tuple[dict[str, Any], Fits]] = [
    ({"type[]": "water"}, lambda one: one.type == "water"),
    ({"type[]": ["heat", "recharge"]}, lambda one: one.type in ("heat", "recharge")),
    ({"status[]": ["review", "error"]}, lambda one: one.status in ("review", "error")),
    ({"facility_id[]": FACILITY_1}, lambda one: one.facility_id == FACILITY_1),
    ({"facility_id[]": [FACILITY_1.upper(), FACILITY_2]}, lambda one: one.facility_id in (FACILITY_1, FACILITY_2)),
    ({"cups[]": "es0022000006089269my1p"}, lambda one: one.cups == "es0022000006089269my1p"),
    ({"start_date": "2024-06-01"}, lambda one: (one.start_date or "") >= "2024-06-01"),
    ({"end_date": "2023-06-30"}, lambda one: "" < (one.end_date or "") <= "2023-06-30T23:59:59"),
    ({"co2e_status": "calculated"}, lambda one: one.co2e is not None),
    ({"co2e_status": "not_calculated"}, lambda one: one.co2e is None),
    ({"invoice_id": "iNv-2024"}, lambda one: "INV-2024" in (one.invoice_id or "")),
    ({"invoice_id": "%"}, lambda _: False),
    (
        {"type[]": ["electricity", "heat"], "status[]": "active", "start_date": "2024-01-01", "end_date": "2024-03-31"},
        lambda one: (
            one.type in ("electricity", "heat")
            and one.status == "active"
            and (one.start_date or "") >= "2024-01-01"
            and "" < (one.end_date or "") <= "2024-03-31T23:59:59"
        ),
    ),
]


@pytest.mark.parametrize(("query", "fits"), FILTERS, ids=[str(query) for query, _ in FILTERS])
def test_the_listing_is_exactly_what_a_filter_says(small: InProcess, query: dict[str, Any], fits: Fits) -> None:
    expected = {record.invoice.id for record in small.owned() if fits(record.invoice)}
    assert {one["id"] for one in listed(small, **query)} == expected
    assert bool(expected) == (query != {"invoice_id": "%"})


@pytest.mark.parametrize("field", ["start_date", "end_date", "created_at", "quantity", "invoice_id"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_the_listing_is_sorted_with_what_is_null_at_its_end(small: InProcess, field: str, sign: str) -> None:
    found = [one[field] for one in listed(small, sort=f"{sign}{field}")]
    values = [value for value in found if value is not None]
    assert values == sorted(values, reverse=bool(sign))
    assert found[len(values) :] == [None] * (len(found) - len(values))


def test_unsorted_the_latest_period_comes_first(small: InProcess) -> None:
    starts = [one["start_date"] or "" for one in listed(small)]
    assert all(before >= after for before, after in pairwise(starts))


@pytest.mark.parametrize(
    ("query", "place", "kind"),
    [
        ("type[]=heat&type[]=gas", ["query", "type[]", 1], "enum"),
        ("facility_id[]=x", ["query", "facility_id[]", 0], "uuid_parsing"),
        ("start_date=2024-02-30", ["query", "start_date"], "date_from_datetime_parsing"),
        ("co2e_status=pending", ["query", "co2e_status"], "enum"),
        ("sort=colour", ["query", "sort"], "enum"),
        ("size=101", ["query", "size"], "less_than_equal"),
        ("page=0", ["query", "page"], "greater_than_equal"),
    ],
)
def test_a_wrong_value_is_refused(small: InProcess, query: str, place: list[Any], kind: str) -> None:
    answered = small.ask(f"{INVOICES}?{query}")
    assert answered.status_code == 422
    (finding,) = (answered.json or {})["detail"]
    assert (finding["loc"], finding["type"]) == (place, kind)


def test_nothing_at_a_facility_of_somebody_else_is_explained(small: InProcess) -> None:
    foreign = small.facilities(1)[0]
    answered = small.ask(INVOICES, query_string={"facility_id[]": foreign.id})
    assert answered.json == {"items": [], "total": 0, "page": 1, "size": 50, "pages": 0}
    expected = f"The facility belongs to the organization {foreign.organization_id}, so nothing is found."
    assert answered.headers["X-Mock-Hint"] == expected


def change(mock: InProcess, body: Any, path: str = DOCUMENTED) -> Any:
    return mock.ask(path, "PATCH", json=body)


def test_the_documented_update_is_answered_as_documented(large: InProcess, spec: Spec) -> None:
    operation = spec.operation("updateInvoice")
    shown = operation.success.examples["documented"]
    assert operation.body
    answered = change(large, operation.body.examples["number"]).json
    assert list(answered.items())[:-1] == list(shown.items())[:-1]
    assert answered["updated_at"] > answered["created_at"]


CHANGES: list[dict[str, str]] = [
    {"uploaded_by": UNKNOWN},
    {"facility_id": FACILITY_1},
    {"supplier_id": UNKNOWN},
    {"status": "review"},
    {"invoice_id": ""},
    {"cups": "ES0021000000000001YY"},
    {"status": "inactive", "cups": "x", "invoice_id": "Ñ"},
]


@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_an_update_changes_what_it_names_and_the_time_of_the_update(small: InProcess, changes: dict[str, str]) -> None:
    before: Any = small.ask(DOCUMENTED).json
    answered = change(small, changes).json
    assert answered == {**before, **changes, "updated_at": answered["updated_at"]}
    assert answered["updated_at"] > before["updated_at"]
    assert small.ask(DOCUMENTED).json == answered
    (item,) = [one for one in listed(small) if one["id"] == before["id"]]
    assert all(item[name] == answered[name] for name in SUMMARY if name != "total_energy_kwh")


def test_each_update_moves_the_time_of_the_update_on(small: InProcess) -> None:
    moments = [change(small, {"status": status}).json["updated_at"] for status in ("review", "review", "active")]
    assert moments[0] < moments[1] < moments[2]


def test_the_groups_follow_an_update_of_a_code_at_once(small: InProcess) -> None:
    def groups(code: str) -> dict[str, int]:
        items = (small.ask(CUPS, query_string={"search": code}).json or {})["items"]
        return {one["facility_id"]: one["invoice_count"] for one in items}

    before = groups("ES0021000000000001XX")
    change(small, {"cups": "ES0021000000000001XY"})
    assert groups("ES0021000000000001XY") == {FACILITY_2: 1}
    assert groups("ES0021000000000001XX") == {**before, FACILITY_2: before[FACILITY_2] - 1}


@pytest.mark.parametrize("body", [{}, {"colour": "red"}, {"quantity": 1, "created_at": "2020-01-01T00:00:00Z"}])
def test_an_update_of_nothing_leaves_the_invoice_as_it_is(small: InProcess, body: dict[str, Any]) -> None:
    before = small.ask(DOCUMENTED).json
    answered = change(small, body)
    assert (answered.status_code, answered.json) == (200, before)
    assert answered.headers["X-Mock-Hint"].startswith("The body names nothing that can be changed: uploaded_by, ")


@pytest.mark.parametrize(
    ("body", "place", "kind"),
    [
        ({"status": "closed"}, ["body", "status"], "enum"),
        ({"status": None}, ["body", "status"], "string_type"),
        ({"cups": None}, ["body", "cups"], "string_type"),
        ({"cups": 5}, ["body", "cups"], "string_type"),
        ({"supplier_id": "Endesa"}, ["body", "supplier_id"], "uuid_parsing"),
        ([], ["body"], "model_attributes_type"),
    ],
)
def test_a_malformed_update_changes_nothing(small: InProcess, body: Any, place: list[str], kind: str) -> None:
    before = small.ask(DOCUMENTED).json
    answered = change(small, {"invoice_id": "NEW", **body} if isinstance(body, dict) else body)
    assert answered.status_code == 422
    (finding,) = answered.json["detail"]
    assert (finding["loc"], finding["type"]) == (place, kind)
    assert small.ask(DOCUMENTED).json == before


def test_an_update_to_a_facility_that_nobody_has_is_refused(small: InProcess, spec: Spec) -> None:
    before = small.ask(DOCUMENTED).json
    answered = change(small, {"facility_id": UNKNOWN, "cups": "x"})
    expected = spec.operation("getFacility").responses["404"].examples["unknown-facility"]
    assert (answered.status_code, answered.json) == (404, expected)
    some = FACILITY_1
    hint = f"No organization has a facility with this id. One that you have: {some}."
    assert answered.headers["X-Mock-Hint"] == hint
    assert small.ask(DOCUMENTED).json == before


def test_an_update_to_a_facility_of_somebody_else_is_refused(small: InProcess) -> None:
    before, foreign = small.ask(DOCUMENTED).json, small.facilities(1)[0]
    answered = change(small, {"facility_id": foreign.id})
    assert (answered.status_code, answered.json) == (403, {"detail": "Facility doesn't belong to organization"})
    assert answered.headers["X-Mock-Hint"].startswith(f"The facility belongs to {foreign.organization_id}: send ")
    assert small.ask(DOCUMENTED).json == before


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_what_the_organization_does_not_have_is_refused_and_stays(small: InProcess, spec: Spec, method: str) -> None:
    foreign = small.owned(1)[0].invoice.id
    responses = spec.operation("updateInvoice" if method == "PATCH" else "deleteInvoice").responses
    unknown = small.ask(f"{INVOICES}/{UNKNOWN}", method, json={"cups": "x"})
    assert (unknown.status_code, unknown.json) == (404, responses["404"].examples["unknown-invoice"])
    refused = small.ask(f"{INVOICES}/{foreign}", method, json={"cups": "x"})
    assert (refused.status_code, refused.json) == (403, responses["403"].examples["foreign-invoice"])
    kept: Any = small.ask(f"{INVOICES}/{foreign}", owner=1).json
    assert kept["cups"] != "x"


def test_a_deleted_invoice_is_gone_everywhere(small: InProcess) -> None:
    group = {"facility_id": FACILITY_2}
    count = (small.ask(CUPS, query_string=group).json or {})["items"][0]["invoice_count"]
    kept = {record.invoice.id for record in small.owned()} - {DOCUMENTED.rpartition("/")[2]}
    answered = small.ask(DOCUMENTED, "DELETE")
    assert (answered.status_code, answered.data, answered.content_type) == (204, b"", None)
    assert small.ask(DOCUMENTED).status_code == 404
    assert small.ask(DOCUMENTED, "DELETE").status_code == 404
    assert {one["id"] for one in listed(small)} == kept
    assert (small.ask(CUPS, query_string=group).json or {})["items"][0]["invoice_count"] == count - 1


def test_a_strict_refusal_changes_nothing(mock: InProcess) -> None:
    mock.change({"strict": True})
    before = mock.ask(DOCUMENTED).json
    assert change(mock, {"cups": "x", "colour": "red"}).status_code == 400
    assert mock.ask(f"{DOCUMENTED}?force=1", "DELETE").status_code == 400
    assert mock.ask(DOCUMENTED).json == before


@pytest.mark.parametrize("headers", [{"Prefer": "code=204"}, {"x-api-key": "wrong"}])
def test_an_answer_without_the_operation_changes_nothing(small: InProcess, headers: dict[str, str | None]) -> None:
    assert small.ask(DOCUMENTED, "DELETE", headers=headers).status_code in (204, 401)
    assert small.ask(DOCUMENTED).status_code == 200
