"""Puts the verifier on a served deployment."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from api_spec import Basis
from contract_tests.findings import Status
from contract_tests.run import Run
from contract_tests.session import opened
from contract_tests.settings import Settings
from faults.fault import Fault


def judge(
    base_url: str,
    facts: dict[str, Any],
    *,
    known: bool,
    profile: str = "quick",
    seed: int = 0,
    rules: Collection[str] | None = None,
) -> Run:
    """A finished run against a deployment whose owner gives its invoice ids, or all that is known of it.

    With `rules`, only those are judged, as `pytest contract_tests -k` has it.
    """
    with _known_file(facts if known else None) as path:
        settings = Settings(
            base_url=base_url,
            organization_id=facts["organization"]["organization_id"],
            api_key=facts["organization"]["api_key"],
            invoice_ids=() if known else tuple(facts["invoice_ids"]),
            known=path,
            profile=profile,
            seed=seed,
            allow_writes=True,
            expendable_invoice_ids=tuple(facts["expendable_invoice_ids"]) if known else (),
        )
        with opened(settings) as run:
            for rule in run.rules:
                if rules is None or rule.id in rules:
                    run.judge(rule)
            return run


@contextmanager
def _known_file(facts: dict[str, Any] | None) -> Iterator[Path | None]:
    if facts is None:
        yield None
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "known.json"
        path.write_text(json.dumps(as_known(facts)), encoding="utf-8")
        yield path


def as_known(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts in the format of --known."""
    groups = [group | {"is_locked": True} for group in facts["locked_groups"]]
    groups += [group | {"is_locked": False} for group in facts["unlocked_groups"]]
    invoices = [
        {("datadis" if name == "is_datadis" else name): value for name, value in invoice.items()}
        for invoice in facts["export"]["invoices"]
    ]
    known: dict[str, Any] = {
        "invoice_ids": facts["invoice_ids"],
        "groups": groups,
        "invoices": {"complete": facts["export"]["complete"], "items": invoices},
    }
    other = facts["second_organization"]
    if other:
        known["other_organization"] = {
            "organization_id": other["organization_id"],
            "api_key": other["api_key"],
            "invoice_id": other["invoice_id"],
            "visible": other["visible_to_first_key"],
        }
    return known


def found_by_its_rules(fault: Fault, base_url: str, facts: dict[str, Any], *, known: bool) -> dict[str, str]:
    """What the rules of a fault find in a deployment that has it.

    They are judged on their own first, as most of a whole run has nothing to do with them; in a whole run where that
    finds nothing, as some look at the answers to what others ask.
    """
    for rules in fault.rules, None:
        found = faults_found(fault, judge(base_url, facts, known=known, rules=rules))
        if set(fault.rules) & set(found):
            break
    return found


def faults_found(fault: Fault, run: Run) -> dict[str, str]:
    """The rules that came out broken, or warned where no page states a rule of the fault."""
    stated = any(run.spec.rule(rule).basis is not Basis.INFERRED for rule in fault.rules)
    return findings_of(run, Status.BROKEN, *(() if stated else (Status.WARNED,)))


def findings_of(run: Run, *statuses: Status) -> dict[str, str]:
    """The rules that came out in one of these ways, with their first finding as text."""
    return {
        outcome.rule.id: " | ".join(
            f"at {finding.where}: expected {finding.expected}, got {finding.got} ({finding.exchange.request})"
            for finding in outcome.findings[:1]
        )
        or outcome.reason
        for status in statuses
        for outcome in run.having(status)
    }
