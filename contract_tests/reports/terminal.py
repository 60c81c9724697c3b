"""The report on a terminal."""

from __future__ import annotations

import os
import re
import sys
import textwrap
from typing import TextIO

from api_spec import VERSION
from contract_tests.exchange import Exchange, redact
from contract_tests.findings import Finding, Outcome, Status
from contract_tests.reports.document import drift_of
from contract_tests.run import ExitCode, Run

MARKS = {
    Status.KEPT: ("✓", "kept", "32"),
    Status.BROKEN: ("✗", "BROKEN", "31;1"),
    Status.WARNED: ("!", "warned", "33"),
    Status.ACCEPTED: ("~", "accepted", "33"),
    Status.NOT_EXERCISED: ("-", "not exercised", "2"),
    Status.BLOCKED: ("·", "not judged", "2"),
}


DRIFT_LIMIT = 460
"""Characters of one line of drift: four lines of a terminal."""
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that move the cursor, change colors or turn the direction of writing."""


def has_color(stream: TextIO) -> bool:
    """Whether a stream takes colors: a terminal, unless NO_COLOR is set."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _shown(run: Run, text: str) -> str:
    """Text that may come from an answer, without secrets and without what a terminal would obey."""
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), redact(text, run.target.secrets))


class TerminalReport:
    """Prints progress, every finding with its proof, and a last line that alone tells the verdict."""

    def __init__(self, out: TextIO | None = None, *, progress: TextIO | None = None) -> None:
        """`out` gets the report; `progress` a line that is overwritten, if it is a terminal."""
        self._out = out or sys.stdout
        progress = progress or sys.stderr
        self._progress = progress if progress.isatty() else None
        self._color = has_color(self._out)
        self._run: Run | None = None

    def started(self, run: Run) -> None:
        """Say what is judged, by what."""
        self._run = run
        settings = run.settings
        self._print(
            f"dcycle-contract {VERSION}: {run.target.base_url} by {run.spec.document.path.name} {run.spec.version}, "
            f"{settings.profile} profile, seed {settings.seed}"
        )

    def heard(self, exchange: Exchange) -> None:
        """Move the progress line on."""
        if self._progress and exchange.number % 5 == 0:
            self._progress.write(f"\r\033[K{exchange.number} requests, {exchange.rule_id}")
            self._progress.flush()

    def judged(self, outcome: Outcome) -> None:
        """Nothing: rules are printed in the order of the contract, at the end."""

    def finished(self, run: Run) -> None:
        """Print the verdict."""
        if self._progress:
            self._progress.write("\r\033[K")
            self._progress.flush()
        self._summary(run)
        for status in (Status.BROKEN, Status.WARNED):
            for outcome in run.having(status):
                if run.cause_of(outcome) is None:
                    self._details(run, outcome)
        for problem in run.baseline_problems:
            self._print()
            self._print(self._paint("BROKEN: baseline", "31;1") + f"\n  {problem}")
        self._drift(run)
        self._writes(run)
        self._print()
        self._print(self._verdict(run))

    def _summary(self, run: Run) -> None:
        for operation_id in (None, *(operation.id for operation in run.spec.operations)):
            outcomes = [outcome for outcome in run.in_order() if outcome.rule.operation_id == operation_id]
            if outcomes:
                self._print()
                self._print(f"{operation_id or 'every operation'}: {self._counts(outcomes)}")
            for outcome in outcomes:
                if outcome.status is not Status.KEPT or run.settings.verbose:
                    self._line(outcome)

    def _counts(self, outcomes: list[Outcome]) -> str:
        counts = {status: sum(one.status is status for one in outcomes) for status in Status}
        return ", ".join(
            self._paint(f"{count} {MARKS[status][1]}", MARKS[status][2]) for status, count in counts.items() if count
        )

    def _line(self, outcome: Outcome) -> None:
        mark, _, color = MARKS[outcome.status]
        text = outcome.rule.sentence
        if outcome.status is Status.NOT_EXERCISED:
            text = f"not exercised. {outcome.reason}"
        if outcome.status is Status.ACCEPTED:
            text = f"accepted: {outcome.reason}"
        if outcome.status is Status.BLOCKED:
            text = f"not judged because of {outcome.reason}"
        head = f"  {mark} {outcome.rule.id:<30}"
        self._print(self._paint(head, color) + self._wrap(text, indent=34))

    def _details(self, run: Run, outcome: Outcome) -> None:
        rule = outcome.rule
        _, word, color = MARKS[outcome.status]
        self._print()
        self._print(self._paint(f"{word}: {rule.id}", color) + f"  ({rule.basis}: {rule.page.title}, {rule.page.url})")
        self._print("  " + self._wrap(rule.sentence, indent=2))
        self._print(f"  explained {run.settings.explanation(rule.id)}")
        for finding in outcome.findings:
            self._finding(run, finding)
        if outcome.more:
            self._print(f"  and {outcome.more} more")
        for other in run.having(Status.BROKEN):
            if run.cause_of(other) == rule.id:
                first = other.findings[0]
                text = f"{other.rule.id}: expected {first.expected}, got {first.got}"
                self._print(f"  so also   {self._wrap(redact(text, run.target.secrets), indent=12)}")

    def _finding(self, run: Run, finding: Finding) -> None:
        times = f"   [{finding.count} times]" if finding.count > 1 else ""
        self._print(f"  at        {_shown(run, finding.where)}{times}")
        self._print(f"  expected  {self._wrap(_shown(run, finding.expected), indent=12)}")
        self._print(f"  got       {self._wrap(_shown(run, finding.got), indent=12)}")
        many = len(finding.repeated) > 2
        for number, exchange in enumerate(finding.repeated, start=1):
            step = f"{number:>2}. " if many else ""
            self._print(f"  repeat    {step}{exchange.request.curl(run.target.base_url)}")

    def _drift(self, run: Run) -> None:
        """Name what the answers hold beyond the contract, and what it documents and no answer held."""
        lines = []
        for found in filter(None, (drift_of(run, operation.id) for operation in run.spec.operations)):
            if found.undocumented:
                lines.append(f"{found.operation_id} answers without documentation: {', '.join(found.undocumented)}")
            if found.unseen:
                unseen = (f"{path} {' '.join(values)}" for path, values in found.unseen.items())
                lines.append(f"{found.operation_id} never answered: {', '.join(unseen)}")
        if lines:
            self._print()
            self._print("Drift, not judged:")
        for line in lines:
            self._print("  " + self._wrap(_shown(run, textwrap.shorten(line, DRIFT_LIMIT, placeholder=" …")), indent=2))

    def _writes(self, run: Run) -> None:
        """Name what was written to, and what is still to be put back."""
        writing = run.survey.writing
        if writing.named and run.settings.base_url:
            self._print()
            self._print("Written to: " + self._wrap(", ".join(writing.named), indent=12))
        if writing.journal.deleted:
            self._print("Deleted: " + ", ".join(writing.journal.deleted))
        for request in writing.owed():
            self._print(self._paint("NOT PUT BACK", "31;1") + f"  {request.curl(run.target.base_url)}")

    def _verdict(self, run: Run) -> str:
        counts = {status: len(run.having(status)) for status in Status}
        told = ", ".join(f"{count} {MARKS[status][1].lower()}" for status, count in counts.items() if count)
        effort = f"{len(run.survey.exchanges)} requests in {run.seconds:.1f} s"
        cut = f" The run ended early: {run.trouble}" if run.trouble else ""
        if run.exit_code is ExitCode.UNREACHABLE:
            return self._paint(f"UNREACHABLE: {run.trouble}", "31;1")
        if run.exit_code is ExitCode.INTERRUPTED:
            return self._paint(f"INTERRUPTED: no verdict. {told or 'nothing judged'}; {effort}.", "33;1")
        if run.exit_code is ExitCode.BROKEN:
            return self._paint("BROKEN", "31;1") + f": the contract is broken. {told}; {effort}.{cut}"
        return self._paint("KEPT", "32;1") + f": the contract is kept. {told}; {effort}."

    def _wrap(self, text: str, indent: int) -> str:
        lines = textwrap.wrap(text, 118 - indent, break_long_words=False, break_on_hyphens=False) or [""]
        return ("\n" + " " * indent).join(lines)

    def _paint(self, text: str, color: str) -> str:
        return f"\033[{color}m{text}\033[0m" if self._color else text

    def _print(self, text: str = "") -> None:
        print(text, file=self._out)
