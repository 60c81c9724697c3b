"""What a judgement says: findings, and an outcome for each rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from api_spec import Basis, Rule
from contract_tests.exchange import Exchange

MOST_STEPS = 10
"""Requests of a sequence that are shown, the last ones."""


@dataclass(frozen=True)
class Finding:
    """One way in which a rule is broken."""

    rule_id: str
    where: str
    """The leaf that differs, such as ``items/3/is_locked``, or what was asked for."""
    expected: str
    got: str
    exchange: Exchange
    """The exchange that shows it."""
    also: tuple[Exchange, ...] = ()
    """Other exchanges needed to see it."""
    count: int = 1
    """How many times the same was seen."""

    @property
    def proof(self) -> tuple[Exchange, ...]:
        """Every exchange needed to see it: the telling one first, or in the order of sending where one wrote."""
        found = (self.exchange, *self.also)
        return tuple(sorted(found, key=lambda one: one.number)) if self._writes else found

    @property
    def repeated(self) -> tuple[Exchange, ...]:
        """What to send to see it again: a whole sequence where one of its requests wrote, else two at most."""
        return self.proof[-MOST_STEPS:] if self._writes else self.proof[:2]

    @property
    def _writes(self) -> bool:
        return any(one.request.writes for one in (self.exchange, *self.also))

    @property
    def shape(self) -> tuple[str, str]:
        """What makes two findings the same: the leaf without its indices, and what was expected of it."""
        leaf = "/".join("*" if step.isdigit() else step for step in self.where.split("/"))
        return leaf, self.expected


class NotExercised(Exception):
    """A rule could not be tried. Its text says what to give so that it can be."""


class Blocked(Exception):
    """A rule could not be judged because an answer it needs breaks another one."""

    def __init__(self, rule_id: str, exchange: Exchange) -> None:
        super().__init__(f"{exchange.request} breaks {rule_id}")
        self.rule_id = rule_id
        self.exchange = exchange


class Broken(Exception):
    """A rule is broken in a way that ends its judgement."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.where)
        self.finding = finding


class Status(StrEnum):
    """How a rule came out."""

    KEPT = "kept"
    BROKEN = "broken"
    WARNED = "warned"
    ACCEPTED = "accepted"
    NOT_EXERCISED = "not exercised"
    BLOCKED = "not judged"


MOST_SHAPES = 5
"""Ways of breaking a rule that are shown."""


@dataclass(frozen=True)
class Outcome:
    """How one rule came out, and why."""

    rule: Rule
    status: Status
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    """What to give to exercise it, which broken rule stands in the way, or why the findings are accepted."""
    more: int = 0
    """How many other shapes of findings there were, which are not shown."""

    def shortened(self) -> Outcome:
        """The same with no more findings than are shown."""
        return replace(self, findings=self.findings[:MOST_SHAPES], more=len(self.findings[MOST_SHAPES:]))


class Findings:
    """Findings of one rule as they are found: those of the same shape as one, the first seen, with its count."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Finding] = {}

    def add(self, finding: Finding) -> None:
        """Take one more."""
        before = self._found.get(finding.shape)
        self._found[finding.shape] = replace(before, count=before.count + 1) if before else finding

    def __bool__(self) -> bool:
        return bool(self._found)

    def outcome(self, rule: Rule) -> Outcome:
        """The outcome of a rule that was judged to its end, with the most frequent shapes first."""
        if not self:
            return Outcome(rule, Status.KEPT)
        status = Status.WARNED if rule.basis is Basis.INFERRED else Status.BROKEN
        return Outcome(rule, status, tuple(sorted(self._found.values(), key=lambda one: -one.count)))
