"""A run: one session with a deployment, rule after rule, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

from api_spec import Rule, Spec
from contract_tests.baseline import Baseline
from contract_tests.causes import cause_of
from contract_tests.exchange import Exchange
from contract_tests.findings import Blocked, Broken, Finding, Findings, NotExercised, Outcome, Status
from contract_tests.rules import JUDGES
from contract_tests.settings import Settings
from contract_tests.survey import Survey
from contract_tests.target import Target
from contract_tests.transport import Unreachable

PUTTING_BACK = (0.0, 0.5, 2.0, 5.0)
"""Seconds waited before each try to put back what was changed."""


class ExitCode(IntEnum):
    """What the command ends with."""

    KEPT = 0
    BROKEN = 1
    USAGE = 2
    UNREACHABLE = 3
    INTERRUPTED = 130


class Reporter(Protocol):
    """Something that is told of a run as it happens."""

    def started(self, run: Run) -> None:
        """The run begins."""

    def heard(self, exchange: Exchange) -> None:
        """An answer came in."""

    def judged(self, outcome: Outcome) -> None:
        """A rule was judged."""

    def finished(self, run: Run) -> None:
        """The run is over."""


@dataclass
class Run:
    """Everything about one run. Reporters read it."""

    spec: Spec
    target: Target
    settings: Settings
    survey: Survey
    rules: tuple[Rule, ...]
    """The rules to judge, in the order of judging."""
    reporters: Sequence[Reporter] = ()
    baseline: Baseline = field(default_factory=Baseline)
    outcomes: list[Outcome] = field(default_factory=list)
    started_at: float = field(default_factory=time.monotonic)
    ended: ExitCode | None = None
    """Why the run ended before its end, or None."""
    trouble: str = ""
    """What ended it."""
    renew: Callable[[], None] = lambda: None
    """Makes the transport try a server anew that it has given up."""
    _waits: Sequence[float] = PUTTING_BACK

    def judge(self, rule: Rule) -> Outcome:
        """Judge one rule and tell the reporters. Raises Unreachable when the deployment is gone."""
        return self._add(judge(self.survey, rule))

    def _add(self, judged: Outcome) -> Outcome:
        found = self.baseline.accept(judged).shortened()
        self.outcomes.append(found)
        if found.findings:
            self.survey.broken.add(found.rule.id)
        for reporter in self.reporters:
            reporter.judged(found)
        return found

    def put_back(self) -> None:
        """Put back what the run has changed and not put back yet, in a few tries. What is left stays in the journal."""
        waits, self._waits = self._waits, ()
        for wait in waits:
            if not self.survey.writing.journal.owed():
                return
            self.renew()
            time.sleep(wait)
            with suppress(Unreachable):
                self.survey.writing.put_back()

    def in_order(self) -> list[Outcome]:
        """The outcomes so far in the order of the contract."""
        order = {rule.id: place for place, rule in enumerate(self.spec.rules)}
        return sorted(self.outcomes, key=lambda one: order[one.rule.id])

    def cause_of(self, outcome: Outcome) -> str | None:
        """The broken rule that this broken one is a mere consequence of, if there is one."""
        if outcome.status is not Status.BROKEN:
            return None
        return cause_of(outcome.rule.id, [one.rule.id for one in self.having(Status.BROKEN)])

    def having(self, status: Status) -> list[Outcome]:
        """The outcomes of one status, in the order of the contract."""
        return [one for one in self.in_order() if one.status is status]

    @property
    def seconds(self) -> float:
        """How long the run has taken."""
        return time.monotonic() - self.started_at

    def give_up(self, trouble: str) -> None:
        """End the run before its end, as the deployment is gone. Answers that broke off on the way still count."""
        self.ended, self.trouble = ExitCode.UNREACHABLE, trouble
        rule, cut = self.spec.rule("json-well-formed"), Findings()
        for exchange in self.survey.exchanges:
            if exchange.answer.flaw and exchange.answer.status == 200:
                cut.add(Finding(rule.id, "body", "one well-formed JSON value", exchange.answer.flaw, exchange))
        if cut:
            self._add(cut.outcome(rule))

    @property
    def exit_code(self) -> ExitCode:
        """What the command ends with. A contract found broken is broken, also when the deployment is gone since."""
        if self.ended is ExitCode.INTERRUPTED or (self.ended is not None and not self.having(Status.BROKEN)):
            return self.ended
        broken = any(map(self.fails, self.outcomes)) or self.baseline_problems
        return ExitCode.BROKEN if broken else ExitCode.KEPT

    @property
    def baseline_problems(self) -> list[str]:
        """What is wrong with the accepted deviations, now that the rules are judged."""
        return self.baseline.problems(self.outcomes)

    def fails(self, outcome: Outcome) -> bool:
        """Whether an outcome breaks the contract, under the settings of the run."""
        failing = {Status.BROKEN, Status.BLOCKED}
        if self.settings.strict:
            failing.add(Status.WARNED)
        if self.settings.require_exercised:
            failing.add(Status.NOT_EXERCISED)
        return outcome.status in failing


def rules_to_judge(spec: Spec, operations: Iterable[str]) -> tuple[Rule, ...]:
    """The rules about some operations and those about all.

    Those that change something come after those that only read, and those last that look at the whole run.
    """
    wanted = set(operations) or {operation.id for operation in spec.operations}
    rules = [rule for rule in spec.rules if rule.operation_id is None or rule.operation_id in wanted]
    return tuple(sorted(rules, key=lambda rule: (JUDGES[rule.id].last, JUDGES[rule.id].writes)))


FAILED = "an answer that dcycle-contract failed to judge; please report it:"


def judge(survey: Survey, rule: Rule) -> Outcome:
    """The outcome of one rule."""
    findings = Findings()
    with survey.judging(rule.id):
        try:
            if JUDGES[rule.id].writes:
                survey.writing.require_permission()
            if rule.operation_id and survey.absence_of(rule.operation_id):
                return Outcome(rule, Status.BLOCKED, reason="operation-served")
            for finding in JUDGES[rule.id].judge(survey):
                findings.add(finding)
        except Broken as error:
            findings.add(error.finding)
        except Unreachable:
            raise
        except Exception as error:
            if not findings:
                return _unjudged(rule, error)
    return findings.outcome(rule)


def _unjudged(rule: Rule, error: Exception) -> Outcome:
    """The outcome of a rule whose judgement ended before anything was found."""
    if isinstance(error, NotExercised):
        return Outcome(rule, Status.NOT_EXERCISED, reason=str(error))
    if isinstance(error, Blocked):
        return Outcome(rule, Status.BLOCKED, reason=error.rule_id)
    return Outcome(rule, Status.BLOCKED, reason=f"{FAILED} {type(error).__name__}: {error}")
