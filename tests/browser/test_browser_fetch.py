"""Pages of other origins call the mock with `fetch`, in a real browser.

One browser sends every call of the table below; the tests judge what its page saw, and what the mock's journal holds.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from chromium import find_chromium
from npm_tools import NpmTools

from mock_server.testing import Mock, running_mock

TOOLS = NpmTools(Path(__file__).parent)

GROUPS = "/v1/invoices/cups"
INVOICE = "/v1/invoices/550e8400-e29b-41d4-a716-446655440000"
NO_INVOICE = "/v1/invoices/00000000-0000-4000-8000-000000000000"
STATE = "/_mock/state"

NEAR, FOREIGN = "near", "foreign"
"""The mock as it starts by itself, and one that was told of the foreign page."""


@dataclass(frozen=True)
class Call:
    """A call of a page."""

    path: str
    page: str = "localhost"
    """One of the fixture `pages`."""
    mock: str = NEAR
    headers: dict[str, str] = field(default_factory=dict)
    """Those beside the credentials, or in place of them."""
    options: dict[str, Any] = field(default_factory=dict)
    """Further options of `fetch`."""


RATE_LIMIT, NO_RATE_LIMIT = (
    {"method": "PATCH", "body": json.dumps({"faults": {"rate_limit": limit}})} for limit in ("1/hour", None)
)

CALLS = {
    "localhost": Call(f"{GROUPS}?size=1"),
    "localhost again": Call(f"{GROUPS}?size=1"),
    "127.0.0.1": Call(INVOICE, page="127.0.0.1"),
    "with credentials": Call(INVOICE, options={"credentials": "include"}),
    "a large answer": Call(f"{GROUPS}?size=200"),
    "a violation": Call(f"{GROUPS}?limit=5"),
    "Prefer": Call(GROUPS, headers={"Prefer": "code=404, delay=0.01"}),
    "twins of Prefer": Call(f"{GROUPS}?__code=503&__delay=0.01"),
    "401": Call(GROUPS, headers={"x-api-key": "wrong"}),
    "403": Call(GROUPS, headers={"x-organization-id": "00000000-0000-4000-8000-000000000000"}),
    "404": Call(NO_INVOICE),
    "404 without operation": Call("/v1/invoice"),
    "405": Call(GROUPS, options={"method": "DELETE"}),
    "422": Call(f"{GROUPS}?page=0"),
    "set a rate limit": Call(STATE, options=RATE_LIMIT),
    "before 429": Call(INVOICE),
    "429": Call(INVOICE),
    "lift the rate limit": Call(STATE, options=NO_RATE_LIMIT),
    "a foreign page": Call(INVOICE, page="app.example"),
    "an allowed page": Call(INVOICE, page="app.example", mock=FOREIGN),
    "a foreign page reads the state": Call(STATE, page="app.example"),
    "a foreign page resets": Call(
        "/_mock/reset", page="app.example", options={"method": "POST", "mode": "no-cors", "headers": {}}
    ),
}


@dataclass(frozen=True)
class Seen:
    """What the pages and the mock saw."""

    answers: dict[str, dict[str, Any]]
    """By the name of the call."""
    journal: list[dict[str, Any]]
    """Of the mock as it starts by itself."""

    def exchanges(self, name: str) -> list[dict[str, Any]]:
        """The entries of the journal at the address of a call."""
        return [exchange for exchange in self.journal if exchange["request"]["url"].endswith(CALLS[name].path)]


class EmptyPage(BaseHTTPRequestHandler):
    """Answers every request with a page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>A page</title>")

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def pages() -> Iterator[dict[str, str]]:
    """The addresses of one server under three names; the last one is of no loopback name."""
    with ThreadingHTTPServer(("127.0.0.1", 0), EmptyPage) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {name: f"http://{name}:{server.server_port}" for name in ("localhost", "127.0.0.1", "app.example")}
        server.shutdown()


@pytest.fixture(scope="module")
def seen(pages: dict[str, str], dcycle_mock_server: Mock) -> Iterator[Seen]:
    dcycle_mock_server.reset()
    with running_mock("--invoices", "0", "--cors-origin", pages["app.example"]) as told:
        mocks = {NEAR: dcycle_mock_server, FOREIGN: told}
        answers = call_from_pages(pages, [planned(call, mocks) for call in CALLS.values()])
    yield Seen(dict(zip(CALLS, answers, strict=True)), [dict(one) for one in dcycle_mock_server.journal()])
    dcycle_mock_server.reset()


