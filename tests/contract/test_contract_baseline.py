"""Which deviations a baseline accepts, until when, and what is wrong with it itself."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from judging import run_of

from api_spec import load_spec
from contract_tests.baseline import Baseline, Deviation, read_baseline
from contract_tests.files import FileError
from contract_tests.findings import Finding, Outcome, Status

SPEC = load_spec()
TODAY = date(2026, 3, 31)
KEPT = Outcome(SPEC.rule("cups-unique"), Status.KEPT)


def broken(*places: str, rule: str = "cups-page-schema") -> Outcome:
    exchange = run_of("page-total-string").survey.exchanges[0]
    findings = tuple(Finding(rule, where, "integer", '"1"', exchange) for where in places)
    return Outcome(SPEC.rule(rule), Status.BROKEN, findings)


def baseline(where: str | None = None, until: str = "2026-03-31", rule: str = "cups-page-schema") -> Baseline:
    return Baseline([Deviation(rule, where, "ticket 7", date.fromisoformat(until))], TODAY)


@pytest.mark.parametrize(
    ("where", "places"),
    [
        (None, ("items/0/cups", "total")),
        ("total", ("total",)),
        ("items/*/cups", ("items/0/cups", "items/17/cups")),
        ("items/3/cups", ("items/3/cups",)),
    ],
)
def test_a_deviation_is_accepted_to_its_last_day(where: str | None, places: tuple[str, ...]) -> None:
    accepted = baseline(where)
    outcome = accepted.accept(broken(*places))
    assert (outcome.status, outcome.reason) == (Status.ACCEPTED, "ticket 7 (until 2026-03-31)")
    assert accepted.problems([outcome]) == []


@pytest.mark.parametrize("where", ["total", "items/*/cups", "items/3/cups", "items/*"])
def test_a_deviation_elsewhere_is_left(where: str) -> None:
    outcome = baseline(where).accept(broken("items/0/is_locked"))
    assert outcome == broken("items/0/is_locked")


def test_what_is_accepted_hides_nothing_beside_it() -> None:
    outcome = baseline("total").accept(broken("total", "page"))
    assert outcome.status is Status.BROKEN
    assert [finding.where for finding in outcome.findings] == ["page"]


def test_an_expired_entry_accepts_nothing_and_is_told() -> None:
    expired = baseline(until="2026-03-30")
    outcome = expired.accept(broken("total"))
    assert outcome.status is Status.BROKEN
    (problem,) = expired.problems([outcome])
    assert problem.startswith("cups-page-schema: expired on 2026-03-30.")


def test_an_entry_that_nothing_matches_any_more_is_told() -> None:
    stale = baseline("total", rule="cups-unique")
    assert stale.problems([stale.accept(KEPT)]) == [
        "cups-unique at total: nothing deviates there any more. Remove the entry."
    ]


@pytest.mark.parametrize("status", [Status.NOT_EXERCISED, Status.BLOCKED])
def test_an_entry_is_not_stale_where_its_rule_was_not_judged(status: Status) -> None:
    entry = baseline(rule="cups-unique")
    assert entry.problems([entry.accept(replace(KEPT, status=status))]) == []


def test_findings_beyond_those_shown_are_not_accepted_unseen() -> None:
    places = [f"leaf{number}" for number in range(7)]
    entries = [Deviation("cups-page-schema", where, "ticket 7", TODAY) for where in places[:5]]
    outcome = Baseline(entries, TODAY).accept(broken(*places)).shortened()
    assert outcome.status is Status.BROKEN
    assert [finding.where for finding in outcome.findings] == places[5:]


# The file


def write(folder: Path, **entry: str) -> Path:
    path = folder / "baseline.json"
    told = {"rule": "cups-unique", "reason": "ticket 7", "until": "2026-03-31", **entry}
    path.write_text(json.dumps({"deviations": [told]}), encoding="utf-8")
    return path


def test_a_file_is_read(tmp_path: Path) -> None:
    found = read_baseline(write(tmp_path, where="items/*/cups"), SPEC)
    assert found.deviations == (Deviation("cups-unique", "items/*/cups", "ticket 7", TODAY),)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"rule": "cups-uniqe"}, "deviations.0.rule: expected a rule, got 'cups-uniqe'. Did you mean cups-unique?"),
        ({"until": "2026-02-30"}, "deviations.0.until: expected a date of the calendar as YYYY-MM-DD"),
        ({"reason": ""}, "deviations.0.reason: expected at least 1 characters"),
        ({"untill": "2026-03-31"}, "deviations.0.untill: expected one of rule, where, reason, until"),
    ],
)
def test_a_mistake_in_a_file_is_told(tmp_path: Path, entry: dict[str, str], told: str) -> None:
    with pytest.raises(FileError) as caught:
        read_baseline(write(tmp_path, **entry), SPEC)
    assert told in str(caught.value)
