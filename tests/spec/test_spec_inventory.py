"""The contract says what the two pages say: nothing left out, nothing made up."""

from __future__ import annotations

from typing import Any

import pytest

from api_spec import Spec

UUID = {"type": "string", "format": "uuid"}
TEXT = {"type": "string"}
FLOAT = {"type": "number", "format": "double"}

PARAMETERS = [
    ("listCupsGroups", "query", "facility_id", False, UUID),
    ("listCupsGroups", "query", "search", False, TEXT),
    ("listCupsGroups", "query", "page", False, {"type": "integer", "minimum": 1, "default": 1}),
    ("listCupsGroups", "query", "size", False, {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
    ("listCupsGroups", "header", "x-organization-id", True, UUID),
    ("getInvoice", "path", "invoice_id", True, UUID),
    ("getInvoice", "header", "x-organization-id", True, UUID),
]

PAGE_FIELDS = {
    "items": {"type": "array"},
    "total": {"type": "integer", "minimum": 0},
    "page": {"type": "integer", "minimum": 1},
    "size": {"type": "integer", "minimum": 1, "maximum": 200},
    "total_pages": {"type": "integer", "minimum": 0},
}
GROUP_FIELDS = {
    "cups": {"type": "string", "minLength": 1},
    "facility_id": UUID,
    "facility_name": TEXT,
    "invoice_count": {"type": "integer", "minimum": 1},
    "first_date": {"type": "string", "format": "date"},
    "last_date": {"type": "string", "format": "date"},
    "is_locked": {"type": "boolean"},
}


def or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "type": [schema["type"], "null"]}


INVOICE_FIELDS = {
    "id": UUID,
    "type": {"type": "string", "enum": ["heat", "electricity", "water", "recharge"]},
    "status": {"type": "string", "enum": ["uploaded", "loading", "active", "inactive", "review", "error"]},
    "quantity": FLOAT,
    "base_quantity": FLOAT,
    "unit_id": or_null(UUID),
    "start_date": or_null({"type": "string", "format": "date-time-local"}),
    "end_date": or_null({"type": "string", "format": "date-time-local"}),
    "invoice_id": or_null(TEXT),
    "facility_id": or_null(UUID),
    "facility_fuel_id": or_null(UUID),
    "supplier_id": or_null(UUID),
    "custom_emission_factor_id": or_null(UUID),
    "co2e": or_null(FLOAT),
    "co2e_biomass": or_null(FLOAT),
    "cups": or_null(TEXT),
    "file_id": or_null(UUID),
    "file_url": or_null({"type": "string", "format": "uri"}),
    "uploaded_by": or_null(UUID),
    "percentage": {**FLOAT, "minimum": 0, "maximum": 1},
    "enabled": {"type": "boolean"},
    "created_at": {"type": "string", "format": "date-time"},
    "updated_at": {"type": "string", "format": "date-time"},
}

CONSTRAINTS = ("type", "format", "enum", "default", "minimum", "maximum", "minLength")


def constraints(schema: Any) -> dict[str, Any]:
    """What a schema demands, without what it tells."""
    return {key: schema[key] for key in CONSTRAINTS if key in schema}


def test_the_operations_are_the_two_documented_ones(spec: Spec) -> None:
    assert [(operation.id, operation.method, operation.path) for operation in spec.operations] == [
        ("listCupsGroups", "GET", "/v1/invoices/cups"),
        ("getInvoice", "GET", "/v1/invoices/{invoice_id}"),
    ]


def test_the_parameters_are_the_documented_ones_with_type_default_and_bounds(spec: Spec) -> None:
    found = [
        (operation.id, parameter.location, parameter.name, parameter.required, constraints(parameter.schema))
        for operation in spec.operations
        for parameter in operation.parameters
    ]
    assert sorted(found, key=str) == sorted(PARAMETERS, key=str)


@pytest.mark.parametrize("operation_id", ["listCupsGroups", "getInvoice"])
def test_every_request_carries_an_api_key(spec: Spec, operation_id: str) -> None:
    assert [header.name for header in spec.operation(operation_id).security] == ["x-api-key"]


@pytest.mark.parametrize(
    ("operation_id", "statuses"),
    [("listCupsGroups", ["200", "401", "403", "422"]), ("getInvoice", ["200", "401", "403", "404", "422"])],
)
def test_the_answers_are_the_documented_one_and_the_refusals(
    spec: Spec, operation_id: str, statuses: list[str]
) -> None:
    responses = spec.operation(operation_id).responses
    assert list(responses) == statuses
    assert {response.media_type for response in responses.values()} == {"application/json"}


@pytest.mark.parametrize(
    ("schema", "fields", "count"),
    [("CupsGroupPage", PAGE_FIELDS, 5), ("CupsGroup", GROUP_FIELDS, 7), ("Invoice", INVOICE_FIELDS, 23)],
)
def test_the_fields_are_the_documented_ones_in_their_order(
    contract: dict[str, Any], schema: str, fields: dict[str, Any], count: int
) -> None:
    written = contract["components"]["schemas"][schema]
    properties = {name: constraints(value) for name, value in written["properties"].items()}
    assert list(properties.items()) == list(fields.items())
    assert len(properties) == count
    assert written["required"] == list(fields), "every documented field is always there"


def test_no_schema_forbids_a_field_that_the_vendor_may_add(contract: dict[str, Any]) -> None:
    assert [
        name for name, schema in contract["components"]["schemas"].items() if "additionalProperties" in schema
    ] == []


@pytest.mark.parametrize(
    ("schema", "field", "unit"),
    [
        ("Invoice", "quantity", "unit_id"),
        ("Invoice", "base_quantity", "unit_id"),
        ("Invoice", "co2e", "kg CO2e"),
        ("Invoice", "co2e_biomass", "kg CO2e"),
    ],
)
def test_amounts_name_their_unit(contract: dict[str, Any], schema: str, field: str, unit: str) -> None:
    assert contract["components"]["schemas"][schema]["properties"][field]["x-unit"] == unit


def test_the_servers_are_production_and_the_local_mock(spec: Spec) -> None:
    assert spec.servers == ("https://api.dcycle.io", "http://127.0.0.1:8000")
