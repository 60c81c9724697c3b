"""A mistake explains itself: what was wrong, the nearest right thing, and where it is documented.

Where the vendor's body has no room, the text is in a header, and in the log.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from in_process import CUPS, DOCUMENTED, InProcess
from werkzeug.test import Client, TestResponse

from mock_server.access_log import Colours, log_requests
from mock_server.app import make_app

LIST_PAGE = "https://code.dcycle.io/api-reference/invoices/list-cups"
GET_PAGE = "https://docs.dcycle.io/api-reference/invoices/get"
UNKNOWN = "00000000-0000-4000-8000-000000000000"

Sent = dict[str, Any]


def first_invoice(mock: InProcess, owner: int, **wanted: Any) -> Any:
    """An invoice of an organization, with a number of its own."""
    owned = mock.organization(owner).id
    return next(
        record.invoice
        for record in mock.backend.scene.world.invoices
        if record.organization_id == owned
        and record.invoice.invoice_id
        and all(getattr(record.invoice, name) == value for name, value in wanted.items())
    )


def facility_of(mock: InProcess, owner: int) -> str:
    owned = mock.organization(owner).id
    return next(one.id for one in mock.backend.scene.world.facilities if one.organization_id == owned)


def key_hint(change: Callable[[str], str]) -> Callable[[InProcess], Sent]:
    return lambda mock: {"headers": {"x-api-key": change(mock.organization().api_key)}}


NOT_EXACTLY = "x-api-key holds the key of {first}, but not exactly: no more and no fewer characters."
NO_KEY = "x-api-key is no key of this mock. The keys are on the page /_mock/. A change of the seed changes them."
FOREIGN = "The invoice belongs to {second}: send that as x-organization-id, with its key from the page /_mock/."

CASES: dict[str, tuple[Callable[[InProcess], Sent], int, str, str]] = {
    "no key": (lambda _: {"headers": {"x-api-key": None}}, 401, "The keys are on the page /_mock/.", LIST_PAGE),
    "a key in other letter case": (
        key_hint(str.swapcase), 401, "x-api-key is the key of {first}, but for the case of its letters.", LIST_PAGE,
    ),
    "a key after Bearer": (key_hint("Bearer {}".format), 401, NOT_EXACTLY, LIST_PAGE),
    "a key after bearer": (key_hint("bearer {}".format), 401, NOT_EXACTLY, LIST_PAGE),
    "a key in quotes": (key_hint('"{}"'.format), 401, NOT_EXACTLY, LIST_PAGE),
    "a key that is cut at its end": (key_hint(lambda key: key[:-3]), 401, NOT_EXACTLY, LIST_PAGE),
    "a key that is cut at its start": (key_hint(lambda key: key[5:]), 401, NOT_EXACTLY, LIST_PAGE),
    "a key with more after it": (key_hint("{},".format), 401, NOT_EXACTLY, LIST_PAGE),
    "a placeholder": (key_hint(lambda _: "YOUR_API_KEY"), 401, NO_KEY, LIST_PAGE),
    "too little to be a key": (key_hint(lambda key: key[:6]), 401, NO_KEY, LIST_PAGE),
    "a letter": (key_hint(lambda key: key[0]), 401, NO_KEY, LIST_PAGE),
    "another organization": (
        lambda mock: {"headers": {"x-organization-id": mock.organization(1).id}}, 403,
        "{second} is another organization. The key belongs to {first}: send that as x-organization-id.", LIST_PAGE,
    ),
    "no organization of this mock": (
        lambda _: {"headers": {"x-organization-id": UNKNOWN}}, 403,
        UNKNOWN + " is no organization of this mock. The key belongs to {first}: send that as x-organization-id.",
        LIST_PAGE,
    ),
    "the invoice of another organization": (
        lambda mock: {"path": f"/v1/invoices/{first_invoice(mock, 1).id}"}, 403, FOREIGN, GET_PAGE,
    ),
    "an invoice that nobody has": (
        lambda _: {"path": f"/v1/invoices/{UNKNOWN}"}, 404,
        "No organization has an invoice with this id. One that you have: {some}.", GET_PAGE,
    ),
    "the number of an invoice": (
        lambda mock: {"path": f"/v1/invoices/{first_invoice(mock, 0).invoice_id}"}, 422,
        "{number} is the number of the invoice with the id {numbered}: ask for the id.", GET_PAGE,
    ),
    "a misspelt path that could be an invoice's": (
        lambda _: {"path": "/v1/invoices/cupz"}, 422, "Did you mean /v1/invoices/cups?", GET_PAGE,
    ),
    "the facility of another organization": (
        lambda mock: {"query_string": f"facility_id={facility_of(mock, 1)}"}, 200,
        "The facility belongs to the organization {second}, so nothing is found.", LIST_PAGE,
    ),
    "a facility that nobody has": (
        lambda _: {"query_string": f"facility_id={UNKNOWN}"}, 200,
        "No organization has a facility with this id, so nothing is found.", LIST_PAGE,
    ),
}  # fmt: skip


def filled(mock: InProcess, text: str) -> str:
    """A text with what differs from world to world."""
    numbered = first_invoice(mock, 0)
    by_number = mock.backend.scene.store.invoice_by_number(numbered.invoice_id, mock.organization().id)
    return text.format(
        first=mock.organization(0).id, second=mock.organization(1).id, number=numbered.invoice_id, numbered=by_number,
        some=mock.backend.scene.store.some_invoice(mock.organization().id),
    )  # fmt: skip


@pytest.mark.parametrize(("make", "status", "hint", "page"), CASES.values(), ids=CASES.keys())
def test_a_mistake_is_explained_in_a_header_and_in_the_log(
    mock: InProcess, make: Callable[[InProcess], Sent], status: int, hint: str, page: str
) -> None:
    sent = make(mock)
    answered = mock.ask(**sent)
    expected = filled(mock, hint)
    assert (answered.status_code, answered.headers["X-Mock-Hint"]) == (status, expected)
    assert answered.headers["Link"] == f'<{page}>; rel="help"'
    assert mock.journal()[0]["hints"] == [expected]
    assert f"  hint {expected}\n" in log_of(mock, sent)
    assert f"see {page}" in log_of(mock, sent)


def log_of(mock: InProcess, sent: Sent) -> str:
    """What the log says of a request."""
    log = io.StringIO()
    first = mock.organization()
    headers = {"x-api-key": first.api_key, "x-organization-id": first.id, **sent.get("headers", {})}
    given = {name: value for name, value in headers.items() if value is not None}
    client = Client(log_requests(make_app(mock.backend), log, Colours({})), TestResponse)
    client.open(**{"path": CUPS, **sent, "headers": given})
    return log.getvalue()


@pytest.mark.parametrize("path", [CUPS, f"{CUPS}?search=nothing-has-this", f"{CUPS}?page=99"])
def test_what_is_right_needs_no_explanation(mock: InProcess, path: str) -> None:
    answered = mock.ask(path)
    assert (answered.status_code, answered.headers.get("X-Mock-Hint")) == (200, None)


def test_the_documented_file_address_is_explained(mock: InProcess) -> None:
    assert mock.ask(DOCUMENTED).headers["X-Mock-Hint"] == (
        "file_url is as documented; this mock serves the file at http://localhost/invoices/invoice-2024-001.pdf"
    )


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("/v1/invoice/cups", "Nearest: GET /v1/invoices/cups"),
        ("/invoices/cups", "Nearest: GET /v1/invoices/cups"),
        ("/v1/invoices/cups/", "Nearest: GET /v1/invoices/cups"),
        ("/V1/Invoices/CUPS", "Nearest: GET /v1/invoices/cups"),
        ("/v3/invoices/550e8400-e29b-41d4-a716-446655440000", "Nearest: GET /v1/invoices/{invoice_id}"),
        ("/api/v1/invoices/550e8400-e29b-41d4-a716-446655440000", "Nearest: GET /v1/invoices/{invoice_id}"),
        ("/something/else", "See /openapi.yaml"),
    ],
)
def test_a_wrong_path_names_the_nearest(mock: InProcess, path: str, nearest: str) -> None:
    refused = mock.ask(path)
    told = f"No operation at GET {path}. {nearest}"
    assert refused.json == {"detail": told, "code": "NOT_FOUND"}
    assert told in log_of(mock, {"path": path})


def test_an_explanation_does_not_repeat_the_key(mock: InProcess) -> None:
    for change in (str.swapcase, "Bearer {}".format, "{}x".format):
        key = change(mock.organization().api_key)
        refused = mock.ask(headers={"x-api-key": key})
        assert key not in refused.headers["X-Mock-Hint"]
        assert key not in refused.text


@pytest.mark.parametrize(("accept", "status"), [("text/html,*/*;q=0.8", 302), ("*/*", 404), ("application/json", 404)])
def test_the_printed_address_leads_a_browser_to_the_console(mock: InProcess, accept: str, status: int) -> None:
    answered = mock.client.get("/", headers={"Accept": accept})
    assert answered.status_code == status
    assert answered.headers.get("Location") == ("/_mock/" if status == 302 else None)
