"""Finished runs to report on, made within this process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from faults.catalogue import FAULT_BY_NAME
from faults.deployment import CORRECT
from faults.server import serve
from faults.site import Edit, unchanged

from api_spec import load_spec
from contract_tests.run import ExitCode, Reporter, Run
from contract_tests.session import opened, recorded
from contract_tests.settings import Settings
from contract_tests.transport import Unreachable

ACCOUNT = CORRECT.world.organizations[0].account
INVOICES = tuple(CORRECT.known_ids)


def judged(edit: Edit = unchanged, rules: Iterable[str] = (), reporters: Sequence[Reporter] = (), **more: Any) -> Run:
    """A finished run against the correct deployment after an edit, of some rules or all; more are settings."""
    with serve(edit) as url:
        told = Settings(url, ACCOUNT.organization_id, ACCOUNT.api_key, INVOICES, profile="quick")
        with opened(replace(told, **more), reporters) as run:
            return _to_the_end(run, set(rules))


def replayed(har: Path, rules: Iterable[str] = (), **more: Any) -> Run:
    """A finished run over a recording."""
    return _to_the_end(recorded(har, Settings(**more)), set(rules))


def _to_the_end(run: Run, rules: set[str]) -> Run:
    for reporter in run.reporters:
        reporter.started(run)
    try:
        for rule in run.rules:
            if not rules or rule.id in rules:
                run.judge(rule)
    except Unreachable as error:
        run.ended, run.trouble = ExitCode.UNREACHABLE, str(error)
    for reporter in run.reporters:
        reporter.finished(run)
    return run


@cache
def run_of(name: str) -> Run:
    """The run against a fault, of the operations that it breaks; against the correct deployment for no name, of all."""
    if not name:
        return judged()
    operations = {load_spec().rule(rule).operation_id for rule in FAULT_BY_NAME[name].rules}
    return judged(FAULT_BY_NAME[name].edit, operations=tuple(sorted(filter(None, operations))))
