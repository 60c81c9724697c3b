"""Accepted deviations: ``--baseline FILE``. Each has a reason and a last day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from api_spec import Spec
from contract_tests.files import FileError, read_file
from contract_tests.findings import Finding, Outcome, Status


@dataclass(frozen=True)
class Deviation:
    """A finding that is accepted for a time."""

    rule_id: str
    where: str | None
    """The leaf it is accepted at, with * for any place in a list; None for any leaf."""
    reason: str
    until: date

    def matches(self, finding: Finding) -> bool:
        """Whether a finding is the one that is meant."""
        return finding.rule_id == self.rule_id and self.where in (None, finding.where, finding.shape[0])

    def __str__(self) -> str:
        at = f" at {self.where}" if self.where else ""
        return f"{self.rule_id}{at}"


class Baseline:
    """The accepted deviations of a deployment."""

    def __init__(self, deviations: Sequence[Deviation] = (), today: date | None = None) -> None:
        self.deviations = tuple(deviations)
        self._today = today or date.today()
        self._used: set[Deviation] = set()

    def accept(self, outcome: Outcome) -> Outcome:
        """The outcome without the findings that are accepted today; it notes which deviations were met."""
        left, reasons = [], []
        for finding in outcome.findings:
            met = next((one for one in self.deviations if one.matches(finding)), None)
            if met:
                self._used.add(met)
            if met and met.until >= self._today:
                reasons.append(f"{met.reason} (until {met.until})")
            else:
                left.append(finding)
        if not reasons:
            return outcome
        reason = "; ".join(dict.fromkeys(reasons))
        if left:
            return replace(outcome, findings=tuple(left))
        return replace(outcome, status=Status.ACCEPTED, reason=reason)

    def problems(self, outcomes: Sequence[Outcome]) -> list[str]:
        """Entries that are expired, and entries that nothing matches any more though their rule was judged."""
        judged = {one.rule.id for one in outcomes if one.status not in (Status.NOT_EXERCISED, Status.BLOCKED)}
        found = []
        for one in self.deviations:
            if one.until < self._today:
                found.append(f"{one}: expired on {one.until}. Mend the deployment, or set a new day.")
            elif one.rule_id in judged and one not in self._used:
                found.append(f"{one}: nothing deviates there any more. Remove the entry.")
        return found


def read_baseline(path: Path, spec: Spec) -> Baseline:
    """The deviations in a file. Raises FileError with what is wrong in it."""
    raw = read_file(path, "baseline")
    ids = [rule.id for rule in spec.rules]
    for index, one in enumerate(raw["deviations"]):
        if one["rule"] not in ids:
            near = get_close_matches(one["rule"], ids, n=1)
            hint = f". Did you mean {near[0]}?" if near else ""
            raise FileError(f"{path}: deviations.{index}.rule: expected a rule, got {one['rule']!r}{hint}")
    return Baseline(
        [
            Deviation(one["rule"], one.get("where"), one["reason"], date.fromisoformat(one["until"]))
            for one in raw["deviations"]
        ]
    )
