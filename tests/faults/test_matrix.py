"""The verifier finds every fault by its rule and lets every variant pass."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from api_spec import Basis, load_spec
from contract_tests.findings import Status
from faults.catalogue import FAULT_BY_NAME, VARIANT_BY_NAME
from faults.fault import Fault
from faults.judging import enough_for, findings_of, judge

SPEC = load_spec()


def _found(fault: Fault, rules: Collection[str] | None) -> dict[str, str]:
    with fault.served() as base_url:
        run = judge(base_url, fault.known_facts(), known=fault.needs == "known", rules=rules)
    statuses = [Status.BROKEN]
    if all(SPEC.rule(rule).basis is Basis.INFERRED for rule in fault.rules):
        statuses.append(Status.WARNED)
    return findings_of(run, *statuses)


@pytest.mark.parametrize("name", FAULT_BY_NAME)
def test_every_fault_is_found_by_its_rule(name: str) -> None:
    fault = FAULT_BY_NAME[name]
    found = _found(fault, enough_for(fault))
    assert set(fault.rules) & set(found), f"{fault.about} Expected {fault.rules}, found {found}"


@pytest.mark.parametrize("name", list(FAULT_BY_NAME)[::10])
def test_a_fault_is_found_by_its_rule_in_a_whole_run_too(name: str) -> None:
    fault = FAULT_BY_NAME[name]
    found = _found(fault, None)
    assert set(fault.rules) & set(found), f"{fault.about} Expected {fault.rules}, found {found}"


@pytest.mark.parametrize("name", [name for name in FAULT_BY_NAME if name.startswith("missing-")])
def test_an_operation_that_is_missing_breaks_one_rule(name: str) -> None:
    assert _found(FAULT_BY_NAME[name], None).keys() == {"operation-served"}


@pytest.mark.parametrize("known", [False, True], ids=["ids", "known"])
@pytest.mark.parametrize("name", VARIANT_BY_NAME)
def test_every_variant_passes(name: str, known: bool) -> None:
    variant = VARIANT_BY_NAME[name]
    with variant.served() as base_url:
        run = judge(base_url, variant.known_facts(), known=known)
    assert findings_of(run, Status.BROKEN, Status.BLOCKED) == {}
