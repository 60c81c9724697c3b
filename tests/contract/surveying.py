"""Surveys of a deployment within this process, without a network between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from faults import exchange as served
from faults.deployment import CORRECT, Deployment
from faults.server import as_site
from faults.site import Edit, unchanged

from api_spec import Spec, load_spec
from contract_tests.exchange import Answer, Credentials, Request, Secret
from contract_tests.findings import Finding, Outcome
from contract_tests.generated import Generated
from contract_tests.profile import PROFILES, Profile
from contract_tests.run import judge
from contract_tests.survey import Survey
from contract_tests.target import Known, Target

SPEC = load_spec()
QUICK = PROFILES["quick"]
LONG = replace(QUICK, listed=2)
"""A profile in which the listing of invoices is too long to be walked."""


class Unimaginative(Survey):
    """A survey that makes no requests up, which takes most of the time of a small run."""

    def generated(self, operation_id: str) -> list[Generated]:
        return []


@contextmanager
def surveyed(
    edit: Edit = unchanged,
    *,
    deployment: Deployment = CORRECT,
    profile: Profile = QUICK,
    spec: Spec = SPEC,
    **known: Any,
) -> Iterator[Survey]:
    """A survey of a deployment after an edit; `known` is what its owner knows."""
    handler = edit(as_site(deployment))
    account = deployment.world.organizations[0].account
    credentials = Credentials(account.organization_id, Secret(account.api_key, "$DCYCLE_API_KEY"))

    def send(request: Request) -> Answer:
        path, _, query = request.target.partition("?")
        headers = {name.lower(): value for name, value in request.credentials.headers().items()}
        answer = handler(served.Request(request.method, path, query, headers))
        return Answer(answer.status, tuple(answer.headers), answer.body)

    target = Target("http://deployment", credentials, Known(**known))
    survey = Unimaginative(spec, target, send, profile, concurrency=1)
    try:
        yield survey
    finally:
        survey.close()


def outcomes(survey: Survey, *rule_ids: str) -> dict[str, Outcome]:
    """How some rules come out, judged in this order."""
    found = {}
    for rule_id in rule_ids:
        found[rule_id] = judge(survey, survey.spec.rule(rule_id))
        if found[rule_id].findings:
            survey.broken.add(rule_id)
    return found


def findings(survey: Survey, rule_id: str) -> tuple[Finding, ...]:
    """What is found against one rule."""
    return outcomes(survey, rule_id)[rule_id].findings
