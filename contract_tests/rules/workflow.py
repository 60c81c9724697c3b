"""The workflow in any order: a Hypothesis state machine whose model is written from the pages.

Its steps update and consolidate the invoices of the run, and after each, or after some, everything is read and compared
with the model. What it finds belongs to the rules that the single writes are judged by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import proxy

from contract_tests.conformance import brief
from contract_tests.exchange import Exchange
from contract_tests.findings import Blocked, Broken, Finding, NotExercised
from contract_tests.hypothesis_home import hypothesis_at_home, quiet_settings
from contract_tests.journal import alike
from contract_tests.listings import Key
from contract_tests.membership import Invoice, key_of_invoice
from contract_tests.rules.consolidations import KEPT, consolidation
from contract_tests.rules.picture import strays, take
from contract_tests.rules.registry import JUDGES, Judge
from contract_tests.rules.updates import answered_object
from contract_tests.survey import Survey
from contract_tests.transport import Unreachable

if TYPE_CHECKING:
    from hypothesis.stateful import RuleBasedStateMachine

UPDATES = ("update-applied", "update-keeps-rest", "update-shows")
MOST_INDEX = 5
"""The highest index that picks an invoice; those beyond the last count on from the first."""
CONSOLIDATIONS = ("consolidate-rewrites", "consolidate-keeps-rest", "consolidate-shows", "consolidate-count")
"""The rules about what is to be changed, what is not, and what the listings show then; and about the count."""


class _Disagreement(Exception):
    """The deployment and the model disagree."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.where)
        self.finding = finding


class _Enough(BaseException):
    """Ends a search at once: no ordinary exception, as Hypothesis would take it for one more failure."""


@dataclass(frozen=True)
class _Write:
    """A write, and the attributes that it changes, by invoice."""

    rules: Sequence[str]
    changed: Mapping[str, tuple[str, ...]]
    sent: Exchange


