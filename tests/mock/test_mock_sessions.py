"""Requests that name a session see a world of their own."""

from __future__ import annotations

from typing import Any

import pytest
from in_process import CUPS, DOCUMENTED, InProcess

from api_spec import Spec
from mock_server.world.model import World

INVOICE = DOCUMENTED.rpartition("/")[2]


def of(session: str) -> dict[str, str]:
    return {"x-mock-session": session}


@pytest.fixture
def changed(mock: InProcess) -> InProcess:
    """A mock whose session ``one`` has deleted the documented invoice."""
    mock.backend.scene_of("one").store.delete_invoice(INVOICE)
    return mock


def status(mock: InProcess, path: str, **headers: str) -> int:
    return mock.ask(path, headers=headers).status_code


def test_a_session_is_served_its_own_world(changed: InProcess) -> None:
    assert changed.ask(DOCUMENTED, headers=of("one")).status_code == 404
    assert changed.ask(DOCUMENTED, headers=of("two")).status_code == 200
    assert changed.ask(DOCUMENTED).status_code == 200


@pytest.mark.parametrize("path", ["world", "known-facts", "invoices?search=inv-2024-001"])
def test_the_control_api_shows_the_world_of_the_session(changed: InProcess, path: str) -> None:
    assert INVOICE not in changed.control(path, headers=of("one")).text
    assert INVOICE in changed.control(path).text


def test_counts_and_groups_are_those_of_the_session(changed: InProcess) -> None:
    one, others = (changed.control("state", headers=headers).json for headers in (of("one"), {}))
    assert one["world"]["invoices"] == others["world"]["invoices"] - 1
    query = "groups?search=ES0021000000000001XX&facility_id=660e8400-e29b-41d4-a716-446655440000"
    counts = [changed.control(query, headers=headers).json["items"][0]["invoice_count"] for headers in (of("one"), {})]
    assert counts[0] == counts[1] - 1
    listed = [changed.control("organizations", headers=headers).json["items"][0] for headers in (of("one"), {})]
    assert listed[0]["invoice_count"] == listed[1]["invoice_count"] - 1


def test_a_reset_that_names_a_session_resets_that_alone(changed: InProcess) -> None:
    changed.change({"strict": True})
    changed.backend.scene.store.delete_invoice(INVOICE)
    assert changed.control("reset", "POST", headers=of("one")).status_code == 200
    assert changed.state()["strict"] is True
    assert changed.ask(DOCUMENTED, headers=of("one")).status_code == 200
    assert changed.ask(DOCUMENTED).status_code == 404


def test_a_reset_without_a_session_leaves_the_sessions_as_they_are(changed: InProcess) -> None:
    changed.control("reset", "POST")
    assert changed.ask(DOCUMENTED, headers=of("one")).status_code == 404


def test_the_journal_of_a_session_has_its_exchanges(mock: InProcess) -> None:
    mock.ask(CUPS, headers=of("one"))
    mock.ask(DOCUMENTED, headers=of("two"))
    found = mock.control("journal", headers=of("one")).json["items"]
    assert [one["request"]["headers"]["x-mock-session"] for one in found] == ["one"]
    assert len(mock.journal()) == 2


@pytest.mark.parametrize("name", ["a", "A-b_c.9", "x" * 64])
def test_a_well_formed_name_is_taken(mock: InProcess, name: str) -> None:
    assert mock.ask(CUPS, headers=of(name)).status_code == 200


@pytest.mark.parametrize("name", ["", " ", "a b", "ñ", "x" * 65, "a/b", "a,b"])
@pytest.mark.parametrize("path", [CUPS, "/_mock/state", "/openapi.yaml", "/nothing"])
def test_a_name_of_another_form_is_refused(mock: InProcess, name: str, path: str) -> None:
    answer = mock.client.open(path, headers=of(name))
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert answer.json["detail"].startswith("x-mock-session: expected 1 to 64 letters, digits, dots")


def test_a_page_of_another_origin_may_name_a_session(mock: InProcess) -> None:
    asked: dict[str, Any] = {
        "Origin": "http://localhost:5173",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "x-api-key,x-mock-session",
    }
    answer = mock.client.options(CUPS, headers=asked)
    assert "x-mock-session" in answer.headers["Access-Control-Allow-Headers"]


def test_a_session_can_be_named_in_the_file_of_an_invoice(spec: Spec, world: World) -> None:
    mock = InProcess.of(spec, world)
    path = "/invoices/invoice-2024-001.pdf"
    mock.backend.scene_of("one").store.delete_invoice(INVOICE)
    twin = mock.backend.scene_of("one").store.file(path)
    assert twin is not None
    mock.backend.scene_of("one").store.delete_invoice(twin.invoice.id)
    assert mock.client.get(path, headers=of("one")).status_code == 404
    assert mock.client.get(path).status_code == 200
