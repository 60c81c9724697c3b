"""The verifier finds every fault by its rule and lets every variant pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contract_tests.findings import Status
from contract_tests.profile import PROFILES
from contract_tests.run import Run
from faults.catalogue import FAULT_BY_NAME, VARIANT_BY_NAME
from faults.fault import Fault, Variant
from faults.judging import faults_found, findings_of, found_by_its_rules, judge

MISSING = [name for name in FAULT_BY_NAME if name.startswith("missing-")]
"""Some come out only where other rules have asked for the operation, so all are judged in whole runs."""


@pytest.mark.parametrize("name", [name for name in FAULT_BY_NAME if name not in MISSING])
def test_every_fault_is_found_by_its_rule(name: str) -> None:
    fault = FAULT_BY_NAME[name]
    with fault.served() as base_url:
        found = found_by_its_rules(fault, base_url, fault.known_facts(), known=fault.needs == "known")
    assert set(fault.rules) & set(found), f"{fault.about} Expected {fault.rules}, found {found}"


@pytest.mark.parametrize("name", list(FAULT_BY_NAME)[::40])
def test_a_fault_is_found_by_its_rule_in_a_whole_run_too(name: str) -> None:
    fault = FAULT_BY_NAME[name]
    found = faults_found(fault, _whole_run(fault))
    assert set(fault.rules) & set(found), f"{fault.about} Expected {fault.rules}, found {found}"


@pytest.mark.parametrize("name", MISSING)
def test_an_operation_that_is_missing_breaks_one_rule(name: str) -> None:
    assert findings_of(_whole_run(FAULT_BY_NAME[name]), Status.BROKEN).keys() == {"operation-served"}


def _whole_run(fault: Fault) -> Run:
    with fault.served() as base_url:
        return judge(base_url, fault.known_facts(), known=fault.needs == "known")


@pytest.mark.parametrize("name", VARIANT_BY_NAME)
def test_every_variant_passes(name: str) -> None:
    assert _broken(VARIANT_BY_NAME[name], known=True) == {}


@pytest.mark.parametrize("name", list(VARIANT_BY_NAME)[::10])
def test_a_variant_passes_too_when_less_is_known_of_it(name: str) -> None:
    assert _broken(VARIANT_BY_NAME[name], known=False) == {}


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("listed", "pages"), [(2, 1), (4, 2)])
def test_a_deployment_with_more_than_is_looked_at_passes(
    listed: int, pages: int, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PROFILES, "quick", replace(PROFILES["quick"], listed=listed, pages=pages))
    variant = Variant("large", "It lists more invoices than are looked at.")
    with variant.served() as base_url:
        run = judge(base_url, variant.known_facts(), known=known)
    assert findings_of(run, Status.BROKEN, Status.BLOCKED, Status.WARNED) == {}


def _broken(variant: Variant, *, known: bool) -> dict[str, str]:
    with variant.served() as base_url:
        run = judge(base_url, variant.known_facts(), known=known)
    return findings_of(run, Status.BROKEN, Status.BLOCKED)
