"""The verdict as one document. Every other report of a finished run is made from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from api_spec import VERSION
from contract_tests.drift import Drift, drift
from contract_tests.exchange import Exchange, redact
from contract_tests.findings import Finding, Outcome, Status
from contract_tests.reading import NotJson
from contract_tests.run import Run

BODY_LIMIT = 20_000
"""Characters of a body that a report repeats."""


def document(run: Run) -> dict[str, Any]:
    """What was judged, how every rule came out, and the proof of every finding. It holds no secret."""
    found: dict[str, Any] = redacted(_document(run), run)
    return found


def _document(run: Run) -> dict[str, Any]:
    return {
        "tool": {"name": "dcycle-contract", "version": VERSION},
        "contract": {
            "title": run.spec.title,
            "version": run.spec.version,
            "file": run.spec.document.path.name,
        },
        "base_url": run.target.base_url,
        "organization_id": run.target.credentials.organization_id,
        "profile": run.settings.profile,
        "seed": run.settings.seed,
        "strict": run.settings.strict,
        "verdict": run.exit_code.name.lower(),
        "exit_code": int(run.exit_code),
        "trouble": run.trouble,
        "requests": len(run.survey.exchanges),
        "seconds": round(run.seconds, 3),
        "writes": {
            "allowed": run.survey.writing.permission.granted,
            "invoices": list(run.survey.writing.named),
            "deleted": list(run.survey.writing.journal.deleted),
            "not_put_back": [one.curl(run.target.base_url) for one in run.survey.writing.owed()],
        },
        "counts": {status.value: len(run.having(status)) for status in Status},
        "rules": [rule_of(run, outcome) for outcome in run.in_order()],
        "baseline": run.baseline_problems,
        "drift": [_drift(run, operation.id) for operation in run.spec.operations],
    }


def redacted(value: Any, run: Run) -> Any:
    """A value of JSON with every secret in it replaced."""
    if isinstance(value, str):
        return redact(value, run.target.secrets)
    if isinstance(value, dict):
        return {redact(key, run.target.secrets): redacted(one, run) for key, one in value.items()}
    if isinstance(value, list):
        return [redacted(one, run) for one in value]
    return value


def rule_of(run: Run, outcome: Outcome) -> dict[str, Any]:
    """How one rule came out."""
    rule = outcome.rule
    return {
        "id": rule.id,
        "operation": rule.operation_id,
        "status": outcome.status.value,
        "fails": run.fails(outcome),
        "rule": rule.sentence,
        "basis": rule.basis.value,
        "page": {"title": rule.page.title, "url": rule.page.url},
        "explained": run.settings.explanation(rule.id),
        "line": run.spec.line_of(rule.pointer),
        "reason": outcome.reason,
        "consequence_of": run.cause_of(outcome),
        "findings": [_finding(run, finding) for finding in outcome.findings],
        "more": outcome.more,
    }


def _finding(run: Run, finding: Finding) -> dict[str, Any]:
    return {
        "where": finding.where,
        "expected": finding.expected,
        "got": finding.got,
        "count": finding.count,
        "repeat": [one.request.curl(run.target.base_url) for one in finding.repeated],
        "exchanges": [_exchange(run, exchange) for exchange in finding.proof],
    }


def _exchange(run: Run, exchange: Exchange) -> dict[str, Any]:
    body = exchange.answer.body.decode("utf-8", "replace")
    return {
        "number": exchange.number,
        "request": str(exchange.request),
        "curl": exchange.request.curl(run.target.base_url),
        "sent": exchange.request.body,
        "status": exchange.answer.status,
        "headers": [list(pair) for pair in exchange.answer.headers],
        "body": body if len(body) <= BODY_LIMIT else f"{body[:BODY_LIMIT]}… ({len(body)} characters in all)",
        "seconds": round(exchange.answer.seconds, 3),
    }


def drift_of(run: Run, operation_id: str) -> Drift:
    """How the answers of the run to one operation differ from what is documented, without breaking it.

    What an operation that writes never answered says nothing: it is tried on a few records.
    """
    operation = run.spec.operation(operation_id)
    found = drift(operation_id, operation.success.schema or {}, _bodies(run, operation_id))
    return found if operation.method == "GET" else replace(found, unseen={})


def _bodies(run: Run, operation_id: str) -> Iterator[Any]:
    """The different bodies of successful answers, read one by one."""
    seen = set()
    for exchange in run.survey.exchanges:
        answer = exchange.answer
        if exchange.request.operation_id == operation_id and answer.status == 200 and answer.body not in seen:
            seen.add(answer.body)
            try:
                yield run.survey.json_of(exchange)
            except NotJson:
                continue


def _drift(run: Run, operation_id: str) -> dict[str, Any]:
    found = drift_of(run, operation_id)
    return {
        "operation": operation_id,
        "answers": found.answers,
        "undocumented": dict(found.undocumented),
        "unseen": {path: list(values) for path, values in found.unseen.items()},
    }
