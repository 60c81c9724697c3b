"""The journal: which exchanges are kept, how they are asked for, and how they are written down."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from http.client import HTTPConnection
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from in_process import CUPS, DOCUMENTED, InProcess

from api_spec import VERSION, Spec
from mock_server import journal as journal_module
from mock_server.finishing import MOST_KEPT
from mock_server.journal import Exchange, Journal
from mock_server.world.model import World

Launch = Callable[..., Any]

DELETED = "/v1/invoices/00000000-0000-4000-8000-000000000000"


def exchange(body: bytes = b"", operation_id: str | None = "getInvoice", **environ: str) -> Exchange:
    return Exchange(operation_id, environ, b"", 200, [], body, 1.0)


def ids(journal: Journal) -> list[int]:
    return [one.id for one in journal.exchanges()]


def test_the_last_exchanges_are_kept_and_the_rest_is_counted() -> None:
    journal = Journal(3)
    for _ in range(5):
        journal.add(exchange())
    assert (ids(journal), journal.dropped, journal.last_id) == ([3, 4, 5], 2, 5)


def test_ids_go_on_after_the_journal_was_emptied() -> None:
    journal = Journal(3)
    for _ in range(5):
        journal.add(exchange())
    journal.clear()
    journal.add(exchange())
    assert (ids(journal), journal.dropped) == ([6], 0)


@pytest.mark.parametrize("large", [{"body": b"x" * 40}, {"QUERY_STRING": "x" * 40}])
def test_the_bytes_are_bounded_whatever_the_number(monkeypatch: pytest.MonkeyPatch, large: dict[str, Any]) -> None:
    monkeypatch.setattr(journal_module, "MOST_BYTES", 100)
    journal = Journal(50)
    for _ in range(5):
        journal.add(exchange(**large))
    assert (ids(journal), journal.dropped) == ([4, 5], 3)
    journal.add(exchange(b"x" * 101))
    assert (ids(journal), journal.dropped) == ([], 6), "one that is too large is not kept at all"
    journal.add(exchange(b"x"))
    assert ids(journal) == [7]


def test_no_exchange_is_lost_or_counted_twice_among_threads() -> None:
    journal = Journal(100)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: journal.add(exchange()), range(800)))
    assert (ids(journal), journal.dropped) == (list(range(701, 801)), 700)


@pytest.fixture
def filled(mock: InProcess) -> InProcess:
    """A mock that was asked for five things, two of them wrongly."""
    mock.ask(DOCUMENTED)
    mock.ask(f"{CUPS}?size=1")
    mock.ask(f"{CUPS}?sise=1")
    mock.ask(DELETED)
    mock.ask("/v1/nothing")
    return mock


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"violations": "true"}, [3, 5]),
        ({"violations": "false"}, [1, 2, 4]),
        ({"operation_id": "getInvoice"}, [1, 4]),
        ({"operation_id": "nothing"}, []),
        ({"after": 3}, [4, 5]),
        ({"after": 9}, []),
        ({"violations": "true", "operation_id": "listCupsGroups", "after": 1}, [3]),
    ],
)
@pytest.mark.parametrize("format", ["json", "ndjson", "har"])
def test_the_journal_can_be_asked_for_in_part(
    filled: InProcess, query: dict[str, Any], wanted: list[int], format: str
) -> None:
    assert [one["id"] for one in filled.journal(**query)] == wanted
    answered = filled.control("journal", query_string={**query, "format": format})
    if format == "ndjson":
        assert [json.loads(line)["id"] for line in answered.text.splitlines()] == wanted
    elif format == "har":
        assert len(answered.json["log"]["entries"]) == len(wanted)


def test_an_exchange_tells_what_was_asked_and_answered(mock: InProcess) -> None:
    answered = mock.ask(f"{CUPS}?size=1&sise=2", headers={"X-Mine": "1"})
    (exchange,) = mock.journal()
    assert exchange["request"] == {
        "method": "GET",
        "url": f"http://localhost{CUPS}?size=1&sise=2",
        "headers": {
            "host": "localhost", "user-agent": f"Werkzeug/{version('werkzeug')}", "x-mine": "1",
            "x-api-key": "$DCYCLE_API_KEY", "x-organization-id": mock.organization().id,
        },
        "body": None,
    }  # fmt: skip
    assert exchange["response"]["status"] == 200
    assert exchange["response"]["body"] == answered.text
    assert exchange["response"]["headers"] == {name.lower(): value for name, value in answered.headers}
    assert (exchange["id"], exchange["operation_id"], exchange["hints"], exchange["faults"]) == (
        1, "listCupsGroups", [], [],
    )  # fmt: skip
    assert [one["kind"] for one in exchange["violations"]] == ["unknown-parameter"]
    assert abs((datetime.now().astimezone() - datetime.fromisoformat(exchange["time"])).total_seconds()) < 60
    assert 0 < exchange["milliseconds"] < 5000


def test_an_exchange_with_no_operation_is_kept_too(mock: InProcess) -> None:
    mock.ask("/v1/nothing")
    mock.ask(method="DELETE")
    assert [(one["operation_id"], one["response"]["status"]) for one in mock.journal()] == [(None, 404), (None, 405)]


@pytest.mark.parametrize("path", ["/", "/favicon.ico", "/robots.txt", "/.well-known/appspecific/x.json"])
def test_what_browsers_ask_for_by_themselves_is_not_kept(mock: InProcess, path: str) -> None:
    assert mock.client.get(path).status_code == 404
    assert mock.journal() == []


def test_a_document_is_kept_without_its_bytes(mock: InProcess) -> None:
    path = next(one.invoice.file_url for one in mock.backend.scene.world.invoices if one.invoice.file_url)
    mock.client.get(path.removeprefix("https://storage.dcycle.io"))
    assert mock.journal()[0]["response"]["body"] is None


@pytest.mark.parametrize(
    ("sent", "kept"), [(b"", None), (b"{}", "{}"), (b"\xff", None), ("ñ".encode(), "ñ"), (b"x" * (MOST_KEPT + 1), None)]
)
def test_the_body_of_a_request_is_kept_where_it_is_text_and_not_too_long(
    mock: InProcess, sent: bytes, kept: str | None
) -> None:
    mock.ask(method="POST", data=sent)
    assert mock.journal()[0]["request"]["body"] == kept


def test_with_no_room_at_all_nothing_is_kept(spec: Spec, world: World) -> None:
    mock = InProcess.of(spec, world, journal=0)
    assert mock.ask(f"{CUPS}?colour=red").headers["X-Contract-Violations"]
    assert mock.journal() == []


def test_emptying_the_journal_keeps_what_is_in_force(filled: InProcess) -> None:
    filled.change({"seed": 1, "strict": True})
    assert filled.control("journal", "DELETE").status_code == 204
    assert (filled.journal(), filled.state()["strict"]) == ([], True)


HAR_ENTRY = {"startedDateTime", "time", "request", "response", "cache", "timings"}
HAR_REQUEST = {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"}
HAR_RESPONSE = {
    "status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize", "bodySize",
}  # fmt: skip


def test_a_har_has_all_that_har_1_2_asks_for(filled: InProcess) -> None:
    filled.ask(method="POST", data="{}", headers={"Content-Type": "application/json"})
    log = filled.control("journal?format=har").json["log"]
    assert (log["version"], log["creator"]) == ("1.2", {"name": "dcycle-mock", "version": VERSION})
    for entry in log["entries"]:
        assert {name for name in entry if not name.startswith("_")} == HAR_ENTRY
        assert set(entry["request"]) - {"postData"} == HAR_REQUEST
        assert set(entry["response"]) == HAR_RESPONSE
        assert set(entry["timings"]) == {"send", "wait", "receive"}
        assert datetime.fromisoformat(entry["startedDateTime"]).tzinfo is not None
        pairs = [*entry["request"]["headers"], *entry["request"]["queryString"], *entry["response"]["headers"]]
        assert all(set(pair) == {"name", "value"} and isinstance(pair["value"], str) for pair in pairs)
        assert entry["response"]["content"]["size"] == len(entry["response"]["content"]["text"].encode())
    assert log["entries"][1]["request"]["queryString"] == [{"name": "size", "value": "1"}]
    assert log["entries"][-1]["request"]["postData"] == {"mimeType": "application/json", "text": "{}"}


def test_a_har_of_the_mock_can_be_replayed_by_the_verifier(filled: InProcess, tmp_path: Path) -> None:
    filled.ask(f"{CUPS}?size=200", headers={"Accept-Encoding": "gzip"})
    filled.ask(f"{CUPS}?size=200", "HEAD")
    path = tmp_path / "mock.har"
    path.write_bytes(filled.control("journal?format=har").data)
    command = [sys.executable, "-m", "contract_tests", "replay", str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], timeout=60)
    assert ended.returncode == 0, ended.stdout + ended.stderr


CURLS: list[tuple[str, str, dict[str, str], bytes]] = [
    ("GET", f"{CUPS}?size=1", {}, b""),
    ("GET", f"{CUPS}?search=it%27s+%22q%22+%24HOME+%60id%60+%21%21&size=1", {}, b""),
    ("GET", f"{CUPS}?search=[1-3]{{a,b}}&status[]=x", {}, b""),
    ("GET", '/v1/invoices/it\'s $HOME `id` "q" \\ *'.replace(" ", "%20"), {}, b""),
    ("GET", CUPS, {"x-organization-id": ""}, b""),
    ("GET", CUPS, {"Prefer": 'code=418; a="b $x `id`"', "Cookie": "a=b", "Accept-Encoding": "gzip"}, b""),
    ("GET", CUPS, {"Authorization": "Bearer $KEY"}, b""),
    ("GET", CUPS, {}, b"@/etc/hostname"),
    ("POST", CUPS, {"Content-Type": "application/json"}, b'{"a": "it\'s $HOME\\n"}'),
    ("PATCH", DOCUMENTED, {"Content-Type": "application/json"}, b'{"cups": 5}'),
    ("DELETE", DOCUMENTED.replace("550e8400", "00000000"), {}, b""),
    ("HEAD", f"{CUPS}?size=1", {}, b""),
]


@pytest.mark.skipif(shutil.which("curl") is None or shutil.which("bash") is None, reason="there is no curl or no bash")
def test_the_curl_of_an_exchange_sends_the_same_again(launch: Launch) -> None:
    info = launch("--json", "--quiet").info
    first = info["organizations"][0]
    own = {"x-api-key": first["api_key"], "x-organization-id": first["organization_id"]}

    def ask(method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
        filled = {name: value.replace("$KEY", first["api_key"]) for name, value in headers.items()}
        with closing(HTTPConnection(info["url"].removeprefix("http://"), timeout=10)) as client:
            client.request(method, path, body or None, {**own, **filled})
            return client.getresponse().read()

    def journal() -> list[dict[str, Any]]:
        return list(json.loads(ask("GET", "/_mock/journal", {}, b""))["items"])

    for case in CURLS:
        ask(*case)
    sent = journal()
    script = "\n".join(f"{one['curl']} --silent --max-time 10 > /dev/null || exit 9" for one in sent)
    environ = {"DCYCLE_API_KEY": first["api_key"], "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    ran = subprocess.run(["bash", "-c", script], env=environ, capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stderr) == (0, "")
    again = journal()[len(sent) :]
    assert len(again) == len(sent)
    for one, other in zip(sent, again, strict=True):
        for part in ("method", "url", "body"):
            assert other["request"][part] == one["request"][part], one["curl"]
        assert other["response"]["status"] == one["response"]["status"], one["curl"]
        assert other["response"]["body"] == one["response"]["body"], one["curl"]
        assert other["violations"] == one["violations"], one["curl"]
