"""The verifier finds every fault by its rule and lets every variant pass."""

from __future__ import annotations

import pytest

from api_spec import Basis, load_spec
from contract_tests.findings import Status
from faults.catalogue import FAULT_BY_NAME, VARIANT_BY_NAME
from faults.deployment import known_facts
from faults.judging import findings_of, judge

SPEC = load_spec()


@pytest.mark.parametrize("name", FAULT_BY_NAME)
def test_every_fault_is_found_by_its_rule(name: str) -> None:
    fault = FAULT_BY_NAME[name]
    with fault.served() as base_url:
        run = judge(base_url, known_facts(), known=fault.needs == "known")
    statuses = [Status.BROKEN]
    if all(SPEC.rule(rule).basis is Basis.INFERRED for rule in fault.rules):
        statuses.append(Status.WARNED)
    found = findings_of(run, *statuses)
    assert set(fault.rules) & set(found), f"{fault.about} Expected {fault.rules}, found {found}"


@pytest.mark.parametrize("known", [False, True], ids=["ids", "known"])
@pytest.mark.parametrize("name", VARIANT_BY_NAME)
def test_every_variant_passes(name: str, known: bool) -> None:
    variant = VARIANT_BY_NAME[name]
    with variant.served() as base_url:
        run = judge(base_url, known_facts(variant.deployment, complete=not variant.grows), known=known)
    assert findings_of(run, Status.BROKEN, Status.BLOCKED) == {}