class Walk:
    """One sequence of steps, from the invoices as they were at first."""

    def __init__(self, survey: Survey, trusted: frozenset[str]) -> None:
        """`trusted` are the rules that single writes keep; only of these more is found here."""
        self.survey = survey
        self.trusted = trusted
        pair = survey.writing.subjects.pair
        self.model: dict[str, Invoice] = {one: invoice for cluster in pair for one, invoice in cluster.invoices.items()}
        self.ids = tuple(self.model)
        mark = f"DCYCLE-CONTRACT-{survey.random('workflow').getrandbits(32):08X}"
        self.codes = (*(cluster.cups for cluster in pair), f"{mark}-A", f"{mark}-B")
        self.keys: list[Key] = [(code, pair[0].facility) for code in self.codes]
        self._start = len(survey.exchanges)
        self._unseen: _Write | None = None

    # Steps

    def update(self, index: int, change: tuple[str, str], *, look: bool) -> None:
        """Update one attribute of one invoice, and look at everything then, or only later."""
        one, (name, value) = self.ids[index % len(self.ids)], change
        sent = self.survey.writing.update(one, {name: value})
        self.model[one] = {**self.model[one], name: value}
        self._check(self._compare_update(one, name, sent))
        self._written(UPDATES, {one: (name,)}, sent, look=look)

    def consolidate(self, picked: Sequence[bool], target: str, *, look: bool) -> None:
        """Merge those of the present groups that are picked, or all, and look then, or only later."""
        present = list(dict.fromkeys(map(key_of_invoice, self.model.values())))
        sources = [key for key, taken in zip(present, picked, strict=False) if taken] or present
        concerned = [one for one, invoice in self.model.items() if key_of_invoice(invoice) in sources]
        # What has the target already comes first: who goes from source to source counts no invoice twice then.
        sources.sort(key=lambda key: key[0] != target)
        had = [one for one in concerned if alike(self.model[one].get("cups"), target)]
        self.survey.writing.changing(concerned, ["cups"])
        named = [{"cups": cups, "facility_id": facility} for cups, facility in sources]
        sent = self.survey.writing.send(consolidation(self.survey, target, named))
        for one in concerned:
            self.model[one] = {**self.model[one], "cups": target}
        self._check(self._compare_consolidation({len(concerned), len(concerned) - len(had)}, sent))
        self._written(CONSOLIDATIONS, dict.fromkeys(concerned, ("cups",)), sent, look=look)

    def end(self) -> None:
        """Look at what was not looked at, and put everything back."""
        try:
            if self._unseen is not None:
                self._look(self._unseen)
        finally:
            self.survey.writing.put_back()
        if self.survey.writing.journal.owed():
            raise _Enough

    # Comparing

    def _written(
        self, rules: Sequence[str], changed: Mapping[str, tuple[str, ...]], sent: Exchange, *, look: bool
    ) -> None:
        self._unseen = _Write(rules, changed, sent)
        if look:
            self._look(self._unseen)

    def _look(self, write: _Write) -> None:
        self._unseen = None
        self._check(self._compare(write))

    def _compare_update(self, one: str, name: str, sent: Exchange) -> Iterator[Finding]:
        if not sent.answer.succeeded:
            yield Finding("update-applied", name, "success", str(sent.answer.status), sent)
            return
        answered = answered_object(self.survey, sent) or {}
        for key in ("invoice_id", "cups"):
            if key in answered and not alike(answered[key], self.model[one].get(key)):
                rule_id = "update-applied" if key == name else "update-keeps-rest"
                yield _differs(rule_id, key, self.model[one], answered, sent)

    def _compare_consolidation(self, counts: set[int], sent: Exchange) -> Iterator[Finding]:
        if not sent.answer.succeeded:
            yield Finding("consolidate-rewrites", "status", "success", str(sent.answer.status), sent)
            return
        told = (answered_object(self.survey, sent) or {}).get("updated_count")
        if isinstance(told, int) and told not in counts:
            expected = " or ".join(map(str, sorted(counts)))
            yield Finding("consolidate-count", "updated_count", expected, str(told), sent)

    def _compare(self, write: _Write) -> Iterator[Finding]:
        """Compares all invoices and listings: what was to be changed, what was not, and what is shown."""
        applied, kept, shown = write.rules[:3]
        for one, (read, invoice) in self.survey.writing.read_all(self.ids).items():
            for name in ("invoice_id", "cups", *KEPT):
                if not alike(invoice.get(name), self.model[one].get(name)):
                    rule_id = applied if name in write.changed.get(one, ()) else kept
                    yield _differs(rule_id, name, self.model[one], invoice, read)
        yield from strays(shown, take(self.survey, self.keys), self.model, self.keys, write.sent)

    def _check(self, findings: Iterator[Finding]) -> None:
        found = next((one for one in findings if one.rule_id in self.trusted), None)
        if found is not None:
            self._unseen = None
            raise _Disagreement(self._with_steps(found))

    def _with_steps(self, finding: Finding) -> Finding:
        """The finding with what was sent before: every write, and every reading of what it shows."""
        shown = finding.exchange
        steps = [
            one
            for one in self.survey.exchanges[self._start : shown.number - 1]
            if one.request.method != "GET" or one.request == shown.request
        ]
        return replace(finding, also=tuple(steps))


def _differs(rule_id: str, name: str, expected: Invoice, got: Invoice, exchange: Exchange) -> Finding:
    return Finding(rule_id, name, brief(expected.get(name)), brief(got.get(name)), exchange)


