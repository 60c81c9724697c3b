"""Each rule of the contract is a test of the deployment."""

from __future__ import annotations

import pytest

from api_spec import Rule
from contract_tests.exchange import redact
from contract_tests.findings import Status
from contract_tests.run import Run
from contract_tests.transport import Unreachable


def test_rule(rule: Rule, contract_run: Run) -> None:
    """The deployment keeps the rule."""
    try:
        outcome = contract_run.judge(rule)
    except Unreachable as error:
        contract_run.give_up(str(error))
        pytest.exit(str(error), returncode=contract_run.exit_code)
    if outcome.status is Status.NOT_EXERCISED and not contract_run.settings.require_exercised:
        pytest.skip(f"not exercised: {outcome.reason}")
    told = [f"{rule.sentence} ({rule.basis}: {rule.page.url})", outcome.reason]
    for finding in outcome.findings:
        told.append(f"at {finding.where}: expected {finding.expected}, got {finding.got} [{finding.count} times]")
        told += [one.request.curl(contract_run.target.base_url) for one in finding.repeated]
    text = redact("\n".join(filter(None, told)), contract_run.target.secrets)
    if outcome.status is Status.WARNED and not contract_run.settings.strict:
        pytest.xfail(f"warned: {text}")
    if outcome.status is not Status.KEPT:
        pytest.fail(text, pytrace=False)
