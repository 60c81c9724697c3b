"""Every rule has a judge, and whatever a deployment answers, every judge comes to an end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from odd_deployment import LEAVES, Deployment

from api_spec import load_spec
from contract_tests.exchange import Credentials, Secret
from contract_tests.findings import Blocked, Broken, NotExercised
from contract_tests.generated import Generated
from contract_tests.permission import GRANTED
from contract_tests.profile import PROFILES
from contract_tests.rules import JUDGES
from contract_tests.run import rules_to_judge
from contract_tests.survey import Survey
from contract_tests.target import Known, Target

SPEC = load_spec()
ORGANIZATION = "a8315ef3-dd50-43f8-b7ce-d839e68d51fa"
INVOICE = "550e8400-e29b-41d4-a716-446655440000"
TARGET = Target(
    "http://127.0.0.1:8000",
    Credentials(ORGANIZATION, Secret("dcy_Live-0a1B2c3D", "$DCYCLE_API_KEY")),
    Known(invoice_ids=(INVOICE,), expendable=(INVOICE,)),
)


def test_every_rule_has_a_judge_and_every_judge_a_rule() -> None:
    assert sorted(JUDGES) == sorted(rule.id for rule in SPEC.rules)


@pytest.mark.parametrize("rule_id", JUDGES)
def test_a_judge_says_in_one_sentence_what_it_does(rule_id: str) -> None:
    how = JUDGES[rule_id].how
    assert re.fullmatch(r"[A-Z][^\n]*[^.\n]\.", how), how
    assert ". " not in how


def test_rules_about_the_whole_run_are_judged_last() -> None:
    lasts = [JUDGES[rule.id].last for rule in rules_to_judge(SPEC, ())]
    assert lasts == sorted(lasts)
    assert True in lasts


# Odd answers

ODD: dict[str, bytes] = {
    "null": b"null",
    "a huge number": b"1e999",
    "a huge whole number": b"1" + b"0" * 400,
    "a negative number": b"-7",
    "an empty text": b'""',
    "half a character": rb'"\ud800"',
    "text for a header": rb'"a\r\nx-evil: \u00f1"',
    "a list": b"[[1], {}]",
    "an object": b'{"a": {}}',
    "the end of time": b'"9999-12-31T23:59:59-23:59"',
    "the start of time": b'"0001-01-01T00:00:00+23:59"',
    "an address cut short": b'"http://["',
}


PROFILE = replace(PROFILES["quick"], sequences=0)


class Unimaginative(Survey):
    """A survey that makes nothing up, which takes most of the time of a small run."""

    def generated(self, operation_id: str) -> list[Generated]:
        return []


@pytest.fixture
def survey_of() -> Iterator[Any]:
    opened: list[Survey] = []

    def open_survey(deployment: Deployment) -> Survey:
        opened.append(Unimaginative(SPEC, TARGET, deployment.send, PROFILE, concurrency=1, permission=GRANTED))
        return opened[-1]

    yield open_survey
    for survey in opened:
        survey.close()


@pytest.mark.parametrize("value", ODD.values(), ids=ODD.keys())
def test_whatever_stands_in_a_field_every_judge_comes_to_an_end(value: bytes, survey_of: Any) -> None:
    failed = []
    # Each value stands in every fourth field, and in each field stands every fourth value.
    for operation_id, path in LEAVES[list(ODD.values()).index(value) % 4 :: 4]:
        survey = survey_of(Deployment(operation_id, path, value))
        for rule in rules_to_judge(SPEC, ()):
            try:
                with survey.judging(rule.id):
                    list(JUDGES[rule.id].judge(survey))
            except (NotExercised, Blocked, Broken):
                continue
            except Exception as error:
                failed.append((*path, rule.id, repr(error)))
    assert failed == []
