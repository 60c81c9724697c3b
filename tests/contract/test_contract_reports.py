"""What each report says of runs that ended in every way."""

from __future__ import annotations

import json
import re
from functools import cache
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from faults.catalogue import FAULT_BY_NAME
from faults.exchange import Answer, Handler, Request
from faults.site import Site
from judging import judged, run_of

from api_spec import load_spec
from contract_tests.files import schema_text
from contract_tests.reports.document import document
from contract_tests.reports.files import EventReport, FileReports, as_json
from contract_tests.reports.github import GithubReport, as_summary, workflow_commands
from contract_tests.reports.html import as_html
from contract_tests.reports.junit import as_junit
from contract_tests.reports.sarif import as_sarif
from contract_tests.reports.terminal import TerminalReport
from contract_tests.run import ExitCode, Run
from contract_tests.settings import Settings

SPEC = load_spec()
DOCS = Path(__file__).parents[2] / "mock_server" / "docs" / "pages"
HOSTILE = "<script>alert(1)</script> | a%b ` ]]> \n::error::x \u202e"
"""Text that means something to HTML, XML, Markdown, GitHub and terminals."""


def hostile(site: Site) -> Handler:
    """Names a facility dangerously, and gives it a type that no page names."""

    def answer(request: Request) -> Answer:
        given = site.answer(request)
        if not request.is_invoice or given.status != 200:
            return given
        return given.with_json({**given.json, "type": HOSTILE, HOSTILE: 1})

    return answer


@pytest.fixture(scope="module")
def hostile_run() -> Run:
    return judged(hostile, rules=["invoice-schema", "cups-locked"])


def broken_run() -> Run:
    return run_of("page-total-string")


@cache
def warned_run() -> Run:
    return judged(FAULT_BY_NAME["refusal-text"].edit, rules=["invoice-malformed", "refusal-shape"])


@pytest.fixture(scope="module")
def unreachable_run() -> Run:
    from contract_tests.session import opened

    with opened(Settings("http://127.0.0.1:9", "a8315ef3-dd50-43f8-b7ce-d839e68d51fa", "dcy_key_0000")) as run:
        run.ended, run.trouble = ExitCode.UNREACHABLE, "http://127.0.0.1:9 does not answer: Connection refused"
        return run


@pytest.fixture(scope="module")
def interrupted_run() -> Run:
    run = judged(rules=["cups-unique"])
    run.ended = ExitCode.INTERRUPTED
    return run


