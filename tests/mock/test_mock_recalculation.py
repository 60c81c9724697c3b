"""Emissions, calculated anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from in_process import DOCUMENTED, InProcess

from mock_server.operations.recalculation import SECONDS
from mock_server.state import reading
from mock_server.world.catalogue import ELECTRICITY

RECALCULATE = "/v1/invoices/recalculate"
ID = DOCUMENTED.rpartition("/")[2]
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def recalculate(mock: InProcess, ids: list[str], *categories: str) -> Any:
    body = {"invoice_ids": ids, "activity_categories": list(categories)}
    return mock.ask(RECALCULATE, "POST", json=body)


def some(mock: InProcess, *types: str) -> list[str]:
    """The id of an invoice of each type."""
    return [mock.owned(type=kind)[0].invoice.id for kind in types]


@pytest.mark.parametrize(
    ("kind", "categories"),
    [
        ("heat", ["stationary", "stationary_generation", "energy"]),
        ("electricity", ["electricity", "electricity_location_based", "electricity_generation"]),
        ("electricity", ["electricity_transmission_and_distribution", "energy"]),
        ("recharge", ["recharge", "energy"]),
    ],
)
def test_one_job_is_started_for_each_category(small: InProcess, kind: str, categories: list[str]) -> None:
    ids = [record.invoice.id for record in small.owned(type=kind)[:3]]
    answered = recalculate(small, ids, *categories)
    jobs = answered.json["processing_job_ids"]
    assert answered.status_code == 202
    assert answered.json == {"invoice_ids": ids, "count": 3, "processing_job_ids": jobs}
    assert len(set(jobs)) == len(categories)
    assert all(str(UUID(job)) == job for job in jobs)


def test_what_is_named_twice_counts_once(small: InProcess) -> None:
    answered = recalculate(small, [ID, ID.upper(), ID], "energy", "electricity", "energy").json
    assert (answered["invoice_ids"], answered["count"]) == ([ID], 1)
    assert len(answered["processing_job_ids"]) == 2


def test_many_invoices_are_looked_up_in_portions_and_keep_their_order(
    small: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PORTION", 3)
    ids = [record.invoice.id for record in small.owned(type="electricity")[:8]][::-1]
    answered = recalculate(small, [*ids, UNKNOWN], "energy").json
    assert (answered["invoice_ids"], answered["count"]) == (ids, 8)


def test_what_is_not_the_organizations_is_left_out(small: InProcess) -> None:
    answered = recalculate(small, [UNKNOWN, ID, small.owned(1, type="water")[0].invoice.id], "electricity")
    assert (answered.status_code, answered.json["invoice_ids"], answered.json["count"]) == (202, [ID], 1)
    assert answered.headers["X-Mock-Hint"] == "2 of 3 invoices are not the organization's, so they are left out."


def test_with_nothing_left_nothing_is_calculated(small: InProcess) -> None:
    answered = recalculate(small, [UNKNOWN], "stationary", "recharge")
    assert (answered.status_code, answered.json["invoice_ids"], answered.json["count"]) == (202, [], 0)
    assert len(answered.json["processing_job_ids"]) == 2


def test_the_emissions_follow_in_a_moment_and_the_status_stays(
    small: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = small.backend.database
    began = database.clock()
    monkeypatch.setattr(database, "clock", lambda: began)
    before: Any = small.ask(DOCUMENTED).json
    assert before["co2e"] != round(before["quantity"] * ELECTRICITY.factor, 2), "the page has another factor"
    recalculate(small, [ID], "electricity")
    assert small.ask(DOCUMENTED).json == before
    monkeypatch.setattr(database, "clock", lambda: began + SECONDS)
    after: Any = small.ask(DOCUMENTED).json
    expected = round(before["quantity"] * ELECTRICITY.factor, 2)
    assert after == {**before, "co2e": expected, "co2e_biomass": 0, "updated_at": after["updated_at"]}
    assert after["updated_at"] > before["updated_at"]


REFUSED: dict[str, tuple[Callable[[InProcess], list[str]], list[str], str, str, str]] = {
    "types that do not go together": (
        lambda mock: some(mock, "heat", "electricity"), ["stationary"], "MIXED_INVOICE_TYPES",
        "Invoices must share one type",
        "The invoices are 1 heat, 1 electricity. Ask for one type at a time, or for the category energy alone.",
    ),
    "types that do not go together for energy and more": (
        lambda mock: some(mock, "recharge", "electricity"), ["energy", "recharge"], "MIXED_INVOICE_TYPES",
        "Invoices must share one type", "The invoices are 1 recharge, 1 electricity. ",
    ),
    "water": (
        lambda mock: some(mock, "water"), ["stationary"], "UNSUPPORTED_INVOICE_TYPE",
        "Invoices of type water cannot be recalculated", "These can be: heat, electricity, recharge.",
    ),
    "water for energy": (
        lambda mock: some(mock, "electricity", "water"), ["energy"], "UNSUPPORTED_INVOICE_TYPE",
        "Invoices of type water cannot be recalculated", "These can be: ",
    ),
    "a category of another type": (
        lambda mock: some(mock, "electricity"), ["electricity", "recharge"], "ACTIVITY_CATEGORY_MISMATCH",
        "Category recharge does not fit invoices of type electricity", "Those that fit electricity: electricity, ",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "categories", "code", "detail", "hint"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_calculated_is_refused(
    small: InProcess, make: Callable[[InProcess], list[str]], categories: list[str], code: str, detail: str, hint: str
) -> None:
    answered = recalculate(small, make(small), *categories)
    assert (answered.status_code, answered.json) == (400, {"detail": detail, "code": code})
    assert answered.headers["X-Mock-Hint"].startswith(hint)


def test_types_go_together_for_energy_alone(small: InProcess) -> None:
    ids = some(small, "heat", "electricity", "recharge")
    assert recalculate(small, ids, "energy", "energy").json["invoice_ids"] == ids


@pytest.mark.parametrize(
    ("body", "place", "kind"),
    [
        ({"activity_categories": ["energy"]}, ["body", "invoice_ids"], "missing"),
        ({"invoice_ids": [ID]}, ["body", "activity_categories"], "missing"),
        ({"invoice_ids": [], "activity_categories": ["energy"]}, ["body", "invoice_ids"], "too_short"),
        ({"invoice_ids": [ID], "activity_categories": []}, ["body", "activity_categories"], "too_short"),
        ({"invoice_ids": [ID], "activity_categories": ["gas"]}, ["body", "activity_categories", 0], "enum"),
        ({"invoice_ids": ["x"], "activity_categories": ["energy"]}, ["body", "invoice_ids", 0], "uuid_parsing"),
    ],
)
def test_a_malformed_body_is_refused(small: InProcess, body: Any, place: list[Any], kind: str) -> None:
    answered = small.ask(RECALCULATE, "POST", json=body)
    assert answered.status_code == 422
    assert [(one["loc"], one["type"]) for one in (answered.json or {})["detail"]] == [(place, kind)]
