"""Recorded traffic is judged by the same rules, and nothing is sent."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from faults.deployment import CORRECT
from faults.exchange import Request
from judging import INVOICES, replayed

from contract_tests import cli
from contract_tests.findings import Status
from contract_tests.run import ExitCode

MAIN, SECOND = (one.account for one in CORRECT.world.organizations)
Entry = dict[str, Any]


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a connection fails."""

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def entry(path: str, query: str = "", who: Any = MAIN, change: Callable[[Any], Any] = lambda body: body) -> Entry:
    """One exchange with the correct deployment as a browser records it."""
    headers = {"x-organization-id": who.organization_id, "x-api-key": who.api_key}
    answer = CORRECT.open()(Request("GET", path, query, headers))
    body = json.dumps(change(answer.json))
    return {
        "request": {
            "method": "GET",
            "url": f"https://api.example.com/base{path}{'?' if query else ''}{query}",
            "headers": [{"name": name, "value": value} for name, value in headers.items()],
        },
        "response": {
            "status": answer.status,
            "headers": [{"name": name, "value": value} for name, value in answer.headers],
            "content": {"mimeType": "application/json", "text": body},
        },
    }


def listing(query: str = "", **more: Any) -> Entry:
    return entry("/v1/invoices/cups", query, **more)


def invoices(**more: Any) -> list[Entry]:
    return [entry(f"/v1/invoices/{one}", **more) for one in INVOICES]


WHOLE = [listing("size=200"), *(listing(f"page={page}") for page in (1, 2, 3))]


def in_base64(one: Entry) -> Entry:
    content = one["response"]["content"]
    text = base64.b64encode(content["text"].encode()).decode()
    return {**one, "response": {**one["response"], "content": {**content, "text": text, "encoding": "base64"}}}


def har(folder: Path, *entries: Entry) -> Path:
    path = folder / "traffic.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}), encoding="utf-8")
    return path


STRANGE = {
    "request": {"method": "GET", "url": "https://example.com/app.js", "headers": []},
    "response": {"status": 200, "headers": [], "content": {"text": "{}"}},
}


def answered(one: Entry, status: int) -> Entry:
    """An exchange of which only the status came back, without a body."""
    return {**one, "response": {"status": status, "headers": [], "content": {"size": 0, "mimeType": ""}}}


UNSEEN = [answered(listing(), 304), answered(listing(), 0), answered(entry(f"/v1/invoices/{INVOICES[0]}"), 304)]


@pytest.mark.parametrize("recorded", [[*WHOLE, *invoices()], [in_base64(one) for one in [*WHOLE, *invoices()]],
                                      [*WHOLE, *UNSEEN, *invoices()]],
                         ids=["as text", "in base64", "partly from the browser's cache"])  # fmt: skip
def test_a_correct_recording_keeps_the_contract(tmp_path: Path, recorded: list[Entry]) -> None:
    run = replayed(har(tmp_path, STRANGE, *recorded))
    assert run.exit_code is ExitCode.KEPT
    kept = {outcome.rule.id for outcome in run.having(Status.KEPT)}
    assert {"cups-unique", "cups-partition", "cups-page-schema", "invoice-schema", "invoice-allocation"} <= kept
    assert run.target.base_url == "https://api.example.com/base"


def test_what_was_not_recorded_is_not_exercised(tmp_path: Path) -> None:
    run = replayed(har(tmp_path, *invoices()))
    assert run.exit_code is ExitCode.KEPT
    assert {"cups-unique", "key-required"} <= {outcome.rule.id for outcome in run.having(Status.NOT_EXERCISED)}


def test_a_broken_percentage_is_found(tmp_path: Path) -> None:
    def in_percent(invoice: Any) -> Any:
        return {**invoice, "percentage": invoice["percentage"] * 100}

    run = replayed(har(tmp_path, *invoices(change=in_percent)))
    assert run.exit_code is ExitCode.BROKEN
    finding = next(one for one in run.having(Status.BROKEN) if one.rule.id == "invoice-schema").findings[0]
    assert (finding.where, finding.expected) == ("percentage", "at most 1")


def test_of_several_organizations_the_one_asked_most_is_judged(tmp_path: Path) -> None:
    theirs = [listing(f"size={size}", who=SECOND) for size in (5, 6)]
    run = replayed(har(tmp_path, *theirs, *WHOLE))
    assert run.target.credentials.organization_id == MAIN.organization_id
    assert len(run.survey.exchanges) == len(WHOLE)
    assert run.exit_code is ExitCode.KEPT


def test_the_command_tells_the_verdict_without_the_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "report.json"
    assert cli.main(["replay", str(har(tmp_path, *WHOLE)), "--json", str(report)]) == 0
    told = capsys.readouterr()
    assert told.out.rstrip().splitlines()[-1].startswith("KEPT: ")
    assert MAIN.api_key not in told.out + told.err + report.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (json.dumps({"log": {"entries": [STRANGE]}}), "got none among 1 entries"),
        (json.dumps({"log": {}}), "is no HAR file"),
        ("[]", "is no HAR file"),
        ("{", "is no HAR file"),
        ("", "is no HAR file"),
    ],
    ids=["nothing of the API", "no entries", "a list", "no JSON", "empty"],
)
def test_a_file_that_shows_nothing_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    path = tmp_path / "traffic.har"
    path.write_text(text, encoding="utf-8")
    assert cli.main(["replay", str(path)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith(f"dcycle-contract: {path}: ")
    assert told in output.err
