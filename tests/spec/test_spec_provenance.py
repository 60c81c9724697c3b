"""Every clause of the contract says where it comes from and how sure it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from api_spec import Basis, Spec

BASES = {str(basis) for basis in Basis}
Clause = tuple[str, dict[str, Any]]


def walk(node: Any, where: str = "") -> Iterator[Clause]:
    """Every mapping of the file, with its place."""
    if isinstance(node, dict):
        yield where, node
        for key, value in node.items():
            yield from walk(value, f"{where}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, f"{where}/{index}")


def clauses(contract: dict[str, Any]) -> Iterator[Clause]:
    """Every parameter, property and response that is written out, and every credential."""
    for where, node in walk(contract):
        owner = where.rsplit("/", 1)[0]
        in_order = owner.endswith(("/parameters", "/properties", "/responses", "/securitySchemes"))
        if in_order and "$ref" not in node and "/example" not in where:
            yield where, node


def test_the_clauses_are_all_found(contract: dict[str, Any]) -> None:
    places = [where for where, _ in clauses(contract)]
    assert "/paths//v1/invoices/cups/get/parameters/1" in places
    assert "/components/responses/NotFound" in places
    assert "/components/schemas/ValidationErrorDetail/properties/ctx" in places
    written = contract["components"]["schemas"].values()
    assert len([place for place in places if "/properties/" in place]) == sum(len(one["properties"]) for one in written)
    assert len([place for place in places if "/parameters/" in place]) == 4 + 11 + 2 + 6 + 1 + 2
    assert len([place for place in places if "/responses/" in place]) == 10 + 3 + 6, (
        "answers, refusals, shared refusals"
    )


def test_every_parameter_property_and_response_has_a_basis(contract: dict[str, Any]) -> None:
    assert [where for where, clause in clauses(contract) if clause.get("x-basis") not in BASES] == []


def test_every_field_that_may_be_null_says_how_sure_that_is(contract: dict[str, Any]) -> None:
    fields = {
        f"{name}.{field}": content
        for name, schema in contract["components"]["schemas"].items()
        if not name.startswith("ValidationError")
        for field, content in schema["properties"].items()
    }
    nullable = {name for name, field in fields.items() if "null" in field["type"]}
    assert {name for name, field in fields.items() if field.get("x-null-basis") in BASES} == nullable
    shown = {name for name, field in fields.items() if field.get("x-null-basis") == "shown"}
    assert shown == {"Invoice.facility_fuel_id", "Invoice.custom_emission_factor_id"}, "the example's nulls, no others"
    stated = {name for name, field in fields.items() if field.get("x-null-basis") == "stated"}
    assert {name.partition(".")[0] for name in stated} == {"Facility"}, "one page prints which fields may be null"


def test_every_operation_names_its_page(spec: Spec) -> None:
    assert {operation.id: operation.page.id for operation in spec.operations if operation.page} == {
        "listCupsGroups": "list-cups",
        "getInvoice": "get-invoice",
        "listInvoices": "list-invoices",
        "consolidateCups": "consolidate-cups",
        "getInvoiceFilterOptions": "filter-options",
        "recalculateInvoices": "recalculate",
        "updateInvoice": "update-invoice",
        "deleteInvoice": "delete-invoice",
        "listFacilities": "list-facilities",
        "getFacility": "get-facility",
    }


def test_every_page_named_exists_and_every_page_listed_is_named(contract: dict[str, Any], spec: Spec) -> None:
    by_clauses = {node["x-page"] for _, node in walk(contract) if isinstance(node.get("x-page"), str)}
    by_operations = {operation.page.id for operation in spec.operations if operation.page}
    assert by_clauses | by_operations | {rule.page.id for rule in spec.rules} == set(contract["x-pages"])


def test_no_key_is_almost_an_extension_that_we_know(contract: dict[str, Any]) -> None:
    known = {"x-basis", "x-null-basis", "x-page", "x-pages", "x-rules", "x-unit"}
    headers = {"x-api-key", "x-organization-id"}
    written = {key for _, node in walk(contract) for key in node if str(key).startswith("x-")}
    assert written - headers == known


def test_no_rule_is_left_unread_and_its_id_is_its_own(contract: dict[str, Any], spec: Spec) -> None:
    written = [node["id"] for _, node in walk(contract) if {"id", "rule"} <= set(node)]
    assert sorted(rule.id for rule in spec.rules) == sorted(set(written))
    assert len(written) == len(set(written))


def test_every_rule_is_one_sentence(spec: Spec) -> None:
    single = re.compile(r"[A-Z][^\n]*\w\.")
    inner = re.compile(r"[.!?] +[A-Z]")
    unfit = [rule.id for rule in spec.rules if not single.fullmatch(rule.sentence) or inner.search(rule.sentence)]
    assert unfit == []


@pytest.mark.parametrize(("operation_id", "prefix"), [("listCupsGroups", "cups-"), ("getInvoice", "invoice-")])
def test_the_id_of_a_rule_tells_what_it_is_about(spec: Spec, operation_id: str, prefix: str) -> None:
    ids = [rule.id for rule in spec.operation(operation_id).rules]
    assert [rule_id for rule_id in ids if not re.fullmatch(prefix + r"[a-z]+(-[a-z]+)*", rule_id)] == []
