"""The page of the rules: what each says, where from, how it is judged, and a fault that it catches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from build_coverage import faults_breaking
from faults.catalogue import FAULT_BY_NAME
from statements import Statements

from api_spec import Operation, Rule, Spec
from contract_tests.rules import JUDGES
from handbook.page import Page

INTRODUCTION = """\
A rule is a behaviour that no schema can say. A broken rule that is `stated` on a page or `shown` by its example breaks
the contract. One that is `inferred` is a warning, and an error under `--strict`.

Every rule has an anchor of its own, such as [cups-unique](rules.md#cups-unique), which stays. Every rule has deliberate
faults of a correct deployment that the verifier has to find by it; one of them is named here.
"""


def rules_page(spec: Spec, statements: Statements) -> Page:
    """Every rule of the contract, operation by operation."""
    lines = [INTRODUCTION]
    lines += ["## Every operation\n", *_section(None, spec, statements)]
    for operation in spec.operations:
        lines += [f"## {operation.id}\n", _about(operation), *_section(operation.id, spec, statements)]
    count = len(spec.rules)
    summary = f"The {count} rules of the contract: what each says, how sure it is, how it is judged, what it catches."
    return Page("rules", "Rules", summary, "Contract", "\n".join(lines))


def _about(operation: Operation) -> str:
    source = f" Page: [{operation.page.title}]({operation.page.url})." if operation.page else ""
    return f"`{operation.method} {operation.path}` {operation.summary}.{source}\n"


def _section(operation_id: str | None, spec: Spec, statements: Statements) -> Iterator[str]:
    for rule in spec.rules:
        if rule.operation_id == operation_id:
            yield from _rule(rule, spec, statements)


def _rule(rule: Rule, spec: Spec, statements: Statements) -> Iterator[str]:
    first, *others = faults_breaking(rule.id)
    more = f" One of {len(others) + 1} faults." if others else ""
    yield f"### {rule.id}\n"
    yield f"{rule.sentence}\n"
    yield f"- **Basis:** `{rule.basis}`, [{rule.page.title}]({rule.page.url})"
    yield f"- **Judged:** {' '.join(JUDGES[rule.id].how.split())}"
    yield f"- **Caught:** `{first}`. {FAULT_BY_NAME[first].about}{more}"
    decisions = _left_open(rule, spec, statements)
    if decisions:
        yield "- **Left open:** " + ", ".join(f"[{row}](decisions.md#{row})" for row in decisions)
    yield ""


def _left_open(rule: Rule, spec: Spec, statements: Statements) -> Sequence[str]:
    """The decisions about what a rule leaves open.

    A statement may become a rule of every operation and one of its own: what it leaves open is about the latter.
    """
    about = [one for one in statements.all if rule.id in one.rules]
    if rule.operation_id is None:
        about = [one for one in about if not any(spec.rule(other).operation_id for other in one.rules)]
    return list(dict.fromkeys(row for one in about for row in one.decisions))