class Search:
    """Tries sequences, and keeps the shortest that shows a disagreement for each rule."""

    def __init__(self, survey: Survey, trusted: frozenset[str]) -> None:
        self.survey = survey
        self.found: dict[str, Finding] = {}
        self._trusted = trusted
        self._left = survey.profile.sequences + survey.profile.shrinks
        self._unreachable: Unreachable | None = None

    @property
    def consolidates(self) -> bool:
        """Whether single consolidations are right, so that sequences of them are worth a look."""
        return self._trusted.issuperset(CONSOLIDATIONS)

    def begin(self) -> Walk:
        """The next sequence."""
        self._left -= 1
        if self._left < 0:
            raise _Enough
        return Walk(self.survey, self._trusted)

    def step(self, act: Callable[[], None]) -> None:
        """Take one step of a sequence."""
        try:
            act()
        except _Disagreement as error:
            self._keep(error.finding)
            raise
        except Unreachable as error:
            self._unreachable = error
            raise _Enough from None
        except (NotExercised, Blocked, Broken):
            raise _Enough from None

    def _keep(self, finding: Finding) -> None:
        before = self.found.get(finding.rule_id)
        if before is None or len(finding.also) < len(before.also):
            self.found[finding.rule_id] = finding

    def run(self) -> dict[str, Finding]:
        """Try sequences until the profile's bounds, or until the shortest is found that fails."""
        from hypothesis.errors import Flaky

        # What was found is kept already, also where a deployment errs only now and then.
        with suppress(_Disagreement, _Enough, Flaky):
            # By a proxy: Hypothesis keeps every machine for as long as the process runs.
            _run(_machine(proxy(self)), self.survey)
        if self._unreachable is not None:
            raise self._unreachable
        self.survey.writing.put_back()
        return self.found


def _run(machine: type[RuleBasedStateMachine], survey: Survey) -> None:
    from hypothesis import Phase, seed
    from hypothesis.stateful import run_state_machine_as_test

    bounds = quiet_settings(
        max_examples=survey.profile.sequences,
        stateful_step_count=survey.profile.steps,
        phases=[Phase.generate, Phase.shrink],
    )
    with hypothesis_at_home():
        run_state_machine_as_test(seed(survey.seed)(machine), settings=bounds)


def _machine(search: Search) -> type[RuleBasedStateMachine]:
    """The steps that Hypothesis puts together."""
    from hypothesis import strategies as st
    from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

    indices = st.integers(0, MOST_INDEX)
    codes = Walk(search.survey, frozenset()).codes
    numbers = [("invoice_id", f"DCYCLE-CONTRACT-{number}") for number in range(3)]
    changes = st.sampled_from([*numbers, *(("cups", code) for code in codes)])

    class Workflow(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.walk = search.begin()

        @rule(index=indices, change=changes, look=st.booleans())
        def update(self, index: int, change: tuple[str, str], look: bool) -> None:
            search.step(lambda: self.walk.update(index, change, look=look))

        @precondition(lambda _: search.consolidates)
        @rule(picked=st.lists(st.booleans(), min_size=4, max_size=4), code=st.sampled_from(codes), look=st.booleans())
        def consolidate(self, picked: list[bool], code: str, look: bool) -> None:
            search.step(lambda: self.walk.consolidate(picked, code, look=look))

        def teardown(self) -> None:
            search.step(self.walk.end)

    return Workflow


def walk_workflow(survey: Survey) -> dict[str, Finding]:
    """The shortest sequence found for each rule that single writes keep and a sequence breaks."""
    if len(survey.writing.subjects.pair) < 2 or not survey.profile.sequences:
        return {}
    trusted = frozenset(one for one in (*UPDATES, *CONSOLIDATIONS) if _is_kept(survey, one))
    return Search(survey, trusted).run() if trusted.issuperset(UPDATES) else {}


def _is_kept(survey: Survey, rule_id: str) -> bool:
    try:
        return not any(True for _ in SINGLE[rule_id](survey))
    except (NotExercised, Blocked, Broken):
        return False


SINGLE: dict[str, Judge] = {one: JUDGES[one].judge for one in (*UPDATES, *CONSOLIDATIONS)}
"""The judges of single writes."""


def _with_sequences(rule_id: str, judge: Judge) -> Judge:
    def whole(survey: Survey) -> Iterator[Finding]:
        broken = False
        for finding in judge(survey):
            broken = True
            yield finding
        if not broken:
            yield from _found_in_sequences(survey, rule_id)

    whole.__doc__ = judge.__doc__
    return whole


def _found_in_sequences(survey: Survey, rule_id: str) -> Iterator[Finding]:
    try:
        found = survey.writing.once(walk_workflow)
    except (NotExercised, Blocked, Broken):
        return
    if rule_id in found:
        yield found[rule_id]


for _rule_id, _judge in SINGLE.items():
    JUDGES[_rule_id] = replace(JUDGES[_rule_id], judge=_with_sequences(_rule_id, _judge))
