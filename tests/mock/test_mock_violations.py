"""What in a request breaks the contract: told in the header, the journal and the log, without failing the call."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from in_process import CUPS, DOCUMENTED, InProcess
from werkzeug.test import Client

from api_spec import DEFAULT_PATH, Spec, load_spec
from mock_server.access_log import Colours, log_requests
from mock_server.app import make_app
from mock_server.control.document import document
from mock_server.violations import MOST_FOUND, MOST_SHOWN
from mock_server.world.model import World

ID = DOCUMENTED.rpartition("/")[2]
LIST_PAGE = "https://code.dcycle.io/api-reference/invoices/list-cups"
GET_PAGE = "https://docs.dcycle.io/api-reference/invoices/get"

INVOICES = "/v1/invoices"
INVOICES_PAGE = "https://code.dcycle.io/api-reference/invoices/list"
UPDATE_PAGE = "https://docs.dcycle.io/api-reference/invoices/update"
CHANGE = {"path": DOCUMENTED, "method": "PATCH"}

LINES = DEFAULT_PATH.read_text(encoding="utf-8").splitlines()


LISTING = "operationId: listCupsGroups"
KNOWN = "Known: facility_id, search, page, size."

IN_BRACKETS = "A list is written type[], once for each value: type[]=a&type[]=b. Known: type[], "

Case = tuple[str, dict[str, Any], str, str, str, str]

CASES: list[Case] = [
    (
        "missing-credential", {"headers": {"x-api-key": None}}, "header.x-api-key", "x-api-key is missing.",
        LIST_PAGE, LISTING,
    ),
    (
        "missing-credential", {"headers": {"x-api-key": ""}}, "header.x-api-key", "x-api-key is missing.",
        LIST_PAGE, LISTING,
    ),
    (
        "missing-credential", {"headers": {"x-api-key": None, "Authorization": "Bearer x"}}, "header.x-api-key",
        "x-api-key is missing. Authorization was sent: the key belongs into x-api-key, without Bearer.",
        LIST_PAGE, LISTING,
    ),
    (
        "missing-credential", {"headers": {"x-api-key": None, "X-ApiKey": "x"}}, "header.x-api-key",
        "x-api-key is missing. x-apikey was sent: did you mean x-api-key?", LIST_PAGE, LISTING,
    ),
    (
        "missing-parameter", {"headers": {"x-organization-id": None, "x-organisation-id": ID}},
        "header.x-organization-id",
        "x-organization-id is missing. x-organisation-id was sent: did you mean x-organization-id? Example: ",
        LIST_PAGE, "    OrganizationId:",
    ),
    (
        "invalid-parameter", {"query_string": "page=0"}, "query.page",
        "Input should be greater than or equal to 1, got '0'. Example: 1.", LIST_PAGE, "- name: page",
    ),
    (
        "invalid-parameter", {"query_string": "size=many"}, "query.size",
        "Input should be a valid integer, unable to parse string as an integer, got 'many'. Example: 50.",
        LIST_PAGE, "- name: size",
    ),
    (
        "invalid-parameter", {"headers": {"x-organization-id": "acme"}}, "header.x-organization-id",
        "Input should be a valid UUID, invalid character: ", LIST_PAGE, "    OrganizationId:",
    ),
    (
        "invalid-parameter", {"path": "/v1/invoices/INV-1"}, "path.invoice_id",
        "Input should be a valid UUID, invalid character: ", GET_PAGE, "    InvoiceId:",
    ),
    (
        "loose-parameter", {"query_string": "page=%2B05"}, "query.page",
        "'+05' is understood as 5, but is not written as documented.", LIST_PAGE, "- name: page",
    ),
    (
        "loose-parameter", {"path": f"/v1/invoices/{ID.replace('-', '')}"}, "path.invoice_id",
        f"'{ID.replace('-', '')}' is understood as {ID}, but is not written as documented.",
        GET_PAGE, "    InvoiceId:",
    ),
    (
        "repeated-parameter", {"query_string": "size=1&size=2&size=3"}, "query.size",
        "size is sent 3 times; the last one counts.", LIST_PAGE, "- name: size",
    ),
    (
        "unknown-parameter", {"query_string": "sise=1"}, "query.sise",
        f"sise is no parameter of listCupsGroups, so it does nothing. Did you mean size? {KNOWN}", LIST_PAGE, LISTING,
    ),
    (
        "unknown-parameter", {"query_string": "Page=1"}, "query.Page",
        f"Page is no parameter of listCupsGroups, so it does nothing. Did you mean page? {KNOWN}", LIST_PAGE, LISTING,
    ),
    (
        "unknown-parameter", {"query_string": "limit=1"}, "query.limit",
        f"limit is no parameter of listCupsGroups, so it does nothing. {KNOWN}", LIST_PAGE, LISTING,
    ),
    (
        "unknown-parameter", {"path": f"{DOCUMENTED}?expand=1"}, "query.expand",
        "expand is no parameter of getInvoice, so it does nothing. The operation has no query parameters.",
        GET_PAGE, "operationId: getInvoice",
    ),
    (
        "invalid-parameter", {"path": INVOICES, "query_string": "type[]=heat,water"}, "query.type[].0",
        "Input should be 'heat', 'electricity', 'water' or 'recharge', got 'heat,water'. Example: type[]=electricity.",
        INVOICES_PAGE, "- name: type[]",
    ),
    *(
        (
            "unknown-parameter", {"path": INVOICES, "query_string": f"{name}=heat"}, f"query.{name}",
            f"{name} is no parameter of listInvoices, so it does nothing. {IN_BRACKETS}",
            INVOICES_PAGE, "operationId: listInvoices",
        )
        for name in ("type", "Type", "type[0]")
    ),
    (
        "unknown-field", {**CHANGE, "json": {"quantity": 5}}, "body.quantity",
        "quantity is no field of what updateInvoice takes, so it does nothing. Known: uploaded_by, facility_id, ",
        UPDATE_PAGE, "requestBody:",
    ),
    (
        "unknown-field", {**CHANGE, "json": {"Status": "active"}}, "body.Status",
        "Status is no field of what updateInvoice takes, so it does nothing. Did you mean status? Known: ",
        UPDATE_PAGE, "requestBody:",
    ),
    (
        "unknown-field",
        {
            "path": "/v1/invoices/consolidate-cups", "method": "POST",
            "json": {"target_cups": "A", "sources": [{"cups": "B", "facility_id": ID, "name": "x"}]},
        },
        "body.sources.0.name",
        "name is no field of what consolidateCups takes, so it does nothing. Known: cups, facility_id.",
        "https://code.dcycle.io/api-reference/invoices/consolidate-cups", "requestBody:",
    ),
    (
        "unexpected-body", {"data": "{}"}, "body", "The operation takes no body, so it does nothing.",
        LIST_PAGE, LISTING,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "sent", "where", "message", "page", "clause"), CASES)
def test_a_violation_says_where_what_and_the_nearest_right_thing(
    mock: InProcess, kind: str, sent: dict[str, Any], where: str, message: str, page: str, clause: str
) -> None:
    answered = mock.ask(**sent)
    (violation,) = mock.journal()[0]["violations"]
    assert (violation["kind"], violation["where"]) == (kind, where)
    assert violation["message"].startswith(message)
    assert violation["see"].startswith(f"{page} (openapi.yaml:")
    number = int(violation["see"].rpartition(":")[2].removesuffix(")"))
    assert clause.strip() in (line.strip() for line in LINES[number - 1 : number + 1]), "an operation's is its method"
    assert answered.headers["X-Contract-Violations"] == f"{where}: {violation['message']}"
    assert answered.headers["Link"] == f'<{page}>; rel="help"'


@pytest.mark.parametrize(
    ("kind", "sent", "where", "message"),
    [
        (
            "unknown-operation", {"path": "/v1/invoice/cups"}, "path",
            "No operation at GET /v1/invoice/cups. Nearest: GET /v1/invoices/cups",
        ),
        ("unknown-operation", {"path": "/x"}, "path", "No operation at GET /x. See /openapi.yaml"),
        (
            "unknown-method", {"method": "DELETE"}, "method",
            f"DELETE is not allowed at {CUPS}. Allowed: GET, HEAD, OPTIONS",
        ),
    ],
)  # fmt: skip
def test_a_call_of_nothing_is_a_violation_too(
    mock: InProcess, kind: str, sent: dict[str, Any], where: str, message: str
) -> None:
    answered = mock.ask(**sent)
    expected = {"kind": kind, "where": where, "message": message, "see": "/openapi.yaml"}
    assert mock.journal()[0]["violations"] == [expected]
    assert answered.headers["X-Contract-Violations"] == f"{where}: {message}"
    assert answered.headers["Link"] == '</openapi.yaml>; rel="help"'


WITH_BODY: Mapping[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
        }
    },
}


def test_a_wrong_body_is_a_violation(tmp_path: Path, world: World) -> None:
    content = yaml.safe_load(DEFAULT_PATH.read_text(encoding="utf-8"))
    content["paths"]["/v1/invoices/cups"]["get"]["requestBody"] = dict(WITH_BODY)
    path = tmp_path / "openapi.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    mock = InProcess.of(load_spec(path), world)
    mock.ask(data='{"name": 5}', headers={"Content-Type": "application/json"})
    (violation,) = mock.journal()[0]["violations"]
    assert (violation["kind"], violation["where"]) == ("invalid-body", "body.name")


def test_every_kind_of_the_document_is_proved_here() -> None:
    kinds = document().content["components"]["schemas"]["Violation"]["properties"]["kind"]["enum"]
    here = {case[0] for case in CASES} | {"unknown-operation", "unknown-method", "invalid-body"}
    assert here == set(kinds)


def test_all_violations_of_a_request_are_told_together(mock: InProcess) -> None:
    answered = mock.ask(f"{CUPS}?page=0&sise=2&size=1&size=2", headers={"x-organization-id": None}, data="x")
    kinds = [violation["kind"] for violation in mock.journal()[0]["violations"]]
    assert kinds == [
        "missing-parameter", "invalid-parameter", "unknown-parameter", "repeated-parameter", "unexpected-body",
    ]  # fmt: skip
    assert answered.headers["X-Contract-Violations"].count("; ") >= 4


def test_violations_do_not_fail_the_call(mock: InProcess) -> None:
    assert mock.ask(f"{CUPS}?colour=red", data="x").json == mock.ask().json


def test_thousands_of_violations_neither_fill_the_memory_nor_the_header(mock: InProcess) -> None:
    answered = mock.ask(CUPS + "?" + "&".join(f"a{number}=1" for number in range(5000)))
    assert len(mock.journal()[0]["violations"]) == MOST_FOUND
    header = answered.headers["X-Contract-Violations"]
    assert (len(header), header[-4:]) == (MOST_SHOWN, " ...")


@pytest.mark.parametrize("text", ["ñ", "\r\nX-Injected: 1", "\x00", "\u2028", "😀", "\x7f", "\\", "a" * 9000])
def test_any_text_fits_the_header_and_stays_on_its_line(mock: InProcess, text: str) -> None:
    log = io.StringIO()
    client = Client(log_requests(make_app(mock.backend), log, Colours({})))
    answered = client.get(f"{CUPS}?{urlencode({text: 'x', 'page': text})}")
    header = answered.headers["X-Contract-Violations"]
    assert header.isascii()
    assert header.isprintable()
    assert len(header) <= MOST_SHOWN
    assert "X-Injected" not in answered.headers
    lines = log.getvalue().splitlines()
    assert len(lines) == 1 + 2 * len(mock.journal()[0]["violations"]) + 1, "a line and its source each, and a hint"
    assert all(line.isascii() and line.isprintable() for line in lines)


VALID: Mapping[str, st.SearchStrategy[str]] = {
    "facility_id": st.uuids(version=4).map(str),
    "search": st.text(st.characters(codec="utf-8"), max_size=8),
    "page": st.integers(1, 10**20).map(str),
    "size": st.integers(1, 200).map(str),
}


@settings(deadline=None, max_examples=60)
@given(st.fixed_dictionaries({}, optional=VALID), st.uuids(version=4), st.booleans())
def test_a_request_as_documented_never_has_any(
    app: Any, world: World, query: dict[str, str], invoice_id: Any, upper: bool
) -> None:
    organization = world.organizations[0]
    headers = {"x-api-key": organization.api_key, "x-organization-id": organization.id, "x-request-id": "1"}
    client = app.test_client()
    for answered in (
        client.get(CUPS, query_string=query, headers=headers),
        client.get(f"/v1/invoices/{str(invoice_id).upper() if upper else invoice_id}", headers=headers),
    ):
        assert answered.status_code in (200, 404)
        assert "X-Contract-Violations" not in answered.headers


STRICT: list[tuple[str, dict[str, Any], int]] = [
    ("a clean request", {}, 200),
    ("an unknown parameter", {"query_string": "colour=red"}, 400),
    ("a loose one", {"query_string": "page=01"}, 400),
    ("a repeated one", {"query_string": "page=1&page=1"}, 400),
    ("a body", {"data": "x"}, 400),
    ("no organization", {"headers": {"x-organization-id": None}}, 422),
    ("a wrong value", {"query_string": "page=0&colour=red"}, 422),
    ("no key", {"headers": {"x-api-key": None}, "query_string": "colour=red"}, 401),
    ("no such path", {"path": "/nowhere"}, 404),
    ("an answer asked for", {"headers": {"Prefer": "code=200"}, "query_string": "colour=red"}, 200),
    ("no such invoice", {"path": f"/v1/invoices/{ID[:-1]}9?colour=red"}, 404),
]


@pytest.mark.parametrize(("sent", "status"), [case[1:] for case in STRICT], ids=[case[0] for case in STRICT])
def test_strict_refuses_what_would_have_been_served(
    spec: Spec, world: World, sent: dict[str, Any], status: int
) -> None:
    mock = InProcess.of(spec, world, strict=True)
    answered = mock.ask(**sent)
    assert answered.status_code == status
    if status == 400:
        assert answered.mimetype == "application/problem+json"
        listed = answered.json["violations"]
        assert listed == mock.journal()[0]["violations"]
        told = " ".join(f"{one['where']}: {one['message']}" for one in listed)
        assert answered.json["detail"] == f"The request breaks the contract. {told}"
    else:
        assert mock.ask(**sent).json == InProcess.of(spec, world).ask(**sent).json


def test_a_fault_comes_before_a_strict_refusal(mock: InProcess) -> None:
    mock.change({"strict": True, "faults": {"error_rate": 1, "error_codes": [503]}})
    assert mock.ask(f"{CUPS}?colour=red").status_code == 503
