"""The deployment is correct, each fault can be seen in it, and no variant leaves the schema."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from faults.catalogue import FAULT_BY_NAME, FAULTS, VARIANT_BY_NAME, VARIANTS
from faults.deployment import CORRECT, Deployment, known_facts
from faults.exchange import Handler, Request, to_wsgi
from faults.operation_probes import list_operation_requests
from faults.probes import list_requests
from faults.schemas import Validate
from faults.server import as_site, serve, served
from faults.site import edit_application
from faults.tenant import Habits

STEADY = replace(CORRECT, habits=Habits(clock=lambda last: last + timedelta(hours=1)))
"""The correct deployment, with answers that do not depend on when it is asked."""

Seen = tuple[int, list[tuple[str, str]], bytes]


@cache
def _probes(deployment: Deployment = CORRECT) -> list[Request]:
    main, second = CORRECT.world.organizations
    facts, facility_ids = known_facts(deployment), [facility.id for facility in main.facilities]
    return [
        *list_requests(facts, facility_ids),
        *list_operation_requests(facts, facility_ids, second.facilities[0].id),
    ]


def _exchanges(handler: Handler) -> Iterator[Seen]:
    for request in _probes():
        answer = handler(request)
        yield answer.status, sorted(answer.headers), b"" if request.method == "HEAD" else answer.body


@pytest.fixture(scope="module")
def correct_exchanges() -> list[Seen]:
    return list(_exchanges(STEADY.open()))


def test_every_probe_of_the_correct_deployment_is_served_or_refused_by_the_schema(validate: Validate) -> None:
    served, service = 0, STEADY.open()
    for request in _probes():
        answer = service(request)
        if answer.status < 300:
            validate(request, answer)
            served += 1
        else:
            assert 400 <= answer.status < 500
            assert answer.json.keys() == {"detail", "code"} or answer.status in {403, 422}
    assert served > 100


def test_every_invoice_of_the_correct_deployment_has_the_documented_shape(validate: Validate) -> None:
    service = STEADY.open()
    for organization in CORRECT.world.organizations:
        headers = _headers(organization.account.organization_id, organization.account.api_key)
        for invoice in organization.invoices:
            request = Request("GET", f"/v1/invoices/{invoice.id}", headers=headers)
            validate(request, service(request))


def test_the_data_holds_every_type_in_every_status_and_every_null() -> None:
    main = CORRECT.world.organizations[0]
    known = [invoice.fields for invoice in main.invoices if invoice.id in CORRECT.known_ids]
    nullable = {name for invoice in main.invoices for name, value in invoice.fields.items() if value is None}

    assert len({(fields["type"], fields["status"]) for fields in known}) == 24
    assert {fields["enabled"] for fields in known} == {True, False}
    assert len(nullable) == 14
    assert len(known) <= 36


def test_the_second_organization_sees_its_own_data_alone() -> None:
    main, second = known_facts()["organization"], known_facts()["second_organization"]
    service, path = STEADY.open(), f"/v1/invoices/{second['invoice_id']}"

    assert service(Request("GET", path, headers=_headers(**_account(second)))).status == 200
    assert service(Request("GET", path, headers=_headers(**_account(main)))).status == 404
    assert service(Request("GET", path, headers=_headers(second["organization_id"], main["api_key"]))).status == 403


def _headers(organization_id: str, api_key: str) -> dict[str, str]:
    return {"x-organization-id": organization_id, "x-api-key": api_key}


def _account(facts: dict[str, str]) -> dict[str, str]:
    return {"organization_id": facts["organization_id"], "api_key": facts["api_key"]}


@pytest.mark.parametrize("name", FAULT_BY_NAME)
def test_a_fault_can_be_seen(name: str, correct_exchanges: list[Seen]) -> None:
    faulty = _exchanges(FAULT_BY_NAME[name].edit(as_site(STEADY)))

    assert any(seen != correct for seen, correct in zip(faulty, correct_exchanges, strict=True))


@pytest.mark.parametrize("name", VARIANT_BY_NAME)
def test_a_variant_keeps_the_schema(name: str, validate: Validate) -> None:
    variant = VARIANT_BY_NAME[name]
    handler = variant.edit(as_site(variant.deployment))
    served = 0
    for request in _probes(variant.deployment)[::3]:
        answer = handler(request)
        if answer.status == 200:
            validate(request, answer)
            served += 1
    assert served > 40


def test_faults_and_variants_have_names_of_their_own() -> None:
    assert len({*FAULT_BY_NAME, *VARIANT_BY_NAME}) == len(FAULTS) + len(VARIANTS)


def test_every_rule_has_a_fault_that_it_describes_best(rule_ids: set[str]) -> None:
    assert {fault.rules[0] for fault in FAULTS} == rule_ids


def test_faults_name_rules_of_the_contract_only(rule_ids: set[str]) -> None:
    assert {rule for fault in FAULTS for rule in fault.rules} <= rule_ids


def test_an_edited_wsgi_application_answers_like_the_edited_deployment() -> None:
    site, edit = as_site(STEADY), FAULT_BY_NAME["search-prefix"].edit
    application = edit_application(to_wsgi(STEADY.open()), site.accounts, site.invoice_ids, edit)

    with served(application) as wrapped, serve(edit, STEADY) as direct:
        assert _fetch_all(wrapped) == _fetch_all(direct)


def test_what_is_served_is_what_the_handler_answers() -> None:
    with serve(deployment=STEADY) as base_url:
        fetched = _fetch_all(base_url)

    assert [(status, body) for status, _, body in fetched] == [
        (status, body) for status, _, body in _exchanges(STEADY.open())
    ]


@pytest.mark.parametrize("name", ["chunked", "connection-closed", "http-1.0", "lower-case-headers", "etag"])
def test_habits_of_transport_leave_the_bodies_as_they_are(name: str) -> None:
    variant = VARIANT_BY_NAME[name]
    with serve(variant.edit, STEADY, variant.protocol) as base_url:
        fetched = _fetch_all(base_url)

    assert [body for _, _, body in fetched] == [body for _, _, body in _exchanges(STEADY.open())]


def test_a_body_that_is_shorter_than_declared_ends_the_connection() -> None:
    with FAULT_BY_NAME["length-too-long"].served() as base_url, pytest.raises(http.client.IncompleteRead):
        _fetch_all(base_url)


def _fetch_all(base_url: str) -> list[Seen]:
    """What a client gets that keeps its connection where it may."""
    connection = http.client.HTTPConnection(base_url.removeprefix("http://"), timeout=10)
    try:
        return [_fetch(connection, request) for request in _probes()]
    finally:
        connection.close()


def _fetch(connection: http.client.HTTPConnection, request: Request) -> Seen:
    address = f"{request.path}?{request.query}"
    connection.request(request.method, address, request.body or None, dict(request.headers))
    response = connection.getresponse()
    return response.status, sorted(response.getheaders()), response.read()
