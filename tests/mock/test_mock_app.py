"""What a client sees, request by request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from stores import all_groups, groups_of
from werkzeug.test import TestResponse

from api_spec import VERSION, Spec, load_fixtures
from mock_server import app as app_module
from mock_server.app import create_app
from mock_server.operations import BEHAVIOURS
from mock_server.state import Store
from mock_server.world.model import Organization, World

Ask = Callable[..., Any]

CUPS = "/v1/invoices/cups"
DOCUMENTED = "550e8400-e29b-41d4-a716-446655440000"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
FACILITY_1 = "da59c96f-995a-4ec3-88bd-465dcbabf63d"


def foreign_id(world: World) -> str:
    return next(r.invoice.id for r in world.invoices if r.organization_id == world.organizations[1].id)


def detail(response: TestResponse) -> Any:
    content: Any = response.json
    return content["detail"]


def test_the_documented_listing_is_answered(ask: Ask) -> None:
    fixture = load_fixtures()["listCupsGroups"]
    body = ask(fixture.path, **fixture.query).json
    assert body["items"][0] == fixture.body["items"][0]
    assert len(body["items"]) == 11
    assert {**body, "items": None} == {**fixture.body, "items": None}


def test_the_documented_invoice_is_answered_field_by_field_in_order(ask: Ask) -> None:
    fixture = load_fixtures()["getInvoice"]
    body = ask(fixture.path).json
    assert list(body.items()) == list(fixture.body.items())


@pytest.mark.parametrize("spelling", [DOCUMENTED.upper(), DOCUMENTED.replace("-", "")])
def test_an_id_is_understood_in_other_spellings(ask: Ask, spelling: str) -> None:
    assert ask(f"/v1/invoices/{spelling}").json["id"] == DOCUMENTED


def test_without_parameters_the_first_fifty_groups_are_answered(ask: Ask, demo: Organization, store: Store) -> None:
    body = ask(CUPS).json
    total = groups_of(store, demo.id).total
    assert (body["page"], body["size"], len(body["items"])) == (1, 50, 50)
    assert (body["total"], body["total_pages"]) == (total, 2)


@settings(deadline=None, max_examples=40)
@given(size=st.integers(1, 200), facility=st.booleans(), search=st.sampled_from([None, "", "0021", "es", "zzz"]))
def test_the_pages_put_together_are_the_listing(
    app: Flask, demo: Organization, store: Store, size: int, facility: bool, search: str | None
) -> None:
    client, headers = app.test_client(), {"x-api-key": demo.api_key, "x-organization-id": demo.id}
    filters = {"facility_id": FACILITY_1 if facility else None, "search": search}
    expected = [(g.cups, g.facility_id) for g in all_groups(store, demo.id, **filters)]
    given_filters = {name: value for name, value in filters.items() if value is not None}
    seen: list[tuple[str, str]] = []
    pages = -(-len(expected) // size)
    for page in range(1, pages + 2):
        body = client.get(CUPS, headers=headers, query_string={**given_filters, "page": page, "size": size}).json
        assert body is not None
        assert (body["total"], body["total_pages"], body["page"], body["size"]) == (len(expected), pages, page, size)
        seen += [(item["cups"], item["facility_id"]) for item in body["items"]]
    assert seen == expected


@pytest.mark.parametrize("facility_id", [UNKNOWN, "foreign"])
def test_a_facility_of_nobody_or_of_another_organization_has_no_groups(
    ask: Ask, world: World, facility_id: str
) -> None:
    foreign = world.facilities[-1]
    assert foreign.organization_id == world.organizations[1].id
    body = ask(CUPS, facility_id=foreign.id if facility_id == "foreign" else facility_id).json
    assert body == {"items": [], "total": 0, "page": 1, "size": 50, "total_pages": 0}


@pytest.mark.parametrize("search", ["%", "_", ".*", "\\", "'", " OR 1=1", "\x00", "ñ", "0021%"])
def test_search_takes_every_character_for_itself(ask: Ask, search: str) -> None:
    assert ask(CUPS, search=search).json["total"] == 0


def test_search_finds_blanks_and_ignores_case(ask: Ask) -> None:
    items = ask(CUPS, search="es 0022 0000 0608 9269 my 1p").json["items"]
    assert [item["cups"] for item in items] == ["ES 0022 0000 0608 9269 MY 1P"]


def test_a_page_far_beyond_the_last_is_empty(ask: Ask) -> None:
    body = ask(CUPS, page=10**30).json
    assert (body["items"], body["page"]) == ([], 10**30)


def test_unknown_query_parameters_are_passed_over(ask: Ask) -> None:
    assert ask(CUPS, colour="red").json == ask(CUPS).json


def test_of_a_repeated_parameter_the_last_counts(ask: Ask) -> None:
    assert ask(f"{CUPS}?size=oops&size=3").json["size"] == 3


def test_a_query_in_raw_utf8_is_understood(app: Flask, demo: Organization) -> None:
    environ = {"QUERY_STRING": "page=é".encode().decode("latin-1")}
    headers = {"x-api-key": demo.api_key, "x-organization-id": demo.id}
    (finding,) = detail(app.test_client().get(CUPS, headers=headers, environ_overrides=environ))
    assert finding["input"] == "é"


@pytest.mark.parametrize("name", ["page", "size", "facility_id"])
def test_an_empty_value_is_a_value_and_a_wrong_one(ask: Ask, name: str) -> None:
    (finding,) = detail(ask(f"{CUPS}?{name}="))
    assert (finding["loc"], finding["input"]) == (["query", name], "")


def test_an_empty_search_matches_all(ask: Ask) -> None:
    assert ask(f"{CUPS}?search=").json == ask(CUPS).json


KEY_CHANGES: list[Callable[[str], str | None]] = [
    lambda _: None,
    lambda _: "",
    lambda key: key[:-1],
    lambda key: key + "x",
    str.swapcase,
    str.lower,
    lambda _: "ñ",
]
INVALID_KEY = {"detail": "Invalid API key", "code": "INVALID_API_KEY"}


@pytest.mark.parametrize("change", KEY_CHANGES)
@pytest.mark.parametrize("path", [CUPS, f"/v1/invoices/{DOCUMENTED}", "/v1/invoices/nonsense", f"{CUPS}?page=0"])
def test_a_missing_or_changed_key_is_refused_before_anything_else(
    ask: Ask, demo: Organization, change: Callable[[str], str | None], path: str
) -> None:
    response = ask(path, headers={"x-api-key": change(demo.api_key)})
    assert (response.status_code, response.json) == (401, INVALID_KEY)


def test_another_organization_is_refused(ask: Ask, world: World) -> None:
    response = ask(CUPS, headers={"x-organization-id": world.organizations[1].id})
    assert (response.status_code, response.json) == (403, {"detail": "API key doesn't belong to organization"})


def test_the_other_organization_sees_its_own_listing(ask: Ask, world: World, store: Store) -> None:
    other = world.organizations[1]
    body = ask(CUPS, headers={"x-api-key": other.api_key, "x-organization-id": other.id}, size=200).json
    assert body["total"] == groups_of(store, other.id).total
    owners = {facility.id: facility.organization_id for facility in world.facilities}
    assert {owners[item["facility_id"]] for item in body["items"]} == {other.id}


def test_an_organization_id_is_understood_in_upper_case(ask: Ask, demo: Organization) -> None:
    assert ask(CUPS, headers={"x-organization-id": demo.id.upper()}).status_code == 200


def test_a_missing_organization_is_a_missing_field(ask: Ask) -> None:
    response = ask(CUPS, headers={"x-organization-id": None})
    missing = {"type": "missing", "loc": ["header", "x-organization-id"], "msg": "Field required", "input": None}
    assert (response.status_code, response.json) == (422, {"detail": [missing]})


def test_all_mistakes_are_answered_together(ask: Ask) -> None:
    response = ask(CUPS, headers={"x-organization-id": "nope"}, facility_id="x", page=0, size="many")
    assert response.status_code == 422
    assert [(finding["type"], finding["loc"]) for finding in detail(response)] == [
        ("uuid_parsing", ["header", "x-organization-id"]),
        ("uuid_parsing", ["query", "facility_id"]),
        ("greater_than_equal", ["query", "page"]),
        ("int_parsing", ["query", "size"]),
    ]


def test_the_refusal_of_page_zero_is_the_contracts_example(ask: Ask, spec: Spec) -> None:
    example = spec.operation("listCupsGroups").responses["422"].examples["page-too-small"]
    assert ask(CUPS, page=0).json == example


@pytest.mark.parametrize(("size", "status"), [(0, 422), (1, 200), (200, 200), (201, 422), (-1, 422)])
def test_sizes_outside_the_bounds_are_refused(ask: Ask, size: int, status: int) -> None:
    assert ask(CUPS, size=size).status_code == status


def test_an_unknown_invoice_is_not_found(ask: Ask, spec: Spec) -> None:
    response = ask(f"/v1/invoices/{UNKNOWN}")
    example = spec.operation("getInvoice").responses["404"].examples["unknown-invoice"]
    assert (response.status_code, response.json) == (404, example)


def test_the_unknown_id_is_named_in_lower_case(ask: Ask) -> None:
    assert "UUID('abcdef00-0000-4000-8000-000000000000')" in detail(
        ask("/v1/invoices/ABCDEF00000040008000000000000000")
    )


def test_a_foreign_invoice_is_refused(ask: Ask, world: World, spec: Spec) -> None:
    response = ask(f"/v1/invoices/{foreign_id(world)}")
    example = spec.operation("getInvoice").responses["403"].examples["foreign-invoice"]
    assert (response.status_code, response.json) == (403, example)


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/invoice/cups", f"{CUPS}/", "/v1//invoices/cups", "/v1/invoices/", "/x"]
)
def test_an_unknown_path_is_not_found_whatever_the_key(ask: Ask, path: str) -> None:
    response = ask(path, headers={"x-api-key": None})
    assert response.status_code == 404
    assert response.json["code"] == "NOT_FOUND"
    assert response.json["detail"].startswith(f"No operation at GET {path}. ")


def test_a_doubled_slash_is_no_known_path(app: Flask) -> None:
    response = app.test_client().get("/", environ_overrides={"PATH_INFO": "//v1/invoices/cups"})
    assert response.status_code == 404
    assert detail(response) == "No operation at GET //v1/invoices/cups. Nearest: GET /v1/invoices/cups"


def test_the_nearest_operation_is_suggested(ask: Ask) -> None:
    assert detail(ask("/v1/invoice/cups")) == "No operation at GET /v1/invoice/cups. Nearest: GET /v1/invoices/cups"


METHODS = {
    CUPS: "GET, HEAD, OPTIONS",
    f"/v1/invoices/{DOCUMENTED}": "DELETE, GET, HEAD, OPTIONS, PATCH",
    "/v1/invoices/consolidate-cups": "OPTIONS, POST",
    "/_mock/health": "GET, HEAD, OPTIONS",
}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        (method, path, allowed)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW")
        for path, allowed in METHODS.items()
        if method not in allowed.split(", ")
    ],
)
def test_a_wrong_method_is_refused_with_the_right_ones(ask: Ask, method: str, path: str, allowed: str) -> None:
    response = ask(path, method)
    assert (response.status_code, response.headers["Allow"]) == (405, allowed)
    assert detail(response) == f"{method} is not allowed at {path}. Allowed: {allowed}"


@pytest.mark.parametrize("path", [CUPS, f"{CUPS}?page=0", f"/v1/invoices/{DOCUMENTED}", "/nowhere", "/openapi.yaml"])
def test_head_is_get_without_a_body(ask: Ask, path: str) -> None:
    get, head = ask(path), ask(path, "HEAD")
    assert (head.status_code, head.data) == (get.status_code, b"")
    if get.status_code != 404:  # its text names the method, so its length differs
        assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


@pytest.mark.parametrize(("path", "allowed"), [*METHODS.items(), ("/openapi.json", "GET, HEAD, OPTIONS")])
def test_options_names_the_methods_without_a_key(ask: Ask, path: str, allowed: str) -> None:
    response = ask(path, "OPTIONS", headers={"x-api-key": None})
    assert (response.status_code, response.headers["Allow"], response.data) == (204, allowed, b"")


latin_1 = st.characters(min_codepoint=32, max_codepoint=255)
odd_text = st.text(st.characters(codec="utf-8"), max_size=12)


@settings(deadline=None, max_examples=150)
@given(odd_text, st.lists(odd_text, min_size=4, max_size=4), st.text(latin_1, max_size=40))
def test_no_text_anywhere_is_answered_with_a_server_error(
    app: Flask, demo: Organization, path: str, values: list[str], header: str
) -> None:
    client, headers = app.test_client(), {"x-api-key": demo.api_key, "x-organization-id": demo.id}
    query = dict(zip(("facility_id", "search", "page", "size"), values, strict=True))
    for response in (
        client.get(f"/v1/invoices/{quote(path)}", headers=headers),
        client.get(f"/{quote(path)}", headers=headers),
        client.get(CUPS, headers=headers, query_string=query),
        client.get(CUPS, headers=headers, query_string={"search": values[1]}),
        client.get(CUPS, headers={**headers, "x-api-key": header}),
        client.get(CUPS, headers={**headers, "x-organization-id": header}),
    ):
        assert response.status_code < 500
        assert isinstance(response.json, dict)


def test_the_contract_is_served_as_it_is_without_a_key(ask: Ask, spec: Spec) -> None:
    assert ask("/openapi.yaml", headers={"x-api-key": None}).data == spec.document.path.read_bytes()


def test_the_contract_is_served_as_json_without_a_key(ask: Ask, spec: Spec) -> None:
    assert ask("/openapi.json", headers={"x-api-key": None}).json == spec.document.content


def test_health_says_ok_and_the_version(ask: Ask) -> None:
    assert ask("/_mock/health", headers={"x-api-key": None}).json == {"status": "ok", "version": VERSION}


def test_a_failure_inside_is_answered_without_its_traceback(
    spec: Spec, world: World, demo: Organization, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_call: object) -> Any:
        raise RuntimeError("secret inner state")

    monkeypatch.setattr(app_module, "BEHAVIOURS", {**BEHAVIOURS, "getInvoice": broken})
    client = create_app(spec=spec, world=world).test_client()
    headers = {"x-api-key": demo.api_key, "x-organization-id": demo.id}
    response = client.get(f"/v1/invoices/{DOCUMENTED}", headers=headers)
    assert response.status_code == 500
    assert response.json == {"detail": "Internal server error", "code": "INTERNAL_ERROR"}
    assert "RuntimeError: secret inner state" in caplog.text
    assert demo.api_key not in caplog.text
