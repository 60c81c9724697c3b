"""From a wrong path to the nearest right one."""

from __future__ import annotations

import pytest

from api_spec import Spec
from mock_server.routing import find_nearest, route_of


def test_a_path_template_becomes_a_route() -> None:
    assert route_of("/v1/invoices/{invoice_id}/lines/{line}") == "/v1/invoices/<invoice_id>/lines/<line>"


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ("/v1/invoice/cups", "GET /v1/invoices/cups"),
        ("/v1/invoices/cups/", "GET /v1/invoices/cups"),
        ("/invoices/cups", "GET /v1/invoices/cups"),
        ("/V1/Invoices/CUPS", "GET /v1/invoices/cups"),
        ("/v2/invoices/550e8400-e29b-41d4-a716-446655440000", "GET /v1/invoices/{invoice_id}"),
        ("/", None),
        ("/robots.txt", None),
    ],
)
def test_the_nearest_operation_is_found(spec: Spec, wrong: str, nearest: str | None) -> None:
    assert find_nearest(wrong, spec.operations) == nearest


def test_nothing_is_near_in_an_empty_contract() -> None:
    assert find_nearest("/v1/invoices", ()) is None
