"""Pages of other origins: which may call the mock, and that they can read whatever it answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from in_process import CUPS, DOCUMENTED, InProcess

from api_spec import Spec
from mock_server.cors import EXPOSED, Cors, parse_origin
from mock_server.world.model import World

PAGE = "http://localhost:5173"

LOCAL = [
    "http://localhost", "http://localhost:3000", "https://localhost:8443", "http://127.0.0.1:5173", "https://127.0.0.1",
    "http://[::1]:4200", "http://shop.localhost:3000", "http://a.b.localhost", "http://LOCALHOST:1",
]  # fmt: skip
LOOKALIKES = [
    "http://localhost.evil.com", "http://127.0.0.1.nip.io", "http://evil.localhost.com", "http://localhost.", "null",
    "file://", "http://notlocalhost", "http://127.0.0.10", "http://[::2]", "chrome-extension://localhost", "localhost",
    "http://evil.com#localhost", "http://evil.com/localhost", "http://localhost@evil.com", "http://[::1", "", "*",
    "https://app.example.org", "ws://localhost:1",
]  # fmt: skip


@pytest.mark.parametrize("origin", LOCAL)
def test_pages_of_this_machine_may_call_the_mock(mock: InProcess, origin: str) -> None:
    answered = mock.ask(headers={"Origin": origin})
    assert answered.headers["Access-Control-Allow-Origin"] == origin
    assert "X-Mock-Hint" not in answered.headers


@pytest.mark.parametrize("origin", LOOKALIKES)
def test_pages_of_other_origins_may_not_and_are_told_the_flag(mock: InProcess, origin: str) -> None:
    answered = mock.ask(headers={"Origin": origin})
    assert answered.status_code == 200
    assert not [name for name, _ in answered.headers if name.startswith("Access-Control")]
    assert answered.headers["X-Mock-Hint"].endswith(f"may not read this: start the mock with --cors-origin {origin}")


def test_a_caller_that_is_no_page_gets_no_such_headers(mock: InProcess) -> None:
    assert not [name for name, _ in mock.ask().headers if name.startswith("Access-Control")]


def test_a_browsers_question_beforehand_is_answered(mock: InProcess) -> None:
    asked = {
        "Origin": PAGE, "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "x-api-key,x-organization-id,prefer",
    }  # fmt: skip
    answered = mock.client.options(CUPS, headers=asked)
    assert (answered.status_code, answered.data) == (204, b"")
    assert {name: value for name, value in answered.headers if name.startswith("Access-Control")} == {
        "Access-Control-Allow-Origin": PAGE,
        "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
        "Access-Control-Allow-Headers": "x-api-key,x-organization-id,prefer",
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": EXPOSED,
        "Access-Control-Max-Age": "600",
    }
    assert mock.journal() == []


@pytest.mark.parametrize("path", ["/_mock/state", "/_mock/journal", "/v1/invoice", "/v1/invoices/cups"])
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_every_method_is_let_through_so_that_its_refusal_can_be_read(mock: InProcess, path: str, method: str) -> None:
    asked = {"Origin": PAGE, "Access-Control-Request-Method": method}
    answered = mock.client.options(path, headers=asked)
    assert answered.status_code == 204
    assert method in answered.headers["Access-Control-Allow-Methods"].split(", ")
    assert mock.journal() == []


def test_a_foreign_page_is_not_let_through_beforehand(mock: InProcess) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    assert "Access-Control-Allow-Origin" not in mock.client.options(CUPS, headers=asked).headers


def test_a_plain_question_for_the_methods_is_no_browsers_question(mock: InProcess) -> None:
    answered = mock.client.options(CUPS, headers={"Origin": PAGE})
    assert answered.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert "Access-Control-Allow-Methods" not in answered.headers


ANSWERS: list[tuple[int, Callable[[InProcess, dict[str, str]], object]]] = [
    (200, lambda mock, page: mock.ask(headers=page)),
    (200, lambda mock, page: mock.ask(method="HEAD", headers=page)),
    (304, lambda mock, page: mock.ask(headers={**page, "If-None-Match": "*"})),
    (400, lambda mock, page: mock.ask(headers={**page, "Prefer": "colour=red"})),
    (401, lambda mock, page: mock.ask(headers={**page, "x-api-key": None})),
    (403, lambda mock, page: mock.ask(headers={**page, "x-organization-id": mock.organization(1).id})),
    (404, lambda mock, page: mock.ask("/v1/invoices/00000000-0000-4000-8000-000000000000", headers=page)),
    (404, lambda mock, page: mock.ask("/nowhere", headers=page)),
    (405, lambda mock, page: mock.ask(method="DELETE", headers=page)),
    (413, lambda mock, page: mock.control("state", "PATCH", headers=page, data=b" " * 2_000_000)),
    (422, lambda mock, page: mock.ask(f"{CUPS}?page=0", headers=page)),
    (429, lambda mock, page: mock.ask(headers={**page, "Prefer": "code=429"})),
    (500, lambda mock, page: mock.ask(headers={**page, "Prefer": "code=500"})),
    (503, lambda mock, page: mock.ask(DOCUMENTED, headers={**page, "Prefer": "code=503"})),
    (302, lambda mock, page: mock.client.get("/", headers={**page, "Accept": "text/html"})),
    (200, lambda mock, page: mock.client.get("/openapi.json", headers=page)),
    (200, lambda mock, page: mock.control("", headers=page)),
    (200, lambda mock, page: mock.control("state", headers=page)),
    (400, lambda mock, page: mock.control("world?format=xml", headers=page)),
]


@pytest.mark.parametrize(("status", "ask"), ANSWERS)
def test_a_page_can_read_every_answer(
    mock: InProcess, status: int, ask: Callable[[InProcess, dict[str, str]], object]
) -> None:
    answered = ask(mock, {"Origin": PAGE})
    assert answered.status_code == status
    assert answered.headers.getlist("Access-Control-Allow-Origin") == [PAGE]
    assert answered.headers["Access-Control-Expose-Headers"] == EXPOSED
    assert "Origin" in answered.headers["Vary"].split(", ")


def test_a_document_of_an_invoice_can_be_read_by_a_page(mock: InProcess) -> None:
    path = next(one.invoice.file_url for one in mock.backend.scene.world.invoices if one.invoice.file_url)
    answered = mock.client.get(path.removeprefix("https://storage.dcycle.io"), headers={"Origin": PAGE})
    assert (answered.status_code, answered.headers["Access-Control-Allow-Origin"]) == (200, PAGE)


def test_every_header_of_the_mocks_own_is_exposed() -> None:
    shown = {
        "X-Contract-Violations",
        "X-Mock-Hint",
        "X-Mock-Fault",
        "Preference-Applied",
        "Retry-After",
        "ETag",
        "Link",
    }
    assert shown == set(EXPOSED.split(", "))


@pytest.mark.parametrize(
    ("allowed", "origin", "readable"),
    [
        ("https://app.example.org", "https://app.example.org", True),
        ("https://app.example.org", "https://app.example.org:8443", False),
        ("https://app.example.org", "http://app.example.org", False),
        ("https://app.example.org", "https://app.example.org.evil.com", False),
        ("https://app.example.org", PAGE, True),
        ("*", "https://evil.com", True),
        ("*", "null", True),
    ],
)
def test_other_origins_are_let_in_by_a_flag(
    spec: Spec, world: World, allowed: str, origin: str, readable: bool
) -> None:
    mock = InProcess.of(spec, world, cors_origin=(allowed,))
    answered = mock.ask(headers={"Origin": origin})
    assert answered.headers.get("Access-Control-Allow-Origin") == (origin if readable else None)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("*", "*"), ("https://app.example.org/", "https://app.example.org"), ("HTTPS://App.Example.org", "https://app.example.org"),
        ("https://app.example.org:443", "https://app.example.org"), ("http://app.example.org:80/", "http://app.example.org"),
        ("http://app.example.org:443", "http://app.example.org:443"), ("http://[::1]:80", "http://[::1]"),
    ],
)  # fmt: skip
def test_an_origin_is_read_as_browsers_write_it(text: str, origin: str) -> None:
    assert parse_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    ["", "app.example.org", "ftp://a", "http://", "http://a/b", "http://a?b", "http://a#b", "http://u@a", "http://[::1",
     "http://a:x", "http://a:99999", "http://a b", "null", "**", "https://*.example.org"],
)  # fmt: skip
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected an origin such as https://app"):
        parse_origin(text)


@given(st.text(max_size=30), st.sampled_from(["", "http://", "https://", "http://localhost", "http://[", "//"]))
def test_no_origin_at_all_breaks_the_decision(text: str, start: str) -> None:
    cors = Cors(frozenset({"https://app.example.org"}))
    assert cors.allows(start + text) in (True, False)
