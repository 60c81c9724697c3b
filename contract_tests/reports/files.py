"""Writes reports to files: those of the finished run, and the events as they happen."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from contract_tests.exchange import Exchange
from contract_tests.findings import Outcome
from contract_tests.reports.document import document, redacted, rule_of
from contract_tests.run import Run

Render = Callable[[Mapping[str, Any]], str]


class FileReports:
    """Writes each report when the run is over, all from the same document."""

    def __init__(self, wanted: Mapping[Path, Render]) -> None:
        """`wanted` says for each file how its text is made."""
        self._wanted = wanted

    def started(self, run: Run) -> None:
        """Nothing yet."""

    def heard(self, exchange: Exchange) -> None:
        """Nothing: the exchanges that prove something stand with the findings."""

    def judged(self, outcome: Outcome) -> None:
        """Nothing yet."""

    def finished(self, run: Run) -> None:
        """Write the files."""
        told = document(run)
        for path, render in self._wanted.items():
            path.write_text(render(told), encoding="utf-8", errors="backslashreplace")


def as_json(told: Mapping[str, Any]) -> str:
    """The document itself."""
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


class EventReport:
    """Writes one line of JSON for each event of the run, as it happens."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None
        self._run: Run | None = None

    def started(self, run: Run) -> None:
        """Open the file and say what is judged."""
        self._run = run
        self._file = self._path.open("w", encoding="utf-8", errors="backslashreplace")
        self._write("started", base_url=run.target.base_url, profile=run.settings.profile, seed=run.settings.seed)

    def heard(self, exchange: Exchange) -> None:
        """Say what was asked and how it was answered."""
        request, answer = exchange.request, exchange.answer
        self._write(
            "exchange",
            number=exchange.number,
            rule=exchange.rule_id,
            operation=request.operation_id,
            request=str(request),
            status=answer.status,
            seconds=round(answer.seconds, 4),
        )

    def judged(self, outcome: Outcome) -> None:
        """Say how a rule came out."""
        if self._run is not None:
            self._write("rule", **rule_of(self._run, outcome))

    def finished(self, run: Run) -> None:
        """Say the verdict and close the file."""
        self._write("finished", verdict=run.exit_code.name.lower(), exit_code=int(run.exit_code), trouble=run.trouble)
        if self._file is not None:
            self._file.close()

    def _write(self, event: str, **about: Any) -> None:
        if self._file is not None and self._run is not None:
            told = redacted({"event": event, **about}, self._run)
            self._file.write(json.dumps(told, ensure_ascii=False) + "\n")
            self._file.flush()
