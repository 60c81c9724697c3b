"""Every statement of the documentation became something, and everything in the contract comes from a statement."""

from __future__ import annotations

from collections.abc import Iterable

import build_coverage
import pytest
from build_coverage import Evidence, gather_evidence
from statements import Statement, StatementError, Statements, clause_names, decision_ids, read_statements

from api_spec import Spec, load_spec


@pytest.fixture(scope="module")
def spec() -> Spec:
    return load_spec()


@pytest.fixture(scope="module")
def statements(spec: Spec) -> Statements:
    return read_statements(spec)


@pytest.fixture(scope="module")
def evidence(spec: Spec, statements: Statements) -> Evidence:
    return gather_evidence(spec, set(statements.schemas.values()))


def without(names: Iterable[str], found: Iterable[str]) -> list[str]:
    return sorted(set(names) - set(found))


def test_the_table_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert build_coverage.main(["--check"]) == 0, capsys.readouterr().err


def test_a_table_that_is_not_current_is_told_and_not_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path_factory.mktemp("docs") / "coverage.md"
    monkeypatch.setattr(build_coverage, "TARGET", target)
    monkeypatch.setattr(build_coverage, "build", lambda spec: "anew\n")
    assert build_coverage.main(["--check"]) == 1
    assert "make docs" in capsys.readouterr().err
    assert not target.exists()
    assert build_coverage.main([]) == 0
    assert build_coverage.main(["--check"]) == 0


def test_every_statement_became_something(statements: Statements) -> None:
    assert [one.says for one in statements.all if not (one.rules or one.clauses or one.decisions)] == []


def test_no_page_says_the_same_twice(statements: Statements) -> None:
    said = [(one.page, one.says) for one in statements.all]
    assert len(said) == len(set(said)) > 150


def test_every_rule_comes_from_a_statement(spec: Spec, statements: Statements) -> None:
    named = [rule for one in statements.all for rule in one.rules]
    named += [rule for rule in statements.schemas.values() if rule]
    assert without((rule.id for rule in spec.rules), named) == []


def test_a_rule_comes_from_a_statement_of_its_page(spec: Spec, statements: Statements) -> None:
    named = {(rule, one.page) for one in statements.all for rule in one.rules}
    assert [rule.id for rule in spec.rules if (rule.id, rule.page.id) not in named] == []


def test_every_field_parameter_and_answer_comes_from_a_statement(spec: Spec, statements: Statements) -> None:
    assert without(clause_names(spec), (clause for one in statements.all for clause in one.clauses)) == []


def test_every_decision_comes_from_a_statement(statements: Statements) -> None:
    assert without(decision_ids(), (decision for one in statements.all for decision in one.decisions)) == []


def test_every_schema_is_judged_or_said_not_to_be(spec: Spec, statements: Statements) -> None:
    assert set(statements.schemas) == set(spec.document.content["components"]["schemas"])


def test_every_clause_is_judged_or_has_a_decision_that_says_why_not(statements: Statements) -> None:
    unjudged = [
        clause
        for one in statements.all
        for clause in one.clauses
        if not statements.judging(clause, one) and not one.decisions
    ]
    assert unjudged == []


def test_every_page_listed_says_something(statements: Statements) -> None:
    assert without(statements.pages, (one.page for one in statements.all)) == []


def test_every_rule_has_a_fault(spec: Spec, evidence: Evidence) -> None:
    assert [rule for rule, faults in evidence.by_rule.items() if not faults] == []


def test_every_field_of_an_answer_has_a_fault(spec: Spec, evidence: Evidence) -> None:
    fields = [name for name in clause_names(spec) if name.startswith(("CupsGroupPage.", "CupsGroup.", "Invoice."))]
    assert len(fields) == 5 + 7 + 23
    assert without(fields, evidence.by_field) == []


@pytest.mark.parametrize(
    "wrong",
    [
        Statement("no-such-page", "It is said."),
        Statement("list-cups", "It is said.", rules=("cups-uniqe",)),
        Statement("list-cups", "It is said.", clauses=("CupsGroup.code",)),
        Statement("list-cups", "It is said.", decisions=("no-such-row",)),
    ],
    ids=["page", "rule", "clause", "decision"],
)
def test_a_name_that_leads_nowhere_is_refused(wrong: Statement, spec: Spec, statements: Statements) -> None:
    with pytest.raises(StatementError, match=r"no-such|cups-uniqe|CupsGroup\.code"):
        Statements(statements.pages, statements.schemas, (wrong,)).refuse_dead_ends(spec)
