"""Facilities, and what their invoices can be filtered by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from in_process import DOCUMENTED, InProcess

from api_spec import Spec
from mock_server.world.model import Facility

FACILITIES = "/v1/facilities"
OPTIONS = "/v1/invoices/filter-options"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
FACILITY_1 = "da59c96f-995a-4ec3-88bd-465dcbabf63d"
FACILITY_2 = "660e8400-e29b-41d4-a716-446655440000"


def test_without_parameters_the_first_ten_facilities_are_answered(large: InProcess) -> None:
    body: Any = large.ask(FACILITIES).json
    assert list(body) == ["items", "total", "page", "size", "pages"]
    assert [one["id"] for one in body["items"]] == [one.id for one in large.facilities()[:10]]
    assert {**body, "items": None} == {"items": None, "total": 14, "page": 1, "size": 10, "pages": 2}


def test_a_facility_is_answered_with_its_fields_in_order(large: InProcess, spec: Spec) -> None:
    schema = spec.operation("getFacility").success.schema or {}
    answered: Any = large.ask(f"{FACILITIES}/{FACILITY_2.upper()}").json
    assert list(answered) == list(schema["properties"])
    assert (answered["id"], answered["name"], answered["country"]) == (FACILITY_2, "Facility 2", "ES")
    assert answered["cups_list"] == ["ES0021000000000001XX"]


def test_a_listed_facility_is_the_one_that_is_answered_alone(large: InProcess) -> None:
    items: Any = (large.ask(FACILITIES, query_string={"size": 100}).json or {})["items"]
    for item in items:
        assert large.ask(f"{FACILITIES}/{item['id']}").json == item


Fits = Callable[[Facility], bool]

FILTERS: list[tuple[dict[str, Any], Fits]] = [
    ({"name": "fÁBRICA"}, lambda one: one.name.startswith("Fábrica")),
    ({"name": "facility 1"}, lambda one: one.name == "Facility 1"),
    ({"name": "%"}, lambda _: False),
    ({"country": "ES"}, lambda _: True),
    ({"country": "PT"}, lambda _: False),
    ({"type": "hotel"}, lambda one: one.type == "hotel"),
    ({"status[]": "archived"}, lambda one: one.status == "archived"),
    ({"status[]": ["active", "archived"]}, lambda _: True),
    ({"type": "office", "status[]": "active"}, lambda one: (one.type, one.status) == ("office", "active")),
]


@pytest.mark.parametrize(("query", "fits"), FILTERS, ids=[str(query) for query, _ in FILTERS])
def test_the_listing_is_exactly_what_a_filter_says(large: InProcess, query: dict[str, Any], fits: Fits) -> None:
    body: Any = large.ask(FACILITIES, query_string={**query, "size": 100}).json
    expected = [one.id for one in large.facilities() if fits(one)]
    assert ([one["id"] for one in body["items"]], body["total"]) == (expected, len(expected))
    assert bool(expected) == ("%" not in query.values() and "PT" not in query.values())


@pytest.mark.parametrize(("query", "status"), [("size=100", 200), ("size=101", 422), ("status[]=lost", 422)])
def test_values_outside_the_bounds_are_refused(small: InProcess, query: str, status: int) -> None:
    assert small.ask(f"{FACILITIES}?{query}").status_code == status


PATHS = [f"{FACILITIES}/{{}}", f"{OPTIONS}?facility_id={{}}&type=water"]


@pytest.mark.parametrize("path", PATHS)
def test_a_facility_that_nobody_has_is_not_found(small: InProcess, spec: Spec, path: str) -> None:
    answered = small.ask(path.format(UNKNOWN))
    shown = spec.operation("getFacility").responses["404"].examples["unknown-facility"]
    assert (answered.status_code, answered.json) == (404, shown)
    hint = f"No organization has a facility with this id. One that you have: {FACILITY_1}."
    assert answered.headers["X-Mock-Hint"] == hint


@pytest.mark.parametrize("path", PATHS)
def test_a_facility_of_another_organization_is_refused(small: InProcess, spec: Spec, path: str) -> None:
    foreign = small.facilities(1)[0]
    answered = small.ask(path.format(foreign.id))
    shown = spec.operation("getFacility").responses["403"].examples["foreign-facility"]
    assert (answered.status_code, answered.json) == (403, shown)
    assert answered.headers["X-Mock-Hint"].startswith(f"The facility belongs to {foreign.organization_id}: send that ")


@pytest.mark.parametrize("path", PATHS)
def test_an_id_that_is_none_is_refused(small: InProcess, path: str) -> None:
    assert small.ask(path.format("x")).status_code == 422


def test_the_emissions_of_a_facility_follow_its_invoices(small: InProcess) -> None:
    def emissions() -> float:
        return float((small.ask(f"{FACILITIES}/{FACILITY_2}").json or {})["co2e"])

    before, shown = emissions(), 245.5
    small.ask(DOCUMENTED, "PATCH", json={"status": "inactive"})
    assert emissions() == pytest.approx(before - shown)
    small.ask(DOCUMENTED, "PATCH", json={"status": "active"})
    assert emissions() == before
    small.ask(DOCUMENTED, "DELETE")
    assert emissions() == pytest.approx(before - shown)


def options(mock: InProcess, facility_id: str, kind: str) -> dict[str, Any]:
    answered = mock.ask(OPTIONS, query_string={"facility_id": facility_id, "type": kind})
    assert answered.status_code == 200
    return dict(answered.json or {})


@pytest.mark.parametrize("kind", ["electricity", "heat", "water", "recharge", "process", "waste_water_treatment"])
def test_the_options_are_what_the_invoices_of_facility_and_type_have(small: InProcess, spec: Spec, kind: str) -> None:
    schema = spec.operation("getInvoiceFilterOptions").success.schema or {}
    for facility in small.facilities():
        records = small.owned(type=kind, facility_id=facility.id)
        found = options(small, facility.id, kind)
        assert list(found) == list(schema["properties"])
        assert found["cups"] == sorted({one.invoice.cups for one in records if one.invoice.cups})
        assert set(found["sources"]) == {one.source or "manual" for one in records}
        for name, field in (
            ("suppliers", "supplier_id"), ("uploaded_by", "uploaded_by"), ("facility_fuels", "facility_fuel_id"),
        ):  # fmt: skip
            ids = [one["id"] for one in found[name]]
            assert len(ids) == len(set(ids))
            assert set(ids) == {getattr(one.invoice, field) for one in records} - {None}
        contracts = {(one.supply_contract_id, one.invoice.cups) for one in records if one.supply_contract_id}
        assert {(one["id"], one["name"]) for one in found["supply_contracts"]} == contracts


def test_options_have_the_names_that_people_know(large: InProcess) -> None:
    found = options(large, FACILITY_1, "electricity")
    assert found["suppliers"] == [{"id": "770e8400-e29b-41d4-a716-446655440000", "name": "Iberdrola"}]
    assert [one["name"] for one in found["supply_contracts"]] == ["ES0022000007171638YH1P"]
    (user,) = found["uploaded_by"]
    assert list(user) == ["id", "first_name", "last_name", "email"]
    assert user["id"] == "990e8400-e29b-41d4-a716-446655440000"
    assert user["email"].endswith("@example.org")
    assert options(large, FACILITY_1, "electricity") == found


def test_what_is_burnt_is_named(large: InProcess) -> None:
    heated = large.owned(type="heat", facility_fuel_id=lambda value: value is not None, facility_id=bool)[0].invoice
    found = options(large, str(heated.facility_id), "heat")
    assert [one["name"] for one in found["facility_fuels"]] == ["Facility boiler"]
    assert [one["name"] for one in found["stationary_fuels"]] == ["Natural gas"]


def test_options_follow_a_change_at_once(small: InProcess) -> None:
    small.ask(DOCUMENTED, "PATCH", json={"cups": "NEW"})
    assert "NEW" in options(small, FACILITY_2, "electricity")["cups"]


@pytest.mark.parametrize("query", ["", f"facility_id={FACILITY_1}", "type=heat", f"facility_id={FACILITY_1}&type=gas"])
def test_options_want_a_facility_and_a_type(small: InProcess, query: str) -> None:
    assert small.ask(f"{OPTIONS}?{query}").status_code == 422
