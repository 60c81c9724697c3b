"""What a run writes to, that it is told beforehand, and that it is put back whatever happens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from faults.deployment import CORRECT, known_facts
from faults.exchange import Answer, Handler, Request, json_answer
from faults.judging import findings_of, judge
from faults.server import serve
from faults.site import Site

from contract_tests import run as runs
from contract_tests.exchange import Exchange
from contract_tests.findings import Status
from contract_tests.reports.document import document
from contract_tests.rules import JUDGES
from contract_tests.run import Run
from contract_tests.session import opened
from contract_tests.settings import Settings
from contract_tests.transport import Unreachable

FACTS = known_facts()
ACCOUNT = CORRECT.world.organizations[0].account
IDS = tuple(invoice["id"] for invoice in FACTS["export"]["invoices"])
EXPENDABLE = next(
    invoice["id"]
    for invoice in reversed(FACTS["export"]["invoices"])
    if invoice["type"] == "electricity" and invoice["cups"] and invoice["status"] == "active" and invoice["enabled"]
)
WRITING = tuple(rule_id for rule_id, judgement in JUDGES.items() if judgement.writes)
Hook = Callable[[Request, Handler], Answer]


@dataclass
class Watched:
    """A deployment that keeps what was written to it, and may be made to fail."""

    hook: Hook = lambda request, answer: answer(request)
    writes: list[Request] = field(default_factory=list)
    _answer: Handler | None = None

    def edit(self, site: Site) -> Handler:
        self._answer = site.answer

        def handle(request: Request) -> Answer:
            if request.is_write:
                self.writes.append(request)
            return self.hook(request, site.answer)

        return handle

    @property
    def state(self) -> dict[str, dict[str, Any]]:
        """Every invoice that is there, but for its time of update."""
        assert self._answer
        headers = {"x-api-key": ACCOUNT.api_key, "x-organization-id": ACCOUNT.organization_id}
        answers = {one: self._answer(Request("GET", f"/v1/invoices/{one}", "", headers)) for one in IDS}
        found = {one: json.loads(answer.body) for one, answer in answers.items() if answer.status == 200}
        for invoice in found.values():
            del invoice["updated_at"]
        return found


def judged(watched: Watched, rules: Iterable[str] = WRITING, reporters: Any = (), **more: Any) -> Run:
    """A run over some rules; what interrupts it is kept as what ended it, as the command does."""
    told = {"allow_writes": True, "profile": "quick", "timeout": 2.0, **more}
    with serve(watched.edit) as url:
        settings = Settings(url, ACCOUNT.organization_id, ACCOUNT.api_key, tuple(FACTS["invoice_ids"]), **told)
        with opened(settings, reporters) as run:
            try:
                for rule in run.rules:
                    if rule.id in rules:
                        run.judge(rule)
            except (KeyboardInterrupt, Unreachable) as error:
                run.trouble = type(error).__name__
        return run


def before() -> dict[str, dict[str, Any]]:
    """The state of the deployment before a run."""
    watched = Watched()
    with serve(watched.edit):
        return watched.state


BEFORE = before()
SOME = ("consolidate-rewrites", "update-applied")
"""Rules that change most of what is changed."""


def test_without_permission_nothing_is_written_and_the_rules_say_what_to_give() -> None:
    watched = Watched()
    run = judged(watched, allow_writes=False, expendable_invoice_ids=(EXPENDABLE,))
    assert watched.writes == []
    assert {outcome.status for outcome in run.outcomes} == {Status.NOT_EXERCISED}
    assert {"--allow-writes" in outcome.reason for outcome in run.outcomes} == {True}


def test_a_correct_deployment_keeps_every_rule_about_writing_and_is_left_as_it_was() -> None:
    watched = Watched()
    run = judged(watched, expendable_invoice_ids=(EXPENDABLE,))
    out = {outcome.rule.id: outcome.reason for outcome in run.outcomes if outcome.status is not Status.KEPT}
    assert out.keys() <= {"consolidate-foreign"}, out
    assert watched.state == {one: invoice for one, invoice in BEFORE.items() if one != EXPENDABLE}


def test_an_invoice_that_may_be_deleted_is_only_deleted() -> None:
    subject = next(iter(judged(Watched(), SOME).survey.writing.subjects.invoices))
    watched = Watched()
    run = judged(watched, [*WRITING, "request-answered"], expendable_invoice_ids=(subject,))
    out = {outcome.rule.id: outcome.reason for outcome in run.outcomes if outcome.status is not Status.KEPT}
    assert out.keys() <= {"consolidate-foreign"}, out
    assert watched.state == {one: invoice for one, invoice in BEFORE.items() if one != subject}
    assert subject not in run.survey.writing.named


def test_what_is_written_to_is_named_before_the_first_write(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []
    watched = Watched(lambda request, answer: (told.append(capsys.readouterr().err), answer(request))[1])
    run = judged(watched, SOME)
    first = next(text for text in told if text)
    assert first.startswith("dcycle-contract: writes to these invoices, and puts them back: ")
    assert [one for one in run.survey.writing.named if one not in first] == []
    assert len(run.survey.writing.named) <= 16


def test_nothing_is_written_to_but_what_was_named() -> None:
    watched = Watched()
    run = judged(watched, expendable_invoice_ids=(EXPENDABLE,))
    named = {*run.survey.writing.named, EXPENDABLE}
    pairs = {(BEFORE[one]["cups"], BEFORE[one]["facility_id"]) for one in run.survey.writing.named}
    locked = run.survey.writing.subjects.locked
    for request in watched.writes:
        if request.operation in ("updateInvoice", "deleteInvoice"):
            assert request.last_segment in named or request.last_segment not in BEFORE
        if request.operation == "consolidateCups" and isinstance(request.json, dict):
            for source in request.json.get("sources", ()):
                pair = isinstance(source, dict) and (source.get("cups"), source.get("facility_id"))
                made_up = "DCYCLE-CONTRACT" in str(pair)
                assert pair in pairs or source in locked or made_up or not (pair and all(pair)) or "not-a-uuid" in pair


def test_no_invoice_is_deleted_that_was_not_given_up() -> None:
    watched = Watched()
    run = judged(watched, [rule for rule in WRITING if rule.startswith("delete-")])
    assert {outcome.status for outcome in run.outcomes} == {Status.NOT_EXERCISED}
    assert {"--expendable-invoice-id" in outcome.reason for outcome in run.outcomes} == {True}
    assert watched.writes == []


def test_what_an_earlier_run_deleted_is_not_held_against_the_deployment() -> None:
    rules = ("delete-permanent", "cups-invoice-count", "cups-date-range", "cups-invoice-listed")
    facts = FACTS | {"expendable_invoice_ids": [EXPENDABLE]}
    with serve() as url:
        runs = [judge(url, facts, known=True, rules=rules) for _ in range(2)]
    assert [findings_of(run, Status.BROKEN, Status.BLOCKED) for run in runs] == [{}, {}]
    assert findings_of(runs[1], Status.NOT_EXERCISED).keys() == {"delete-permanent"}


@dataclass
class Interrupting:
    """Presses Ctrl-C at a write, counted from 1."""

    at: int
    seen: int = 0

    def heard(self, exchange: Exchange) -> None:
        self.seen += exchange.request.writes
        if self.seen == self.at and exchange.request.writes:
            raise KeyboardInterrupt

    def started(self, run: Run) -> None: ...
    def judged(self, outcome: Any) -> None: ...
    def finished(self, run: Run) -> None: ...


@pytest.mark.parametrize("at", [1, 2, 4, 8, 9, 13])
def test_an_interrupted_run_puts_back_what_it_changed(at: int) -> None:
    watched = Watched()
    run = judged(watched, SOME, [Interrupting(at)])
    assert run.trouble == "KeyboardInterrupt"
    assert watched.state == BEFORE


@pytest.mark.parametrize("at", [2, 8])
def test_a_deployment_that_was_gone_for_a_moment_is_put_back(at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "PUTTING_BACK", (0.0, 0.0, 0.0))
    gone = iter(range(100))

    def hook(request: Request, answer: Handler) -> Answer:
        # After this many writes, six requests get no answer.
        if len(watched.writes) >= at and next(gone) < 6:
            raise ConnectionError
        return answer(request)

    watched = Watched(hook)
    run = judged(watched, SOME)
    assert run.trouble == "Unreachable"
    assert watched.state == BEFORE


def test_what_cannot_be_put_back_is_told_with_the_request_that_would(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runs, "PUTTING_BACK", (0.0,))

    def hook(request: Request, answer: Handler) -> Answer:
        frozen = len(watched.writes) > 3 and request.is_write
        return json_answer(403, {"detail": "Read only from now on"}) if frozen else answer(request)

    watched = Watched(hook)
    run = judged(watched, ["update-applied"])
    (command,) = document(run)["writes"]["not_put_back"]
    changed = next(one for one in run.survey.writing.named if watched.state[one] != BEFORE[one])
    assert command.startswith("curl --include --compressed --request PATCH ")
    assert changed in command
    assert BEFORE[changed]["cups"] in command
    assert "$DCYCLE_API_KEY" in command
    assert ACCOUNT.api_key not in json.dumps(document(run))
    assert f"not put back; this would: {command}" in capsys.readouterr().err


# Sequences


def revert(site: Site) -> Handler:
    """An update writes the code back that the update before it left, as if nothing had been merged since."""
    left: dict[str, str] = {}

    def handle(request: Request) -> Answer:
        if request.operation != "updateInvoice" or not isinstance(request.json, dict):
            return site.answer(request)
        body = {"cups": left[request.last_segment]} if request.last_segment in left else {}
        answer = site.answer(replace(request, body=json.dumps({**body, **request.json}).encode()))
        if answer.status == 200:
            left[request.last_segment] = answer.json["cups"]
        return answer

    return handle


def test_a_fault_that_needs_a_sequence_is_told_step_by_step() -> None:
    with serve(revert) as url:
        settings = Settings(url, ACCOUNT.organization_id, ACCOUNT.api_key, profile="standard", allow_writes=True)
        with opened(settings) as run:
            run.judge(run.spec.rule("update-keeps-rest"))
    (outcome,) = run.outcomes
    assert outcome.status is Status.BROKEN
    (finding,) = outcome.findings
    steps = finding.repeated
    assert finding.where == "cups"
    assert [one.request.method for one in steps if one.request.writes][-2:] == ["POST", "PATCH"]
    assert [one.number for one in steps] == sorted(one.number for one in steps)
    assert len(steps) <= 10