@pytest.fixture(params=["kept", "broken", "warned", "hostile", "unreachable", "interrupted"])
def told(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The document of a run that ended in one of the ways."""
    runs = {"kept": lambda: run_of(""), "broken": broken_run, "warned": warned_run}
    run = runs[request.param]() if request.param in runs else request.getfixturevalue(f"{request.param}_run")
    return document(run)


def rule_of(told: dict[str, Any], rule_id: str) -> dict[str, Any]:
    return next(rule for rule in told["rules"] if rule["id"] == rule_id)


def test_the_runs_end_as_they_should() -> None:
    assert [run.exit_code for run in (run_of(""), broken_run(), warned_run())] == [0, 1, 0]
    assert rule_of(document(warned_run()), "refusal-shape")["status"] == "warned"


# JSON


def test_the_document_keeps_its_published_schema(told: dict[str, Any]) -> None:
    schema = json.loads(schema_text("report"))
    jsonschema.validate(json.loads(as_json(told)), schema)


def test_every_event_keeps_its_published_schema_and_is_there_at_once(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    seen: list[int] = []

    class Watching(EventReport):
        def heard(self, exchange: Any) -> None:
            super().heard(exchange)
            seen.append(path.read_text(encoding="utf-8").count("\n"))

    judged(hostile, ["cups-unique", "invoice-schema", "cups-locked"], [Watching(path)])
    lines = path.read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    schema = jsonschema.Draft202012Validator(json.loads(schema_text("event")))
    assert [problem.message for one in events for problem in schema.iter_errors(one)] == []
    assert [events[0]["event"], events[-1]["event"]] == ["started", "finished"]
    assert {one["event"] for one in events} == {"started", "exchange", "rule", "finished"}
    assert seen[:3] == [2, 3, 4]


# JUnit


def test_junit_has_one_case_for_each_rule(told: dict[str, Any]) -> None:
    root = ET.fromstring(as_junit(told))
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert list(cases) == [rule["id"] for rule in told["rules"]]
    for rule in told["rules"]:
        kinds = [child.tag for child in cases[rule["id"]]]
        skipped = rule["status"] == "not exercised"
        expected = ["failure"] if rule["fails"] else ["skipped"] if skipped else ["system-out"] * bool(rule["findings"])
        assert kinds == expected
    (suite,) = root.iter("testsuite")
    assert int(suite.get("failures", "")) == len(list(suite.iter("failure")))
    assert int(suite.get("skipped", "")) == len(list(suite.iter("skipped")))


# SARIF


def test_sarif_points_at_the_clause_of_every_finding(told: dict[str, Any]) -> None:
    sarif = json.loads(as_sarif(told))
    assert sarif["version"] == "2.1.0"
    (run,) = sarif["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule["id"] for rule in told["rules"]]
    assert len(run["results"]) == sum(len(rule["findings"]) for rule in told["rules"])
    lines = SPEC.document.path.read_text(encoding="utf-8").splitlines()
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == ("error" if rule_of(told, result["ruleId"])["fails"] else "warning")
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "openapi.yaml"
        assert f"id: {result['ruleId']}" in lines[place["region"]["startLine"] - 1]


# HTML


class Loads(HTMLParser):
    """Collects the tags of a page, what it loads, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.loaded: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loaded += [str(value) for name, value in attrs if name in ("src", "srcset", "data", "poster", "action")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_is_one_page_that_loads_nothing(told: dict[str, Any]) -> None:
    page = Loads()
    html = as_html(told)
    page.feed(html)
    assert page.loaded == []
    assert page.tags.isdisjoint({"script", "link", "img", "iframe", "object", "base"})
    assert re.findall(r"url\(|@import", html) == []
    assert [rule["id"] for rule in told["rules"] if rule["rule"] not in page.text] == []


def test_html_shows_hostile_text_as_text(hostile_run: Run) -> None:
    page = Loads()
    page.feed(as_html(document(hostile_run)))
    assert "<script>alert(1)</script>" in page.text


# GitHub


def test_an_annotation_is_one_line_at_the_clause(hostile_run: Run) -> None:
    (line,) = workflow_commands(document(hostile_run))
    assert line.startswith(
        f"::error file=openapi.yaml,line={rule_of(document(hostile_run), 'invoice-schema')['line']},"
    )
    assert "\n" not in line
    assert "a%25b" in line


def test_a_summary_shows_hostile_text_as_text(hostile_run: Run, tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    judged(hostile, ["invoice-schema"], [GithubReport(str(path))])
    (row,) = [line for line in path.read_text(encoding="utf-8").splitlines() if "| [invoice-schema](" in line]
    assert "<script>" not in row
    assert len(re.findall(r"(?<!\\)\|", row)) == 6
    assert "`" not in row.replace("\\`", "")


def test_a_summary_of_a_kept_contract_has_no_table() -> None:
    summary = as_summary(document(run_of("")))
    assert summary.startswith("## Contract kept: http://127.0.0.1:")
    assert "| Rule |" not in summary


# The page of a rule


def test_every_report_leads_from_a_finding_to_the_page_that_explains_its_rule() -> None:
    told = document(broken_run())
    (broken,) = [rule for rule in told["rules"] if rule["findings"]]
    address = f"http://127.0.0.1:8000/docs/rules.html#{broken['id']}"
    assert broken["explained"] == address
    reports = (as_junit(told), as_sarif(told), as_html(told), as_summary(told), "\n".join(printed(broken_run())))
    assert [text for text in reports if address not in text] == []
    assert f'id="{broken["id"]}"' in (DOCS / "rules.html").read_text(encoding="utf-8")


# Terminal


def printed(run: Run) -> list[str]:
    out = StringIO()
    report = TerminalReport(out, progress=StringIO())
    report.started(run)
    report.finished(run)
    return out.getvalue().rstrip("\n").split("\n")


def test_drift_stands_before_the_last_line(hostile_run: Run) -> None:
    lines = printed(hostile_run)
    at = lines.index("Drift, not judged:")
    assert "getInvoice answers without documentation: <script>" in lines[at + 1]
    assert lines[-2] == ""
    assert lines[-1].startswith("BROKEN: the contract is broken. ")
    assert all(char.isprintable() for line in lines for char in line)


def test_ways_of_breaking_a_rule_beyond_five_are_counted() -> None:
    def bare(site: Site) -> Handler:
        def answer(request: Request) -> Answer:
            given = site.answer(request)
            return given.with_json({}) if request.is_invoice and given.status == 200 else given

        return answer

    run = judged(bare, ["invoice-schema"])
    (outcome,) = run.outcomes
    assert (len(outcome.findings), outcome.more) == (5, 18)
    assert "  and 18 more" in printed(run)


# All


def test_reports_of_one_run_are_written_to_their_files(tmp_path: Path) -> None:
    wanted = {tmp_path / "v.json": as_json, tmp_path / "v.xml": as_junit, tmp_path / "v.html": as_html}
    judged(rules=["cups-unique"], reporters=[FileReports(wanted)])
    assert json.loads((tmp_path / "v.json").read_text(encoding="utf-8"))["verdict"] == "kept"
    assert ET.parse(tmp_path / "v.xml").getroot().get("failures") == "0"
    assert "The contract is kept" in (tmp_path / "v.html").read_text(encoding="utf-8")
