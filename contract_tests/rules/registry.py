"""Which function judges which rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from contract_tests.findings import Finding
from contract_tests.survey import Survey

Judge = Callable[[Survey], Iterable[Finding]]


@dataclass(frozen=True)
class Judgement:
    """How a rule is judged."""

    judge: Judge
    last: bool
    """Whether it looks at what all the others have asked, and so comes after them."""
    writes: bool = False
    """Whether it changes something, and so comes after those that compare what they read."""

    @property
    def how(self) -> str:
        """What the judge does, in a sentence."""
        return (self.judge.__doc__ or "").strip()


JUDGES: dict[str, Judgement] = {}


def judges(rule_id: str, *, last: bool = False, writes: bool = False) -> Callable[[Judge], Judge]:
    """Register a function as the judge of a rule.

    It yields a Finding for each way in which the rule is broken, and raises NotExercised when it cannot be tried.
    """

    def register(judge: Judge) -> Judge:
        if rule_id in JUDGES:
            raise ValueError(f"{rule_id} has a judge already")
        JUDGES[rule_id] = Judgement(judge, last, writes)
        return judge

    return register
