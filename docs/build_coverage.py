"""Writes ``coverage.md``: what became of each statement of the documentation, and which faults prove it.

Run ``python docs/build_coverage.py``. With ``--check`` nothing is written, and the exit code is 1 when the file that
is there is not what would be.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from fault_fields import changed_fields
from faults.catalogue import FAULTS, VARIANTS
from statements import DOCS, Statement, StatementError, Statements, read_statements

from api_spec import Page, Rule, Spec, load_spec
from contract_tests.rules import JUDGES

TARGET = DOCS / "coverage.md"

INTRODUCTION = """\
# From the documentation to the proof

Made by `docs/build_coverage.py` from [`statements.yaml`](statements.yaml), [`openapi.yaml`](../openapi.yaml), the
judges of the verifier and the faults in [`tests/faults`](../tests/faults); `make docs` makes it anew.

Each statement of a page became a rule, a clause of the schema, or a [decision](decisions.md) about what it leaves
open. A rule and a clause have a judge, and deliberate faults of a correct deployment that the verifier has to find.
Of the faults, the number and up to three names are shown.
"""


@dataclass(frozen=True)
class Evidence:
    """Which faults prove what."""

    by_rule: dict[str, list[str]]
    by_field: dict[str, list[str]]
    """The faults by which a rule about a schema is broken at this field, those of this field alone first."""


def gather_evidence(spec: Spec, schema_rules: set[str | None]) -> Evidence:
    """Sort the faults by rule and, where they break a schema, by field."""
    touched: dict[str, list[tuple[int, str]]] = {}
    for fault in FAULTS:
        fields = changed_fields(fault) if schema_rules.intersection(fault.rules) else frozenset()
        for field in fields:
            touched.setdefault(field, []).append((len(fields), fault.name))
    by_field = {field: [name for _, name in sorted(found)] for field, found in touched.items()}
    return Evidence({rule.id: faults_breaking(rule.id) for rule in spec.rules}, by_field)


def faults_breaking(rule_id: str) -> list[str]:
    """The faults that break a rule, those that it says best first."""
    faults = [fault for fault in FAULTS if rule_id in fault.rules]
    return [fault.name for fault in sorted(faults, key=lambda fault: (fault.rules.index(rule_id), len(fault.rules)))]


def build(spec: Spec) -> str:
    """The text of ``coverage.md``; raises StatementError."""
    statements = read_statements(spec)
    evidence = gather_evidence(spec, set(statements.schemas.values()))
    lines = [INTRODUCTION, *_summary(spec, statements)]
    for page_id in dict.fromkeys(one.page for one in statements.all):
        lines += _section(statements.pages[page_id], statements, evidence)
    lines += _rule_table(spec, statements, evidence)
    return "\n".join(lines) + "\n"


def _summary(spec: Spec, statements: Statements) -> Iterator[str]:
    pages = {one.page for one in statements.all}
    yield f"{len(statements.all)} statements of {len(pages)} pages became {len(spec.rules)} rules and the clauses of"
    yield f"the schemas. {len(FAULTS)} faults have to be found, and {len(VARIANTS)} other correct deployments to pass."


def _section(page: Page, statements: Statements, evidence: Evidence) -> Iterator[str]:
    yield f"\n## {page.title}\n\n<{page.url}>\n"
    yield "| Statement | Became | Judged | Faults |"
    yield "|---|---|---|---|"
    for statement in statements.all:
        if statement.page == page.id:
            yield from _rows(statement, statements, evidence)


def _rows(statement: Statement, statements: Statements, evidence: Evidence) -> Iterator[str]:
    first = statement.says
    for became, judged, faults in _outcomes(statement, statements, evidence):
        yield f"| {first} | {became} | {judged} | {faults} |"
        first = ""


def _outcomes(statement: Statement, statements: Statements, evidence: Evidence) -> Iterator[tuple[str, str, str]]:
    """What the statement became, how that is judged, and what proves it."""
    for rule in statement.rules:
        yield f"`{rule}`", _how(rule), _named(evidence.by_rule[rule])
    for clause in statement.clauses:
        rules = statements.judging(clause, statement)
        by = "by " + ", ".join(f"`{rule}`" for rule in rules) if rules else "not judged"
        yield f"clause `{clause}`", by, _named(_proving(clause, rules, evidence))
    for decision in statement.decisions:
        yield f"[{decision}](decisions.md#{decision})", "", ""


def _proving(clause: str, rules: Iterable[str], evidence: Evidence) -> list[str]:
    """The faults at a field where it is known, else those of the rules that judge the clause."""
    of_rules = dict.fromkeys(name for rule in rules for name in evidence.by_rule[rule])
    return evidence.by_field.get(clause, list(of_rules))


def _how(rule_id: str) -> str:
    return " ".join(JUDGES[rule_id].how.replace("|", "\\|").split())


def _named(faults: Sequence[str]) -> str:
    return f"{len(faults)}: " + ", ".join(f"`{name}`" for name in faults[:3]) if faults else ""


def _rule_table(spec: Spec, statements: Statements, evidence: Evidence) -> Iterator[str]:
    yield "\n## The rules and their faults\n"
    yield "| Rule | Basis | Statements | Faults |"
    yield "|---|---|---|---|"
    for rule in spec.rules:
        yield _rule_row(rule, statements, evidence)


def _rule_row(rule: Rule, statements: Statements, evidence: Evidence) -> str:
    named = sum(rule.id in _rules_of(one, statements) for one in statements.all)
    return f"| `{rule.id}` | {rule.basis} | {named} | {len(evidence.by_rule[rule.id])} |"


def _rules_of(statement: Statement, statements: Statements) -> set[str]:
    by_clause = {rule for clause in statement.clauses for rule in statements.judging(clause, statement)}
    return by_clause.union(statement.rules)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file, or say whether it is current."""
    parser = argparse.ArgumentParser(description="Writes docs/coverage.md.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file is not current")
    check = parser.parse_args(arguments).check
    try:
        text = build(load_spec())
    except StatementError as error:
        print(f"docs/statements.yaml: {error}", file=sys.stderr)
        return 2
    if not check:
        TARGET.write_text(text, encoding="utf-8", newline="\n")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text:
        print("docs/coverage.md is not current. Make it anew with: make docs", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
