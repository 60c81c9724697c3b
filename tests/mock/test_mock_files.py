"""The document behind a file_url, as a download button gets it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mock_server.world.model import World

Ask = Callable[..., Any]

DOCUMENTED = "550e8400-e29b-41d4-a716-446655440000"


def with_file(world: World) -> str:
    """An invoice of the first organization whose document the mock serves."""
    owner = world.organizations[0].id
    records = (record for record in world.invoices if record.organization_id == owner)
    return next(record.invoice.id for record in records if (record.invoice.file_url or "").startswith("/"))


def test_file_url_leads_to_a_pdf_on_the_same_host_without_a_key(ask: Ask, world: World) -> None:
    url = ask(f"/v1/invoices/{with_file(world)}").json["file_url"]
    base, _, path = url.partition("/invoices/")
    assert base == "http://localhost"
    response = ask(f"/invoices/{path}", headers={"x-api-key": None, "x-organization-id": None})
    assert (response.status_code, response.content_type) == (200, "application/pdf")
    assert response.headers["Content-Disposition"] == f'inline; filename="{path}"'
    assert response.data.startswith(b"%PDF-")


def test_file_url_begins_with_the_address_that_the_client_used(ask: Ask, world: World) -> None:
    path = f"/v1/invoices/{with_file(world)}"
    assert ask(path, headers={"Host": "mock.local:81"}).json["file_url"].startswith("http://mock.local:81/invoices/")


def test_a_hostile_host_stays_a_text(ask: Ask, world: World) -> None:
    answered = ask(f"/v1/invoices/{with_file(world)}", headers={"Host": 'a"b\\c'})
    assert answered.json["file_url"].startswith('http://a"b\\c/invoices/')


def test_the_documented_invoice_keeps_its_documented_address_and_says_where_its_file_is(ask: Ask) -> None:
    response = ask(f"/v1/invoices/{DOCUMENTED}")
    assert response.json["file_url"] == "https://storage.dcycle.io/invoices/invoice-2024-001.pdf"
    assert "http://localhost/invoices/invoice-2024-001.pdf" in response.headers["X-Mock-Hint"]
    assert ask("/invoices/invoice-2024-001.pdf").data.startswith(b"%PDF-")


def test_every_file_url_of_the_world_leads_to_its_own_invoice(world: World) -> None:
    owners: dict[str, set[str | None]] = {}
    for record in world.invoices:
        if record.invoice.file_url:
            owners.setdefault(record.invoice.file_url, set()).add(record.invoice.file_id)
    assert {url: ids for url, ids in owners.items() if len(ids) > 1} == {}


@pytest.mark.parametrize("path", ["/invoices/nothing.pdf", "/invoices/%2e%2e/secret.pdf"])
def test_a_file_that_nobody_has_is_not_found(ask: Ask, path: str) -> None:
    assert ask(path).status_code == 404
