"""Groups, merged under one code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from in_process import CUPS, InProcess

from api_spec import Spec
from mock_server.state.worlds import drop_world

CONSOLIDATE = "/v1/invoices/consolidate-cups"
FACILITY = "da59c96f-995a-4ec3-88bd-465dcbabf63d"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
TARGET = "ES0021000000000000001AB"
LOCKED = "ES0022000007171638YH1P"
SOURCE = "ES0021000000000000001A"


def merge(mock: InProcess, sources: Sequence[tuple[str, str]], target: str = TARGET, **more: Any) -> Any:
    body = {"target_cups": target, "sources": [{"cups": cups, "facility_id": place} for cups, place in sources]}
    return mock.ask(CONSOLIDATE, "POST", json=body, **more)


def groups(mock: InProcess, facility: str = FACILITY) -> dict[str, dict[str, Any]]:
    answered: Any = mock.ask(CUPS, query_string={"facility_id": facility, "size": 200}).json
    return {one["cups"]: one for one in answered["items"]}


def test_the_documented_consolidation_is_answered_as_documented(large: InProcess, spec: Spec) -> None:
    operation = spec.operation("consolidateCups")
    assert operation.body
    answered = large.ask(CONSOLIDATE, "POST", json=operation.body.examples["documented"])
    assert (answered.status_code, answered.json) == (200, operation.success.examples["documented"])
    assert "X-Mock-Hint" not in answered.headers


def test_the_groups_follow_at_once(small: InProcess) -> None:
    before = groups(small)
    sources = ("ES0022000006089269MY", "es0022000006089269my1p")
    merge(small, [(cups, FACILITY) for cups in sources], "ES0022000006089269MY1P")
    after = groups(small)
    assert after.keys() == before.keys() - set(sources)
    counts = (before[cups]["invoice_count"] for cups in (*sources, "ES0022000006089269MY1P"))
    assert after["ES0022000006089269MY1P"]["invoice_count"] == sum(counts)


def test_the_target_may_be_a_new_code(small: InProcess) -> None:
    before = groups(small)
    answered = merge(small, [(SOURCE, FACILITY)], "NEW").json
    assert answered == {"updated_count": before[SOURCE]["invoice_count"], "affected_facilities": [FACILITY]}
    assert groups(small)["NEW"] == {**before[SOURCE], "cups": "NEW"}


def test_only_the_code_and_the_time_of_the_update_change(small: InProcess) -> None:
    paths = [f"/v1/invoices/{record.invoice.id}" for record in small.owned(cups=SOURCE, facility_id=FACILITY)]
    before: list[Any] = [small.ask(path).json for path in paths]
    merge(small, [(SOURCE, FACILITY)])
    for path, old in zip(paths, before, strict=True):
        new: Any = small.ask(path).json
        assert new == {**old, "cups": TARGET, "updated_at": new["updated_at"]}
        assert new["updated_at"] > old["updated_at"]


def test_the_code_at_another_facility_stays(small: InProcess) -> None:
    shared = "ES0021000000000001XX"
    other = "660e8400-e29b-41d4-a716-446655440000"
    before = groups(small, other)
    assert shared in groups(small)
    merge(small, [(shared, FACILITY)])
    assert shared not in groups(small)
    assert groups(small, other) == before


@pytest.mark.parametrize(
    ("sources", "hint"),
    [
        ([], "sources is empty, so there is nothing to rewrite."),
        ([("NONE", FACILITY)], "Nothing to rewrite: no electricity invoice has one of these codes, to the letter, "),
        ([(SOURCE.lower(), FACILITY)], "Nothing to rewrite: "),
    ],
)
def test_with_nothing_to_rewrite_nothing_is_counted(
    small: InProcess, sources: list[tuple[str, str]], hint: str
) -> None:
    before = groups(small)
    answered = merge(small, sources)
    assert (answered.status_code, answered.json) == (200, {"updated_count": 0, "affected_facilities": []})
    assert answered.headers["X-Mock-Hint"].startswith(hint)
    assert groups(small) == before


def test_a_source_named_twice_counts_once_and_the_target_as_a_source_not_at_all(small: InProcess) -> None:
    before = groups(small)
    answered = merge(small, [(SOURCE, FACILITY), (TARGET, FACILITY), (SOURCE, FACILITY.upper())]).json
    assert answered == {"updated_count": before[SOURCE]["invoice_count"], "affected_facilities": [FACILITY]}


def test_a_locked_group_is_refused_and_nothing_is_rewritten(small: InProcess) -> None:
    before = groups(small)
    answered = merge(small, [(SOURCE, FACILITY), (LOCKED, FACILITY)])
    detail = f"CUPS {LOCKED} is backed by a Datadis supply contract"
    assert (answered.status_code, answered.json) == (409, {"detail": detail, "code": "CUPS_LOCKED_BY_DATADIS"})
    hint = f"{LOCKED} at the facility {FACILITY} is_locked in the listing of groups. Nothing was changed."
    assert answered.headers["X-Mock-Hint"] == hint
    assert groups(small) == before


def test_a_locked_group_may_be_the_target_and_stays_locked(small: InProcess) -> None:
    before = groups(small)
    assert merge(small, [(SOURCE, FACILITY)], LOCKED).status_code == 200
    after = groups(small)[LOCKED]
    assert after["is_locked"] is True
    assert after["invoice_count"] == before[SOURCE]["invoice_count"] + before[LOCKED]["invoice_count"]


@pytest.mark.parametrize("whose", ["another organization's", "nobody's"])
def test_a_facility_that_is_not_the_organizations_is_refused_before_a_lock(small: InProcess, whose: str) -> None:
    foreign = small.facilities(1)[0]
    facility, owner = (
        (foreign.id, f"belongs to {foreign.organization_id}") if "another" in whose else (UNKNOWN, "is nobody's")
    )
    before = groups(small)
    answered = merge(small, [(LOCKED, FACILITY), (SOURCE, FACILITY), (SOURCE, facility)])
    expected = {"detail": "Facility doesn't belong to organization", "code": "FACILITY_NOT_BELONG_TO_ORGANIZATION"}
    assert (answered.status_code, answered.json) == (403, expected)
    assert answered.headers["X-Mock-Hint"] == f"The facility {facility} {owner}. Nothing was changed."
    assert groups(small) == before


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"target_cups": "", "sources": []}, ["body", "target_cups"]),
        ({"target_cups": None, "sources": []}, ["body", "target_cups"]),
        ({"sources": []}, ["body", "target_cups"]),
        ({"target_cups": "A"}, ["body", "sources"]),
        ({"target_cups": "A", "sources": {}}, ["body", "sources"]),
        ({"target_cups": "A", "sources": [{"cups": "B"}]}, ["body", "sources", 0, "facility_id"]),
        ({"target_cups": "A", "sources": [{"cups": 1, "facility_id": FACILITY}]}, ["body", "sources", 0, "cups"]),
        ({"target_cups": "A", "sources": [{"cups": "B", "facility_id": "x"}]}, ["body", "sources", 0, "facility_id"]),
    ],
)
def test_a_malformed_body_is_refused(small: InProcess, body: Any, place: list[Any]) -> None:
    answered = small.ask(CONSOLIDATE, "POST", json=body)
    assert answered.status_code == 422
    assert [finding["loc"] for finding in (answered.json or {})["detail"]] == [place]


def test_a_change_of_data_that_are_replaced_meanwhile_is_to_be_sent_again(mock: InProcess) -> None:
    store = mock.backend.scene.store
    assert mock.ask().status_code == 200
    with store.database.writing() as connection:
        drop_world(connection, store.world_id)
    answered = merge(mock, [(SOURCE, FACILITY)])
    assert (answered.status_code, answered.headers["Retry-After"]) == (503, "1")
    assert answered.json["detail"].endswith("Nothing was changed: send it again.")
