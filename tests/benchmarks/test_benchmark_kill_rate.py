"""The comparison of tools counts what it says, and gives every tool what it says."""

from __future__ import annotations

import pytest
from contenders import live_contract
from faults.catalogue import FAULT_BY_NAME, FAULTS, VARIANTS
from faults.deployment import known_facts
from kill_table import KINDS, Column, only_warned, table
from measuring import Measurement
from openapi_spec_validator import OpenAPIV31SpecValidator

from api_spec import load_spec

FOUND, MISSED, KNOWN = "page-total-missing", "json-bom", "locked-never"


def measured(subject: str, code: int | None, seconds: float = 1.0, rules: tuple[str, ...] = ()) -> Measurement:
    return Measurement("quick", subject, code, seconds, frozenset(rules), "")


@pytest.fixture
def column() -> Column:
    measurements = [
        measured(FOUND, 1, 2.0, rules=("cups-page-schema", "cups-echo")),
        measured(MISSED, 0, 3.0, rules=("cups-echo",)),
        measured(KNOWN, None, 9.0),
        *(measured(variant.name, int(number == 0)) for number, variant in enumerate(VARIANTS[:7])),
    ]
    return Column.of("quick", [*measurements, Measurement("deep", FOUND, 1, 99.0, frozenset(), "")])


def test_a_fault_is_found_by_exit_code_1_alone(column: Column) -> None:
    assert column.found(FAULTS) == "1 of 3 (33 %)"
    assert column.survivors == [MISSED, KNOWN]


def test_a_fault_is_named_when_its_own_rule_is(column: Column) -> None:
    assert column.by_rule == "1 of 3 (33 %)"


def test_a_variant_that_fails_is_a_false_alarm(column: Column) -> None:
    assert column.false_alarms == [VARIANTS[0].name]


def test_a_run_without_a_verdict_is_neither_passed_nor_failed(column: Column) -> None:
    assert [one.subject for one in column.undecided] == [KNOWN]


def test_the_table_has_a_row_for_every_kind_and_the_times(column: Column) -> None:
    rows = {line.split("|")[1].strip(): line.split("|")[2].strip() for line in table([column])}
    assert rows["found: schema"] == "1 of 1 (100 %)"
    assert rows["found: paging"] == "–"
    assert rows["found: visible to anyone"] == "1 of 2 (50 %)"
    assert rows["**False alarms**"] == "**1 of 7**"
    assert rows["seconds, median"] == "1.0"
    assert rows["seconds, 90th percentile"] == "3.0"


def test_every_fault_is_of_one_kind() -> None:
    assert sorted(fault.name for faults in KINDS.values() for fault in faults) == sorted(FAULT_BY_NAME)


def test_a_fault_of_an_inferred_rule_is_only_warned_of() -> None:
    faults = [FAULT_BY_NAME[name] for name in ("refusal-text", "amounts-negative-co2e", MISSED)]
    assert only_warned(faults) == 2


@pytest.mark.parametrize("documented", [True, False])
def test_the_contract_given_to_schemathesis_is_valid_and_has_live_examples(documented: bool) -> None:
    facts = known_facts()
    contract = live_contract(facts, documented_refusals=documented)
    assert [error.message for error in OpenAPIV31SpecValidator(contract).iter_errors()] == []
    operation = contract["paths"]["/v1/invoices/{invoice_id}"]["get"]
    examples = contract["components"]["parameters"]["InvoiceId"]["examples"]
    assert {"$ref": "#/components/parameters/InvoiceId"} in operation["parameters"]
    assert [one["value"] for one in examples.values()] == facts["invoice_ids"]
    assert ("404" in operation["responses"]) is documented
    assert "4XX" in operation["responses"]


def test_the_contract_itself_is_left_as_it_is() -> None:
    before = str(load_spec().document.content)
    live_contract(known_facts(), documented_refusals=False)
    assert str(load_spec().document.content) == before
