"""One cause is told once, with its consequences filed under it."""

from __future__ import annotations

from io import StringIO

import pytest
from judging import run_of

from api_spec import load_spec
from contract_tests.causes import EXPLAINS, cause_of
from contract_tests.findings import Status
from contract_tests.reports.document import document
from contract_tests.reports.terminal import TerminalReport

RULES = {rule.id for rule in load_spec().rules}


def test_only_rules_of_the_contract_explain_and_are_explained() -> None:
    assert EXPLAINS.keys() <= RULES
    assert {one for explained in EXPLAINS.values() for one in explained} <= RULES


def test_no_rule_explains_itself_by_way_of_others() -> None:
    def reached(rule_id: str, way: tuple[str, ...]) -> None:
        assert rule_id not in way, " explains ".join([*way, rule_id])
        for one in EXPLAINS.get(rule_id, ()):
            reached(one, (*way, rule_id))

    for rule_id in EXPLAINS:
        reached(rule_id, ())


@pytest.mark.parametrize(
    ("rule_id", "broken", "cause"),
    [
        ("cups-total", ["cups-total"], None),
        ("cups-total", ["cups-total", "cups-partition"], "cups-partition"),
        ("cups-total-pages", ["cups-total-pages", "cups-total", "cups-partition"], "cups-partition"),
        ("cups-partition", ["cups-total", "cups-partition"], None),
    ],
)
def test_a_break_is_followed_to_its_first_cause(rule_id: str, broken: list[str], cause: str | None) -> None:
    assert cause_of(rule_id, broken) == cause


def test_a_page_number_that_is_ignored_is_one_headline() -> None:
    run = run_of("partition-page-ignored")
    causes = {outcome.rule.id: run.cause_of(outcome) for outcome in run.having(Status.BROKEN)}
    assert [rule_id for rule_id, cause in causes.items() if cause is None] == ["cups-partition"]
    assert len(causes) > 1
    told = {rule["id"]: rule["consequence_of"] for rule in document(run)["rules"]}
    assert {rule_id: told[rule_id] for rule_id in causes} == causes


def test_the_terminal_files_consequences_under_their_cause() -> None:
    out = StringIO()
    report = TerminalReport(out, progress=StringIO())
    report.started(run_of("partition-page-ignored"))
    report.finished(run_of("partition-page-ignored"))
    lines = out.getvalue().splitlines()
    assert [line.split()[1] for line in lines if line.startswith("BROKEN: cups-")] == ["cups-partition"]
    assert [line for line in lines if line.startswith("  so also   cups-")]


@pytest.mark.parametrize("fault", ["total-of-page", "page-total-string"])
def test_what_is_broken_has_a_headline(fault: str) -> None:
    run = run_of(fault)
    causes = [run.cause_of(outcome) for outcome in run.having(Status.BROKEN)]
    assert None in causes