def planned(call: Call, mocks: dict[str, Mock]) -> dict[str, Any]:
    """A call as the script understands it."""
    mock = mocks[call.mock]
    init = {"headers": {**mock.headers, **call.headers}, **call.options}
    return {"page": call.page, "url": mock.url + call.path, "init": init}


def call_from_pages(pages: dict[str, str], calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the pages see of the answers."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--host-resolver-rules=MAP app.example 127.0.0.1"]
    plan = json.dumps({"pages": pages, "calls": calls, "args": flags})
    TOOLS.path_of("playwright-core/index.js")
    run = TOOLS.run_node(TOOLS.folder / "fetch.mjs", plan, DCYCLE_CHROMIUM=find_chromium())
    assert run.returncode == 0, run.stderr
    found: list[dict[str, Any]] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "with credentials", "an allowed page"])
def test_a_page_that_may_call_the_mock_reads_its_json(seen: Seen, name: str) -> None:
    answer = seen.answers[name]
    assert answer.get("status") == 200, answer
    assert {"id", "items"} & set(json.loads(answer["text"]))


def test_a_page_of_a_foreign_origin_may_not_call_the_mock(seen: Seen) -> None:
    assert seen.answers["a foreign page"] == {"refused": "TypeError: Failed to fetch"}


@pytest.mark.parametrize(
    ("name", "header", "expected"),
    [
        ("localhost", "etag", 'W/"'),
        ("a violation", "x-contract-violations", "query.limit: limit is no parameter of listCupsGroups"),
        ("a violation", "link", '<https://code.dcycle.io/api-reference/invoices/list-cups>; rel="help"'),
        ("404", "x-mock-hint", "No organization has an invoice with this id."),
        ("Prefer", "preference-applied", "code=404, delay=0.01"),
        ("twins of Prefer", "preference-applied", "code=503, delay=0.01"),
        ("429", "x-mock-fault", "rate-limit"),
        ("429", "retry-after", "3"),
    ],
)
def test_a_page_reads_what_the_mock_says_in_headers(seen: Seen, name: str, header: str, expected: str) -> None:
    assert seen.answers[name]["headers"][header].startswith(expected)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("Prefer", 404), ("twins of Prefer", 503), ("401", 401), ("403", 403), ("404", 404),
        ("404 without operation", 404), ("405", 405), ("422", 422), ("before 429", 200), ("429", 429),
    ],
)  # fmt: skip
def test_a_page_reads_every_refusal(seen: Seen, name: str, status: int) -> None:
    answer = seen.answers[name]
    assert answer.get("status") == status, answer
    assert ("detail" in json.loads(answer["text"])) == (status != 200)


def test_what_the_browser_has_is_not_sent_again(seen: Seen) -> None:
    first, second = (seen.answers[name] for name in ("localhost", "localhost again"))
    assert (first["status"], first["text"]) == (second["status"], second["text"])
    assert [exchange["response"]["status"] for exchange in seen.exchanges("localhost")] == [200, 304]


def test_large_answers_come_compressed(seen: Seen) -> None:
    (exchange,) = seen.exchanges("a large answer")
    assert exchange["response"]["headers"]["content-encoding"] == "gzip"
    assert seen.answers["a large answer"]["text"] == exchange["response"]["body"]


def test_a_page_of_this_machine_may_steer_the_mock(seen: Seen) -> None:
    limits = [json.loads(seen.answers[name]["text"])["faults"]["rate_limit"]
              for name in ("set a rate limit", "lift the rate limit")]  # fmt: skip
    assert limits == ["1/hour", None]


def test_a_foreign_page_neither_reads_nor_changes_the_state(seen: Seen) -> None:
    assert seen.answers["a foreign page reads the state"] == {"refused": "TypeError: Failed to fetch"}
    assert seen.answers["a foreign page resets"]["status"] == 0
    assert seen.journal, "the journal would be empty after a reset"
