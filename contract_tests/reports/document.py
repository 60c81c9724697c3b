"""The verdict as one JSON document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from api_spec import VERSION
from contract_tests.exchange import Exchange, redact
from contract_tests.findings import Finding, Outcome, Status
from contract_tests.run import Run

BODY_LIMIT = 20_000
"""Characters of a body that a report repeats."""


class JsonReport:
    """Writes the verdict to a file when the run is over."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def started(self, run: Run) -> None:
        """Nothing yet."""

    def heard(self, exchange: Exchange) -> None:
        """Nothing: the exchanges that prove something stand with the findings."""

    def judged(self, outcome: Outcome) -> None:
        """Nothing yet."""

    def finished(self, run: Run) -> None:
        """Write the file."""
        text = json.dumps(document(run), ensure_ascii=False, indent=2)
        self._path.write_text(redact(text, run.target.secrets) + "\n", encoding="utf-8")


def document(run: Run) -> dict[str, Any]:
    """The verdict: what was judged, how every rule came out, and the proof of every finding."""
    return {
        "tool": {"name": "dcycle-contract", "version": VERSION},
        "contract": {"title": run.spec.title, "version": run.spec.version},
        "base_url": run.target.base_url,
        "profile": run.settings.profile,
        "seed": run.settings.seed,
        "verdict": run.exit_code.name.lower(),
        "exit_code": int(run.exit_code),
        "trouble": run.trouble,
        "requests": len(run.survey.exchanges),
        "seconds": round(run.seconds, 3),
        "counts": {status.value: len(run.having(status)) for status in Status},
        "rules": [_outcome(run, outcome) for outcome in run.in_order()],
    }


def _outcome(run: Run, outcome: Outcome) -> dict[str, Any]:
    rule = outcome.rule
    return {
        "id": rule.id,
        "operation": rule.operation_id,
        "status": outcome.status.value,
        "rule": rule.sentence,
        "basis": rule.basis.value,
        "page": rule.page.url,
        "line": run.spec.line_of(rule.pointer),
        "reason": outcome.reason,
        "findings": [_finding(run, finding) for finding in outcome.findings],
    }


def _finding(run: Run, finding: Finding) -> dict[str, Any]:
    return {
        "where": finding.where,
        "expected": finding.expected,
        "got": finding.got,
        "count": finding.count,
        "exchanges": [_exchange(run, exchange) for exchange in (finding.exchange, *finding.also)],
    }


def _exchange(run: Run, exchange: Exchange) -> dict[str, Any]:
    return {
        "request": str(exchange.request),
        "curl": exchange.request.curl(run.target.base_url),
        "status": exchange.answer.status,
        "headers": [list(pair) for pair in exchange.answer.headers],
        "body": exchange.answer.body.decode("utf-8", "replace")[:BODY_LIMIT],
    }
